"""Binding rows: how one Service Reference Variant becomes one GBCS form, declared as data.

A row says for which devices it is and where each value of the form comes from: from a field of the request's
body, through a named conversion, or from a fact that the request does not hold. Nothing else in the
house knows how the two languages correspond (Appendix AD use case tables; GBCS mapping tables).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from gbsmart.ground import Eui64, InvalidValue

Body: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a transformation needs and the request does not hold.

    ``device_type`` is the inventory's (``ESME``), ``known`` whether the User is a Known Remote Party
    of the device. ``now`` gives issuer event ids.
    """

    now: datetime
    acb: Eui64
    device_type: str
    known: bool = True


class Ledger:
    """Facts as a transformation sees them: it notes which ones were used."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.used: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        value = getattr(self._facts, name)
        self.used[name] = value
        return value


@dataclass(frozen=True, slots=True)
class From:
    """A value of the request's body by its dotted path, converted if it must be.

    ``name`` says in an error what the value is converted to.
    """

    path: str
    convert: Callable[[Any], Any] | None = None
    name: str = ""

    def value(self, body: Body, facts: Ledger) -> Any:
        """The form's value; raises :class:`InvalidValue` naming the field that the request lacks."""
        found: Any = body
        for step in self.path.split(".") if self.path else ():
            found = found.get(step) if isinstance(found, Mapping) else None
            if found is None:
                break
        if found is None:
            raise InvalidValue("the request does not hold it", field=self.path)
        try:
            return self.convert(found) if self.convert else found
        except (KeyError, TypeError, ValueError, AttributeError) as wrong:
            raise InvalidValue(f"cannot be written as {self.name}: {wrong}", field=self.path) from None


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that comes from a fact: a clock, a store, the device's model."""

    of: str
    convert: Callable[[Any], Any] | None = None

    def value(self, body: Body, facts: Ledger) -> Any:
        """The form's value."""
        found = facts[self.of]
        return self.convert(found) if self.convert else found


Source: TypeAlias = From | Fact


@dataclass(frozen=True)
class Binding:
    """One row: variant and device types, the form, and its values' sources."""

    variant: str
    form: str
    device_types: frozenset[str]
    fields: Mapping[str, Source] = field(default_factory=dict)


def binding(
    variant: str, form: str, *device_types: str, fields: Mapping[str, Source] | None = None
) -> Binding:
    """Declare a row."""
    return Binding(variant, form, frozenset(device_types), fields or {})


ISSUER_EVENT_ID = Fact("now", lambda moment: moment.replace(microsecond=0))
"""GBZ commands carry the time of their creation as event id (``gbcs-payloads`` 3.2)."""

"""Binding rows: how one Service Reference Variant becomes one GBCS form, declared as data.

A row says for which devices and contents it is and where each value of the form comes from: from a field
of the request's body, through a named conversion, or from a fact that the request does not hold. Nothing
else in the house knows how the two languages correspond (Appendix AD use case tables; GBCS mapping tables).
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
    of the device. ``now`` gives issuer event ids. ``esme_variant`` is the inventory's letters of an
    electricity meter (``A``, ``BD``), "" where it has none. ``certificate`` is the User's key agreement
    certificate (DER), to which a device that does not know the User seals what it answers; one that the
    request brings itself comes first. ``gbcs_version`` is the one that the device speaks (``"4.3"``).
    ``party`` is the User on whose behalf the DCC asks, where that is not the originator of the RequestID.
    """

    now: datetime
    acb: Eui64
    device_type: str
    known: bool = True
    esme_variant: str = ""
    certificate: bytes | None = None
    gbcs_version: str = "1.0"
    party: Eui64 | None = None


class Ledger:
    """Facts as a transformation sees them: it notes which ones were used."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.used: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        value = getattr(self._facts, name)
        self.used[name] = value
        return value


def _found(body: Body, path: str) -> Any:
    """What a body holds at a dotted path, or None."""
    found: Any = body
    for step in path.split(".") if path else ():
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


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
        found = _found(body, self.path)
        if found is None:
            raise InvalidValue("the request does not hold it", field=self.path)
        try:
            return self.convert(found) if self.convert else found
        except InvalidValue as wrong:
            raise InvalidValue(wrong.reason, field=self.path, response_code=wrong.response_code) from None
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


@dataclass(frozen=True)
class Members:
    """A value with members, each of which has a source of its own."""

    members: Mapping[str, From | Fact]

    def value(self, body: Body, facts: Ledger) -> dict[str, Any]:
        """The form's value; raises :class:`InvalidValue` naming the field that the request lacks."""
        return {name: source.value(body, facts) for name, source in self.members.items()}


Source: TypeAlias = From | Fact | Members
Condition: TypeAlias = Callable[[Body, Ledger], bool]


@dataclass(frozen=True)
class Binding:
    """One row: variant and device types, the form, and its values' sources.

    ``when`` is the dotted path of a field that the body must hold for this row ("": any body), or a condition
    on body and facts. The DCC sends what is ``in_own_right`` as its own, whoever asks (DUIS mapping C).
    ``refuses`` are fields of the body that such a device has no use for, each with its response code.
    """

    variant: str
    form: str
    device_types: frozenset[str]
    fields: Mapping[str, Source] = field(default_factory=dict)
    when: str | Condition = ""
    in_own_right: bool = False
    refuses: Mapping[str, str] = field(default_factory=dict)

    def check(self, body: Body) -> None:
        """Raise :class:`InvalidValue` for a field that is refused."""
        for path, code in self.refuses.items():
            if _found(body, path) is not None:
                raise InvalidValue("is not for this device", field=path, response_code=code)

    def fits(self, body: Body, facts: Ledger) -> bool:
        """Whether the row is for a request of this content to a device of this type."""
        if facts["device_type"] not in self.device_types:
            return False
        if callable(self.when):
            return self.when(body, facts)
        return not self.when or _found(body, self.when) is not None


def since(version: int) -> Condition:
    """A device that speaks this major GBCS version, or a later one."""

    def speaks(_body: Body, facts: Ledger) -> bool:
        number = str(facts["gbcs_version"]).partition(".")[0]
        return number.isdecimal() and int(number) >= version

    return speaks


def binding(
    variant: str,
    form: str,
    *device_types: str,
    fields: Mapping[str, Source] | None = None,
    when: str | Condition = "",
    in_own_right: bool = False,
    refuses: Mapping[str, str] | None = None,
) -> Binding:
    """Declare a row."""
    return Binding(variant, form, frozenset(device_types), fields or {}, when, in_own_right, refuses or {})


ISSUER_EVENT_ID = Fact("now", lambda moment: moment.replace(microsecond=0))
"""GBZ commands carry the time of their creation as event id (``gbcs-payloads`` 3.2)."""

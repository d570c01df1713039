"""Binding rows: how one Service Reference Variant becomes one GBCS form, declared as data.

A row says for which devices and contents it is and where each value of the form comes from: from a field
of the request's body, through a named conversion, or from a fact that the request does not hold. Nothing
else in the house knows how the two languages correspond (Appendix AD use case tables; GBCS mapping tables).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from functools import cache, cached_property
from typing import Any, Final, TypeAlias

from gbsmart.duis import service
from gbsmart.gbcs import forms
from gbsmart.gbcs.message_codes import message_code
from gbsmart.gbcs.versions import NEWEST, edition, is_dated
from gbsmart.ground import SHARED, Eui64, InvalidValue, Kept, SharedRows

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
    ``role`` is the User Role in which the User asks (``"IS"``). ``cos`` is the CoS Party.

    Of the device that the request names beside its own (:func:`other_device`): ``other_device_type``,
    ``other_device_certificate`` (for key agreement, DER), and ``device_log``, the last backup that the DCC
    holds of its log, as the values of the form that restores it. ``customer_identification_number`` is
    what the DCC drew for this request. Those that only some rows want may be functions, which are called
    when a row wants them.
    """

    now: datetime
    acb: Eui64
    device_type: str
    known: bool = True
    esme_variant: str = ""
    certificate: bytes | None = None
    gbcs_version: str = NEWEST
    party: Eui64 | None = None
    role: str = ""
    cos: Eui64 | None = None
    other_device_type: str = ""
    other_device_certificate: bytes | Callable[[], bytes | None] | None = None
    device_log: Any = None
    customer_identification_number: str | Callable[[], str] = ""


class Ledger:
    """Facts as a transformation sees them: it notes which ones were used."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.used: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name in self.used:
            return self.used[name]
        value = getattr(self._facts, name)
        if callable(value):
            value = value()
        self.used[name] = value
        return value


def _found(body: Body, path: str) -> Any:
    """What a body holds at a dotted path, or None."""
    found: Any = body
    for step in _steps(path):
        if not isinstance(found, (dict, Mapping)):
            return None
        found = found.get(step)
    return found


@cache
def _steps(path: str) -> Sequence[str]:
    """The fields that a dotted path leads through: paths are declared, so there are only so many."""
    return path.split(".") if path else ()


class Mark(Enum):
    """What stands among a translation's values for what is not a value."""

    NEEDED = auto()
    """A request that does not hold it is refused."""
    LEFT_OUT = auto()
    """The form's optional item is left out."""
    COUNTER = auto()
    """The counter of the grouping header, which the payload says again; known when a message is written."""


@dataclass(frozen=True, slots=True)
class From:
    """A value of the request's body by its dotted path, converted if it must be.

    ``name`` says what the value is converted to, ``absent`` what becomes of it where the body
    does not hold it, and ``code`` by which response code a body is refused that has to.
    """

    path: str
    convert: Callable[[Any], Any] | None = None
    name: str = ""
    absent: Any = Mark.NEEDED
    code: str = ""
    _kept: Kept[Any] = field(default_factory=Kept, init=False, repr=False, compare=False)

    def value(self, body: Body, facts: Ledger) -> Any:
        """The form's value; raises :class:`InvalidValue` naming the field that the request lacks."""
        found = _found(body, self.path)
        if found is None:
            if self.absent is not Mark.NEEDED:
                return self.absent
            raise InvalidValue(
                "the request does not hold it", field=self.path, response_code=self.code or None
            )
        convert = self.convert
        return found if convert is None else self._kept.of(found, lambda: self._converted(convert, found))

    def _converted(self, convert: Callable[[Any], Any], found: Any) -> Any:
        try:
            value = convert(found)
        except InvalidValue as wrong:
            raise InvalidValue(wrong.reason, field=self.path, response_code=wrong.response_code) from None
        except (KeyError, TypeError, ValueError, AttributeError) as wrong:
            raise InvalidValue(f"cannot be written as {self.name}: {wrong}", field=self.path) from None
        return SharedRows(value) if type(value) is list and found.__class__ in SHARED else value


def maybe(path: str) -> From:
    """A value of the body for an optional item of the form: neither is there without the other."""
    return From(path, absent=Mark.LEFT_OUT)


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that comes from a fact: a clock, a store, the device's model.

    One that must be ``known``, and is not, refuses the request, by this response ``code``.
    """

    of: str
    convert: Callable[[Any], Any] | None = None
    known: bool = False
    code: str = ""

    def value(self, body: Body, facts: Ledger) -> Any:
        """The form's value; raises :class:`InvalidValue` where nobody knows it."""
        found = facts[self.of]
        if self.known and not found:
            raise InvalidValue(
                "is not known, and the request does not say it", field=self.of,
                response_code=self.code or None,
            )  # fmt: skip
        try:
            return self.convert(found) if self.convert else found
        except (KeyError, TypeError, ValueError, AttributeError):
            raise InvalidValue(f"{found} is of no use here", field=self.of) from None


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that is the same for every request."""

    of: Any

    def value(self, body: Body, facts: Ledger) -> Any:
        """The form's value."""
        return self.of


COUNTER: Final = Fixed(Mark.COUNTER)
"""The counter under which the message goes, whoever originates it."""


@dataclass(frozen=True)
class Members:
    """A value with members, each of which has a source of its own."""

    members: Mapping[str, Source]

    def value(self, body: Body, facts: Ledger) -> dict[str, Any]:
        """The form's value; raises :class:`InvalidValue` naming the field that the request lacks."""
        return {name: source.value(body, facts) for name, source in self.members.items()}


Source: TypeAlias = "From | Fact | Fixed | Members"
Condition: TypeAlias = Callable[[Body, Ledger], bool]


class Sender(Enum):
    """Who originates what a variant asks for."""

    USER = auto()
    """The User where the device knows it, else the Access Control Broker for it (DUIS mappings A and B)."""
    ACCESS_CONTROL_BROKER = auto()
    """The DCC as the Access Control Broker, in its own right (mapping C)."""
    COS_PARTY = auto()
    """The DCC as the CoS Party, in its own right."""


@dataclass(frozen=True)
class Binding:
    """One row: variant, the form, and its values' sources.

    It is for the devices of the variant that take the form's messages; ``only`` for some of them, where
    content or another row decides.
    ``when`` is the dotted path of a field that the body must hold for this row ("": any body), or a condition
    on body and facts. The ``sender`` may be a party of the DCC's, whoever asks. ``refuses`` are fields of the
    body that such a device has no use for, each with its response code. ``unspoken`` is the response code
    where the device's GBCS version does not have the form.
    """

    variant: str
    form: str
    only: frozenset[str] = frozenset()
    fields: Mapping[str, Source] = field(default_factory=dict)
    when: str | Condition = ""
    sender: Sender = Sender.USER
    refuses: Mapping[str, str] = field(default_factory=dict)
    unspoken: str = "E56"

    @cached_property
    def device_types(self) -> frozenset[str]:
        """The types of device that the row is for."""
        takes = message_code(forms.form(self.form).code).devices
        return _of_service(self.variant, self.only).intersection(takes)

    @cached_property
    def says_counter(self) -> bool:
        """Whether the payload says the header's counter again."""
        return any(
            source is COUNTER or (isinstance(source, Members) and COUNTER in source.members.values())
            for source in self.fields.values()
        )

    def check(self, body: Body) -> None:
        """Raise :class:`InvalidValue` for a field that is refused."""
        _refuse(self.refuses, body)

    def fits(self, body: Body, facts: Ledger) -> bool:
        """Whether the row is for a request of this content to a device of this type."""
        if facts["device_type"] not in self.device_types:
            return False
        if callable(self.when):
            return self.when(body, facts)
        return not self.when or _found(body, self.when) is not None

    @property
    def dated(self) -> bool:
        """Whether the GBCS version of a device of one of these types decides if it has the form."""
        code = forms.form(self.form).code
        return any(is_dated(code, each) for each in self.device_types)

    def is_spoken(self, facts: Ledger) -> bool:
        """Whether the device's GBCS version has the form (:mod:`gbsmart.gbcs.versions`)."""
        code, kind = forms.form(self.form).code, facts["device_type"]
        return not is_dated(code, kind) or edition(facts["gbcs_version"]).has(code, kind)


def _of_service(variant: str, only: frozenset[str]) -> frozenset[str]:
    types = service(variant).device_types
    return types & only if only else types


def _refuse(codes: Mapping[str, str], body: Body) -> None:
    for path, code in codes.items():
        if _found(body, path) is not None:
            raise InvalidValue("is not for this device", field=path, response_code=code)


@dataclass(frozen=True)
class Refusal:
    """Why no row is for a request: fields that the devices of its variant, or ``only`` some of them, have no
    use for, by response code.

    It is looked at where no row fits, so that a User is told more than that.
    """

    variant: str
    codes: Mapping[str, str]
    only: frozenset[str]

    def check(self, body: Body, facts: Ledger) -> None:
        """Raise :class:`InvalidValue` for a field that is refused."""
        if facts["device_type"] in _of_service(self.variant, self.only):
            _refuse(self.codes, body)


def refusal(variant: str, codes: Mapping[str, str], *only: str) -> Refusal:
    """Declare why no row is for a request."""
    return Refusal(variant, codes, frozenset(only))


def has(path: str, *values: Any) -> Condition:
    """A body that holds one of these values at a dotted path; without values, any."""

    def holds(body: Body, _facts: Ledger) -> bool:
        found = _found(body, path)
        return found is not None if not values else found in values

    return holds


def fact(name: str, *values: Any) -> Condition:
    """A fact that is one of these values."""
    return lambda _body, facts: facts[name] in values


def all_of(*conditions: Condition) -> Condition:
    """All of the conditions."""
    return lambda body, facts: all(each(body, facts) for each in conditions)


def three_phases(_body: Body, facts: Ledger) -> bool:
    """A meter that the inventory has as a polyphase one (variant C)."""
    return "C" in facts["esme_variant"]


BY_NETWORK_OPERATOR = fact("role", "ED", "GT")
"""A User that asks as a network operator; every other asks as a supplier."""


def binding(
    variant: str,
    form: str,
    *only: str,
    fields: Mapping[str, Source] | None = None,
    when: str | Condition = "",
    sender: Sender = Sender.USER,
    refuses: Mapping[str, str] | None = None,
    unspoken: str = "E56",
) -> Binding:
    """Declare a row."""
    return Binding(variant, form, frozenset(only), fields or {}, when, sender, refuses or {}, unspoken)


ISSUER_EVENT_ID = Fact("now", lambda moment: moment.replace(microsecond=0))
"""GBZ commands carry the time of their creation as event id (``gbcs-payloads`` 3.2)."""

OTHER_DEVICES = ("other_device_id", "device_id", "old_chfid", "old_gpfid")
"""Where the body of a device's request names another device."""


def other_device(body: Body) -> Eui64 | None:
    """The device that a request names beside its own: which facts of it are wanted goes by the row."""
    return next((body[name] for name in OTHER_DEVICES if body.get(name) is not None), None)

"""The filter language of the ledger: one declared grammar, read into terms.

A filter is terms with spaces between them, all of which must hold. A term is ``field:value``, or a bare
word, which looks in names and RequestIDs. Commas give alternatives, a minus sign before the term turns it
round, quotation marks hold spaces together. :data:`FIELDS` declares every field once: reading, the errors
and the help page follow from it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from gbsmart.dcc.model import REQUEST, RequestKey
from gbsmart.duis import dcc_alerts, response_codes, service_requests
from gbsmart.ground import InvalidValue

LONGEST = 500
"""The most letters of a filter."""


class FilterError(InvalidValue):
    """A filter that cannot be read: what is wrong, with the ``length`` letters from ``position``."""

    def __init__(self, reason: str, position: int, length: int, *, remedy: str = "") -> None:
        super().__init__(reason, field="filter", remedy=remedy)
        self.position = position
        self.length = max(length, 1)


class Octets(NamedTuple):
    """The EUI-64s from ``low`` to ``high``: those that begin alike."""

    low: bytes
    high: bytes


class Spelling(NamedTuple):
    """A word, or the beginning of one."""

    text: str
    open: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One field: how its values are read (``read`` raises ``ValueError``), and what the help says."""

    name: str
    read: Callable[[str, datetime], Any]
    takes: str
    meaning: str
    example: str


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: any of ``values`` of ``field`` ("" for a bare word), or, ``negated``, none."""

    field: str
    values: tuple[Any, ...]
    negated: bool = False


Filter = tuple[Term, ...]
EVERYTHING: Filter = ()


def read_filter(text: str, now: datetime) -> Filter:
    """The terms of a filter; ``now`` is what ``since:1h`` counts from. Raises :class:`FilterError`."""
    if len(text) > LONGEST:
        raise FilterError(f"longer than {LONGEST} letters", LONGEST, len(text) - LONGEST)
    if "\0" in text:
        raise FilterError("no text holds the letter NUL", text.index("\0"), 1)
    terms: list[Term] = []
    at = 0
    while (start := _WORD.match(text, at)) is not None:
        at = start.end()
        if at == len(text):
            break
        term, at = _term(text, at, now)
        terms.append(term)
    return tuple(terms)


_WORD = re.compile(r"\s*")
_NAME = re.compile(r"(-?)(?:([A-Za-z]+):)?")
_VALUE = re.compile(r'"([^"]*)"|([^\s,"]+)')


def _term(text: str, at: int, now: datetime) -> tuple[Term, int]:
    begin = _NAME.match(text, at)
    assert begin is not None  # it matches nothing, too
    name = (begin[2] or "").lower()
    if begin[2] and name not in BY_NAME:
        near = difflib.get_close_matches(name, BY_NAME, 1)
        remedy = f"Did you mean {near[0]}:?" if near else f"The fields are {', '.join(BY_NAME)}."
        raise FilterError(f"there is no field {begin[2]!r}", begin.start(2), len(begin[2]), remedy=remedy)
    values: list[Any] = []
    at = begin.end()
    while True:
        found = _VALUE.match(text, at)
        if found is None:
            if text[at : at + 1] == '"':
                raise FilterError("the quotation marks are not closed", at, len(text) - at)
            what = f"{name}: needs a value" if name else "a value is missing"
            remedy = f"For example {BY_NAME[name].example}" if name else ""
            raise FilterError(what, begin.start(), at - begin.start(), remedy=remedy)
        written = found[1] if found[1] is not None else found[2]
        values.append(_value(name, written, found.start(), found.end(), now))
        at = found.end()
        if text[at : at + 1] != ",":
            return Term(name, tuple(values), begin[1] == "-"), at
        at += 1


def _value(name: str, written: str, start: int, end: int, now: datetime) -> Any:
    if not name:
        return written
    field = BY_NAME[name]
    try:
        return field.read(written, now)
    except (ValueError, InvalidValue) as wrong:
        reason = wrong.reason if isinstance(wrong, InvalidValue) else str(wrong)
        raise FilterError(reason, start, end - start, remedy=f"For example {field.example}") from None


# --- how values are read ---

_HEX = re.compile(r"[0-9a-f]{1,16}\Z")
_AGO = re.compile(r"(\d{1,6})(s|m|h|d|w)\Z")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _eui(text: str, _now: datetime) -> Octets:
    digits = text.lower().replace("-", "").replace(":", "").rstrip("*")
    if not _HEX.match(digits):
        raise ValueError(f"{text!r} is not an EUI-64, nor the beginning of one")
    return Octets(bytes.fromhex(digits.ljust(16, "0")), bytes.fromhex(digits.ljust(16, "f")))


def _variants(text: str, _now: datetime) -> tuple[str, ...]:
    stem = text.rstrip("*").rstrip(".")
    found = tuple(each for each in service_requests() if each == stem or each.startswith(f"{stem}."))
    if not found:
        raise ValueError(f"{text!r} is no Service Reference Variant, nor the beginning of one")
    return found


def _state(text: str, _now: datetime) -> str:
    return _one_of(text.replace("-", " "), STATES, "state")


def _code(text: str, _now: datetime) -> Spelling:
    written = text.upper()
    stem = written.rstrip("*")
    known = [*response_codes(), *dcc_alerts()]
    if written != stem and any(each.startswith(stem) for each in known):
        return Spelling(stem, True)
    if written not in known:
        raise ValueError(f"{text!r} is no DUIS response code or DCC Alert code")
    return Spelling(written, False)


_KINDS = ("critical", "non-critical", "non-device")


def _kind(text: str, _now: datetime) -> tuple[str, ...]:
    kind = _one_of(text, _KINDS, "kind")
    return tuple(variant for variant, each in service_requests().items() if each.kind == kind)


def _moment(text: str, now: datetime) -> datetime:
    if found := _AGO.match(text):
        try:
            return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
        except OverflowError:
            raise ValueError(f"{text!r} ago is before all time") from None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is neither a time ago nor a date and time") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _request(text: str, _now: datetime) -> RequestKey:
    return RequestKey.parse(text)


def _words(text: str, _now: datetime) -> str:
    return text


def _one_of(text: str, known: Sequence[str] | dict[str, Any], what: str) -> str:
    if text.lower() in known:
        return text.lower()
    near = difflib.get_close_matches(text.lower(), list(known), 1, 0.5)
    raise ValueError(
        f"{text!r} is no {what}: "
        + (f"did you mean {near[0].replace(' ', '-')}?" if near else f"{', '.join(known)}")
    )


STATES = tuple(dict.fromkeys(state for step in REQUEST.transitions for state in (step.source, step.target)))

_EUI = "an EUI-64, or its beginning"
_TIME = "how long ago (s, m, h, d, w), or a date and time in UTC"
FIELDS = (
    Field("user", _eui, _EUI, "the User that asked", "user:90-B3-D5-1F-30-01"),
    Field("device", _eui, _EUI, "the device that was asked", "device:00-DB-12-34-C0-00-01-00"),
    Field(
        "variant", _variants, "a Service Reference Variant, or its beginning", "what was asked", "variant:4.1"
    ),
    Field("kind", _kind, ", ".join(_KINDS), "what kind of request it is", "kind:critical"),
    Field(
        "state", _state, "a state, with hyphens for spaces", "where it stands, or how it was decided",
        "state:answered,outcome-unknown",
    ),
    Field("code", _code, "a response code; * ends a beginning", "the code of its last answer", "code:E*"),
    Field("since", _moment, _TIME, "received then or later", "since:1h"),
    Field("until", _moment, _TIME, "received before then", "until:2026-01-31T12:00"),
    Field("id", _request, "a RequestID", "this one request", "id:90-B3-…:00-DB-…:1000"),
    Field("detail", _words, "text", "what an event of its ledger says", 'detail:"not eligible"'),
)  # fmt: skip
"""Every field of the language."""

BY_NAME = {field.name: field for field in FIELDS}

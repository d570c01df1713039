"""How a form asks for each simple type of DUIS: the input, the hint, the choices, the bounds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from gbsmart.duis import lexical, moments, octets
from gbsmart.ground import InvalidValue


@dataclass(frozen=True, slots=True)
class Look:
    """How one value is asked for.

    ``input`` is ``text``, ``number``, ``select``, ``moment``, ``day``, ``time`` or ``xml``; ``blank`` is
    whether an empty text is a value.
    """

    input: str = "text"
    hint: str = ""
    options: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    blank: bool = False
    placeholder: str = ""


def _text(content: lexical.Text) -> Look:
    return Look("text", content.wants, low=content.low, high=content.high, blank=content.low == 0)


def _integer(content: lexical.Integer) -> Look:
    return Look("number", content.wants, low=content.low, high=content.high)


def _hex(content: octets.Hex) -> Look:
    if content.allowed:
        return Look("select", options=tuple(value.hex().upper() for value in content.allowed))
    return Look("text", content.wants)


_MOMENT = "UTC, such as 2026-01-31T18:00; +2h counts from now"
_DEVICE = "00-DB-12-34-C0-00-01-00"
_LOOKS: dict[type, Callable[[Any], Look]] = {
    lexical.Text: _text,
    lexical.Integer: _integer,
    lexical.OneOf: lambda content: Look("select", options=content.words),
    lexical.Boolean: lambda _: Look("select", options=("true", "false")),
    octets.Hex: _hex,
    lexical.Eui: lambda content: Look("text", content.wants, placeholder=_DEVICE),
    lexical.Euis: lambda content: Look("text", content.wants, placeholder=_DEVICE),
    moments.DateTime: lambda _: Look("moment", _MOMENT),
    moments.Execution: lambda _: Look("moment", f"Open: now. Else {_MOMENT}; never cancels"),
    moments.TimeOfDay: lambda content: Look("time", content.wants, placeholder="00:00"),
    moments.Day: lambda content: Look(
        "day", f"{content.wants}; +1d counts from today", placeholder="2026-01-31"
    ),
    moments.YearlyDay: lambda content: Look("day", content.wants, placeholder="65535-01-31"),
}


def look_of(content: Any) -> Look:
    """How a value of a simple type is asked for; a type without a look of its own is asked for as text."""
    for kind in type(content).__mro__:
        if kind in _LOOKS:
            return _LOOKS[kind](content)
    return Look(hint=content.wants)


_AHEAD = re.compile(r"\+(\d{1,6})(s|m|h|d|w)\Z")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_NEVER = "3000-12-31T00:00:00Z"


def as_written(text: str, look: Look, now: datetime) -> str:
    """What people write for a moment, a day or a time, as DUIS writes it; other text as it is."""
    if look.input == "text":
        return text
    text = text.strip()
    if look.input == "moment":
        return _moment(text, now)
    if look.input == "day" and _AHEAD.match(text):
        text = moment_of(text, now).date().isoformat()
    if look.input == "time" and re.fullmatch(r"\d\d:\d\d", text):
        text += ":00"
    return f"{text}Z" if look.input in ("time", "day") and text and not text.endswith("Z") else text


def _moment(text: str, now: datetime) -> str:
    if text.lower() == "never":
        return _NEVER
    try:
        return moment_of(text, now).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except InvalidValue:
        return text  # the type says what it wants


def moment_of(text: str, now: datetime) -> datetime:
    """The moment that people mean: a date and time (UTC unless it says otherwise), or one from now on.

    Raises :class:`InvalidValue`.
    """
    text = text.strip()
    try:
        if found := _AHEAD.match(text):
            return now + timedelta(**{_UNITS[found[2]]: int(found[1])})
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidValue(
            f"{text!r} is neither a date and time nor a time from now", field="moment",
            remedy="Write 2026-04-01T00:00 (UTC) or +1d.",
        ) from None  # fmt: skip

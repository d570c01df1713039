"""Values given with an act: read from JSON or from a form, checked, and written as the case keeps them.

In JSON a date is ``YYYY-MM-DD``, a moment RFC 3339 (by London's clocks where it names no zone), money a text
of pounds (``"540.00"``), lines and choices are arrays. A form gives all of them as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import LONDON
from gbsmart.procedures.declaration import Field, Kind

LONGEST_TEXT = 500
LONGEST = 100_000
"""Characters of a short and of a long text."""
_NOTHING: tuple[Any, ...] = (None, "", [], ())
_PENCE = Decimal("0.01")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 has no way to write."""
_LARGEST = 10**12
"""No number or sum under the Code is larger."""
_DAYS = (date(1970, 1, 1), date(2999, 12, 31))
"""Between which every day and every moment lies that somebody gives."""


def read_given(fields: Iterable[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of ``given`` that ``fields`` ask for, as a case keeps them.

    Raises :class:`InvalidValue`, naming the field, for one that is missing, unknown or not of its kind.
    """
    known = {each.name: each for each in fields}
    for name in given:
        if name not in known:
            raise InvalidValue(
                "nothing of this name is asked for",
                field=name,
                remedy=f"Asked for: {', '.join(known) or 'nothing'}.",
            )
    _check_whole(known, given)
    values: dict[str, Any] = {}
    for name, each in known.items():
        value = given.get(name)
        if value not in _NOTHING:
            values[name] = _READ[each.kind](each, value)
        elif each.kind is Kind.YES_NO:
            values[name] = False
    return values


def _check_whole(known: Mapping[str, Field], given: Mapping[str, Any]) -> None:
    """All that is missing is said at once, the first as the field that is wrong."""
    missing = [
        each
        for name, each in known.items()
        if each.required and each.kind is not Kind.YES_NO and given.get(name) in _NOTHING
    ]
    if missing:
        rest = ", ".join(f"{each.name} ({each.title})" for each in missing[1:])
        raise InvalidValue(
            f"{missing[0].title} is needed",
            field=missing[0].name,
            remedy=f"Needed too: {rest}." if rest else "",
        )


def check_text(text: str, field: str) -> None:
    """Raise :class:`InvalidValue` for what no text of a case holds: neither databases nor feeds take it."""
    if _UNWRITABLE.search(text):
        raise InvalidValue("holds control characters", field=field)


def typed(each: Field, value: Any) -> Any:
    """A kept value as Python has it: dates, moments and money as such."""
    if value is None:
        return None
    match each.kind:
        case Kind.DATE:
            return date.fromisoformat(value)
        case Kind.MOMENT:
            return datetime.fromisoformat(value)
        case Kind.MONEY:
            return Decimal(value)
    return value


def _text(each: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidValue("a text is wanted", field=each.name)
    most = LONGEST if each.kind is Kind.LONG_TEXT else LONGEST_TEXT
    if len(value) > most:
        raise InvalidValue(f"more than {most:,} characters", field=each.name)
    check_text(value, each.name)
    return value.replace("\r\n", "\n").strip()


def _choice(each: Field, value: Any) -> str:
    if value not in each.choices:
        raise InvalidValue(f"{value!r} is not one of {', '.join(each.choices)}", field=each.name)
    return str(value)


def _choices(each: Field, value: Any) -> list[str]:
    chosen = _lines(each, value)
    return [_choice(each, one) for one in dict.fromkeys(chosen)]


def _yes_no(each: Field, value: Any) -> bool:
    if value in (True, "yes", "true", "on", "1"):
        return True
    if value in (False, "no", "false", "off", "0"):
        return False
    raise InvalidValue(f"{value!r} is neither yes nor no", field=each.name)


def _date(each: Field, value: Any) -> str:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidValue(f"{value!r} is no date", field=each.name, remedy="Write 2026-01-31.") from None
    _within_reach(each, day)
    return day.isoformat()


def _moment(each: Field, value: Any) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    if moment is None:
        remedy = "Write 2026-01-31T09:00, by London's clocks, or with a zone."
        raise InvalidValue(f"{value!r} is no moment", field=each.name, remedy=remedy)
    _within_reach(each, moment.date())
    return (moment if moment.tzinfo else moment.replace(tzinfo=LONDON)).astimezone(UTC).isoformat()


def _number(each: Field, value: Any) -> int:
    try:
        number = int(value, 10) if isinstance(value, str) else value
    except ValueError:
        number = None
    if not isinstance(number, int) or isinstance(number, bool):
        raise InvalidValue(f"{value!r} is no whole number", field=each.name)
    _bounded(each, number)
    return number


def _money(each: Field, value: Any) -> str:
    try:
        pounds = Decimal(str(value).removeprefix("£").replace(",", ""))
        exact = pounds.quantize(_PENCE)
    except InvalidOperation:
        raise InvalidValue(f"{value!r} is no amount of pounds", field=each.name) from None
    if exact != pounds:
        raise InvalidValue("money is counted in whole pennies", field=each.name)
    _bounded(each, exact)
    return str(exact)


def _within_reach(each: Field, day: date) -> None:
    first, last = _DAYS
    if not first <= day <= last:
        raise InvalidValue(f"lies from {first} to {last}", field=each.name)


def _bounded(each: Field, number: int | Decimal) -> None:
    if not -_LARGEST <= number <= _LARGEST:
        raise InvalidValue("is too large a number", field=each.name)
    if each.least is not None and number < each.least:
        raise InvalidValue(f"{number} is less than {each.least}", field=each.name)
    if each.most is not None and number > each.most:
        raise InvalidValue(f"{number} is more than {each.most}", field=each.name)


def _lines(each: Field, value: Any) -> list[str]:
    if isinstance(value, str):
        value = value.splitlines()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InvalidValue("a list of texts is wanted", field=each.name)
    return [line for one in value if (line := _text(each, one))]


_READ: Mapping[Kind, Callable[[Field, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.YES_NO: _yes_no,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.LINES: _lines,
    Kind.CASE: _text,
}

"""How XML Schema says a simple type: a built-in type and the facets that restrict it.

Every simple type (:mod:`gbsmart.duis.lexical`) says its own; the generated schema writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple


class Form(NamedTuple):
    """A built-in type of XML Schema, such as ``string``, and facets in the order of writing."""

    base: str
    facets: tuple[tuple[str, str], ...] = ()


_BOUNDED = {
    (-(1 << 7), (1 << 7) - 1): "byte",
    (-(1 << 15), (1 << 15) - 1): "short",
    (-(1 << 31), (1 << 31) - 1): "int",
    (0, (1 << 8) - 1): "unsignedByte",
    (0, (1 << 16) - 1): "unsignedShort",
    (0, (1 << 32) - 1): "unsignedInt",
    (0, (1 << 64) - 1): "unsignedLong",
}


def whole(low: int | None, high: int | None) -> Form:
    """Whole numbers from ``low`` to ``high``, or any."""
    if low is None or high is None:
        return Form("integer")
    if named := _BOUNDED.get((low, high)):
        return Form(named)
    return Form("integer", (("minInclusive", str(low)), ("maxInclusive", str(high))))


def decimal(low: Decimal | None, high: Decimal | None, decimals: int | None, *, inside: bool) -> Form:
    """Numbers of at most ``decimals`` decimals from ``low`` to ``high`` (``inside``: between them)."""
    how = "Exclusive" if inside else "Inclusive"
    facets = [] if low is None else [(f"min{how}", str(low))]
    facets += [] if high is None else [(f"max{how}", str(high))]
    facets += [] if decimals is None else [("fractionDigits", str(decimals))]
    return Form("decimal", tuple(facets))


def sized(base: str, low: int, high: int | None, *patterns: str) -> Form:
    """Text or octets of ``low`` to ``high`` units, of each of the patterns that is not empty."""
    facets = [("pattern", pattern) for pattern in patterns if pattern]
    if low and low == high:
        facets.append(("length", str(low)))
    else:
        facets += [("minLength", str(low))] if low else []
        facets += [] if high is None else [("maxLength", str(high))]
    return Form(base, tuple(facets))


def listed(words: Iterable[str], base: str = "string") -> Form:
    """One of ``words``."""
    return Form(base, tuple(("enumeration", str(word)) for word in words))


EUI_PATTERN = "-".join(["[0-9A-Fa-f]{2}"] * 8)


def numbers_up_to(high: int) -> str:
    """The pattern of the numbers from 0 to ``high``, without leading zeros."""
    return f"({'|'.join(_numbers(str(high)))})"


def _numbers(high: str) -> Iterator[str]:
    yield "0"
    if len(high) > 1:
        yield f"[1-9]{_any(len(high) - 2, at_most=True)}"
    for at, digit in enumerate(high):
        lowest = 0 if at else 1
        if int(digit) > lowest:
            highest = int(digit) - 1
            span = str(lowest) if lowest == highest else f"[{lowest}-{highest}]"
            yield f"{high[:at]}{span}{_any(len(high) - at - 1)}"
    yield high


def _any(digits: int, *, at_most: bool = False) -> str:
    return f"[0-9]{{{'0,' if at_most else ''}{digits}}}" if digits else ""


IDENTIFIER_PATTERN = f"{EUI_PATTERN}:{EUI_PATTERN}:{numbers_up_to((1 << 64) - 1)}"

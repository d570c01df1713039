"""A fault as a declaration: what may be made to go wrong, where, how it shows, and what it may be told.

Each wing declares the faults of its own code beside it; nothing here knows any of them. From a
declaration come the checks of what a switch is told, the forms and tables that show it, and its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from gbsmart.ground.errors import InvalidValue
from gbsmart.ground.eui64 import Eui64


class Kind(StrEnum):
    """What kind of value a parameter takes."""

    COUNT = "whole number"
    SHARE = "share"
    DURATION = "duration"
    CHOICE = "choice"
    EUI64 = "EUI-64"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value that a fault may be told: a whole number, a share (0 to 1), a duration, a choice, an id.

    ``default`` is what holds unless it is told (``None``: nothing). ``least`` and ``greatest`` bound
    counts and durations (these in seconds). ``check`` is what else a text must pass: it raises
    :class:`~gbsmart.ground.GbsmartError`, or returns the text as it is kept.
    """

    name: str
    kind: Kind
    meaning: str
    default: Any = None
    least: int = 0
    greatest: int = 1_000_000
    choices: tuple[str, ...] = ()
    check: Callable[[str], str] | None = None

    @property
    def range(self) -> str:
        """What it takes, for people: ``1 to 100``, ``lost, late``."""
        if self.kind is Kind.CHOICE:
            return ", ".join(self.choices)
        if self.kind is Kind.SHARE:
            return "0 to 1"
        if self.kind is Kind.COUNT:
            return f"{self.least:,} to {self.greatest:,}"
        if self.kind is Kind.DURATION:
            return f"{show_duration(timedelta(seconds=self.least))} to {self._longest}"
        return str(self.kind)

    @property
    def _longest(self) -> str:
        return show_duration(timedelta(seconds=self.greatest))

    def read(self, given: Any) -> Any:
        """The value that ``given`` (text, or already a value) is; raises :class:`InvalidValue`."""
        return _READ[self.kind](self, given)

    def show(self, value: Any) -> str:
        """A value as :meth:`read` takes it; ``""`` for none."""
        if value is None:
            return ""
        return show_duration(value) if isinstance(value, timedelta) else str(value)

    def _wrong(self, given: Any) -> InvalidValue:
        return InvalidValue(f"{given!r} is not {_A[self.kind]}", field=self.name, remedy=self._remedy)

    @property
    def _remedy(self) -> str:
        example = ", such as 1.5, 90s, 5m, 4h or 2d" if self.kind is Kind.DURATION else ""
        return f"Give {self.range}{example}."

    def _count(self, given: Any) -> int:
        text = str(given).strip()
        if isinstance(given, bool) or not re.fullmatch(r"[0-9]{1,12}", text, re.ASCII):
            raise self._wrong(given)
        self._check_bounds(int(text), given)
        return int(text)

    def _share(self, given: Any) -> Decimal:
        try:
            share = Decimal(str(given).strip())
        except InvalidOperation:
            raise self._wrong(given) from None
        if not (share.is_finite() and 0 <= share <= 1):
            raise self._wrong(given)
        return share

    def _duration(self, given: Any) -> timedelta:
        duration = given if isinstance(given, timedelta) else read_duration(str(given))
        if duration is None:
            raise self._wrong(given)
        self._check_bounds(duration.total_seconds(), given)
        return duration

    def _choice(self, given: Any) -> str:
        text = str(given).strip()
        if text not in self.choices:
            raise self._wrong(given)
        return text

    def _eui64(self, given: Any) -> Eui64:
        if isinstance(given, Eui64):
            return given
        try:
            return Eui64.parse(str(given))
        except InvalidValue as wrong:
            raise InvalidValue(wrong.reason, field=self.name) from None

    def _text(self, given: Any) -> str:
        text = str(given).strip()
        if not text or len(text) > _LONGEST_TEXT or not text.isprintable():
            raise self._wrong(given)
        return text if self.check is None else self.check(text)

    def _check_bounds(self, size: float, given: Any) -> None:
        if not self.least <= size <= self.greatest:
            raise InvalidValue(f"{given} is out of range", field=self.name, remedy=self._remedy)


_LONGEST_TEXT: Final = 200
_READ: Final[Mapping[Kind, Callable[[Parameter, Any], Any]]] = {
    Kind.COUNT: Parameter._count,
    Kind.SHARE: Parameter._share,
    Kind.DURATION: Parameter._duration,
    Kind.CHOICE: Parameter._choice,
    Kind.EUI64: Parameter._eui64,
    Kind.TEXT: Parameter._text,
}
_A: Final = {
    Kind.COUNT: "a whole number", Kind.SHARE: "a share", Kind.DURATION: "a duration",
    Kind.CHOICE: "one of the choices", Kind.EUI64: "an EUI-64", Kind.TEXT: "a text of one line",
}  # fmt: skip
_UNITS: Final = {"ms": 1_000, "s": 10**6, "m": 60 * 10**6, "h": 3_600 * 10**6, "d": 86_400 * 10**6}
"""In microseconds."""
_DURATION: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*(ms|s|m|h|d)?", re.ASCII)


def read_duration(text: str) -> timedelta | None:
    """``1.5`` (seconds), ``250ms``, ``90s``, ``5m``, ``4h``, ``2d``; ``None`` for anything else."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        return None
    return timedelta(microseconds=int(Decimal(found[1]) * _UNITS[found[2] or "s"]))


def show_duration(duration: timedelta) -> str:
    """The shortest text that :func:`read_duration` reads back."""
    micros = duration // timedelta(microseconds=1)
    for unit in ("d", "h", "m", "s", "ms"):
        if micros and micros % _UNITS[unit] == 0:
            return f"{micros // _UNITS[unit]}{unit}"
    return f"{(Decimal(micros) / 10**6).normalize():f}s"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that can be made to go wrong.

    ``where`` says which part of the system suffers it, ``effect`` what one then sees. ``parameters`` are
    what it may be told; ``keys`` to what it may be narrowed, and by what its occasions are counted. A
    ``standing`` fault is a state: it holds for all that it is narrowed to for as long as it is on, where
    others strike single occasions. ``loses`` says that what it strikes is lost for good.
    """

    name: str
    where: str
    effect: str
    parameters: tuple[Parameter, ...] = ()
    keys: tuple[Parameter, ...] = ()
    standing: bool = False
    loses: bool = False

    @property
    def conditions(self) -> tuple[Parameter, ...]:
        """The parameters of when it strikes that it takes beside its own."""
        return (LASTING,) if self.standing else CONDITIONS

    def takes(self) -> Mapping[str, Parameter]:
        """Everything it may be told, by name."""
        return {each.name: each for each in (*self.parameters, *self.keys, *self.conditions)}


LASTING: Final = Parameter(
    "lasting", Kind.DURATION, "only for so long after it was switched on, on the system's clock",
    least=0, greatest=366 * 86_400,
)  # fmt: skip
CONDITIONS: Final = (
    Parameter("share", Kind.SHARE, "only this share of the occasions, chosen by the seed"),
    Parameter("every", Kind.COUNT, "only every so many-th occasion of the same key", least=1),
    Parameter("times", Kind.COUNT, "at most so often for the same key", least=1),
    Parameter("total", Kind.COUNT, "at most so often in all", least=1),
    LASTING,
)
"""What every fault may be told that strikes single occasions."""


def read_switch(text: str) -> tuple[str, dict[str, str]]:
    """``NAME[:param=value,...]`` as a command line has it; raises :class:`InvalidValue`."""
    name, _, rest = text.strip().partition(":")
    given: dict[str, str] = {}
    for part in filter(None, (each.strip() for each in rest.split(","))):
        key, equals, value = part.partition("=")
        if not equals:
            raise InvalidValue(
                f"{part!r} is not param=value", field=name, remedy="Write NAME:param=value,param=value."
            )
        given[key.strip()] = value.strip()
    return name, given

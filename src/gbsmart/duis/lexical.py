"""Simple types: how one value is written as the text of an XML element, and read back.

Each has ``read(text)`` and ``write(value)``; both raise ``ValueError`` (or an :class:`InvalidValue`)
whose message completes the sentence "this element ...". White space around everything but text and
words (:class:`Text`, :class:`OneOf`) is dropped, as XML Schema does. Moments, days and times of day are in
:mod:`gbsmart.duis.moments`, octets in :mod:`gbsmart.duis.octets`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from gbsmart.duis.document import WHITE_SPACE
from gbsmart.duis.forms import EUI_PATTERN, IDENTIFIER_PATTERN, Form, decimal, listed, sized, whole
from gbsmart.duis.identifiers import RequestId
from gbsmart.ground import Eui64


class Simple(Protocol):
    """Text to value and back."""

    @property
    def wants(self) -> str:
        """What it takes, in words: the type and its bounds."""
        ...

    @property
    def form(self) -> Form:
        """The same as XML Schema says it."""
        ...

    def read(self, text: str) -> Any:
        """The value that ``text`` says; raises ``ValueError``."""
        ...

    def write(self, value: Any) -> str:
        """The text that says ``value``; raises ``ValueError``."""
        ...


_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Text:
    """Free text of ``low`` to ``high`` characters, perhaps of a ``pattern``."""

    low: int = 0
    high: int | None = None
    pattern: str = ""

    @property
    def wants(self) -> str:
        """What it takes."""
        length = f"{self._length()} characters" if self.low or self.high is not None else "text"
        return f"{length}, of the form {self.pattern}" if self.pattern else length

    def _length(self) -> str:
        if self.high is None:
            return f"{self.low} or more"
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,} to {self.high:,}"

    @property
    def form(self) -> Form:
        """As XML Schema says it."""
        return sized("string", self.low, self.high, self.pattern)

    def read(self, text: str) -> str:
        """The text itself."""
        if len(text) < self.low or (self.high is not None and len(text) > self.high):
            raise ValueError(f"has {len(text)} characters, not {self._length()}")
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise ValueError(f"says {text!r}, not of the form {self.pattern}")
        return text

    def write(self, value: Any) -> str:
        """The text itself, checked."""
        if not isinstance(value, str):
            raise ValueError(f"needs text, not {value!r}")
        if _NOT_XML.search(value):
            raise ValueError(f"holds a character that XML cannot: {value!r}")
        return self.read(value)


_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_DIGITS = 100
"""Of the longest number that is read, leading zeros aside: a certificate's serial number is the longest."""


def _is_long(text: str) -> bool:
    return len(text) > _DIGITS and (len(text) > 4_000 or len(text.lstrip("+-0")) > _DIGITS)


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number from ``low`` to ``high``; any number where both are ``None``."""

    low: int | None
    high: int | None

    @property
    def wants(self) -> str:
        """What it takes."""
        return "a whole number" if self.low is None or self.high is None else f"{self.low:,} to {self.high:,}"

    @property
    def form(self) -> Form:
        """As XML Schema says it."""
        return whole(self.low, self.high)

    def read(self, text: str) -> int:
        """The number; leading zeros are allowed, as in XML Schema."""
        if not (text.isdigit() and text.isascii() and len(text) < _DIGITS):  # as next to all are
            plain = _INTEGER.match(text) or _INTEGER.match(text := text.strip(WHITE_SPACE))
            if not plain or _is_long(text):
                raise ValueError(f"says {text[:40]!r}, not a whole number")
        value, low, high = int(text), self.low, self.high
        if low is not None and high is not None and not low <= value <= high:
            raise ValueError(f"says {value}, not {self.low} to {self.high}")
        return value

    def write(self, value: Any) -> str:
        """The number without leading zeros."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"needs a whole number, not {value!r}")
        if self._is_beyond(value):
            raise ValueError(f"cannot be {value}: {self.low} to {self.high}")
        return str(value)

    def _is_beyond(self, value: int) -> bool:
        return self.low is not None and self.high is not None and not self.low <= value <= self.high


_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\Z")


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number of at most ``decimals`` decimals, from ``low`` to ``high`` (``open``: between them).

    It keeps the decimals that it was written with: ``60.00`` stays so.
    """

    low: Decimal | None = None
    high: Decimal | None = None
    decimals: int | None = None
    open: bool = False

    @property
    def wants(self) -> str:
        """What it takes."""
        if self.low is None or self.high is None:
            return "a number"
        places = f", at most {self.decimals} decimals" if self.decimals is not None else ""
        return self._bounds() + places

    @property
    def form(self) -> Form:
        """As XML Schema says it."""
        return decimal(self.low, self.high, self.decimals, inside=self.open)

    def _bounds(self) -> str:
        return f"more than {self.low}, less than {self.high}" if self.open else f"{self.low} to {self.high}"

    def read(self, text: str) -> Decimal:
        """The number."""
        text = text.strip(WHITE_SPACE)
        if not _DECIMAL.match(text) or _is_long(text):
            raise ValueError(f"says {text[:40]!r}, not a number")
        value = Decimal(text)
        if reason := self._wrong(value):
            raise ValueError(f"says {value}, {reason}")
        return value

    def write(self, value: Any) -> str:
        """The number, without an exponent."""
        if not isinstance(value, (Decimal, int)) or isinstance(value, bool) or not Decimal(value).is_finite():
            raise ValueError(f"needs a Decimal, not {value!r}")
        value = Decimal(value)
        if reason := self._wrong(value):
            raise ValueError(f"cannot be {value}, {reason}")
        return f"{value:f}"

    def _wrong(self, value: Decimal) -> str:
        if self.low is not None and self.high is not None:
            inside = self.low < value < self.high if self.open else self.low <= value <= self.high
            if not inside:
                return f"not {self._bounds()}"
        if self.decimals is not None and value * 10**self.decimals % 1:
            return f"which has more than {self.decimals} decimals"
        return ""


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a list of words."""

    words: tuple[str, ...]
    token: bool = False
    """Whether white space around the word is dropped."""

    @property
    def wants(self) -> str:
        """What it takes."""
        return ", ".join(self.words)

    @property
    def form(self) -> Form:
        """As XML Schema says it."""
        return listed(self.words, "token" if self.token else "string")

    def read(self, text: str) -> str:
        """The word."""
        if self.token:
            text = text.strip(WHITE_SPACE)
        if text not in self.words:
            raise ValueError(f"says {text[:60]!r}, not one of {self._listed()}")
        return text

    def write(self, value: Any) -> str:
        """The word, checked."""
        if value not in self.words:
            raise ValueError(f"cannot be {value!r}: one of {self._listed()}")
        return str(value)

    def _listed(self) -> str:
        return ", ".join(self.words[:12]) + (", ..." if len(self.words) > 12 else "")


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the words of a table of the catalogue, which is opened on first use."""

    what: str
    words: Callable[[], Collection[str]]

    @property
    def wants(self) -> str:
        """What it takes."""
        return self.what

    @property
    def form(self) -> Form:
        """As XML Schema says it."""
        return listed(self.words())

    def read(self, text: str) -> str:
        """The word."""
        if text not in self.words():
            raise ValueError(f"says {text[:60]!r}, not {self.what}")
        return text

    def write(self, value: Any) -> str:
        """The word, checked."""
        if value not in self.words():
            raise ValueError(f"{value!r} is not {self.what}")
        return str(value)


class Boolean:
    """``true`` or ``false`` (``1`` and ``0`` are read too)."""

    wants = "true or false"
    form = Form("boolean")

    def read(self, text: str) -> bool:
        """Whether it is true."""
        text = text.strip(WHITE_SPACE)
        if text not in {"true", "false", "1", "0"}:
            raise ValueError(f"says {text[:20]!r}, not true or false")
        return text in {"true", "1"}

    def write(self, value: Any) -> str:
        """The word."""
        if not isinstance(value, bool):
            raise ValueError(f"needs True or False, not {value!r}")
        return "true" if value else "false"


class Eui:
    """An EUI-64 in its hyphened form."""

    wants = "an EUI-64"
    form = Form("token", (("pattern", EUI_PATTERN),))

    def read(self, text: str) -> Eui64:
        """The EUI-64."""
        text = text.strip(WHITE_SPACE)
        if len(text) != 23:
            raise ValueError(f"says {text[:40]!r}, not an EUI-64 such as 90-B3-D5-1F-30-01-00-00")
        return Eui64.parse(text)

    def write(self, value: Any) -> str:
        """The EUI-64 in upper case."""
        if not isinstance(value, Eui64):
            raise ValueError(f"needs an Eui64, not {value!r}")
        return str(value)


@dataclass(frozen=True, slots=True)
class Euis:
    """EUI-64s joined by commas without spaces, at most ``high`` characters of them: a tuple."""

    high: int | None = None

    @property
    def wants(self) -> str:
        """What it takes."""
        return "EUI-64s, joined by commas" + (f", at most {self._most():,}" if self.high is not None else "")

    @property
    def form(self) -> Form:
        """As XML Schema says it."""
        return sized("string", 23, self.high, f"({EUI_PATTERN},)*{EUI_PATTERN}")

    def _most(self) -> int:
        return ((self.high or 0) + 1) // _WITH_COMMA

    def read(self, text: str) -> tuple[Eui64, ...]:
        """The EUI-64s, in order."""
        self._check(text)
        return tuple([Eui().read(each) for each in text.split(",")])

    def write(self, value: Any) -> str:
        """The EUI-64s, joined."""
        if not isinstance(value, (tuple, list)) or not value:
            raise ValueError(f"needs one EUI-64 or more, not {value!r}")
        text = ",".join([Eui().write(each) for each in value])
        self._check(text)
        return text

    def _check(self, text: str) -> None:
        if self.high is not None and len(text) > self.high:
            raise ValueError(f"has {len(text):,} characters: more than {self._most():,} EUI-64s")
        if any(each in text for each in WHITE_SPACE):
            raise ValueError("holds white space")


_WITH_COMMA = 24


class Identifier:
    """A RequestID or ResponseID."""

    wants = "originator:target:counter"
    form = Form("token", (("pattern", IDENTIFIER_PATTERN),))

    def read(self, text: str) -> RequestId:
        """The identifier."""
        return RequestId.parse(text.strip(WHITE_SPACE))

    def write(self, value: Any) -> str:
        """The identifier."""
        if not isinstance(value, RequestId):
            raise ValueError(f"needs a RequestId, not {value!r}")
        if len(value.originator) != 8 or len(value.target) != 8 or not 0 <= value.counter < 1 << 64:
            raise ValueError(f"cannot be {value}: two EUI-64s and a number below 2^64")
        return str(value)

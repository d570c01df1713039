"""Values of any declaration, by chance: what the reader gives, and the writer takes.

``values(content)`` walks a declaration as data; all that is named here is what is kept as XML.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from lxml import etree

from gbsmart.duis import RequestId, lexical, moments, octets
from gbsmart.duis.document import DS, SR
from gbsmart.duis.element import Element
from gbsmart.duis.parts import UNBOUNDED, Choice, Group, Indexed, Many, Part, When
from gbsmart.duis.schema import EMPTY, OPAQUE, Complex, Mapped, Record, Sole
from gbsmart.ground import NEVER, NOW, DayMonth, Eui64

MMC = "http://www.dccinterface.co.uk/ResponseAndAlert"
_MOST = 3
"""How many more than the fewest of a repeated element are made."""
_BIG = 1 << 70
_DAYS = st.dates(date(1950, 1, 1), date(2150, 1, 1))
_MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_EUIS = st.binary(min_size=8, max_size=8).map(Eui64)
_COUNTERS = st.integers(0, (1 << 64) - 1)
_CHARACTERS = st.characters(
    min_codepoint=32, max_codepoint=0x10FFFF, exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"
)


# --- simple types ---


def _text(kind: lexical.Text) -> SearchStrategy[str]:
    if kind.pattern:
        sized = st.from_regex(kind.pattern, fullmatch=True)
        return sized.filter(lambda text: kind.low <= len(text) <= (kind.high or _BIG))
    return st.text(_CHARACTERS, min_size=kind.low, max_size=min(kind.high or 40, 40))


def _integer(kind: lexical.Integer) -> SearchStrategy[int]:
    low, high = kind.low, kind.high
    if low is None or high is None:
        return st.integers(-_BIG, _BIG)
    return st.sampled_from((low, high)) | st.integers(low, high)


def _number(kind: lexical.Number) -> SearchStrategy[Decimal]:
    low, high = kind.low or Decimal(0), kind.high or Decimal(100)
    step = Decimal(1).scaleb(-(kind.decimals or 0))
    first, last = (int(bound / step) for bound in (low, high))
    return st.integers(first + kind.open, last - kind.open).map(lambda count: count * step)


def _yearly(day: date, every: bool) -> DayMonth:
    return DayMonth(None if every else day.year, day.month, day.day)


_SIMPLE: dict[type, Any] = {
    lexical.Text: _text,
    lexical.Integer: _integer,
    lexical.Number: _number,
    lexical.OneOf: lambda kind: st.sampled_from(kind.words),
    lexical.Listed: lambda kind: st.sampled_from(sorted(kind.words())),
    lexical.Boolean: lambda _: st.booleans(),
    octets.Base64: lambda kind: st.binary(max_size=min(kind.high or 60, 60)),
    octets.Hex: lambda kind: (
        st.sampled_from(kind.allowed)
        if kind.allowed
        else st.binary(min_size=kind.low, max_size=kind.high or 8)
    ),
    lexical.Eui: lambda _: _EUIS,
    lexical.Euis: lambda _: st.lists(_EUIS, min_size=1, max_size=_MOST).map(tuple),
    lexical.Identifier: lambda _: st.builds(RequestId, _EUIS, _EUIS, _COUNTERS),
    moments.DateTime: lambda _: _MOMENTS,
    moments.Execution: lambda _: st.just(NEVER) | _MOMENTS,
    moments.TimeOfDay: lambda _: st.times(timezones=st.just(UTC)),
    moments.Day: lambda _: _DAYS,
    moments.PlainDay: lambda _: _DAYS,
    moments.YearlyDay: lambda _: st.builds(_yearly, _DAYS, st.booleans()),
}


# --- what elements hold ---


@cache
def values(content: Any) -> SearchStrategy[Any]:
    """The values of ``content``, as its reader gives them."""
    if content is EMPTY:
        return st.just(True)
    if not isinstance(content, Complex):
        return _SIMPLE[type(content)](content)
    if isinstance(content, Mapped):
        return values(content.content).map(content.gather)
    if isinstance(content, Sole):
        return _fields(content.part).map(lambda made: made[content.part.field])
    assert isinstance(content, Record), content
    attributes = {each.field: values(each.content) for each in content.attributes}
    return st.tuples(st.fixed_dictionaries(attributes), *map(_fields, content.parts)).map(_together)


def _together(made: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    return {field: value for each in made for field, value in each.items()}


def _fields(part: Part) -> SearchStrategy[dict[str, Any]]:
    """What a part adds to the fields of its record."""
    if isinstance(part, When):
        return (st.just(NOW) | values(part.element.content)).map(lambda value: {part.element.field: value})
    if isinstance(part, Element):
        there = _held(part).map(lambda value: {part.field: value})
        return st.just({}) | there if part.optional else there
    if isinstance(part, Many):
        most = min(part.high, part.low + _MOST, UNBOUNDED)
        listed = st.lists(_held(part.element), min_size=part.low, max_size=most)
        return listed.map(lambda items: {part.field: tuple(items)})
    if isinstance(part, Indexed):
        return _numbered(part).map(lambda found: {part.field: found})
    if isinstance(part, Group):
        together = st.tuples(*map(_fields, part.parts)).map(_together)
        return st.just({}) | together if part.optional else together
    assert isinstance(part, Choice), part
    branches = st.one_of(*map(_fields, part.parts))
    return st.just({}) | branches if part.optional else branches


def _numbered(part: Indexed) -> SearchStrategy[Any]:
    held = _held(part.element)
    if part.complete:
        return st.lists(held, min_size=part.low, max_size=part.high).map(tuple)
    most = min(part.high, part.low + _MOST)
    return st.dictionaries(st.integers(1, part.limit), held, min_size=part.low, max_size=most)


def _held(element: Element) -> SearchStrategy[Any]:
    return st.builds(kept, st.just(element.name)) if element.content is OPAQUE else values(element.content)


_ALGORITHM = 'Algorithm="urn:any"'
_KEPT = {
    "Signature": f"""<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo><ds:CanonicalizationMethod {_ALGORITHM}/>
        <ds:SignatureMethod {_ALGORITHM}/><ds:Reference URI=""><ds:DigestMethod {_ALGORITHM}/>
        <ds:DigestValue>AA==</ds:DigestValue></ds:Reference></ds:SignedInfo>
        <ds:SignatureValue>AA==</ds:SignatureValue></ds:Signature>""",
    "Header": f"""<sr:Header xmlns:sr="{SR}" xmlns:ra="{MMC}">
        <ra:BusinessOriginatorID>00-DB-12-34-56-78-90-A0</ra:BusinessOriginatorID>
        <ra:BusinessTargetID>90-B3-D5-1F-30-01-00-00</ra:BusinessTargetID>
        <ra:OriginatorCounter>1000</ra:OriginatorCounter></sr:Header>""",
}


def kept(name: str) -> etree._Element:
    """An element that is kept as XML, with what the schema of its own wants in it."""
    return etree.fromstring(_KEPT.get(name, f'<sr:{name} xmlns:sr="{SR}"/>'))

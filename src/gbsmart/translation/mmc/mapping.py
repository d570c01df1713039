"""Mapping rows: where in MMC the values of a form stand, declared as data.

A *row* names MMC elements and what each takes from the values of a form: a field by its dotted path, a
conversion of one or several fields, a fixed value, rows that repeat, a row of its own, or a list of them;
an ``@attribute`` stands as it is.
The renderer reads rows in one way and the conformance check in another; nothing else knows how the two
languages correspond (MMC schema 5.4; GBCS mapping tables).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from gbsmart.gbcs.shape import Sealed

Values: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A value of the form by its dotted path; of several, ``convert`` makes one.

    A path that ends in ``?`` may be absent (None); where any other is, the element is left out.
    """

    paths: tuple[str, ...]
    convert: Callable[..., Any] | None = None

    def content(self, values: Any) -> Any:
        """What stands in the element; None where the device did not return it."""
        held = [found(values, path.removesuffix("?")) for path in self.paths]
        if any(each is None for each, path in zip(held, self.paths, strict=True) if path[-1:] != "?"):
            return None
        return self.convert(*held) if self.convert else held[0]


@dataclass(frozen=True, slots=True)
class Fixed:
    """What the schema wants beside a value: there where the value at ``beside`` is."""

    value: Any
    beside: str

    def content(self, values: Any) -> Any:
        """The value, or None."""
        return None if found(values, self.beside) is None else self.value


@dataclass(frozen=True)
class Each:
    """An element that repeats: one for each row of the list at ``path``.

    ``index`` is the attribute that numbers them from 1; ``of`` says what a row gives (None: itself). A list
    longer than the ``most`` that MMC holds is left out whole.
    """

    path: str
    of: Row | Field | None = None
    index: str = ""
    most: int | None = None

    def content(self, values: Any) -> list[Any] | None:
        """The contents, one for each row that could be read."""
        rows = found(values, self.path)
        if rows is None or (self.most is not None and len(rows) > self.most):
            return None
        contents = [self._one(row, number) for number, row in enumerate(rows, 1) if readable(row)]
        return [each for each in contents if each is not None] or None

    def _one(self, row: Any, number: int) -> Any:
        content = row if self.of is None else filled(self.of, row)
        if not self.index or content is None:
            return content
        held = dict(content) if isinstance(content, Mapping) else {"": content}
        return {f"@{self.index}": number, **held}


@dataclass(frozen=True)
class Kept:
    """A row whose element stands there also where nothing is in it: the schema wants a choice made."""

    row: Row

    def content(self, values: Any) -> dict[str, Any]:
        """The content, empty where the device returned nothing."""
        return filled(self.row, values) or {}


Source: TypeAlias = "str | Field | Fixed | Each | Kept | Mapping[str, Any] | list[Any]"
Row: TypeAlias = Mapping[str, Any]


def of(*paths: str, by: Callable[..., Any] | None = None) -> Field:
    """Declare a field, converted ``by`` a function of as many values."""
    return Field(paths, by)


def filled(source: Source, values: Any) -> Any:
    """The content of an element; None where there is none."""
    if isinstance(source, str):
        return found(values, source)
    if isinstance(source, list):
        several = (filled(each, values) for each in source)
        return [each for each in several if each is not None] or None
    if not isinstance(source, Mapping):
        return source.content(values)
    contents = {name: filled(each, values) for name, each in source.items() if name[:1] != "@"}
    held = {name: each for name, each in contents.items() if each is not None}
    attributes = {name: each for name, each in source.items() if name[:1] == "@"}
    return {**attributes, **held} if held else None


def found(values: Any, path: str) -> Any:
    """What stands at a dotted path, or None; a value that stays sealed is not there."""
    held = values
    for step in path.split(".") if path else ():
        held = held.get(step) if isinstance(held, Mapping) else None
    return held if readable(held) else None


def readable(value: Any) -> bool:
    """Whether a value could be opened."""
    return not isinstance(value, Sealed)


@dataclass(frozen=True)
class ResponseMapping:
    """How MMC shows one form's response.

    ``left_out`` are the fields that MMC has no element for, each with the reason. ``element`` is the Rsp
    element where no Service Reference Variant names it.
    """

    form: str
    row: Row = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    element: str = ""


@dataclass(frozen=True)
class AlertMapping:
    """How MMC shows what one form's alert adds to code and time; an empty row adds no Payload."""

    form: str
    row: Row = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)


def response(
    *forms: str, row: Row | None = None, left_out: Mapping[str, str] | None = None, element: str = ""
) -> tuple[ResponseMapping, ...]:
    """Declare how the responses of ``forms`` are shown."""
    return tuple(ResponseMapping(form, row or {}, left_out or {}, element) for form in forms)


def alert(
    *forms: str, row: Row | None = None, left_out: Mapping[str, str] | None = None
) -> tuple[AlertMapping, ...]:
    """Declare how the alerts of ``forms`` are shown."""
    return tuple(AlertMapping(form, row or {}, left_out or {}) for form in forms)


def fields_of(source: Source) -> set[str]:
    """The first steps of every path that a row takes: the form's fields that it shows."""
    if isinstance(source, str):
        return {source.partition(".")[0]}
    if isinstance(source, Field):
        return {path.removesuffix("?").partition(".")[0] for path in source.paths}
    if isinstance(source, Each):
        return {source.path.partition(".")[0]} if source.path else fields_of(source.of or "")
    if isinstance(source, Fixed):
        return {source.beside.partition(".")[0]}
    if isinstance(source, Kept):
        return fields_of(source.row)
    if isinstance(source, Mapping):
        source = [each for name, each in source.items() if name[:1] != "@"]
    return {name for each in source for name in fields_of(each)}


def label(labels: Mapping[Any, str]) -> Callable[[Any], str | None]:
    """A conversion to the text that MMC has for each of some values; it leaves out what has none."""
    return labels.get

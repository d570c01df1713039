"""What was filled in a form, read back into the body's values; and errors put at the inputs they are of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gbsmart.console.nodes import Box, Branches, Input, Node, Rows, every
from gbsmart.ground import InvalidValue


class _Absent(Exception):
    """Nothing was filled in where nothing need be."""


def values_of(form: Node, read: Callable[[Input], Any]) -> tuple[Any, int]:
    """The value of a form, and how many inputs are wrong; each of those holds its ``error`` then.

    ``read`` makes the value of an input's text, and raises ``ValueError`` or :class:`InvalidValue`.
    """
    wrong: list[Node] = []
    try:
        value = _value(form, read, wrong)
    except _Absent:
        value = None
    return value, len(wrong)


def _value(node: Node, read: Callable[[Input], Any], wrong: list[Node]) -> Any:
    if isinstance(node, Input):
        return _text(node, read, wrong)
    if isinstance(node, Rows):
        return _items(node, read, wrong)
    if isinstance(node, Box):
        if not node.there:
            raise _Absent
        before = len(wrong)
        values = _values(node.nodes, read, wrong)
        if node.gather is None or node.flat:
            return values
        return None if len(wrong) > before else _gathered(node, node.gather, values, wrong)
    return True


def _gathered(node: Box, gather: Callable[[Any], Any], values: Any, wrong: list[Node]) -> Any:
    """The domain's value of fields that are each right; that they do not go together is said above them."""
    try:
        return gather(values)
    except (KeyError, StopIteration):
        node.error = "needs one of its choices"
    except (ValueError, InvalidValue) as problem:
        node.error = problem.reason if isinstance(problem, InvalidValue) else str(problem)
    wrong.append(node)
    return None


def _text(node: Input, read: Callable[[Input], Any], wrong: list[Node]) -> Any:
    text = node.text.strip()
    if not text and (node.optional or not node.look.blank):
        if node.optional:
            raise _Absent
        node.error = "needs a value"
        wrong.append(node)
        return None
    try:
        return read(node)
    except (ValueError, InvalidValue) as problem:
        node.error = problem.reason if isinstance(problem, InvalidValue) else str(problem)
        wrong.append(node)
        return None


def _items(node: Rows, read: Callable[[Input], Any], wrong: list[Node]) -> Any:
    found: dict[int, Any] = {}
    for number, each in enumerate(node.nodes, 1):
        try:
            found[number] = _value(each, read, wrong)
        except _Absent:
            continue
    return found if node.numbered and not node.complete else tuple(found.values())


def _values(nodes: list[tuple[str, Node]], read: Callable[[Input], Any], wrong: list[Node]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, node in nodes:
        if isinstance(node, Branches):
            chosen = [(key, each) for key, each in node.branches if key == node.chosen]
            values.update(_values(chosen, read, wrong))
            continue
        try:
            value = _value(node, read, wrong)
        except _Absent:
            continue
        if isinstance(node, Box) and node.flat:
            values.update(value)
        else:
            values[name] = value
    return values


def place_error(form: Node, path: str, reason: str) -> bool:
    """Put an error at the input of its path, or at what holds it; says whether there is one."""
    best: Node | None = None
    for node in every(form):
        fits = path == node.path or path.startswith(f"{node.path}.")
        if node.path and fits and (best is None or len(node.path) >= len(best.path)):
            best = node
    if best is None:
        return False
    best.error = reason
    return True

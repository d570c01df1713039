"""Folding a long form: groups of inputs become lines that open, so that what is required is seen first.

Which groups fold follows from the declaration: in a form with many inputs each innermost group of several.
One that is wrong, or to which something was just added, stands open, or else the first that lacks something.
"""

from __future__ import annotations

from collections.abc import Iterator

from gbsmart.console.nodes import Box, Branches, Fold, Input, Node, Rows, every

LONG_FORM = 16
"""A form of so many inputs, or fewer, is seen at once and stays as it is."""
SMALL_GROUP = 2
"""A group of so many inputs, or fewer, takes hardly more room than the line that would stand for it."""


def fold(form: Node, focus: str = "") -> None:
    """Fold the groups of a long form; ``focus`` is the path of what should be open."""
    if _inputs(form) <= LONG_FORM:
        return
    groups = list(_groups(form))
    counted = list(_counted(form))
    wrong = any(node.error for node in every(form))
    first = next((each for each in groups if _lacking(each) and any(each is one for one in counted)), None)
    for each in groups:
        faulty = any(node.error for node in every(each))
        added = bool(focus) and (focus == each.path or focus.startswith(f"{each.path}."))
        begins = each is first and not wrong and not focus
        each.fold = Fold(faulty or added or begins, _note(each))


def _groups(node: Node) -> Iterator[Node]:
    """The groups below a node that are folded, in the order of the form."""
    for each in node.inside():
        inner = list(_groups(each))
        if _foldable(each) and (isinstance(each, Rows) or len(inner) < 2):
            yield each
        else:
            yield from inner


def _foldable(node: Node) -> bool:
    """Rows, or a record under a heading of its own; an optional record has its tick box instead."""
    if isinstance(node, Box) and (node.flat or node.optional or not node.path or _heads_its_only(node)):
        return False
    return isinstance(node, (Box, Rows)) and _inputs(node) > SMALL_GROUP


def _heads_its_only(node: Box) -> bool:
    """Whether its one part is drawn under its heading: then that part is what folds."""
    return len(node.nodes) == 1 and isinstance(node.nodes[0][1], (Rows, Branches))


def _counted(node: Node) -> Iterator[Node]:
    """A node and what of it counts: of a choice what is chosen, of an optional record what is there."""
    yield node
    if isinstance(node, Box) and not node.there:
        return
    inside = (
        [each for name, each in node.branches if name == node.chosen]
        if isinstance(node, Branches)
        else (node.inside())
    )
    for each in inside:
        yield from _counted(each)


def _inputs(node: Node) -> int:
    return sum(isinstance(each, Input) for each in _counted(node))


def _lacking(node: Node) -> int:
    """How many inputs need a value and have none."""
    return sum(
        isinstance(each, Input) and not (each.optional or each.look.blank or each.text.strip())
        for each in _counted(node)
    )


def _note(node: Node) -> str:
    lacking = _lacking(node)
    if lacking:
        return f"{lacking} to fill in"
    filled = any(isinstance(each, Input) and each.text.strip() for each in _counted(node))
    return "filled in" if filled else "nothing needed"

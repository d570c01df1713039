"""Forms filled in with examples: what a declaration must have, each with a likely value.

The values are those of :mod:`gbsmart.duis.examples`, which the documentation shows too: something to start
from.
"""

from __future__ import annotations

from gbsmart.console import nodes
from gbsmart.console.nodes import CHOSEN, COUNT, Branches, Input, Rows, Texts
from gbsmart.duis.examples import PLAIN, Setting, leaf
from gbsmart.duis.schema import Complex

_DEEPEST = 16
"""Levels of a body; none is deeper."""


def with_examples(body: Complex, texts: Texts, setting: Setting = PLAIN) -> dict[str, str]:
    """``texts`` with an example for every input that must be filled in and is not."""
    filled = dict(texts)
    for _ in range(_DEEPEST):  # what is added brings up more
        form = nodes.form_of(body, filled)
        before = len(filled)
        rows = {id(row) for node in nodes.every(form) if isinstance(node, Rows) for row in node.nodes}
        numbers = _numbers(form)
        for node in nodes.every(form):
            if isinstance(node, Input) and (not node.optional or id(node) in rows):
                if not filled.get(node.path):
                    filled[node.path] = text_of(node, numbers.get(id(node), 1), setting)
            elif isinstance(node, Rows):
                filled.setdefault(node.path + COUNT, str(node.low))
            elif isinstance(node, Branches):
                filled.setdefault(node.path + CHOSEN, node.chosen)
        if len(filled) == before:
            break
    return filled


def _numbers(form: nodes.Node) -> dict[int, int]:
    """Of each node (by its identity) inside rows, the number of the innermost."""
    return {
        id(inside): number
        for node in nodes.every(form)
        if isinstance(node, Rows)
        for number, row in enumerate(node.nodes, 1)
        for inside in nodes.every(row)
    }


def text_of(node: Input, number: int = 1, setting: Setting = PLAIN) -> str:
    """An example for one input, as it is typed; nothing for what is typed as XML."""
    if node.of is None or isinstance(node.of.content, Complex):
        return ""
    names = [step for step in node.path.split(".") if not step.isdigit()]
    value = leaf(node.of, number, names[-2] if len(names) > 1 else "", setting)
    return node.of.content.write(value)

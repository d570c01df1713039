"""Forms filled in with examples: what a declaration must have, each with a value that its type takes.

They say nothing sensible together (a tariff of ones and zeros), but a document made of them is valid by its
declaration: something to start from.
"""

from __future__ import annotations

from gbsmart.console import nodes
from gbsmart.console.nodes import CHOSEN, COUNT, Branches, Input, Rows, Texts
from gbsmart.duis.schema import Complex

_DEEPEST = 16
"""Levels of a body; none is deeper."""


def with_examples(body: Complex, texts: Texts) -> dict[str, str]:
    """``texts`` with an example for every input that must be filled in and is not."""
    filled = dict(texts)
    for _ in range(_DEEPEST):  # what is added brings up more
        form = nodes.form_of(body, filled)
        before = len(filled)
        rows = {id(row) for node in nodes.every(form) if isinstance(node, Rows) for row in node.nodes}
        for node in nodes.every(form):
            if isinstance(node, Input) and (not node.optional or id(node) in rows):
                if not filled.get(node.path):
                    filled[node.path] = node.look.example
            elif isinstance(node, Rows):
                filled.setdefault(node.path + COUNT, str(node.low))
            elif isinstance(node, Branches):
                filled.setdefault(node.path + CHOSEN, node.chosen)
        if len(filled) == before:
            break
    return filled

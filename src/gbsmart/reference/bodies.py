"""The page of declared bodies: each element with its field, type, range and number."""

from __future__ import annotations

from gbsmart.duis.services import declared
from gbsmart.handbook.bodies import as_table, described
from gbsmart.reference.pages import Objects

_INTRODUCTION = """\
What each body holds, from the declarations that read, write and check it. *Field* is what the value is
called in Python and in errors; *how many* is 1 unless it says otherwise. An element that is indented
stands inside the one above it; of the elements of a choice exactly one stands there. What begins with `@`
is an attribute.

"""


def text() -> str:
    """The page without its title."""
    return _INTRODUCTION + "\n".join(map(_section, sorted(declared(), key=_in_order)))


def _in_order(variant: str) -> list[int]:
    return [int(part) for part in variant.split(".")]


def _section(variant: str) -> str:
    body = described(variant)
    title = f"## {variant} {body['name']}"
    return f"{title}\n\n{body['meaning']} Element `{body['element']}`.\n\n{as_table(body['holds'])}"


def data() -> Objects:
    """``bodies``: of each ``variant`` its ``meaning``, its body's ``element`` and what that ``holds``.

    A part that is held is an ``element`` (or an attribute, whose name begins with @) with its ``field`` (""
    where the whole is its value), the ``value`` it takes in words ("" where it holds others), its ``unit``
    and ``meaning``, ``least`` and ``most`` of how many there may be, what it ``holds`` itself, and where it
    applies what its absence means (``absent``) or to what its number goes (``numbered_to``). Or it is a
    choice: ``one_of`` its branches, each a list of parts that stand together.
    """
    return {"bodies": [described(variant) for variant in sorted(declared(), key=_in_order)]}

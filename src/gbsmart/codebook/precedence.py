"""Which of two texts prevails where they cannot both be right (SEC A2).

The sections of the Code prevail over its schedules, and both over the documents that are subsidiary to
them; what the DCC Licence or an energy licence says prevails over all of the Code. The order is from
memory.
"""

from __future__ import annotations

from typing import NamedTuple

from gbsmart.ground import InvalidValue

LICENCE, SECTION, SCHEDULE, APPENDIX = "licence", "section", "schedule", "appendix"
_ORDER = (LICENCE, SECTION, SCHEDULE, APPENDIX)


class Prevailing(NamedTuple):
    """The text that prevails, "" where neither does, and why."""

    ref: str
    why: str


def rank(ref: str) -> str:
    """What kind of text a reference names: ``DCC Licence 22``, ``H4.8``, ``Schedule 8``, ``Appendix AC``."""
    words = ref.strip()
    if "licence" in words.lower():
        return LICENCE
    for kind in (SCHEDULE, APPENDIX):
        if words.lower().startswith(kind):
            return kind
    if words[:1].isalpha():
        return SECTION
    raise InvalidValue(f"{ref!r} names no text", field="ref", remedy="Such as H4.8 or Appendix AC.")


def prevails(one: str, other: str) -> Prevailing:
    """Which of two texts prevails over the other."""
    first, second = rank(one), rank(other)
    if first == second:
        return Prevailing("", f"both are of one rank ({first}): they are read together")
    higher, lower = sorted((first, second), key=_ORDER.index)
    return Prevailing(one if first == higher else other, f"the {higher} prevails over the {lower} (SEC A2)")

"""Which of two texts prevails where they cannot both be right (SEC A2).

The sections of the Code prevail over its schedules, and both over the documents that are subsidiary to
them; what the DCC Licence or an energy licence says prevails over all of the Code. The order is from
memory.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from gbsmart.codebook.references import CODE, document_of, normal
from gbsmart.codebook.shipped import provisions, rows
from gbsmart.ground import InvalidValue

LICENCE, SECTION, SCHEDULE, APPENDIX = "licence", "section", "schedule", "appendix"
_ORDER = (LICENCE, SECTION, SCHEDULE, APPENDIX)


class Prevailing(NamedTuple):
    """The text that prevails, "" where neither does, and why."""

    ref: str
    why: str


def rank(ref: str) -> str:
    """What kind of text a reference names: ``DCC Licence 22``, ``H4.8``, ``GBCS 2.0``, ``Appendix AC``."""
    if "licence" in ref.lower():
        return LICENCE
    document = _document(normal(ref))
    for kind in (SCHEDULE, APPENDIX):
        if document.lower().startswith(f"{kind} "):
            return kind
    if re.fullmatch("[A-Z]", document):
        return SECTION
    raise InvalidValue(f"{ref!r} names no text", field="ref", remedy="Such as H4.8 or Appendix AC.")


def _document(ref: str) -> str:
    """The document of the Code that ``ref`` lies in, by its own name or a short one."""
    known = _known()
    return known.get(ref.lower()) or document_of(ref)


@cache
def _known() -> dict[str, str]:
    """What we ship of the structure and of short names, in small letters, with the document of each."""
    documents = {ref: str(row["document"]) for ref, row in provisions().items()}
    short = {row["alias"]: row["ref"] for row in rows("aliases") if not row["numbering"]}
    meant = {alias.lower(): documents.get(ref, ref) for alias, ref in short.items()}
    return meant | {ref.lower(): document for ref, document in documents.items() if ref != CODE}


def prevails(one: str, other: str) -> Prevailing:
    """Which of two texts prevails over the other."""
    first, second = rank(one), rank(other)
    if first == second:
        return Prevailing("", f"both are of one rank ({first}): they are read together")
    higher, lower = sorted((first, second), key=_ORDER.index)
    return Prevailing(one if first == higher else other, f"the {higher} prevails over the {lower} (SEC A2)")

"""A provision as the Code prints it: which heading stands above it, which number or term leads its text."""

from __future__ import annotations

import re
from typing import NamedTuple

from gbsmart.codebook.texts.comparison import Wording

_DOCUMENT = re.compile(r"([A-Z])|((?:Schedule|Appendix) [0-9A-Z]+)")
_PART = re.compile(r"[A-Z]\d{1,3}[A-Z]?|(?:.* )?\d{1,3}[A-Z]?")
_ANNEX = re.compile(r"(?:.* )?(Annex(?: [A-Z0-9]+)?)")
_LABEL = re.compile(r".*(\([^()]+\))")


class Printed(NamedTuple):
    """The parts of a provision in print; ``bold`` tells that the lead is a defined term."""

    head: str
    lead: str
    text: str
    bold: bool = False


def printed(wording: Wording) -> Printed:
    """How a provision is printed, so that a reader of the file finds it again."""
    ref, heading, text = wording.ref, wording.heading, wording.text
    if found := _DOCUMENT.fullmatch(ref):
        name = f"SECTION {found[1]}" if found[1] else found[2].upper()
        return Printed(": ".join(filter(None, (name, heading))), "", text)
    if found := _LABEL.fullmatch(ref):
        return Printed(heading, found[1], text)
    if ":" in ref:
        return Printed("", heading, text, bold=True)
    if found := _ANNEX.fullmatch(ref):
        return Printed(": ".join(filter(None, (found[1].upper(), heading))), "", text)
    number = ref.rpartition(" ")[2]
    if _PART.fullmatch(ref) and heading:
        return Printed(f"{number} {heading}", "", text)
    return Printed(heading, number, text)

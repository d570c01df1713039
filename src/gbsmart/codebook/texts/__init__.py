"""A person's own texts of the Code: read from files, split into provisions, and compared.

All of it is pure: octets and values in, values and octets out. Names load on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gbsmart.ground.lazy import on_first_use

if TYPE_CHECKING:
    from gbsmart.codebook.texts.comparison import Difference, Fate, Wording, changed, compare, counts
    from gbsmart.codebook.texts.marking import Act, Mark, accepted, marks, rejected
    from gbsmart.codebook.texts.proofreading import Slip, slips
    from gbsmart.codebook.texts.reading import read_text
    from gbsmart.codebook.texts.source import (
        EncryptedText,
        Kind,
        LeftOut,
        Paragraph,
        Place,
        Source,
        TextTooLarge,
        UnreadableText,
        View,
        joined,
    )
    from gbsmart.codebook.texts.splitting import Split, TextClause, split
    from gbsmart.codebook.texts.word_writing import write_clean, write_marked

_HOME = {
    **dict.fromkeys(("Difference", "Fate", "Wording", "changed", "compare", "counts"), "comparison"),
    **dict.fromkeys(("Act", "Mark", "accepted", "marks", "rejected"), "marking"),
    **dict.fromkeys(("read_text",), "reading"),
    **dict.fromkeys(("Slip", "slips"), "proofreading"),
    **dict.fromkeys(
        (
            "EncryptedText",
            "Kind",
            "LeftOut",
            "Paragraph",
            "Place",
            "Source",
            "TextTooLarge",
            "UnreadableText",
            "View",
            "joined",
        ),
        "source",
    ),
    **dict.fromkeys(("Split", "TextClause", "split"), "splitting"),
    **dict.fromkeys(("write_clean", "write_marked"), "word_writing"),
}

__all__ = [
    "Act",
    "Difference",
    "EncryptedText",
    "Fate",
    "Kind",
    "LeftOut",
    "Mark",
    "Paragraph",
    "Place",
    "Slip",
    "Source",
    "Split",
    "TextClause",
    "TextTooLarge",
    "UnreadableText",
    "View",
    "Wording",
    "accepted",
    "changed",
    "compare",
    "counts",
    "joined",
    "marks",
    "read_text",
    "rejected",
    "slips",
    "split",
    "write_clean",
    "write_marked",
]

__getattr__ = on_first_use(__name__, _HOME)

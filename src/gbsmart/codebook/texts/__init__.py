"""A person's own texts of the Code: read from files, split into provisions, and compared.

All of it is pure: octets and values in, values and octets out.
"""

from gbsmart.codebook.texts import marked_text
from gbsmart.codebook.texts.comparison import Difference, Fate, Wording, changed, compare, counts
from gbsmart.codebook.texts.marks import Act, Mark, accepted, marks, rejected
from gbsmart.codebook.texts.reading import read_text
from gbsmart.codebook.texts.slips import Slip, slips
from gbsmart.codebook.texts.source import (
    EncryptedText,
    Kind,
    LeftOut,
    Paragraph,
    Place,
    Source,
    TextTooLarge,
    UnreadableText,
    joined,
)
from gbsmart.codebook.texts.splitting import Split, TextClause, split
from gbsmart.codebook.texts.word_runs import View
from gbsmart.codebook.texts.word_writing import write_clean, write_marked

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
    "marked_text",
    "marks",
    "read_text",
    "rejected",
    "slips",
    "split",
    "write_clean",
    "write_marked",
]

"""What the reference says of one thing: a variant, a message, a code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gbsmart.reference.pages import PAGES

_PARTS = re.compile(r"^(?=#)", re.MULTILINE)
_TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)


def about(term: str) -> str:
    """Every section whose heading begins with ``term``, and every row that does, as Markdown.

    Each stands under the title of its page. Capitals do not matter; "" where nothing is about it.
    """
    wanted = term.strip().lower()
    return "\n".join(part for page in PAGES.values() for part in _found(page.text(), wanted))


def _found(text: str, wanted: str) -> Iterator[str]:
    """The title of a page and what in it is about it; nothing where there is nothing."""
    title, *sections = (part for part in _PARTS.split(text) if part)
    parts = [part for section in (title, *sections) if (part := _part(section, wanted))]
    if parts:
        yield title.partition("\n")[0] + "\n"
        yield from parts


def _part(section: str, wanted: str) -> str:
    """What of a section is about it: all, or the rows of its tables under their headings."""
    heading, _, body = section.partition("\n")
    if heading.lstrip("# ").partition(" ")[0].lower() == wanted:
        return section
    tables = [rows for table in _TABLE.findall(body) if (rows := _rows(table, wanted))]
    lead = [f"{heading}\n"] if tables and heading.startswith("##") else []  # the title stands above already
    return "\n".join((*lead, *tables))


def _rows(table: str, wanted: str) -> str:
    head, rule, *rows = table.splitlines(keepends=True)
    found = [row for row in rows if row.strip("| \n").partition(" |")[0].strip("`").lower() == wanted]
    return "".join((head, rule, *found)) if found else ""

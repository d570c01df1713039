"""What the reference says of one thing: a variant, a message, a code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gbsmart.reference.pages import PAGES, Objects

_PARTS = re.compile(r"^(?=#)", re.MULTILINE)
_TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)


def about(term: str) -> str:
    """Every section whose heading begins with ``term``, and every row that does, as Markdown.

    Each stands under the title of its page. Capitals do not matter; "" where nothing is about it.
    """
    wanted = term.strip().lower()
    return "\n".join(part for page in PAGES.values() for part in _found(page.text(), wanted))


def data_about(term: str) -> Objects:
    """The objects that ``term`` names, under the names of their lists; nothing where nothing is named so."""
    wanted = term.strip().lower()
    found: Objects = {}
    for page in PAGES.values():
        for name, objects in page.data().items():
            if fitting := [each for each in objects if str(next(iter(each.values()))).lower() == wanted]:
                found[name] = fitting
    return found


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
    found = [row for row in rows if row.strip("| \n").partition(" ")[0].strip("`").lower() == wanted]
    return "".join((head, rule, *found)) if found else ""

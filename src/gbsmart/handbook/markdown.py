"""Tables of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; a cell's lines and bars are kept from breaking it."""
    lines = [headings, ["---"] * len(headings), *([_cell(value) for value in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def code(text: object) -> str:
    """A word as code; nothing for nothing."""
    return f"`{text}`" if str(text) else ""


def codes(words: Iterable[object]) -> str:
    """Words as code, with spaces between them."""
    return " ".join(map(code, words))


def _cell(value: object) -> str:
    if value is None or value is False:
        return ""
    text = "yes" if value is True else str(value)
    return text.replace("|", "\\|").replace("\n", " ")

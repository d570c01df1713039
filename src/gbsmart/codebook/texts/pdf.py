"""PDF files with text: lines of each page, without what the pages repeat at their head and foot."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from gbsmart.codebook.texts.mending import Line, mend
from gbsmart.codebook.texts.pdf_pages import pages_of
from gbsmart.codebook.texts.source import LeftOut, Place, Source, UnreadableText, tidy

_EDGE = 3
"""How many lines at the head and at the foot of a page may belong to all pages."""
_REPEATED = 0.4
_MIN_PAGES = 3
_OPENS = re.compile(r"[A-Z]\d{1,2}[A-Z]?\.\d|\([a-zA-Z]{1,4}\)\s")  # a clause is never a header
_FIRST_NUMBER = re.compile(r"^(\D*)(\d{1,5})(?!\d)")
_LAST_NUMBER = re.compile(r"^(.*?)(\d{1,5})(?=\D*$)")
_Spot = tuple[str, int, str]
_PAGE_NUMBER = re.compile(
    r"[-\u2013\s]*(?:[Pp]age\s+)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?[-\u2013\s]*"
)
_MAX_CONTENTS = 300
_CONTENTS = re.compile(r".*\S\s*(?:\.\s?){4,}\s*\d{1,4}")


def read_pdf(octets: bytes) -> Source:
    """The paragraphs of a PDF file."""
    pages = [[tidy(line) for line in text.split("\n")] for text in pages_of(octets)]
    if not any(line for page in pages for line in page):
        raise UnreadableText(
            "the PDF holds no text: its pages are pictures",
            remedy="Give it to a program that recognises text first, or give another file.",
        )
    repeated = _repeated(pages)
    lines: list[Line] = []
    left_out: list[LeftOut] = []
    for number, page in enumerate(pages, 1):
        if not any(page):
            left_out.append(LeftOut("", Place(number, 0), "page without text"))
        reasons = _reasons(page, number, repeated)
        printed = [index for index, text in enumerate(page) if text and index not in reasons]
        for index, text in enumerate(page):
            place = Place(number, index + 1)
            if index in reasons:
                left_out.append(LeftOut(text, place, reasons[index]))
            elif text or (
                printed and printed[0] < index < printed[-1]
            ):  # a sentence may run over the page's end
                lines.append(Line(text, place))
    return Source(tuple(mend(lines)), tuple(left_out))


def _edges(page: Sequence[str]) -> Iterator[list[tuple[str, int, int]]]:
    """The first lines of a page, and the last from the end: side, distance from it, and index."""
    printed = [index for index, line in enumerate(page) if line]
    for side, indexes in (("head", printed[:_EDGE]), ("foot", printed[: -_EDGE - 1 : -1])):
        yield [(side, distance, index) for distance, index in enumerate(indexes)]


def _spots(side: str, distance: int, line: str, number: int) -> set[_Spot]:
    """A line at its spot: as it is, and with the number in it told from that of its page."""
    shapes = {line}
    for pattern in (_FIRST_NUMBER, _LAST_NUMBER):
        shapes.add(pattern.sub(lambda found: f"{found[1]}#{int(found[2]) - number}", line, count=1))
    return {(side, distance, shape) for shape in shapes}


def _repeated(pages: Sequence[Sequence[str]]) -> frozenset[_Spot]:
    """What stands at the same spot of many pages."""
    seen = Counter(
        spot
        for number, page in enumerate(pages, 1)
        for edge in _edges(page)
        for side, distance, index in edge
        for spot in _spots(side, distance, page[index], number)
    )
    enough = max(_MIN_PAGES, _REPEATED * sum(1 for page in pages if any(page)))
    return frozenset(spot for spot, count in seen.items() if count >= enough)


def _reasons(page: Sequence[str], number: int, repeated: frozenset[_Spot]) -> dict[int, str]:
    """Which lines of a page are left out, and why; of its head and foot no line within others."""
    found = {
        index: "table of contents"
        for index, line in enumerate(page)
        if len(line) < _MAX_CONTENTS and _CONTENTS.fullmatch(line)
    }
    for edge in _edges(page):
        for side, distance, index in edge:
            line = page[index]
            if _PAGE_NUMBER.fullmatch(line):
                found[index] = "page number"
            elif not _OPENS.match(line) and not repeated.isdisjoint(_spots(side, distance, line, number)):
                found[index] = "header or footer"
            else:
                break
    return found

"""PDF files with text: lines of each page, without what the pages repeat at their head and foot."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Sequence

from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError, WrongPasswordError

from gbsmart.codebook.texts.mending import Line, mend
from gbsmart.codebook.texts.source import (
    MAX_TEXT,
    EncryptedText,
    LeftOut,
    Place,
    Source,
    TextTooLarge,
    UnreadableText,
    tidy,
)

_MAX_PAGES = 5_000
_EDGE = 3
"""How many lines at the head and at the foot of a page may belong to all pages."""
_REPEATED = 0.5
_PAGE_NUMBER = re.compile(
    r"[-\u2013\s]*(?:[Pp]age\s+)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?[-\u2013\s]*"
)
_CONTENTS = re.compile(r".*\S\s*(?:\.\s?){4,}\s*\d{1,4}")


def read_pdf(octets: bytes) -> Source:
    """The paragraphs of a PDF file."""
    pages = [[tidy(line) for line in text.split("\n")] for text in _texts(octets)]
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
        edge = _edge(page)
        for count, text in enumerate(page, 1):
            place = Place(number, count)
            if reason := _reason(text, text and count - 1 in edge, repeated):
                left_out.append(LeftOut(text, place, reason))
            elif text or not _at_page_end(page, count, repeated):
                lines.append(Line(text, place))
    return Source(tuple(mend(lines)), tuple(left_out))


def _texts(octets: bytes) -> list[str]:
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(io.BytesIO(octets))
        if reader.is_encrypted:
            raise EncryptedText("the PDF is encrypted", remedy="Save it without a password.")
        if len(reader.pages) > _MAX_PAGES:
            raise TextTooLarge(f"the PDF has more than {_MAX_PAGES} pages")
        texts: list[str] = []
        size = 0
        for page in reader.pages:
            texts.append(page.extract_text())
            size += len(texts[-1])
            if size > MAX_TEXT:
                raise TextTooLarge(f"the PDF holds more than {MAX_TEXT} characters")
    except UnreadableText:
        raise
    except (FileNotDecryptedError, WrongPasswordError) as error:
        raise EncryptedText("the PDF is encrypted", remedy="Save it without a password.") from error
    except Exception as error:  # pypdf raises many kinds for a broken file
        raise UnreadableText(f"the PDF is damaged: {error}") from error
    return texts


def _edge(page: Sequence[str]) -> frozenset[int]:
    """Where the first and last printed lines of a page are."""
    printed = [index for index, line in enumerate(page) if line]
    return frozenset((*printed[:_EDGE], *printed[-_EDGE:]))


def _repeated(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """What stands at the edge of most pages, page numbers aside."""
    seen = Counter(shape for page in pages for shape in {_shape(page[index]) for index in _edge(page)})
    enough = max(3, _REPEATED * sum(1 for page in pages if any(page)))
    return frozenset(shape for shape, count in seen.items() if shape and count >= enough)


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _reason(text: str, at_edge: object, repeated: frozenset[str]) -> str:
    if _CONTENTS.fullmatch(text):
        return "table of contents"
    if not at_edge:
        return ""
    if _PAGE_NUMBER.fullmatch(text):
        return "page number"
    return "header or footer" if _shape(text) in repeated and not _opens(text) else ""


def _opens(text: str) -> bool:
    """A clause is never a header, even if many pages begin with the like of it."""
    return bool(re.match(r"[A-Z]\d{1,2}[A-Z]?\.\d|\([a-zA-Z]{1,4}\)\s", text))


def _at_page_end(page: Sequence[str], count: int, repeated: frozenset[str]) -> bool:
    """Whether only headers and footers part a gap from the page's edge: a sentence may run over it."""
    edge = _edge(page)

    def printed(index: int) -> bool:
        return bool(page[index]) and not _reason(page[index], index in edge, repeated)

    return not any(map(printed, range(count, len(page)))) or not any(map(printed, range(count - 1)))

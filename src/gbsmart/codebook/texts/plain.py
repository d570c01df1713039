"""Plain text (.txt): lines, form feeds between pages, paragraphs between blank lines."""

from __future__ import annotations

from gbsmart.codebook.texts.mending import Line, mend
from gbsmart.codebook.texts.source import MAX_TEXT, Place, Source, TextTooLarge, UnreadableText

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_plain(octets: bytes) -> Source:
    """The paragraphs of a plain text."""
    return Source(tuple(mend(plain_lines(decoded(octets)))))


def plain_lines(text: str) -> list[Line]:
    """The lines of a text with their places; pages are counted where form feeds part them."""
    pages = text.split("\f")
    return [
        Line(line, Place(number if len(pages) > 1 else 0, count))
        for number, page in enumerate(pages, 1)
        for count, line in enumerate(page.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1)
    ]


def decoded(octets: bytes) -> str:
    """Text in UTF-8, in UTF-16 with its mark, or as Windows writes it in Britain (code page 1252)."""
    encodings = [name for mark, name in _MARKS if octets.startswith(mark)] or ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            text = octets.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        if len(text) > MAX_TEXT:
            raise TextTooLarge(f"the file holds more than {MAX_TEXT} characters")
        return text
    raise UnreadableText(
        "this is no text: it holds octets that no text has",
        remedy="Give a .docx, .pdf, .md or .txt file.",
    )

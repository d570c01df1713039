"""A file of any of the kinds that are read, known by what it holds and then by its name."""

from __future__ import annotations

from pathlib import PurePath

from gbsmart.codebook.texts.markdown import read_markdown
from gbsmart.codebook.texts.plain import read_plain
from gbsmart.codebook.texts.source import MAX_FILE, MEGABYTE, Source, TextTooLarge, UnreadableText, View

_MARKDOWN = (".md", ".markdown")
_OTHERS = {b"{\\rtf": "a rich text (.rtf)", b"\x1f\x8b": "a packed file (.gz)"}


def read_text(octets: bytes, name: str, view: View = View.NEW) -> Source:
    """The paragraphs of the file ``name``; of a change-marked Word file in the given state."""
    if len(octets) > MAX_FILE:
        raise TextTooLarge(f"{name} has more than {MAX_FILE // MEGABYTE} MB")
    try:
        source = _read(octets, PurePath(name).suffix.lower(), view)
    except UnreadableText as error:
        where = f"{name}, {error.where}" if error.where else name
        raise type(error)(error.reason, where=where, remedy=error.remedy) from error
    if not source.paragraphs:
        raise UnreadableText("the file holds no text", where=name)
    return source


def _read(octets: bytes, suffix: str, view: View) -> Source:
    """Give the octets to their reader; what reads Word and PDF takes its time to load."""
    if octets.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        from gbsmart.codebook.texts.word_reading import read_word

        return read_word(octets, view)
    if b"%PDF-" in octets[:1024]:
        from gbsmart.codebook.texts.pdf import read_pdf

        return read_pdf(octets)
    for start, kind in _OTHERS.items():
        if octets.startswith(start):
            raise UnreadableText(f"this is {kind}", remedy="Give a .docx, .pdf, .md or .txt file.")
    if suffix in (".docx", ".pdf"):
        raise UnreadableText(f"this is no {suffix} file, whatever its name says")
    return read_markdown(octets) if suffix in _MARKDOWN else read_plain(octets)

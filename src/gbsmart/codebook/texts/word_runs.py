"""What one paragraph of a Word file says: its runs, in the old or the new state of tracked changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from docx.oxml.ns import qn
from lxml import etree

from gbsmart.codebook.texts.source import View
from gbsmart.codebook.texts.word_styles import WordStyles, bold_of, switched


class Piece(NamedTuple):
    """What a part of a paragraph is: text, the mark of a note, a text box, a picture."""

    kind: str
    text: str = ""
    bold: bool | None = None
    element: Any = None


TEXT, HIDDEN, FOOTNOTE, ENDNOTE, BOX, PICTURE = "text", "hidden", "footnote", "endnote", "box", "picture"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATHS_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"
_VML_PICTURE = "{urn:schemas-microsoft-com:vml}imagedata"
_ADDED = {qn("w:ins"), qn("w:moveTo")}
_REMOVED = {qn("w:del"), qn("w:moveFrom")}
CHANGES = (*_ADDED, *_REMOVED)
_SILENT = {qn("w:pPr"), qn("w:rPr"), qn("w:instrText"), qn("w:delInstrText"), qn("w:sdtPr"), qn("w:tblPr")}
_AS_TEXT = {
    qn("w:tab"): "\t",
    qn("w:ptab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
_NOTES = {qn("w:footnoteReference"): FOOTNOTE, qn("w:endnoteReference"): ENDNOTE}


def skipped(view: View) -> set[str]:
    """The elements whose content the state does not have."""
    return _REMOVED if view is View.NEW else _ADDED


def pieces(paragraph: Any, view: View, styles: WordStyles) -> Iterator[Piece]:
    """The pieces of a paragraph in order; of alternatives the first."""
    yield from _pieces(paragraph, skipped(view), styles, None, hidden=False)


def _pieces(
    element: Any, skip: set[str], styles: WordStyles, bold: bool | None, *, hidden: bool
) -> Iterator[Piece]:
    for child in element.iterchildren():
        tag = child.tag
        if not isinstance(tag, str) or tag in skip or tag in _SILENT:
            continue
        if tag == qn("w:r"):
            yield from _run(child, skip, styles)
        elif tag in (qn("w:t"), qn("w:delText"), _MATHS_TEXT):
            yield Piece(HIDDEN if hidden else TEXT, child.text or "", bold)
        elif tag in _AS_TEXT:
            yield Piece(TEXT, _AS_TEXT[tag], bold)
        elif tag == qn("w:sym"):
            yield Piece(TEXT, _symbol(child.get(qn("w:char"), "")), bold)
        elif tag in _NOTES:
            yield Piece(_NOTES[tag], child.get(qn("w:id"), ""))
        elif tag == qn("w:txbxContent"):
            yield Piece(BOX, element=child)
        elif tag in (_PICTURE, _VML_PICTURE):
            yield Piece(PICTURE)
        elif tag == f"{_COMPATIBILITY}AlternateContent":
            yield from _pieces(_first_choice(child), skip, styles, bold, hidden=hidden)
        else:
            yield from _pieces(child, skip, styles, bold, hidden=hidden)


def _run(run: Any, skip: set[str], styles: WordStyles) -> Iterator[Piece]:
    properties = run.find(qn("w:rPr"))
    bold = bold_of(properties)
    style = None if properties is None else properties.find(qn("w:rStyle"))
    if bold is None and style is not None:
        bold = styles.is_bold(style.get(qn("w:val"), "")) or None
    hidden = bool(switched(properties, "w:vanish"))
    yield from _pieces(run, skip, styles, bold, hidden=hidden)


def _first_choice(alternatives: Any) -> Any:
    choice = alternatives.find(f"{_COMPATIBILITY}Choice")
    fallback = alternatives.find(f"{_COMPATIBILITY}Fallback")
    found = choice if choice is not None else fallback
    return etree.Element("none") if found is None else found


def _symbol(code: str) -> str:
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return "\N{REPLACEMENT CHARACTER}"

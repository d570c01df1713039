"""Word files (.docx): paragraphs with their printed numbers, tables, notes and text boxes.

Of a change-marked file either state is read: with all tracked changes accepted, or with all rejected.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from gbsmart.codebook.texts import word_runs
from gbsmart.codebook.texts.archive import screen
from gbsmart.codebook.texts.rows import row_paragraphs
from gbsmart.codebook.texts.source import (
    MAX_TEXT,
    Kind,
    LeftOut,
    Paragraph,
    Place,
    Source,
    TextTooLarge,
    UnreadableText,
    View,
    tidy,
)
from gbsmart.codebook.texts.word_numbering import NumberedAs, WordNumbering
from gbsmart.codebook.texts.word_runs import CHANGES, pieces, skipped
from gbsmart.codebook.texts.word_styles import WordStyles, numbered_as

_PAGE_SEEN = qn("w:lastRenderedPageBreak")
_WRAPPERS = {qn(name) for name in ("w:sdt", "w:sdtContent", "w:customXml", "w:smartTag")}


def read_word(octets: bytes, view: View = View.NEW) -> Source:
    """The paragraphs of a Word file, in the given state of its tracked changes."""
    screen(octets)
    try:
        part = Document(io.BytesIO(octets)).part
        body = part.element.find(qn("w:body"))
        related = _related(part)
        styles = related.get(RELATIONSHIP_TYPE.STYLES, [None])[0]
        numbering = related.get(RELATIONSHIP_TYPE.NUMBERING, [None])[0]
    except Exception as error:  # python-docx raises many kinds for a broken package
        raise UnreadableText(f"this is no Word document (.docx): {error}") from error
    if body is None or not str(part.partname).endswith(".xml"):
        raise UnreadableText("the Word file has no body", remedy="Save it anew as .docx (transitional).")
    reading = _Reading(view, WordStyles(styles), numbering, related)
    reading.blocks(body)
    reading.around()
    return Source(tuple(reading.paragraphs), tuple(reading.left_out), _change_marked(body))


def _related(part: Any) -> dict[str, list[Any]]:
    """The roots of the XML parts that belong to the document, by the kind of their relation."""
    found: dict[str, list[Any]] = {}
    for relation in part.rels.values():
        if not relation.is_external and str(relation.target_part.partname).endswith(".xml"):
            found.setdefault(relation.reltype, []).append(parse_xml(relation.target_part.blob))
    return found


def _change_marked(body: Any) -> bool:
    return next(body.iter(*CHANGES, qn("w:pPrChange")), None) is not None


class _Said(NamedTuple):
    """What a paragraph says, before it is numbered."""

    text: str
    bold: str
    boxes: list[Any]
    notes: list[tuple[str, str]]


class _Reading:
    """One walk through a document's body."""

    def __init__(self, view: View, styles: WordStyles, numbering: Any, related: dict[str, list[Any]]) -> None:
        self.paragraphs: list[Paragraph] = []
        self.left_out: list[LeftOut] = []
        self._view = view
        self._styles = styles
        self._numbering = WordNumbering(numbering, styles.numbered())
        self._related = related
        self._notes = {
            word_runs.FOOTNOTE: _notes(related, RELATIONSHIP_TYPE.FOOTNOTES, "w:footnote"),
            word_runs.ENDNOTE: _notes(related, RELATIONSHIP_TYPE.ENDNOTES, "w:endnote"),
        }
        self._page = 0
        self._count = 0
        self._size = 0
        self._held: list[
            Any
        ] = []  # paragraphs that run on into the next: their mark is deleted or not yet there

    def blocks(self, container: Any) -> None:
        """Read paragraphs and tables in order."""
        for each in container.iterchildren():
            if each.tag == qn("w:p"):
                self._paragraph(each)
            elif each.tag == qn("w:tbl"):
                self._table(each)
            elif each.tag in _WRAPPERS or (each.tag in CHANGES and each.tag not in skipped(self._view)):
                self.blocks(each)
        if self._held:  # the mark of a last paragraph cannot go
            self._finish()

    def around(self) -> None:
        """List what is printed around the body: headers, footers, comments."""
        for kind, name in (
            (RELATIONSHIP_TYPE.HEADER, "header"), (RELATIONSHIP_TYPE.FOOTER, "footer"),
            (RELATIONSHIP_TYPE.COMMENTS, "comment"),
        ):  # fmt: skip
            for number, root in enumerate(self._related.get(kind, ()), 1):
                for element in root.iter(qn("w:p")):
                    self._leave(self._said([element]).text, Place(0, number, name), f"{name} of the file")

    def _paragraph(self, element: Any) -> None:
        self._held.append(element)
        marks = element.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
        if marks is None or not any(child.tag in skipped(self._view) for child in marks):
            self._finish()

    def _finish(self) -> None:
        elements, self._held = self._held, []
        self._count += 1
        self._page += sum(1 for each in elements for _ in each.iter(_PAGE_SEEN))
        place = Place(self._page + 1 if self._page else 0, self._count, "paragraph")
        said = self._said(elements, place)
        properties = self._properties(elements[-1])
        style = self._style(properties)
        number = self._number(properties, style) if said.text else ""
        if said.text and self._styles.name(style).startswith("toc "):
            self._leave(f"{number} {said.text}".strip(), place, "table of contents")
        elif said.text:
            kind = Kind.HEADING if self._styles.is_heading(style) else Kind.TEXT
            bold = said.bold if not self._styles.is_bold(style) or said.bold else said.text
            self._take(Paragraph(said.text, place, number, kind, bold))
        self._beside(said, place)

    def _beside(self, said: _Said, place: Place) -> None:
        """The notes and text boxes that hang on a paragraph follow it."""
        for kind, note in said.notes:
            text = self._note(kind, note)
            if text:
                self._take(Paragraph(f"[{_mark(kind, note)}] {text}", place, kind=Kind.FOOTNOTE))
        for box in said.boxes:
            for element in box.iter(qn("w:p")):
                inner = self._said([element], place)
                if inner.text:
                    self._take(Paragraph(inner.text, place, kind=Kind.TEXT_BOX, bold=inner.bold))

    def _table(self, table: Any) -> None:
        if self._held:
            self._finish()
        for row in _within(table, qn("w:tr")):
            self._count += 1
            place = Place(self._page + 1 if self._page else 0, self._count, "paragraph")
            properties = row.find(qn("w:trPr"))
            if properties is not None and any(child.tag in skipped(self._view) for child in properties):
                continue
            cells = [self._cell(cell, place) for cell in _within(row, qn("w:tc"))]
            for paragraph in row_paragraphs(cells, place):
                self._take(paragraph)

    def _cell(self, cell: Any, place: Place) -> list[Paragraph]:
        """What a cell says, read as a small document of its own."""
        outside, self.paragraphs, count = self.paragraphs, [], self._count
        self.blocks(cell)
        inside, self.paragraphs, self._count = self.paragraphs, outside, count
        return [Paragraph(each.text, place, each.number, each.kind, each.bold) for each in inside]

    def _said(self, elements: list[Any], place: Place | None = None) -> _Said:
        text, bold, leading = "", "", True
        boxes: list[Any] = []
        notes: list[tuple[str, str]] = []
        for piece in (each for one in elements for each in pieces(one, self._view, self._styles)):
            if piece.kind == word_runs.TEXT:
                text += piece.text
                leading = leading and (bool(piece.bold) or not piece.text.strip())
                bold += piece.text if leading else ""
            elif piece.kind in self._notes:
                text += f"[{_mark(piece.kind, piece.text)}]"
                notes.append((piece.kind, piece.text))
            elif piece.kind == word_runs.BOX:
                boxes.append(piece.element)
            elif place is not None:
                self._leave(piece.text or "[picture]", place, f"{piece.kind} in the text")
        self._size += len(text)
        if self._size > MAX_TEXT:
            raise TextTooLarge(f"the Word file holds more than {MAX_TEXT} characters")
        return _Said(tidy(text), tidy(bold), boxes, notes)

    def _note(self, kind: str, note: str) -> str:
        element = self._notes[kind].get(note)
        if element is None:
            return ""
        return " ".join(filter(None, (self._said([each]).text for each in element.iter(qn("w:p")))))

    def _properties(self, paragraph: Any) -> Any:
        properties = paragraph.find(qn("w:pPr"))
        if self._view is View.OLD and properties is not None:
            before = properties.find(f"{qn('w:pPrChange')}/{qn('w:pPr')}")
            return properties if before is None else before
        return properties

    def _style(self, properties: Any) -> str:
        style = None if properties is None else properties.find(qn("w:pStyle"))
        return self._styles.default if style is None else style.get(qn("w:val"), "")

    def _number(self, properties: Any, style: str) -> str:
        own, of_style = numbered_as(properties), self._styles.list_of(style)
        if own is not None and not own.list_id and of_style is not None:
            own = NumberedAs(of_style.list_id, own.level)
        numbered = own if own is not None else of_style
        return "" if numbered is None else self._numbering.number(numbered, style)

    def _take(self, paragraph: Paragraph) -> None:
        self.paragraphs.append(paragraph)

    def _leave(self, text: str, place: Place, reason: str) -> None:
        if text:
            self.left_out.append(LeftOut(text, place, reason))


def _mark(kind: str, note: str) -> str:
    return note if kind == word_runs.FOOTNOTE else f"end {note}"


def _notes(related: dict[str, list[Any]], kind: str, tag: str) -> dict[str, Any]:
    """The notes by id; separators (which have a type) are no notes."""
    return {
        each.get(qn("w:id"), ""): each
        for root in related.get(kind, ())
        for each in root.iter(qn(tag))
        if each.get(qn("w:type")) in (None, "normal")
    }


def _within(element: Any, tag: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, content controls looked through."""
    for each in element.iterchildren():
        if each.tag == tag:
            yield each
        elif each.tag in _WRAPPERS or each.tag in CHANGES:
            yield from _within(each, tag)

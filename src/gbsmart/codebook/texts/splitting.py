"""A text split into the provisions of the Code by its own numbering, each paragraph in one place.

What carries no number stays with the provision that it follows, in the order of the text. What carries one
that fits nowhere is listed as a fault, with what belongs to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gbsmart.codebook.texts.definitions import Defined, defined, lists_definitions, term_ref
from gbsmart.codebook.texts.labels import Labels
from gbsmart.codebook.texts.numbering import Label, Number, Opening, label, number, opening, position
from gbsmart.codebook.texts.source import Kind, LeftOut, Paragraph, Source
from gbsmart.codebook.texts.titles import is_sentence, is_title, looks_like_title

_MAX_REF = 80
_NO_DOCUMENT = "nothing before it says to which document of the Code it belongs"
_BESIDE = (Kind.TABLE_ROW, Kind.FOOTNOTE, Kind.TEXT_BOX)


@dataclass(slots=True)
class TextClause:
    """One provision: its ``number`` as printed, and which ``paragraphs`` of the source it holds."""

    ref: str
    parent: str
    number: str = ""
    heading: str = ""
    text: str = ""
    term: str = ""
    paragraphs: list[int] = field(default_factory=list)


class Split(NamedTuple):
    """The provisions of a text in its order, and what is in none of them."""

    clauses: tuple[TextClause, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def faults(self) -> tuple[LeftOut, ...]:
        """What should have had a place."""
        return tuple(each for each in self.left_out if each.fault)


def split(source: Source, document: str = "") -> Split:
    """The provisions of ``source``; ``document`` is the Section, Schedule or Appendix that it is.

    Without ``document`` the text says itself where its documents begin, as a consolidated Code does.
    """
    splitting = _Splitting(source.paragraphs, document)
    for index in range(len(source.paragraphs)):
        splitting.take(index)
    splitting.end()
    return Split(tuple(splitting.clauses.values()), (*source.left_out, *splitting.left_out))


class _Splitting:
    """One walk through the paragraphs of a text."""

    def __init__(self, paragraphs: Sequence[Paragraph], document: str) -> None:
        self.clauses: dict[str, TextClause] = {}
        self.left_out: list[LeftOut] = []
        self._paragraphs = paragraphs
        self._only = document
        self._document = ""
        self._annex = ""
        self._now: TextClause | None = None
        self._labels = Labels("")
        self._waiting: list[int] = []  # headings whose clause has not come yet
        self._lost = ""
        self._before: list[int] = []
        self._top = ""
        self._defining = False
        if document:
            self._begin(Opening(document, ""), None)

    def take(self, index: int) -> None:
        """Give the paragraph at ``index`` its place."""
        paragraph = self._paragraphs[index]
        line = paragraph.line
        opened = opening(line, headed=paragraph.kind is Kind.HEADING)
        if paragraph.kind in _BESIDE and not paragraph.number:
            self._beside(index, paragraph)
        elif opened is not None and (opened.annex is False or self._document):
            self._open(index, opened)
        elif (counted := number(line, self._letter)) is not None and self._is_number(counted, paragraph):
            self._numbered(index, counted)
        elif (marked := label(line)) is not None and self._now is not None:
            self._labelled(index, marked)
        elif (term := self._term(paragraph)) is not None:
            self._define(index, term)
        elif self._is_heading(index, paragraph) and not self._is_document_title(line, index):
            self._waiting.append(index)
        else:
            self._follow(index, line)

    def end(self) -> None:
        """Put headings that nothing followed with what they follow; say what stands before all documents."""
        self._settle()
        for index in self._before:
            paragraph = self._paragraphs[index]
            reason = "it stands before the first document" if self.clauses else _NO_DOCUMENT
            self.left_out.append(LeftOut(paragraph.line, paragraph.place, reason, fault=not self.clauses))

    @property
    def _letter(self) -> str:
        return self._document if len(self._document) == 1 and not self._annex else ""

    @property
    def _root(self) -> str:
        return f"{self._document} {self._annex}" if self._annex else self._document

    def _ref(self, text: str) -> str:
        return text if self._letter else f"{self._root} {text}"

    def _beside(self, index: int, paragraph: Paragraph) -> None:
        term = self._term(paragraph) if paragraph.kind is Kind.TABLE_ROW else None
        if term is not None:
            self._define(index, term)
        else:
            self._follow(index, paragraph.text)

    def _open(self, index: int, opened: Opening) -> None:
        self._settle()
        if opened.annex:
            self._annex = opened.ref
            self._put(index, TextClause(self._root, self._document, opened.ref, opened.heading))
            self._top = ""
        elif self._only and opened.ref != self._only:
            self._lose(index, f"it begins {_name(opened.ref)}, and {_name(self._only)} is what is loaded")
        elif self._has_begun(opened.ref) and not self._retract(opened.ref):
            self._lose(index, f"{_name(opened.ref)} begins twice")
        else:
            self._begin(opened, index)

    def _has_begun(self, ref: str) -> bool:
        return ref in self.clauses and (self._now is None or bool(self.clauses[ref].heading))

    def _retract(self, ref: str) -> bool:
        """Take back what only headings told, because the text itself comes now: it was a list of contents."""
        tree = [ref]
        for each in self.clauses.values():
            if each.parent in tree:
                tree.append(each.ref)
        if any(self.clauses[held].text for held in tree):
            return False
        for held in tree:
            for index in self.clauses.pop(held).paragraphs:
                paragraph = self._paragraphs[index]
                self.left_out.append(LeftOut(paragraph.line, paragraph.place, "list of contents"))
        return True

    def _begin(self, opened: Opening, index: int | None) -> None:
        self._document, self._annex, self._top = opened.ref, "", ""
        root = self.clauses.setdefault(opened.ref, TextClause(opened.ref, "", opened.ref))
        root.heading = opened.heading
        if index is not None:
            root.paragraphs.append(index)
        self._stand(root)

    def _is_number(self, found: Number, paragraph: Paragraph) -> bool:
        """Whether this is the number of a provision and not a reference or amount that begins a sentence."""
        if not self._document:
            return False
        rest, steps = found.rest, found.steps
        if rest and rest[0].islower() and not paragraph.number:
            return False
        if self._letter:
            return len(steps) > 1 or looks_like_title(rest) or bool(paragraph.number)
        if paragraph.number:
            return True
        return self._is_next(steps[0], own=len(steps) == 1) and (bool(rest) or len(steps) > 1)

    def _is_next(self, top: str, *, own: bool) -> bool:
        if not self._top:
            return position(top)[0] <= 1 or not own
        now, last = position(top), position(self._top)
        return last < now <= (last[0] + 1, "") if own else last <= now <= (last[0] + 1, "")

    def _numbered(self, index: int, found: Number) -> None:
        ref = self._ref(found.text)
        if found.letter != self._letter:
            self._settle()
            self._lose(index, f"{found.text} is no provision of {_name(self._document)}")
            return
        parent = self._parent(found)
        paragraph = self._paragraphs[index]
        titled = (len(found.steps) == 1 or paragraph.kind is Kind.HEADING) and is_title(found.rest)
        titled = titled or (len(found.steps) == 1 and bool(self._letter) and not _is_clause(found.rest))
        clause = TextClause(ref, parent, found.text)
        if titled:
            clause.heading = found.rest
            self._settle()
        else:
            clause.text = found.rest
            self._head(clause)
        self._top = found.steps[0]
        if self._put(index, clause):
            self._defining = lists_definitions(f"{clause.heading}\n{clause.text}") or (
                len(found.steps) > 1 and lists_definitions(self.clauses[parent].heading)
            )

    def _parent(self, found: Number) -> str:
        """What a number lies in; what the text does not print of it is there without words."""
        above = self._root
        for count in range(1, len(found.steps)):
            ref = self._ref(found.letter + ".".join(found.steps[:count]))
            if ref not in self.clauses:
                self.clauses[ref] = TextClause(ref, above, found.letter + ".".join(found.steps[:count]))
            above = ref
        return above

    def _labelled(self, index: int, marked: Label) -> None:
        self._settle()
        assert self._now is not None
        ahead = self._marks_ahead(index)
        placed = self._labels.place(marked.mark, ahead, self._now.text)
        if placed is None:
            self._lose(index, f"no sub-paragraph before it leads to ({marked.mark}) in {self._labels.base}")
            return
        ref, parent = placed
        self._put(index, TextClause(ref, parent, f"({marked.mark})", text=marked.rest), labels=self._labels)

    def _marks_ahead(self, index: int) -> list[str]:
        found: list[str] = []
        for paragraph in self._paragraphs[index + 1 : index + 60]:
            counted = number(paragraph.line, self._letter)
            if counted is not None and self._is_number(counted, paragraph):
                break
            if marked := label(paragraph.line):
                found.append(marked.mark)
        return found

    def _term(self, paragraph: Paragraph) -> Defined | None:
        if not self._document:
            return None
        return defined(paragraph, among_definitions=self._defining)

    def _define(self, index: int, found: Defined) -> None:
        self._settle()
        within = self._labels.base.partition(":")[0] or self._root
        ref = term_ref(within, found.term)
        self._put(index, TextClause(ref, within, heading=found.term, text=found.text, term=found.term))

    def _is_heading(self, index: int, paragraph: Paragraph) -> bool:
        """A heading of its own: its clause follows."""
        if paragraph.number or not self._document:
            return False
        text = paragraph.text
        if paragraph.kind is not Kind.HEADING and paragraph.bold != text:
            return False
        return is_title(text) and index + 1 < len(self._paragraphs)

    def _head(self, clause: TextClause) -> None:
        """The last heading that waits is that of ``clause``; others stay where they stood."""
        if not self._waiting:
            return
        index = self._waiting.pop()
        self._settle()
        clause.heading = self._paragraphs[index].text
        clause.paragraphs.append(index)

    def _settle(self) -> None:
        waiting, self._waiting = self._waiting, []
        for index in waiting:
            self._follow(index, self._paragraphs[index].line)

    def _follow(self, index: int, text: str) -> None:
        """Put unnumbered text with the provision that it follows."""
        self._settle()
        if self._now is None:
            self._leave(index)
        elif self._is_document_title(text, index):
            self._now.heading = text
            self._now.paragraphs.append(index)
        else:
            self._now.text = f"{self._now.text}\n{text}" if self._now.text else text
            self._now.paragraphs.append(index)

    def _is_document_title(self, text: str, index: int) -> bool:
        """The title of a document or annex on a line of its own, below its number."""
        now = self._now
        return (
            now is not None and now.ref == self._root and not now.heading and not now.text
            and bool(now.paragraphs) and is_title(text)
            and (text.isupper() or self._paragraphs[index].kind is Kind.HEADING)
        )  # fmt: skip

    def _put(self, index: int, clause: TextClause, labels: Labels | None = None) -> bool:
        clause.paragraphs.append(index)
        first = self.clauses.get(clause.ref)
        if first is not None and first.paragraphs and not self._retract(clause.ref):
            place = self._paragraphs[first.paragraphs[0]].place
            clause.paragraphs.remove(index)
            for heading in clause.paragraphs:
                self._lose(heading, f"it is the heading of a second {clause.ref}")
            self._lose(index, f"{clause.ref} stands there twice, first at {place}")
            return False
        if len(clause.ref) > _MAX_REF:
            self._lose(index, f"its reference would have more than {_MAX_REF} characters")
            return False
        self.clauses[clause.ref] = clause
        self._stand(clause, labels)
        return True

    def _stand(self, clause: TextClause, labels: Labels | None = None) -> None:
        self._now, self._lost = clause, ""
        self._labels = labels if labels is not None else Labels(clause.ref)

    def _lose(self, index: int, reason: str) -> None:
        self._now, self._lost = None, reason
        self._leave(index)
        self._lost = "it follows what has no place"

    def _leave(self, index: int) -> None:
        if not self._lost:
            self._before.append(index)
            return
        paragraph = self._paragraphs[index]
        self.left_out.append(LeftOut(paragraph.line, paragraph.place, self._lost, fault=True))


def _is_clause(text: str) -> bool:
    """Whether this can be no title of a Part, which may be printed with a stop."""
    return text[:1].islower() or is_sentence(text)


def _name(ref: str) -> str:
    return f"Section {ref}" if len(ref) == 1 else ref

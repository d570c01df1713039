"""Word files (.docx) written: clean, or with tracked changes that Word can accept and reject.

The end of a paragraph is added or removed like a character: Word joins it to the next one when it goes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from gbsmart.codebook.texts.comparison import Wording, compare
from gbsmart.codebook.texts.marking import Act, Mark, marks
from gbsmart.codebook.texts.printing import Printed, printed

_TAGS = {Act.ADDED: "w:ins", Act.REMOVED: "w:del"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOTHING = Printed("", "", "")


def write_marked(
    old_state: Sequence[Wording], new_state: Sequence[Wording], title: str, author: str, at: datetime
) -> bytes:
    """A document in which every difference of two states is a tracked change of ``author`` at ``at``."""
    writing = _Writing(title, author, at)
    for each in compare(old_state, new_state, in_order=True):
        old = printed(each.old) if each.old else _NOTHING
        new = printed(each.new) if each.new else _NOTHING
        writing.add(marks(old.head, new.head), heading=True)
        lead = _with_space(marks(old.lead, new.lead), old, new)
        writing.add((*lead, *each.text_marks()), bold=sum(len(mark.text) for mark in lead) if new.bold else 0)
    return writing.octets()


def write_clean(wordings: Iterable[Wording], title: str, at: datetime) -> bytes:
    """A document of provisions as they read, without marks."""
    writing = _Writing(title, "", at)
    for each in wordings:
        said = printed(each)
        writing.add(_same(said.head), heading=True)
        lead = f"{said.lead} " if said.lead and said.text else said.lead
        writing.add(_same(lead + said.text), bold=len(lead) if said.bold else 0)
    return writing.octets()


def _same(text: str) -> tuple[Mark, ...]:
    return (Mark(Act.SAME, text),) if text else ()


def _with_space(lead: tuple[Mark, ...], old: Printed, new: Printed) -> tuple[Mark, ...]:
    """The lead, and the space after it where a text follows."""
    before, after = bool(old.lead and old.text), bool(new.lead and new.text)
    if before and after:
        return (*lead, Mark(Act.SAME, " "))
    if before or after:
        return (*lead, Mark(Act.ADDED if after else Act.REMOVED, " "))
    return lead


class _Writing:
    """A document that grows by marks."""

    def __init__(self, title: str, author: str, at: datetime) -> None:
        self._document = Document()
        self._author = _NOT_XML.sub(" ", author)
        self._at = at.astimezone(UTC)
        self._changes = 0
        properties = self._document.core_properties
        properties.title, properties.author = _NOT_XML.sub(" ", title)[:255], self._author[:255]
        properties.comments = ""
        properties.created = properties.modified = self._at.replace(tzinfo=None)
        self._end_of_body = self._document.element.body[-1]  # the properties of the section

    def add(self, found: Sequence[Mark], *, heading: bool = False, bold: int = 0) -> None:
        """Write marks as paragraphs, the first ``bold`` characters in bold.

        If all of it was added or removed, so was the end of its last paragraph.
        """
        if not found:
            return
        paragraph = self._paragraph(heading=heading)
        for mark in found:
            for index, line in enumerate(mark.text.split("\n")):
                if index:
                    self._end(paragraph, mark.act)
                    paragraph = self._paragraph(heading=heading)
                for part, is_bold in ((line[:bold], True), (line[bold:], False)):
                    if part:
                        paragraph.append(self._run(part, mark.act, bold=is_bold))
                bold = max(0, bold - len(line))
        acts = {mark.act for mark in found}
        self._end(paragraph, acts.pop() if len(acts) == 1 else Act.SAME)

    def octets(self) -> bytes:
        """The file. An empty paragraph ends it, for the end of the last one cannot be removed."""
        self._paragraph(heading=False)
        out = io.BytesIO()
        self._document.save(out)
        return out.getvalue()

    def _paragraph(self, *, heading: bool) -> Any:
        paragraph = OxmlElement("w:p")
        if heading:
            style = OxmlElement("w:pStyle")
            style.set(qn("w:val"), "Heading2")
            self._properties(paragraph).append(style)
        self._end_of_body.addprevious(paragraph)
        return paragraph

    def _end(self, paragraph: Any, act: Act) -> None:
        if act is not Act.SAME:
            said = OxmlElement("w:rPr")
            said.append(self._change(act))
            self._properties(paragraph).append(said)

    @staticmethod
    def _properties(paragraph: Any) -> Any:
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            properties = OxmlElement("w:pPr")
            paragraph.insert(0, properties)
        return properties

    def _run(self, text: str, act: Act, *, bold: bool) -> Any:
        run = OxmlElement("w:r")
        if bold:
            weight = OxmlElement("w:rPr")
            weight.append(OxmlElement("w:b"))
            run.append(weight)
        words = OxmlElement("w:delText" if act is Act.REMOVED else "w:t")
        words.text = _NOT_XML.sub(" ", text)
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(words)
        if act is Act.SAME:
            return run
        change = self._change(act)
        change.append(run)
        return change

    def _change(self, act: Act) -> Any:
        self._changes += 1
        change = OxmlElement(_TAGS[act])
        change.set(qn("w:id"), str(self._changes))
        change.set(qn("w:author"), self._author)
        change.set(qn("w:date"), f"{self._at:%Y-%m-%dT%H:%M:%SZ}")
        return change

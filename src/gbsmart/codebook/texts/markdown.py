"""Markdown: headings, paragraphs, lists, tables and notes, without the marks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gbsmart.codebook.texts.plain import decoded
from gbsmart.codebook.texts.rows import row_paragraphs
from gbsmart.codebook.texts.source import Kind, LeftOut, Paragraph, Place, Source, tidy

_HEADING = re.compile(r" {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)\s*")
_RULE = re.compile(r" {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})")
_FENCE = re.compile(r" {0,3}(```+|~~~+).*")
_BULLET = re.compile(r"\s*[-*+]\s+(.*)")
_NOTE = re.compile(r"\[\^([^\]]+)\]:\s*(.*)")
_ROW = re.compile(r"\s*\|(.*)\|\s*")
_DASHES = re.compile(r"[\s:|-]+")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.{1,400}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])([*])(?=[^\s*])([^*]+?)(?<=\S)\1(?![\w*])")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_OPENS = re.compile(r"\s*(?:\*\*)?(?:\([a-zA-Z\d]{1,4}\)|[A-Z]\d{1,2}[A-Z]?\.\d|\d+(?:\.\d+)+)(?:\*\*)?\s")


def read_markdown(octets: bytes) -> Source:
    """The paragraphs of a Markdown file."""
    reading = _Reading()
    for count, line in enumerate(decoded(octets).replace("\r\n", "\n").split("\n"), 1):
        reading.line(line, Place(0, count))
    reading.end()
    return Source(tuple(reading.paragraphs), tuple(reading.left_out))


@dataclass
class _Reading:
    paragraphs: list[Paragraph] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _place: Place = field(default_factory=lambda: Place(0, 0))
    _until: str = ""
    _reason: str = ""

    def line(self, line: str, place: Place) -> None:
        """Take one line."""
        if self._until:
            self._inside(line, place)
        elif place.line == 1 and line.rstrip() == "---":
            self._until, self._reason = "---", "front matter"
            self.left_out.append(LeftOut(line, place, self._reason))
        elif line.lstrip().startswith("<!--"):
            self.end()
            self._until, self._reason = "-->", "comment"
            self._inside(line, place)
        elif found := _FENCE.fullmatch(line):
            self.end()
            self._until, self._reason = found[1], ""
            self.left_out.append(LeftOut(line, place, "fence of a preformatted text"))
        else:
            self._block(line, place)

    def end(self) -> None:
        """End the paragraph that is open."""
        if self._open:
            self._take(" ".join(self._open), self._place, Kind.TEXT)
            self._open = []

    def _inside(self, line: str, place: Place) -> None:
        ends = line.rstrip().endswith(self._until)
        if self._reason or ends:
            self.left_out.append(LeftOut(line, place, self._reason or "fence of a preformatted text"))
        elif line.strip():
            self.paragraphs.append(Paragraph(tidy(line), place))
        self._until = "" if ends else self._until

    def _block(self, line: str, place: Place) -> None:
        if not line.strip():
            self.end()
        elif found := _HEADING.fullmatch(line):
            self.end()
            self._take(found[1], place, Kind.HEADING)
        elif self._open and _UNDERLINE.fullmatch(line):
            text, self._open = " ".join(self._open), []
            self._take(text, self._place, Kind.HEADING)
            self.left_out.append(LeftOut(line, place, "underline of a heading"))
        elif _RULE.fullmatch(line):
            self.end()
            self.left_out.append(LeftOut(line, place, "rule between paragraphs"))
        elif found := _ROW.fullmatch(line):
            self.end()
            self._row(line, found[1], place)
        elif found := _NOTE.fullmatch(line):
            self.end()
            self._take(f"[{found[1]}] {found[2]}", place, Kind.FOOTNOTE)
        else:
            self._running(line, place)

    def _running(self, line: str, place: Place) -> None:
        item = _BULLET.fullmatch(line)
        if item or _OPENS.match(line):
            self.end()
        if not self._open:
            self._place = place
        text = item[1] if item else line.strip().removeprefix("> ")
        self._open.append(text if not item or _OPENS.match(f"{text} ") else f"\N{BULLET} {text}")

    def _row(self, line: str, inside: str, place: Place) -> None:
        if _DASHES.fullmatch(inside):
            self.left_out.append(LeftOut(line, place, "rule of a table"))
            return
        cells = [_paragraph(cell, place, Kind.TABLE_ROW) for cell in re.split(r"(?<!\\)\|", inside)]
        self.paragraphs += row_paragraphs([[cell] if cell.text else [] for cell in cells], place)

    def _take(self, text: str, place: Place, kind: Kind) -> None:
        paragraph = _paragraph(text, place, kind)
        if paragraph.text:
            self.paragraphs.append(paragraph)


def _paragraph(text: str, place: Place, kind: Kind) -> Paragraph:
    bold = _BOLD.match(text.strip())
    return Paragraph(_unmarked(text), place, kind=kind, bold=_unmarked(bold[2]) if bold else "")


def _unmarked(text: str) -> str:
    """``text`` without marks of bold and emphasis, escapes and references to notes resolved."""
    text = _EMPHASIS.sub(r"\2", _BOLD.sub(r"\2", text))
    return tidy(_ESCAPE.sub(r"\1", re.sub(r"\[\^([^\]]+)\]", r"[\1]", text)))

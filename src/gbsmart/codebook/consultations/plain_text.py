"""HTML of a page as plain text: paragraphs, lists and links' words stay; everything active goes."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_UNSEEN = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "head"})
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "ul", "ol", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "br",
     "blockquote", "dl", "dt", "dd", "address"}
)  # fmt: skip


def text_of(html: str) -> str:
    """The text of a piece of HTML, a blank line between its paragraphs."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    blocks = re.split(r"\n+", "".join(reader.pieces))
    kept = (re.sub(r"\s+", " ", each).strip() for each in blocks)
    return "\n\n".join(each for each in kept if each)


def links_of(html: str) -> list[tuple[str, str]]:
    """The addresses that a piece of HTML links to, each with the words of the link."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found = ((href, re.sub(r"\s+", " ", words).strip()) for href, words in reader.links)
    return [(href, words) for href, words in found if href and words]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.links: list[tuple[str, str]] = []
        self._unseen: list[str] = []
        self._href: str | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen.append(tag)
        if tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag == "li":
            self.pieces.append("\n\N{BULLET} ")
        elif tag == "a":
            self._href, self._words = dict(attrs).get("href") or "", []

    def handle_endtag(self, tag: str) -> None:
        if self._unseen and tag == self._unseen[-1]:
            self._unseen.pop()
        if tag in _BLOCKS or tag == "li":
            self.pieces.append("\n")
        elif tag == "a" and self._href is not None:
            self.links.append((self._href, "".join(self._words)))
            self._href = None

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(re.sub(r"\s+", " ", data))
            self._words.append(data)

"""A comparison as text, as Markdown and as HTML, marked by signs and words and not by colour alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape

from gbsmart.codebook.texts.comparison import Difference, Fate, counts
from gbsmart.codebook.texts.marking import Act, Mark

_SIGNS = re.compile(r"([\\`*_\[\]#|~])")
_LIST_SIGNS = re.compile(r"((?:^|\n)(?:\d{1,9}(?=[.)])|(?=[-+=])))([-+=.)])")
_TELLS = {
    Fate.ADDED: "added", Fate.REMOVED: "removed", Fate.CHANGED: "changed", Fate.SAME: "",
    Fate.MOVED: "moved from {}", Fate.MOVED_AND_CHANGED: "moved from {} and changed",
}  # fmt: skip
STYLE = """
body { font: 1rem/1.5 Georgia, serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
  color: #111; background: #fff }
h1, h2 { font-family: system-ui, sans-serif; line-height: 1.25 }
h2 { font-size: 1.1rem; margin: 1.6rem 0 .3rem }
.fate { font: .85rem system-ui, sans-serif; border: 1px solid #555; padding: 0 .4em; margin-left: .5em }
ins { background: #dff5e1; color: #063; text-decoration: underline 2px }
del { background: #fde4e1; color: #811; text-decoration: line-through }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap }
.wording { white-space: pre-wrap }
@media print { ins { font-weight: bold } }
"""
"""The style of a page that stands by itself."""


def told(difference: Difference) -> str:
    """What became of a provision, in a few words; "" where it stayed."""
    return _TELLS[difference.fate].format(difference.moved_from)


def text_of(marks: Iterable[Mark]) -> str:
    """Marks as text: ``[-removed-]{+added+}``."""
    signs = {Act.SAME: "{}", Act.REMOVED: "[-{}-]", Act.ADDED: "{{+{}+}}"}
    return "".join(signs[mark.act].format(mark.text) for mark in marks)


def markdown_of(marks: Iterable[Mark]) -> str:
    """Marks as Markdown; what Markdown has no sign for it takes from HTML."""
    return _written(marks, _in_markdown, "")


def html_of(marks: Iterable[Mark]) -> str:
    """Marks as HTML: lined through or underlined, and with words for those who hear it."""
    return _written(marks, escape, '<span class="unseen">[{}: </span>')


def text(differences: Sequence[Difference], title: str, notes: Sequence[str] = ()) -> str:
    """The provisions as text."""
    blocks = ["\n".join([title, summary(differences), *notes])]
    for each in differences:
        head = " ".join(filter(None, (each.ref, text_of(each.heading_marks()), _in_brackets(told(each)))))
        blocks.append("\n".join(filter(None, (head, text_of(each.text_marks())))))
    return "\n\n".join(blocks) + "\n"


def markdown(differences: Sequence[Difference], title: str, notes: Sequence[str] = ()) -> str:
    """The provisions as Markdown."""
    blocks = [
        f"# {markdown_of([Mark(Act.SAME, title)])}",
        *(markdown_of([Mark(Act.SAME, each)]) for each in (summary(differences), *notes)),
    ]
    for each in differences:
        ref = markdown_of([Mark(Act.SAME, each.ref)])
        blocks.append("## " + " ".join(filter(None, (ref, markdown_of(each.heading_marks())))))
        if fate := told(each):
            blocks.append(f"*{markdown_of([Mark(Act.SAME, fate)])}*")
        blocks.append(markdown_of(each.text_marks()))
    return "\n\n".join(filter(None, blocks)) + "\n"


def html(differences: Sequence[Difference], title: str, notes: Sequence[str] = ()) -> str:
    """The provisions as a page that stands by itself."""
    parts = [
        f'<!doctype html>\n<html lang="en-GB">\n<head><meta charset="utf-8"><title>{escape(title)}</title>',
        f"<style>{STYLE}</style></head>\n<body><main>\n<h1>{escape(title)}</h1>",
        *(f"<p>{escape(each)}</p>" for each in (summary(differences), *notes)),
    ]
    for each in differences:
        fate = f' <span class="fate">{escape(told(each))}</span>' if told(each) else ""
        parts.append(f"<section>\n<h2>{escape(each.ref)} {html_of(each.heading_marks())}{fate}</h2>")
        if marks := each.text_marks():
            parts.append(f'<div class="wording">{html_of(marks)}</div>')
        parts.append("</section>")
    return "\n".join([*parts, "</main></body>\n</html>\n"])


def summary(differences: Sequence[Difference]) -> str:
    """How many provisions met which fate."""
    told = [f"{count} {fate}" for fate, count in counts(differences).items() if count and fate != Fate.SAME]
    return ", ".join(told) if told else "no words differ"


def _in_markdown(text: str) -> str:
    text = _SIGNS.sub(r"\\\1", escape(text, quote=False))
    return _LIST_SIGNS.sub(r"\1\\\2", text).replace("\n", "<br>\n")


def _in_brackets(text: str) -> str:
    return f"[{text}]" if text else ""


def _written(marks: Iterable[Mark], write: Callable[[str], str], heard: str) -> str:
    """Marks in ``<ins>`` and ``<del>``."""
    written = ""
    for mark in marks:
        if mark.act is Act.SAME:
            written += write(mark.text)
            continue
        tag = "ins" if mark.act is Act.ADDED else "del"
        opens = f"<{tag}>{heard.format(mark.act.value)}"
        closes = '<span class="unseen">]</span>' if heard else ""
        written += f"{opens}{write(mark.text)}{closes}</{tag}>"
    return written

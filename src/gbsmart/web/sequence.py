"""Sequence diagrams as SVG: who said what to whom, from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

_COLUMN, _MARGIN, _HEAD, _ROW = 240, 110, 52, 46


@dataclass(frozen=True, slots=True)
class Arrow:
    """One step: from ``sender`` to ``receiver``, or a note at one party where both are the same.

    ``kind`` is ``"fault"`` or ``""``; ``href`` leads to what was said.
    """

    sender: str
    receiver: str
    text: str
    time: str = ""
    kind: str = ""
    href: str = ""


def sequence_diagram(title: str, description: str, arrows: Sequence[Arrow], ident: str) -> Markup:
    """The diagram as an SVG element; parties stand from left to right as they first appear."""
    parties = list(dict.fromkeys(name for arrow in arrows for name in (arrow.sender, arrow.receiver)))
    place = {name: _MARGIN + index * _COLUMN for index, name in enumerate(parties)}
    width = _MARGIN * 2 + _COLUMN * max(len(parties) - 1, 0)
    height = _HEAD + _ROW * len(arrows) + 24
    body = [_party(name, x, height) for name, x in place.items()]
    body += [_step(arrow, place, _HEAD + _ROW * (index + 1) - 8) for index, arrow in enumerate(arrows)]
    return Markup(
        '<svg class="sequence" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="group"'
        ' aria-labelledby="{id}-title {id}-text" xmlns="http://www.w3.org/2000/svg">'
        '<title id="{id}-title">{title}</title><desc id="{id}-text">{text}</desc>'
        "{body}</svg>"
    ).format(w=width, h=height, id=ident, title=title, text=description, body=Markup("").join(body))


def _party(name: str, x: int, height: int) -> Markup:
    return Markup(
        '<line class="life" x1="{x}" y1="{top}" x2="{x}" y2="{end}"/>'
        '<rect class="party" x="{left}" y="6" width="150" height="32" rx="6"/>'
        '<text class="party" x="{x}" y="27">{name}</text>'
    ).format(x=x, top=38, end=height - 8, left=x - 75, name=name)


def _step(arrow: Arrow, place: dict[str, int], y: int) -> Markup:
    start, end = place[arrow.sender], place[arrow.receiver]
    drawn = _note(start, y, arrow) if start == end else _line(start, end, y, arrow)
    if arrow.href:
        drawn = Markup('<a href="{}" aria-label="{}">{}</a>').format(
            arrow.href, f"{arrow.text} {arrow.time}, {arrow.sender} to {arrow.receiver}", drawn
        )
    return drawn


def _line(start: int, end: int, y: int, arrow: Arrow) -> Markup:
    towards = 1 if end > start else -1
    tip = end - towards * 2
    middle = (start + end) // 2
    return Markup(
        '<g class="step {kind}"><line x1="{start}" y1="{y}" x2="{tip}" y2="{y}"/>'
        '<path d="M{tip} {y} l{back} -5 v10 z"/>'
        '<text x="{middle}" y="{above}">{text}</text> '
        '<text class="time" x="{middle}" y="{below}">{time}</text></g>'
    ).format(
        kind=arrow.kind,
        start=start,
        y=y,
        tip=tip,
        back=-towards * 9,
        middle=middle,
        above=y - 7,
        below=y + 13,
        text=arrow.text,
        time=arrow.time,
    )


def _note(x: int, y: int, arrow: Arrow) -> Markup:
    return Markup(
        '<g class="step {kind}"><circle cx="{x}" cy="{y}" r="4"/>'
        '<text class="note" x="{right}" y="{above}">{text}</text> '
        '<text class="note time" x="{right}" y="{below}">{time}</text></g>'
    ).format(
        kind=arrow.kind, x=x, y=y, right=x + 10, above=y + 4, below=y + 17, text=arrow.text, time=arrow.time
    )

"""The timeline as SVG, drawn on the server: life lines from opening to conclusion, and what came into force.

Nothing is in it that the list beside it does not say; colours come from the style sheet.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from markupsafe import Markup

from gbsmart.codebook.consultations.addresses import consultation_page, version_page
from gbsmart.codebook.consultations.model import Dated
from gbsmart.codebook.consultations.timeline import Entry, Lane, Timeline

_WIDTH, _LEFT, _RIGHT = 960, 12, 24
_TOP, _LANE, _FOOT = 34, 46, 54
_BAR = 12
_LONGEST_LABEL = 58
_LETTER = 6.6
"""Units that a letter of a label is wide."""


def draw(timeline: Timeline) -> Markup:
    """The timeline as an SVG element, or nothing where there is nothing to draw."""
    drawn = [lane for lane in timeline.lanes if lane.opened.known]
    if not drawn:
        return Markup("")
    return _Drawing(timeline, drawn).whole()


class _Drawing:
    def __init__(self, timeline: Timeline, lanes: list[Lane]) -> None:
        self._timeline, self._lanes = timeline, lanes
        days = [*(each.on.first for each in timeline.entries), *(each.day for each in timeline.versions)]
        self._first = date(min(days).year, 1, 1)
        self._last = max(days) + timedelta(days=60)
        self._height = _TOP + _LANE * len(lanes) + _FOOT

    def whole(self) -> Markup:
        """The element."""
        body = [*self._years(), *self._versions()]
        for row, lane in enumerate(self._lanes):
            body += self._lane(lane, _TOP + row * _LANE)
        text = (
            f"{len(self._lanes)} consultations from {self._first.year} to {self._last.year}, each from its"
            " opening to its conclusion, with the versions of the Code that came of them. The list below says"
            " the same in words."
        )
        return Markup(
            '<svg class="timeline" viewBox="0 0 {w} {h}" role="group" aria-labelledby="timeline-title'
            ' timeline-text" xmlns="http://www.w3.org/2000/svg"><title id="timeline-title">{title}</title>'
            '<desc id="timeline-text">{text}</desc>{body}</svg>'
        ).format(
            w=_WIDTH, h=self._height, title="Timeline of the consultations", text=text,
            body=Markup("").join(body),
        )  # fmt: skip

    def _x(self, day: date) -> float:
        span = (self._last - self._first).days or 1
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (day - self._first).days / span

    def _middle(self, dated: Dated) -> float:
        return (self._x(dated.first) + self._x(dated.last)) / 2

    def _years(self) -> Iterable[Markup]:
        for year in range(self._first.year, self._last.year + 1):
            x = self._x(date(year, 1, 1))
            yield _line("grid", x, 20, x, self._height - _FOOT + 8)
            if x < _WIDTH - _RIGHT - 40:
                yield _text(x + 4, 16, str(year), "year")

    def _versions(self) -> Iterable[Markup]:
        """A row at the foot: each version that came of a consultation, its number where there is room."""
        y = self._height - _FOOT + 22
        yield _line("axis", _LEFT, y, _WIDTH - _RIGHT, y)
        yield _text(_LEFT, y + 26, "Versions of the Code in force", "label")
        end = -99.0
        for each in self._timeline.versions:
            x = self._x(each.day)
            mark = Markup(
                '<a href="{}"><circle class="version" cx="{:.1f}" cy="{:.1f}" r="4.5"><title>{}</title>'
                "</circle>{}</a>"
            )
            label = Markup("")
            if x - end > 4:
                label = _text(x - 8, y - 8, each.number, "number")
                end = x + _LETTER * len(each.number)
            yield mark.format(version_page(each.number), x, y, f"{each.number}: {each.day}", label)

    def _lane(self, lane: Lane, top: float) -> Iterable[Markup]:
        y = top + 24
        start = self._x(lane.opened.first)
        shut = self._x(lane.closed.last) if lane.closed.known else None
        answers = [self._middle(each.on) for each in lane.entries if each.kind in ("response", "conclusion")]
        end = self._middle(lane.concluded) if lane.concluded.known else max([start + 14, *answers])
        split = min(shut if shut is not None else start + max((end - start) * 0.35, 6), end)
        yield self._label(lane, start, top + 14)
        yield _bar("taking", start, split, y)
        yield _bar("analysing", split, max(end, split + 2), y)
        yield from self._into_force(lane, max(end, split + 2), y + _BAR / 2)
        for each in lane.entries:
            if each.kind in _MARKS:
                yield _mark(each, self._middle(each.on), y + _BAR / 2)

    def _label(self, lane: Lane, start: float, y: float) -> Markup:
        title = (
            lane.title if len(lane.title) <= _LONGEST_LABEL else lane.title[: _LONGEST_LABEL - 1] + "\u2026"
        )
        words = f"{lane.consultation}  {title}"
        x = min(start, _WIDTH - _RIGHT - _LETTER * len(words))
        return Markup('<a href="{}">{}</a>').format(
            consultation_page(lane.consultation), _text(max(x, _LEFT), y, words, "label")
        )

    def _into_force(self, lane: Lane, end: float, y: float) -> Iterable[Markup]:
        days = {each.number: each.day for each in self._timeline.versions}
        points = sorted((self._x(days[number]), number) for number in lane.versions if number in days)
        if points:
            yield _line("waiting", end, y, points[-1][0], y)
        for x, number in points:
            yield Markup(
                '<rect class="force" x="{:.1f}" y="{:.1f}" width="8" height="8"><title>{}</title></rect>'
            ).format(x - 4, y - 4, f"In force in version {number}")


_MARKS = {"revision": "revised", "response": "answer", "laying": "laid", "direction": "directed"}


def _mark(entry: Entry, x: float, y: float) -> Markup:
    shape = "M0-6 6 0 0 6-6 0z" if entry.kind == "response" else "M0-6 6 5H-6z"
    return Markup(
        '<path class="{}" transform="translate({:.1f} {:.1f})" d="{}"><title>{}</title></path>'
    ).format(_MARKS[entry.kind], x, y, shape, f"{entry.on}: {entry.text}")


def _bar(kind: str, start: float, end: float, y: float) -> Markup:
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{}" rx="2"/>').format(
        kind, start, y, max(end - start, 1), _BAR
    )


def _line(kind: str, x: float, y: float, to_x: float, to_y: float) -> Markup:
    return Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(
        kind, x, y, to_x, to_y
    )


def _text(x: float, y: float, text: str, kind: str) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(kind, x, y, text)

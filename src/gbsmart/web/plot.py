"""Plots as SVG, drawn on the server: axes, units, a title and a description for those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

_WIDTH, _HEIGHT = 620, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 8, 28, 26
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``label`` under the axis where ``tick``, ``text`` when pointed at; None is no data."""

    label: str
    value: int | None
    text: str = ""
    tick: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """A bar chart before it is drawn. ``unit`` stands at the value axis."""

    title: str
    description: str
    unit: str
    bars: tuple[Bar, ...]


def bar_chart(plot: Plot, ident: str) -> Markup:
    """``plot`` as an SVG element whose ids start with ``ident``; colours come from the style sheet."""
    most = max((bar.value or 0 for bar in plot.bars), default=0)
    marks = axis_marks(most)
    top = marks[-1] or 1
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    body = [*_grid(marks, top, high), *_bars(plot.bars, plot.unit, top, wide, high)]
    body.append(_text(_LEFT - 40, 12, plot.unit, "unit"))
    return Markup(
        '<svg class="plot" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{id}-title {id}-text"'
        ' xmlns="http://www.w3.org/2000/svg"><title id="{id}-title">{title}</title>'
        '<desc id="{id}-text">{text}</desc>{body}</svg>'
    ).format(
        w=_WIDTH, h=_HEIGHT, id=ident, title=plot.title, text=plot.description, body=Markup("").join(body)
    )


def axis_marks(most: int) -> list[int]:
    """Four to eight round numbers from 0 to at least ``most``."""
    if most <= 0:
        return [0, 1]
    step = 1
    while True:
        for each in _STEPS:
            if most <= each * step * 6:
                size = each * step
                return list(range(0, most + size, size))
        step *= 10


def _grid(marks: Sequence[int], top: int, high: int) -> list[Markup]:
    lines = []
    for mark in marks:
        y = _TOP + high - high * mark / top
        kind = "axis" if mark == 0 else "grid"
        lines.append(
            Markup('<line class="{}" x1="{}" y1="{:.1f}" x2="{}" y2="{:.1f}"/>').format(
                kind, _LEFT, y, _WIDTH - _RIGHT, y
            )
        )
        lines.append(_text(_LEFT - 8, y + 4, f"{mark:,}", "mark"))
    return lines


def _bars(bars: Sequence[Bar], unit: str, top: int, wide: int, high: int) -> list[Markup]:
    drawn = []
    pitch = wide / max(len(bars), 1)
    for index, bar in enumerate(bars):
        x = _LEFT + index * pitch
        if bar.value is not None:
            size = high * bar.value / top
            text = bar.text or f"{bar.label}: {bar.value} {unit}"
            drawn.append(
                Markup(
                    '<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="1.5">'
                    "<title>{}</title></rect>"
                ).format(
                    x + pitch * 0.1,
                    _TOP + high - size,
                    pitch * 0.8,
                    size,
                    text,
                )
            )
        if bar.tick:
            drawn.append(_text(x, _HEIGHT - _BOTTOM + 19, bar.label, "label"))
    return drawn


def _text(x: float, y: float, text: str, kind: str) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(kind, x, y, text)

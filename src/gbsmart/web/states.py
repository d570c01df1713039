"""State machines as SVG: states in rows from the first downwards, what leads from one to another as arrows.

Arrows carry the numbers of what causes them, which a list beside the drawing explains. States into which a
case comes from nearly everywhere, and from which it goes back there (on hold, suspended), stand apart at the
end, without those arrows: nobody could follow them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

_HIGH, _GAP, _ROW, _MARGIN = 38, 28, 108, 12
_IN_A_ROW = 4
_MANY = 5
_LETTER = 7.2


class Step(NamedTuple):
    """What leads from one state to another, under the number that the list beside the drawing gives it."""

    source: str
    target: str
    number: int


class _Box(NamedTuple):
    row: int
    x: float
    y: float
    width: float


def state_diagram(
    title: str,
    initial: str,
    states: Mapping[str, str],
    final: Collection[str],
    steps: Sequence[Step],
    *,
    present: str = "",
    passed: Collection[str] = (),
    ident: str = "states",
) -> Markup:
    """The drawing; ``states`` are what each is called, ``present`` and ``passed`` are marked."""
    apart = _interruptions(initial, states, steps)
    rows = _rows(initial, states, steps, apart)
    boxes, width, height = _placed(rows, states, steps)
    arrows = _arrows(boxes, _shown(steps, boxes, apart))
    drawn = []
    for name, text in states.items():
        kinds = ("final" if name in final else "", "apart" if name in apart else "",
                 "present" if name == present else "passed" if name in passed else "")  # fmt: skip
        drawn.append(_state(boxes[name], name, text, " ".join(filter(None, kinds))))
    where = f" Now in {states[present]}." if present in states else ""
    return Markup(
        '<svg class="states" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img"'
        ' aria-labelledby="{id}-title {id}-text" xmlns="http://www.w3.org/2000/svg">'
        '<title id="{id}-title">{title}</title><desc id="{id}-text">{text}</desc>{arrows}{states}</svg>'
    ).format(
        w=round(width), h=round(height), id=ident, title=title,
        text=f"{len(states)} states, from {states[initial]}.{where}",
        arrows=Markup("").join(arrows), states=Markup("").join(drawn),
    )  # fmt: skip


def _interruptions(initial: str, states: Collection[str], steps: Sequence[Step]) -> frozenset[str]:
    """The states into which many lead that they lead back to: the one with most of them first."""
    pairs = {(step.source, step.target) for step in steps if step.source != step.target}
    found: set[str] = set()
    while True:
        back = {
            name: sum((other, name) in pairs and (name, other) in pairs for other in states)
            for name in states
            if name not in found and name != initial
        }
        most = max(back, key=lambda name: back[name], default="")
        if not most or back[most] < _MANY:
            return frozenset(found)
        found.add(most)
        pairs = {pair for pair in pairs if most not in pair}


def _shown(steps: Sequence[Step], boxes: Mapping[str, _Box], apart: Collection[str]) -> list[Step]:
    """The arrows that are drawn: of an interruption only those to what nothing else leads to."""
    return [
        step for step in steps
        if step.target not in apart
        and (step.source not in apart or boxes[step.target].row > boxes[step.source].row)
    ]  # fmt: skip


def _placed(
    rows: Sequence[Sequence[str]], states: Mapping[str, str], steps: Sequence[Step]
) -> tuple[dict[str, _Box], float, float]:
    """Where each state stands, and how wide and high all of it is."""
    wide = max(len(text) for text in states.values()) * _LETTER + 26
    width = max(map(len, rows)) * (wide + _GAP) - _GAP + 2 * _MARGIN
    boxes = {}
    for row, names in enumerate(rows):
        left = (width - len(names) * (wide + _GAP) + _GAP) / 2
        for place, name in enumerate(names):
            boxes[name] = _Box(row, left + place * (wide + _GAP), 8 + row * _ROW, wide)
    below = _ROW / 3 if any(boxes[each.source].row == len(rows) - 1 for each in steps) else 0
    return boxes, width, 16 + (len(rows) - 1) * _ROW + _HIGH + below


def _rows(
    initial: str, states: Mapping[str, str], steps: Sequence[Step], apart: Collection[str]
) -> list[list[str]]:
    """The states by their distance from the first, beside those from which they are reached."""
    distance = _reached({initial: 0}, steps, apart)
    last = max(distance.values()) + 1
    distance = _reached(distance | dict.fromkeys(apart, last), steps, ())
    rows: list[list[str]] = []
    for far in range(max(distance.values()) + 1):
        names = [name for name in states if distance.get(name) == far]
        place = {name: n for n, name in enumerate(rows[-1])} if rows else {}
        names.sort(key=lambda name: _centre(name, place, steps))
        rows += [names[start : start + _IN_A_ROW] for start in range(0, len(names), _IN_A_ROW)]
    return rows


def _reached(known: Mapping[str, int], steps: Sequence[Step], apart: Collection[str]) -> dict[str, int]:
    """How far each state is, where it is reached without those that stand apart."""
    distance, frontier = dict(known), list(known)
    for here in frontier:  # grows as it is walked
        for step in steps:
            if step.source == here and step.target not in distance and step.target not in apart:
                distance[step.target] = distance[here] + 1
                frontier.append(step.target)
    return distance


def _centre(name: str, place: Mapping[str, int], steps: Sequence[Step]) -> float:
    """The middle of the places in the row above from which a state is reached."""
    above = [place[step.source] for step in steps if step.target == name and step.source in place]
    return sum(above) / len(above) if above else 99.0


def _state(box: _Box, name: str, text: str, kinds: str) -> Markup:
    inner = Markup('<rect class="inner" x="{}" y="{}" width="{}" height="{}" rx="7"/>').format(
        _n(box.x + 3), _n(box.y + 3), _n(box.width - 6), _HIGH - 6
    )
    return Markup(
        '<g class="{kind}" data-state="{name}"><rect x="{x}" y="{y}" width="{w}" height="{h}" rx="9"/>{inner}'
        '<text x="{middle}" y="{base}">{text}</text></g>'
    ).format(
        kind=f"box {kinds}".rstrip(), name=name,
        x=_n(box.x), y=_n(box.y), w=_n(box.width), h=_HIGH, inner=inner if "final" in kinds else "",
        middle=_n(box.x + box.width / 2), base=_n(box.y + _HIGH / 2 + 4.5), text=text,
    )  # fmt: skip


def _arrows(boxes: Mapping[str, _Box], steps: Sequence[Step]) -> list[Markup]:
    """One arrow for each pair of states, with every number that leads from the one to the other."""
    pairs: dict[tuple[str, str], list[int]] = {}
    for step in steps:
        numbers = pairs.setdefault((step.source, step.target), [])
        if step.number not in numbers:
            numbers.append(step.number)
    ports = _ports(boxes, pairs)
    return [_arrow(*ports[pair], ", ".join(map(str, numbers))) for pair, numbers in pairs.items()]


class _Port(NamedTuple):
    """Where an arrow meets a box: at its lower (``away`` 1) or upper side (-1)."""

    x: float
    y: float
    away: int


def _ports(
    boxes: Mapping[str, _Box], pairs: Collection[tuple[str, str]]
) -> dict[tuple[str, str], tuple[_Port, _Port]]:
    """Where each arrow begins and ends: side by side, in the order of the boxes at the other ends."""
    meeting: dict[tuple[str, int], list[tuple[float, tuple[str, str], int]]] = {}
    for pair in pairs:
        source, target = boxes[pair[0]], boxes[pair[1]]
        leaves = -1 if target.row < source.row else 1
        comes = -1 if target.row > source.row else 1
        meeting.setdefault((pair[0], leaves), []).append((target.x, pair, 0))
        meeting.setdefault((pair[1], comes), []).append((source.x, pair, 1))
    found: dict[tuple[str, str], dict[int, _Port]] = {pair: {} for pair in pairs}
    for (name, away), ends in meeting.items():
        box = boxes[name]
        y = box.y + (_HIGH if away > 0 else 0)
        for n, (_, pair, end) in enumerate(sorted(ends), 1):
            found[pair][end] = _Port(box.x + box.width * n / (len(ends) + 1), y, away)
    return {pair: (ends[0], ends[1]) for pair, ends in found.items()}


def _arrow(start: _Port, end: _Port, label: str) -> Markup:
    tip_y = end.y + end.away * 8
    bend = max(34.0, abs(tip_y - start.y) * 0.45)
    bent = (start.y + start.away * bend, tip_y + end.away * bend)
    path = f"M{_n(start.x)} {_n(start.y)} C{_n(start.x)} {_n(bent[0])} {_n(end.x)} {_n(bent[1])} "
    path += f"{_n(end.x)} {_n(tip_y)}"
    tip = f"M{_n(end.x)} {_n(end.y)} l-5 {end.away * 9} h10 z"
    x = _on_curve(start.x, start.x, end.x, end.x)
    y = _on_curve(start.y, *bent, tip_y) + 4
    return Markup(
        '<g class="arrow"><path class="line" d="{path}"/><path class="tip" d="{tip}"/>'
        '<text class="number" x="{x}" y="{y}">{label}</text></g>'
    ).format(path=path, tip=tip, x=_n(x), y=_n(y), label=label)


def _on_curve(a: float, b: float, c: float, d: float, t: float = 0.3) -> float:
    """A point of a cubic curve, nearer to its beginning: there fewer others cross it."""
    u = 1 - t
    return u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")

"""An explanation for the terminal."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from gbsmart.gbcs.explain.model import Explanation, Opened, Row, RowKind
from gbsmart.gbcs.protection import Check

_MOST_OCTETS = 24
"""Longer rows show their first octets and say how many there are."""
_MOST_LETTERS = 64

_FRAME_PARTS = frozenset(("tag", "length", "count", "type description", "frame"))


def table(explanation: Explanation) -> Table:
    """Offset, octets, field, value and meaning, one row of the explanation per line."""
    shown = Table(
        title=Text(explanation.heading),
        caption=Text("\n".join(caption(explanation))),
        title_justify="left",
        caption_justify="left",
        title_style="bold",
        caption_style="",
        box=None,
        pad_edge=False,
        header_style="bold",
    )
    shown.add_column("Octet", justify="right", style="dim", no_wrap=True)
    shown.add_column("Hex", ratio=3)
    shown.add_column("Field", ratio=4)
    shown.add_column("Value", ratio=4)
    shown.add_column("Meaning", ratio=5)
    inside: Opened | None = None
    for row, content in explanation.flat():
        if content is not None and content is not inside:
            shown.add_row(
                "", "", Text(f"▼ {content.title}", style="green"), f"{len(content.octets)} octets", ""
            )
        inside = content
        shown.add_row(*_cells(row, content))
    return shown


_SAID = {Check.NO_KEY.value: "not checked (no key at hand)"}
"""What a check found where its own word would puzzle a reader."""


def caption(explanation: Explanation) -> list[str]:
    """What holds for the whole: length, checks, fault, notes."""
    facts = [f"{len(explanation.octets)} octets"]
    facts += [
        f"{name} {_SAID.get(check, check)}"
        for name, check in (("signature", explanation.signature), ("MAC", explanation.mac))
        if check
    ]
    lines = ["; ".join(facts)]
    if explanation.fault:
        lines.append(f"Fault at octet {explanation.fault.offset}: {explanation.fault.reason}")
    return [*lines, *explanation.notes]


def _cells(row: Row, content: Opened | None) -> tuple[Text, Text, Text, Text, Text]:
    style = {RowKind.FAULT: "bold red", RowKind.UNREAD: "dim", RowKind.GROUP: "bold"}.get(row.kind, "")
    name = "  " * (row.depth + (content is not None)) + row.name.replace("_", " ")
    offset = f"+{row.offset}" if content is not None else str(row.offset)
    return (
        Text(offset if row.length else ""),
        _hex(row),
        Text(name, style=style or ("dim" if row.kind is RowKind.FRAME else "")),
        Text(shorten(row.value), style=style),
        Text(row.meaning, style=style),
    )


def _hex(row: Row) -> Text:
    """The octets, those of tags and lengths dimmed."""
    text = Text()
    dim = {
        part.offset + index for part in row.parts if part.name in _FRAME_PARTS for index in range(part.length)
    }
    for index, octet in enumerate(row.octets[:_MOST_OCTETS]):
        style = "dim" if row.offset + index in dim else "cyan"
        text.append(f"{octet:02X} ", style=style)
    if row.length > _MOST_OCTETS:
        text.append(f"… {row.length} octets", style="dim")
    return text


def shorten(value: str, most: int = _MOST_LETTERS) -> str:
    """``value`` with its middle left out where it is longer than ``most`` letters."""
    if len(value) <= most:
        return value
    half = most // 2 - 1
    return f"{value[:half]} … {value[-half:]}"

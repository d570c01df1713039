"""An explanation as a fragment of HTML, readable without style or script."""

from __future__ import annotations

from html import escape

from gbsmart.gbcs.explain.model import Explanation, Opened, Row, RowKind
from gbsmart.gbcs.explain.table import caption, shorten

_MOST_LETTERS = 120


def fragment(explanation: Explanation, prefix: str) -> str:
    """The octets as links to rows, the rows as a table whose offsets link back; everything escaped.

    ``data-row`` is equal on an element of the octets and on its row, for whoever highlights them
    together.
    """
    parts = [
        '<section class="explanation">',
        f'<h2 class="explanation-heading">{escape(explanation.heading)}</h2>',
        _facts(explanation),
        _part(explanation.octets, explanation.rows, explanation.opened, prefix, explanation.heading),
    ]
    for number, content in enumerate(explanation.opened):
        inner = f"{prefix}-{number}"
        title = f"{content.title}: what octet {content.at} and on hold"
        parts.append(f'<h3 id="{inner}">{escape(title)}</h3>')
        parts.append(_part(content.octets, content.rows, (), inner, title))
    parts.append("</section>")
    return "\n".join(parts)


def _facts(explanation: Explanation) -> str:
    lines = caption(explanation)
    summary = [f"<p>{escape(lines[0])}.</p>"]
    rest = lines[1:]
    if explanation.fault:
        summary.append(f'<p class="fault" role="alert">{escape(rest.pop(0))}</p>')
    summary += [f'<p class="note">{escape(line)}</p>' for line in rest]
    return "\n".join(summary)


def _part(octets: bytes, rows: tuple[Row, ...], opened: tuple[Opened, ...], prefix: str, of: str) -> str:
    label = escape(of, quote=True)
    return (
        f'<div class="octets" role="group" aria-label="Octets of {label}">{_octets(rows, prefix)}</div>\n'
        f'<div class="scroll" tabindex="0" role="region" aria-label="Fields of {label}"><table class="rows">'
        f"<caption>{len(octets)} octets, field by field</caption>"
        '<thead><tr><th scope="col">Octet</th><th scope="col">Hex</th><th scope="col">Field</th>'
        '<th scope="col">Value</th><th scope="col">Meaning</th></tr></thead>\n<tbody>'
        + "\n".join(_row(row, index, prefix, _holding(row, opened, prefix)) for index, row in enumerate(rows))
        + "</tbody></table></div>"
    )


def _octets(rows: tuple[Row, ...], prefix: str) -> str:
    links = []
    for index, row in enumerate(rows):
        if not row.length:
            continue
        text = row.octets.hex(" ").upper()
        links.append(
            f'<a id="{prefix}-o{index}" href="#{prefix}-r{index}" data-row="{prefix}-{index}" tabindex="-1"'
            f' class="{row.kind}" title="{escape(row.name, quote=True)}">{text}</a>'
        )
    return " ".join(links)


def _holding(row: Row, opened: tuple[Opened, ...], prefix: str) -> str:
    """A link to what ``row`` holds once it is decrypted, if it does."""
    for number, content in enumerate(opened):
        if row.length and row.offset <= content.at < row.offset + row.length:
            return f' <a href="#{prefix}-{number}">see it decrypted</a>'
    return ""


def _row(row: Row, index: int, prefix: str, link: str) -> str:
    place = f"{prefix}-o{index}"
    offset = f'<a href="#{place}">{row.offset}</a>' if row.length else ""
    if row.kind is RowKind.FAULT and not row.length:
        offset = str(row.offset)
    hexed = _hex(row)
    name = escape(row.name.replace("_", " "))
    kind = f' <span class="type">{escape(row.type)}</span>' if row.type and row.kind is RowKind.VALUE else ""
    return (
        f'<tr id="{prefix}-r{index}" data-row="{prefix}-{index}" class="{row.kind}">'
        f'<td class="offset">{offset}</td><td class="hex">{hexed}</td>'
        f'<th scope="row" class="d{min(row.depth, 12)}">{name}{kind}</th>'
        f'<td class="value">{escape(shorten(row.value, _MOST_LETTERS))}</td>'
        f"<td>{escape(row.meaning)}{link}</td></tr>"
    )


def _hex(row: Row) -> str:
    if not row.parts:
        return row.octets.hex(" ").upper()
    spans = []
    for part in row.parts:
        at = part.offset - row.offset
        text = row.octets[at : at + part.length].hex(" ").upper()
        title = escape(f"{part.name}, {part.length} octets from {part.offset}", quote=True)
        name = "content" if part.name in ("value", "content") else "framing"
        spans.append(f'<span class="{name}" title="{title}">{text}</span>')
    return " ".join(spans)

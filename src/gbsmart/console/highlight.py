"""XML in colours: the text as it is, in spans that a style sheet paints."""

from __future__ import annotations

import re
from html import escape

from markupsafe import Markup

_PART = re.compile(
    r"(?P<comment><!--.*?-->)|(?P<open></?)(?P<name>[\w:.-]+)|(?P<attribute>[\w:.-]+)=(?P<value>\"[^\"]*\")"
    r"|(?P<close>/?>)|(?P<text>[^<>]+(?=<))",
    re.DOTALL,
)


def highlighted(xml: str) -> Markup:
    """Serialised ``xml`` with its names, values and texts in spans."""
    out: list[str] = []
    at = 0
    inside = False
    for part in _PART.finditer(xml):
        if part["attribute"] and not inside:
            continue  # a text that looks like an attribute: the text itself follows
        out.append(escape(xml[at : part.start()]))
        at = part.end()
        if part["comment"]:
            out.append(_span("comment", part[0]))
        elif part["name"]:
            inside = True
            out.append(_span("mark", part["open"]) + _span("name", part["name"]))
        elif part["attribute"]:
            out.append(f"{_span('attribute', part['attribute'])}={_span('value', part['value'])}")
        elif part["close"]:
            inside = False
            out.append(_span("mark", part["close"]))
        else:
            out.append(_text(part["text"]))
    out.append(escape(xml[at:]))
    return Markup("".join(out))  # noqa: S704 - every piece is escaped above


def _text(text: str) -> str:
    return _span("text", text) if text.strip() else text


def _span(kind: str, text: str) -> str:
    return f'<span class="x-{kind}">{escape(text)}</span>'

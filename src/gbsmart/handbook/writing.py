"""The pages of the handbook as Markdown, for the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from textwrap import dedent
from typing import Any

from gbsmart.duis import service_requests
from gbsmart.gbcs.explain import Row
from gbsmart.handbook.bodies import INSIDE, as_table
from gbsmart.handbook.markdown import code, codes, table
from gbsmart.handbook.use_cases import address_of, names, use_case
from gbsmart.handbook.variants import variant
from gbsmart.handbook.worked import explained

USE_CASES, SERVICE_REQUESTS = "use-cases", "service-requests"
"""The folders of the two kinds of pages."""
_MOST_ROWS = 120
_MOST_OCTETS = 16


def pages() -> Iterator[tuple[str, str]]:
    """Every page: its path without suffix, and its Markdown."""
    for address, name in names().items():
        yield f"{USE_CASES}/{address}", use_case_page(use_case(name))
    for name in service_requests():
        yield f"{SERVICE_REQUESTS}/{name}", variant_page(variant(name))


def use_case_link(name: str, base: str = "..") -> str:
    """A link to the page of a use case."""
    return f"[{name}]({base}/{USE_CASES}/{address_of(name)}.md)"


def variant_link(name: str, text: str = "", base: str = "..") -> str:
    """A link to the page of a variant."""
    return f"[{text or name}]({base}/{SERVICE_REQUESTS}/{name}.md)"


def linked(text: str) -> str:
    """A page of tables whose rows lead to the pages of what they begin with."""

    def link(found: re.Match[str]) -> str:
        name = found[1]
        if name in service_requests():
            return f"| [`{name}`]({SERVICE_REQUESTS}/{name}.md)"
        address = address_of(name)
        return f"| [`{name}`]({USE_CASES}/{address}.md)" if address in names() else found[0]

    return re.sub(r"^\| `([^`]+)`", link, text, flags=re.MULTILINE)


# --- use cases ---


def use_case_page(page: Mapping[str, Any]) -> str:
    """The page of :func:`~gbsmart.handbook.use_cases.use_case`."""
    parts = [f"# {page['use_case']} {page['title']}", page["purpose"], _facts(page)]
    if page["asked_by"]:
        parts.append("## Asked by\n\n" + _asked_by(page["asked_by"]))
    for kind in ("command", "response", "alert"):
        if page[kind] is not None:
            parts.append(f"## What the {kind} holds\n\n{_fields(page[kind])}")
            if kind == "response":
                parts.append(page["outcomes"])
    if page["alerts"]:
        rows = ((f"`{each['code']}`", each["name"], each["raised_by"]) for each in page["alerts"])
        parts.append("## Alert codes\n\n" + table(("code", "name", "raised by"), rows))
    if page["related"]:
        parts.append("## See also\n\n" + ", ".join(map(use_case_link, page["related"])) + ".")
    parts += list(_examples(page["examples"]))
    return "\n\n".join(parts) + "\n"


def _facts(page: Mapping[str, Any]) -> str:
    sealed = ", values encrypted to the reader" if page["response_encrypted"] else ""
    rows = [
        ("message code", f"`{page['message_code']}`"),
        ("goes", page["direction"]),
        ("devices", codes(page["devices"])),
        ("GBCS versions [assumed]", page["gbcs_versions"]),
        ("family", page["family"]),
        ("may be sent by", ", ".join(page["sent_by"])),
        ("command protected by", page["command_protection"] + (", critical" if page["critical"] else "")),
        ("response protected by", page["response_protection"] + sealed),
        ("can be set for later", "yes, the device keeps it" if page["future_datable"] else ""),
        ("read and written as public test messages", "yes" if page["verified"] else ""),
        ("assumed", codes(page["assumed"])),
    ]
    return table(("", ""), [row for row in rows if row[1]])


def _asked_by(asked: Iterable[Mapping[str, str]]) -> str:
    rows = ((variant_link(each["variant"]), each["name"], each["device_type"]) for each in asked)
    return table(("Service Request", "name", "of"), rows)


def _fields(fields: Iterable[Mapping[str, Any]]) -> str:
    rows = [
        (
            INSIDE * each["depth"] + code(each["name"]),
            each["holds"],
            each["unit"],
            each["optional"],
            each["meaning"],
        )
        for each in fields
    ]
    return table(("field", "holds", "unit", "optional", "meaning"), rows) if rows else "Nothing."


def _examples(examples: Mapping[str, str]) -> Iterator[str]:
    for kind, octets in examples.items():
        found = explained(bytes.fromhex(octets))
        yield f"## An example of the {kind}"
        yield (
            f"{len(found.octets):,} octets, as `gbsmart testdata` writes it; under your own keys, "
            "`gbsmart gbcs explain` shows all of any message."
        )
        yield _rows(found.rows)
        for inner in found.opened:
            yield f"Decrypted, the octets from {inner.at} on hold:"
            yield _rows(inner.rows)


def _rows(rows: tuple[Row, ...]) -> str:
    """Rows as HTML: Markdown takes much longer, and the search need not know them."""
    head = "".join(f"<th>{name}</th>" for name in ("octet", "hex", "field", "value", "meaning"))
    lines = [f"<table data-search-exclude><thead><tr>{head}</tr></thead><tbody>"]
    lines += [_row(row) for row in rows[:_MOST_ROWS]]
    if len(rows) > _MOST_ROWS:
        lines.append(f'<tr><td colspan="5">{len(rows) - _MOST_ROWS} rows more</td></tr>')
    return "\n".join([*lines, "</tbody></table>"])


def _row(row: Row) -> str:
    octets = row.octets[:_MOST_OCTETS].hex(" ").upper() + (" ..." if len(row.octets) > _MOST_OCTETS else "")
    name = INSIDE * max(row.depth - 1, 0) + escape(row.name.replace("_", " "))
    return (
        f"<tr><td>{row.offset}</td><td><code>{octets}</code></td><td>{name}</td>"
        f"<td>{escape(_short(row.value))}</td><td>{escape(_short(row.meaning))}</td></tr>"
    )


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


# --- Service Requests ---


def variant_page(page: Mapping[str, Any]) -> str:
    """The page of :func:`~gbsmart.handbook.variants.variant`."""
    parts = [f"# {page['variant']} {page['name']}", page["purpose"], _variant_facts(page)]
    body = page["body"]
    parts.append(f"## What it holds\n\nElement `{body['element']}`.\n\n{as_table(body['holds'])}")
    if page["becomes"]:
        rows = (
            (each["device_type"], use_case_link(each["use_case"]), f"`{each['message_code']}`",
             each["title"], f"since GBCS {each['gbcs_version']}" if each["gbcs_version"] > "1.0" else "")
            for each in page["becomes"]
        )  # fmt: skip
        parts.append("## What it becomes\n\n" + table(("for", "use case", "code", "title", ""), rows))
    parts.append("## What comes back\n\n" + page["response"])
    parts += list(_requests(page))
    return "\n\n".join(parts) + "\n"


def _variant_facts(page: Mapping[str, Any]) -> str:
    ways = "; ".join(
        f"{each['number']} ({each['takes']}{', to ' + each['web_service'] if each['web_service'] else ''})"
        for each in page["command_variants"]
    )
    rows = [
        ("kind", page["kind"]),
        ("User Roles", codes(page["user_roles"]) or "none may ask for it any more"),
        ("devices", codes(page["device_types"])),
        ("Command Variants", ways),
        ("can be set for later, kept by", " and ".join(page["future_dated_by"])),
        ("can be scheduled by the DCC", "yes" if page["scheduled"] else ""),
    ]
    return table(("", ""), [row for row in rows if row[1]])


def _requests(page: Mapping[str, Any]) -> Iterator[str]:
    """Example requests, each content once."""
    shown: dict[str, list[str]] = {}
    for each in page["becomes"]:
        shown.setdefault(_content(each["request"]), []).append(f"{each['device_type']} ({each['use_case']})")
    if page["request"]:
        shown[page["request"]] = []
    for text, what in shown.items():
        whose = f" for {', '.join(what)}" if what else ""
        yield f"## An example{whose}\n\n```xml\n{text}\n```"


def _content(document: str) -> str:
    """The body of a document: what is the same for every device."""
    start, end = document.find("  <sr:Body>"), document.find("</sr:Body>")
    return dedent(document[start : end + len("</sr:Body>")])

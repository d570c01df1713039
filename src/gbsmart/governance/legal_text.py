"""The legal text of a modification: what it does to which provision, read from a document.

As JSON an array of objects with ``ref``, ``verb``, ``text``, and where needed ``heading`` and ``parent``. As
plain text each change begins with a line ``# amended H4.8: Heading``, and its new text follows.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from gbsmart.codebook import Change, Verb
from gbsmart.ground import InvalidValue

DOCUMENT = "Legal text"
"""The kind of document that it is; of an alternative, :data:`ALTERNATIVE`."""
ALTERNATIVE = "Legal text of an alternative"
VERBS = tuple(map(str, (Verb.AMENDED, Verb.DESIGNATED, Verb.REDESIGNATED, Verb.DELETED, Verb.CORRECTED)))
"""What a modification does to a provision."""
_WORDLESS = frozenset({str(Verb.DELETED)})
_HEAD = re.compile(r"#\s+(?P<verb>\S+)\s+(?P<ref>[^:]+?)\s*(?::\s*(?P<heading>.*?)\s*)?\Z")


class _Row(NamedTuple):
    """A change as it is written."""

    verb: str
    ref: str
    text: str = ""
    heading: str = ""
    parent: str = ""


def read_legal_text(octets: bytes) -> list[Change]:
    """The changes of a legal text; raises :class:`InvalidValue`, naming the change, for one that is none."""
    try:
        text = octets.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise InvalidValue("is no UTF-8 text", field=DOCUMENT) from None
    found = _from_json(text) if text.lstrip().startswith("[") else _from_lines(text)
    if not found:
        raise InvalidValue(
            "changes no provision", field=DOCUMENT, remedy="Begin each change as '# amended H4.8: Heading'."
        )
    for number, each in enumerate(found, 1):
        _check(each, f"{DOCUMENT}.{number}")
    targets = [each.ref for each in found]
    for target in targets:
        if targets.count(target) > 1:
            raise InvalidValue(f"changes {target} twice", field=DOCUMENT)
    return [
        Change(Verb(each.verb), each.ref, text=each.text or None, heading=each.heading, parent=each.parent)
        for each in found
    ]


def _check(each: _Row, field: str) -> None:
    if each.verb not in VERBS:
        raise InvalidValue(f"{each.verb!r} is not one of {', '.join(VERBS)}", field=field)
    if not each.ref:
        raise InvalidValue("names no provision", field=field)
    if each.verb not in _WORDLESS and not each.text:
        raise InvalidValue(f"{each.ref} is {each.verb} without a text", field=field)
    if each.verb in _WORDLESS and each.text:
        raise InvalidValue(f"{each.ref} is {each.verb}, and has a text", field=field)


def _from_json(text: str) -> list[_Row]:
    try:
        rows = json.loads(text)
    except ValueError as problem:
        raise InvalidValue(f"is no JSON: {problem}", field=DOCUMENT) from None
    return [_row(row, f"{DOCUMENT}.{number}") for number, row in enumerate(rows, 1)]


def _row(row: Any, field: str) -> _Row:
    if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
        raise InvalidValue("is no object of texts", field=field)
    if unknown := sorted(row.keys() - set(_Row._fields)):
        raise InvalidValue(f"has {unknown[0]!r}, which is no part of a change", field=field)
    return _Row(row.get("verb", ""), row.get("ref", "").strip(), row.get("text", "").strip(),
                      row.get("heading", ""), row.get("parent", ""))  # fmt: skip


def _from_lines(text: str) -> list[_Row]:
    found: list[_Row] = []
    body: list[str] = []
    for number, line in enumerate([*text.split("\n"), "# end"], 1):
        if not line.startswith("#"):
            if line.strip() and not found:
                raise InvalidValue(f"line {number} belongs to no change", field=DOCUMENT)
            body.append(line)
            continue
        if found:
            found[-1] = found[-1]._replace(text="\n".join(body).strip())
        body = []
        head = _HEAD.match(line)
        if head:
            found.append(_Row(head["verb"], head["ref"], heading=head["heading"] or ""))
        elif line != "# end":
            raise InvalidValue(f"line {number} is no beginning of a change", field=DOCUMENT)
    return found

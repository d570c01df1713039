"""Finding a page of the handbook by words: a name, a code, what it is for, or a field that it holds."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from gbsmart.duis import service_requests
from gbsmart.duis.services import body
from gbsmart.gbcs.message_codes import purposes
from gbsmart.handbook.bodies import described, rows_of
from gbsmart.handbook.use_cases import address_of, code_of, form_of, names
from gbsmart.translation.bindings import by_variant


class Entry(NamedTuple):
    """A page: ``kind`` is ``use-cases`` or ``service-requests``, ``address`` the last part of its path."""

    kind: str
    address: str
    name: str
    title: str
    purpose: str
    words: str
    """Everything that it is found by, in small letters."""


@cache
def entries() -> tuple[Entry, ...]:
    """Every page: Service Requests first, each kind in the order of the Code."""
    return (*map(_variant, service_requests()), *(_use_case(each, name) for each, name in names().items()))


def find(text: str) -> list[Entry]:
    """The pages in which every word of ``text`` is found: those so called first; all for no words."""
    wanted = text.lower().split()
    found = [each for each in entries() if all(word in each.words for word in wanted)]
    return sorted(found, key=lambda each: _rank(each, wanted))


def _rank(entry: Entry, wanted: list[str]) -> int:
    name, title = entry.name.lower(), entry.title.lower()
    if any(word == name for word in wanted):
        return 0
    return 1 if all(word in name or word in title for word in wanted) else 2


def _variant(name: str) -> Entry:
    facts, declared = service_requests()[name], body(name)
    purpose = declared.note
    rows = list(rows_of(described(name)["holds"]))
    fields = [text for row in rows for text in (row.element, row.meaning)]
    becomes = {row.form for row in by_variant().get(name, ())}
    found = [name, facts.name, facts.body_element, purpose, *fields, *becomes, *facts.device_types]
    return Entry("service-requests", name, name, facts.name, purpose, _words(found))


def _use_case(address: str, name: str) -> Entry:
    form, row = form_of(name), code_of(name)
    purpose = purposes()[row.code]
    bodies = [each for each in (form.command, form.response, form.alert) if each] if form else []
    fields = [field for each in bodies for field in each.fields()]
    asked_by = [variant for variant, rows in by_variant().items() if any(r.form == name for r in rows)]
    found = [name, address_of(name), row.title, purpose, f"{row.code:04x}", *fields, *asked_by, *row.devices]
    return Entry("use-cases", address, name, row.title, purpose, _words(found))


def _words(found: list[str]) -> str:
    spaced = [re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", each) for each in found]
    return " ".join([*found, *spaced]).lower()

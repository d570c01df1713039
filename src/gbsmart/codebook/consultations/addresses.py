"""Where the pages of the register are, and where its links lead in the Code."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from gbsmart.codebook.consultations.model import Thing
from gbsmart.ground import InvalidValue

REGISTER = "/code/consultations"
REST = "/code/v1/consultations"
ID: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
"""What the id of a consultation of one's own looks like: it stands in addresses as it is."""
LONGEST_ID: Final = 160
TAKEN: Final = frozenset(
    {"timeline", "trace", "laying", "corrections", "import", "export.csv", "export.atom", "openapi.json"}
)
"""What else stands where an id does."""


def check_id(name: str) -> None:
    """Raise :class:`InvalidValue` for an id that a consultation of one's own cannot have."""
    if len(name) > LONGEST_ID or not re.fullmatch(ID, name):
        raise InvalidValue(
            f"is 1 to {LONGEST_ID} letters, digits, '.', '_' and '-', a letter or digit first", field="id"
        )
    if name in TAKEN:
        raise InvalidValue(f"{name} is the address of another page of the register", field="id")


def consultation_page(name: str) -> str:
    """The page of a consultation."""
    return f"{REGISTER}/{quote(name, safe='')}"


def document_place(consultation: str, name: str) -> str:
    """Where a document stands on the page of its consultation."""
    return f"{consultation_page(consultation)}#{quote(name, safe='')}"


def version_page(number: str) -> str:
    """The page of a version of the Code."""
    return f"/code/versions/{quote(number, safe='')}"


def provision_page(reference: str) -> str:
    """The page of a provision of the Code; of several, that of the first."""
    first = reference.partition("-")[0] if "." in reference else reference
    return f"/code/{quote(first.replace(' ', '-'), safe='()')}"


def comparison_page(before: str, after: str) -> str:
    """The change-marked text between two versions of the Code."""
    return f"/code/compare?from={quote(before)}&to={quote(after)}"


_STAGES = frozenset({"SEC", "SEC2", "SEC3", "SEC4"})


def address_of(kind: Thing, name: str, owners: dict[str, str]) -> str:
    """The page of what a link leads to, "" where there is none; ``owners`` has documents' consultations."""
    if kind is Thing.CONSULTATION:
        return consultation_page(name)
    if kind is Thing.DOCUMENT:
        return document_place(owners[name], name) if name in owners else ""
    if kind is Thing.VERSION:
        return version_page(name)
    if kind is Thing.CODE and name not in _STAGES:
        return provision_page(name)
    return ""

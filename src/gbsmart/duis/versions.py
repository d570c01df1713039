"""The versions of DUIS that are served side by side, each as dated differences from the newest.

The declarations are those of the newest version; :data:`CHANGES` says what earlier ones are without or
have otherwise, each with its basis (``V`` verified on test data, ``X`` fixed by the XML schema, ``M``
remembered, ``I`` inferred). What is remembered or inferred is shown as assumed: a correction is one row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from gbsmart.duis.catalogue import service_requests
from gbsmart.duis.changes import Change, ElementAdded, ServicesKept, VariantAdded, WordsAdded, before
from gbsmart.duis.element import Complex, Element
from gbsmart.duis.envelope import REQUEST_HEADER, RESPONSE_BODIES, RESPONSE_HEADER
from gbsmart.duis.schema import Record
from gbsmart.duis.services import body
from gbsmart.ground import NotFound, Version

VERSIONS: tuple[Version, ...] = (
    Version("5.0", date(2021, 11, 1), "M"),
    Version("5.1", date(2022, 6, 1), "M"),
    Version("5.2", date(2023, 11, 1), "M"),
    Version("5.3", date(2024, 11, 1), "M"),
    Version("5.4", date(2025, 11, 1), "X"),
)
"""Oldest first; of when each came only the month is known, and its first day stands for it.

5.0, 5.1 and 5.3 are met in the public test data, 5.1 there in 2022."""

CHANGES: tuple[Change, ...] = (
    ElementAdded(
        since="5.4",
        where="DSPInventory/Device/Connectivity",
        basis="I",
        note="in the 5.4 sample of an inventory, not in that of 5.3",
    ),
    WordsAdded(
        since="5.3",
        where="CSPRegion",
        words=("4G North", "4G Central", "4G South"),
        basis="M",
        note="met in a sample of 5.3",
    ),
    VariantAdded(
        since="5.2", added="7.16", basis="I", note="Load Controllers and what they may do came together"
    ),
    WordsAdded(
        since="5.2",
        where="RemotePartyRole",
        words=("LoadController",),
        basis="I",
        note="the public clients, which say 5.2, name it",
    ),
    ElementAdded(since="5.2", where="DCCAlert/ECoSAlert", basis="M", note="the enduring CoS Party"),
    ElementAdded(since="5.2", where="DCCAlert/CoSCertificateAlert", basis="M"),
    WordsAdded(since="5.2", where="DCCAlertMessage/DCCAlertCode", words=("N62", "N64"), basis="M"),
)
"""What each version brought, newest first."""

SCHEMA_VERSION = VERSIONS[-1].number
"""The version of DUIS that is written where a User has no other."""


@dataclass(frozen=True)
class Edition:
    """The declarations of one version."""

    version: Version
    changes: tuple[Change, ...]
    """By which it differs from the newest version, newest first."""
    request_header: Record
    response_header: Record
    response_bodies: Mapping[str, Element]
    variants: frozenset[str]
    """The Service Reference Variants that it has."""
    _bodies: dict[str, Complex] = field(default_factory=dict, compare=False, repr=False)

    @property
    def number(self) -> str:
        """The version's number, such as ``5.1``."""
        return self.version.number

    @property
    def is_assumed(self) -> bool:
        """Whether anything of it is remembered or inferred."""
        return any(change.assumed for change in self.changes)

    def body(self, variant: str) -> Complex:
        """The body of ``variant`` as this version has it."""
        if not self.changes:
            return body(variant)
        if variant not in self._bodies:
            self._bodies[variant] = self._body(variant)
        return self._bodies[variant]

    def _body(self, variant: str) -> Complex:
        held = before(Element(service_requests()[variant].body_element, body(variant)), self.changes)
        assert held is not None
        assert isinstance(held.content, Complex)
        return held.content


def edition(version: str) -> Edition:
    """The declarations of ``version``; raises :class:`NotFound` for one that is not served."""
    found = find_edition(version)
    if found is None:
        served = ", ".join(served_versions())
        raise NotFound(f"{version!r} is not a DUIS version", remedy=f"The versions: {served}.")
    return found


def served_versions() -> tuple[str, ...]:
    """The numbers of the versions that are served, oldest first."""
    return tuple(each.number for each in VERSIONS)


@lru_cache(maxsize=64)
def find_edition(version: str) -> Edition | None:
    """The declarations of the version that ``version`` says (``5.40`` says 5.4), if it is served."""
    digits = version.replace(".", "", 1)
    if not (digits.isascii() and digits.isdecimal()):
        return None
    number = Decimal(version)
    return next((_served(each) for each in VERSIONS if Decimal(each.number) == number), None)


@cache
def _served(version: Version) -> Edition:
    number = Decimal(version.number)
    return make_edition(version, [change for change in CHANGES if Decimal(change.since) > number])


def forget() -> None:
    """Forget what was made of :data:`VERSIONS` and :data:`CHANGES`: a test puts others in their place."""
    find_edition.cache_clear()
    _served.cache_clear()


def make_edition(version: Version, changes: Sequence[Change]) -> Edition:
    """The declarations of a version that differs from the newest by ``changes``, newest first."""
    if not changes:
        known = frozenset(service_requests())
        return Edition(version, (), REQUEST_HEADER, RESPONSE_HEADER, RESPONSE_BODIES, known)
    lacking = {change.variant for change in changes}
    facts = [each for each in service_requests().values() if each.variant not in lacking]
    variants = frozenset(each.variant for each in facts)
    references = frozenset(each.reference for each in facts)
    kept = ServicesKept(
        since=SCHEMA_VERSION, basis="X", of=version.number, references=references, variants=variants
    )
    every = (*changes, kept)
    answers = {name: before(each, every) for name, each in RESPONSE_BODIES.items()}
    return Edition(
        version,
        tuple(changes),
        _header(REQUEST_HEADER, every),
        _header(RESPONSE_HEADER, every),
        {name: each for name, each in answers.items() if each is not None},
        variants,
    )


def _header(content: Record, changes: Sequence[Change]) -> Record:
    held = before(Element("Header", content), changes)
    assert held is not None
    assert isinstance(held.content, Record)
    return held.content

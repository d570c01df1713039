"""Which version of a Technical Specification applies on a day (SEC A3, Schedule 11).

Each version has an Installation Validity Period: a device must meet a version within it on the day on which
it is installed. And a Maintenance Validity Period: at all later times a device must meet a version within
that. A version names the versions of GBCS that may go with it, and each of those has periods of its own.
An end that is not known is open; which days are from memory the table says.
"""

from __future__ import annotations

import csv
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from gbsmart.ground import NotFound


class SpecificationVersion(NamedTuple):
    """A version of a Technical Specification with its validity periods; both begin when it is designated."""

    specification: str
    version: str
    designated: date
    installation_until: date | None
    """The last day on which a device of it may be installed."""
    maintenance_until: date | None
    gbcs: tuple[str, ...]
    basis: str
    notes: str

    def may_be_installed(self, day: date) -> bool:
        """Whether ``day`` is in its Installation Validity Period."""
        return self.designated <= day and (self.installation_until is None or day <= self.installation_until)

    def may_be_maintained(self, day: date) -> bool:
        """Whether ``day`` is in its Maintenance Validity Period."""
        return self.designated <= day and (self.maintenance_until is None or day <= self.maintenance_until)


class Applicable(NamedTuple):
    """A version as it stands on a day, with the versions of GBCS that may go with it then."""

    specification: SpecificationVersion
    installable: bool
    maintainable: bool
    gbcs: tuple[str, ...]


@lru_cache(maxsize=1)
def specification_versions() -> tuple[SpecificationVersion, ...]:
    """Every version that is known, in the order of Schedule 11."""
    name = "technical_specifications.csv"
    text = (files("gbsmart.codebook") / "data" / name).read_text(encoding="utf-8")
    return tuple(
        SpecificationVersion(
            row["specification"], row["version"], date.fromisoformat(row["designated"]),
            _day(row["installation_until"]), _day(row["maintenance_until"]),
            tuple(row["gbcs"].split(";")) if row["gbcs"] else (), row["basis"], row["notes"],
        )
        for row in csv.DictReader(text.splitlines())
    )  # fmt: skip


def applicable(specification: str, day: date) -> list[Applicable]:
    """The versions of a specification that there are on ``day``, and what each may be used for.

    Raises :class:`NotFound` for a specification that is not in the tables.
    """
    mine = [each for each in specification_versions() if each.specification == specification.upper()]
    if not mine:
        names = ", ".join(dict.fromkeys(each.specification for each in specification_versions()))
        raise NotFound(f"no Technical Specification {specification!r}", remedy=f"There are {names}.")
    valid = {
        each.version
        for each in specification_versions()
        if each.specification == "GBCS" and each.may_be_maintained(day)
    }
    return [
        Applicable(
            each, each.may_be_installed(day), each.may_be_maintained(day),
            tuple(version for version in each.gbcs if version in valid),
        )
        for each in mine
        if each.designated <= day
    ]  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None

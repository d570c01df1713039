"""The version-control table of the Code: what each row says is worked out from the events of the version."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from gbsmart.codebook.model import Basis, Event, Source, Verb, Version
from gbsmart.ground.working_days import civil_day

COLUMNS = (
    "version", "implementation_date", "kind", "legal_basis", "decision_date", "base_version", "modifications",
    "activated", "designated", "redesignated", "sections", "schedules", "appendices", "appendices_inferred",
    "schedules_inferred", "reason", "notes",
)  # fmt: skip


def version_row(version: Version) -> dict[str, Any]:
    """The row of ``version`` in the version-control table; a list where a column may name several things."""
    sources, events = version.instruments, version.events
    documents = _documents(version)
    sections, schedules, appendices = (documents(each, Basis.PRINTED) for each in _FAMILIES)
    return dict(
        zip(
            COLUMNS,
            (
                version.number,
                _written(civil_day(version.effective)),
                _once(kind.value for source in sources for kind in source.kinds),
                " | ".join(_once(source.legal_basis for source in sources)),
                _written(next((each.decision_date for each in sources if each.decision_date), None)),
                _once(source.base_version for source in sources),
                _once(name for source in sources for name in source.modifications),
                _named(events, Verb.ACTIVATED),
                _named(events, Verb.DESIGNATED),
                _named(events, Verb.REDESIGNATED),
                sections,
                schedules,
                appendices,
                documents("Appendix ", Basis.INFERRED),
                documents("Schedule ", Basis.INFERRED),
                _prose(sources, lambda source: source.reason),
                _prose(sources, lambda source: source.notes),
            ),
            strict=True,
        )
    )


_FAMILIES = ("", "Schedule ", "Appendix ")
"""How the names of sections, of schedules and of appendices begin."""


def _documents(version: Version) -> Callable[[str, Basis], list[str]]:
    """The documents of a family that events of a basis touch, each by its letter or number."""

    def of(family: str, basis: Basis) -> list[str]:
        touched = (
            version.documents.get(each.target, "")
            for each in version.events
            if each.basis is basis and each.verb is not Verb.DEFERRED
        )
        return _once(
            name.removeprefix(family)
            for name in touched
            if (name.startswith(family) if family else len(name) == 1)
        )

    return of


def _named(events: Iterable[Event], verb: Verb) -> list[str]:
    return _once(
        each.printed or each.target
        for each in events
        if each.verb is verb and each.basis is not Basis.ASSUMED
    )


def _once(names: Iterable[str]) -> list[str]:
    """Each name once, in its order, without the empty ones."""
    return [name for name in dict.fromkeys(names) if name]


def _prose(sources: Iterable[Source], of: Callable[[Source], str]) -> str:
    return "; ".join(_once(map(of, sources)))


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""

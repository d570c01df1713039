"""Readiness for DCC Live: what version 5.0 needed, and whether it was in force (SEC X; version 5.0).

On 8 November 2016 the operational sections were switched on and the specifications and interface documents
became part of the Code, so that the DCC could begin its services. Which provisions these are follows from
the events of that version; whether each was in force on a day is asked of the library.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from gbsmart import codebook
from gbsmart.codebook import Status
from gbsmart.ground import NotFound

LIVE = "5.0"
"""The version with which the DCC's services began."""


class Needed(NamedTuple):
    """A provision or document that DCC Live needed: by which verb it came, and how it stands."""

    ref: str
    title: str
    verb: str
    standing: str

    @property
    def is_ready(self) -> bool:
        """Whether it is in force."""
        return self.standing == Status.IN_FORCE


def readiness(connection: Connection, at: datetime) -> list[Needed]:
    """What version 5.0 brought or switched on, each as it stands at a moment, in the order of the Code."""
    live = next(each for each in codebook.versions(connection) if each.number == LIVE)
    needed: dict[str, str] = {}
    for event in live.events:
        if event.target:
            needed.setdefault(event.target, event.verb.value)
    return [_standing(connection, ref, verb, at, live.effective) for ref, verb in needed.items()]


def _standing(connection: Connection, ref: str, verb: str, at: datetime, live: datetime) -> Needed:
    titled = codebook.provision_at(connection, ref, live)
    try:
        standing = str(codebook.provision_at(connection, ref, at).status)
    except NotFound:
        standing = "not part of the Code"
    return Needed(ref, titled.heading, verb, standing)

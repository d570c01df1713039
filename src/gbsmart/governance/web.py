"""Duties, readiness and systems for programs, under ``/governance/v1/duties``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import Field
from sqlalchemy import Connection
from starlette.requests import Request

from gbsmart import codebook
from gbsmart.governance import duties, telling
from gbsmart.governance.readiness import readiness
from gbsmart.governance.systems import systems
from gbsmart.ground import Clock
from gbsmart.store import Store
from gbsmart.web.rest import Interface, Operation, Takes

BASE = "/governance/v1/duties"
_AT = "a day or a moment in ISO 8601; now, if it is left out"
Told = dict[str, Any]


class At(Takes):
    """When."""

    at: str = Field("", description=_AT)


class OfLicence(At):
    """Conditions of which licence."""

    licence: str = Field("", description="such as smart-meter-communication; every one, if it is left out")


class OfParty(At):
    """Obligations of which Party."""

    party: str = Field(description="its signifier")


class InArea(Takes):
    """Systems of which area."""

    area: str = ""


def interface(store: Store, clock: Clock) -> Interface:
    """What licences and the Code ask of whom, what DCC Live needed, and which systems run."""

    def moment(at: str) -> datetime:
        return codebook.moment_of(at) if at else clock.now()

    def reading(work: Callable[[Connection], list[Told]]) -> list[Told]:
        with store.reading() as connection:
            return work(connection)

    def licences(asked: OfLicence, _request: Request) -> list[Told]:
        licence = telling.licence_of(asked.licence)
        at = moment(asked.at)
        return reading(
            lambda connection: telling.told_conditions(duties.held_conditions(connection, at, licence))
        )

    def obligations(asked: OfParty, _request: Request) -> list[Told]:
        at = moment(asked.at)
        return reading(
            lambda connection: telling.told_obligations(duties.obligations(connection, asked.party, at))
        )

    def ready(asked: At, _request: Request) -> list[Told]:
        at = moment(asked.at)
        return reading(lambda connection: telling.told_readiness(readiness(connection, at)))

    def listed(asked: InArea, _request: Request) -> list[Told]:
        return telling.told_systems(each for each in systems() if asked.area in ("", each.area))

    get = "GET"
    return Interface(
        BASE, "Duties under the Code", "What licences and the Code ask of whom; what DCC Live needed.",
        (
            Operation("list_licences", get, "/licences", "Licence conditions: the provisions that each leads "
                      "to, and who holds such a licence.", OfLicence, list[Told], licences),
            Operation("list_obligations", get, "/obligations", "What a Party owes, and when.", OfParty,
                      list[Told], obligations),
            Operation("list_readiness", get, "/readiness", "What DCC Live (version 5.0) needed, and how each "
                      "stands.", At, list[Told], ready),
            Operation("list_systems", get, "/systems", "The systems of the Code, those that run and those "
                      "that are named.", InArea, list[Told], listed),
        ),
        {},
    )  # fmt: skip

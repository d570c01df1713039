"""The Parties and people of the tests of Section C."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import URL
from tests.governance.conftest import START
from tests.governance.stage import Stage

from gbsmart import accounts, parties
from gbsmart.accounts import Account
from gbsmart.ground.clock import ManualClock
from gbsmart.parties import Details, Licence, Party
from gbsmart.store import Store

SUPPLY = frozenset({Licence.ELECTRICITY_SUPPLY})
PARTIES = {
    "BIG1": Details(registered_name="Big One", licences=SUPPLY, group="Big", domestic_premises=400_000),
    "BIG2": Details(registered_name="Big Two", licences=SUPPLY, group="Big", domestic_premises=10),
    "HUGE": Details(registered_name="Huge", licences=SUPPLY, domestic_premises=9_000_000),
    "VAST": Details(registered_name="Vast", licences=SUPPLY, domestic_premises=8_000_000),
    "TINY": Details(registered_name="Tiny", licences=SUPPLY, domestic_premises=3),
    "WIRE": Details(
        registered_name="Wires", licences=frozenset({Licence.ELECTRICITY_DISTRIBUTION})
    ),
}  # fmt: skip
"""BIG1 and BIG2 are Affiliates, so that they vote as one; TINY is a Small Supplier."""
OFFICERS = {
    "sec": "code-administrator", "pat": "panel-chair", "ofgem": "authority", "smart": "dcc",
    "board": "secco-board:chair", "minister": "secretary-of-state", "advice": "consumer-body:Citizens Advice",
    "scotland": "consumer-body:Citizens Advice Scotland",
}  # fmt: skip


@pytest.fixture
def store_url(sqlite_url: URL) -> URL:
    """One database: the tests of terms and of procedures run on both."""
    return sqlite_url


@pytest.fixture
def stage(store: Store) -> Stage:
    """The stage with its people: an account for each Party (by its signifier) and each officer."""
    stage = Stage(store, ManualClock(START))
    with store.transaction() as connection:
        for signifier, details in PARTIES.items():
            party = Party(signifier, details.registered_name)
            parties.accede(
                connection, party, details, at=START - timedelta(days=4000), by="test",
                share=bool(details.licences),
            )  # fmt: skip
    for signifier in PARTIES:
        stage.person(signifier.lower(), f"party:{signifier}")
    for name, capacity in OFFICERS.items():
        stage.person(name, capacity)
    return stage


def account(stage: Stage, name: str) -> Account:
    """An account as it is."""
    with stage.store.reading() as connection:
        return accounts.account(connection, name)


def held(stage: Stage, name: str) -> list[str]:
    """The capacities of an account."""
    return sorted(map(str, account(stage, name).capacities))

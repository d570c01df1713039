"""The Code's deadlines on a running system's clock: over HTTP in, through time, each at its own moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from gbsmart import accounts
from gbsmart.accounts import Account, Capacity
from gbsmart.assembly import System
from gbsmart.assembly.control.client import call
from gbsmart.assembly.travel import travel
from gbsmart.ground import SystemClock

from .conftest import Start

pytestmark = pytest.mark.anyio
BEGINS = datetime(2026, 1, 5, 10, tzinfo=UTC)


def token(system: System, name: str, capacity: str) -> dict[str, str]:
    """A new account's way to act."""
    now = SystemClock().now()
    with system.store.transaction() as connection:
        held = frozenset({Capacity.parse(capacity)})
        accounts.add_account(connection, Account(name, name, held), None, at=now, by="test")
        secret = accounts.issue_token(
            connection, name, "test", at=now, by=name, random=lambda n: name.encode().ljust(n)
        )
    return {"authorization": f"Bearer {secret}"}


async def asked(system: System, method: str, path: str, headers: Any = None, body: Any = None) -> Any:
    url = f"{system.url('Console')}/governance/v1{path}"
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, headers=headers, json=body) as answer,
    ):
        assert answer.status < 400, await answer.text()
        return await answer.json()


async def test_each_deadline_of_a_year_has_its_consequence_at_its_own_moment(start: Start) -> None:
    async with start(clock_start=BEGINS) as system:
        system.clock.speed = 0
        sue, tom = token(system, "sue", "party:SUP1"), token(system, "tom", "party:SUP2")
        given = {"title": "An invoice", "respondent": "SUP2", "matter": "charges", "facts": "Too high."}
        case = await asked(system, "POST", "/procedures/dispute/cases", sue, {"given": given})
        path = f"/cases/{case['reference']}"
        await asked(system, "POST", f"{path}/acts/negotiate", tom, {"given": {"negotiators": ["Tom"]}})
        (due,) = await asked(system, "GET", "/due?whom=party:SUP2")
        journey = await travel(system, BEGINS + timedelta(days=365))
        assert journey.moments >= 1
        whole = await asked(system, "GET", path)
        assert (whole["state"], whole["ledger"][-1]["act"]) == ("panel", "refer")
        assert whole["ledger"][-1]["at"] == due["due_at"] == "2026-02-03T00:00:00Z"
    async with start(clock_start=BEGINS) as system:
        assert (await asked(system, "GET", path))["state"] == "panel", "cases outlive the system"
        pages = f"{system.url('Console')}/"
        async with aiohttp.ClientSession() as session, session.get(pages) as answer:
            assert answer.status == 200, "the console's pages are where they were"


async def test_cases_begin_anew_with_a_reset_and_are_put_back_with_a_snapshot(start: Start) -> None:
    async with start(clock_start=BEGINS) as system:
        system.clock.speed = 0
        sue, tom = token(system, "sue", "party:SUP1"), token(system, "tom", "party:SUP2")
        given = {"title": "An invoice", "respondent": "SUP2", "matter": "charges", "facts": "Too high."}
        case = await asked(system, "POST", "/procedures/dispute/cases", sue, {"given": given})
        assert case["reference"] == "DIS001"
        with system.store.transaction() as connection:  # as an appointment does
            seat = Capacity.parse("panel-member:consumer-1")
            accounts.grant(connection, "tom", seat, at=BEGINS, by="APP001")
        console = system.url("Console")
        await call(console, "snapshot save", {"name": "before"})
        negotiators = {"given": {"negotiators": ["Tom"]}}
        await asked(system, "POST", "/cases/DIS001/acts/negotiate", tom, negotiators)

        async def seats() -> list[str]:
            return (await asked(system, "GET", "/accounts/me", tom))["capacities"]

        await call(console, "reset", {})
        assert await asked(system, "GET", "/cases") == []
        assert await asked(system, "GET", "/due") == []
        assert await seats() == ["party:SUP2"], "no case gave him the seat"
        await travel(system, BEGINS + timedelta(days=365))
        again = await asked(system, "POST", "/procedures/dispute/cases", sue, {"given": given})
        assert again["reference"] == "DIS001", "numbers begin anew too"

        await call(console, "snapshot restore", {"name": "before"})
        assert await seats() == ["panel-member:consumer-1", "party:SUP2"]
        assert (await asked(system, "GET", "/cases/DIS001"))["state"] == "notified"
        (due,) = await asked(system, "GET", "/due?whom=party:SUP2")
        await travel(system, BEGINS + timedelta(days=365))
        whole = await asked(system, "GET", "/cases/DIS001")
        assert whole["ledger"][-1]["at"] >= due["due_at"] > case["opened_at"]
        assert len(whole["ledger"]) > 1, "what was due has passed at its own moment"

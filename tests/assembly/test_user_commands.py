"""``gbsmart user``: Users of a data folder, while the system runs and while it does not."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from gbsmart.assembly import System
from gbsmart.assembly.plan import IMPORT_SUPPLIER
from gbsmart.assembly.user_keys import entries_of
from gbsmart.cli.app import run
from gbsmart.duis import Request, RequestId, build_request, parse_response, sign
from gbsmart.ground import Eui64
from gbsmart.keys import KeyUse, MemoryKeyring
from gbsmart.user import Refused

from .conftest import Start, post

pytestmark = pytest.mark.anyio
NEW = "90-B3-D5-1F-30-0A-00-00"
NEW_ID = Eui64.parse(NEW)
ADDED = ["add", NEW, "--party", "SUP3", "--name", "Third Supplier", "--role", "is", "--role", "GS",
         "--receive", "http://127.0.0.1:9/a", "--receive", "http://127.0.0.1:9/b"]  # fmt: skip


class Command:
    """The command on one data folder; what it prints as JSON."""

    def __init__(self, system: System, capsys: pytest.CaptureFixture[str]) -> None:
        self._data = str(system.settings.data)
        self._printed = capsys

    async def __call__(self, *arguments: str, fails: bool = False) -> Any:
        given = ["user", *arguments, "--data", self._data, "--json"]
        code = await asyncio.to_thread(run, given)
        out, errors = self._printed.readouterr()
        assert (code != 0) is fails, errors
        return json.loads(out)


async def test_a_user_is_suspended_while_the_system_runs(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    async with start() as system:
        user, meter = Command(system, capsys), system.street_plan[0].esme
        assert (await user("suspend", str(IMPORT_SUPPLIER)))["suspended"] is True
        with pytest.raises(Refused, match="E3"):
            await system.user.read(meter)
        assert (await user("reinstate", str(IMPORT_SUPPLIER)))["suspended"] is False
        assert (await system.user.read(meter)).response_code == "I0"


async def test_a_user_is_added_and_changed(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    async with start() as system:
        user = Command(system, capsys)
        before = await user("list")
        added = await user(*ADDED)
        assert added == {
            "id": NEW, "party": "SUP3", "name": "Third Supplier", "roles": ["GS", "IS"],
            "receive": ["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"], "schema_version": "5.4",
            "suspended": False, "suspended_roles": [], "own_certificate": False, "thresholds": 0,
        }  # fmt: skip
        assert [each["id"] for each in (await user("list"))["users"]] == sorted(
            [*(each["id"] for each in before["users"]), NEW]
        )
        changed = await user("change", NEW, "--role", "ED", "--schema-version", "5.3")
        assert changed == {**added, "roles": ["ED"], "schema_version": "5.3"}
        assert await user("show", NEW) == changed
        own = [each for each in entries_of([NEW_ID], system.settings) if each.private_key]
        assert {each.use for each in own} >= {KeyUse.DIGITAL_SIGNATURE, KeyUse.XML_SIGNATURE}
        async with httpx.AsyncClient(base_url=system.url("Console")) as browser:
            twin = (await browser.get("/users.json")).json()
            page = (await browser.get("/users")).text
        (shown,) = (each for each in twin["users"] if each["id"] == NEW)
        assert (shown["party_name"], shown["roles"], shown["schema_version"]) == (
            "Third Supplier", ["ED"], "5.3",
        )  # fmt: skip
        assert f'<tr id="{NEW}">' in page
        assert '<abbr title="Electricity Distributor">ED</abbr>' in page


async def test_what_an_added_user_signs_is_taken_from_the_next_start_on(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    async with start() as system:
        await Command(system, capsys)("add", NEW, "--party", "OTH2", "--role", "OU")
    async with start() as system:
        keyring = MemoryKeyring(system.clock)
        keyring.add_entries(entries_of([NEW_ID], system.settings))
        meter = system.street_plan[0].esme
        asked = Request(RequestId(NEW_ID, system.user.dcc_id, 1), 8, "8.2", {"device_id": meter})
        document = sign(build_request(asked), keyring, NEW_ID)
        answer = parse_response(await post(system, document, "serviceD")).message
        assert answer.response_code == "I0"


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (["add", str(IMPORT_SUPPLIER), "--party", "SUP1", "--role", "IS"], "a User already"),
        (["add", NEW, "--party", "SUP3"], "at least one User Role"),
        (["add", NEW, "--party", "SUP3", "--role", "XX"], "no User Role"),
        (["add", NEW, "--party", "SUP3", "--role", "IS", "--receive", "nowhere"], "no http"),
        (["change", NEW, "--role", "IS"], "not a User"),
        (["change", str(IMPORT_SUPPLIER), "--schema-version", "6.0"], "not one of"),
        (["suspend", NEW], "not a User"),
        (["show", "90-B3"], "90-B3"),
    ],
)
async def test_what_cannot_be_is_said_and_changes_nothing(
    start: Start, capsys: pytest.CaptureFixture[str], arguments: list[str], wrong: str
) -> None:
    async with start() as system:
        user = Command(system, capsys)
        before = await user("list")
        assert wrong in json.dumps(await user(*arguments, fails=True))
        assert await user("list") == before


def test_a_folder_without_a_system(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["user", "list", "--data", str(tmp_path)]) == 1
    assert "there is no system in" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


async def test_the_list_as_text(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    async with start() as system:
        assert await asyncio.to_thread(run, ["user", "list", "--data", str(system.settings.data)]) == 0
        lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith(f"{IMPORT_SUPPLIER}  SUP1    ES GS IS") for line in lines)

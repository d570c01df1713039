"""``gbsmart account``: the first account, and what it may do on a console that others reach."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from gbsmart.accounts import CHEAP, passwords
from gbsmart.assembly import Settings
from gbsmart.assembly.control.client import TOKEN, Refused, call
from gbsmart.assembly.data_folder import opened
from gbsmart.cli.app import run

from .conftest import Start

PASSWORD = "two meters and a hub"


class Command:
    """``gbsmart account`` on one data folder; what it prints as JSON."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder = str(folder)
        self._printed = capsys

    def __call__(self, *arguments: str, fails: bool = False) -> Any:
        code = run(["account", *arguments, "--data", self._folder, "--json"])
        out, errors = self._printed.readouterr()
        assert (code != 0) is fails, errors
        assert PASSWORD not in out + errors
        return json.loads(out)


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords.Passwords.__init__, "__defaults__", (CHEAP, passwords.secrets.token_bytes))


@pytest.fixture
def account(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    return Command(tmp_path / "data", capsys)


def test_the_first_account_is_made_before_the_system_is_started(account: Command) -> None:
    added = account("add", "olga", "--person", "Olga Ohm", "--capacity", "operator", "--capacity", "party:A")
    assert added["capacities"] == ["operator", "party:A"]
    assert [each["name"] for each in account("list")["accounts"]] == ["olga"]
    assert account("show", "olga")["history"][0]["by"] == "(command line)"


def test_an_account_is_shown_with_what_was_done_with_it(
    account: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "data")
    with opened(Path(folder), None, "accounts", make=True):
        assert run(["account", "list", "--data", folder]) == 0
    assert "There is no account yet" in capsys.readouterr().out
    account("add", "olga", "--person", "Olga Ohm", "--capacity", "operator")
    assert run(["account", "show", "olga", "--data", folder]) == 0
    assert "granted operator by (command line)" in capsys.readouterr().out


def test_capacities_come_and_go(account: Command) -> None:
    account("add", "olga", "--person", "Olga")
    assert account("grant", "olga", "authority")["capacities"] == ["authority"]
    assert account("grant", "olga", "clock", fails=True)["error"]["field"] == "capacity"
    assert account("revoke", "olga", "authority")["capacities"] == []
    assert account("close", "olga")["closed"] is True
    assert account("show", "nobody", fails=True)["error"]["kind"] == "NotFound"


def test_a_password_is_read_from_a_file_and_must_be_a_good_one(account: Command, tmp_path: Path) -> None:
    account("add", "olga", "--person", "Olga")
    file = tmp_path / "password"
    file.write_text("another sentence\n")
    assert account("password", "olga", "--password-file", str(file))["history"][-1]["event"] == "password set"
    file.write_text("short")
    wrong = account("password", "olga", "--password-file", str(file), fails=True)
    assert wrong["error"]["field"] == "password"
    assert (
        account("password", "olga", "--password-file", "/nowhere", fails=True)["error"]["kind"] == "NotFound"
    )


def test_a_token_is_issued_and_withdrawn(account: Command) -> None:
    account("add", "olga", "--person", "Olga")
    secret = account("token", "olga", "--for", "reports", "--days", "3")["token"]
    (token,) = account("show", "olga")["tokens"]
    assert token["label"] == "reports"
    assert secret not in str(account("show", "olga"))
    assert account("token", "olga", "--withdraw", str(token["id"]))["tokens"] == []
    assert account("token", "olga", fails=True)["error"]["field"] == "label"


def test_every_token_is_ended_at_once(account: Command) -> None:
    account("add", "olga", "--person", "Olga")
    for label in ("reports", "steering"):
        account("token", "olga", "--for", label)
    ended = account("end-access", "olga")
    assert ended["tokens"] == []
    assert ended["history"][-1]["detail"] == "sessions 0, tokens 2"


def test_only_the_console_may_be_opened_to_others() -> None:
    assert Settings(console_host="0.0.0.0").only_operators
    assert not Settings(console_host="127.0.0.2").only_operators
    assert not Settings(console_host="0.0.0.0", insecure_lab=True).only_operators


@pytest.mark.anyio
async def test_where_others_reach_the_console_only_operators_steer_it(
    start: Start, account: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start(console_host="0.0.0.0") as system:
        console = system.url("Console").replace("0.0.0.0", "127.0.0.1")
        await asyncio.to_thread(account, "add", "olga", "--person", "Olga", "--capacity", "operator")
        with pytest.raises(Refused, match="only operators"):
            await call(console, "clock read", {})
        token = (await asyncio.to_thread(account, "token", "olga", "--for", "steering"))["token"]
        monkeypatch.setenv(TOKEN, token)
        assert (await call(console, "clock read", {}))["now"]
        async with httpx.AsyncClient(base_url=console) as web:
            here = {"origin": console}
            assert (await web.get("/clock")).status_code == 200, "everybody reads"
            asked = await web.post("/clock", data={"speed": "60"}, headers=here)
            assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=%2Fclock")
            assert system.clock.speed == 1
            given = {"name": "olga", "password": PASSWORD}
            assert (await web.post("/sign-in", data=given)).status_code == 303
            assert (await web.post("/clock", data={"speed": "60"})).status_code == 403, "says not from where"
            assert system.clock.speed == 1
            assert (await web.post("/clock", data={"speed": "60"}, headers=here)).status_code == 303
            assert system.clock.speed == 60
            by_cookie = await web.post("/control/v1/clock/advance", json={}, headers=here)
            assert by_cookie.status_code == 401, "a browser does not steer by itself"
        account("revoke", "olga", "operator")
        with pytest.raises(Refused, match="does not act as operator"):
            await call(console, "clock read", {})


@pytest.mark.anyio
async def test_accounts_stay_when_the_system_is_reset_or_put_back(start: Start, account: Command) -> None:
    async with start() as system:
        console = system.url("Console")
        await asyncio.to_thread(account, "add", "olga", "--person", "Olga", "--capacity", "operator")
        await call(console, "snapshot save", {"name": "before"})
        await asyncio.to_thread(account, "grant", "olga", "authority")
        before = await asyncio.to_thread(account, "show", "olga")
        await call(console, "reset", {})
        assert await asyncio.to_thread(account, "show", "olga") == before
        await call(console, "snapshot restore", {"name": "before"})
        assert await asyncio.to_thread(account, "show", "olga") == before

"""``gbsmart keys export``: what a User takes away, and what stays behind."""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from gbsmart.assembly.plan import ACCESS_CONTROL_BROKER, IMPORT_SUPPLIER, SECOND_SUPPLIER, plan_street
from gbsmart.assembly.street import devices_of
from gbsmart.cli.app import run
from gbsmart.keys import KeySet, KeyUse, import_folder, import_json, validate_path


def exported(folder: Path, *arguments: object, users: Sequence[object] = (IMPORT_SUPPLIER,)) -> KeySet:
    file = folder / "keys.json"
    command = ["keys", "export", *users, "--data", folder / "data", "--out", file, *arguments]
    assert run([*map(str, command)]) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in folder.iterdir() if each.name.startswith(".")] == []
    return import_json(file)


def test_the_file_holds_one_users_private_keys_and_everyones_certificates(tmp_path: Path) -> None:
    entries = exported(tmp_path).entries
    held = {(e.certificate.holder, e.use) for e in entries if e.private_key is not None}
    assert held == {(IMPORT_SUPPLIER, use) for use in KeyUse}
    (home,) = plan_street(1)
    assert {e.certificate.holder for e in entries} > {ACCESS_CONTROL_BROKER, *devices_of([home])}
    assert home.ihd not in {e.certificate.holder for e in entries}


def test_a_program_with_the_file_believes_what_the_repository_gives(tmp_path: Path) -> None:
    """Every certificate is vouched for by an authority of the file."""
    entries = exported(tmp_path).entries
    authorities = [e.certificate for e in entries if e.certificate.is_authority]
    for entry in entries:
        validate_path(entry.certificate, authorities, authorities, moment=None)


def test_keys_that_are_made_first_are_of_the_systems_time(tmp_path: Path) -> None:
    for name, begins in (("past", "2026-01-01T00:00:00"), ("future", "2031-01-01T00:00:00")):
        folder = tmp_path / name
        folder.mkdir()
        entries = exported(folder, "--clock", begins).entries
        in_force = [e.certificate.in_force(datetime.fromisoformat(f"{begins}Z")) for e in entries]
        assert all(in_force)


def test_the_key_folder_may_be_another_than_in_the_data_folder(tmp_path: Path) -> None:
    entries = exported(tmp_path, "--key-folder", tmp_path / "shared").entries
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert exported(elsewhere, "--key-folder", tmp_path / "shared").entries == entries


def test_each_user_gets_its_own(tmp_path: Path) -> None:
    first, second = exported(tmp_path), exported(tmp_path, users=[SECOND_SUPPLIER])
    assert {e.certificate for e in first.entries} == {e.certificate for e in second.entries}
    assert {e.certificate.holder for e in second.entries if e.private_key} == {SECOND_SUPPLIER}


def test_without_a_user_no_private_key_is_given_out(tmp_path: Path) -> None:
    entries = exported(tmp_path, users=[]).entries
    assert entries
    assert [e for e in entries if e.private_key is not None] == []


def test_a_folder_has_files_by_the_names_that_client_tools_look_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, data = tmp_path / "keys", tmp_path / "data"
    asked = ["keys", "export", "ALL", "--data", str(data), "--out", str(folder), "--json"]
    assert run(asked) == 0
    facts = json.loads(capsys.readouterr().out)
    names = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    supplier, acb = IMPORT_SUPPLIER.compact, ACCESS_CONTROL_BROKER.compact
    for name in (f"{supplier}-ds", f"{supplier}-ka", f"{supplier}-pp-ka"):
        assert {f"{name}.pem", f"{name}.key"} <= names
    assert {f"xml-signing/xml-sign-{supplier.upper()}-ds.{end}" for end in ("pem", "key")} <= names
    assert f"xml-signing/dsp-xml-sign-{acb.upper()}-ds.pem" in names
    assert not any(name.endswith(".key") for name in names if acb in name.lower())

    # what is secret is its owner's alone, and it is the same set as the JSON form
    secret = [folder / name for name in names if name.endswith((".key", ".json"))]
    assert {stat.S_IMODE(file.stat().st_mode) for file in secret} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    back = import_folder(folder)
    assert [each.source for each in back.skipped] == ["organisations.json"]
    held = [e for e in back.entries if e.private_key is not None]
    assert (len(back.entries), len(held)) == (facts["certificates"], facts["private_keys"])
    assert {str(e.certificate.holder) for e in held} == {*facts["users"]}
    entries = exported(tmp_path, users=["ALL"]).entries
    assert {(e.certificate, e.use) for e in back.entries} == {(e.certificate, e.use) for e in entries}


def test_a_folder_that_holds_something_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    (folder / "mine.key").write_text("an older key")
    assert run(["keys", "export", "--data", str(tmp_path / "data"), "--out", str(folder)]) == 1
    assert "is there already" in capsys.readouterr().err
    assert [file.name for file in folder.iterdir()] == ["mine.key"]


def test_the_dccs_keys_are_not_given_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "keys.json"
    arguments = [
        "keys",
        "export",
        str(ACCESS_CONTROL_BROKER),
        "--data",
        str(tmp_path / "data"),
        "--out",
        str(file),
    ]
    assert run([*arguments, "--json"]) == 1
    assert str(IMPORT_SUPPLIER) in json.loads(capsys.readouterr().out)["error"]["remedy"]
    assert not file.exists()


def test_a_file_that_is_there_is_replaced_and_closed_to_others(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text("open to all")
    file.chmod(0o644)
    assert exported(tmp_path).entries


def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "nowhere" / "keys.json"
    assert run(["keys", "export", "--data", str(tmp_path / "data"), "--out", str(file)]) == 1
    assert f"{file.parent} is not a folder" in capsys.readouterr().err


def test_a_setting_of_the_environment_that_cannot_be_used_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GBSMART_HOMES", "several")
    assert run(["keys", "export", "--out", str(tmp_path / "keys.json")]) == 1
    assert "--homes: Input should be a valid integer" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["foo", "[1]", '{"foo"', '{"90-B3-D5-1F-30-01-00-00": 1}'])
def test_a_receive_address_of_the_environment_that_cannot_be_used_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    monkeypatch.setenv("GBSMART_RECEIVE", given)
    assert run(["keys", "export", "--out", str(tmp_path / "keys.json")]) == 1
    assert "receive: " in capsys.readouterr().err

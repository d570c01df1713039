"""What is prepared once for a system in a test, and when it is prepared anew."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import gbsmart
from gbsmart.assembly import harness
from gbsmart.assembly.harness import prepared, running
from gbsmart.ground import InvalidValue, NotFound


def test_a_prepared_folder_is_used_again_with_its_keys(tmp_path: Path) -> None:
    keys = []
    for name in ("first", "second"):
        with running(tmp_path / name, cache=tmp_path / "cache") as dcc:
            assert dcc.user.read(dcc.homes[0].esme).response_code == "I0"
            keys.append([entry.certificate for entry in dcc.system.keys.devices])
    assert keys[0] == keys[1]


def test_an_upgrade_and_other_settings_have_a_folder_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = prepared(tmp_path, harness.FREE_PORTS)
    assert prepared(tmp_path, harness.FREE_PORTS) == first
    assert prepared(tmp_path, {**harness.FREE_PORTS, "homes": 2}) != first
    monkeypatch.setattr(gbsmart, "__version__", "another")
    assert prepared(tmp_path, harness.FREE_PORTS) != first


def test_what_others_may_change_is_not_prepared(tmp_path: Path) -> None:
    with running(tmp_path / "data", cache=tmp_path / "cache", key_folder=tmp_path / "keys") as dcc:
        assert dcc.user.read(dcc.homes[0].esme).response_code == "I0"
    assert not (tmp_path / "cache").exists()


def test_only_what_was_used_last_is_kept(tmp_path: Path) -> None:
    for number in range(10):
        old = tmp_path / f"prepared-{number:020}"
        old.mkdir()
        time.sleep(0.01)
    made = prepared(tmp_path, harness.FREE_PORTS)
    left = {each.name for each in tmp_path.glob("prepared-*")}
    assert made.name in left
    assert len(left) == 8
    assert f"prepared-{0:020}" not in left


def test_a_message_delivered_again_is_waited_for(tmp_path: Path) -> None:
    with running(tmp_path / "data") as dcc:
        given = {"copies": 2, "device": dcc.homes[0].esme}  # a device as the homes have it, a number as one
        dcc.control("faults on", fault="delivery-duplicated", given=given)
        dcc.user.read(dcc.homes[0].esme)  # over with the first
        dcc.settle()
        (hit,) = dcc.control("faults hits").hits
        assert hit.detail == "delivered 2 times more"


def test_what_is_asked_wrongly(tmp_path: Path) -> None:
    with running(tmp_path / "data") as dcc:
        for operation in ("meters account", "meters lend"):
            with pytest.raises(InvalidValue, match="PPMID has no") as wrong:
                dcc.control(operation, device=dcc.homes[0].ppmid)
            assert "Name the meter" in wrong.value.remedy
        with pytest.raises(InvalidValue, match="count"):
            dcc.control("homes add", count=0)
        with pytest.raises(NotFound, match="no operation"):
            dcc.control("make tea")
        with pytest.raises(NotFound, match="not here"):
            dcc.as_user("00-00-00-00-00-00-00-01")

"""The pytest plugin, as somebody's own test suite uses it: in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(300)

SUITE = '''
"""A suite that reads, changes, waits and travels; what one test does the next one does not see."""

from datetime import timedelta

import pytest

from gbsmart.user import DeviceRefused, NoResponse, Refused


def test_a_reading(dcc):
    reading = dcc.user.read(dcc.homes[0].esme)
    assert reading.quantities["active_import"].unit == "Wh"


def test_a_critical_command_and_its_messages(dcc):
    exchange = dcc.user.send(dcc.user.draft("7.2", dcc.homes[0].esme))
    found = dcc.wait_for(exchange)
    assert found.complete, found.missing
    assert [each.what for each in found.messages] == ["pre-command", "acknowledgement", "response"]
    assert len(dcc.control("requests list").requests) == 1  # those of the test before are gone


def test_the_supply_is_on_again(dcc):
    home = dcc.system.street.home(dcc.homes[0].chf)
    assert home.devices["ESME"].state.supply.name == "ON"


def test_a_dead_meter(dcc):
    dcc.system.wan.switch_device(dcc.homes[0].esme, alive=False)
    with pytest.raises(NoResponse) as failure:
        dcc.user.read(dcc.homes[0].esme)
    assert failure.value.alert_code == "N13"


def test_tomorrow(dcc):
    tomorrow = dcc.clock.now + timedelta(days=1)
    request = dcc.user.draft("4.1.1", dcc.homes[0].esme, execution_date_time=tomorrow)
    dcc.user.send(request)
    assert not dcc.wait_for(request, seconds=0).complete
    assert dcc.clock.advance(days=2) > tomorrow
    assert dcc.wait_for(request).complete


def test_snapshots(dcc):
    dcc.control("homes add", count=1)
    dcc.snapshot("two-homes")
    dcc.reset()
    assert len(dcc.homes) == 1
    dcc.restore("two-homes")
    assert dcc.user.read(dcc.homes[1].esme).response_code == "I0"


def test_another_user(dcc):
    operator = next(user for user in dcc.system.users if user != dcc.user.user_id)
    with pytest.raises(Refused):
        dcc.as_user(operator).request("7.2", dcc.homes[0].esme)
'''


TWO_READINGS = """
import pytest


@pytest.mark.parametrize("fuel", ["esme", "gsme"])
def test_a_reading(dcc, fuel):
    assert dcc.user.read(getattr(dcc.homes[0], fuel)).response_code == "I0"
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where suites find what was prepared for those before them."""
    return tmp_path_factory.mktemp("cache")


def run(folder: Path, cache: Path, suite: str, *options: str) -> str:
    """The output of a suite that passes."""
    (folder / "test_adapter.py").write_text(suite)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "gbsmart.pytest_plugin", "-p", "no:cacheprovider",
         "--rootdir", str(folder), str(folder), *options],
        capture_output=True, text=True, timeout=280, check=False,
        env={**os.environ, "GBSMART_CACHE": str(cache)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_suite_of_somebodys_own(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert "7 passed" in run(tmp_path, cache, SUITE)
    (prepared,) = cache.glob("prepared-*")
    made = prepared.stat().st_ino
    assert "2 passed" in run(tmp_path, cache, TWO_READINGS, "-n", "2")
    assert [each.stat().st_ino for each in cache.glob("prepared-*")] == [made]


def test_what_the_documentation_shows(tmp_path: Path, cache: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "control.md").read_text()
    shown = re.findall(r"^```python\n# (\w+\.py)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert [name for name, _ in shown] == ["test_adapter.py", "conftest.py"]
    (tmp_path / "conftest.py").write_text(shown[1][1])
    tests = shown[0][1].count("\ndef test_")
    assert tests >= 4
    assert f"{tests} passed" in run(tmp_path, cache, shown[0][1])


def test_what_the_readme_shows(tmp_path: Path, cache: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "README.md").read_text()
    (shown,) = re.findall(r"^```python\n# test_adapter\.py\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert "1 passed" in run(tmp_path, cache, shown)


def test_settings_of_ones_own(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "import pytest\n\n\n"
        '@pytest.fixture(scope="session")\n'
        "def dcc_settings():\n"
        '    return {"homes": 2, "seed": 5, "clock_start": "2027-01-05T09:00:00Z"}\n'
    )
    suite = (
        "def test_settings(dcc):\n"
        "    assert len(dcc.homes) == 2\n"
        "    assert dcc.clock.now.year == 2027\n"
        "    assert dcc.user.read(dcc.homes[1].esme).response_code == 'I0'\n"
        "    assert dcc.control('system').seed == 5\n"
        "\n\n"
        "def test_again(dcc):\n"
        "    test_settings(dcc)\n"
    )
    assert "2 passed" in run(tmp_path, cache, suite)

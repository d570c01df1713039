"""Pytest fixtures: a whole running system, new for each test.

``dcc`` is a :class:`~gbsmart.assembly.harness.RunningDcc`. It starts with the first test that asks for it
(one for each worker of pytest-xdist) and is reset between tests. Override ``dcc_settings`` in a
``conftest.py`` to have other homes, another clock, keys of your own::

    @pytest.fixture(scope="session")
    def dcc_settings():
        return {"homes": 3, "clock_start": "2026-01-05T09:00:00Z"}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from gbsmart.assembly.harness import RunningDcc


@pytest.fixture(scope="session")
def dcc_settings() -> dict[str, Any]:
    """Settings of the system that ``dcc`` is, as :class:`gbsmart.assembly.Settings` names them."""
    return {}


@pytest.fixture(scope="session")
def dcc_running(
    dcc_settings: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningDcc]:
    """The system itself, for the whole session: what one test does to it the next one sees."""
    from gbsmart.assembly.harness import cache_folder, running  # not before it is asked for

    folder = tmp_path_factory.mktemp("gbsmart") / "data"
    with running(folder, cache=cache_folder(), **dcc_settings) as system:
        yield system


@pytest.fixture(scope="session")
def _dcc_used() -> list[str]:
    """The tests that have had the system."""
    return []


@pytest.fixture
def dcc(dcc_running: RunningDcc, _dcc_used: list[str], request: pytest.FixtureRequest) -> RunningDcc:
    """A running system as on its first day; every test has its own."""
    if _dcc_used:
        dcc_running.reset()
    _dcc_used.append(request.node.nodeid)
    return dcc_running

"""What the tests of governance share."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.governance.stage import Stage

from gbsmart.ground.clock import ManualClock
from gbsmart.store import Store

START = datetime(2024, 1, 8, 10, tzinfo=UTC)
"""A Monday."""


@pytest.fixture
def stage(store: Store) -> Stage:
    return Stage(store, ManualClock(START))

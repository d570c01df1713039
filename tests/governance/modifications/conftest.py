"""What the tests of modifications share; those of whole paths run on both databases, these on one."""

from __future__ import annotations

import pytest
from sqlalchemy import URL
from tests.governance.modifications.cast import Cast
from tests.governance.stage import Stage


@pytest.fixture
def store_url(sqlite_url: URL) -> URL:
    return sqlite_url


@pytest.fixture
def cast(stage: Stage) -> Cast:
    return Cast(stage)

"""A DCC and a street that are killed over and over, while a User keeps asking (see soak/kill.py)."""

from __future__ import annotations

import asyncio
from pathlib import Path

from soak.kill import kill_at_random

KILLS = 4
"""Few, for each takes seconds: the soak kills more often, in continuous integration too."""


def test_nothing_is_lost_or_done_twice(tmp_path: Path) -> None:
    report = asyncio.run(kill_at_random(tmp_path, kills=KILLS))
    assert report.faults == [], "\n".join(report.lines())
    assert report.kills.total() == KILLS
    assert report.outcomes.total() == len(report.witness.acknowledged) > 0
    assert report.outcomes["answered"] > 0
    assert set(report.outcomes) <= {"answered", "outcome unknown"}
    assert {"4.1.1", "3.2", "7.1", "7.2"} <= set(report.witness.variants)

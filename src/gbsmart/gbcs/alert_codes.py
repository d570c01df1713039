"""What the alert codes of devices say (GBCS section 16.2), as data.

Each row says how sure it is: ``basis`` is ``V`` where a public test message carries the code and ``S``
where a source names it; ``assumed`` lists the columns that no source confirms.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

from gbsmart.ground import NotFound


class AlertCode(NamedTuple):
    """One alert code.

    ``kind`` is its range: ``network`` (80), ``non-critical`` (81) or ``critical`` (8F). The alert
    travels under one of ``message_codes``. ``raised_by`` names the device types, ``protection`` is
    ``MAC`` or ``signature``.
    """

    code: int
    name: str
    kind: str
    message_codes: tuple[int, ...]
    raised_by: str
    protection: str
    basis: str
    assumed: frozenset[str]


@cache
def alert_codes() -> Mapping[int, AlertCode]:
    """Every known alert code."""
    with resources.files("gbsmart.gbcs").joinpath("data", "alert_codes.csv").open(encoding="utf-8") as lines:
        rows = [_read(row) for row in csv.DictReader(lines)]
    return {row.code: row for row in rows}


def alert_code(code: int) -> AlertCode:
    """One alert code; raises :class:`~gbsmart.ground.NotFound`."""
    try:
        return alert_codes()[code]
    except KeyError:
        raise NotFound(
            f"{code:04X} is no alert code of GBCS", remedy="gbsmart reference codes lists them."
        ) from None


def _read(row: Mapping[str, str]) -> AlertCode:
    return AlertCode(
        int(row["code"], 16),
        row["name"],
        row["class"],
        tuple(int(each, 16) for each in row["message_codes"].split()),
        row["raised_by"],
        row["protection"],
        row["basis"],
        frozenset(row["assumed"].split()),
    )

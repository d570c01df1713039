"""The message codes of GBCS (section 15) with their use cases, also those that no form is declared for."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

from gbsmart.ground import NotFound


class MessageCode(NamedTuple):
    """One message code: its use case, what it is for, its payload family, and the devices that take it.

    ``family`` is ``DLMS``, ``GBZ``, ``ASN1``, or ``ZSE`` where only the home area network carries it.
    """

    code: int
    use_case: str
    title: str
    family: str
    devices: tuple[str, ...]


@cache
def message_codes() -> Mapping[int, MessageCode]:
    """Every known message code."""
    place = resources.files("gbsmart.gbcs").joinpath("data", "message_codes.csv")
    with place.open(encoding="utf-8") as lines:
        rows = [_read(row) for row in csv.DictReader(lines)]
    return {row.code: row for row in rows}


def message_code(code: int) -> MessageCode:
    """One message code; raises :class:`~gbsmart.ground.NotFound`."""
    try:
        return message_codes()[code]
    except KeyError:
        raise NotFound(f"{code:04X} is no message code of GBCS") from None


def _read(row: Mapping[str, str]) -> MessageCode:
    devices = tuple(row["device"].split("/"))
    return MessageCode(int(row["code"], 16), row["use_case"], row["title"], row["family"], devices)

"""The message codes of GBCS (section 15) with their use cases, also those that no form is declared for.

What each is for is told in our own words (``data/purposes.csv``): they bind nobody, the Code does.
"""

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
    return {row.code: row for row in map(_read, _rows("message_codes"))}


@cache
def purposes() -> Mapping[int, str]:
    """Message code to what its messages are for: who uses them, and what they change or tell."""
    return {int(row["code"], 16): row["purpose"] for row in _rows("purposes")}


def message_code(code: int) -> MessageCode:
    """One message code; raises :class:`~gbsmart.ground.NotFound`."""
    try:
        return message_codes()[code]
    except KeyError:
        raise NotFound(f"{code:04X} is no message code of GBCS") from None


def _rows(name: str) -> list[dict[str, str]]:
    place = resources.files("gbsmart.gbcs").joinpath("data", f"{name}.csv")
    with place.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _read(row: Mapping[str, str]) -> MessageCode:
    devices = tuple(row["device"].split("/"))
    return MessageCode(int(row["code"], 16), row["use_case"], row["title"], row["family"], devices)

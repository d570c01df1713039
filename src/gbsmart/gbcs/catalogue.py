"""How each command is protected, who may send it and what its response carries: facts by message code.

A device knows no use case by name; it looks its rules up here by the code in the message. Columns that
no test message or source confirms are named in ``assumed`` (GBCS sections 6, 9, 13 and 15).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import NamedTuple

from gbsmart.gbcs.alert_codes import alert_code
from gbsmart.gbcs.message_codes import message_code
from gbsmart.ground import NotFound
from gbsmart.keys import RemotePartyRole


class Protection(StrEnum):
    """What protects a message."""

    MAC = "mac"
    SIGNATURE = "signature"
    SIGNATURE_AND_MAC = "signature+mac"
    MAC_OR_SIGNATURE = "mac|signature"  # signed when another party than the ACB authorises it
    DEVICE_MAC = "device mac"  # between two devices of a home, keyed without the ACB
    AS_COMMAND = "as command"  # a response protected as its command was


class MessageRules(NamedTuple):
    """What a device, and whoever builds or checks for it, must know of one command.

    ``sensitive`` responses hold values encrypted to the remote party. ``dated`` responses carry a
    date-time; where it ``states_reliability``, its clock status says whose data they hold. ``top_up``
    commands have originator counters of a space of their own. ``roles`` are the remote parties that may
    originate the command; the Access Control Broker among them also stands for an Unknown Remote Party.
    """

    code: int
    use_case: str
    title: str
    family: str
    devices: tuple[str, ...]
    command: Protection
    response: Protection
    replay_protection: bool
    sensitive: bool
    dated: bool
    states_reliability: bool
    future_datable: bool
    top_up: bool
    roles: tuple[RemotePartyRole, ...]
    assumed: frozenset[str]

    @property
    def critical(self) -> bool:
        """Whether a Known Remote Party signs the command."""
        return self.command in (Protection.SIGNATURE_AND_MAC, Protection.SIGNATURE)


@cache
def commands() -> Mapping[int, MessageRules]:
    """The rules of every command, by message code."""
    place = resources.files("gbsmart.gbcs").joinpath("data", "message_rules.csv")
    with place.open(encoding="utf-8") as lines:
        rows = [_read(row) for row in csv.DictReader(lines)]
    return {row.code: row for row in rows}


def message(code: int) -> MessageRules:
    """The rules of one command; raises :class:`~gbsmart.ground.NotFound` for another message code."""
    try:
        return commands()[code]
    except KeyError:
        raise NotFound(f"{code:04X} is no command of GBCS") from None


@cache
def alert_message_code(alert: int, family: str, about: str = "") -> int:
    """The message code under which devices of ``family`` send the alert; raises :class:`NotFound`.

    ``about`` is the use case that the alert is about, where one alert code travels under several.
    """
    for code in alert_code(alert).message_codes:
        row = message_code(code)
        if family in row.family.split("/") and row.use_case.startswith(about):
            return code
    raise NotFound(f"no {family} message carries the alert {alert:04X}")


def _read(row: Mapping[str, str]) -> MessageRules:
    code = int(row["code"], 16)
    named = message_code(code)
    return MessageRules(
        code,
        named.use_case,
        named.title,
        named.family,
        named.devices,
        Protection(row["command"]),
        Protection(row["response"]),
        row["replay_protection"] == "y",
        row["sensitive"] == "y",
        row["dated"] != "n",
        row["dated"] == "reliability",
        row["future_datable"] == "y",
        row["top_up"] == "y",
        tuple(RemotePartyRole[name] for name in row["roles"].split()),
        frozenset(row["assumed"].split()),
    )

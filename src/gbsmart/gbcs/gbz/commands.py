"""The ZCL commands of GBCS: one declaration each, by cluster.

``COMMANDS[cluster, to_client, command]`` is the :class:`Command`. Values that GBCS fixes stand in the
declaration, so a form only says what varies. Source: GBCS use cases, ZigBee Smart Energy clusters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from gbsmart.gbcs.gbz.zcl import (
    BITMAP8,
    ENUM8,
    UINT24,
    UINT32,
    UTC_TIME,
    Field,
    Layout,
    Part,
)


class Cluster(IntEnum):
    """The ZigBee clusters that GBCS messages address."""

    BASIC = 0x0000
    PRICE = 0x0700
    METERING = 0x0702
    MESSAGING = 0x0703
    PREPAYMENT = 0x0705
    CALENDAR = 0x0707
    DEVICE_MANAGEMENT = 0x0708
    EVENTS = 0x0709


@dataclass(frozen=True, slots=True)
class Command:
    """One cluster command. ``to_client`` is its ZigBee direction (frame control bit 3)."""

    cluster: int
    id: int
    to_client: bool
    name: str
    layout: Layout


def _command(cluster: int, number: int, name: str, *parts: Part, to_client: bool = False) -> Command:
    return Command(cluster, number, to_client, name, Layout(parts))


def _provider() -> Field:
    return Field("provider_id", UINT32, 0)


def _event() -> Field:
    return Field("issuer_event_id", UINT32, meaning="time of command creation, seconds since 2000")


PUBLISH_BLOCK_PERIOD = _command(
    Cluster.PRICE, 0x01, "Publish Block Period",
    _provider(),
    _event(),
    Field("block_period_start_time", UTC_TIME),
    Field("block_period_duration", UINT24, 1),
    Field("block_period_control", BITMAP8, 0b10),
    Field("block_period_duration_type", BITMAP8),
    Field("tariff_type", BITMAP8, 0),
    Field("tariff_resolution_period", ENUM8, 1),
    to_client=True,
)  # fmt: skip
PUBLISH_BILLING_PERIOD = _command(
    Cluster.PRICE, 0x09, "Publish Billing Period",
    _provider(),
    _event(),
    Field("billing_period_start_time", UTC_TIME),
    Field("billing_period_duration", UINT24, 1),
    Field("billing_period_duration_type", BITMAP8),
    Field("tariff_type", BITMAP8, 0),
    to_client=True,
)  # fmt: skip

_ALL = (PUBLISH_BLOCK_PERIOD, PUBLISH_BILLING_PERIOD)

COMMANDS: Mapping[tuple[int, bool, int], Command] = {
    (command.cluster, command.to_client, command.id): command for command in _ALL
}

"""What a ZCL command is, and the fields that many of them begin with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from gbsmart.gbcs.gbz.zcl import ENUM8, UINT8, UINT32, UTC_TIME, Field, Layout, Part


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
    """One cluster command. ``to_client`` is its ZigBee direction (frame control bit 3).

    A ``sensitive`` one is encrypted where it answers a use case whose response is sensitive. A ``quiet``
    one says that it wants no default response, as the public messages show it.
    """

    cluster: int
    id: int
    to_client: bool
    name: str
    layout: Layout
    sensitive: bool = False
    quiet: bool = False


def declare(
    cluster: Cluster,
    number: int,
    name: str,
    *parts: Part,
    to_client: bool = False,
    sensitive: bool = False,
    quiet: bool = False,
) -> Command:
    """A command of ``cluster``, its fields in the order of the octets."""
    return Command(cluster, number, to_client, name, Layout(parts), sensitive, quiet)


MONEY = "10^-5 of the currency"
"""Amounts of the gas meter count thousandths of a penny, as the price trailing digit 5 says."""

AT_ONCE_OR_CANCEL = "when it takes effect; 0 at once, FFFFFFFF cancels what is pending"
AT_ONCE_OR_CANCEL_CALENDAR = "when it takes effect; 0 at once, FFFFFFFE cancels what is pending"
"""Calendars, prices and thresholds are cancelled by another number than everything else."""

PROVIDER_ID = Field("provider_id", UINT32, 0, "not used")
ISSUER_EVENT_ID = Field("issuer_event_id", UINT32, meaning="time of command creation", unit="s since 2000")
IMPLEMENTATION_DATE_TIME = Field("implementation_date_time", UTC_TIME, meaning=AT_ONCE_OR_CANCEL)
COMMAND_INDEX = Field("command_index", UINT8, 0, "which part of the answer this is")
TOTAL_NUMBER_OF_COMMANDS = Field("total_number_of_commands", UINT8, 1, "parts of the answer")
CALENDAR_TYPE = Field("calendar_type", ENUM8, meaning="0 tariff switching table, 3 non-disablement calendar")

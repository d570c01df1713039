"""The price of gas in force: by the tier of the switching table, or by the block (SMETS 4.6.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from gbsmart.devices.device import Device
from gbsmart.devices.gas_calendars import switching_table
from gbsmart.devices.gas_registers import BLOCKS, TIERS, blocks_from, in_blocks
from gbsmart.devices.tariff import prices
from gbsmart.devices.zcl import Answers, Request, Subject, ZclServer
from gbsmart.gbcs.gbz import commands as c
from gbsmart.gbcs.gbz.zcl import write_time

_ONE_DAY_MINUTES: Final = 1_440


def price_in_force(server: ZclServer, subject: Subject) -> tuple[int, int]:
    """The tier (0 for a block tariff) and the price, in 10^-5 of the currency for a kWh."""
    device, moment = subject
    if in_blocks(device):
        *_, (_, block) = blocks_from(device, moment, moment)
        return 0, _of_blocks(server, subject)(block)
    tier = switching_table(device).register_at(moment) or 1
    return tier, _of_tiers(server, subject)(tier)


def priced(
    server: ZclServer, device: Device, start: datetime, end: datetime, now: datetime
) -> Iterator[tuple[datetime, int]]:
    """From when on which price holds between two moments, by the tariff in force ``now``."""
    subject = Subject(device, now)
    if in_blocks(device):
        return prices([*blocks_from(device, start, end), (end, None)], _of_blocks(server, subject))
    return prices(switching_table(device).switches(start, end), _of_tiers(server, subject))


def _of_blocks(server: ZclServer, subject: Subject) -> Callable[[int], int]:
    found = [int(server.read(subject, f"no_tier_block_{block}_price")) for block in range(1, BLOCKS + 1)]
    return lambda block: found[max(1, min(block, BLOCKS)) - 1]


def _of_tiers(server: ZclServer, subject: Subject) -> Callable[[int], int]:
    found = [int(server.read(subject, f"tier_{tier}_block_1_price")) for tier in range(1, TIERS + 1)]
    return lambda tier: found[max(1, min(tier, TIERS)) - 1]


def get_current_price(request: Request) -> Answers:
    """The price in force. It is said to hold for a day, as the test messages have it."""
    server, subject = request.server, request.subject
    tier, price = price_in_force(server, subject)
    now = write_time(subject.moment)
    answer = {
        "issuer_event_id": now, "current_time": now,
        "unit_of_measure": 1,
        "currency": server.read(subject, "currency"),
        "price_trailing_digit_and_price_tier": server.read(subject, "price_trailing_digit") & 0xF0 | tier,
        "number_of_price_tiers_and_register_tier": TIERS << 4 | tier,
        "duration_in_minutes": _ONE_DAY_MINUTES,
        "price": price,
    }  # fmt: skip
    return [(c.PUBLISH_PRICE, answer)]

"""The sub-GHz radio of a hub: its configuration, the channel that it uses, and the log of its changes
(CHTS 4.6.3). A scan that is asked for finds the next of the allowed channels the quieter one (assumed).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from gbsmart.devices.cosem import Source, Written, read
from gbsmart.devices.device import Device
from gbsmart.devices.selection import View
from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.gbcs.dlms.objects.sub_ghz import (
    CHANNEL_LOG,
    OPERATING_CHANNEL,
    REQUEST_CHANNEL_SCAN,
    SUB_GHZ_CONFIGURATION,
)
from gbsmart.gbcs.gbz.zcl import read_time, write_time

CHANNEL_CHANGED: Final = 0x8F26
_CHANNEL, _LOG = "radio/channel", "radio/log"
_CAPACITY: Final = 100
"""Entries of the log: a full one loses its oldest."""
_PAGES: Final = ("page_28_mask", "page_29_mask", "page_30_mask", "page_31_mask")
_PAGE_BITS: Final = 5
_ASKED_FOR: Final = 0
"""What triggered a scan: a request."""


def _mask(page: str, channels: str) -> str:
    """32 bits: the page, then its channels from 26 down to 0."""
    return page + channels.rjust(32 - _PAGE_BITS, "0")


INITIAL: Final[Mapping[Ref, Any]] = {
    SUB_GHZ_CONFIGURATION.ref: {
        "page_28_mask": _mask("11100", "1" * 27), "page_29_mask": _mask("11101", "1" * 9),
        "page_30_mask": _mask("11110", "1" * 27), "page_31_mask": _mask("11111", "1" * 14),
        "normal_limited_duty_cycle_threshold": 125, "limited_critical_duty_cycle_threshold": 200,
        "maximum_channel_changes_per_week": 4, "gsme_curfew": 6,
        "channel_quieter_threshold": 6, "channel_noisier_threshold": 10,
        "non_gsme_poor_communications_percentage_threshold": 5_000,
        "non_gsme_poor_communications_periods_measured": 3,
        "local_ch_noise_measurement_period": 90, "local_ch_failure_percentage": 5_000,
        "local_ch_retry_percentage": 3_000,
    },
}  # fmt: skip
"""Every channel is allowed; the thresholds are assumed."""


def _channel(device: Device) -> str:
    held = device.memory.get(_CHANNEL)
    return held.decode() if held else _mask("11100", "1")


def _rows(device: Device) -> list[list[Any]]:
    held = device.memory.get(_LOG)
    return json.loads(held) if held else []


def _log(view: View) -> list[dict[str, Any]]:
    return [
        {
            "time": seconds, "code": CHANNEL_CHANGED, "operating_channel": channel,
            "scan_trigger": bytes((trigger,)),
        }
        for seconds, channel, trigger in _rows(view.device)
        if view.wants(read_time(seconds))
    ]  # fmt: skip


SOURCES: Final[Mapping[Ref, Source]] = {
    OPERATING_CHANNEL.ref: lambda view: _channel(view.device),
    CHANNEL_LOG.ref: _log,
}


def _scan(device: Device, _value: Any, now: datetime) -> None:
    """Change to the next channel that the configuration allows, and log it."""
    allowed = _allowed(read(device, SUB_GHZ_CONFIGURATION, now))
    if not allowed:
        return
    present = _channel(device)
    channel = allowed[(allowed.index(present) + 1) % len(allowed)] if present in allowed else allowed[0]
    device.memory.put(_CHANNEL, channel.encode())
    rows = [*_rows(device), [write_time(now), channel, _ASKED_FOR]]
    device.memory.put(_LOG, json.dumps(rows[-_CAPACITY:]).encode())


def _allowed(configuration: Mapping[str, Any]) -> list[str]:
    """Each channel of the masks as a mask of its own, lowest first."""
    return [
        _mask(mask[:_PAGE_BITS], "1" + "0" * number)
        for mask in (configuration[page] for page in _PAGES)
        for number, bit in enumerate(reversed(mask[_PAGE_BITS:]))
        if bit == "1"
    ]


WRITTEN: Final[Mapping[Ref, Written]] = {REQUEST_CHANNEL_SCAN.written_at: _scan}

"""The sub-GHz radio of a Communications Hub: its channel, how it may change it, what it did (CHTS 4.6.3).

A mask of channels has 32 bits, the page of channels in its first five: 28 to 31.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gbsmart.gbcs.dlms.arrays import Compact
from gbsmart.gbcs.dlms.data import (
    OCTET_STRING,
    UNSIGNED_16,
    UNSIGNED_32,
    pack_bits,
    unpack_bits,
)
from gbsmart.gbcs.dlms.objects.attribute import attribute, log
from gbsmart.gbcs.dlms.shapes import BITS, U8, U16, Const, Iso, Struct

SUB_GHZ_CONFIGURATION = attribute(
    "sub_ghz_configuration", 1, "0-0:94.44.10.0", 2,
    Struct(
        ("page_28_mask", BITS), ("page_29_mask", BITS), ("page_30_mask", BITS), ("page_31_mask", BITS),
        ("normal_limited_duty_cycle_threshold", U16), ("limited_critical_duty_cycle_threshold", U16),
        ("maximum_channel_changes_per_week", U8), ("gsme_curfew", U16),
        ("channel_quieter_threshold", U8), ("channel_noisier_threshold", U8),
        ("non_gsme_poor_communications_percentage_threshold", U16),
        ("non_gsme_poor_communications_periods_measured", U8),
        ("local_ch_noise_measurement_period", U16), ("local_ch_failure_percentage", U16),
        ("local_ch_retry_percentage", U16),
    ),
    "Sub-GHz configuration (percentages and duty cycles in hundredths of a per cent)",
)  # fmt: skip
REQUEST_CHANNEL_SCAN = attribute(
    "channel_scan", 1, "0-0:94.44.10.1", 2, Const(b"\x11\x00", "now"), "Sub-GHz channel scan: request"
)
OPERATING_CHANNEL = attribute(
    "operating_channel", 1, "0-0:94.44.10.2", 2, BITS, "Sub-GHz channel in use: a mask of one channel"
)

_MASK_BITS, _MASK = 32, 4
_TRIGGER = bytes((OCTET_STRING, 1))


def _read_log(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What else an entry says: the mask of the channel, and an octet-string of what triggered the scan."""
    entries = []
    for row in rows:
        other = row["other_information"]
        if len(other) != _MASK + 3 or other[_MASK:-1] != _TRIGGER:
            raise ValueError(other.hex())
        channel = unpack_bits(other[:_MASK], _MASK_BITS, 0)
        entries.append(
            {
                "time": row["time"], "code": row["code"],
                "operating_channel": channel, "scan_trigger": other[-1:],
            }
        )  # fmt: skip
    return entries


def _write_log(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for entry in entries:
        channel, trigger = pack_bits(entry["operating_channel"]), entry["scan_trigger"]
        if len(entry["operating_channel"]) != _MASK_BITS or len(trigger) != 1:
            raise ValueError(entry)
        rows.append(
            {
                "time": entry["time"], "code": entry["code"],
                "other_information": channel + _TRIGGER + trigger,
            }
        )  # fmt: skip
    return rows


CHANNEL_LOG = log(
    "sub_ghz_channel_log", "0-0:94.44.10.3",
    Iso(
        "sub-GHz channel log",
        Compact((("time", UNSIGNED_32), ("code", UNSIGNED_16), ("other_information", OCTET_STRING))),
        _read_log, _write_log,
    ),
    "Sub-GHz channel log, 100 entries (time in seconds since 2000)",
)  # fmt: skip

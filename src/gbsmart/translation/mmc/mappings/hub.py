"""The sub-GHz network of a communications hub (Service References 6.30 to 6.32)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gbsmart.translation.mmc.conversions import code, hundredths, moment
from gbsmart.translation.mmc.mapping import Each, Row, of, response
from gbsmart.translation.mmc.mappings.logs import event_meaning

_PAGE_BITS = 5
"""A mask is the number of its page, then a bit for each channel, the lowest last."""
_FIRST_CHANNEL: Mapping[int, int] = {28: 0, 29: 27, 30: 35, 31: 0}
_UPPER_BAND = 31
_PAGES: Mapping[str, int] = {
    "LowerBandSubGHzChannels0To26": 28,
    "LowerBandSubGHzChannels27To34": 29,
    "LowerBandSubGHzChannels35To61": 30,
    "UpperBandSubGHzChannels0To26": 31,
}
_CHANNELS: Mapping[int, int] = {28: 27, 29: 8, 30: 27, 31: 27}
"""How many channels each page has."""
_TRIGGERS = (
    "RemotePartyCommand", "GSMERequest", "GSMEMissedItsCurfew", "GSMEMissingForTheLastDay",
    "CHDetectedMessageFailureProblems", "CHDetectedMessageRetryProblems", "SubGHzNon-GSMEDeviceRequest",
    "SMHANFormation",
)  # fmt: skip
"""What had the hub scan its channels, by number [assumed: in the order in which MMC lists them]."""


def _page(mask: str) -> int:
    return int(mask[:_PAGE_BITS] or "0", 2)


def _channels(mask: str) -> dict[str, Any] | None:
    """The channels of a mask as empty elements; None for a page that there is not."""
    page, bits = _page(mask), mask[: _PAGE_BITS - 1 : -1]
    if page not in _FIRST_CHANNEL:
        return None
    first = _FIRST_CHANNEL[page]
    return {f"Channel{first + n}": {} for n in range(_CHANNELS[page]) if bits[n : n + 1] == "1"}


def _of_page(page: int) -> Callable[[str], dict[str, Any] | None]:
    """A conversion of the mask of one page; a mask of another is left out."""
    return lambda mask: _channels(mask) if _page(mask) == page else None


def _operating(mask: str) -> dict[str, Any] | None:
    """The one channel in use, under its band."""
    channels = _channels(mask)
    if channels is None or len(channels) != 1:
        return None
    band = "Upper" if _page(mask) == _UPPER_BAND else "Lower"
    return {f"Operating{band}BandSubGHzChannel": channels}


def _trigger(octets: bytes) -> str | None:
    return _TRIGGERS[octets[0]] if octets and octets[0] < len(_TRIGGERS) else None


def _set_to(name: str) -> str:
    return f"sub_ghz_configuration.{name}"


_CONFIGURATION: Row = {
    **{element: of(_set_to(f"page_{page}_mask"), by=_of_page(page)) for element, page in _PAGES.items()},
    "NormalLimitedDutyCycleThreshold": of(_set_to("normal_limited_duty_cycle_threshold"), by=hundredths),
    "LimitedCriticalDutyCycleThreshold": of(_set_to("limited_critical_duty_cycle_threshold"), by=hundredths),
    "MaximumSubGHzChannelChangesPerWeek": _set_to("maximum_channel_changes_per_week"),
    "GSMECurfew": _set_to("gsme_curfew"),
    "ChannelQuieterThreshold": _set_to("channel_quieter_threshold"),
    "ChannelNoisierThreshold": _set_to("channel_noisier_threshold"),
    "NonGSMEPoorCommsPercentageThreshold": of(
        _set_to("non_gsme_poor_communications_percentage_threshold"), by=hundredths
    ),
    "NonGSMEPoorCommsMeasurementPeriods": _set_to("non_gsme_poor_communications_periods_measured"),
    "LocalCHNoiseMeasurementPeriod": _set_to("local_ch_noise_measurement_period"),
    "LocalCHFailurePercentage": of(_set_to("local_ch_failure_percentage"), by=hundredths),
    "LocalCHRetryPercentage": of(_set_to("local_ch_retry_percentage"), by=hundredths),
}

MAPPINGS = (
    *response("DBCH01", row={"OperatingSubGHzChannel": of("operating_channel", by=_operating)}),
    *response("DBCH03", row=_CONFIGURATION),
    *response(
        "DBCH02",
        row={
            "LogEntry": Each("sub_ghz_channel_log", {
                "Timestamp": of("time", by=moment),
                "EventCode": of("code", by=code),
                "EventDescription": of("code", by=event_meaning),
                "OperatingSubGHzChannel": of("operating_channel", by=_operating),
                "ScanTrigger": of("scan_trigger", by=_trigger),
            })
        },
    ),
)  # fmt: skip

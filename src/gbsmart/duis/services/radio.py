"""Service References 6.28 to 6.32: the second radio band of a communications hub (below 1 GHz)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from gbsmart.duis.lexical import Integer, Number
from gbsmart.duis.schema import EMPTY, Complex, Element, Mapped, Record, Values
from gbsmart.duis.terms import READ_LOG_PERIOD


def _channels(first: int, last: int) -> Mapped:
    """Which of the channels are in use: their numbers, rising."""
    numbers = {f"channel{number}": number for number in range(first, last + 1)}

    def gather(values: Values) -> tuple[int, ...]:
        return tuple(numbers[field] for field in values)

    def spread(value: Any) -> Values:
        if not isinstance(value, Sequence) or not set(value) <= set(numbers.values()):
            raise ValueError(f"needs numbers of channels from {first} to {last}, not {value!r}")
        return {f"channel{number}": True for number in value}

    return Mapped(Record(*channels(first, last, optional=True)), gather, spread)


def channels(first: int, last: int, *, optional: bool = False) -> Iterable[Element]:
    """An element for each channel, whose presence is its meaning."""
    return (Element(f"Channel{number}", EMPTY, optional=optional) for number in range(first, last + 1))


_PERCENTAGE = Number(Decimal(1), Decimal(100), 2)

CONFIGURATION = Record(
    Element("LowerBandSubGHzChannels0To26", _channels(0, 26)),
    Element("LowerBandSubGHzChannels27To34", _channels(27, 34)),
    Element("LowerBandSubGHzChannels35To61", _channels(35, 61)),
    Element("UpperBandSubGHzChannels0To26", _channels(0, 26)),
    Element("NormalLimitedDutyCycleThreshold", Number(Decimal("0.5"), Decimal("2.0"), 1), unit="%"),
    Element(
        "LimitedCriticalDutyCycleThreshold", Number(Decimal("1.5"), Decimal("2.5"), 1, open=True), unit="%"
    ),
    Element("MaximumSubGHzChannelChangesPerWeek", Integer(1, 7)),
    Element("GSMECurfew", Integer(2, 65535), note="How long a gas meter may keep silent."),
    Element("ChannelQuieterThreshold", Integer(1, 255), unit="dB"),
    Element("ChannelNoisierThreshold", Integer(0, 20), unit="dB"),
    Element("NonGSMEPoorCommsPercentageThreshold", _PERCENTAGE, unit="%"),
    Element("NonGSMEPoorCommsMeasurementPeriods", Integer(50, 150), unit="30 min"),
    Element("LocalCHNoiseMeasurementPeriod", Integer(61, 65535)),
    Element("LocalCHFailurePercentage", _PERCENTAGE, unit="%"),
    Element("LocalCHRetryPercentage", _PERCENTAGE, unit="%"),
    note="Sets which channels a hub may use below 1 GHz, and when it looks for a better one.",
)

BODIES: dict[str, Complex] = {
    "6.28": CONFIGURATION,
    "6.29": Record(note="Has a hub look for a better channel below 1 GHz."),
    "6.30": Record(note="How a hub uses channels below 1 GHz."),
    "6.31": Record(note="The channel below 1 GHz that a hub uses now."),
    "6.32": Record(READ_LOG_PERIOD, note="The channels below 1 GHz that a hub used, and why it changed."),
}

"""Service References 6.28 to 6.32: the second radio band of a communications hub (below 1 GHz)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from gbsmart.duis.lexical import Integer, Number
from gbsmart.duis.schema import EMPTY, Choice, Complex, Element, Mapped, Record, Values
from gbsmart.duis.terms import READ_LOG_PERIOD


def _elements(first: int, last: int, *, optional: bool) -> Iterable[Element]:
    """An element for each channel, whose presence is its meaning."""
    return (Element(f"Channel{number}", EMPTY, optional=optional) for number in range(first, last + 1))


def channel(first: int, last: int) -> Mapped:
    """One of the channels: its number."""
    return Mapped(
        Record(Choice(tuple(_elements(first, last, optional=False)))),
        lambda values: _numbers(values)[0],
        lambda number: _named((number,), first, last),
    )


def _channels(first: int, last: int) -> Mapped:
    """Any of the channels: their numbers, rising."""
    return Mapped(
        Record(*_elements(first, last, optional=True)),
        _numbers,
        lambda numbers: _named(numbers, first, last),
    )


def _numbers(values: Values) -> tuple[int, ...]:
    return tuple([int(field.removeprefix("channel")) for field in values])


def _named(numbers: Any, first: int, last: int) -> Values:
    if not isinstance(numbers, Sequence) or not all(
        type(number) is int and first <= number <= last for number in numbers
    ):
        raise ValueError(f"needs numbers of channels from {first} to {last}, not {numbers!r}")
    return {f"channel{number}": True for number in numbers}


_PERCENTAGE = Number(Decimal(1), Decimal(100), 2)


def configuration(note: str) -> Record:
    """The settings of the band below 1 GHz."""
    return Record(
        Element("LowerBandSubGHzChannels0To26", _channels(0, 26)),
        Element("LowerBandSubGHzChannels27To34", _channels(27, 34)),
        Element("LowerBandSubGHzChannels35To61", _channels(35, 61)),
        Element("UpperBandSubGHzChannels0To26", _channels(0, 26)),
        Element(
            "NormalLimitedDutyCycleThreshold",
            Number(Decimal("0.5"), Decimal("2.0"), 1),
            unit="%",
            note="The share of time on air from which on a hub sends less.",
        ),
        Element(
            "LimitedCriticalDutyCycleThreshold",
            Number(Decimal("1.5"), Decimal("2.5"), 1, open=True),
            unit="%",
            note="The share of time on air from which on a hub sends next to nothing.",
        ),
        Element("MaximumSubGHzChannelChangesPerWeek", Integer(1, 7), note="A hub changes no more often."),
        Element("GSMECurfew", Integer(2, 65535), note="How long a gas meter may keep silent."),
        Element(
            "ChannelQuieterThreshold",
            Integer(1, 255),
            unit="dB",
            note="How much quieter another channel must be.",
        ),
        Element(
            "ChannelNoisierThreshold",
            Integer(0, 20),
            unit="dB",
            note="How much noisier the channel must have become.",
        ),
        Element(
            "NonGSMEPoorCommsPercentageThreshold",
            _PERCENTAGE,
            unit="%",
            note="Of failures with devices other than the gas meter.",
        ),
        Element(
            "NonGSMEPoorCommsMeasurementPeriods",
            Integer(50, 150),
            unit="30 min",
            note="What they are counted over.",
        ),
        Element("LocalCHNoiseMeasurementPeriod", Integer(61, 65535), note="What a hub measures noise over."),
        Element("LocalCHFailurePercentage", _PERCENTAGE, unit="%", note="Of a hub's messages that fail."),
        Element("LocalCHRetryPercentage", _PERCENTAGE, unit="%", note="Of those that are sent again."),
        note=note,
    )


BODIES: dict[str, Complex] = {
    "6.28": configuration(
        "Sets which channels a hub may use below 1 GHz, and when it looks for a better one."
    ),
    "6.29": Record(note="Has a hub look for a better channel below 1 GHz."),
    "6.30": Record(note="How a hub uses channels below 1 GHz."),
    "6.31": Record(note="The channel below 1 GHz that a hub uses now."),
    "6.32": Record(READ_LOG_PERIOD, note="The channels below 1 GHz that a hub used, and why it changed."),
}

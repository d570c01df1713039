"""Voltage of each phase of an ESME: profile, counters, thresholds and limits (SMETS 5.7.4, 5.7.5).

A single phase meter has phase 1 alone. The limits of the RMS voltage hold for all phases.
"""

from __future__ import annotations

from gbsmart.gbcs.dlms.arrays import Compact
from gbsmart.gbcs.dlms.data import UNSIGNED_32
from gbsmart.gbcs.dlms.objects.attribute import Attribute, Method, attribute, log, method
from gbsmart.gbcs.dlms.objects.tariff import SCALER_UNIT
from gbsmart.gbcs.dlms.shapes import U32

_PHASES = {1: 32, 2: 52, 3: 72}
"""A phase's group C in OBIS codes of its voltage."""
_UNDER, _OVER = ("under", 31, 32), ("over", 35, 36)
"""Group D of a threshold and of the counter of what passed it."""


def _counter(phase: int, way: str, _: int, group: int) -> tuple[Attribute, Attribute]:
    obis = f"1-0:{_PHASES[phase]}.{group}.0.4"
    name = f"phase_{phase}_{way}_voltage_counter"
    title = f"Average RMS {way} voltage counter, phase {phase}"
    return (
        attribute(name, 3, obis, 2, U32, title),
        attribute(f"{name}_unit", 3, obis, 3, SCALER_UNIT, f"{title}: scale and unit"),
    )


def _reset(phase: int, way: str, _: int, group: int) -> Method:
    obis = f"1-0:{_PHASES[phase]}.{group}.0.4"
    title = f"Average RMS {way} voltage counter, phase {phase}: reset"
    return method(f"reset_phase_{phase}_{way}_voltage_counter", 3, obis, 1, title)


def _threshold(phase: int, way: str, group: int, _: int) -> Attribute:
    return attribute(
        f"phase_{phase}_{way}_voltage_threshold", 1, f"1-0:{_PHASES[phase]}.{group}.0.4", 2, U32,
        f"Average RMS {way} voltage threshold, phase {phase} (V)",
    )  # fmt: skip


UNDER_VOLTAGE = {phase: _counter(phase, *_UNDER) for phase in _PHASES}
OVER_VOLTAGE = {phase: _counter(phase, *_OVER) for phase in _PHASES}
UNDER_VOLTAGE_THRESHOLD = {phase: _threshold(phase, *_UNDER) for phase in _PHASES}
OVER_VOLTAGE_THRESHOLD = {phase: _threshold(phase, *_OVER) for phase in _PHASES}
RESET_UNDER_VOLTAGE = {phase: _reset(phase, *_UNDER) for phase in _PHASES}
RESET_OVER_VOLTAGE = {phase: _reset(phase, *_OVER) for phase in _PHASES}
VOLTAGE_PROFILE = {
    phase: log(
        f"phase_{phase}_voltage_profile", f"1-0:{group}.24.0.255",
        Compact((("time", UNSIGNED_32), ("voltage", UNSIGNED_32))),
        f"Average RMS voltage profile data log, phase {phase} (V), 4320 entries",
    )
    for phase, group in _PHASES.items()
}  # fmt: skip
VOLTAGE_PERIOD = {
    phase: attribute(
        f"phase_{phase}_voltage_period", 7, f"1-0:{group}.24.0.255", 4, U32,
        f"Average RMS voltage measurement period, phase {phase} (s)",
    )
    for phase, group in _PHASES.items()
}  # fmt: skip


def _limit(number: int, name: str, words: str) -> tuple[Attribute, Attribute]:
    """The limiter (class 71) of one kind of voltage event: its threshold, and for how long it is passed."""
    obis = f"0-0:17.0.{number}.255"
    return (
        attribute(f"rms_{name}_threshold", 71, obis, 4, U32, f"RMS {words}: threshold (V)"),
        attribute(f"rms_{name}_measurement_period", 71, obis, 6, U32, f"RMS {words}: measurement period (s)"),
    )


VOLTAGE_LIMITS = (
    *_limit(1, "extreme_over_voltage", "extreme over voltage"),
    *_limit(2, "extreme_under_voltage", "extreme under voltage"),
    *_limit(3, "voltage_sag", "voltage sag"),
    *_limit(4, "voltage_swell", "voltage swell"),
)

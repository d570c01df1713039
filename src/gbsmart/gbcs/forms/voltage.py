"""Voltage use cases of an ESME, single phase and polyphase (Service References 6.2.1, 6.5 and 6.27)."""

from __future__ import annotations

from gbsmart.gbcs.dlms.items import call, read, write
from gbsmart.gbcs.dlms.objects.attribute import Attribute, Method
from gbsmart.gbcs.dlms.objects.voltage import (
    OVER_VOLTAGE_THRESHOLD,
    RESET_OVER_VOLTAGE,
    RESET_UNDER_VOLTAGE,
    UNDER_VOLTAGE_THRESHOLD,
    VOLTAGE_LIMITS,
    VOLTAGE_PERIOD,
)
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.reading import dlms_form

_SINGLE, _POLYPHASE = (1,), (1, 2, 3)


def _under_first(phase: int) -> tuple[Attribute, Attribute]:
    return UNDER_VOLTAGE_THRESHOLD[phase], OVER_VOLTAGE_THRESHOLD[phase]


def _over_first(phase: int) -> tuple[Attribute, Attribute]:
    return OVER_VOLTAGE_THRESHOLD[phase], UNDER_VOLTAGE_THRESHOLD[phase]


def _thresholds(phases: tuple[int, ...]) -> list[Attribute]:
    """Of the first phase the upper threshold comes first, of the others the lower one."""
    return [*_over_first(1), *(each for phase in phases[1:] for each in _under_first(phase))]


def _periods(phases: tuple[int, ...]) -> list[Attribute]:
    return [VOLTAGE_PERIOD[phase] for phase in phases]


def _resets(phases: tuple[int, ...]) -> list[Method]:
    return [each for phase in phases for each in (RESET_UNDER_VOLTAGE[phase], RESET_OVER_VOLTAGE[phase])]


def _read(name: str, code: int, phases: tuple[int, ...]) -> Form:
    return dlms_form(name, code, *read(*VOLTAGE_LIMITS, *_thresholds(phases)))


def _set_and_reset(name: str, code: int, phases: tuple[int, ...]) -> Form:
    """Settings after which the counters begin anew."""
    settings = write(*_periods(phases), *VOLTAGE_LIMITS, *_thresholds(phases))
    return dlms_form(name, code, *settings, *call(*_resets(phases)))


def _set(name: str, code: int, phases: tuple[int, ...]) -> Form:
    thresholds = [each for phase in phases for each in _under_first(phase)]
    return dlms_form(name, code, *write(*thresholds, *_periods(phases), *VOLTAGE_LIMITS))


def _reset(name: str, code: int, phases: tuple[int, ...]) -> Form:
    return dlms_form(name, code, *call(*_resets(phases)))


FORMS: tuple[Form, ...] = (
    _read("ECS26b", 0x003C, _SINGLE), _read("ECS26k", 0x00C6, _POLYPHASE),
    _set_and_reset("ECS29a", 0x0045, _SINGLE), _set_and_reset("ECS29b", 0x00AE, _POLYPHASE),
    _set("ECS29c", 0x00D1, _SINGLE), _set("ECS29d", 0x00D2, _POLYPHASE),
    _reset("ECS29e", 0x00D3, _SINGLE), _reset("ECS29f", 0x00D4, _POLYPHASE),
)  # fmt: skip

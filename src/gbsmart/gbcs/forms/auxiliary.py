"""Auxiliary load: Service References 6.14 and 7.5 to 7.16 of an ESME and a SAPC.

Earlier GBCS versions know switches, on or off; later ones controllers with a level from 0 to 100.
"""

from __future__ import annotations

from collections.abc import Sequence

from gbsmart.gbcs.dlms.access import AccessRequest
from gbsmart.gbcs.dlms.items import Item, activate, call_with, maybe, read, read_selected, write, write_one
from gbsmart.gbcs.dlms.moments import WHEN
from gbsmart.gbcs.dlms.objects.attribute import Attribute, Method
from gbsmart.gbcs.dlms.objects.auxiliary import (
    ACTIVATE_LOAD,
    AUXILIARY_SCHEDULE,
    AUXILIARY_SPECIAL_DAYS,
    BOOST_AVAILABILITY,
    BOOST_CONTROLS,
    BOOST_LOG,
    DEACTIVATE_LOAD,
    DESCRIPTIONS,
    LIMIT_END,
    LIMIT_LEVEL,
    LIMIT_START,
    RESET_LOAD,
    SET_STATE,
    SETTING_END,
    SETTING_START,
    STATES,
    SWITCH_STATES,
    TYPES,
)
from gbsmart.gbcs.dlms.objects.logs import RANGE
from gbsmart.gbcs.dlms.shapes import U16
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.reading import dlms_form

_CONTROLLER = "controller"
_CALENDAR = [
    *write(AUXILIARY_SPECIAL_DAYS, AUXILIARY_SCHEDULE),
    *activate(AUXILIARY_SCHEDULE, AUXILIARY_SPECIAL_DAYS),
]


def _for(minutes: Sequence[Attribute], switch: Method) -> list[Item]:
    """A switch for some minutes."""
    return [
        *write_one(minutes, "duration", _CONTROLLER, "How long (minutes)", U16),
        *call_with(switch, _CONTROLLER),
    ]


def _between(start: Sequence[Attribute], end: Sequence[Attribute], command: Method) -> list[Item]:
    """A level from one moment to another."""
    return [
        *write_one(start, "start_date_time", _CONTROLLER, "Start of the period", WHEN),
        *write_one(end, "end_date_time", _CONTROLLER, "End of the period", WHEN),
        *call_with(command, _CONTROLLER, "commanded_state_level", "input_from_controlled_load"),
    ]


_ACTIVATE = dlms_form("ECS47Activate", 0x0055, *_for(SETTING_START, ACTIVATE_LOAD))
_DEACTIVATE = Form(
    "ECS47Deactivate", 0x0055, AccessRequest(*_for(SETTING_END, DEACTIVATE_LOAD)), _ACTIVATE.response
)
"""Nothing in a response tells which of the two commands it answers."""

FORMS: tuple[Form, ...] = (
    dlms_form("ECS46a", 0x0053, *maybe(*write(*DESCRIPTIONS))),
    dlms_form("ECS46c", 0x0054, *maybe(*write(*TYPES)), *_CALENDAR),
    dlms_form("ECS46d", 0x011A, *_CALENDAR),
    _ACTIVATE,
    _DEACTIVATE,
    dlms_form("ECS47Reset", 0x0055, *call_with(RESET_LOAD, _CONTROLLER)),
    dlms_form("ECS47a", 0x011E, *_between(SETTING_START, SETTING_END, SET_STATE)),
    dlms_form("ECS47e", 0x011F, *_between(LIMIT_START, LIMIT_END, LIMIT_LEVEL)),
    dlms_form(
        "ECS61a", 0x00BB,
        *read(*DESCRIPTIONS, *TYPES, AUXILIARY_SPECIAL_DAYS, AUXILIARY_SCHEDULE, *SWITCH_STATES),
    ),
    dlms_form(
        "ECS61c", 0x005E,
        *read(BOOST_AVAILABILITY), *read_selected(RANGE, "read_log_period", BOOST_LOG),
        *read(*BOOST_CONTROLS),
    ),
    dlms_form("ECS61d", 0x011C, *read(*DESCRIPTIONS, AUXILIARY_SPECIAL_DAYS, AUXILIARY_SCHEDULE)),
    dlms_form("ECS61e", 0x011D, *read(*TYPES, *STATES)),
    dlms_form("ECS62", 0x005F, *maybe(*write(*BOOST_CONTROLS))),
)  # fmt: skip

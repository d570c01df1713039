"""Auxiliary load switches and controllers, and the boost button (7.7, 7.11, 7.14, 7.15)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gbsmart.translation.mmc.conversions import bits_set, eui, moment, text_of, week_days, wildcards
from gbsmart.translation.mmc.mapping import Each, Row, of, response
from gbsmart.translation.mmc.mappings.alerts import state

_CONTROLLERS = range(1, 6)
_DESCRIPTION = text_of(22)
_ALCS, _APC = bytes(8), b"\xff"
"""What stands for a device's id where a controller is in the meter, or is an auxiliary proportional one."""


def _switch(identifier: bytes) -> dict[str, Any] | None:
    """A switch in the meter, or the device that it is in; None for what is neither."""
    if identifier == _ALCS:
        return {"ALCS": {}}
    return {"HCALCS": eui(identifier)} if len(identifier) == len(_ALCS) else None


def _controller(identifier: bytes) -> dict[str, Any]:
    """The type of a controller, and the id of one that is a device of its own."""
    if len(identifier) == len(_ALCS) and identifier != _ALCS:
        return {"AuxiliaryControllerType": "HCALCS", "HCALCSID": eui(identifier)}
    named = {_ALCS: "ALCS", _APC: "APC"}.get(identifier, "None")
    return {"AuxiliaryControllerType": named}


def _special_days(index: str) -> Any:
    return Each("auxiliary_special_days", of("date", by=wildcards), index=index)


def _applicable(attribute: str) -> Any:
    return lambda bits: [{f"@{attribute}": number} for number in bits_set(bits)]


def _schedule(action: Row, attribute: str, dates: str) -> Each:
    return Each("auxiliary_schedule", {
        **action,
        "SpecialDaysApplicability": of("special_days", by=_applicable(attribute)),
        "DaysOfWeekApplicability": {"DayOfWeekApplicability": of("days_of_week", by=week_days)},
        dates: {
            "SwitchTime": "time",
            "StartDate": of("start", by=wildcards),
            "EndDate": of("end", by=wildcards),
        },
    })  # fmt: skip


def _switching(action: Mapping[str, Any]) -> dict[str, Any]:
    """What a schedule does to a switch; a level above none switches it on [assumed]."""
    on = action["switch_on"] if "switch_on" in action else action.get("commanded_state_level", 0) > 0
    done = "ActivateSwitch" if on else "DeactivateSwitch"
    return {"@index": action["controller"], done: {}}


def _levels(action: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@auxiliaryControllerN": action["controller"],
        "CommandedStateLevel": action.get("commanded_state_level"),
        "InputFromControlledLoad": {} if action.get("input_from_controlled_load") else None,
    }


def _state(number: int) -> Row:
    return state(f"auxiliary_controller_{number}_state_and_associated_information", 72_000)


_END, _START = of("boost_end", by=moment), of("boost_start", by=moment)

MAPPINGS = (
    *response(
        "ECS61a",
        row={
            "AuxiliaryLoadControlSwitch": [
                {
                    "@Index": number,
                    "Description": of(f"auxiliary_controller_{number}_description", by=_DESCRIPTION),
                    "TypeAndIdentifier": of(f"auxiliary_controller_{number}_type_and_identifier", by=_switch),
                    "State": f"auxiliary_load_control_switch_{number}_state",
                }
                for number in _CONTROLLERS
            ],
            "ALCSHCALCSSpecialDays": {"ALCSHCALCSSpecialDay": _special_days("index")},
            "ALCSScheduler": _schedule(
                {"ActivateDeactivateSwitch": of("action", by=_switching)},
                "index",
                "ALCSScheduleDatesAndTime",
            ),
        },
    ),
    *response(
        "ECS61c",
        row={
            "EventLogEntry": Each("boost_function_event_log", {"BoostEnd": _END, "BoostStart": _START}),
            "BoostFunctionAvailability": "boost_function_availability",
            **{
                f"BoostFunctionControl{number}Value": f"boost_function_control_{number}"
                for number in _CONTROLLERS
            },
        },
    ),
    *response(
        "ECS61d",
        row={
            "AuxiliaryControllerDescription": [
                {
                    "@auxiliaryControllerN": number,
                    "AuxiliaryControlDescription": of(
                        f"auxiliary_controller_{number}_description", by=_DESCRIPTION
                    ),
                }
                for number in _CONTROLLERS
            ],
            "AuxiliaryControllerSpecialDayDefinitions": {
                "AuxiliaryControllerSpecialDayDefinition": _special_days("identifier")
            },
            "AuxiliaryControllerSchedule": _schedule(
                {"AuxiliaryControllerAction": of("action", by=_levels)},
                "identifier",
                "AuxiliaryControllerSchedulePeriodAndTime",
            ),
        },
    ),
    *response(
        "ECS61e",
        row={
            "AuxiliaryControllerOperationalData": [
                {
                    "@auxiliaryControllerN": number,
                    "TypeAndIdentifier": of(
                        f"auxiliary_controller_{number}_type_and_identifier", by=_controller
                    ),
                    "AuxiliaryControllerStateAndAssociatedInformation": _state(number),
                }
                for number in _CONTROLLERS
            ]
        },
    ),
)

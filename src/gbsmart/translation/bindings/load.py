"""Auxiliary load (Service References 6.14 and 7.5 to 7.16)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gbsmart.ground import InvalidValue
from gbsmart.translation.binding import Body, From, Mark, Source, binding
from gbsmart.translation.bindings.calendars import numbered_days, schedule
from gbsmart.translation.bindings.reading import LOG

_NUMBERS = range(1, 6)
_IN_THE_METER = bytes(8)
"""The identifier of a switch that is no device of its own."""


def _numbered(path: str, number: int, convert: Any = None) -> From:
    """What a body holds for one of the five switches; its item is left out where there is nothing."""

    def one(all_of_them: Mapping[int, Any]) -> Any:
        if number not in all_of_them:
            return Mark.LEFT_OUT
        found = all_of_them[number]
        return convert(found) if convert else found

    return From(path, one, f"what is said of switch {number}", absent=Mark.LEFT_OUT)


def _identifier(switch: Mapping[str, Any]) -> bytes:
    return bytes(switch.get("hcalcs") or _IN_THE_METER)


# --- schedules ---


def _switching(entry: Mapping[str, Any]) -> dict[str, Any]:
    switch = entry["activate_deactivate_switch"]
    return {"controller": switch["index"], "switch_on": bool(switch.get("activate_switch"))}


def _holding(entry: Mapping[str, Any]) -> dict[str, Any]:
    action = entry["auxiliary_controller_action"]
    return {
        "controller": action["auxiliary_controller_n"],
        "commanded_state_level": action["commanded_state_level"],
        "input_from_controlled_load": bool(action.get("input_from_controlled_load")),
    }


_SWITCH_DAYS, _CONTROLLER_DAYS = "alcs_hcalcs_special_days", "auxiliary_controller_special_day_definitions"


def _switch_schedule(body: Body) -> list[dict[str, Any]]:
    entries = body["alcs_hcalcs_connection_schedules"]
    return schedule(entries, body[_SWITCH_DAYS], "alcs_schedule_dates_and_time", _switching)


def _controller_schedule(body: Body) -> list[dict[str, Any]]:
    entries = body["auxiliary_controller_schedules"]
    period = "auxiliary_controller_schedule_period_and_time"
    return schedule(entries, body[_CONTROLLER_DAYS], period, _holding)


_AT = {"execution_date_time": From("execution_date_time")}
_SWITCH_CALENDAR: Mapping[str, Source] = {
    "auxiliary_special_days": From(_SWITCH_DAYS, numbered_days, "special days"),
    "auxiliary_schedule": From("", _switch_schedule, "a schedule"),
    **_AT,
}
_CONTROLLER_CALENDAR: Mapping[str, Source] = {
    "auxiliary_special_days": From(_CONTROLLER_DAYS, numbered_days, "special days"),
    "auxiliary_schedule": From("", _controller_schedule, "a schedule"),
    **_AT,
}

# --- commands ---


def _for_a_while(element: str) -> dict[str, Source]:
    return {"controller": From(f"{element}.index"), "duration": From(f"{element}.duration")}


_LEVEL: Mapping[str, Source] = {
    "controller": From("auxiliary_controller_n"),
    "start_date_time": From("start_date_time"),
    "end_date_time": From("end_date_time"),
    "commanded_state_level": From("commanded_state_level"),
    "input_from_controlled_load": From("input_from_controlled_load", absent=False),
}


def _boost(element: str, *, on: bool) -> dict[str, Source]:
    """The switches that the body says yes of; the others stay as they are [assumed]."""

    def of(number: int) -> From:
        def convert(wanted: Any) -> Any:
            if not any(wanted):
                raise InvalidValue("names no switch")
            return on if wanted[number - 1] else Mark.LEFT_OUT

        return From(element, convert, f"what becomes of switch {number}")

    return {f"boost_function_control_{number}": of(number) for number in _NUMBERS}


BINDINGS = (
    binding(
        "6.14.1", "ECS46a",
        fields={
            f"auxiliary_controller_{number}_description": _numbered("alcs_hcalcs_descriptions", number)
            for number in _NUMBERS
        },
    ),
    binding(
        "6.14.2", "ECS46c",
        fields={
            **{
                f"auxiliary_controller_{number}_type_and_identifier": _numbered(
                    "switch_types_and_ids", number, _identifier
                )
                for number in _NUMBERS
            },
            **_SWITCH_CALENDAR,
        },
    ),
    binding("6.14.3", "ECS46d", fields=_CONTROLLER_CALENDAR),
    binding("7.5", "ECS47Activate", fields=_for_a_while("activate_alcs_hcalcs")),
    binding("7.6", "ECS47Deactivate", fields=_for_a_while("deactivate_alcs_hcalcs")),
    binding("7.7", "ECS61a"),
    binding("7.8", "ECS47Reset", fields={"controller": From("reset_alcs_hcalcs")}),
    binding("7.9", "ECS62", fields=_boost("add_to_boost_button", on=True)),
    binding("7.10", "ECS62", fields=_boost("remove_from_boost_button", on=False)),
    binding("7.11", "ECS61c", fields=LOG),
    binding(
        "7.12", "ECS38", fields={"randomised_offset_limit": From("randomised_offset_limit")}
    ),
    binding("7.13", "ECS47a", fields=_LEVEL),
    binding("7.14", "ECS61d"),
    binding("7.15", "ECS61e"),
    binding("7.16", "ECS47e", fields=_LEVEL),
)  # fmt: skip

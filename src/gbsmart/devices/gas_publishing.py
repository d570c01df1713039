"""What is published to a gas meter: kept, in force from a moment on, and the attributes that follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from gbsmart.devices import gas_billing, gas_consumer, gas_events, gas_registers, gas_snapshots
from gbsmart.devices.device import Device
from gbsmart.devices.zcl import Answers, Publish, Request, Values, all_kept, copies, kept
from gbsmart.gbcs.gbz import commands as c
from gbsmart.gbcs.gbz.commands.calendar import CALENDAR_CANCELLED, NON_DISABLEMENT_CALENDAR


def _prices(values: Values) -> Values:
    if values["sub_payload_control"] & 1:
        return {f"tier_{row['tier_block_id']}_block_1_price": row["price"] for row in values["prices"]}
    return {f"no_tier_block_{row['tier_block_id'] + 1}_price": row["price"] for row in values["prices"]}


def _thresholds(values: Values) -> Values:
    return {
        f"block_{number}_threshold": row["block_threshold"]
        for number, row in enumerate(values["block_thresholds"], 1)
    }


def _payment_mode(values: Values) -> Values:
    given = {"payment_control_configuration": values["proposed_payment_control_configuration"]}
    unchanged = values["cut_off_value"] == -1
    return given if unchanged else {**given, "cut_off_value": values["cut_off_value"]}


def _payment_mode_answer(request: Request) -> Answers:
    server, subject = request.server, request.subject
    answer = {
        "friendly_credit": int(
            kept(subject.device, c.PUBLISH_CALENDAR, NON_DISABLEMENT_CALENDAR) is not None
        ),
        "emergency_credit_limit": server.read(subject, "emergency_credit_limit"),
        "emergency_credit_threshold": server.read(subject, "emergency_credit_threshold"),
    }
    return [(c.CHANGE_PAYMENT_MODE_RESPONSE, answer)]


def _change_of_tariff(device: Device, moment: datetime) -> None:
    gas_snapshots.keep(device, gas_snapshots.CHANGE_OF_TARIFF, moment)
    gas_registers.note(device, moment)


def _change_of_mode(device: Device, moment: datetime) -> None:
    gas_snapshots.keep(device, gas_snapshots.CHANGE_OF_MODE, moment)


def _drop_old_calendars(device: Device, _values: Values, _moment: datetime) -> None:
    """Forget the parts of calendars that are neither in force nor pending."""
    memory = device.memory
    wanted = {values["issuer_calendar_id"] for values in all_kept(device, c.PUBLISH_CALENDAR)}
    wanted |= {values["issuer_calendar_id"] for values in all_kept(device, c.PUBLISH_SPECIAL_DAYS)}
    for command in (c.PUBLISH_DAY_PROFILE, c.PUBLISH_WEEK_PROFILE, c.PUBLISH_SEASONS):
        for values in all_kept(device, command):
            number = values["issuer_calendar_id"]
            if number not in wanted and number < max(wanted, default=0):
                memory.drop(_PART[command.id].slot(values))


_DAY_PROFILE = Publish(c.PUBLISH_DAY_PROFILE, key=("issuer_calendar_id", "calendar_type", "day_id"))
_WEEK_PROFILE = Publish(c.PUBLISH_WEEK_PROFILE, key=("issuer_calendar_id", "week_id"))
_SEASONS = Publish(c.PUBLISH_SEASONS, key=("issuer_calendar_id",))
_PART: Final[Mapping[int, Publish]] = {
    each.command.id: each for each in (_DAY_PROFILE, _WEEK_PROFILE, _SEASONS)
}

PUBLISHES: Final = (
    Publish(
        c.PUBLISH_CALENDAR, "start_time", CALENDAR_CANCELLED, ("calendar_type",),
        before=gas_registers.note, then=_drop_old_calendars,
    ),
    _DAY_PROFILE,
    _WEEK_PROFILE,
    _SEASONS,
    Publish(
        c.PUBLISH_SPECIAL_DAYS, "start_time", CALENDAR_CANCELLED, ("calendar_type",),
        before=gas_registers.note,
    ),
    Publish(
        c.PUBLISH_TARIFF_INFORMATION, "start_time", before=_change_of_tariff,
        sets=copies(
            standing_charge="standing_charge", currency="currency", tariff_unit_of_measure="unit_of_measure",
            price_trailing_digit="price_trailing_digit",
            threshold_multiplier="block_threshold_multiplier", threshold_divisor="block_threshold_divisor",
        ),
    ),
    Publish(c.PUBLISH_PRICE_MATRIX, "start_time", CALENDAR_CANCELLED, sets=_prices),
    Publish(
        c.PUBLISH_BLOCK_THRESHOLDS, "start_time", CALENDAR_CANCELLED, sets=_thresholds,
        before=gas_registers.note,
    ),
    Publish(
        c.PUBLISH_CONVERSION_FACTOR, "start_time", before=gas_registers.note,
        sets=copies(
            conversion_factor="conversion_factor",
            conversion_factor_trailing_digit="conversion_factor_trailing_digit",
        ),
    ),
    Publish(
        c.PUBLISH_CALORIFIC_VALUE, "start_time", before=gas_registers.note,
        sets=copies(
            calorific_value="calorific_value", calorific_value_unit="calorific_value_unit",
            calorific_value_trailing_digit="calorific_value_trailing_digit",
        ),
    ),
    Publish(c.PUBLISH_BILLING_PERIOD, then=gas_billing.calendar_is_set),
    Publish(c.PUBLISH_BLOCK_PERIOD),
    Publish(c.PUBLISH_CHANGE_OF_SUPPLIER),
    gas_consumer.PIN,
    Publish(c.UPDATE_CIN),
    Publish(c.UPDATE_SITE_ID, sets=copies(site_id="site_id")),
    gas_consumer.MESSAGE,
    Publish(c.SET_EVENT_CONFIGURATION, then=gas_events.configure),
    Publish(
        c.SET_SUPPLY_STATUS,
        sets=copies(
            supply_tamper_state="supply_tamper_state", supply_depletion_state="supply_depletion_state"
        ),
    ),
    Publish(
        c.SET_UNCONTROLLED_FLOW_THRESHOLD,
        sets=copies(
            uncontrolled_flow_threshold="uncontrolled_flow_threshold",
            uncontrolled_flow_threshold_unit_of_measure="unit_of_measure",
            uncontrolled_flow_multiplier="multiplier", uncontrolled_flow_divisor="divisor",
            flow_stabilisation_period="stabilisation_period",
            flow_measurement_period="measurement_period",
        ),
    ),
    Publish(
        c.EMERGENCY_CREDIT_SETUP, "start_time",
        sets=copies(
            emergency_credit_limit="emergency_credit_limit",
            emergency_credit_threshold="emergency_credit_threshold",
        ),
    ),
    Publish(
        c.SET_OVERALL_DEBT_CAP, "implementation_date_time", sets=copies(overall_debt_cap="overall_debt_cap")
    ),
    Publish(
        c.SET_LOW_CREDIT_WARNING_LEVEL, sets=copies(low_credit_warning_level="low_credit_warning_level")
    ),
    Publish(
        c.SET_MAXIMUM_CREDIT_LIMIT, "implementation_date_time",
        sets=copies(
            max_credit_limit="maximum_credit_level", max_credit_per_top_up="maximum_credit_per_top_up"
        ),
    ),
    Publish(
        c.CHANGE_PAYMENT_MODE, "implementation_date_time", sets=_payment_mode, before=_change_of_mode,
        answers=_payment_mode_answer,
    ),
)  # fmt: skip

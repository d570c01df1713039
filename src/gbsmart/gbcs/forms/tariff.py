"""Tariff use cases: what the meter charges, now or from a date (Service References 1.1 and 1.2)."""

from __future__ import annotations

from gbsmart.gbcs.dlms.access import activate, write
from gbsmart.gbcs.dlms.objects.tariff import (
    CURRENCY,
    DAYS,
    IMPORT_TARIFF,
    SEASONS,
    SPECIAL_DAYS,
    STANDING_CHARGE,
    THRESHOLDS,
    WEEKS,
)
from gbsmart.gbcs.form import Values
from gbsmart.gbcs.forms.reading import dlms_form, gbz_form
from gbsmart.gbcs.gbz.bindings import EVENT, Bound, Derived, count, day_month, plain, rows, when
from gbsmart.gbcs.gbz.bodies import Send
from gbsmart.gbcs.gbz.commands import (
    PUBLISH_BLOCK_THRESHOLDS,
    PUBLISH_CALENDAR,
    PUBLISH_DAY_PROFILE,
    PUBLISH_PRICE_MATRIX,
    PUBLISH_SEASONS,
    PUBLISH_SPECIAL_DAYS,
    PUBLISH_TARIFF_INFORMATION,
    PUBLISH_WEEK_PROFILE,
)

ECS01A = dlms_form(
    "ECS01a", 0x0019,
    *write(SEASONS, WEEKS, DAYS, SPECIAL_DAYS, *THRESHOLDS, CURRENCY, STANDING_CHARGE, IMPORT_TARIFF),
    *activate(SEASONS, SPECIAL_DAYS, CURRENCY, STANDING_CHARGE, IMPORT_TARIFF, THRESHOLDS[0]),
)  # fmt: skip

ECS01B = dlms_form(
    "ECS01b", 0x00A2,
    *write(STANDING_CHARGE, IMPORT_TARIFF), *activate(STANDING_CHARGE, IMPORT_TARIFF),
)  # fmt: skip

_CALENDAR_CANCELLED = 0xFFFFFFFE
"""What cancels in the calendar, special days, price matrix and block thresholds of a GSME."""
_BLOCK_SCHEME, _TOU_SCHEME = 0x10, 0x00
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_EVENT_AND_CALENDAR = {**EVENT, "issuer_calendar_id": EVENT["issuer_event_id"]}
_AT = {"start_time": when("execution_date_time", _CALENDAR_CANCELLED)}


def _read_scheme(scheme: int) -> bool:
    if scheme not in (_BLOCK_SCHEME, _TOU_SCHEME):
        raise ValueError(scheme)
    return scheme == _BLOCK_SCHEME


def _tiers_in_use(values: Values) -> int:
    return 0 if values["block_tariff"] else len(values["prices"])


_CALENDAR = Send(
    PUBLISH_CALENDAR,
    {
        **_EVENT_AND_CALENDAR,
        **_AT,
        "number_of_seasons": count("seasons"),
        "number_of_week_profiles": count("weeks"),
        "number_of_day_profiles": count("days"),
    },
    {"calendar_type": 0},
)
_DAY_PROFILES = Send(
    PUBLISH_DAY_PROFILE,
    {
        **_EVENT_AND_CALENDAR,
        "day_id": plain("day"),
        "total_number_of_schedule_entries": count("schedule"),
        "day_schedule_entries": rows("schedule", start_time=plain("start"), price_tier=plain("tier")),
    },
    {"calendar_type": 0},
    each="days",
)
_WEEK_PROFILES = Send(
    PUBLISH_WEEK_PROFILE,
    {
        **_EVENT_AND_CALENDAR,
        "week_id": plain("week"),
        **{f"day_id_ref_{day}": plain(day) for day in _WEEKDAYS},
    },
    each="weeks",
)
_SEASONS = Send(
    PUBLISH_SEASONS,
    {
        **_EVENT_AND_CALENDAR,
        "seasons": rows("seasons", season_start_date=day_month("start"), week_id_ref=plain("week")),
    },
)
_SPECIAL_DAYS = Send(
    PUBLISH_SPECIAL_DAYS,
    {
        **_EVENT_AND_CALENDAR,
        **_AT,
        "total_number_of_special_days": count("special_days"),
        "special_days": rows("special_days", special_day_date=day_month("date"), day_id_ref=plain("day")),
    },
    {"calendar_type": 0},
)
_TARIFF_INFORMATION = Send(
    PUBLISH_TARIFF_INFORMATION,
    {
        **EVENT,
        "start_time": when("execution_date_time"),
        "tariff_type_charging_scheme": Bound(
            "block_tariff", _read_scheme, lambda block: _BLOCK_SCHEME if block else _TOU_SCHEME
        ),
        "number_of_price_tiers_in_use": Derived(_tiers_in_use),
        "number_of_block_thresholds_in_use": plain("thresholds_in_use"),
        "currency": plain("currency"),
        "standing_charge": plain("standing_charge"),
    },
)
_BLOCK_THRESHOLDS = Send(
    PUBLISH_BLOCK_THRESHOLDS,
    {
        **EVENT,
        **_AT,
        "tier_and_number_of_block_thresholds": count("thresholds"),
        "block_thresholds": Bound(
            "thresholds",
            lambda raw: [row["block_threshold"] for row in raw],
            lambda value: [{"block_threshold": each} for each in value],
        ),
    },
    given="thresholds",
)
_PRICE_MATRIX = Send(
    PUBLISH_PRICE_MATRIX,
    {
        **EVENT,
        **_AT,
        "sub_payload_control": Derived(lambda values: 0 if values["block_tariff"] else 1),
        "prices": Bound(
            "prices",
            lambda raw: {row["tier_block_id"]: row["price"] for row in raw},
            lambda value: [{"tier_block_id": number, "price": price} for number, price in value.items()],
        ),
    },
)

GCS01A = gbz_form(
    "GCS01a", 0x006B,
    _CALENDAR, _DAY_PROFILES, _WEEK_PROFILES, _SEASONS, _SPECIAL_DAYS,
    _TARIFF_INFORMATION, _BLOCK_THRESHOLDS, _PRICE_MATRIX,
)  # fmt: skip

GCS01B = gbz_form("GCS01b", 0x00A3, _TARIFF_INFORMATION, _PRICE_MATRIX)

FORMS = (ECS01A, ECS01B, GCS01A, GCS01B)

"""Tariff use cases: what the meter charges, now or from a date (Service References 1.1, 1.2, 1.7, 6.26)."""

from __future__ import annotations

from gbsmart.gbcs.dlms.items import activate, call, write
from gbsmart.gbcs.dlms.objects.tariff import (
    CURRENCY,
    DAILY_BLOCK_COUNTER_RESET,
    DAYS,
    IMPORT_TARIFF,
    RESET_BLOCK_COUNTERS,
    SEASONS,
    SECONDARY_DAYS,
    SECONDARY_SEASONS,
    SECONDARY_SPECIAL_DAYS,
    SECONDARY_TARIFF,
    SECONDARY_WEEKS,
    SPECIAL_DAYS,
    STANDING_CHARGE,
    THRESHOLDS,
    WEEKS,
)
from gbsmart.gbcs.form import Values
from gbsmart.gbcs.forms.gas_calendars import CALENDAR_START, TARIFF, publish, read
from gbsmart.gbcs.forms.reading import dlms_form, gbz_form
from gbsmart.gbcs.gbz.attributes import attributes
from gbsmart.gbcs.gbz.bindings import EVENT, Bound, Derived, by_number, count, moment, numbers, plain, when
from gbsmart.gbcs.gbz.bodies import Read, Send
from gbsmart.gbcs.gbz.commands import (
    GET_CURRENT_PRICE,
    PUBLISH_BLOCK_THRESHOLDS,
    PUBLISH_PRICE,
    PUBLISH_PRICE_MATRIX,
    PUBLISH_TARIFF_INFORMATION,
    Cluster,
)
from gbsmart.gbcs.gbz.commands.price import BLOCK_SCHEME, TOU_SCHEME

ECS01A = dlms_form(
    "ECS01a", 0x0019,
    *write(SEASONS, WEEKS, DAYS, SPECIAL_DAYS, *THRESHOLDS, CURRENCY, STANDING_CHARGE, IMPORT_TARIFF),
    *activate(SEASONS, SPECIAL_DAYS, CURRENCY, STANDING_CHARGE, IMPORT_TARIFF, THRESHOLDS[0]),
)  # fmt: skip

ECS01B = dlms_form(
    "ECS01b", 0x00A2,
    *write(STANDING_CHARGE, IMPORT_TARIFF), *activate(STANDING_CHARGE, IMPORT_TARIFF),
)  # fmt: skip
ECS01C = dlms_form(
    "ECS01c", 0x00B7,
    *write(
        SECONDARY_TARIFF, SECONDARY_SEASONS, SECONDARY_WEEKS, SECONDARY_DAYS, SECONDARY_SPECIAL_DAYS
    ),
    *activate(SECONDARY_SEASONS, SECONDARY_TARIFF, SECONDARY_SPECIAL_DAYS),
)  # fmt: skip
ECS01D = dlms_form("ECS01d", 0x00C7, *write(SECONDARY_TARIFF), *activate(SECONDARY_TARIFF))
ECS05 = dlms_form("ECS05", 0x001D, *call(RESET_BLOCK_COUNTERS))
ECS48 = dlms_form("ECS48", 0x00DB, *write(DAILY_BLOCK_COUNTER_RESET))


def _read_scheme(scheme: int) -> bool:
    if scheme not in (BLOCK_SCHEME, TOU_SCHEME):
        raise ValueError(scheme)
    return scheme == BLOCK_SCHEME


def _tiers_in_use(values: Values) -> int:
    return 0 if values["block_tariff"] else len(values["prices"])


_TARIFF_INFORMATION = Send(
    PUBLISH_TARIFF_INFORMATION,
    {
        **EVENT,
        "start_time": when("execution_date_time"),
        "tariff_type_charging_scheme": Bound(
            "block_tariff", _read_scheme, lambda block: BLOCK_SCHEME if block else TOU_SCHEME
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
        **CALENDAR_START,
        "tier_and_number_of_block_thresholds": count("thresholds"),
        "block_thresholds": numbers("thresholds", "block_threshold"),
    },
    given="thresholds",
)
_PRICE_MATRIX = Send(
    PUBLISH_PRICE_MATRIX,
    {
        **EVENT,
        **CALENDAR_START,
        "sub_payload_control": Derived(lambda values: 0 if values["block_tariff"] else 1),
        "prices": by_number("prices", "tier_block_id", "price"),
    },
)

GCS01A = gbz_form("GCS01a", 0x006B, *publish(TARIFF), _TARIFF_INFORMATION, _BLOCK_THRESHOLDS, _PRICE_MATRIX)

GCS01B = gbz_form("GCS01b", 0x00A3, _TARIFF_INFORMATION, _PRICE_MATRIX)

_PRICE_ATTRIBUTES = (
    0x0203, 0x0202, 0x0100, 0x0101, 0x0102, 0x0615, 0x0400, 0x0401, 0x0402, 0x0403,
    0x0410, 0x0420, 0x0430, 0x0440, 0x0616, 0x0617, 0x0301,
)  # fmt: skip
GCS21F = gbz_form(
    "GCS21f", 0x009F,
    Read(attributes(Cluster.PRICE, *_PRICE_ATTRIBUTES), quiet=True),
    *read(TARIFF),
    Send(
        GET_CURRENT_PRICE, {},
        answer=PUBLISH_PRICE,
        answer_fields={
            "issuer_event_id": moment("active_price_issued"),
            "current_time": moment("active_price_time"),
            "currency": plain("active_price_currency"),
            "price_trailing_digit_and_price_tier": plain("active_price_trailing_digit_and_tier"),
            "number_of_price_tiers_and_register_tier": plain("active_price_tiers_and_register_tier"),
            "duration_in_minutes": plain("active_price_minutes"),
            "price": plain("active_price"),
        },
        quiet=True,
    ),
)  # fmt: skip

FORMS = (ECS01A, ECS01B, ECS01C, ECS01D, ECS05, ECS48, GCS01A, GCS01B, GCS21F)

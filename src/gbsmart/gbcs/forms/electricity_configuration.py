"""Configuration of an ESME, its display and its clock.

Service References 3.1, 3.5, 4.15, 6.2, 6.4, 6.11, 6.12, 6.20, 6.25, 7.12, 8.1.1 and 9.1.
"""

from __future__ import annotations

from gbsmart.gbcs.dlms.items import activate, call, read, write, write_fixed
from gbsmart.gbcs.dlms.objects.configuration import (
    CLOCK_BASE,
    CUSTOMER_IDENTIFICATION_NUMBER,
    DEVICE_TIME,
    EXPORT_MPAN,
    IMPORT_MPANS,
    LOAD_LIMIT_COUNTER,
    LOAD_LIMIT_COUNTER_UNIT,
    LOAD_LIMIT_DISABLES_SUPPLY,
    LOAD_LIMIT_PERIOD,
    LOAD_LIMIT_POWER_THRESHOLD,
    LOAD_LIMIT_RESTORATION_PERIOD,
    NO_PIN,
    POWER_THRESHOLDS,
    PRIVACY_PIN_PROTECTION,
    RADIO_CONTROLLED,
    RANDOMISED_OFFSET,
    RANDOMISED_OFFSET_LIMIT,
    RANDOMISED_OFFSET_NUMBER,
    RESET_LOAD_LIMIT_COUNTER,
    SET_TIME,
    SET_VALID_TIME_RANGE,
    SUPPLIER_MESSAGE,
    TIME_STATUS,
)
from gbsmart.gbcs.dlms.objects.identity import SUPPLY_TAMPER_STATE
from gbsmart.gbcs.dlms.objects.logs import BILLING_CALENDAR
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.reading import dlms_form

_LOAD_LIMITS = (
    LOAD_LIMIT_DISABLES_SUPPLY, LOAD_LIMIT_POWER_THRESHOLD, LOAD_LIMIT_PERIOD,
    LOAD_LIMIT_RESTORATION_PERIOD,
)  # fmt: skip

FORMS: tuple[Form, ...] = (
    dlms_form("ECS10", 0x0021, *write(SUPPLIER_MESSAGE)),
    dlms_form("ECS14", 0x0023, *write_fixed(PRIVACY_PIN_PROTECTION, NO_PIN)),
    dlms_form("ECS26c", 0x003D, *read(
        RANDOMISED_OFFSET, RANDOMISED_OFFSET_NUMBER, RANDOMISED_OFFSET_LIMIT
    )),
    dlms_form("ECS26d", 0x003E, *read(BILLING_CALENDAR)),
    dlms_form("ECS26l", 0x00D9, *read(BILLING_CALENDAR)),
    dlms_form("ECS26f", 0x0040, *read(POWER_THRESHOLDS)),
    dlms_form("ECS27", 0x0042, *read(
        LOAD_LIMIT_DISABLES_SUPPLY, LOAD_LIMIT_COUNTER, LOAD_LIMIT_COUNTER_UNIT,
        LOAD_LIMIT_POWER_THRESHOLD, LOAD_LIMIT_PERIOD, LOAD_LIMIT_RESTORATION_PERIOD,
    )),
    dlms_form("ECS28a", 0x0043, *write(*_LOAD_LIMITS), *activate(*_LOAD_LIMITS)),
    dlms_form("ECS28b", 0x0044, *call(RESET_LOAD_LIMIT_COUNTER)),
    dlms_form("ECS34", 0x0047, *write(POWER_THRESHOLDS)),
    dlms_form("ECS38", 0x004B, *write(RANDOMISED_OFFSET_LIMIT)),
    dlms_form("ECS39a", 0x004C, *write(IMPORT_MPANS)),
    dlms_form("ECS39b", 0x004D, *write(EXPORT_MPAN)),
    dlms_form("ECS40", 0x004E, *read(IMPORT_MPANS, EXPORT_MPAN)),
    dlms_form("ECS50", 0x0058, *write(CUSTOMER_IDENTIFICATION_NUMBER)),
    dlms_form(
        "ECS70", 0x0062,
        *write_fixed(CLOCK_BASE, RADIO_CONTROLLED), *call(SET_VALID_TIME_RANGE, SET_TIME),
        *read(DEVICE_TIME, TIME_STATUS),
    ),
    dlms_form("ECS81", 0x0068, *write(SUPPLY_TAMPER_STATE)),
)  # fmt: skip

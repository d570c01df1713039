"""Reading use cases: registers, profiles, the tariff in force (Service References 4.x; electricity)."""

from __future__ import annotations

from gbsmart.gbcs.dlms.access import AccessRequest, AccessResponse
from gbsmart.gbcs.dlms.items import Item, read, read_selected
from gbsmart.gbcs.dlms.objects.attribute import Attribute
from gbsmart.gbcs.dlms.objects.logs import DAILY_READ_LOG, RANGE
from gbsmart.gbcs.dlms.objects.registers import (
    ACTIVE_IMPORT_PROFILE,
    EXPORT_REGISTERS,
    IMPORT_REGISTERS,
)
from gbsmart.gbcs.dlms.objects.tariff import (
    ACTIVE_TARIFF_PRICE,
    ACTIVE_TARIFF_PRICE_SCALE,
    CURRENCY,
    DAYS,
    IMPORT_TARIFF,
    SEASONS,
    SPECIAL_DAYS,
    STANDING_CHARGE,
    THRESHOLDS,
    WEEKS,
)
from gbsmart.gbcs.dlms.objects.voltage import (
    OVER_VOLTAGE,
    UNDER_VOLTAGE,
    VOLTAGE_PERIOD,
    VOLTAGE_PROFILE,
)
from gbsmart.gbcs.dlms.protected import read_protected
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.gbz.answers import GbzResponse
from gbsmart.gbcs.gbz.bodies import GbzCommand, Read, Send


def dlms_form(name: str, code: int, *items: Item) -> Form:
    """A DLMS use case whose response follows from its command."""
    return Form(name, code, AccessRequest(*items), AccessResponse(*items))


def log_form(name: str, code: int, log: Attribute) -> Form:
    """A DLMS use case that reads the entries of a log in a range of time."""
    return dlms_form(name, code, *read_selected(RANGE, "read_log_period", log))


def gbz_form(name: str, code: int, *components: Send | Read) -> Form:
    """A GBZ use case whose response follows from its command."""
    return Form(name, code, GbzCommand(*components), GbzResponse(*components))


ECS17A = dlms_form("ECS17a", 0x0026, *read(*EXPORT_REGISTERS))
ECS17B = dlms_form(
    "ECS17b", 0x0027,
    *read_protected(8, IMPORT_REGISTERS),
)  # fmt: skip
ECS21A = dlms_form(
    "ECS21a", 0x0033,
    *read_protected(5, DAILY_READ_LOG, period="read_log_period"),
)  # fmt: skip
ECS22B = dlms_form(
    "ECS22b", 0x0037,
    *read_protected(7, ACTIVE_IMPORT_PROFILE, period="read_log_period"),
)  # fmt: skip


def _voltage(phase: int) -> list[Item]:
    """Counters and log of one phase."""
    return [
        *read(*UNDER_VOLTAGE[phase], *OVER_VOLTAGE[phase]),
        *read_selected(RANGE, "read_log_period", VOLTAGE_PROFILE[phase]),
        *read(VOLTAGE_PERIOD[phase]),
    ]


ECS23 = dlms_form("ECS23", 0x0039, *_voltage(1))
ECS23B = dlms_form("ECS23b", 0x00BC, *_voltage(1), *_voltage(2), *_voltage(3))
ECS24 = dlms_form(
    "ECS24", 0x003A,
    *read(
        ACTIVE_TARIFF_PRICE, ACTIVE_TARIFF_PRICE_SCALE, SEASONS, WEEKS, DAYS, SPECIAL_DAYS,
        *THRESHOLDS, CURRENCY, STANDING_CHARGE, IMPORT_TARIFF,
    ),
)  # fmt: skip

FORMS = (ECS17A, ECS17B, ECS21A, ECS22B, ECS23, ECS23B, ECS24)

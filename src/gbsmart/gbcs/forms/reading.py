"""Reading use cases: registers, profiles, the tariff in force (Service References 4.x)."""

from __future__ import annotations

from gbsmart.gbcs.dlms.access import AccessRequest, AccessResponse, Item, read
from gbsmart.gbcs.dlms.objects.registers import ACTIVE_IMPORT_PROFILE, IMPORT_REGISTERS
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
from gbsmart.gbcs.dlms.protected import read_protected
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.gbz.answers import GbzResponse
from gbsmart.gbcs.gbz.attributes import ATTRIBUTES, Attribute
from gbsmart.gbcs.gbz.bodies import GbzCommand, Read, Send


def dlms_form(name: str, code: int, *items: Item) -> Form:
    """A DLMS use case whose response follows from its command."""
    return Form(name, code, AccessRequest(*items), AccessResponse(*items))


def gbz_form(name: str, code: int, *components: Send | Read) -> Form:
    """A GBZ use case whose response follows from its command."""
    return Form(name, code, GbzCommand(*components), GbzResponse(*components))


def _metering(*numbers: int) -> tuple[Attribute, ...]:
    return tuple(ATTRIBUTES[0x0702, number] for number in numbers)


ECS17B = dlms_form(
    "ECS17b", 0x0027,
    *read_protected(8, IMPORT_REGISTERS),
)  # fmt: skip
ECS22B = dlms_form(
    "ECS22b", 0x0037,
    *read_protected(7, ACTIVE_IMPORT_PROFILE, period="read_log_period"),
)  # fmt: skip
ECS24 = dlms_form(
    "ECS24", 0x003A,
    *read(
        ACTIVE_TARIFF_PRICE, ACTIVE_TARIFF_PRICE_SCALE, SEASONS, WEEKS, DAYS, SPECIAL_DAYS,
        *THRESHOLDS, CURRENCY, STANDING_CHARGE, IMPORT_TARIFF,
    ),
)  # fmt: skip

GCS13A = gbz_form(
    "GCS13a", 0x0074,
    Read(_metering(0x0302, 0x0301, 0x0300, 0x0000), sealed=True),
)  # fmt: skip

FORMS = (ECS17B, ECS22B, ECS24, GCS13A)

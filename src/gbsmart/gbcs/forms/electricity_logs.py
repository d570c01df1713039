"""Reading logs, registers and demand of an ESME: Service References 4.1 to 4.17 beyond the plainest."""

from __future__ import annotations

from gbsmart.gbcs.dlms.items import read, write
from gbsmart.gbcs.dlms.objects.attribute import Attribute
from gbsmart.gbcs.dlms.objects.demand import (
    DEMAND_PERIOD,
    LAST_RESET_CONFIGURABLE,
    LAST_RESET_EXPORT,
    LAST_RESET_IMPORT,
    MAXIMUM_DEMAND_CONFIGURABLE,
    MAXIMUM_DEMAND_EXPORT,
    MAXIMUM_DEMAND_IMPORT,
)
from gbsmart.gbcs.dlms.objects.logs import (
    BILLING_DATA_LOG,
    BILLING_PREPAYMENT_LOG,
    DAILY_CONSUMPTION_LOG,
    DEBT_PAYMENT_LOG,
    EXPORT_DAILY_READ_LOG,
    MODE_OR_TARIFF_CHANGE_LOG,
    PREPAYMENT_CREDIT_LOG,
    PREPAYMENT_DAILY_READ_LOG,
)
from gbsmart.gbcs.dlms.objects.registers import (
    ACTIVE_POWER_IMPORT,
    BLOCK_REGISTER_MATRIX,
    EXPORT_PROFILE,
    REACTIVE_IMPORT_PROFILE,
    TOU_REGISTER_MATRIX,
)
from gbsmart.gbcs.dlms.objects.tariff import (
    SECONDARY_DAYS,
    SECONDARY_SEASONS,
    SECONDARY_SPECIAL_DAYS,
    SECONDARY_TARIFF,
    SECONDARY_TARIFF_PRICE,
    SECONDARY_TARIFF_PRICE_SCALE,
    SECONDARY_WEEKS,
)
from gbsmart.gbcs.dlms.protected import read_protected
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.reading import dlms_form, log_form


def _protected_log(name: str, code: int, instance: int, *logs: Attribute) -> Form:
    return dlms_form(name, code, *read_protected(instance, *logs, period="read_log_period"))


FORMS: tuple[Form, ...] = (
    dlms_form("ECS17c", 0x0028, *read(ACTIVE_POWER_IMPORT)),
    dlms_form("ECS17d", 0x0029, *read_protected(9, TOU_REGISTER_MATRIX)),
    dlms_form("ECS17e", 0x002A, *read_protected(10, BLOCK_REGISTER_MATRIX)),
    dlms_form("ECS18a", 0x002B, *read(LAST_RESET_EXPORT, *MAXIMUM_DEMAND_EXPORT)),
    dlms_form("ECS18b", 0x002C, *read(
        LAST_RESET_CONFIGURABLE, LAST_RESET_IMPORT, *MAXIMUM_DEMAND_IMPORT,
        *MAXIMUM_DEMAND_CONFIGURABLE, DEMAND_PERIOD,
    )),
    log_form("ECS20a", 0x002E, DEBT_PAYMENT_LOG),
    _protected_log("ECS20b", 0x002F, 3, MODE_OR_TARIFF_CHANGE_LOG),
    _protected_log("ECS20c", 0x0030, 2, BILLING_DATA_LOG, BILLING_PREPAYMENT_LOG),
    log_form("ECS20d", 0x00C9, PREPAYMENT_CREDIT_LOG),
    _protected_log("ECS21b", 0x0034, 6, PREPAYMENT_DAILY_READ_LOG),
    log_form("ECS21c", 0x0035, EXPORT_DAILY_READ_LOG),
    log_form("ECS22a", 0x0036, EXPORT_PROFILE),
    log_form("ECS22c", 0x0038, REACTIVE_IMPORT_PROFILE),
    dlms_form("ECS24b", 0x00BD, *read(
        SECONDARY_TARIFF, SECONDARY_TARIFF_PRICE, SECONDARY_TARIFF_PRICE_SCALE, SECONDARY_SPECIAL_DAYS,
        SECONDARY_SEASONS, SECONDARY_WEEKS, SECONDARY_DAYS,
    )),
    dlms_form("ECS37", 0x004A, *write(DEMAND_PERIOD)),
    _protected_log("ECS66", 0x0060, 4, DAILY_CONSUMPTION_LOG),
)  # fmt: skip

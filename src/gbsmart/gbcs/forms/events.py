"""Event use cases: logs and what is done at each event (Service References 3.3, 6.2.10, 6.13 and 6.22)."""

from __future__ import annotations

from gbsmart.gbcs.dlms.items import call, read, write
from gbsmart.gbcs.dlms.objects.events import (
    AUXILIARY_CONTROLLER_LOG,
    CHANGE_NETWORK_OPERATOR_LOGGING,
    CHANGE_NETWORK_OPERATOR_WAN_ALERTS,
    CHANGE_SUPPLIER_ALARMS,
    CHANGE_SUPPLIER_HAN_ALERTS,
    CHANGE_SUPPLIER_LOGGING,
    CHANGE_SUPPLIER_WAN_ALERTS,
    CLEAR_AUXILIARY_CONTROLLER_LOG,
    CLEAR_EVENT_LOG,
    EVENT_LOG,
    NETWORK_OPERATOR_LOGGING,
    NETWORK_OPERATOR_WAN_ALERTS,
    POWER_EVENT_LOG,
    SECURITY_LOG,
    SUPPLIER_ALARMS,
    SUPPLIER_HAN_ALERTS,
    SUPPLIER_LOGGING,
    SUPPLIER_WAN_ALERTS,
)
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.reading import dlms_form, log_form

FORMS: tuple[Form, ...] = (
    dlms_form("ECS15a", 0x0024, *call(CLEAR_EVENT_LOG)),
    dlms_form("ECS15c", 0x00C1, *call(CLEAR_AUXILIARY_CONTROLLER_LOG)),
    dlms_form("ECS25a", 0x00AC, *write(CHANGE_SUPPLIER_WAN_ALERTS)),
    dlms_form("ECS25a1", 0x00EA, *write(CHANGE_SUPPLIER_HAN_ALERTS)),
    dlms_form("ECS25a2", 0x00EB, *write(CHANGE_SUPPLIER_ALARMS)),
    dlms_form("ECS25a3", 0x00EC, *write(CHANGE_SUPPLIER_LOGGING)),
    dlms_form("ECS25b", 0x00B0, *write(CHANGE_NETWORK_OPERATOR_WAN_ALERTS)),
    dlms_form("ECS25b3", 0x00ED, *write(CHANGE_NETWORK_OPERATOR_LOGGING)),
    dlms_form("ECS25r1", 0x00EE, *read(
        SUPPLIER_WAN_ALERTS, SUPPLIER_HAN_ALERTS, SUPPLIER_ALARMS, SUPPLIER_LOGGING
    )),
    dlms_form("ECS25r2", 0x00EF, *read(NETWORK_OPERATOR_WAN_ALERTS, NETWORK_OPERATOR_LOGGING)),
    log_form("ECS35a", 0x0048, EVENT_LOG), log_form("ECS35b", 0x0049, SECURITY_LOG),
    log_form("ECS35c", 0x0093, EVENT_LOG), log_form("ECS35d", 0x0094, SECURITY_LOG),
    log_form("ECS35e", 0x00B9, POWER_EVENT_LOG),
    log_form("ECS35f", 0x00BA, AUXILIARY_CONTROLLER_LOG),
    log_form("ECS35g", 0x00FD, AUXILIARY_CONTROLLER_LOG),
)  # fmt: skip

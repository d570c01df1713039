"""Control use cases: supply, demand registers, restriction of data (Service References 3.2, 6.18.2, 7.x)."""

from __future__ import annotations

from gbsmart.gbcs.dlms.items import call, maybe, read, write
from gbsmart.gbcs.dlms.objects.control import ARM, DISABLE, ENABLE, RESTRICT_DATA, SUPPLY_STATE
from gbsmart.gbcs.dlms.objects.registers import (
    RESET_MAXIMUM_DEMAND_EXPORT,
    RESET_MAXIMUM_DEMAND_IMPORT,
    RESET_MAXIMUM_DEMAND_IMPORT_CONFIGURABLE,
)
from gbsmart.gbcs.forms.reading import dlms_form, gbz_form
from gbsmart.gbcs.gbz.attributes import ATTRIBUTES
from gbsmart.gbcs.gbz.bindings import EVENT, moment, plain
from gbsmart.gbcs.gbz.bodies import Read, Send
from gbsmart.gbcs.gbz.commands import CHANGE_SUPPLY, PUBLISH_CHANGE_OF_TENANCY, SUPPLY_STATUS_RESPONSE

ECS12 = dlms_form("ECS12", 0x0022, *write(RESTRICT_DATA))
ECS42 = dlms_form("ECS42", 0x004F, *call(ENABLE))
ECS43 = dlms_form("ECS43", 0x0050, *call(DISABLE))
ECS44 = dlms_form("ECS44", 0x0051, *call(ARM))
ECS45 = dlms_form("ECS45", 0x0052, *read(SUPPLY_STATE))
ECS57 = dlms_form(
    "ECS57", 0x005A,
    *maybe(*call(
        RESET_MAXIMUM_DEMAND_IMPORT, RESET_MAXIMUM_DEMAND_IMPORT_CONFIGURABLE, RESET_MAXIMUM_DEMAND_EXPORT
    )),
)  # fmt: skip

_SUPPLY_STATUS = {**EVENT, "supply_status": plain("supply_status")}
CLOSE_VALVE, ARM_VALVE = 0, 1
GCS09 = gbz_form(
    "GCS09", 0x0072,
    Send(PUBLISH_CHANGE_OF_TENANCY, {**EVENT, "implementation_date_time": moment("restriction_date_time")}),
)  # fmt: skip
GCS32 = gbz_form(
    "GCS32", 0x0081,
    Send(
        CHANGE_SUPPLY, EVENT, {"proposed_supply_status": CLOSE_VALVE},
        answer=SUPPLY_STATUS_RESPONSE, answer_fields=_SUPPLY_STATUS,
    ),
)  # fmt: skip
GCS39 = gbz_form(
    "GCS39", 0x0085,
    Send(
        CHANGE_SUPPLY, EVENT, {"proposed_supply_status": ARM_VALVE},
        answer=SUPPLY_STATUS_RESPONSE, answer_fields=_SUPPLY_STATUS,
    ),
)  # fmt: skip

GCS33 = gbz_form("GCS33", 0x0082, Read((ATTRIBUTES[0x0702, 0x0205], ATTRIBUTES[0x0702, 0x0014])))

FORMS = (ECS12, ECS42, ECS43, ECS44, ECS45, ECS57, GCS09, GCS32, GCS33, GCS39)

"""Billing calendar use cases (Service Reference 6.8), and the alert with what the registers then read.

A meter takes the calendar by one of two messages: one that knows months alone, and one for every
periodicity. What they carry is laid out alike.
"""

from __future__ import annotations

from collections.abc import Mapping

from gbsmart.gbcs.dlms.items import write
from gbsmart.gbcs.dlms.moments import DATE_TIME
from gbsmart.gbcs.dlms.notification import Notification
from gbsmart.gbcs.dlms.objects.logs import BILLING_CALENDAR, BILLING_DATA_LOG
from gbsmart.gbcs.dlms.protected import Protection, SealedValue
from gbsmart.gbcs.dlms.shapes import U16, Struct
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.gas_reading import SNAPSHOT
from gbsmart.gbcs.forms.reading import dlms_form, gbz_form
from gbsmart.gbcs.gbz.alert import GbzCommandAlert
from gbsmart.gbcs.gbz.bindings import EVENT, Binding, moment, plain
from gbsmart.gbcs.gbz.bodies import Send
from gbsmart.gbcs.gbz.commands import PUBLISH_BILLING_PERIOD, PUBLISH_BLOCK_PERIOD, PUBLISH_SNAPSHOT

ECS30 = dlms_form("ECS30", 0x0046, *write(BILLING_CALENDAR))
ECS30A = dlms_form("ECS30a", 0x00D7, *write(BILLING_CALENDAR))
ECS68 = Form(
    "ECS68", 0x0061,
    alert=Notification(
        ("alert_code", U16), ("time", DATE_TIME), ("", Protection()),
        ("billing_data", SealedValue(Struct((BILLING_DATA_LOG.name, BILLING_DATA_LOG.shape)))),
    ),
)  # fmt: skip


def _period(of: str, duration: Binding | None) -> dict[str, Binding]:
    fields: dict[str, Binding] = {
        **EVENT,
        f"{of}_period_start_time": moment("billing_period_start"),
        f"{of}_period_duration_type": plain("billing_periodicity"),
    }
    return fields if duration is None else {**fields, f"{of}_period_duration": duration}


_ONE: Mapping[str, int] = {"billing_period_duration": 1}
GCS25 = gbz_form(
    "GCS25", 0x007E,
    Send(PUBLISH_BILLING_PERIOD, _period("billing", None), _ONE),
    Send(PUBLISH_BLOCK_PERIOD, _period("block", None), {"block_period_duration": 1}),
)  # fmt: skip
GCS25A = gbz_form(
    "GCS25a", 0x00D8,
    Send(PUBLISH_BILLING_PERIOD, _period("billing", plain("billing_periods"))),
    Send(PUBLISH_BLOCK_PERIOD, _period("block", plain("billing_periods"))),
)  # fmt: skip
GCS53 = Form("GCS53", 0x008B, alert=GbzCommandAlert(PUBLISH_SNAPSHOT, SNAPSHOT))

FORMS: tuple[Form, ...] = (ECS30, ECS30A, ECS68, GCS25, GCS25A, GCS53)

"""Billing calendar use cases (Service Reference 6.8)."""

from __future__ import annotations

from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.reading import gbz_form
from gbsmart.gbcs.gbz.bindings import EVENT, moment, plain
from gbsmart.gbcs.gbz.bodies import Send
from gbsmart.gbcs.gbz.commands import PUBLISH_BILLING_PERIOD, PUBLISH_BLOCK_PERIOD

_BILLING = {
    **EVENT,
    "billing_period_start_time": moment("billing_period_start"),
    "billing_period_duration_type": plain("billing_periodicity"),
}
_BLOCK = {
    **EVENT,
    "block_period_start_time": moment("billing_period_start"),
    "block_period_duration_type": plain("billing_periodicity"),
}

GCS25 = gbz_form(
    "GCS25", 0x007E,
    Send(PUBLISH_BILLING_PERIOD, _BILLING, {"billing_period_duration": 1}),
    Send(PUBLISH_BLOCK_PERIOD, _BLOCK, {"block_period_duration": 1}),
)  # fmt: skip

FORMS: tuple[Form, ...] = (GCS25,)

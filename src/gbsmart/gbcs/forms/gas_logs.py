"""The event and security logs of a gas meter, and the gas proxy's copies of them (SRV 3.3, 6.13)."""

from __future__ import annotations

from collections.abc import Mapping

from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.reading import gbz_form
from gbsmart.gbcs.gbz.bindings import Bound, count, moment, plain, rows, until
from gbsmart.gbcs.gbz.bodies import Send
from gbsmart.gbcs.gbz.commands import (
    CLEAR_EVENT_LOG_REQUEST,
    CLEAR_EVENT_LOG_RESPONSE,
    GET_EVENT_LOG,
    PUBLISH_EVENT_LOG,
)
from gbsmart.gbcs.gbz.commands.events import NONE_CLEARED

EVENT_LOG, SECURITY_LOG, GSME_EVENT_LOG, GSME_SECURITY_LOG = 3, 4, 6, 7
"""Logs as ZigBee numbers them; a gas proxy has the last two beside its own."""
_WITH_DATA = 0x10
_ENTRIES = rows(
    "log_entries",
    log_id=plain("log_id"), event_id=plain("log_code"), event_time=moment("timestamp"),
    event_data=plain("other_information"),
)  # fmt: skip


def _read_log(name: str, code: int, controls: Mapping[int, int]) -> Form:
    """``controls`` tells the octet that asks for a log."""
    logs = {control: log for log, control in controls.items()}
    return gbz_form(
        name, code,
        Send(
            GET_EVENT_LOG,
            {
                "event_control_log_id": Bound("log_id", logs.__getitem__, controls.__getitem__),
                "start_time": moment("start"), "end_time": until("end"),
            },
            answer=PUBLISH_EVENT_LOG,
            answer_fields={"total_number_of_events": count("log_entries"), "events": _ENTRIES},
            may_find_nothing=True, quiet=True,
        ),
    )  # fmt: skip


CS10A = _read_log(
    "CS10a", 0x0014, {EVENT_LOG: _WITH_DATA | EVENT_LOG, GSME_EVENT_LOG: _WITH_DATA | GSME_EVENT_LOG}
)
CS10B = _read_log("CS10b", 0x00A1, {SECURITY_LOG: SECURITY_LOG, GSME_SECURITY_LOG: GSME_SECURITY_LOG})
CS11 = gbz_form(
    "CS11", 0x0015,
    Send(
        CLEAR_EVENT_LOG_REQUEST, {},
        answer=CLEAR_EVENT_LOG_RESPONSE,
        answer_fields={"cleared_event_logs": plain("cleared_event_logs")},
        refusal={"cleared_event_logs": NONE_CLEARED},
    ),
)  # fmt: skip
"""Clears the event log, and tells by a bit that it did."""

FORMS = (CS10A, CS10B, CS11)

"""Events cluster 0709: event and security logs of GSME and GPF, which are the servers."""

from __future__ import annotations

from gbsmart.gbcs.gbz.commands.declaration import COMMAND_INDEX, Cluster, declare
from gbsmart.gbcs.gbz.zcl import BITMAP8, OCTETS, UINT8, UINT16, UTC_TIME, Field, Repeat

NONE_CLEARED = 0
"""The answer of a meter that did not clear a log."""
_LOGS = "3 event log, 4 security log, 6 and 7 those of the GSME on the GPF"

GET_EVENT_LOG = declare(
    Cluster.EVENTS, 0x00, "Get Event Log",
    Field("event_control_log_id", BITMAP8, meaning=f"low nibble the log: {_LOGS}; bit 4: with event data"),
    Field("event_id", UINT16, 0, "0: all codes"),
    Field("start_time", UTC_TIME, meaning="no event before"),
    Field("end_time", UTC_TIME, meaning="no event after"),
    Field("number_of_events", UINT8, 0, "0: all"),
    Field("event_offset", UINT16, 0, "from the first"),
)  # fmt: skip
CLEAR_EVENT_LOG_REQUEST = declare(
    Cluster.EVENTS, 0x01, "Clear Event Log Request",
    Field("log_id", UINT8, 3, "3 event log"),
)  # fmt: skip
PUBLISH_EVENT_LOG = declare(
    Cluster.EVENTS, 0x01, "Publish Event Log",
    Field("total_number_of_events", UINT16, meaning="1 to 100"),
    COMMAND_INDEX,
    Field("total_commands", UINT8, 1, "parts of the answer"),
    Field("log_payload_control", BITMAP8, 0, "whole log in one command"),
    Repeat("events", (
        Field("log_id", UINT8, meaning=_LOGS),
        Field("event_id", UINT16, meaning="GBCS event code"),
        Field("event_time", UTC_TIME),
        Field("event_data", OCTETS, meaning="what the event adds"),
    ), count="total_number_of_events"),
    to_client=True,
)  # fmt: skip
CLEAR_EVENT_LOG_RESPONSE = declare(
    Cluster.EVENTS, 0x02, "Clear Event Log Response",
    Field("cleared_event_logs", BITMAP8, meaning="bit n: log n was cleared; 0: none was"),
    to_client=True,
)  # fmt: skip

COMMANDS = (GET_EVENT_LOG, CLEAR_EVENT_LOG_REQUEST, PUBLISH_EVENT_LOG, CLEAR_EVENT_LOG_RESPONSE)

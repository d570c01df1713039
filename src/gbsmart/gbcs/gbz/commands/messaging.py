"""Messaging cluster 0703: text for the display of the GSME, which is the client."""

from __future__ import annotations

from gbsmart.gbcs.gbz.commands.declaration import Cluster, declare
from gbsmart.gbcs.gbz.zcl import BITMAP8, TEXT, UINT16, UINT32, UTC_TIME, Field

DISPLAY_MESSAGE = declare(
    Cluster.MESSAGING, 0x00, "Display Message",
    Field("message_id", UINT32, meaning="time of command creation", unit="s since 2000"),
    Field("message_control", BITMAP8, 0, "shown to the consumer, no acknowledgement"),
    Field("start_time", UTC_TIME, meaning="when to show it; 0 at once"),
    Field("duration_in_minutes", UINT16, 0xFFFF, "FFFF: until another replaces it", "min"),
    Field("message", TEXT, meaning="1 to 116 characters"),
    to_client=True,
)  # fmt: skip

COMMANDS = (DISPLAY_MESSAGE,)

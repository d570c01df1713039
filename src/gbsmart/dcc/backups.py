"""Backups of device logs: what a hub or a gas proxy last told the DCC of its log (SRV 8.12.1, 8.12.2).

Whenever its log changes, a device sends it in an alert that is for the DCC alone. When the device is
replaced, the one that takes its place is given the last of them. They are not kept a second time: the
ledger refers to the alert, and the alert is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection

from gbsmart.dcc import events, messages
from gbsmart.gbcs import Message, codec
from gbsmart.ground import Eui64

_Values = Mapping[str, Any]


class _Backup(NamedTuple):
    """The code of the alert, and its values as those of the form that restores the log."""

    alert_code: int
    restored: Callable[[_Values], Any]


def _of_hub(alert: _Values) -> dict[str, Any]:
    log = alert["device_log"]
    return {"network_id": log["device_id"], "devices": log["devices"]}


_BACKUPS: Mapping[str, _Backup] = {
    "8.12.1": _Backup(0x8F12, _of_hub),
    "8.12.2": _Backup(0x8071, lambda alert: alert["joined"]),
}
"""Service Reference Variant that restores a log to its backup."""


def last_backup(connection: Connection, variant: str, replaced: Eui64) -> Any:
    """What this variant restores of the log of a device that was replaced; None where it sent nothing."""
    if variant not in _BACKUPS:
        return None
    backup = _BACKUPS[variant]
    event = events.last_of_device(connection, replaced, "alert", f"{backup.alert_code:04X}")
    if event is None or event.message is None:
        return None
    reading = codec.read(Message.parse(messages.content_of(connection, replaced, event.message)))
    return None if reading is None else backup.restored(reading.values)

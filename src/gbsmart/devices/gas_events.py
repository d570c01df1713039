"""The logs of a gas meter and its proxy, and what is done at each event (SMETS 4.4.4, 4.6.3; GBCS 16.2).

Entries are those that the device has logged; a full log forgets its oldest. A supplier sets for each of its
events whether it is logged, told over the WAN, shown in the home, or sounded.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Final

from gbsmart.devices.choices import Wishes
from gbsmart.devices.device import Device
from gbsmart.devices.events import EVENT_LOG_CLEARED, report
from gbsmart.devices.exchange import EVENT, SECURITY, CannotDo, LogEntry
from gbsmart.devices.zcl import Answers, Request, Status, Values
from gbsmart.gbcs.alert_codes import alert_codes
from gbsmart.gbcs.gbz import commands as c
from gbsmart.gbcs.gbz.commands.events import NONE_CLEARED
from gbsmart.gbcs.gbz.zcl import read_time, write_time
from gbsmart.store import from_micros, to_micros

ENTRIES: Final = 100
"""What each log holds."""
_OWN: Final = {3: EVENT, 4: SECURITY}
_MIRRORED: Final = {6: EVENT, 7: SECURITY}
"""Logs by number: a device's own, and at a proxy those of the gas meter."""
_LOG_NUMBER, _WITH_DATA = 0x0F, 0x10
_CLEARED: Final = "event-log/cleared"
_DATA: Final = 2
"""An entry's data are the message code of the command that it is about, as test messages have it."""


def get_event_log(request: Request) -> Answers:
    """The entries of an event or security log in a period, oldest first."""
    values = request.values
    number = values["event_control_log_id"] & _LOG_NUMBER
    start, end, code = read_time(values["start_time"]), values["end_time"], values["event_id"]
    found = [
        each
        for each in _entries(request, number)
        if start <= each.moment and write_time(each.moment) <= end and code in (0, each.code)
    ][values["event_offset"] :]
    found = found[: values["number_of_events"] or ENTRIES]
    if not found:
        raise CannotDo(Status.NOT_FOUND, "nothing is logged of that period")
    with_data = bool(values["event_control_log_id"] & _WITH_DATA)
    rows = [
        {
            "log_id": number, "event_id": each.code, "event_time": write_time(each.moment),
            "event_data": each.detail[:_DATA] if with_data else b"",
        }
        for each in found
    ]  # fmt: skip
    return [(c.PUBLISH_EVENT_LOG, {"total_number_of_events": len(rows), "events": rows})]


def _entries(request: Request, number: int) -> Sequence[LogEntry]:
    own, mirrored = request.exchange.device, request.subject.device
    if number in _OWN:
        return entries(own, _OWN[number])
    if number in _MIRRORED and mirrored is not own:
        return [
            each for each in entries(mirrored, _MIRRORED[number]) if each.moment <= request.subject.moment
        ]
    raise CannotDo(Status.INVALID_VALUE, f"there is no log {number}")


def entries(device: Device, log: str) -> list[LogEntry]:
    """The entries of a device's log since it was cleared, oldest first."""
    kept = list(device.recall(log))[-ENTRIES:]
    if log == EVENT and (cleared := device.memory.number(_CLEARED)):
        return [each for each in kept if each.moment >= from_micros(cleared)]
    return kept


def clear_event_log(request: Request) -> Answers:
    """Forget the event log; the security log tells that it was cleared."""
    exchange, number = request.exchange, request.values["log_id"]
    if _OWN.get(number) != EVENT:
        return [(c.CLEAR_EVENT_LOG_RESPONSE, {"cleared_event_logs": NONE_CLEARED})]
    exchange.device.memory.put_number(_CLEARED, to_micros(exchange.now))
    report(exchange.device, EVENT_LOG_CLEARED, exchange.now, exchange.reaction)
    return [(c.CLEAR_EVENT_LOG_RESPONSE, {"cleared_event_logs": 1 << number})]


# --- what is done at each event ---

LOGGED, TOLD, SHOWN, SOUNDED = 0x07, 0x08, 0x10, 0x40
"""Bits of an event's configuration: the log it goes to, an alert to the WAN, to the home, and a sound."""
_INITIAL: Final = 3 | TOLD
"""Everything is logged and told, and nothing sounds, until a supplier sets it otherwise (assumed)."""
_SLOT: Final = "zcl/event-configurations"
_PAIR: Final = struct.Struct(">HB")


@cache
def configurable() -> tuple[int, ...]:
    """The codes of the events that a supplier of gas may configure."""
    return tuple(
        sorted(
            each.code
            for each in alert_codes().values()
            if each.kind == "non-critical" and "GSME" in each.raised_by.split()
        )
    )


def configurations(device: Device) -> Mapping[int, int]:
    """What is done at each event, by its code."""
    return {**dict.fromkeys(configurable(), _INITIAL), **_configured(device)}


def _configured(device: Device) -> dict[int, int]:
    return dict(_PAIR.iter_unpack(device.memory.get(_SLOT) or b""))


def configure(device: Device, values: Values, _moment: datetime) -> None:
    """Treat the listed events so from now on; every other goes on as it was."""
    codes = [row["event_id"] for row in values["events"]]
    if unknown := [code for code in codes if code not in configurable()]:
        raise CannotDo(Status.INVALID_VALUE, f"{unknown[0]:04X} is no event that a supplier configures")
    changed = {**_configured(device), **dict.fromkeys(codes, values["event_configuration"])}
    device.memory.put(_SLOT, b"".join(_PAIR.pack(*each) for each in sorted(changed.items())))


def get_event_configuration(request: Request) -> Answers:
    """What is done at one event, or at every event that can be configured."""
    wanted, held = request.values["event_id"], configurations(request.subject.device)
    chosen = held if wanted == _EVERY_EVENT else {code: held[code] for code in (wanted,) if code in held}
    if not chosen:
        raise CannotDo(Status.NOT_FOUND, f"{wanted:04X} is no event that a supplier configures")
    rows = [{"event_id": code, "event_configuration": how} for code, how in sorted(chosen.items())]
    return [(c.REPORT_EVENT_CONFIGURATION, {"event_configurations": rows})]


_EVERY_EVENT: Final = 0x81FF


def is_told(device: Device, code: int, _moment: datetime) -> bool:
    """Whether the supplier hears of an event: of one that nobody may configure it always does."""
    return bool(_configured(device).get(code, TOLD) & TOLD)


def is_logged(device: Device, code: int, _moment: datetime) -> bool:
    """Whether an event leaves an entry in the event log."""
    return bool(_configured(device).get(code, LOGGED) & LOGGED)


def _has(bit: int, device: Device, code: int, _moment: datetime) -> bool:
    """Whether a supplier has chosen this of an event: nothing is, until one does."""
    return bool(_configured(device).get(code, 0) & bit)


WISHES: Final = Wishes(is_told, is_logged, shown=partial(_has, SHOWN), sounded=partial(_has, SOUNDED))

"""The clock of a meter: it is set from the Communications Hub, within a range that the supplier gives (6.11).

An emulated device's clock is that of its street, which is never wrong: setting it changes nothing but that
it is reliable, if the present lies in the range. Whether it was set is an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from gbsmart.devices.cosem import Effect, Source
from gbsmart.devices.events import report
from gbsmart.devices.exchange import EVENT, CannotDo, Exchange
from gbsmart.devices.memory import Memory
from gbsmart.gbcs.dlms.apdu import Ref, Result
from gbsmart.gbcs.dlms.objects.configuration import (
    CLOCK_BASE,
    DEVICE_TIME,
    SET_TIME,
    SET_VALID_TIME_RANGE,
    TIME_STATUS,
)
from gbsmart.gbcs.form import Outcome

_RANGE: Final = "clock/range"
_UNSET: Final = "clock/unset"
RELIABLE, UNRELIABLE = 0, 1
_NOT_RELIABLE: Final = 2
"""The status of the clock where it is an ASN.1 answer that tells it."""
_RADIO_CONTROLLED: Final = 5


def is_within(memory: Memory, now: datetime) -> bool:
    """Whether the present lies in the range that the supplier gave last; True before it gave one."""
    octets = memory.get(_RANGE)
    if octets is None:
        return True
    start, end = (datetime.fromisoformat(each) for each in octets.decode("ascii").split())
    return start <= now <= end


def _keep(memory: Memory, start: datetime, end: datetime) -> None:
    memory.put(_RANGE, f"{start.isoformat()} {end.isoformat()}".encode("ascii"))


ADJUSTED, NOT_ADJUSTED = 0x8145, 0x81C6
"""Alert and event codes (GBCS 16.2)."""


def _set_now(exchange: Exchange) -> bool:
    """Set the clock; whether it is reliable now."""
    memory, now = exchange.device.memory, exchange.now
    within = is_within(memory, now)
    memory.put_number(_UNSET, int(not within))
    report(exchange.device, ADJUSTED if within else NOT_ADJUSTED, now, exchange.reaction, EVENT)
    return within


def take(values: Mapping[str, Any], exchange: Exchange) -> Outcome:
    """Set the clock of a device that is told the range with the command that sets it."""
    memory = exchange.device.memory
    _keep(memory, values["current_date_time"], values["latest_date_time"])
    status = RELIABLE if _set_now(exchange) else _NOT_RELIABLE
    said = {"device_time": exchange.now.replace(microsecond=0), "clock_status": status}
    return Outcome(said, (status,))


def is_reliable(memory: Memory) -> bool:
    """Whether the clock was within its range when it was set last."""
    return not memory.number(_UNSET)


def _take_range(exchange: Exchange, period: Mapping[str, datetime]) -> None:
    _keep(exchange.device.memory, period["start"], period["end"])


def _set(exchange: Exchange, _argument: Any) -> None:
    if not _set_now(exchange):
        raise CannotDo(Result.OTHER_REASON, "the present is outside the range that was given")


SOURCES: Final[Mapping[Ref, Source]] = {
    DEVICE_TIME.ref: lambda view: view.moment.replace(microsecond=0),
    TIME_STATUS.ref: lambda view: RELIABLE if is_reliable(view.device.memory) else UNRELIABLE,
    CLOCK_BASE.ref: lambda _view: _RADIO_CONTROLLED,
}
EFFECTS: Final[Mapping[str, Effect]] = {SET_VALID_TIME_RANGE.name: _take_range, SET_TIME.name: _set}

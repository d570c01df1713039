"""The devices: what they hold and say, setting it, raising alerts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from gbsmart.assembly.control.model import Asked, Conflict, EuiText, Nothing, Operation, Told
from gbsmart.assembly.control.operations.requests import NUMBER, domain_value
from gbsmart.assembly.reading import plain
from gbsmart.devices import inspection
from gbsmart.devices.consumer import Action
from gbsmart.devices.device import Device
from gbsmart.devices.inspection import Held
from gbsmart.devices.meter import Supply
from gbsmart.gbcs.alert_codes import alert_code, alert_codes
from gbsmart.ground import Eui64, InvalidValue, NotFound

if TYPE_CHECKING:
    from gbsmart.assembly.system import System

_LONGEST_LOG = 1000


class Which(Asked):
    """A device."""

    device: EuiText


class Value(Told):
    """One value of a device; what is measured cannot be set."""

    title: str
    value: Any
    measured: bool


class DeviceState(Told):
    """A device as it is now."""

    device: EuiText
    kind: str
    hub: EuiText
    alive: bool
    supply: str = Field(description="on, off or armed; empty for what is no meter")
    next_contact: datetime = Field(description="when it next takes messages")
    values: dict[str, Value]


class Change(Asked):
    """What a device is to be; what is not named stays as it is.

    ``values`` go by the names under which the device's state has them, each written as it is read.
    """

    device: EuiText
    supply: Literal["on", "off", "armed"] | None = None
    alive: Annotated[bool | None, Field(description="a dead device is silent; its hub keeps messages")] = None
    values: dict[str, Any] = Field(default_factory=dict)


class LogAsked(Asked):
    """Which log, and how much of it."""

    device: EuiText
    log: Annotated[
        Literal["event", "security", "power", "auxiliary", ""], Field(description="by default all")
    ] = ""
    limit: Annotated[int, Field(ge=1, le=_LONGEST_LOG, description="the newest so many")] = 100


class LogEntry(Told):
    """An entry of a device's log."""

    at: datetime
    log: str
    code: str
    detail: str
    note: str


class Log(Told):
    """A device's log, oldest first."""

    entries: tuple[LogEntry, ...]


class Alerting(Asked):
    """An alert that a device is to raise."""

    device: EuiText
    code: Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{4}$", description="such as 8F3F")]
    values: Annotated[
        dict[str, Any], Field(description="what it says beside its code and time, if anything")
    ] = Field(default_factory=dict)


class Raised(Told):
    """An alert that is on its way: device to hub, DCC, Users."""

    code: str
    name: str
    message_code: str


class AlertCodes(Told):
    """The alert codes of GBCS."""

    codes: dict[str, str]


async def show(system: System, asked: Which) -> DeviceState:
    """A device as it is: supply, contact, and every value that it holds or measures."""
    street, now = system.street, system.clock.now()
    hub = _hub(system, asked.device)

    def look() -> tuple[Device, list[Held]]:
        devices = street.home(hub).devices.values()
        found = next(each for each in devices if each.eui == asked.device)
        return found, inspection.values_of(found, now)

    device, values = await asyncio.to_thread(look)
    supply = inspection.supply_of(device)
    return DeviceState(
        device=asked.device,
        kind=device.kind,
        hub=hub,
        alive=system.wan.is_alive(asked.device),
        supply="" if supply is None else supply.name.lower(),
        next_contact=street.next_contact(asked.device, now),
        values={each.name: _value(each) for each in values},
    )


def _value(held: Held) -> Value:
    return Value(title=held.title, value=plain(held.value), measured=held.measured)


def _hub(system: System, device: Eui64) -> Eui64:
    hub = system.street.hub_of(device)
    if hub is None:
        raise NotFound(f"{device} is not in this street", remedy="The list of homes has its devices.")
    return hub


async def change(system: System, asked: Change) -> DeviceState:
    """Have a device be otherwise, past any command; as it then is."""
    _hub(system, asked.device)
    actions: list[Action[Any]] = []
    if asked.supply is not None:
        actions.append(inspection.switch(Supply[asked.supply.upper()]))
    if asked.values:
        actions.append(_put(asked.values))
    if actions:

        def all_of_them(device: Device, now: datetime, reaction: Any) -> None:
            for each in actions:
                each(device, now, reaction)

        await system.wan.perform(asked.device, all_of_them)
    if asked.supply is not None:
        shown = await show(system, Which(device=asked.device))
        if shown.supply != asked.supply:
            raise Conflict(
                f"the supply is {shown.supply} and stays so: what is on cannot be armed",
                remedy="Switch it off first.",
            )
    if asked.alive is not None:
        system.wan.switch_device(asked.device, alive=asked.alive)
    return await show(system, Which(device=asked.device))


def _put(values: Mapping[str, Any]) -> Action[None]:
    """Values written as they are read: what stands there now says what each text is."""

    def action(device: Device, now: datetime, reaction: Any) -> None:
        held = {each.name: each.value for each in inspection.values_of(device, now)}
        given = {name: _like(held.get(name), value, name) for name, value in values.items()}
        inspection.put(given)(device, now, reaction)

    return action


def _like(now: Any, given: Any, field: str) -> Any:
    """A JSON value as one of the same kind as what stands there."""
    for kind, read in _READ.items():
        if isinstance(now, kind) and isinstance(given, str):
            try:
                return read(given)
            except ValueError:
                raise InvalidValue(f"{given!r} does not read as {kind.__name__}", field=field) from None
    if isinstance(now, Enum):
        return _made(type(now), {"value": given}, field)
    if hasattr(now, "_asdict") and isinstance(given, dict):
        parts = {
            name: _like(getattr(now, name, None), each, f"{field}.{name}") for name, each in given.items()
        }
        return _made(type(now), parts, field)
    if isinstance(now, Mapping) and isinstance(given, dict):
        return _fields(now, given, field)
    if isinstance(now, list | tuple) and isinstance(given, list):
        model = now[0] if now else None
        return [_like(model, each, f"{field}.{number}") for number, each in enumerate(given)]
    return given if now is not None else domain_value(given)


def _fields(now: Mapping[Any, Any], given: dict[str, Any], field: str) -> dict[Any, Any]:
    numbered = any(isinstance(key, int) for key in now)
    model = next(iter(now.values()), None) if numbered else None
    return {
        int(key) if numbered and NUMBER.fullmatch(key) else key: _like(
            model if numbered else now.get(key), each, f"{field}.{key}"
        )
        for key, each in given.items()
    }


def _made(kind: Callable[..., Any], parts: dict[str, Any], field: str) -> Any:
    try:
        return kind(**parts)
    except (TypeError, ValueError) as wrong:
        raise InvalidValue(str(wrong), field=field) from None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


_READ: Mapping[type, Callable[[str], Any]] = {
    datetime: _moment,
    time: time.fromisoformat,
    bytes: bytes.fromhex,
}


async def read_log(system: System, asked: LogAsked) -> Log:
    """The newest entries of a device's log, oldest first."""
    _hub(system, asked.device)
    rows = await asyncio.to_thread(system.street.log, asked.device, asked.log)
    return Log(
        entries=tuple(
            LogEntry(
                at=row.moment, log=row.log, code=f"{row.code:04X}", detail=bytes(row.detail).hex(),
                note=row.note,
            )
            for row in rows[-asked.limit :]
        )
    )  # fmt: skip


async def raise_alert(system: System, asked: Alerting) -> Raised:
    """Have a device raise an alert: signed as it would be, over its hub and the WAN to whom it concerns."""
    code = int(asked.code, 16)
    row = alert_code(code)
    _hub(system, asked.device)
    given = {name: domain_value(value) for name, value in asked.values.items()}
    number = await system.wan.perform(asked.device, inspection.raise_alert(code, given))
    return Raised(code=f"{code:04X}", name=row.name, message_code=f"{number:04X}")


async def list_alerts(_system: System, _asked: Nothing) -> AlertCodes:
    """The alert codes there are."""
    return AlertCodes(codes={f"{code:04X}": row.name for code, row in sorted(alert_codes().items())})


_DEVICE = "/devices/{device}"
OPERATIONS = (
    Operation("device show", "GET", _DEVICE, "A device as it is now.", Which, DeviceState, show),
    Operation(
        "device change", "PATCH", _DEVICE, "Have a device be otherwise, past any command.",
        Change, DeviceState, change, in_turn=True,
    ),
    Operation("device log", "GET", f"{_DEVICE}/log", "What a device has logged.", LogAsked, Log, read_log),
    Operation(
        "device alert", "POST", f"{_DEVICE}/alerts", "Have a device raise an alert, the genuine way.",
        Alerting, Raised, raise_alert, in_turn=True,
    ),
    Operation("alerts", "GET", "/alerts", "The alert codes there are.", Nothing, AlertCodes, list_alerts),
)  # fmt: skip

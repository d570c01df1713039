"""Looking into a device and setting what it holds, past any command: for tests and laboratories.

Values go by the names under which the dictionaries declare them. What is set is durable, and in force at
once, as if it had been so before; no command was executed and nothing is written to a log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, cast

from gbsmart.devices import (
    chf,
    device_log,
    display,
    events,
    firmware,
    gpf,
    gsme,
    network,
    privacy,
    tampering,
    tenancy,
)
from gbsmart.devices.consumer import Action
from gbsmart.devices.cosem import FAMILY as DLMS
from gbsmart.devices.cosem import CosemServer
from gbsmart.devices.credentials import Cell
from gbsmart.devices.device import Device
from gbsmart.devices.events import Notice
from gbsmart.devices.exchange import CannotDo, Reaction
from gbsmart.devices.home import Home
from gbsmart.devices.meter import Meter, Supply
from gbsmart.devices.zcl import FAMILY as GBZ
from gbsmart.devices.zcl import Subject, ZclServer, all_kept
from gbsmart.gbcs import forms
from gbsmart.gbcs.alert_codes import alert_code
from gbsmart.gbcs.catalogue import alert_message_code
from gbsmart.gbcs.gbz.alert import GbzAlert
from gbsmart.gbcs.message_codes import message_code
from gbsmart.ground import Eui64, InvalidValue, MalformedMessage, NotFound
from gbsmart.keys import Certificate, KeyUse, UnknownCertificate, key_identifier


class Held(NamedTuple):
    """One value of a device; ``measured`` where it follows from the home and cannot be set."""

    name: str
    title: str
    value: Any
    measured: bool


def values_of(device: Device, now: datetime) -> list[Held]:
    """Everything that a device holds and can say now, by name.

    The value of what was never written is None. Long logs are left out.
    """
    found: dict[str, Held] = {}
    for held in (*_of_cosem(device, now), *_of_zcl(device, now), *_of_the_home(device, now)):
        # what only repeats another object's value, such as a threshold that is watched, is not to be set
        if held.name not in found or not held.measured:
            found[held.name] = held
    return sorted(found.values(), key=lambda held: held.name)


def _of_the_home(device: Device, now: datetime) -> Iterator[Held]:
    """What the people of the home have done at a meter, and what they see and hear of it."""
    if device.kind in display.KEEPS_TENANCY.values():
        title = "Since when data are for the consumer"
        yield Held("data_restricted_since", title, tenancy.since(device.memory, now), measured=True)
    if not isinstance(device.state, Meter):
        return
    last = events.sounded(device, now)
    found = {
        "privacy_pin_protection": ("Whether a privacy PIN is set", privacy.is_protected(device)),
        "privacy_pin_hides": ("Whether it hides consumption now", privacy.is_locked(device, now)),
        "tampering": ("Tampering that has not ended", list(tampering.lasting(device))),
        "events_shown": ("Events shown on displays", [_told(each) for each in events.shown(device, now)]),
        "last_alarm": ("Event that the alarm last sounded for", None if last is None else _told(last)),
        "alarm_sounds": ("Whether the alarm sounds now", events.is_sounding(device, now)),
    }
    for name, (title, value) in found.items():
        yield Held(name, title, value, measured=True)


def _told(notice: Notice) -> dict[str, Any]:
    return {"time": notice.moment, "code": f"{notice.code:04X}", "event": notice.name}


def own_keys(device: Device) -> dict[str, str]:
    """The key identifiers of a device's certificates by use, and of the pairs that wait for theirs."""
    found: dict[str, str] = {}
    for use in (KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT):
        with suppress(UnknownCertificate):  # a Type 2 device has none
            found[f"{use} certificate"] = device.credentials.own(use).key_id.hex()
        if (pending := device.credentials.pending(use)) is not None:
            found[f"{use} key pending"] = key_identifier(pending).hex()
    return found


def _of_cosem(device: Device, now: datetime) -> Iterator[Held]:
    server = device.servers.get(DLMS)
    if not isinstance(server, CosemServer):
        return
    for attribute in server.table.active.values():
        if attribute.ref.class_id == _PROFILE:
            continue
        measured = attribute.ref in server.table.sources
        value = None
        with suppress(TypeError, CannotDo, MalformedMessage):  # it has none, or a blank that says nothing
            value = server.read(device, attribute, now)
        yield Held(attribute.name, attribute.title, value, measured)


_PROFILE: Final = 7
"""The class of logs (profile generic), which hold months."""


def _of_zcl(device: Device, now: datetime) -> Iterator[Held]:
    server = device.servers.get(GBZ)
    if not isinstance(server, ZclServer):
        return
    subject = _subject(device, now)
    for name, attribute in server.table.names.items():
        with suppress(CannotDo):  # this device does not have it
            measured = name in server.table.sources or subject.device is not device
            yield Held(name, attribute.title, server.read(subject, name), measured)
    for name, publish in server.table.shown.items():
        yield Held(name, publish.command.name, all_kept(device, publish.command) or None, measured=False)


def _subject(device: Device, now: datetime) -> Subject:
    """Whose values a device serves: a gas proxy the gas meter's, as of their last contact."""
    if device.kind != gpf.KIND:
        return Subject(device, now)
    home = cast("Home", device.state)
    return Subject(home.devices[gsme.KIND], home.last_contact(now))


def put(values: Mapping[str, Any]) -> Action[None]:
    """Have a device hold these values; raises :class:`InvalidValue` naming the first that it cannot.

    What follows from a value follows, as after a command: the account is settled up to now, and goes on by
    the new terms.
    """

    def action(device: Device, now: datetime, reaction: Reaction) -> None:
        held = {each.name: each for each in values_of(device, now)}
        for name in values:
            if name not in held:
                raise InvalidValue(
                    f"a {device.kind} holds no value of this name", field=name,
                    remedy="The device's state lists what it holds.",
                )  # fmt: skip
            if held[name].measured:
                raise InvalidValue(f"this is measured by the {device.kind}, not set", field=name)
        with device.changing(now, reaction):
            for name, value in values.items():
                _put(device, name, value, now)

    return action


def _put(device: Device, name: str, value: Any, now: datetime) -> None:
    cosem, zcl = device.servers.get(DLMS), device.servers.get(GBZ)
    try:
        if isinstance(zcl, ZclServer) and name in zcl.table.shown:
            zcl.publish(device, name, value, now)
        elif isinstance(zcl, ZclServer):
            zcl.set(device, name, value)
        elif isinstance(cosem, CosemServer):
            attribute = next(each for each in cosem.table.active.values() if each.name == name)
            cosem.set(device, attribute, value, now)
    except InvalidValue as wrong:
        path = f"{name}.{wrong.field}" if wrong.field else name
        raise InvalidValue(wrong.reason, field=path) from None
    except (TypeError, ValueError, AttributeError, LookupError, OverflowError):
        # a shape reads what it is to write as what it expects: a list, a mapping, a moment
        raise InvalidValue(
            f"{value!r} is not of the kind that stands there", field=name,
            remedy="The device's state shows each value as it can be given.",
        ) from None  # fmt: skip


def hold(certificates: Mapping[Cell, Certificate]) -> Action[None]:
    """Have a device hold these certificates in cells that it has; it remembers no counters of their roles."""

    def action(device: Device, _now: datetime, _reaction: Reaction) -> None:
        for which, certificate in certificates.items():
            if device.credentials.in_cell(which) is not None:
                device.credentials.fill(which, certificate)
                device.credentials.set_floor(which.role, 0)

    return action


def hold_image(image_hash: bytes, version: bytes) -> Action[None]:
    """Have a device hold a firmware image, as if it had been distributed to it."""
    return lambda device, _now, _reaction: firmware.load(device.memory, image_hash, version)


def part(other: Eui64) -> Action[None]:
    """Have another device not joined to a device, as if it never had been."""

    def action(device: Device, _now: datetime, _reaction: Reaction) -> None:
        log = device_log.joined(device)
        log.pop(other, None)
        device_log.put(device, log)

    return action


def forget_devices() -> Action[None]:
    """Have a device know no other of its home, as one that takes the place of another."""

    def action(device: Device, _now: datetime, _reaction: Reaction) -> None:
        if device.kind == chf.KIND:
            network.forget(device.memory)
        else:
            device_log.put(device, {})

    return action


def back_up() -> Action[None]:
    """Have a gas proxy back its device log up, as it does whenever that changes."""

    def action(device: Device, now: datetime, reaction: Reaction) -> None:
        said = {"joined": device_log.entries(device)}
        reaction.alerts.append(device.alert(device_log.LOG_CHANGED, device_log.FAMILY, now, said))

    return action


def switch(supply: Supply) -> Action[Supply]:
    """Switch the supply of a meter; how it then is. Raises :class:`InvalidValue` for another device."""

    def action(device: Device, now: datetime, reaction: Reaction) -> Supply:
        if not isinstance(device.state, Meter):
            raise InvalidValue(f"a {device.kind} switches no supply", field="supply")
        with device.changing(now, reaction):
            device.state.switch(supply, now)
        return device.state.supply

    return action


def supply_of(device: Device) -> Supply | None:
    """How a meter's supply is; None for a device without one."""
    return device.state.supply if isinstance(device.state, Meter) else None


def raise_alert(code: int, values: Mapping[str, Any] | None = None) -> Action[int]:
    """Have a device raise an alert by the form that carries it; the message code under which it goes.

    ``values`` are those that the form holds beside code and time; what is not given gets a plausible one.
    Raises :class:`NotFound` where no message of this device's families carries the code, or a form of it
    is not declared, and :class:`InvalidValue` for a value that does not fit.
    """
    row = alert_code(code)

    def action(device: Device, now: datetime, reaction: Reaction) -> int:
        if not device.edition.has_alert(code, device.kind):
            raise NotFound(f"a {device.kind} of GBCS {device.edition.number} has no alert {code:04X}")
        for family in (each for each in (DLMS, GBZ) if each in device.servers):
            for number in row.message_codes:
                about = message_code(number)
                if family not in about.family.split("/"):
                    continue
                content = _content(number, family)
                if content is None:
                    continue
                given = {**{name: _plausible(name, now) for name in content}, **(values or {})}
                reaction.alerts.append(device.alert(code, family, now, given, about.use_case))
                return alert_message_code(code, family, about.use_case)
        raise NotFound(
            f"no message of a {device.kind} that is declared carries the alert {code:04X}",
            remedy=f"It is raised by: {row.raised_by}.",
        )

    return action


def _content(number: int, family: str) -> tuple[str, ...] | None:
    """What a form of this message code holds beside code and time; None without a form."""
    for form in forms.by_code().get(number, ()):
        if form.alert is not None and isinstance(form.alert, GbzAlert) == (family == GBZ):
            return tuple(name for name in form.alert.fields() if name not in ("alert_code", "time"))
    return None


_PLAUSIBLE: Final[Mapping[str, Callable[[datetime], Any]]] = {
    "outage_start": lambda now: now - timedelta(minutes=5),
    "restored": lambda now: now,
    "start": lambda now: now,
    "end": lambda now: now + timedelta(minutes=30),
    "controller": lambda _: 1,
    "level": lambda _: 0,
    "state": lambda _: "",
    "reason": lambda _: bytes(1),
    "manufacturer_image_hash": lambda _: bytes(32),
    "rejected_command": lambda _: bytes(10),
}


def _plausible(name: str, now: datetime) -> Any:
    make = _PLAUSIBLE.get(name)
    if make is None:
        raise InvalidValue("this alert says more than that it happened: give it", field=f"values.{name}")
    return make(now)

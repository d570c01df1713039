"""A ZCL server and client driven by the command and attribute dictionaries (GBCS 7.2.10).

What a command does is declared: it publishes values that are kept and come into force at a moment
(:class:`Publish`), or it is handled by a function that answers. Attributes are measured (``sources``),
held (set by what was published), or start with an initial value. A component that fails is answered by
its status, those after it by "not executed"; "not found" fails only itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeAlias, cast

from gbsmart.devices import schedule
from gbsmart.devices.device import ACTIVATED, NOT_ACTIVATED, Device
from gbsmart.devices.exchange import CannotDo, Done, Exchange, LogEntry, Reaction
from gbsmart.devices.payload import Payload
from gbsmart.devices.results import Status as Status
from gbsmart.gbcs.gbz.attributes import ATTRIBUTES, Attribute
from gbsmart.gbcs.gbz.bodies import NOT_EXECUTED, message
from gbsmart.gbcs.gbz.commands import COMMANDS, Command
from gbsmart.gbcs.gbz.message import (
    ADDITIONAL_HEADER,
    CLUSTER_SPECIFIC,
    DEFAULT_RESPONSE,
    ENCRYPTED,
    NO_DEFAULT_RESPONSE,
    READ_ATTRIBUTES,
    READ_ATTRIBUTES_RESPONSE,
    TO_CLIENT,
    Frame,
    frames,
)
from gbsmart.gbcs.gbz.zcl import TYPES, read_time, read_values
from gbsmart.gbcs.tree import Leaf
from gbsmart.ground import InvalidValue, MalformedMessage
from gbsmart.keys import KeyNotHeld, UnknownCertificate

FAMILY: Final = "GBZ"


class Subject(NamedTuple):
    """Whose values are read: the device they are of, and as they were when."""

    device: Device
    moment: datetime


Values: TypeAlias = Mapping[str, Any]
Source: TypeAlias = Callable[[Subject], Any]
Answers: TypeAlias = Sequence[tuple[Command, Values]]
Key: TypeAlias = tuple[int, bool, int]


class Request(NamedTuple):
    """A command component as a handler gets it; ``since`` is its From Date Time, if it has one."""

    exchange: Exchange
    subject: Subject
    values: Values
    since: datetime | None = None

    @property
    def server(self) -> ZclServer:
        """The ZCL server of the device that got it."""
        return cast("ZclServer", self.exchange.device.servers["GBZ"])


Handler: TypeAlias = Callable[[Request], Answers]


def no_attributes(_values: Values) -> Values:
    """It sets no attribute."""
    return {}


@dataclass(frozen=True, slots=True)
class Publish:
    """A command whose values are kept, under ``key`` fields, and are in force from a moment on.

    ``starts`` names the field of the moment ("" at once: 0 is at once too), ``cancels`` the number in it
    that withdraws what is pending. ``sets`` are the attributes that follow from the values, by name.
    ``before`` is what happens just before they come into force, ``then`` what else happens after, ``answers``
    what is said at once instead of a default response.
    """

    command: Command
    starts: str = ""
    cancels: int = 0xFFFFFFFF
    key: tuple[str, ...] = ()
    sets: Callable[[Values], Values] = no_attributes
    before: Callable[[Device, datetime], None] | None = None
    then: Callable[[Device, Values, datetime], None] | None = None
    answers: Callable[[Request], Answers] | None = None

    @property
    def name(self) -> str:
        """Under what name the values are shown."""
        return self.command.name.lower().replace(" ", "_")

    def slot(self, values: Values) -> str:
        """Where its values are kept."""
        return kept_slot(self.command, *(values[name] for name in self.key))


def kept_slot(command: Command, *key: int) -> str:
    """The slot of a published command's payload in a device's memory."""
    parts = "/".join(f"{each:x}" for each in key)
    return f"zcl/{command.cluster:04x}{command.to_client:d}{command.id:02x}/{parts}"


def copies(**fields: str) -> Callable[[Values], Values]:
    """Attributes set from fields of the command: ``attribute="field"``."""
    return lambda values: {name: values[given] for name, given in fields.items()}


@dataclass
class ZclTable:
    """What one type of device serves, by the dictionaries' own declarations.

    Of what is published, ``shown`` are by name those whose values no attribute tells.
    """

    sources: Mapping[str, Source]
    initial: Mapping[str, Any]
    publishes: Iterable[Publish] = ()
    handlers: Mapping[Key, Handler] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.published: dict[Key, Publish] = {key_of(each.command): each for each in self.publishes}
        self.names = {each.name: each for each in ATTRIBUTES.values()}
        self.shown = {each.name: each for each in self.published.values() if each.sets is no_attributes}


def key_of(command: Command) -> Key:
    """What a frame shows of its command."""
    return int(command.cluster), command.to_client, command.id


class ZclServer:
    """Serves a :class:`ZclTable`; ``subject`` says whose values a device serves (its own, or mirrored)."""

    def __init__(self, table: ZclTable, subject: Callable[[Exchange], Subject] | None = None) -> None:
        self.table = table
        self._subject = subject or (lambda exchange: Subject(exchange.device, exchange.now))

    # --- the server's duties ---

    def execute(self, payload: Payload, exchange: Exchange) -> Done:
        """Execute the components in order and answer each."""
        found = frames(payload.tree)
        if found is None:
            raise MalformedMessage("not a GBZ command", offset=payload.tree.offset)
        subject = self._subject(exchange)
        answers: list[tuple[int, int, bytes]] = []
        failed = False
        for number, each in enumerate(found, 1):
            if failed:
                answers.append(_default(each, *NOT_EXECUTED))
                continue
            try:
                exchange.check_item(number)
                answers += self._one(each, exchange, subject)
            except CannotDo as reason:
                answers.append(_default(each, each.command, reason.code))
                failed = reason.code != Status.NOT_FOUND
        return Done(message(answers), not failed)

    def activate(self, device: Device, instruction: bytes, moment: datetime, reaction: Reaction) -> None:
        """Bring a published command into force and say so."""
        held = json.loads(instruction)
        publish = self.table.published[
            held["cluster"], bool(held["frame_control"] & TO_CLIENT), held["command"]
        ]
        code = ACTIVATED
        try:
            with device.changing(moment, reaction):
                self._bring_into_force(device, publish, bytes.fromhex(held.pop("payload")), moment)
        except (CannotDo, MalformedMessage):
            code = NOT_ACTIVATED
        reaction.alerts.append(device.alert(code, FAMILY, moment, held))
        reaction.log.append(LogEntry(moment, "event", code, int(held["message_code"]).to_bytes(2, "big")))

    # --- values ---

    def read(self, subject: Subject, name: str) -> Any:
        """The value of an attribute, by its name; raises :class:`CannotDo`."""
        attribute = self.table.names[name]
        source = self.table.sources.get(name)
        if source is not None:
            return source(subject)
        held = subject.device.memory.get(_attribute_slot(attribute))
        if held is not None:
            return TYPES[attribute.type.tag].walk(held, 0, len(held), name)[0].value
        if name in self.table.initial:
            return self.table.initial[name]
        raise CannotDo(Status.UNSUPPORTED_ATTRIBUTE, f"this device has no {attribute.title}")

    def set(self, device: Device, name: str, value: Any) -> None:
        """Hold the value of an attribute; raises :class:`InvalidValue`."""
        attribute = self.table.names[name]
        device.memory.put(_attribute_slot(attribute), attribute.type.write(value))

    def publish(self, device: Device, name: str, given: Sequence[Values], moment: datetime) -> None:
        """Hold what is published under a name, in force at once; raises :class:`InvalidValue`."""
        publish = self.table.shown[name]
        for values in given:
            try:
                self._bring_into_force(device, publish, publish.command.layout.write(values), moment)
            except CannotDo as reason:
                raise InvalidValue(reason.message, field=name) from None

    # --- components ---

    def _one(self, frame: Frame, exchange: Exchange, subject: Subject) -> list[tuple[int, int, bytes]]:
        if frame.general:
            if frame.command != READ_ATTRIBUTES:
                raise CannotDo(Status.UNSUPPORTED_GENERAL_COMMAND)
            return [self._read_attributes(frame, exchange, subject)]
        key = (frame.cluster, frame.to_client, frame.command)
        command = COMMANDS[key]
        values = read_values(frame.body)
        since = None if frame.from_date_time is None else read_time(frame.from_date_time)
        request = Request(exchange, subject, values, since)
        handler = self.table.handlers.get(key)
        if handler is not None:
            try:
                answers = handler(request)
            except InvalidValue as wrong:  # such as a balance that would not fit its attribute
                raise CannotDo(Status.INVALID_VALUE, str(wrong)) from None
        elif (publish := self.table.published.get(key)) is not None:
            answers = self._publish(publish, frame, request)
        else:
            raise CannotDo(Status.UNSUPPORTED_COMMAND, f"{command.name} is not for this device")
        if not answers:
            return [_default(frame, frame.command, Status.SUCCESS)]
        return [self._specific(frame, exchange, *each) for each in answers]

    def _read_attributes(self, frame: Frame, exchange: Exchange, subject: Subject) -> tuple[int, int, bytes]:
        records = bytearray()
        sensitive = False
        for node in frame.body:
            number = cast("Leaf", node).value
            attribute = ATTRIBUTES.get((frame.cluster, number))
            records += number.to_bytes(2, "little")
            try:
                if attribute is None:
                    raise CannotDo(Status.UNSUPPORTED_ATTRIBUTE)
                value = attribute.type.write(self.read(subject, attribute.name))
            except CannotDo as reason:
                records.append(reason.code)
                continue
            except InvalidValue:
                records.append(Status.HARDWARE_FAILURE)
                continue
            sensitive = sensitive or attribute.sensitive
            records += bytes((Status.SUCCESS, attribute.type.tag)) + value
        sealed = sensitive and exchange.rules.sensitive
        control = TO_CLIENT | (NO_DEFAULT_RESPONSE if sealed else 0)
        head = bytes((control, frame.sequence, READ_ATTRIBUTES_RESPONSE))
        return _component(frame, head, bytes(records), exchange, sealed=sealed)

    def _specific(
        self, frame: Frame, exchange: Exchange, command: Command, values: Values
    ) -> tuple[int, int, bytes]:
        sealed = command.sensitive and exchange.rules.sensitive
        control = CLUSTER_SPECIFIC | (TO_CLIENT if command.to_client else 0)
        control |= NO_DEFAULT_RESPONSE if sealed or command.quiet else 0
        head = bytes((control, frame.sequence, command.id))
        try:
            content = command.layout.write(values)
        except InvalidValue as wrong:
            raise CannotDo(Status.HARDWARE_FAILURE, str(wrong)) from None
        return _component(frame, head, content, exchange, sealed=sealed)

    # --- what is published ---

    def _publish(self, publish: Publish, frame: Frame, request: Request) -> Answers:
        device, now = request.exchange.device, request.exchange.now
        octets = b"".join(node.encode() for node in frame.body)
        what = f"{FAMILY}:{publish.slot(request.values)}"
        moment = request.values[publish.starts] if publish.starts else 0
        if not publish.starts and frame.from_date_time is not None:
            moment = frame.from_date_time
        schedule.withdraw(device.memory, what)
        if moment != publish.cancels:
            starts = read_time(moment) if moment else now
            if starts <= now:
                with device.changing(now, request.exchange.reaction):
                    self._bring_into_force(device, publish, octets, now)
            else:
                instruction = {
                    "message_code": request.exchange.rules.code,
                    "originator_counter": request.exchange.header.counter,
                    "cluster": frame.cluster, "frame_control": frame.frame_control,
                    "command": frame.command, "payload": octets.hex(),
                }  # fmt: skip
                schedule.hold(device.memory, starts, what, json.dumps(instruction).encode())
        return publish.answers(request) if publish.answers else ()

    def _bring_into_force(self, device: Device, publish: Publish, octets: bytes, moment: datetime) -> None:
        values = read_values(publish.command.layout.walk(octets, 0, len(octets)))
        if publish.before is not None:
            publish.before(device, moment)
        try:
            for name, value in publish.sets(values).items():
                self.set(device, name, value)
        except (InvalidValue, KeyError) as wrong:
            raise CannotDo(Status.INVALID_VALUE, str(wrong)) from None
        device.memory.put(publish.slot(values), octets)
        if publish.then is not None:
            publish.then(device, values, moment)


def kept(device: Device, command: Command, *key: int) -> Values | None:
    """The values of a published command that are in force, or None."""
    octets = device.memory.get(kept_slot(command, *key))
    return None if octets is None else read_values(command.layout.walk(octets, 0, len(octets)))


def all_kept(device: Device, command: Command, *key: int) -> list[Values]:
    """Every published command whose key begins with ``key``, in order of the rest of the key."""
    place = kept_slot(command)
    slots = {_key_in(slot, place): slot for slot in device.memory.under(place)}
    found: list[Values] = []
    for numbers in sorted(slots):
        if numbers[: len(key)] == key:
            octets = device.memory.get(slots[numbers])
            assert octets is not None
            found.append(read_values(command.layout.walk(octets, 0, len(octets))))
    return found


def _key_in(slot: str, place: str) -> tuple[int, ...]:
    """The key that ends a slot's name."""
    return tuple(int(part, 16) for part in slot.removeprefix(place).split("/") if part)


def _default(frame: Frame, command: int, status: int) -> tuple[int, int, bytes]:
    """A default response, in the direction opposite to the command's."""
    control = 0 if frame.to_client else TO_CLIENT
    return 0, frame.cluster, bytes((control, frame.sequence, DEFAULT_RESPONSE, command, status))


def _component(
    frame: Frame, head: bytes, content: bytes, exchange: Exchange, *, sealed: bool
) -> tuple[int, int, bytes]:
    if not sealed:
        return 0, frame.cluster, head + content
    try:
        octets = exchange.seal(content)
    except (UnknownCertificate, KeyNotHeld) as missing:
        raise CannotDo(Status.NOT_AUTHORISED, str(missing)) from None
    return ENCRYPTED, frame.cluster, ADDITIONAL_HEADER + head + len(octets).to_bytes(2, "big") + octets


def _attribute_slot(attribute: Attribute) -> str:
    return f"zcl/{attribute.cluster:04x}/{attribute.id:04x}"

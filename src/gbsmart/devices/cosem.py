"""A COSEM server driven by the object dictionary: it executes access requests item by item.

It knows attributes, methods, passive twins and activation times from their declarations alone. What a
type of device adds is where values come from (:class:`ObjectTable` ``sources``) and what its methods do
(``effects``). Items after the first failure are not executed (break on error, GBCS 7.2.10).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final, TypeAlias, cast

from gbsmart.devices import schedule
from gbsmart.devices.blank import blank
from gbsmart.devices.device import ACTIVATED, NOT_ACTIVATED, Device
from gbsmart.devices.exchange import CannotDo, Done, Exchange, LogEntry, Reaction
from gbsmart.devices.memory import Memory
from gbsmart.devices.payload import Payload
from gbsmart.devices.selection import View, parts, restricted, selected, value_of
from gbsmart.gbcs.dlms import objects
from gbsmart.gbcs.dlms.apdu import Access, Ref, Result, access_response
from gbsmart.gbcs.dlms.moments import WHEN
from gbsmart.gbcs.dlms.objects.attribute import Attribute, Method
from gbsmart.gbcs.dlms.protected import protection
from gbsmart.gbcs.dlms.scanning import Item
from gbsmart.gbcs.dlms.shapes import read_octets
from gbsmart.gbcs.envelope import Cra, Header, OtherInformation
from gbsmart.gbcs.gbz.zcl import read_time, write_time
from gbsmart.gbcs.lengths import write_length
from gbsmart.gbcs.shape import Context
from gbsmart.gbcs.tree import Node
from gbsmart.ground import NEVER, Eui64, InvalidValue, MalformedMessage, When
from gbsmart.keys import KeyNotHeld, UnknownCertificate

FAMILY: Final = "DLMS"
DATA_PROTECTION, GET_PROTECTED = 30, 1
_MOST_READ: Final = 1_024
"""How many values in force are kept as they were read: many meters have the same tables."""
_ANYBODY: Final = Eui64(bytes(8))
_RESET_CLASSES: Final = frozenset({3, 4, 7})
"""Register, extended register and profile generic: method 1 is reset."""


Source: TypeAlias = Callable[[View], Any]
Effect: TypeAlias = Callable[[Exchange, Any], bytes | None]
Written: TypeAlias = Callable[["Device", Any, datetime], None]
Activated: TypeAlias = Callable[["Device", datetime], None]


@cache
def dictionary() -> tuple[tuple[Attribute, ...], tuple[Method, ...]]:
    """Every attribute and method that the COSEM object dictionary declares."""
    attributes: dict[tuple[Ref, Ref], Attribute] = {}
    methods: dict[tuple[Ref, str], Method] = {}
    for module in iter_modules(objects.__path__, f"{objects.__name__}."):
        for found in _declared(vars(import_module(module.name)).values()):
            if isinstance(found, Attribute):
                attributes[found.ref, found.written_at] = found
            else:
                methods[found.ref, found.name] = found
    return tuple(attributes.values()), tuple(methods.values())


def _declared(values: Iterable[Any]) -> Iterable[Attribute | Method]:
    for value in values:
        if isinstance(value, Attribute | Method):
            yield value
        elif isinstance(value, tuple | list):
            yield from _declared(value)
        elif isinstance(value, Mapping):
            yield from _declared(value.values())


class ObjectTable:
    """The objects of one type of device: the dictionary with this type's sources, effects and defaults.

    ``sources`` give values that are measured or computed; ``initial`` those that a new device starts
    with; both by the reference of the attribute in force. ``effects`` are what methods do, by name.
    ``written`` is what else writing an attribute does; ``activated`` what else happens when an activation
    attribute has brought other values into force. ``terms`` are attributes that the account goes by and that
    are written at once.
    """

    def __init__(
        self,
        attributes: Iterable[Attribute],
        methods: Iterable[Method],
        *,
        sources: Mapping[Ref, Source] | None = None,
        effects: Mapping[str, Effect] | None = None,
        initial: Mapping[Ref, Any] | None = None,
        written: Mapping[Ref, Written] | None = None,
        activated: Mapping[Ref, Activated] | None = None,
        terms: Iterable[Ref] = (),
    ) -> None:
        self.sources = dict(sources or {})
        self.effects = dict(effects or {})
        self.initial = dict(initial or {})
        self.on_written = dict(written or {})
        self.on_activated = dict(activated or {})
        self.terms = frozenset(terms)
        self.active: dict[Ref, Attribute] = {}
        self.written: dict[Ref, Attribute] = {}
        self.activations: dict[Ref, tuple[Attribute, ...]] = {}
        self.methods: dict[Ref, tuple[Method, ...]] = {}
        for each in attributes:
            self.active[each.ref] = each
            self.written[each.written_at] = each
            if each.activation is not None:
                self.activations[each.activation] = (*self.activations.get(each.activation, ()), each)
        for method in methods:
            self.methods[method.ref] = (*self.methods.get(method.ref, ()), method)


class CosemServer:
    """Serves the objects of an :class:`ObjectTable` on any device that has them."""

    def __init__(self, table: ObjectTable) -> None:
        self.table = table
        self._read: dict[tuple[Ref, bytes], Any] = {}
        self._doing: Mapping[int, Callable[[Exchange, Item], bytes | None]] = {
            Access.GET: self._get,
            Access.SET: self._set,
            Access.ACTION: self._act,
            Access.GET_WITH_SELECTION: self._get,
        }

    # --- the server's duties ---

    def execute(self, payload: Payload, exchange: Exchange) -> Done:
        """Execute the items of an access request in order, up to the first that fails."""
        answers: list[tuple[int, int, bytes]] = []
        failed = False
        for number, item in enumerate(payload.items, 1):
            if failed:
                answers.append((item.access, Result.OTHER_REASON, b"\x00"))
                continue
            try:
                exchange.check_item(number)
                answer = self._doing[item.access](exchange, item)
                answers.append((item.access, Result.SUCCESS, b"\x00" if answer is None else answer))
            except CannotDo as reason:
                answers.append((item.access, reason.code, b"\x00"))
                failed = True
        return Done(access_response(exchange.answering.counter, answers), not failed)

    def activate(self, device: Device, instruction: bytes, moment: datetime, reaction: Reaction) -> None:
        """Bring passive values into force and say so, once for each activation attribute."""
        held = json.loads(instruction)
        ref = Ref(held["class_id"], bytes.fromhex(held["instance"]), held["attribute"])
        done = self.bring_into_force(device, ref, moment, reaction)
        code = ACTIVATED if done else NOT_ACTIVATED
        about = {**held, "instance": ref.obis}
        reaction.alerts.append(device.alert(code, FAMILY, moment, {"instruction": about}))
        detail = int(held["message_code"]).to_bytes(2, "big")
        reaction.log.append(LogEntry(moment, "event", code, detail))

    # --- reading ---

    def read(self, device: Device, attribute: Attribute, moment: datetime) -> Any:
        """The value in force of an attribute, as a value of the domain."""
        source = self.table.sources.get(attribute.ref)
        if source is not None:
            return source(View(device, moment, since=reset_at(device.memory, attribute.ref)))
        octets = device.memory.get(slot_of(attribute.ref))
        if octets is None and attribute.ref in self.table.initial:
            return self.table.initial[attribute.ref]
        return self.value(device, attribute, octets or blank(attribute.shape, _local(device.eui)))

    def value(self, device: Device, attribute: Attribute, octets: bytes) -> Any:
        """What the octets of an attribute's value mean; it is shared, and not to be changed."""
        key = (attribute.ref, octets)
        value = self._read.get(key)
        if value is None:  # whoever looks at a home does so from another thread: no two steps in one
            value = read_octets(attribute.shape, octets, _local(device.eui))
            if len(self._read) >= _MOST_READ:
                self._read.clear()
            self._read[key] = value
        return value

    def octets(self, device: Device, attribute: Attribute, moment: datetime) -> bytes:
        """The value in force of an attribute as octets; raises :class:`CannotDo`."""
        view = View(device, moment, since=reset_at(device.memory, attribute.ref))
        return self._octets(view, attribute, _local(device.eui))

    def set(self, device: Device, attribute: Attribute, value: Any, moment: datetime) -> None:
        """Hold a value, in force from ``moment``, and what follows from it; raises :class:`InvalidValue`."""
        octets, slot = attribute.shape.put(value, _local(device.eui)), slot_of(attribute.ref)
        if device.memory.get(slot) == octets and attribute.written_at not in self.table.on_written:
            return
        device.memory.put(slot, octets)
        if attribute.written_at in self.table.on_written:
            self.table.on_written[attribute.written_at](device, value, moment)
        if attribute.activation in self.table.on_activated:
            self.table.on_activated[attribute.activation](device, moment)

    def _get(self, exchange: Exchange, item: Item) -> bytes:
        attribute = self._readable(item.ref)
        period = selected(item.selection) if item.selection else None
        view = View(exchange.device, exchange.now, period, reset_at(exchange.device.memory, item.ref))
        return self._octets(view, attribute, exchange.reply)

    def _readable(self, ref: Ref) -> Attribute:
        attribute = self.table.active.get(ref) or self.table.written.get(ref)
        if attribute is None:
            raise CannotDo(Result.OBJECT_UNDEFINED, f"there is no {ref}")
        return attribute

    def _octets(self, view: View, attribute: Attribute, context: Context) -> bytes:
        source = self.table.sources.get(attribute.ref)
        if source is not None:
            try:
                return attribute.shape.put(source(view), context)
            except InvalidValue as wrong:
                raise CannotDo(Result.HARDWARE_FAULT, str(wrong)) from None
        stored = view.device.memory.get(slot_of(attribute.ref))
        if stored is not None:
            return stored
        if attribute.ref in self.table.initial:
            return attribute.shape.put(self.table.initial[attribute.ref], context)
        try:
            return blank(attribute.shape, context)
        except TypeError:
            raise CannotDo(Result.OBJECT_UNAVAILABLE, f"{attribute.title} has no value") from None

    # --- writing ---

    def _set(self, exchange: Exchange, item: Item) -> None:
        ref, octets = item.ref, item.octets
        if ref in self.table.activations:
            self._set_activation(exchange, ref, octets)
            return
        attribute = self.table.written.get(ref)
        if attribute is None:
            known = ref in self.table.active
            raise CannotDo(Result.READ_WRITE_DENIED if known else Result.OBJECT_UNDEFINED, f"{ref}")
        try:  # a supplier sends one tariff to thousands of meters
            value = self.value(exchange.device, attribute, octets)
        except MalformedMessage as wrong:
            raise CannotDo(Result.TYPE_UNMATCHED, str(wrong)) from None
        if ref in self.table.terms:
            with exchange.device.changing(exchange.now, exchange.reaction):
                exchange.device.memory.put(slot_of(ref), octets)
        else:
            exchange.device.memory.put(slot_of(ref), octets)
        if ref in self.table.on_written:
            try:
                self.table.on_written[ref](exchange.device, value, exchange.now)
            except InvalidValue as wrong:
                raise CannotDo(Result.OTHER_REASON, str(wrong)) from None

    def _set_activation(self, exchange: Exchange, ref: Ref, octets: bytes) -> None:
        try:
            moment = _when(octets)
        except MalformedMessage as wrong:
            raise CannotDo(Result.TYPE_UNMATCHED, str(wrong)) from None
        memory = exchange.device.memory
        what = f"{FAMILY}:{ref.octets.hex()}"
        schedule.withdraw(memory, what)
        if moment is NEVER:
            return
        if not isinstance(moment, datetime) or moment <= exchange.now:  # now, or past
            self.bring_into_force(exchange.device, ref, exchange.now, exchange.reaction)
            return
        instruction = {
            "message_code": exchange.rules.code, "counter": exchange.header.counter,
            "class_id": ref.class_id, "instance": ref.obis.hex(), "attribute": ref.member,
        }  # fmt: skip
        schedule.hold(memory, moment, what, json.dumps(instruction).encode())

    def bring_into_force(self, device: Device, ref: Ref, moment: datetime, reaction: Reaction) -> bool:
        """Copy what was written passive to where it is in force; whether anything had been written.

        Where that is in force already nothing changes, and nothing is settled.
        """
        memory = device.memory
        written: dict[str, bytes] = {}
        for attribute in self.table.activations.get(ref, ()):
            assert attribute.passive is not None
            octets = memory.get(slot_of(attribute.passive))
            if octets is not None:
                written[slot_of(attribute.ref)] = octets
        if any(memory.get(slot) != octets for slot, octets in written.items()):
            with device.changing(moment, reaction):
                for slot, octets in written.items():
                    memory.put(slot, octets)
                if ref in self.table.on_activated:
                    self.table.on_activated[ref](device, moment)
        return bool(written)

    # --- acting ---

    def _act(self, exchange: Exchange, item: Item) -> bytes | None:
        ref, argument = item.ref, item.argument
        if ref.class_id == DATA_PROTECTION and ref.member == GET_PROTECTED:
            return self._get_protected(exchange, argument)
        method, value = self._called(exchange, ref, argument)
        effect = self.table.effects.get(method.name)
        if effect is not None:
            return effect(exchange, value)
        if ref.class_id in _RESET_CLASSES and ref.member == 1:
            reset(exchange.device.memory, ref, exchange.now)
            return None
        raise CannotDo(Result.OBJECT_UNAVAILABLE, f"{method.title} has no effect on this device")

    def _called(self, exchange: Exchange, ref: Ref, argument: Node) -> tuple[Method, Any]:
        methods = self.table.methods.get(ref)
        if methods is None:
            raise CannotDo(Result.OBJECT_UNDEFINED, f"there is no method {ref}")
        for method in methods:
            try:
                return method, method.argument.take(argument, exchange.context)
            except MalformedMessage:
                continue
        raise CannotDo(Result.TYPE_UNMATCHED, f"no form of {ref} takes this argument")

    def _get_protected(self, exchange: Exchange, argument: Node) -> bytes:
        """Values sealed to the remote party that asks: one structure with a member for each object."""
        objects, parameters = parts(argument, 2)
        if exchange.octets(parameters) != protection(exchange.header):
            raise CannotDo(Result.SCOPE_OF_ACCESS_VIOLATED, "the protection does not follow from the header")
        values: list[bytes] = []
        for each in parts(objects):
            class_id, obis, member, _, restriction = parts(each, 5)
            ref = Ref(value_of(class_id), value_of(obis), value_of(member))
            attribute = self._readable(ref)
            period = restricted(restriction, exchange.context)
            view = View(exchange.device, exchange.now, period, reset_at(exchange.device.memory, ref))
            values.append(self._octets(view, attribute, exchange.reply))
        plaintext = b"\x02" + write_length(len(values)) + b"".join(values)
        try:
            sealed = exchange.seal(plaintext)
        except (UnknownCertificate, KeyNotHeld, MalformedMessage) as missing:
            raise CannotDo(Result.HARDWARE_FAULT, str(missing)) from None
        octets = b"\x09" + write_length(len(sealed)) + sealed
        return b"\x02\x02" + protection(exchange.answering) + octets


def server_of(device: Device) -> CosemServer:
    """The server of a device that has COSEM objects."""
    return cast("CosemServer", device.servers[FAMILY])


def read(device: Device, attribute: Attribute, moment: datetime) -> Any:
    """The value in force of an attribute of a device that has COSEM objects."""
    return server_of(device).read(device, attribute, moment)


def _local(holder: Eui64) -> Context:
    """A context for values that do not leave the device."""
    return Context(Header(Cra.RESPONSE, 0, holder, holder, OtherInformation(0)))


@lru_cache(maxsize=256)
def _when(octets: bytes) -> When:
    """The moment in an activation time: the parts of one tariff, and of many meters', have the same."""
    moment: When = read_octets(WHEN, octets, _local(_ANYBODY))
    return moment


def reset(memory: Memory, ref: Ref, moment: datetime) -> None:
    """Remember that a register or log was reset: its sources are asked for what came since."""
    memory.put_number(_reset_slot(ref), write_time(moment))


def reset_at(memory: Memory, ref: Ref) -> datetime | None:
    """When a register or log was last reset."""
    seconds = memory.number(_reset_slot(ref))
    return read_time(seconds) if seconds else None


@lru_cache(maxsize=4096)
def _reset_slot(ref: Ref) -> str:
    return f"reset/{ref.class_id}/{ref.obis.hex()}"


@lru_cache(maxsize=4096)
def slot_of(ref: Ref) -> str:
    """Where the value of an attribute is kept in a device's memory."""
    return f"cosem/{ref.octets.hex()}"

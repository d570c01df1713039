"""Bodies of GBZ forms: the components of a command, what answers each of them, and alerts.

A component of a command is either a cluster command with some of its fields bound to values of the
form (the rest are fixed by its declaration) or a read of attributes. Each is answered by one default
response, by a command of its own, or by attribute records. A failing component is answered by its
status, every later one by "not executed" (command FF, status 01).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias, cast

from gbsmart.gbcs.form import Outcome, Values
from gbsmart.gbcs.gbz.attributes import Attribute
from gbsmart.gbcs.gbz.commands import Command
from gbsmart.gbcs.gbz.message import (
    DEFAULT_RESPONSE,
    ENCRYPTED,
    LAST,
    NO_DEFAULT_RESPONSE,
    READ_ATTRIBUTES,
    READ_ATTRIBUTES_RESPONSE,
    TO_CLIENT,
    Frame,
    frames,
    walk_zcl,
    write_alert_content,
)
from gbsmart.gbcs.gbz.zcl import Field, read_time, write_time
from gbsmart.gbcs.shape import Context, Sealed, mismatch
from gbsmart.gbcs.tree import BARE, Branch, Leaf, Node
from gbsmart.ground import NEVER, NOW, DayMonth, DayOfMonth, InvalidValue, MalformedMessage, When

HEADER = b"\x01\x09"
EMPTY: Mapping[str, int] = {}
NOT_EXECUTED = (0xFF, 0x01)
"""The command id and status that answer a component after the one that failed."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A ZCL field bound to the form's value ``name`` through a named conversion."""

    name: str
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def plain(name: str) -> Bound:
    """The field's number or string as it stands."""
    return Bound(name, _same, _same)


def moment(name: str) -> Bound:
    """A UTCTime as an aware date-time."""
    return Bound(name, read_time, write_time)


def when(name: str, never: int = 0xFFFFFFFF) -> Bound:
    """A UTCTime in which 0 is now and ``never`` cancels; which mark cancels belongs to the field."""

    def read(seconds: int) -> When:
        return NOW if seconds == 0 else NEVER if seconds == never else read_time(seconds)

    def write(value: When) -> int:
        if value is NOW:
            return 0
        return never if value is NEVER else write_time(cast("datetime", value))

    return Bound(name, read, write)


@dataclass(frozen=True, slots=True)
class Derived:
    """A ZCL field that follows from other values of the form (a count, a kind): checked when read."""

    of: Callable[[Values], int]


def count(name: str) -> Derived:
    """How many elements the list value ``name`` has."""
    return Derived(lambda values: len(values[name]))


def rows(name: str, **fields: Bound) -> Bound:
    """A repeat bound to the list value ``name``, its fields to the members of each element."""

    def read(raw: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [{bound.name: bound.read(row[field]) for field, bound in fields.items()} for row in raw]

    def write(value: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [{field: bound.write(row[bound.name]) for field, bound in fields.items()} for row in value]

    return Bound(name, read, write)


def day_month(name: str) -> Bound:
    """A ZCL date (year less 1900, month, day, weekday; FF for any) as a date with wildcards."""

    def read(raw: int) -> DayMonth:
        year, month, day, weekday = (None if part == 0xFF else part for part in raw.to_bytes(4, "little"))
        ending = _DAYS_FROM_END.get(day) if day is not None else None
        return DayMonth(None if year is None else 1900 + year, month, ending or day, weekday)

    def write(date: DayMonth) -> int:
        year = None if date.year is None else date.year - 1900
        day = _FROM_END_OCTETS[date.day] if isinstance(date.day, DayOfMonth) else date.day
        parts = (0xFF if part is None else part for part in (year, date.month, day, date.weekday))
        return int.from_bytes(bytes(parts), "little")

    return Bound(name, read, write)


_DAYS_FROM_END = {0xFE: DayOfMonth.LAST, 0xFD: DayOfMonth.SECOND_LAST}
_FROM_END_OCTETS = {day: octet for octet, day in _DAYS_FROM_END.items()}

Binding: TypeAlias = Bound | Derived
EVENT: Mapping[str, Binding] = {"issuer_event_id": moment("issuer_event_id")}
"""The time of command creation, which many commands carry as their event id."""


@dataclass(frozen=True, slots=True)
class Send:
    """One cluster command. ``each`` names a list value: one component per element, fields from it.

    ``given`` names a value without which the component is left out. ``fixed`` are fields whose value
    the use case itself fixes. ``answer`` is the command that
    answers it (None: a default response); ``sealed`` says that the answer is encrypted.
    """

    command: Command
    fields: Mapping[str, Binding]
    fixed: Mapping[str, int] = field(default_factory=dict)
    each: str = ""
    given: str = ""
    answer: Command | None = None
    answer_fields: Mapping[str, Binding] | None = None
    sealed: bool = False

    def payloads(self, values: Values) -> list[bytes]:
        """The ZCL payloads of its components."""
        if self.given and values.get(self.given) is None:
            return []
        if not self.each:
            return [self._payload(values, values, "")]
        rows: Sequence[Values] = values.get(self.each) or ()
        return [self._payload(row, values, f"{self.each}.{index}.") for index, row in enumerate(rows)]

    def _payload(self, row: Values, values: Values, path: str) -> bytes:
        written = write_fields(self.fields, {**values, **row}, path)
        return self.command.layout.write({**written, **self.fixed})

    @property
    def frame_control(self) -> int:
        """Cluster-specific, in the command's direction."""
        return 0x01 | (TO_CLIENT if self.command.to_client else 0)


@dataclass(frozen=True, slots=True)
class Read:
    """A read of attributes of one cluster; ``sealed`` says that the answer is encrypted."""

    attributes: tuple[Attribute, ...]
    sealed: bool = False

    @property
    def cluster(self) -> int:
        """The one cluster of its attributes."""
        return self.attributes[0].cluster

    def payload(self) -> bytes:
        """The attribute ids."""
        return b"".join(each.id.to_bytes(2, "little") for each in self.attributes)


def write_fields(fields: Mapping[str, Binding], values: Values, path: str = "") -> dict[str, Any]:
    """ZCL field values from the form's; raises :class:`InvalidValue` naming what is missing or wrong."""
    written: dict[str, Any] = {}
    for name, bound in fields.items():
        if isinstance(bound, Derived):
            try:
                written[name] = bound.of(values)
            except KeyError as missing:
                raise InvalidValue("a value is missing", field=path + str(missing.args[0])) from None
            continue
        if bound.name not in values:
            raise InvalidValue("a value is missing", field=path + bound.name)
        try:
            written[name] = bound.write(values[bound.name])
        except InvalidValue as wrong:
            raise InvalidValue(wrong.reason, field=path + bound.name) from None
        except (TypeError, ValueError, AttributeError, KeyError):
            raise InvalidValue(f"{values[bound.name]!r} does not fit", field=path + bound.name) from None
    return written


def read_nodes(nodes: Sequence[Node]) -> dict[str, Any]:
    """ZCL field values by name from walked nodes; repeats are lists of mappings."""
    found: dict[str, Any] = {}
    for node in nodes:
        if isinstance(node, Leaf):
            found[node.name] = node.value
        else:
            found[node.name] = [read_nodes(cast("Branch", row).children) for row in node.children]
    return found


def take_fields(
    command: Command, fields: Mapping[str, Binding], nodes: Sequence[Node], fixed: Mapping[str, int] = EMPTY
) -> dict[str, Any]:
    """The form's values from a walked command; fields that are fixed are checked."""
    by_name = {node.name: node for node in nodes}
    raw = read_nodes(nodes)
    for name, wanted in _fixed_fields(command, fixed).items():
        if name not in fields and raw.get(name, wanted) != wanted:
            mismatch(by_name[name], f"{wanted!r}")
    values: dict[str, Any] = {}
    for name, bound in fields.items():
        if isinstance(bound, Derived):
            continue
        node = by_name.get(name)
        if node is None:
            raise MalformedMessage(f"{command.name} has no {name}", offset=nodes[0].offset if nodes else 0)
        try:
            value = bound.read(raw[name])
        except (ValueError, KeyError, OverflowError):
            mismatch(node, f"a {bound.name}")
        node.meaning = str(value)
        agree(values, bound.name, value, node)
    return values


def check_derived(fields: Mapping[str, Binding], nodes: Sequence[Node], values: Values) -> None:
    """Check the fields that follow from other values, once all of them are read."""
    by_name = {node.name: node for node in nodes}
    for name, bound in fields.items():
        if isinstance(bound, Derived):
            node = cast("Leaf", by_name[name])
            if node.value != bound.of(values):
                mismatch(node, f"{bound.of(values)}, which follows from the other values")


def _fixed_fields(command: Command, fixed: Mapping[str, int]) -> dict[str, Any]:
    declared = {part.name: part.fixed for part in command.layout.parts if isinstance(part, Field)}
    return {name: value for name, value in {**declared, **fixed}.items() if value is not None}


def agree(values: dict[str, Any], name: str, value: Any, node: Node) -> None:
    """Take ``value`` under ``name``; one that stands in several places must be the same in all."""
    if name in values and values[name] != value:
        raise MalformedMessage(f"{name} is {value} here and {values[name]} before", offset=node.offset)
    values[name] = value


def component(control: int, cluster: int, content: bytes, *, last: bool) -> bytes:
    """One GBZ component around an already written header and frame."""
    head = bytes((control | (LAST if last else 0),)) + cluster.to_bytes(2, "big")
    return head + len(content).to_bytes(2, "big") + content


def message(components: Sequence[tuple[int, int, bytes]]) -> bytes:
    """A GBZ payload from (control, cluster, content) triples; raises :class:`InvalidValue` over 255."""
    if not 0 < len(components) < 256:
        raise InvalidValue(f"a GBZ message has 1 to 255 components, not {len(components)}")
    final = len(components) - 1
    return (
        HEADER
        + bytes((len(components),))
        + b"".join(
            component(control, cluster, content, last=index == final)
            for index, (control, cluster, content) in enumerate(components)
        )
    )


class GbzCommand:
    """The command of a GBZ form."""

    def __init__(self, *components: Send | Read) -> None:
        self.components = components

    def fields(self) -> tuple[str, ...]:
        """The names of the values, in order, each once; lists by their name."""
        names: dict[str, None] = {}
        for part in self.components:
            if isinstance(part, Send):
                for bound in _bound(part.fields):
                    if not part.each or bound.name == "issuer_event_id":
                        names[bound.name] = None
                if part.each:
                    names[part.each] = None
        return tuple(names)

    def recognises(self, payload: Node) -> bool:
        """Whether the components are this form's, in order."""
        return self._matched(payload) is not None

    def take(self, payload: Node, context: Context) -> dict[str, Any]:
        """The values."""
        matched = self._matched(payload)
        if matched is None:
            mismatch(payload, "the components of this form")
        values: dict[str, Any] = {
            part.each: [] for part in self.components if isinstance(part, Send) and part.each
        }
        for index, (part, frame) in enumerate(matched):
            if frame.sequence != index:
                raise MalformedMessage(
                    f"component {index} has sequence {frame.sequence}", offset=frame.offset
                )
            if isinstance(part, Read):
                continue
            taken = take_fields(part.command, part.fields, frame.body, part.fixed)
            if not part.each:
                for name, value in taken.items():
                    agree(values, name, value, frame.body[0])
                continue
            if "issuer_event_id" in taken:
                agree(values, "issuer_event_id", taken.pop("issuer_event_id"), frame.body[0])
            values[part.each].append(taken)
        self._check_derived(matched, values)
        return values

    def put(self, values: Values, context: Context) -> bytes:
        """The components; raises :class:`InvalidValue` naming the field."""
        parts: list[tuple[int, int, bytes]] = []
        for part in self.components:
            if isinstance(part, Read):
                parts.append((0, part.cluster, bytes((0, len(parts), READ_ATTRIBUTES)) + part.payload()))
                continue
            for content in part.payloads(values):
                head = bytes((part.frame_control, len(parts), part.command.id))
                parts.append((0, part.command.cluster, head + content))
        return message(parts)

    def canonical(self, values: Values) -> dict[str, Any]:
        """What a reader finds: only this form's values, an empty list where a list has no elements."""
        canonical: dict[str, Any] = {}
        for part in self.components:
            if isinstance(part, Read) or (part.given and values.get(part.given) is None):
                continue
            names = [bound.name for bound in _bound(part.fields)]
            if part.each:
                canonical[part.each] = [
                    {name: row[name] for name in names if name != "issuer_event_id"}
                    for row in values.get(part.each) or ()
                ]
                names = ["issuer_event_id"] if canonical[part.each] and "issuer_event_id" in names else []
            canonical.update({name: values[name] for name in names})
        return canonical

    @staticmethod
    def _check_derived(matched: Sequence[tuple[Send | Read, Frame]], values: Values) -> None:
        elements = {name: iter(value) for name, value in values.items() if isinstance(value, list)}
        for part, frame in matched:
            if isinstance(part, Send):
                row = next(elements[part.each]) if part.each else {}
                check_derived(part.fields, frame.body, {**values, **row})

    def _matched(self, payload: Node) -> list[tuple[Send | Read, Frame]] | None:
        found = frames(payload)
        if found is None:
            return None
        matched: list[tuple[Send | Read, Frame]] = []
        at = 0
        for part in self.components:
            repeated = isinstance(part, Send) and bool(part.each)
            optional = repeated or (isinstance(part, Send) and bool(part.given))
            count = 0
            while at < len(found) and (count == 0 or repeated) and _asks(part, found[at]):
                matched.append((part, found[at]))
                at, count = at + 1, count + 1
            if not count and not optional:
                return None
        return matched if at == len(found) else None


def _bound(fields: Mapping[str, Binding]) -> list[Bound]:
    return [binding for binding in fields.values() if isinstance(binding, Bound)]


def _asks(part: Send | Read, frame: Frame) -> bool:
    if isinstance(part, Send):
        return (frame.cluster, frame.frame_control & ~NO_DEFAULT_RESPONSE, frame.command) == (
            part.command.cluster, part.frame_control, part.command.id,
        )  # fmt: skip
    if frame.cluster != part.cluster or not frame.general or frame.command != READ_ATTRIBUTES:
        return False
    return [leaf.value for leaf in cast("list[Leaf]", frame.body)] == [each.id for each in part.attributes]


class GbzResponse:
    """The response of a GBZ form.

    Its :class:`~gbsmart.gbcs.form.Outcome` has one result per component; default responses are kept
    as the list ``answers`` of ``{"cluster", "command", "status"}``.
    """

    def __init__(self, *components: Send | Read, frame_control: int = 0) -> None:
        self.components = components
        self._reads = [part for part in components if isinstance(part, Read)]
        self._specific = {
            (int(part.answer.cluster), part.answer.id): part
            for part in components
            if isinstance(part, Send) and part.answer
        }
        self._frame_control = frame_control

    def fields(self) -> tuple[str, ...]:
        """The names of the values delivered."""
        names = [each.name for part in self._reads for each in part.attributes]
        for part in self._specific.values():
            names += [bound.name for bound in _bound(part.answer_fields or {})]
        return (*dict.fromkeys(names), "answers")

    def recognises(self, payload: Node) -> bool:
        """Whether every component answers a component of this form's command."""
        found = frames(payload)
        return found is not None and all(self._answers(frame) for frame in found)

    def take(self, payload: Node, context: Context) -> Outcome:
        """What was delivered, and one status per component."""
        found = frames(payload)
        if found is None or not self.recognises(payload):
            mismatch(payload, "the components that answer this form")
        outcome = Outcome({})
        outcome.results = tuple([self._take_one(frame, outcome, context) for frame in found])
        return outcome

    def put(self, values: Outcome, context: Context) -> bytes:
        """The components that say what ``values`` (an :class:`Outcome`) says."""
        refused = {row["sequence"]: row for row in values.values.get("answers", ())}
        parts: list[tuple[int, int, bytes]] = []
        for sequence in range(len(values.results) or len(self.components)):
            if sequence in refused:
                parts.append(self._put_default(refused[sequence]))
            else:
                parts.append(self._put_one(self.components[sequence], sequence, values, context))
        return message(parts)

    def canonical(self, values: Outcome) -> Outcome:
        """With a status for every component."""
        answers = values.values.get("answers", [])
        refused = {row["sequence"]: row["status"] for row in answers}
        count = len(values.results) or len(self.components)
        results = tuple(refused.get(index, 0) for index in range(count))
        return Outcome(dict(values.values), results, dict(values.attribute_errors))

    def _answers(self, frame: Frame) -> bool:
        if not frame.general:
            return (frame.cluster, frame.command) in self._specific
        if frame.command == DEFAULT_RESPONSE:
            return any(_cluster(part) == frame.cluster for part in self.components)
        return any(part.cluster == frame.cluster for part in self._reads)

    def _take_one(self, frame: Frame, outcome: Outcome, context: Context) -> int:
        if frame.general and frame.command == DEFAULT_RESPONSE:
            command, status = (leaf.value for leaf in cast("list[Leaf]", frame.body))
            row = {
                "sequence": frame.sequence, "cluster": frame.cluster, "command": command,
                "status": status, "frame_control": frame.frame_control,
            }  # fmt: skip
            outcome.values.setdefault("answers", []).append(row)
            return int(status)
        body = frame.body
        if frame.encrypted:
            opened = _open(frame, context)
            if opened is None:
                outcome.values["sealed"] = Sealed(sealed_octets(body[0]))
                return 0
            body = opened
        if frame.general:
            self._take_records(body, frame.cluster, outcome)
        else:
            part = self._specific[frame.cluster, frame.command]
            assert part.answer is not None
            outcome.values.update(take_fields(part.answer, part.answer_fields or {}, body))
        return 0

    def _take_records(self, body: Sequence[Node], cluster: int, outcome: Outcome) -> None:
        named = {each.id: each for part in self._reads if part.cluster == cluster for each in part.attributes}
        for record in body:
            parts = cast("list[Leaf]", cast("Branch", record).children)
            attribute = named.get(parts[0].value)
            if attribute is None:
                mismatch(parts[0], "an attribute that was asked for")
            record.name = attribute.name
            if parts[1].value:
                outcome.attribute_errors[attribute.name] = parts[1].value
            else:
                if parts[2].value != attribute.type.tag:
                    mismatch(parts[2], f"type {attribute.type.tag:02X} of {attribute.title}")
                outcome.values[attribute.name] = parts[3].value

    def _put_default(self, row: Mapping[str, int]) -> tuple[int, int, bytes]:
        control = row.get("frame_control", self._frame_control)
        content = bytes((control, row["sequence"], DEFAULT_RESPONSE, row["command"], row["status"]))
        return 0, row["cluster"], content

    def _put_one(
        self, part: Send | Read, sequence: int, outcome: Outcome, context: Context
    ) -> tuple[int, int, bytes]:
        number, control = READ_ATTRIBUTES_RESPONSE, TO_CLIENT | (NO_DEFAULT_RESPONSE if part.sealed else 0)
        if isinstance(part, Send):
            if part.answer is None:
                raise InvalidValue("a default response is missing", field=f"answers.{sequence}")
            number, control = part.answer.id, 0x01 | (TO_CLIENT if part.answer.to_client else 0)
        frame = bytes((control, sequence, number))
        if not part.sealed:
            return 0, _cluster(part), frame + self._content(part, outcome)
        held = outcome.values.get("sealed")
        if isinstance(held, Sealed):
            sealed = held.octets
        elif context.seal is None:
            raise InvalidValue("there is no key to encrypt it with")
        else:
            sealed = context.seal(self._content(part, outcome))
        size = len(sealed).to_bytes(2, "big")
        return ENCRYPTED, _cluster(part), b"\x00" + bytes((sequence,)) + frame + size + sealed

    def _content(self, part: Send | Read, outcome: Outcome) -> bytes:
        """The ZCL payload that answers ``part``, in the clear."""
        if isinstance(part, Read):
            return self._records(part, outcome)
        assert part.answer is not None
        return part.answer.layout.write(write_fields(part.answer_fields or {}, outcome.values))

    @staticmethod
    def _records(part: Read, outcome: Outcome) -> bytes:
        out = bytearray()
        for each in part.attributes:
            out += each.id.to_bytes(2, "little")
            error = outcome.attribute_errors.get(each.name)
            if error:
                out.append(error)
            elif each.name not in outcome.values:
                raise InvalidValue("a value is missing", field=each.name)
            else:
                out += bytes((0, each.type.tag)) + each.type.write(outcome.values[each.name])
        return bytes(out)


def _cluster(part: Send | Read) -> int:
    return part.command.cluster if isinstance(part, Send) else part.cluster


def sealed_octets(node: Node) -> bytes:
    """The sealed octets of an encrypted component, without their length."""
    return b"".join(child.encode() for child in cast("Branch", node).children)


def _open(frame: Frame, context: Context) -> list[Node] | None:
    if context.unseal is None:
        return None
    node = frame.body[0]
    opened = context.unseal(sealed_octets(node))
    if opened is None:
        return None
    nodes = walk_zcl(opened, 0, len(opened), frame.cluster, frame.frame_control, frame.command)
    if context.unsealed is not None:
        context.unsealed.append((node, Branch(BARE, nodes, 0, len(opened), "plaintext")))
    return nodes


class GbzAlert:
    """An alert of a GBZ form: code, time, and what the use case adds (nothing, or typed leaves)."""

    def __init__(self, *content: tuple[str, str]) -> None:
        """``content`` pairs the walk's leaf names with the form's value names."""
        self.content = dict(content)

    def fields(self) -> tuple[str, ...]:
        """The names of the values."""
        return ("alert_code", "time", *self.content.values())

    def recognises(self, payload: Node) -> bool:
        """Whether the alert holds just this content."""
        if not isinstance(payload, Branch) or payload.name != "gbz":
            return False
        found = [leaf.name for node in payload.children[4:] for leaf in node.leaves()]
        return payload.children[-1].name != "components" and found == list(self.content)

    def take(self, payload: Node, context: Context) -> dict[str, Any]:
        """The values."""
        if not self.recognises(payload):
            mismatch(payload, "the alert of this form")
        leaves = list(payload.leaves())
        parts, content = leaves[1], leaves[4:]
        if parts.value != bool(self.content):
            mismatch(parts, f"{int(bool(self.content))} use case parts")
        values: dict[str, Any] = {"alert_code": leaves[2].value, "time": read_time(leaves[3].value)}
        values.update({self.content[leaf.name]: leaf.value for leaf in content})
        return values

    def put(self, values: Values, context: Context) -> bytes:
        """The alert; raises :class:`InvalidValue` naming what is missing or does not fit."""
        if missing := [name for name in self.fields() if name not in values]:
            raise InvalidValue("a value is missing", field=missing[0])
        given = {leaf: values[name] for leaf, name in self.content.items()}
        try:
            head = HEADER + bytes((bool(self.content),)) + int(values["alert_code"]).to_bytes(2, "big")
            return head + write_time(values["time"]).to_bytes(4, "big") + write_alert_content(given)
        except (OverflowError, ValueError, TypeError, AttributeError) as wrong:
            raise InvalidValue(f"a value does not fit: {wrong}") from None

    def canonical(self, values: Values) -> dict[str, Any]:
        """Only what the form holds."""
        return {name: values[name] for name in self.fields()}

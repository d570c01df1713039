"""Bodies of GBZ forms: the components of a command, what answers each of them, and alerts.

A component of a command is either a cluster command with some of its fields bound to values of the
form (the rest are fixed by its declaration) or a read of attributes. Each is answered by one default
response, by a command of its own, or by attribute records. A failing component is answered by its
status, every later one by "not executed" (command FF, status 01).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from gbsmart.gbcs.form import Outcome, Values
from gbsmart.gbcs.gbz.attributes import Attribute
from gbsmart.gbcs.gbz.bindings import (
    Binding,
    agree,
    bound_values,
    check_derived,
    fixed_fields,
    take_fields,
    write_fields,
)
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
)
from gbsmart.gbcs.shape import NOT_WRITABLE, SEALED, Context, Sealed, inside, mismatch
from gbsmart.gbcs.tree import BARE, Branch, Leaf, Node
from gbsmart.ground import InvalidValue, MalformedMessage

HEADER = b"\x01\x09"
NOT_EXECUTED = (0xFF, 0x01)
"""The command id and status that answer a component after the one that failed."""


@dataclass(frozen=True, slots=True)
class Send:
    """One cluster command. ``each`` names a list value: one component per element, fields from it.

    ``given`` names a value without which the component is left out. ``fixed`` are fields whose value
    the use case itself fixes. ``answer`` is the command that
    answers it (None: a default response).
    """

    command: Command
    fields: Mapping[str, Binding]
    fixed: Mapping[str, int] = field(default_factory=dict)
    each: str = ""
    given: str = ""
    answer: Command | None = None
    answer_fields: Mapping[str, Binding] | None = None

    def payloads(self, values: Values) -> list[bytes]:
        """The ZCL payloads of its components."""
        if self.given and values.get(self.given) is None:
            return []
        if not self.each:
            return [self._payload(values, values, "")]
        rows = values.get(self.each) or ()
        if not isinstance(rows, Sequence):
            raise InvalidValue(f"{rows!r} is not a list of rows", field=self.each)
        return [self._payload(row, values, f"{self.each}.{index}.") for index, row in enumerate(rows)]

    def _payload(self, row: Values, values: Values, path: str) -> bytes:
        if not isinstance(row, Mapping):
            raise InvalidValue(f"{row!r} is not a row of values", field=path.rstrip("."))
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
        self._fixed = {
            id(part): fixed_fields(part.command, part.fields, part.fixed)
            for part in components
            if isinstance(part, Send)
        }

    def fields(self) -> tuple[str, ...]:
        """The names of the values, in order, each once; lists by their name."""
        names: dict[str, None] = {}
        for part in self.components:
            if isinstance(part, Send):
                for bound in bound_values(part.fields):
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
        _check_sequence([frame for _, frame in matched])
        for part, frame in matched:
            if isinstance(part, Read):
                continue
            taken = take_fields(part.command, part.fields, frame.body, self._fixed[id(part)], context)
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
            names = [bound.name for bound in bound_values(part.fields)]
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
            count = 0
            while at < len(found) and (count == 0 or repeated) and _asks(part, found[at]):
                matched.append((part, found[at]))
                at, count = at + 1, count + 1
            if not count and not _may_be_left_out(part):
                return None
        return matched if at == len(found) else None


def _may_be_left_out(part: Send | Read) -> bool:
    return isinstance(part, Send) and bool(part.each or part.given)


def _check_sequence(found: Sequence[Frame]) -> None:
    for index, frame in enumerate(found):
        if frame.sequence != index:
            raise MalformedMessage(f"component {index} has sequence {frame.sequence}", offset=frame.offset)


def _asks(part: Send | Read, frame: Frame) -> bool:
    """Whether ``frame`` is of ``part``; a command that wants no default response is none of GBCS."""
    if isinstance(part, Send):
        return (frame.cluster, frame.frame_control, frame.command) == (
            part.command.cluster, part.frame_control, part.command.id,
        )  # fmt: skip
    if (frame.cluster, frame.frame_control, frame.command) != (part.cluster, 0, READ_ATTRIBUTES):
        return False
    return [leaf.value for leaf in cast("list[Leaf]", frame.body)] == [each.id for each in part.attributes]


class GbzResponse:
    """The response of a GBZ form.

    Its :class:`~gbsmart.gbcs.form.Outcome` has one result per component; default responses are kept
    as the list ``answers`` of ``{"cluster", "command", "status"}``.
    """

    def __init__(self, *components: Send | Read) -> None:
        self.components = components
        self._reads = [part for part in components if isinstance(part, Read)]
        self._specific = {
            (int(part.answer.cluster), part.answer.id): part
            for part in components
            if isinstance(part, Send) and part.answer
        }
        self._fixed = {
            id(part): fixed_fields(part.answer, part.answer_fields or {})
            for part in self._specific.values()
            if part.answer
        }
        repeated = [isinstance(part, Send) and bool(part.each) for part in components]
        self._least = sum(not _may_be_left_out(part) for part in components)
        self._most = 255 if any(repeated) else len(components)

    def fields(self) -> tuple[str, ...]:
        """The names of the values delivered."""
        names = [each.name for part in self._reads for each in part.attributes]
        for part in self._specific.values():
            names += [bound.name for bound in bound_values(part.answer_fields or {})]
        return (*dict.fromkeys(names), "answers")

    def recognises(self, payload: Node) -> bool:
        """Whether every component answers a component of this form's command."""
        found = frames(payload)
        return found is not None and all(self._answers(frame) for frame in found)

    def take(self, payload: Node, context: Context) -> Outcome:
        """What was delivered, and one status per component.

        A device answers every component of the command, in order: one that is missing is no success.
        """
        found = frames(payload)
        if found is None or not self.recognises(payload):
            mismatch(payload, "the components that answer this form")
        if not self._least <= len(found) <= self._most:
            exactly = "" if self._least == self._most else "at least "
            mismatch(payload, f"{exactly}{self._least} components")
        _check_sequence(found)
        outcome = Outcome({})
        outcome.results = tuple([self._take_one(frame, outcome, context) for frame in found])
        return outcome

    def put(self, values: Outcome, context: Context) -> bytes:
        """The components that say what ``values`` (an :class:`Outcome`) says."""
        try:
            refused = {row["sequence"]: row for row in values.values.get("answers", ())}
        except NOT_WRITABLE:
            raise InvalidValue("not a list of default responses", field="answers") from None
        parts: list[tuple[int, int, bytes]] = []
        for sequence in range(len(values.results) or len(self.components)):
            if sequence in refused:
                parts.append(self._put_default(refused[sequence]))
            elif sequence >= len(self.components):
                raise InvalidValue("a default response is missing", field=f"answers.{sequence}")
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
        return frame.command == READ_ATTRIBUTES_RESPONSE and any(
            part.cluster == frame.cluster for part in self._reads
        )

    def _take_one(self, frame: Frame, outcome: Outcome, context: Context) -> int:
        if frame.general and frame.command == DEFAULT_RESPONSE:
            command, status = (leaf.value for leaf in cast("list[Leaf]", frame.body))
            row = {
                "sequence": frame.sequence, "cluster": frame.cluster, "command": command,
                "status": status, "frame_control": frame.frame_control,
            }  # fmt: skip
            outcome.values.setdefault("answers", []).append(row)
            return int(status)
        if not frame.encrypted:
            self._take_content(frame, frame.body, outcome, context)
            return 0
        sealed = frame.body[0]
        with inside(sealed):
            opened = _open(frame, context)
            if opened is None:
                outcome.values[SEALED] = Sealed(sealed_octets(sealed))
            else:
                self._take_content(frame, opened, outcome, context)
        return 0

    def _take_content(self, frame: Frame, body: list[Node], outcome: Outcome, context: Context) -> None:
        """The values of a ZCL payload in the clear."""
        if frame.general:
            self._take_records(body, frame.cluster, outcome)
        else:
            part = self._specific[frame.cluster, frame.command]
            assert part.answer is not None
            outcome.values.update(
                take_fields(part.answer, part.answer_fields or {}, body, self._fixed[id(part)], context)
            )

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
        try:
            control = row.get("frame_control", 0)
            content = bytes((control, row["sequence"], DEFAULT_RESPONSE, row["command"], row["status"]))
            return 0, int(row["cluster"]), content
        except NOT_WRITABLE as wrong:
            raise InvalidValue(f"no default response: {wrong}", field=f"answers.{row['sequence']}") from None

    def _put_one(
        self, part: Send | Read, sequence: int, outcome: Outcome, context: Context
    ) -> tuple[int, int, bytes]:
        if isinstance(part, Send):
            if part.answer is None:
                raise InvalidValue("a default response is missing", field=f"answers.{sequence}")
            frame = bytes((0x01 | (TO_CLIENT if part.answer.to_client else 0), sequence, part.answer.id))
            content = part.answer.layout.write(write_fields(part.answer_fields or {}, outcome.values))
            return 0, part.command.cluster, frame + content
        control = TO_CLIENT | (NO_DEFAULT_RESPONSE if part.sealed else 0)
        frame = bytes((control, sequence, READ_ATTRIBUTES_RESPONSE))
        if not part.sealed:
            return 0, part.cluster, frame + self._records(part, outcome)
        held = outcome.values.get(SEALED)
        if isinstance(held, Sealed):
            sealed = held.octets
        elif context.seal is None:
            raise InvalidValue("there is no key to encrypt it with")
        else:
            sealed = context.seal(self._records(part, outcome))
        size = len(sealed).to_bytes(2, "big")
        return ENCRYPTED, part.cluster, b"\x00" + bytes((sequence,)) + frame + size + sealed

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

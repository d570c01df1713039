"""Responses of GBZ forms: what answers each component of the command.

Each is answered by one default response, by a command of its own (or several, such as one for each day
profile), or by attribute records. A failing component is answered by its status, every later one by "not
executed" (command FF, status 01). "Not found" fails nothing where a log may be empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, cast

from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.gbz.bindings import bound_values, fixed_fields, take_fields, write_fields
from gbsmart.gbcs.gbz.bodies import FAILURE, Read, Send, may_be_left_out, message
from gbsmart.gbcs.gbz.message import (
    ADDITIONAL_HEADER,
    CLUSTER_SPECIFIC,
    DEFAULT_RESPONSE,
    ENCRYPTED,
    NO_DEFAULT_RESPONSE,
    READ_ATTRIBUTES_RESPONSE,
    TO_CLIENT,
    Frame,
    frames,
    walk_zcl,
)
from gbsmart.gbcs.shape import NOT_WRITABLE, SEALED, Context, Sealed, inside, mismatch
from gbsmart.gbcs.tree import BARE, Branch, Leaf, Node
from gbsmart.ground import InvalidValue, MalformedMessage

NOT_FOUND = 0x8B


class GbzResponse:
    """The response of a GBZ form.

    Its :class:`~gbsmart.gbcs.form.Outcome` has one result per component; default responses are kept
    as the list ``answers`` of ``{"sequence", "cluster", "command", "status", "frame_control"}``, of which the
    last may be left out (0). A row of an answer that stays sealed is a :class:`Sealed`.
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
            id(part): fixed_fields(part.answer, part.answer_fields or {}, part.answer_fixed)
            for part in self._specific.values()
            if part.answer
        }
        self._asked = {
            (int(part.command.cluster), part.command.id): part
            for part in components
            if isinstance(part, Send)
        }
        self._rows = Counter(part.answers for part in components if isinstance(part, Send) and part.answers)
        repeated = [isinstance(part, Send) and bool(part.each) for part in components]
        self._least = max(1, sum(not may_be_left_out(part) for part in components))
        self._most = 255 if any(repeated) else len(components)

    def fields(self) -> tuple[str, ...]:
        """The names of the values delivered."""
        names = [each.name for part in self._reads for each in part.attributes]
        for part in self._specific.values():
            bound = [bound.name for bound in bound_values(part.answer_fields or {})]
            names += [part.answers] if part.answers else bound
        return (*dict.fromkeys(names), "answers")

    def recognises(self, payload: Node) -> bool:
        """Whether every component answers a component of this form's command."""
        return self._recognised(payload) is not None

    def take(self, payload: Node, context: Context) -> Outcome:
        """What was delivered, and one status per component.

        A device answers every component of the command, in order: one that is missing is no success.
        """
        found = self._recognised(payload)
        if found is None:
            mismatch(payload, "the components that answer this form")
        answered = self._answered(found)
        if not self._least <= answered <= self._most:
            exactly = "" if self._least == self._most else "at least "
            mismatch(payload, f"{exactly}{self._least} components")
        check_frame_counters(found)
        context.frame_controls = tuple(frame.frame_control for frame in found)
        outcome = Outcome({})
        results = {frame.sequence: self._take_one(frame, outcome, context) for frame in found}
        outcome.results = tuple(results.values())
        return outcome

    def _recognised(self, payload: Node) -> list[Frame] | None:
        found = frames(payload)
        return found if found is not None and all(self._answers(frame) for frame in found) else None

    def _answered(self, found: Sequence[Frame]) -> int:
        """How many components of the command are answered: their sequence numbers count them."""
        answered = 0
        for index, frame in enumerate(found):
            again = index > 0 and self._may_repeat(frame) and frame.sequence == answered - 1
            if again and self._may_repeat(found[index - 1]):
                continue
            if frame.sequence != answered:
                raise MalformedMessage(
                    f"answer {index} has sequence {frame.sequence}, not {answered}", offset=frame.offset
                )
            answered += 1
        return answered

    def _may_repeat(self, frame: Frame) -> bool:
        """Whether the component that this frame answers may have several answers like it."""
        part = None if frame.general else self._specific.get((frame.cluster, frame.command))
        return part is not None and self._rows[part.answers] == 1

    def put(self, values: Outcome, context: Context) -> bytes:
        """The components that say what ``values`` (an :class:`Outcome`) says."""
        try:
            refused = {row["sequence"]: row for row in values.values.get("answers", ())}
        except NOT_WRITABLE:
            raise InvalidValue("not a list of default responses", field="answers") from None
        parts: list[tuple[int, int, bytes]] = []
        rows = {name: self._rows_of(name, values) for name in self._rows}
        for sequence in range(len(values.results) or len(self.components)):
            if sequence in refused:
                parts.append(self._put_default(refused[sequence]))
            elif sequence >= len(self.components):
                raise InvalidValue("a default response is missing", field=f"answers.{sequence}")
            else:
                parts += self._put_one(self.components[sequence], sequence, values, context, rows)
        return message(_as_seen(parts, context.frame_controls))

    def canonical(self, values: Outcome) -> Outcome:
        """With a status for every component."""
        answers = values.values.get("answers", [])
        refused = {row["sequence"]: self._status(row) for row in answers}
        count = len(values.results) or len(self.components)
        for index, part in enumerate(self.components):
            if isinstance(part, Send) and part.refused(values.values):
                refused.setdefault(index, FAILURE)
        results = tuple(refused.get(index, 0) for index in range(count))
        return Outcome(dict(values.values), results, dict(values.attribute_errors))

    def _answers(self, frame: Frame) -> bool:
        if frame.from_date_time is not None:
            return False
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
            return self._status(row)
        if not frame.encrypted:
            return self._take_content(frame, frame.body, outcome, context)
        sealed = frame.body[0]
        with inside(sealed):
            opened = open_frame(frame, context)
            if opened is None:
                self._keep_sealed(frame, Sealed(sealed_octets(sealed)), outcome)
                return 0
            return self._take_content(frame, opened, outcome, context)

    def _status(self, row: Mapping[str, int]) -> int:
        """What a default response comes to: a log that is empty is no failure."""
        part = self._asked.get((row["cluster"], row["command"]))
        empty = part is not None and part.may_find_nothing and row["status"] == NOT_FOUND
        return 0 if empty else int(row["status"])

    def _keep_sealed(self, frame: Frame, sealed: Sealed, outcome: Outcome) -> None:
        part = None if frame.general else self._specific[frame.cluster, frame.command]
        if part is not None and part.answers:
            outcome.values.setdefault(part.answers, []).append(sealed)
        else:
            outcome.values[SEALED] = sealed

    def _take_content(self, frame: Frame, body: list[Node], outcome: Outcome, context: Context) -> int:
        """The values of a ZCL payload in the clear; answers what the component comes to."""
        if frame.general:
            self._take_records(frame, body, outcome)
            return 0
        part = self._specific[frame.cluster, frame.command]
        assert part.answer is not None
        taken = take_fields(part.answer, part.answer_fields or {}, body, self._fixed[id(part)], context)
        if part.answers:
            outcome.values.setdefault(part.answers, []).append(taken)
        else:
            outcome.values.update(taken)
        return FAILURE if part.refused(taken) else 0

    def _take_records(self, frame: Frame, body: Sequence[Node], outcome: Outcome) -> None:
        """A record for each attribute that was asked for, in that order: one that failed has one too."""
        asked = [each for part in self._reads if part.cluster == frame.cluster for each in part.attributes]
        if len(body) != len(asked):
            raise MalformedMessage(
                f"{len(body)} attributes where {len(asked)} were asked for", offset=frame.offset
            )
        for record, attribute in zip(body, asked, strict=True):
            parts = cast("list[Leaf]", cast("Branch", record).children)
            if parts[0].value != attribute.id:
                mismatch(parts[0], f"attribute {attribute.id:04X}, which was asked for")
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

    def _rows_of(self, name: str, outcome: Outcome) -> Iterator[Any]:
        rows = outcome.values.get(name, ())
        if not isinstance(rows, Sequence) or isinstance(rows, (str, bytes)):
            raise InvalidValue("not a list of rows", field=name)
        return iter(rows)

    def _put_one(
        self,
        part: Send | Read,
        sequence: int,
        outcome: Outcome,
        context: Context,
        rows: Mapping[str, Iterator[Any]],
    ) -> list[tuple[int, int, bytes]]:
        if isinstance(part, Send):
            if part.answer is None:
                raise InvalidValue("a default response is missing", field=f"answers.{sequence}")
            if not part.answers:
                return [self._put_answer(part, sequence, outcome.values, context)]
            wanted = None if self._rows[part.answers] == 1 else 1
            these = list(islice(rows[part.answers], wanted))
            if not these:
                raise InvalidValue("a row is missing", field=part.answers)
            return [self._put_row(part, sequence, row, context) for row in these]
        control = TO_CLIENT | (NO_DEFAULT_RESPONSE if part.is_quiet else 0)
        frame = bytes((control, sequence, READ_ATTRIBUTES_RESPONSE))
        if not part.sealed:
            return [(0, part.cluster, frame + self._records(part, outcome))]
        held = outcome.values.get(SEALED)
        content = held if isinstance(held, Sealed) else self._records(part, outcome)
        return [put_sealed(part.cluster, frame, content, context)]

    def _put_row(self, part: Send, sequence: int, row: Any, context: Context) -> tuple[int, int, bytes]:
        if isinstance(row, Sealed):
            row = {SEALED: row}
        if not isinstance(row, Mapping):
            raise InvalidValue(f"{row!r} is not a row of values", field=part.answers)
        try:
            return self._put_answer(part, sequence, row, context)
        except InvalidValue as wrong:
            path = f"{part.answers}.{wrong.field}" if wrong.field else part.answers
            raise InvalidValue(wrong.reason, field=path) from None

    @staticmethod
    def _put_answer(
        part: Send, sequence: int, values: Mapping[str, Any], context: Context
    ) -> tuple[int, int, bytes]:
        assert part.answer is not None
        control = CLUSTER_SPECIFIC | (TO_CLIENT if part.answer.to_client else 0)
        control |= NO_DEFAULT_RESPONSE if part.quiet or part.answer.quiet else 0
        frame = bytes((control, sequence, part.answer.id))
        held = values.get(SEALED)
        if part.sealed and isinstance(held, Sealed):
            return put_sealed(part.command.cluster, frame, held, context)
        written = write_fields(part.answer_fields or {}, values)
        content = part.answer.layout.write({**written, **part.answer_fixed})
        if part.sealed:
            return put_sealed(part.command.cluster, frame, content, context)
        return 0, part.command.cluster, frame + content

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


def check_frame_counters(found: Sequence[Frame]) -> None:
    """Refuse encrypted components whose frame counters do not count them."""
    encrypted = [frame for frame in found if frame.encrypted]
    for index, frame in enumerate(encrypted):
        if frame.frame_counter != index:
            raise MalformedMessage(
                f"encrypted component {index} has frame counter {frame.frame_counter}", offset=frame.offset
            )


def _as_seen(
    parts: list[tuple[int, int, bytes]], frame_controls: Sequence[int]
) -> list[tuple[int, int, bytes]]:
    """The components under the frame controls with which they were read, where they were read."""
    if len(frame_controls) != len(parts):
        return parts
    seen = []
    for (control, cluster, content), frame_control in zip(parts, frame_controls, strict=True):
        at = len(ADDITIONAL_HEADER) if control & ENCRYPTED else 0
        seen.append((control, cluster, content[:at] + bytes((frame_control,)) + content[at + 1 :]))
    return seen


def sealed_octets(node: Node) -> bytes:
    """The sealed octets of an encrypted component, without their length."""
    return b"".join(child.encode() for child in cast("Branch", node).children)


def put_sealed(
    cluster: int, frame: bytes, content: bytes | Sealed, context: Context
) -> tuple[int, int, bytes]:
    """A component whose ZCL payload is sealed, or is passed on as it is sealed already."""
    if isinstance(content, Sealed):
        octets = content.octets
    elif context.seal is None:
        raise InvalidValue("there is no key to encrypt it with")
    else:
        octets = context.seal(content)
    return ENCRYPTED, cluster, ADDITIONAL_HEADER + frame + len(octets).to_bytes(2, "big") + octets


def open_frame(frame: Frame, context: Context) -> list[Node] | None:
    """The ZCL payload of a sealed component; None where the key is not at hand."""
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

"""Responses of GBZ forms: what answers each component of the command.

Each is answered by one default response, by a command of its own, or by attribute records. A failing
component is answered by its status, every later one by "not executed" (command FF, status 01).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.gbz.bindings import bound_values, fixed_fields, take_fields, write_fields
from gbsmart.gbcs.gbz.bodies import Read, Send, check_sequence, may_be_left_out, message
from gbsmart.gbcs.gbz.message import (
    ADDITIONAL_HEADER,
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
from gbsmart.ground import InvalidValue


class GbzResponse:
    """The response of a GBZ form.

    Its :class:`~gbsmart.gbcs.form.Outcome` has one result per component; default responses are kept
    as the list ``answers`` of ``{"sequence", "cluster", "command", "status", "frame_control"}``, of which the
    last may be left out (0).
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
        self._least = sum(not may_be_left_out(part) for part in components)
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
        check_sequence(found)
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
            control = 0x01 | (TO_CLIENT if part.answer.to_client else 0)
            control |= NO_DEFAULT_RESPONSE if part.answer.quiet else 0
            frame = bytes((control, sequence, part.answer.id))
            content = part.answer.layout.write(write_fields(part.answer_fields or {}, outcome.values))
            return 0, part.command.cluster, frame + content
        control = TO_CLIENT | (NO_DEFAULT_RESPONSE if part.sealed and part.quiet else 0)
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
        return ENCRYPTED, part.cluster, ADDITIONAL_HEADER + frame + size + sealed

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

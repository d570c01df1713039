"""Commands of GBZ forms: their components, sent or read.

A component is either a cluster command with some of its fields bound to values of the form (the rest are
fixed by its declaration) or a read of attributes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any, cast

from gbsmart.gbcs.form import Values
from gbsmart.gbcs.gbz.attributes import Attribute
from gbsmart.gbcs.gbz.bindings import (
    Binding,
    Bound,
    agree,
    bound_values,
    check_derived,
    fixed_fields,
    take_fields,
    write_fields,
)
from gbsmart.gbcs.gbz.commands import Command
from gbsmart.gbcs.gbz.message import (
    ADDITIONAL_HEADER,
    ENCRYPTED,
    FROM_DATE_TIME,
    LAST,
    READ_ATTRIBUTES,
    TO_CLIENT,
    Frame,
    frames,
)
from gbsmart.gbcs.shape import Context, mismatch
from gbsmart.gbcs.tree import Leaf, Node
from gbsmart.ground import InvalidValue, MalformedMessage

HEADER = b"\x01\x09"
FAILURE = 0x01
NOT_EXECUTED = (0xFF, FAILURE)
"""The command id and status that answer a component after the one that failed."""


@dataclass(frozen=True, slots=True)
class Send:
    """One cluster command. ``each`` names a list value: one component per element, fields from it.

    ``given`` names a value without which the component is left out. ``fixed`` are fields whose value
    the use case itself fixes. ``answer`` is the command that
    answers it (None: a default response). Where it may be answered several times, or where several
    components are answered alike, ``answers`` names the list value that has a row for each answer.
    ``may_find_nothing``: "not found" is then an answer like another (a log without entries). ``sealed``
    says that the answer is encrypted, ``quiet`` that its frame wants no default response. ``answer_fixed``
    are fields of the answer that the use case fixes, ``refusal`` values of the answer by which a device says
    that it did not do it: the first tells, the others come with it. ``from_date_time`` is the value that its
    component carries as From Date Time: what the ZCL command has no field for (when it takes effect, where
    a log is to begin).
    """

    command: Command
    fields: Mapping[str, Binding]
    fixed: Mapping[str, int] = field(default_factory=dict)
    each: str = ""
    given: str = ""
    answer: Command | None = None
    answer_fields: Mapping[str, Binding] | None = None
    answer_fixed: Mapping[str, int] = field(default_factory=dict)
    answers: str = ""
    may_find_nothing: bool = False
    sealed: bool = False
    quiet: bool = False
    from_date_time: Bound | None = None
    refusal: Mapping[str, int] = field(default_factory=dict)

    def values(self) -> list[Bound]:
        """The bindings that stand for a value of the form."""
        return bound_values(self.fields) + ([self.from_date_time] if self.from_date_time else [])

    def refused(self, answered: Values) -> bool:
        """Whether its answer, by what is in it, says that it was not done."""
        return any(answered.get(name) == value for name, value in islice(self.refusal.items(), 1))

    def header(self, values: Values) -> tuple[int, bytes]:
        """The control bits and the additional header of its components."""
        if self.from_date_time is None:
            return 0, b""
        moment = write_fields({"from_date_time": self.from_date_time}, values)["from_date_time"]
        return FROM_DATE_TIME, int(moment).to_bytes(4, "big")

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
    """A read of attributes of one cluster; ``sealed`` says that the answer is encrypted.

    A ``quiet`` answer says that it wants no default response: where nothing else is declared, the sealed
    one does (public messages show both).
    """

    attributes: tuple[Attribute, ...]
    sealed: bool = False
    quiet: bool | None = None

    @property
    def is_quiet(self) -> bool:
        """Whether the answer wants no default response."""
        return self.sealed if self.quiet is None else self.quiet

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
    """A GBZ payload from (control, cluster, content) triples; raises :class:`InvalidValue` over 255.

    The content of an encrypted one begins with its additional header, which counts them from 0.
    """
    if not 0 < len(components) < 256:
        raise InvalidValue(f"a GBZ message has 1 to 255 components, not {len(components)}")
    encrypted = count()
    components = [
        (
            control,
            cluster,
            bytes((0, next(encrypted))) + content[len(ADDITIONAL_HEADER) :]
            if control & ENCRYPTED
            else content,
        )
        for control, cluster, content in components
    ]
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
                for bound in part.values():
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
        check_sequence([frame for _, frame in matched])
        for part, frame in matched:
            if isinstance(part, Read):
                continue
            taken = take_fields(part.command, part.fields, frame.body, self._fixed[id(part)], context)
            if part.from_date_time is not None:
                agree(
                    taken,
                    part.from_date_time.name,
                    _from_date_time(part.from_date_time, frame),
                    frame.body[0],
                )
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
                control, header = part.header(values)
                head = header + bytes((part.frame_control, len(parts), part.command.id))
                parts.append((control, part.command.cluster, head + content))
        if not parts:
            absent = next(part for part in self.components if isinstance(part, Send))
            raise InvalidValue("without it nothing is asked", field=absent.each or absent.given)
        return message(parts)

    def canonical(self, values: Values) -> dict[str, Any]:
        """What a reader finds: only this form's values, an empty list where a list has no elements."""
        canonical: dict[str, Any] = {}
        for part in self.components:
            if isinstance(part, Read) or (part.given and values.get(part.given) is None):
                continue
            names = [bound.name for bound in part.values()]
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
            if not count and not may_be_left_out(part):
                return None
        return matched if at == len(found) else None


def may_be_left_out(part: Send | Read) -> bool:
    """Whether a command may come without any component of ``part``."""
    return isinstance(part, Send) and bool(part.each or part.given)


def check_sequence(found: Sequence[Frame]) -> None:
    """Refuse components whose ZCL sequence numbers do not count them."""
    for index, frame in enumerate(found):
        if frame.sequence != index:
            raise MalformedMessage(f"component {index} has sequence {frame.sequence}", offset=frame.offset)


def _from_date_time(bound: Bound, frame: Frame) -> Any:
    """The value that a component's From Date Time stands for."""
    try:
        return bound.read(frame.from_date_time)
    except (ValueError, OverflowError):
        raise MalformedMessage(
            f"{frame.from_date_time} is no {bound.name}", offset=frame.offset, where="from_date_time"
        ) from None


def _asks(part: Send | Read, frame: Frame) -> bool:
    """Whether ``frame`` is of ``part``; a command that wants no default response is none of GBCS."""
    dated = isinstance(part, Send) and part.from_date_time is not None
    if (frame.from_date_time is not None) is not dated:
        return False
    if isinstance(part, Send):
        return (frame.cluster, frame.frame_control, frame.command) == (
            part.command.cluster, part.frame_control, part.command.id,
        )  # fmt: skip
    if (frame.cluster, frame.frame_control, frame.command) != (part.cluster, 0, READ_ATTRIBUTES):
        return False
    return [leaf.value for leaf in cast("list[Leaf]", frame.body)] == [each.id for each in part.attributes]

"""The instructions of a future-dated command: each has an alert that tells its outcome (8F66 or 8F67).

No message states them: they are found in the command itself. In DLMS each write of the execution time is an
instruction, in GBZ each command that carries it, and an ASN.1 command is one (basis: I; the public vectors
show as many alerts, or one less).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, cast

from gbsmart.gbcs import catalogue, codec, forms
from gbsmart.gbcs.dlms.access import AccessRequest
from gbsmart.gbcs.dlms.items import ACTIVATION_OF
from gbsmart.gbcs.dlms.moments import write_date_time
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.gbz.commands import COMMANDS
from gbsmart.gbcs.gbz.message import frame
from gbsmart.gbcs.gbz.zcl import write_time
from gbsmart.gbcs.message_codes import message_code
from gbsmart.gbcs.tree import Branch, Leaf, Node

EXECUTED, NOT_EXECUTED = 0x8F66, 0x8F67
"""The alert codes by which a device says that an instruction was carried out, or was not."""


class Instruction(NamedTuple):
    """One instruction: ``named`` are the values by which its alert names it.

    ``title`` says what it brings into force; that of an ASN.1 command is empty, and its alert tells the
    outcome instead.
    """

    title: str
    named: Mapping[str, Any]


def future_dated_instructions(message: Message, execution: datetime) -> tuple[Instruction, ...]:
    """The instructions of ``message`` that are executed at ``execution``, in order; one for ASN.1."""
    tree = codec.walk_payload(message.payload, 0, len(message.payload), message.header.cra)
    if tree.name == "gbz":
        return tuple(_of_gbz(message, tree, write_time(execution)))
    if tree.name == "access-request":
        return tuple(_of_dlms(message, tree, write_date_time(execution)))
    return (Instruction("", {}),)


def outcome_form(code: int) -> Form:
    """The form in which the outcome of a command of this message code is told.

    Raises :class:`~gbsmart.ground.NotFound`.
    """
    row = message_code(code)
    about = row.use_case if row.family == "ASN1" else ""
    [form] = forms.by_code()[catalogue.alert_message_code(EXECUTED, row.family, about)]
    return form


def _of_dlms(message: Message, tree: Node, moment: bytes) -> Iterator[Instruction]:
    specs, data = cast("list[Branch]", cast("Branch", tree).children[2:4])
    titles = _titles(message, tree)
    for spec, argument in zip(specs.children, data.children, strict=True):
        if isinstance(argument, Leaf) and argument.value == moment:
            _, class_id, instance, member = cast("list[Leaf]", cast("Branch", spec).children[:4])
            ref = class_id.value, instance.value, member.value
            named = {
                "message_code": message.header.message_code, "counter": message.header.counter,
                "class_id": ref[0], "instance": ref[1], "attribute": ref[2],
            }  # fmt: skip
            title = titles.get(ref, "").removeprefix(ACTIVATION_OF)
            yield Instruction(title, {"instruction": named})


def _titles(message: Message, tree: Node) -> Mapping[tuple[int, bytes, int], str]:
    """What the form of a command says of each attribute that it writes."""
    found = codec.find_form(message.header, tree)
    if found is None or not isinstance(found[1], AccessRequest):
        return {}
    return {ref: item.title for item in found[1].items for ref in item.among or (item.ref,)}


def _of_gbz(message: Message, tree: Node, seconds: int) -> Iterator[Instruction]:
    for component in _components(tree):
        if _carries(component, seconds):
            found = frame(component)
            command = COMMANDS.get((found.cluster, found.to_client, found.command))
            named = {
                "message_code": message.header.message_code, "originator_counter": message.header.counter,
                "cluster": found.cluster, "frame_control": found.frame_control, "command": found.command,
            }  # fmt: skip
            yield Instruction(command.name if command else "", named)


def _components(tree: Node) -> list[Node]:
    if not isinstance(tree, Branch):
        return []
    last = tree.children[-1]
    return list(last.children) if isinstance(last, Branch) else []


def _carries(component: Node, seconds: int) -> bool:
    return any(
        leaf.value == seconds and (leaf.kind.name == "UTCTime" or leaf.name == "from_date_time")
        for leaf in component.leaves()
    )

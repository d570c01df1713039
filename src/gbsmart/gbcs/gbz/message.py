"""GBZ: ZigBee frames carried in a GBCS message (GBCS section 7.2.10).

A message is the profile id, a count, and components; an alert has its code and time where the
components would be. The GBZ header is big-endian, the ZCL frame inside it little-endian. A component
is control, cluster, length, [additional header], [From Date Time], ZCL frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from gbsmart.gbcs.gbz.attributes import attribute_name
from gbsmart.gbcs.gbz.commands import COMMANDS
from gbsmart.gbcs.gbz.zcl import TYPES, UINT8, UINT16, read_time
from gbsmart.gbcs.header import Cra
from gbsmart.gbcs.tree import BARE, OCTETS, U8, U16, U32, U64, Branch, Framing, Kind, Leaf, Node
from gbsmart.ground import MalformedMessage

PROFILE = 0x0109
LAST, ENCRYPTED, FROM_DATE_TIME = 0x01, 0x02, 0x10
ADDITIONAL_HEADER = bytes(2)
"""Of the first encrypted component: control, and which of the encrypted components of the message it is."""
CLUSTER_SPECIFIC, TO_CLIENT, NO_DEFAULT_RESPONSE = 0x01, 0x08, 0x10
READ_ATTRIBUTES, READ_ATTRIBUTES_RESPONSE, DEFAULT_RESPONSE = 0x00, 0x01, 0x0B

_COUNTED = Framing("components", lambda count, _: bytes([count]))
_SIZED = Framing("component body", lambda _, content: len(content).to_bytes(2, "big"))
_CIPHERED = Framing("ciphered information", lambda _, content: len(content).to_bytes(2, "big"))
_SHORT = Framing("octets", lambda _, content: bytes([len(content)]))
ALERT_TIME = Kind(
    "UTCTime BE",
    lambda value: value.to_bytes(4, "big"),
    lambda value: f"{read_time(value):%Y-%m-%dT%H:%M:%SZ}",
)
ALERT_CODE = Kind("alert code", lambda value: value.to_bytes(2, "big"), lambda value: f"{value:04X}")
_MESSAGE_CODE = Kind("message code", lambda value: value.to_bytes(2, "big"), lambda value: f"{value:04X}")
_CLUSTER = Kind("cluster", lambda value: value.to_bytes(2, "big"), lambda value: f"{value:04X}")

_INSTRUCTION_CODES = frozenset({0x8F66, 0x8F67})
"""Alert codes that name the future dated instruction which was executed, or which failed."""


class Frame(NamedTuple):
    """A component taken apart: what a form, a device or a listing works with.

    ``body`` is the ZCL payload's nodes; for an encrypted component it is the single node of the
    sealed octets. ``from_date_time`` and ``frame_counter`` are None where absent.
    """

    control: int
    cluster: int
    frame_counter: int | None
    from_date_time: int | None
    frame_control: int
    sequence: int
    command: int
    body: list[Node]
    offset: int

    @property
    def encrypted(self) -> bool:
        """Whether the ZCL payload is sealed for the recipient."""
        return bool(self.control & ENCRYPTED)

    @property
    def general(self) -> bool:
        """Whether the command is profile-wide (read attributes, default response)."""
        return not self.frame_control & CLUSTER_SPECIFIC

    @property
    def to_client(self) -> bool:
        """ZigBee direction server to client."""
        return bool(self.frame_control & TO_CLIENT)


def walk_gbz(data: bytes, start: int, end: int, cra: Cra) -> Branch:
    """The GBZ payload in ``data[start:end]`` under this flag; raises :class:`MalformedMessage`."""
    if end - start < 3 or data[start : start + 2] != b"\x01\x09":
        raise MalformedMessage("a GBZ payload begins with profile 0109", offset=start)
    profile = Leaf(U16, PROFILE, start, 2, "profile_id")
    count = data[start + 2]
    at = start + 3
    if cra == Cra.ALERT:
        return _walk_alert(data, start, end, profile, count)
    components: list[Node] = []
    for index in range(count):
        component, at = _walk_component(data, at, end, cra, last=index == count - 1)
        components.append(component)
    if at != end:
        raise MalformedMessage(f"{end - at} octets after the last GBZ component", offset=at)
    listed = Branch(_COUNTED, components, start + 2, end - start - 2, "components")
    return Branch(BARE, [profile, listed], start, end - start, "gbz")


def _walk_alert(data: bytes, start: int, end: int, profile: Leaf, count: int) -> Branch:
    """Alert code, time and, where ``count`` is 1, what the use case adds."""
    at = start + 3
    if at + 6 > end:
        raise MalformedMessage("a GBZ alert is cut short", offset=at)
    code = int.from_bytes(data[at : at + 2], "big")
    children: list[Node] = [
        profile,
        Leaf(U8, count, start + 2, 1, "use_case_parts"),
        Leaf(ALERT_CODE, code, at, 2, "alert_code"),
        Leaf(ALERT_TIME, int.from_bytes(data[at + 2 : at + 6], "big"), at + 2, 4, "time_stamp"),
    ]
    at += 6
    if count != (at < end):
        raise MalformedMessage(
            f"{count} use-case parts are announced and {end - at} octets follow the time",
            offset=start + 2,
            where="use_case_parts",
        )
    if at < end:
        children.append(_walk_alert_content(data, at, end, code))
    return Branch(BARE, children, start, end - start, "gbz")


def _walk_alert_content(data: bytes, offset: int, end: int, code: int) -> Node:
    first = data[offset]
    if code in _INSTRUCTION_CODES:
        if first != 0x0E or end - offset != 15:
            raise MalformedMessage("not the 14 octets of an instruction", offset=offset, where="instruction")
        return Branch(_SHORT, _instruction(data, offset + 1), offset, end - offset, "instruction")
    if first == 0x09 and end - offset > 2 and data[offset + 1] == end - offset - 2:
        tagged = Kind("octet-string", lambda value: b"\x09" + bytes([len(value)]) + value, bytes.hex)
        return Leaf(tagged, data[offset + 2 : end], offset, end - offset, "content")
    if end - offset == 2:
        return Leaf(U16, int.from_bytes(data[offset:end], "big"), offset, 2, "reason")
    component, after = _walk_component(data, offset, end, Cra.ALERT, last=True)
    if after != end:
        raise MalformedMessage(f"{end - after} octets after the alert's component", offset=after)
    return component


def write_alert_content(values: Mapping[str, Any]) -> bytes:
    """What follows the time of an alert, from the values of its leaves; the inverse of the walk."""
    if not values:
        return b""
    if "content" in values:
        content: bytes = values["content"]
        return bytes((0x09, len(content))) + content
    if "reason" in values:
        return int(values["reason"]).to_bytes(2, "big")
    widths = {"message_code": 2, "originator_counter": 8, "cluster": 2, "frame_control": 1, "command": 1}
    body = b"".join(int(values[name]).to_bytes(width, "big") for name, width in widths.items())
    return bytes((len(body),)) + body


def _instruction(data: bytes, at: int) -> list[Node]:
    number = int.from_bytes
    return [
        Leaf(_MESSAGE_CODE, number(data[at : at + 2], "big"), at, 2, "message_code"),
        Leaf(U64, number(data[at + 2 : at + 10], "big"), at + 2, 8, "originator_counter"),
        Leaf(_CLUSTER, number(data[at + 10 : at + 12], "big"), at + 10, 2, "cluster"),
        Leaf(U8, data[at + 12], at + 12, 1, "frame_control"),
        Leaf(U8, data[at + 13], at + 13, 1, "command"),
    ]


def _walk_component(data: bytes, offset: int, end: int, cra: Cra, *, last: bool) -> tuple[Branch, int]:
    if offset + 5 > end:
        raise MalformedMessage("a GBZ component is cut short", offset=offset)
    control = data[offset]
    if control & ~(LAST | ENCRYPTED | FROM_DATE_TIME):
        raise MalformedMessage(f"control field {control:#04x} has unknown bits", offset=offset)
    if bool(control & LAST) is not last:
        raise MalformedMessage("the last-component bit disagrees with the count", offset=offset)
    if control & ENCRYPTED and cra == Cra.COMMAND:
        raise MalformedMessage("no command carries encrypted data", offset=offset)
    cluster = int.from_bytes(data[offset + 1 : offset + 3], "big")
    size = int.from_bytes(data[offset + 3 : offset + 5], "big")
    start, after = offset + 5, offset + 5 + size
    if after > end:
        raise MalformedMessage(f"a GBZ component of {size} octets runs past the end", offset=offset)
    nodes: list[Node] = []
    at = _walk_header(data, start, after, control, nodes)
    at = _walk_frame(data, at, after, control, cluster, nodes)
    body = Branch(_SIZED, nodes, offset + 3, after - offset - 3, "body")
    head: list[Node] = [
        Leaf(U8, control, offset, 1, "control"),
        Leaf(_CLUSTER, cluster, offset + 1, 2, "cluster"),
    ]
    return Branch(BARE, [*head, body], offset, after - offset, "component"), after


def _walk_header(data: bytes, at: int, end: int, control: int, nodes: list[Node]) -> int:
    need = 2 * bool(control & ENCRYPTED) + 4 * bool(control & FROM_DATE_TIME)
    if at + need + 3 > end:
        raise MalformedMessage("a GBZ component has no room for its header", offset=at)
    if control & ENCRYPTED:
        if data[at]:
            raise MalformedMessage(f"additional header control {data[at]:02X}, not 00", offset=at)
        nodes.append(Leaf(U8, data[at], at, 1, "additional_header_control"))
        nodes.append(Leaf(U8, data[at + 1], at + 1, 1, "frame_counter"))
        at += 2
    if control & FROM_DATE_TIME:
        nodes.append(Leaf(U32, int.from_bytes(data[at : at + 4], "big"), at, 4, "from_date_time"))
        at += 4
    return at


def _walk_frame(data: bytes, at: int, end: int, control: int, cluster: int, nodes: list[Node]) -> int:
    frame_control, sequence, command = data[at], data[at + 1], data[at + 2]
    nodes.append(Leaf(U8, frame_control, at, 1, "frame_control"))
    nodes.append(Leaf(U8, sequence, at + 1, 1, "sequence"))
    nodes.append(Leaf(U8, command, at + 2, 1, "command"))
    at += 3
    if control & ENCRYPTED:
        _check_sealable(cluster, frame_control, command, at - 1)
        nodes.append(_walk_sealed(data, at, end))
    else:
        nodes += walk_zcl(data, at, end, cluster, frame_control, command)
    return end


def _check_sealable(cluster: int, frame_control: int, command: int, offset: int) -> None:
    """Refuse a sealed body under a command that no device seals: what is inside could not be read."""
    if frame_control & CLUSTER_SPECIFIC:
        if (cluster, bool(frame_control & TO_CLIENT), command) not in COMMANDS:
            raise _not_used(cluster, command, offset)
    elif command != READ_ATTRIBUTES_RESPONSE:
        raise MalformedMessage(f"general command {command:02X} is never encrypted", offset=offset)


def _not_used(cluster: int, command: int, offset: int) -> MalformedMessage:
    return MalformedMessage(f"command {cluster:04X}/{command:02X} is not used by GBCS", offset=offset)


def _walk_sealed(data: bytes, offset: int, end: int) -> Branch:
    size = int.from_bytes(data[offset : offset + 2], "big")
    if offset + 2 + size != end or size < 17:
        raise MalformedMessage("ciphered information of the wrong length", offset=offset)
    at = offset + 2
    parts: list[Node] = [
        Leaf(U8, data[at], at, 1, "security_control"),
        Leaf(U32, int.from_bytes(data[at + 1 : at + 5], "big"), at + 1, 4, "invocation_counter"),
        Leaf(OCTETS, data[at + 5 : end - 12], at + 5, end - 17 - at, "ciphertext"),
        Leaf(OCTETS, data[end - 12 : end], end - 12, 12, "tag"),
    ]
    return Branch(_CIPHERED, parts, offset, end - offset, "sealed")


def walk_zcl(data: bytes, at: int, end: int, cluster: int, frame_control: int, command: int) -> list[Node]:
    """The ZCL payload in ``data[at:end]`` as nodes; raises :class:`MalformedMessage`."""
    if frame_control & CLUSTER_SPECIFIC:
        declared = COMMANDS.get((cluster, bool(frame_control & TO_CLIENT), command))
        if declared is None:
            raise _not_used(cluster, command, at - 1)
        return declared.layout.walk(data, at, end)
    if command == READ_ATTRIBUTES:
        return _walk_attribute_ids(data, at, end, cluster)
    if command == READ_ATTRIBUTES_RESPONSE:
        return _walk_attribute_records(data, at, end, cluster)
    if command == DEFAULT_RESPONSE:
        if end - at != 2:
            raise MalformedMessage(f"a default response of {end - at} octets, not 2", offset=at)
        return [Leaf(U8, data[at], at, 1, "command_id"), Leaf(U8, data[at + 1], at + 1, 1, "status")]
    raise MalformedMessage(f"general command {command:02X} is not used by GBCS", offset=at - 1)


def _walk_attribute_ids(data: bytes, at: int, end: int, cluster: int) -> list[Node]:
    if (end - at) % 2:
        raise MalformedMessage("half an attribute id", offset=end - 1)
    nodes: list[Node] = []
    for offset in range(at, end, 2):
        leaf, _ = UINT16.walk(data, offset, end, "attribute_id")
        leaf.meaning = attribute_name(cluster, leaf.value)
        nodes.append(leaf)
    return nodes


def _walk_attribute_records(data: bytes, at: int, end: int, cluster: int) -> list[Node]:
    nodes: list[Node] = []
    while at < end:
        start = at
        attribute, at = UINT16.walk(data, at, end, "attribute_id")
        attribute.meaning = attribute_name(cluster, attribute.value)
        status, at = UINT8.walk(data, at, end, "status")
        record: list[Node] = [attribute, status]
        if status.value == 0:
            tag, at = UINT8.walk(data, at, end, "type")
            known = TYPES.get(tag.value)
            if known is None:
                raise MalformedMessage(
                    f"attribute type {tag.value:#04x} is not used by GBCS", offset=tag.offset
                )
            value, at = known.walk(data, at, end, "value")
            value.meaning = attribute.meaning
            record += (tag, value)
        nodes.append(Branch(BARE, record, start, at - start, "attribute"))
    return nodes


def frames(payload: Node) -> list[Frame] | None:
    """The components of a walked GBZ command or response; None for any other payload."""
    if not isinstance(payload, Branch) or payload.name != "gbz" or payload.children[-1].name != "components":
        return None
    listed = payload.children[1]
    assert isinstance(listed, Branch)
    return [frame(component) for component in listed.children]


def frame(component: Node) -> Frame:
    """One walked component taken apart."""
    parts: list[Any] = cast("Branch", component).children
    control, cluster, body = parts
    nodes: list[Any] = body.children
    at = 0
    counter: int | None = None
    moment: int | None = None
    if control.value & ENCRYPTED:
        counter, at = nodes[1].value, 2
    if control.value & FROM_DATE_TIME:
        moment, at = nodes[at].value, at + 1
    return Frame(
        control.value, cluster.value, counter, moment,
        nodes[at].value, nodes[at + 1].value, nodes[at + 2].value, nodes[at + 3 :], component.offset,
    )  # fmt: skip

"""Meanings that need no form: codes, flags, results, moments, certificates, wherever they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from gbsmart.gbcs.alert_codes import alert_codes
from gbsmart.gbcs.asn1.ber import OPAQUE
from gbsmart.gbcs.dlms.data import ARRAY_OF, BARE_KINDS, OCTET_STRING, TAGGED, UNSIGNED_32
from gbsmart.gbcs.dlms.moments import NEVER_OCTETS, NOW_OCTETS, read_date_time
from gbsmart.gbcs.envelope_walk import DATE_TIME, FLAG, MESSAGE_CODE
from gbsmart.gbcs.explain import labels
from gbsmart.gbcs.gbz.attributes import ATTRIBUTES
from gbsmart.gbcs.gbz.message import ALERT_CODE
from gbsmart.gbcs.gbz.zcl import UINT8, read_time
from gbsmart.gbcs.header import Cra, Header
from gbsmart.gbcs.message_codes import message_codes
from gbsmart.gbcs.tree import U8, Branch, Leaf, Node
from gbsmart.ground import MalformedMessage
from gbsmart.keys import Certificate

_SECONDS = frozenset(("issuer_event_id", "issuer_calendar_id", "from_date_time"))
"""ZCL numbers that are moments, in seconds since 2000."""

_FLAGS: Mapping[int, str] = {
    Cra.COMMAND: "from a remote party to the device",
    Cra.RESPONSE: "from the device, to a command",
    Cra.ALERT: "from the device, unasked",
}


@dataclass(frozen=True, slots=True)
class Annotator:
    """Fills in the meaning of nodes that have none yet, under one message's header."""

    header: Header | None

    def annotate(self, node: Node) -> None:
        """Fill in ``node`` and all below it."""
        if isinstance(node, Leaf):
            self._leaf(node)
            return
        if node.framing is ARRAY_OF and _is_protection(node):
            _protection(node)
        for child in node.children:
            self.annotate(child)
        if (special := _BRANCHES.get(node.name)) is not None:
            special(node)

    def _leaf(self, leaf: Leaf) -> None:
        if leaf.meaning and leaf.name not in _ALWAYS:
            return
        meaning = self._by_kind(leaf) or self._by_name(leaf)
        if meaning:
            leaf.meaning = meaning

    def _by_kind(self, leaf: Leaf) -> str:
        kind, value = leaf.kind, leaf.value
        if kind is MESSAGE_CODE or kind.name == "message code":
            return use_case(value)
        if kind is FLAG:
            return _FLAGS.get(value, "")
        if kind is ALERT_CODE:
            return alert_name(value)
        if kind is DATE_TIME:
            return moment(value)
        if kind is OPAQUE:
            return certificate(value)
        if kind is TAGGED[OCTET_STRING]:
            return self._octets(value)
        return ""

    def _octets(self, value: bytes) -> str:
        if len(value) == 12:
            return moment(value)
        if (
            self.header is not None
            and len(value) == 9
            and value[1:] == self.header.counter.to_bytes(8, "big")
        ):
            return "04 for encryption, and the originator counter"
        if self.header is not None and len(value) == 8:
            if value == self.header.originator:
                return "the business originator"
            if value == self.header.recipient:
                return "the business target"
        text = value.decode("latin-1")
        return f"“{text}”" if len(text) > 2 and text.isprintable() and text.isascii() else ""

    def _by_name(self, leaf: Leaf) -> str:
        if leaf.name in _SECONDS and isinstance(leaf.value, int) and leaf.value:
            return f"{read_time(leaf.value):%Y-%m-%d %H:%M:%S} UTC"
        if leaf.name == "time" and leaf.kind is BARE_KINDS[UNSIGNED_32]:
            return f"{read_time(leaf.value):%Y-%m-%d %H:%M:%S} UTC"
        if leaf.name == "alert_code":
            return alert_name(leaf.value)
        if leaf.name == "status" and leaf.kind in _ZCL_STATUS_KINDS:
            return labels.ZCL_STATUSES.get(leaf.value, "")
        named = _LEAVES.get(leaf.name)
        return named(leaf.value) if named is not None and isinstance(leaf.value, int) else ""


def use_case(code: int) -> str:
    """The use case of a message code, or ""."""
    found = message_codes().get(code)
    return f"{found.use_case}: {found.title}" if found else "not a message code of GBCS"


def alert_name(code: int) -> str:
    """What an alert code says, or ""."""
    found = alert_codes().get(code)
    return f"{found.name} ({found.kind})" if found else ""


def moment(octets: bytes) -> str:
    """Twelve octets of a DLMS date-time in words, or "" where they are none."""
    if octets == NOW_OCTETS:
        return "now"
    if octets == NEVER_OCTETS:
        return "never"
    try:
        return f"{read_date_time(octets):%Y-%m-%d %H:%M:%S} UTC"
    except ValueError:
        return ""


def certificate(der: bytes) -> str:
    """Whose certificate it is, and its serial number."""
    try:
        held = Certificate.from_der(der)
    except MalformedMessage:
        return "certification request, or a certificate that cannot be read"
    who = f"of {held.holder}" if held.holder else f"“{held.subject}”"
    use = " and ".join(sorted(held.key_usage))
    return f"certificate {who} for {use}, serial {held.serial_hex}" if use else f"certificate {who}"


_LEAVES: Mapping[str, Callable[[int], str]] = {
    "long_invoke_id": lambda value: f"unconfirmed, break on error; counter ends in {value & 0xFFFFFF:06X}",
    "security control": lambda value: "suite 1, authentication only" if value == 0x11 else "",
    "security_control": lambda value: "suite 1, authenticated and encrypted" if value == 0x31 else "",
    "invocation counter": lambda _: "always 0: the key is of this message alone",
    "invocation_counter": lambda _: "always 0: the key is of this message alone",
    "request_echo": lambda _: "never in GBCS",
    "access": lambda value: labels.ACCESS.get(value, ""),
    "class": labels.interface_class,
    "result": lambda value: labels.RESULTS.get(value, ""),
    "unit": lambda value: labels.UNIT_NAMES.get(value, ""),
    "control": labels.component_control,
    "cluster": labels.cluster,
    "frame_control": labels.frame_control,
    "profile_id": lambda _: "ZigBee Smart Energy",
}
_ZCL_STATUS_KINDS = (U8, UINT8.kind)
"""What a ZCL status is; the status of an ASN.1 payload is of another kind and has words of its own."""
_ALWAYS = frozenset(("issuer_event_id", "issuer_calendar_id"))
"""Leaves whose declared meaning says less than their value."""


def _specification(branch: Branch) -> None:
    _, class_id, instance, member = cast("list[Leaf]", branch.children)[:4]
    title = labels.cosem_objects().get((class_id.value, instance.value, member.value), "")
    branch.meaning = branch.meaning or title


def _request(branch: Branch) -> None:
    """Each datum of a request belongs to the specification in the same place."""
    specs, data = cast("Branch", branch.children[2]), cast("Branch", branch.children[3])
    for number, (spec, node) in enumerate(zip(specs.children, data.children, strict=False), 1):
        node.name = node.name or f"data {number}"
        node.meaning = node.meaning or spec.meaning


def _response(branch: Branch) -> None:
    for number, node in enumerate(cast("Branch", branch.children[3]).children, 1):
        node.name = node.name or f"data {number}"


def _notification(branch: Branch) -> None:
    """The first two members of any alert are its code and its time."""
    body = branch.children[2]
    if isinstance(body, Branch):
        for child, name in zip(body.children, ("alert_code", "time"), strict=False):
            child.name = child.name or name
        first = body.children[0] if body.children else None
        if isinstance(first, Leaf) and isinstance(first.value, int):
            first.meaning = first.meaning or alert_name(first.value)


def _component(branch: Branch) -> None:
    """The command of a ZCL frame is named by its cluster and direction."""
    cluster, body = cast("Leaf", branch.children[1]), cast("Branch", branch.children[2])
    leaves = {node.name: node for node in body.children if isinstance(node, Leaf)}
    control, number = leaves["frame_control"], leaves["command"]
    number.meaning = labels.command(number.value, cluster.value, control.value)
    branch.meaning = branch.meaning or number.meaning
    if "command_id" in leaves:
        answered = leaves["command_id"]
        answered.meaning = "answers " + labels.answered_command(answered.value, cluster.value, control.value)
    records(body.children, cluster.value)


def records(nodes: list[Node], cluster: int) -> None:
    """Say of each attribute record what its value is, and in which unit."""
    for node in nodes:
        if not isinstance(node, Branch) or node.framing.name != "group" or not node.children:
            continue
        first = node.children[0]
        if first.name != "attribute_id" or not isinstance(first, Leaf):
            continue
        declared = ATTRIBUTES.get((cluster, first.value))
        if declared is None:
            continue
        node.meaning = node.meaning or declared.title
        if len(node.children) == 4:
            unit = f" ({declared.unit})" if declared.unit else ""
            node.children[3].meaning = declared.meaning + unit


_PROTECTION = (
    "transaction_id", "originator_system_title", "recipient_system_title", "other_information",
    "key_information",
)  # fmt: skip


def _is_protection(branch: Branch) -> bool:
    """Whether the array holds protection parameters: a structure of enum and a structure of five."""
    first = branch.children[0] if len(branch.children) == 1 else None
    if not isinstance(first, Branch) or len(first.children) != 2:
        return False
    kind, options = first.children
    return isinstance(kind, Leaf) and isinstance(options, Branch) and len(options.children) == 5


def _protection(branch: Branch) -> None:
    """Name the protection parameters, which are the same in every protected message (GBCS 8.5)."""
    parameters = cast("Branch", branch.children[0])
    kind, options = cast("Leaf", parameters.children[0]), cast("Branch", parameters.children[1])
    branch.name = branch.name or "protection"
    parameters.name, kind.name, options.name = "protection_parameters", "protection_type", "options"
    kind.meaning = kind.meaning or "authentication and encryption"
    for child, name in zip(options.children, _PROTECTION, strict=True):
        child.name = name
    key = options.children[4]
    if isinstance(key, Branch) and len(key.children) == 2:
        key.children[0].name, key.children[1].name = "key_type", "key_options"
        key.children[0].meaning = "agreed key"
        if isinstance(agreed := key.children[1], Branch) and len(agreed.children) == 2:
            agreed.children[0].name, agreed.children[1].name = "key_parameters", "key_ciphered_data"
            agreed.children[0].meaning = "static key agreement of both parties"


_BRANCHES: Mapping[str, Callable[[Branch], None]] = {
    "specification": _specification,
    "access-request": _request,
    "access-response": _response,
    "data-notification": _notification,
    "component": _component,
}

"""Any GBCS message, every octet of it named: offset, length, value and meaning.

>>> from gbsmart.gbcs.explain import explain
>>> explain(bytes.fromhex("DF0901")).fault.reason
'the octets end inside the grouping header'
"""

from __future__ import annotations

from dataclasses import replace

from gbsmart.gbcs.blocks import Block, is_block
from gbsmart.gbcs.codec import find_form, walk_payload
from gbsmart.gbcs.envelope import Message, read_messages
from gbsmart.gbcs.envelope_walk import PAYLOAD, grouped, payload_frame, walk_envelope
from gbsmart.gbcs.explain.annotate import Annotator, records
from gbsmart.gbcs.explain.blocks import block_rows
from gbsmart.gbcs.explain.faults import envelope_leaves, fault_of, fault_row, read_before
from gbsmart.gbcs.explain.model import Explanation, Fault, Opened, Part, Row, RowKind
from gbsmart.gbcs.explain.rows import Layer, tile
from gbsmart.gbcs.explain.sealed import Opener
from gbsmart.gbcs.gbz.message import frame
from gbsmart.gbcs.header import Cra
from gbsmart.gbcs.message_codes import message_codes
from gbsmart.gbcs.protection import DEVICE_TO_DEVICE, Check, verify_mac, verify_signature_with
from gbsmart.gbcs.shape import Context
from gbsmart.gbcs.tree import OCTETS, Branch, Leaf, Node
from gbsmart.ground import Eui64, MalformedMessage
from gbsmart.keys import Keyring, UnknownCertificate

__all__ = ["Explanation", "Fault", "Opened", "Part", "Row", "RowKind", "explain"]

_CHECKS = {
    Check.VALID: "valid",
    Check.INVALID: "does not verify",
    Check.NO_KEY: "not checked: no key of the parties is at hand",
}
_DLMS_OR_GBZ = (b"\xd9", b"\xda", b"\x0f", b"\x01")


def explain(octets: bytes, keyring: Keyring | None = None, acb: Eui64 | None = None) -> Explanation:
    """Name every octet of a message, a block of one, or several messages back to back.

    With a ``keyring``, signatures and MACs are checked and encrypted values opened as far as it holds
    the keys; the MAC of a command also needs to know the Access Control Broker ``acb``. Never raises for
    what is in ``octets``: a message that breaks a rule is explained up to the fault.
    """
    if is_block(octets):
        return _explain_block(octets)
    try:
        message = Message.parse(octets)
    except MalformedMessage as error:
        return _explain_several(octets, keyring, acb) or _explain_broken(octets, error)
    return _explain_message(octets, message, keyring, acb)


def _explain_message(
    octets: bytes, message: Message, keyring: Keyring | None, acb: Eui64 | None
) -> Explanation:
    tree = walk_envelope(octets, _opaque)
    start = message.payload_offset
    end = start + len(message.payload)
    opener = Opener(message.header, keyring)
    payload, fault, rows = _read_payload(octets, message, start, end)
    opened: list[tuple[Node, Node]] = []
    form = ""
    if payload is not None:
        form, fault = _read_form(message, payload, opener, opened)
        opener.open_all(payload, opened)
        payload_frame(tree).children[:] = [payload]
    signature, mac = _checks(message, keyring, acb)
    _annotate(tree, message, signature, mac)
    if payload is not None:
        whole = list(Layer(octets).rows(tree))
    else:
        assert fault is not None
        annotator = Annotator(message.header)
        layer = Layer(octets, ber=octets[start : start + 1] not in _DLMS_OR_GBZ)
        for node in rows:
            annotator.annotate(node)
        whole = _with_broken_payload(list(Layer(octets).rows(tree)), rows, layer, start, end, fault)
    code = message.header.message_code
    known = message_codes().get(code)
    return Explanation(
        octets,
        message.kind.value,
        code,
        form or (known.use_case if known else ""),
        known.title if known else "",
        form,
        tuple(whole),
        signature,
        mac,
        tuple(_opened(node, inner, message) for node, inner in opened),
        fault,
        _notes(message, form, opener, keyring, mac),
    )


def _opaque(octets: bytes, start: int, end: int, _code: int) -> Node:
    return Leaf(OCTETS, octets[start:end], start, end - start, PAYLOAD)


def _read_payload(
    octets: bytes, message: Message, start: int, end: int
) -> tuple[Node | None, Fault | None, list[Node]]:
    """The walked payload, or its fault and the nodes before it."""
    found: list[Node] = []

    def walk() -> None:
        found.append(walk_payload(octets, start, end, message.header.cra))

    broken = read_before(walk)
    if broken is None:
        return found[0], None, []
    nodes, error = broken
    fault = fault_of(error, end)
    return None, fault, [node for node in nodes if node.offset + node.length <= max(fault.offset, start)]


def _read_form(
    message: Message, payload: Node, opener: Opener, opened: list[tuple[Node, Node]]
) -> tuple[str, Fault | None]:
    """Let the form that recognises the payload name its nodes: its name, and where it disagrees."""
    found = find_form(message.header, payload)
    if found is None:
        return "", None
    form, body = found
    try:
        body.take(payload, Context(message.header, unseal=opener.unseal, unsealed=opened, meanings=True))
    except MalformedMessage as error:
        return form.name, fault_of(error, payload.offset)
    return form.name, None


def _checks(message: Message, keyring: Keyring | None, acb: Eui64 | None) -> tuple[str, str]:
    """What the signature and the MAC are worth; "" where nothing was given to check them with."""
    signature = mac = ""
    if message.signature is None:
        signature = Check.ABSENT.value
    elif keyring is not None:
        try:
            signature = verify_signature_with(message, keyring).value
        except UnknownCertificate:
            signature = Check.NO_KEY.value
    if message.mac is None:
        mac = Check.ABSENT.value
    elif keyring is not None and (acb is not None or not _keyed_by_acb(message)):
        mac = verify_mac(message, keyring, acb or message.header.originator).value
    return signature, mac


def _keyed_by_acb(message: Message) -> bool:
    header = message.header
    return header.cra == Cra.COMMAND and header.message_code not in DEVICE_TO_DEVICE


def _annotate(tree: Branch, message: Message, signature: str, mac: str) -> None:
    Annotator(message.header).annotate(tree)
    for node in (*tree.children, *grouped(tree).children):
        if node.name == "MAC" and mac:
            node.meaning = _said(mac)
        elif node.name == "signature":
            node.meaning = _said(signature) if message.signature else "none: a zero stands in its place"


def _said(check: str) -> str:
    return _CHECKS.get(Check(check), "") if check else ""


def _with_broken_payload(
    envelope: list[Row], nodes: list[Node], layer: Layer, start: int, end: int, fault: Fault
) -> list[Row]:
    """The rows of the envelope, with what could be read of the payload in the place of its octets."""
    index = next(place for place, row in enumerate(envelope) if row.offset == start and row.kind == "value")
    depth = envelope[index].depth
    at = min(max(fault.offset, start), end)
    read = [row for node in nodes for row in layer.rows(node, depth)]
    inside = tile(read, layer.octets, start, at, depth)
    inside.append(fault_row(layer.octets, at, end, fault, depth))
    return [*envelope[:index], *inside, *envelope[index + 1 :]]


def _opened(node: Node, inner: Node, message: Message) -> Opened:
    Annotator(message.header).annotate(inner)
    if isinstance(inner, Branch) and inner.name == "plaintext":
        records(inner.children, _cluster(node, message))
    plain = inner.encode()
    at = node.offset if isinstance(node, Leaf) else node.children[2].offset
    inner.name = inner.name or "plaintext"
    return Opened(at, "Decrypted for its recipient", plain, tuple(Layer(plain).rows(inner)))


def _cluster(sealed: Node, message: Message) -> int:
    """The cluster of the component that holds ``sealed``."""
    payload = walk_payload(message.payload, 0, len(message.payload), message.header.cra)
    at = sealed.offset - message.payload_offset
    pending: list[Node] = [payload]
    while pending:
        node = pending.pop()
        if isinstance(node, Branch):
            if node.name == "component" and node.offset <= at < node.offset + node.length:
                return frame(node).cluster
            pending += node.children
    return -1


def _notes(message: Message, form: str, opener: Opener, keyring: Keyring | None, mac: str) -> tuple[str, ...]:
    notes = list(opener.notes)
    if not form:
        notes.append("No form is declared for this content: structure and types are shown, not field names.")
    if keyring is not None and message.mac is not None and not mac:
        notes.append("The MAC was not checked: it needs the identifier of the Access Control Broker.")
    return tuple(notes)


def _explain_block(octets: bytes) -> Explanation:
    try:
        block = Block.parse(octets)
    except MalformedMessage as error:
        fault = fault_of(error, len(octets))
        at = min(fault.offset, len(octets))
        rows = (*tile([], octets, 0, at, 0), fault_row(octets, at, len(octets), fault, 0))
        return Explanation(octets, "block", None, "", "", "", rows, fault=fault)
    code = block.transfer.message_code
    known = message_codes().get(code)
    kind = f"block {block.number} of a {block.transfer.cra.name.lower()}"
    if not block.data:
        kind = f"acknowledgement of blocks of a {block.transfer.cra.name.lower()}"
    return Explanation(
        octets,
        kind,
        code,
        known.use_case if known else "",
        known.title if known else "",
        "",
        block_rows(octets, block),
        notes=("A block protects nothing: the whole message, once joined, has its own signature or MAC.",),
    )


def _explain_several(octets: bytes, keyring: Keyring | None, acb: Eui64 | None) -> Explanation | None:
    """Several messages back to back, or None where these octets are not that."""
    try:
        messages = read_messages(octets)
    except MalformedMessage:
        return None
    if len(messages) < 2:
        return None
    rows: list[Row] = []
    opened: list[Opened] = []
    notes: list[str] = []
    at = 0
    for number, message in enumerate(messages, 1):
        one = explain(message.encode(), keyring, acb)
        title = f"message {number} of {len(messages)}"
        rows.append(Row(RowKind.GROUP, at, b"", len(one.octets), 0, title, meaning=one.heading))
        rows += [_moved(row, at) for row in one.rows]
        opened += [replace(content, at=content.at + at) for content in one.opened]
        checks = " ".join(
            f"{name} {check}." for name, check in (("Signature", one.signature), ("MAC", one.mac)) if check
        )
        notes.append(f"Message {number}: {one.heading}. {checks}".rstrip())
        at += len(one.octets)
    kind = f"{len(messages)} messages back to back"
    return Explanation(octets, kind, None, "", "", "", tuple(rows), opened=tuple(opened), notes=tuple(notes))


def _moved(row: Row, by: int) -> Row:
    parts = tuple(part._replace(offset=part.offset + by) for part in row.parts)
    return replace(row, offset=row.offset + by, depth=row.depth + 1, parts=parts)


def _explain_broken(octets: bytes, error: MalformedMessage) -> Explanation:
    """A message whose envelope breaks a rule: its fields in order, up to the fault."""
    fault = fault_of(error, len(octets))
    at = min(max(fault.offset, 0), len(octets))
    leaves = [leaf for leaf in envelope_leaves(octets) if leaf.offset + leaf.length <= at]
    begun = _begun_payload(octets[:at], leaves)
    start = leaves[-1].offset + leaves[-1].length if leaves else 0
    ber = octets[start : start + 1] not in _DLMS_OR_GBZ
    annotator = Annotator(None)
    for node in (*leaves, *begun):
        annotator.annotate(node)
    read = [row for leaf in leaves for row in Layer(octets).rows(leaf)]
    read += [row for node in begun for row in Layer(octets, ber=ber).rows(node)]
    rows = tile(read, octets, 0, at, 0)
    rows.append(fault_row(octets, at, len(octets), fault, 0))
    code = next((leaf.value for leaf in leaves if leaf.name == "message code"), None)
    known = message_codes().get(code) if code is not None else None
    return Explanation(
        octets,
        "malformed message",
        code,
        known.use_case if known else "",
        known.title if known else "",
        "",
        tuple(rows),
        fault=fault,
    )


def _begun_payload(octets: bytes, leaves: list[Leaf]) -> list[Node]:
    """What can be read of a payload whose end is missing."""
    if not leaves or leaves[-1].name != "length of the payload":
        return []
    start = leaves[-1].offset + leaves[-1].length
    flag = next(leaf.value for leaf in leaves if leaf.name == "CRA flag")
    cra = Cra(flag) if flag in list(Cra) else Cra.COMMAND
    broken = read_before(lambda: walk_payload(octets, start, len(octets), cra))
    return broken[0] if broken else []

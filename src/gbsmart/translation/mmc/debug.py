"""DebugInfo: what a device said of every item of its command, told from the octets alone.

No form is needed: DLMS states one result per item of the access list, GBZ answers component by component.
ASN.1 use cases have none; their codes stand in the Rsp element.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from gbsmart.gbcs.dlms.apdu import Access
from gbsmart.gbcs.gbz.answers import open_frame
from gbsmart.gbcs.gbz.commands import Cluster
from gbsmart.gbcs.gbz.message import DEFAULT_RESPONSE, READ_ATTRIBUTES_RESPONSE, Frame, frames
from gbsmart.gbcs.shape import Context
from gbsmart.gbcs.tree import Branch, Leaf, Node
from gbsmart.translation.mmc import statuses


def debug_info(payload: Node, context: Context) -> dict[str, Any] | None:
    """The content of DebugInfo for a walked response; None where there is nothing to say."""
    if isinstance(payload, Branch) and payload.name == "access-response":
        results = cast("Branch", payload.children[4]).children
        return {"COSEMDebug": {"COSEMResponse": list(_cosem(results))}} if results else None
    answered = frames(payload)
    if not answered:
        return None
    clusters = [each for each in (_cluster(frame, context) for frame in answered) if each]
    return {"ZIGBEEDebug": {"ZIGBEEClusterResponse": clusters}} if clusters else None


def _cosem(results: list[Node]) -> Iterator[dict[str, Any]]:
    for position, result in enumerate(results, 1):
        kind, code = cast("list[Leaf]", cast("Branch", result).children)
        yield statuses.cosem(code.value, position, action=kind.value == Access.ACTION)


def _cluster(frame: Frame, context: Context) -> dict[str, Any] | None:
    body = open_frame(frame, context) if frame.encrypted else frame.body
    if body is None:
        return None  # what it says of each attribute is sealed
    name = {"@id": f"{frame.cluster:04X}", "": _cluster_name(frame.cluster)}
    if not frame.general:
        return {"ClusterName": name, "ZIGBEECommandResponse": _command(frame.command, 0)}
    if frame.command == DEFAULT_RESPONSE:
        command, status = (leaf.value for leaf in cast("list[Leaf]", body))
        return {"ClusterName": name, "ZIGBEECommandResponse": _command(command, status)}
    if frame.command != READ_ATTRIBUTES_RESPONSE or not body:
        return None
    return {"ClusterName": name, "ZIGBEEDataResponse": [_attribute(record) for record in body]}


def _command(command: int, status: int) -> dict[str, Any]:
    return {"CommandID": f"{command:02X}", "Status": statuses.zcl(status)}


def _attribute(record: Node) -> dict[str, Any]:
    attribute, status, *_ = cast("list[Leaf]", cast("Branch", record).children)
    return {"AttributeID": f"{attribute.value:04X}", "Status": statuses.zcl(status.value)}


def _cluster_name(cluster: int) -> str:
    try:
        return Cluster(cluster).name.replace("_", " ").title()
    except ValueError:
        return f"{cluster:04X}"

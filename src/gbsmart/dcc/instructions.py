"""How many instructions of a future-dated command will report their outcome (alerts 8F66 and 8F67).

Not stated in any message: it is counted in the command itself. In DLMS each write of the execution time
is an instruction, in GBZ each command that carries it, and an ASN.1 command is one (basis: I; the public
vectors show as many alerts, or one less).
"""

from __future__ import annotations

from datetime import datetime

from gbsmart.gbcs import Message, codec
from gbsmart.gbcs.dlms.moments import write_date_time
from gbsmart.gbcs.gbz.zcl import write_time
from gbsmart.gbcs.tree import Branch, Node


def future_dated_instructions(message: Message, execution: datetime) -> int:
    """The number of instructions of ``message`` that are executed at ``execution``; at least one."""
    tree = codec.walk_payload(message.payload, 0, len(message.payload), message.header.cra)
    if tree.name == "gbz":
        seconds = write_time(execution)
        return max(1, sum(_carries(part, seconds) for part in _components(tree)))
    date_time = write_date_time(execution)
    return max(1, [leaf.value for leaf in tree.leaves()].count(date_time))


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

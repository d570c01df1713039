"""What a device holds until its moment, in words: its memory knows it by the name of who carries it out."""

from __future__ import annotations

from gbsmart.devices import accounting, billing, cosem, replacement, zcl
from gbsmart.gbcs.dlms.apdu import show_obis
from gbsmart.gbcs.explain.labels import cluster, interface_class

_CLASS = slice(0, 4)
_OBIS = slice(4, 16)


def held_for(what: str) -> str:
    """What is held, for people; what has no words is shown as it is."""
    family, _, rest = what.partition(":")
    if family == billing.ROUTINE:
        return "end of the billing period"
    if family == accounting.ROUTINE:
        return "next change of the account: a debt's instalment, or credit that runs out"
    if family == replacement.FAMILY:
        return f"replacement of credentials, {rest}"
    if family == cosem.FAMILY:
        name = interface_class(int(rest[_CLASS], 16)) or "object"
        return f"activation of the {name} {show_obis(bytes.fromhex(rest[_OBIS]))}"
    if family == zcl.FAMILY and (name := cluster(int(rest.split("/")[1][_CLASS], 16))):
        return f"what was published to the {name}"
    return what

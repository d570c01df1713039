"""Remote party roles: the number in an organisation certificate's OU (GBCS 12, RemotePartyRole)."""

from __future__ import annotations

import re
from enum import IntEnum

_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{2}\Z")
_DECIMAL = re.compile(r"[0-9]{3}\Z")


class RemotePartyRole(IntEnum):
    """Who a certificate is for. The OU holds the number as two upper-case hex digits (``7F``).

    128 to 134 and 136 exist but their names are not confirmed, so they stay plain numbers.
    """

    ROOT = 0
    RECOVERY = 1
    SUPPLIER = 2
    NETWORK_OPERATOR = 3
    ACCESS_CONTROL_BROKER = 4
    TRANSITIONAL_COS = 5
    WAN_PROVIDER = 6
    ISSUING_AUTHORITY = 7
    LOAD_CONTROLLER = 8
    OTHER = 127
    XML_SIGN = 135
    DSP_XML_SIGN = 137


XML_SIGNING_ROLES = frozenset({RemotePartyRole.XML_SIGN, RemotePartyRole.DSP_XML_SIGN})
"""Roles whose certificates sign DUIS documents and never reach a device."""


def role_of_unit(unit: str) -> int | None:
    """The role that an OU states, or ``None`` where it states none.

    Two hex digits are the rule. Three decimal digits (``137``) are a slip seen in one test
    certificate and are read as what they mean.
    """
    if _HEXADECIMAL.match(unit):
        return int(unit, 16)
    if _DECIMAL.match(unit) and int(unit) <= 0xFF:
        return int(unit)
    return None

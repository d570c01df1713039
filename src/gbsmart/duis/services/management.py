"""Device management: what a device is, holds and has logged (Service References 6.2.4, 6.24.1, 8.9, 11.2)."""

from __future__ import annotations

from gbsmart.duis.envelope import EXECUTION
from gbsmart.duis.lexical import OneOf
from gbsmart.duis.schema import EMPTY, Complex, Element, Many, Record

_ROLE = OneOf(
    ("ACB", "NetworkOperator", "Recovery", "Root", "Supplier", "TransCoS", "LoadController"),
)  # fmt: skip

BODIES: dict[str, Complex] = {
    "6.2.4": Record(),
    "6.24.1": Record(Many(Element("RemotePartyRole", _ROLE), 1, 7, "remote_party_roles")),
    "8.9": Record(EXECUTION, Element("ReadSecurityDetails", EMPTY, optional=True)),
    "11.2": Record(EXECUTION),
}
"""6.2.4 Read Device Configuration (Identity Exc MPxN). 6.24.1 Retrieve Device Security Credentials (KRP):
the certificates in the cells of each role. 8.9 Read Device Log: the hub's with the hashes of link keys where
security details are asked for. 11.2 Read Firmware Version."""

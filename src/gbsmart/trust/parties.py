"""The parties of a test SMKI: who gets which organisation certificates."""

from __future__ import annotations

from typing import NamedTuple

from gbsmart.ground import Eui64
from gbsmart.keys import KeyUse, RemotePartyRole


class Party(NamedTuple):
    """An organisation with one EUI-64 in one remote party role, and the key pairs it has."""

    name: str
    eui: Eui64
    role: RemotePartyRole
    uses: tuple[KeyUse, ...]
    common_name: str = ""

    def role_for(self, use: KeyUse) -> RemotePartyRole:
        """The role its certificate for ``use`` states: XML signing has roles of its own."""
        if use is not KeyUse.XML_SIGNATURE:
            return self.role
        dcc = self.role is RemotePartyRole.ACCESS_CONTROL_BROKER
        return RemotePartyRole.DSP_XML_SIGN if dcc else RemotePartyRole.XML_SIGN


_DS, _KA, _PP, _XML = (
    KeyUse.DIGITAL_SIGNATURE,
    KeyUse.KEY_AGREEMENT,
    KeyUse.TOP_UP,
    KeyUse.XML_SIGNATURE,
)
_ROLE = RemotePartyRole


def _eui(text: str) -> Eui64:
    return Eui64.parse(text)


RECOVERY = Party("recovery", _eui("90-B3-D5-1F-30-00-00-01"), _ROLE.RECOVERY, (_DS,))
ACCESS_CONTROL_BROKER = Party(
    "access control broker",
    _eui("90-B3-D5-1F-30-00-00-02"),
    _ROLE.ACCESS_CONTROL_BROKER,
    (_DS, _KA, _XML),
)
TRANSITIONAL_COS = Party("CoS Party", _eui("90-B3-D5-1F-30-00-00-04"), _ROLE.TRANSITIONAL_COS, (_DS,))
WAN_PROVIDER = Party("WAN provider", _eui("90-B3-D5-1F-30-00-00-07"), _ROLE.WAN_PROVIDER, (_DS,))

DCC_PARTIES = (RECOVERY, ACCESS_CONTROL_BROKER, TRANSITIONAL_COS, WAN_PROVIDER)
"""What the DCC holds: in the cells of every device, and for signing what it sends to Users."""

USES = {
    _ROLE.SUPPLIER: (_DS, _KA, _PP, _XML),
    _ROLE.NETWORK_OPERATOR: (_DS, _KA, _XML),
    _ROLE.LOAD_CONTROLLER: (_DS, _KA, _XML),
    _ROLE.OTHER: (_DS, _KA, _XML),
}
"""The key pairs that a User has, by its remote party role."""


def user_party(name: str, eui: Eui64, role: RemotePartyRole, common_name: str = "") -> Party:
    """A User with the key pairs of its role."""
    return Party(name, eui, role, USES[role], common_name)


TEST_USERS = (
    user_party("supplier 1", _eui("90-B3-D5-1F-30-01-00-00"), _ROLE.SUPPLIER, "SUPPLIER 1"),
    user_party("supplier 2", _eui("90-B3-D5-1F-30-03-00-00"), _ROLE.SUPPLIER, "SUPPLIER 2"),
    user_party("network operator", _eui("90-B3-D5-1F-30-02-00-00"), _ROLE.NETWORK_OPERATOR),
    user_party("load controller", _eui("90-B3-D5-1F-30-01-00-08"), _ROLE.LOAD_CONTROLLER),
    user_party("other user", _eui("00-DB-12-34-56-78-00-04"), _ROLE.OTHER),
)
"""Users under the EUI-64s that public test material gives to such parties."""

TEST_PARTIES = DCC_PARTIES + TEST_USERS

"""Device management (Service References 6.2.4, 6.24.1, 8.9, 11.2).

Which of two use cases with equal bodies a device takes goes by its GBCS version: that it does is from
memory, and so are the versions at which the later ones begin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gbsmart.gbcs.forms.credentials import KEY_AGREEMENT
from gbsmart.ground import InvalidValue
from gbsmart.keys import RemotePartyRole
from gbsmart.translation.binding import Fact, From, Source, binding, since

_ROLES: Mapping[str, RemotePartyRole] = {
    "Root": RemotePartyRole.ROOT,
    "Recovery": RemotePartyRole.RECOVERY,
    "Supplier": RemotePartyRole.SUPPLIER,
    "NetworkOperator": RemotePartyRole.NETWORK_OPERATOR,
    "ACB": RemotePartyRole.ACCESS_CONTROL_BROKER,
    "TransCoS": RemotePartyRole.TRANSITIONAL_COS,
    "LoadController": RemotePartyRole.LOAD_CONTROLLER,
}


def _roles(asked: Sequence[str]) -> list[int]:
    if len(set(asked)) != len(asked):
        raise InvalidValue("names a role twice", response_code="E062402")
    return [int(_ROLES[name]) for name in asked]


def _broker(_acb: Any) -> dict[str, Any]:
    """The cell of the Access Control Broker, which authorises the question."""
    return {"role": int(RemotePartyRole.ACCESS_CONTROL_BROKER), "key_usage": KEY_AGREEMENT}


_CREDENTIALS: Mapping[str, Source] = {
    "authorising_cell": Fact("acb", _broker),
    "roles": From("remote_party_roles", _roles, "roles"),
}
_WITH_CREDENTIALS = ("ESME", "GSME", "GPF", "CHF", "PPMID", "HCALCS")

BINDINGS = (
    binding("6.2.4", "ECS26m", "ESME", when=since(2)),
    binding("6.2.4", "ECS26e", "ESME"),
    binding("6.2.4", "ECS26n", "CHF", when=since(2)),
    binding("6.2.4", "ECS26i", "CHF"),
    binding("6.2.4", "GCS21m", "GSME", when=since(2)),
    binding("6.2.4", "GCS21e", "GSME", "GPF"),
    binding(
        "6.24.1", "CS02f", *_WITH_CREDENTIALS, "SAPC", fields=_CREDENTIALS, when=since(4), in_own_right=True
    ),
    binding("6.24.1", "CS02a", *_WITH_CREDENTIALS, fields=_CREDENTIALS, in_own_right=True),
    binding("8.9", "CCS07", "CHF", when="read_security_details"),
    binding("8.9", "CCS06", "CHF", when=since(2)),
    binding("8.9", "CCS05CCS04", "CHF"),
    binding(
        "8.9", "CS07", "ESME", "GSME", "GPF", "PPMID", "HCALCS",
        refuses={"read_security_details": "E080902"},
    ),
    binding("11.2", "ECS52", "ESME", "CHF", "SAPC"),
    binding("11.2", "GCS38", "GSME"),
    binding("11.2", "CS08", "PPMID", "HCALCS"),
)  # fmt: skip

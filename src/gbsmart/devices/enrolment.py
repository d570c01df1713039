"""What an installed device holds from the start: which cells each type of device has (GBCS 13, assumed
where no test message shows it), filled from the organisations' certificates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from gbsmart.devices.credentials import ROOT, Cell, cell
from gbsmart.keys import Certificate, KeyEntry, KeyUse, RemotePartyRole

_R = RemotePartyRole
_DS, _KA, _PP = KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT, KeyUse.TOP_UP

_EVERYWHERE: Final = ((_R.RECOVERY, _DS), (_R.ACCESS_CONTROL_BROKER, _KA))
_SUPPLIED: Final = ((_R.SUPPLIER, _DS), (_R.SUPPLIER, _KA), (_R.TRANSITIONAL_COS, _DS))
_NETWORKED: Final = ((_R.NETWORK_OPERATOR, _DS), (_R.NETWORK_OPERATOR, _KA))

CELLS: Final[Mapping[str, tuple[Cell, ...]]] = {
    kind: (ROOT, *(cell(role, use) for role, use in (*_EVERYWHERE, *more)))
    for kind, more in {
        "ESME": (*_SUPPLIED, *_NETWORKED, (_R.SUPPLIER, _PP), (_R.LOAD_CONTROLLER, _DS),
                 (_R.LOAD_CONTROLLER, _KA)),
        "GSME": (*_SUPPLIED, *_NETWORKED, (_R.SUPPLIER, _PP)),
        "GPF": (*_SUPPLIED, *_NETWORKED),
        "CHF": ((_R.ACCESS_CONTROL_BROKER, _DS), (_R.WAN_PROVIDER, _DS)),
        "PPMID": ((_R.ACCESS_CONTROL_BROKER, _DS),),
        "SAPC": (*_SUPPLIED, *_NETWORKED, (_R.LOAD_CONTROLLER, _DS), (_R.LOAD_CONTROLLER, _KA)),
        "HCALCS": ((_R.SUPPLIER, _DS), (_R.TRANSITIONAL_COS, _DS)),
    }.items()
} | {"IHD": ()}  # fmt: skip
"""Type of device to its cells; an IHD is a Type 2 device, which holds nobody's credentials."""


def certificates_by_cell(entries: Iterable[KeyEntry]) -> dict[Cell, Certificate]:
    """The cells that these organisation certificates fill; of several for one cell the first counts.

    Where no root is among them, an issuing authority is the trust anchor in its cell.
    """
    found: dict[Cell, Certificate] = {}
    authorities: dict[int, Certificate] = {}
    for entry in entries:
        certificate = entry.certificate
        if certificate.role is None:
            continue
        if certificate.is_authority:
            authorities.setdefault(certificate.role, certificate)
        elif entry.use in (_DS, _KA, _PP):
            found.setdefault(cell(certificate.role, entry.use), certificate)
    anchor = authorities.get(_R.ROOT) or authorities.get(_R.ISSUING_AUTHORITY)
    return found if anchor is None else {ROOT: anchor, **found}

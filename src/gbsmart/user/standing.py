"""Who the User is to a device: its User Role, from its certificate and the device's type (DUIS 1)."""

from __future__ import annotations

from gbsmart.duis import UserRole
from gbsmart.ground import Eui64
from gbsmart.keys import Certificates, KeyUse, RemotePartyRole, UnknownCertificate

_GAS = frozenset({"GSME", "GPF"})
_ROLES = {
    (RemotePartyRole.SUPPLIER, False): UserRole.IMPORT_SUPPLIER,
    (RemotePartyRole.SUPPLIER, True): UserRole.GAS_SUPPLIER,
    (RemotePartyRole.NETWORK_OPERATOR, False): UserRole.ELECTRICITY_DISTRIBUTOR,
    (RemotePartyRole.NETWORK_OPERATOR, True): UserRole.GAS_TRANSPORTER,
    (RemotePartyRole.LOAD_CONTROLLER, False): UserRole.LOAD_CONTROLLER,
}


def user_role(user: Eui64, device_type: str, certificates: Certificates) -> UserRole:
    """The User Role in which ``user`` speaks to a device; Other User where nothing else is known."""
    try:
        certificate = certificates.certificate(user, KeyUse.DIGITAL_SIGNATURE)
    except UnknownCertificate:
        return UserRole.OTHER_USER
    return next(
        (
            role
            for (remote_party, gas), role in _ROLES.items()
            if certificate.role == remote_party and gas == (device_type in _GAS)
        ),
        UserRole.OTHER_USER,
    )

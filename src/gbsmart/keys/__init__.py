"""Keys and certificates: the keyring protocol and the stores behind it (SEC Sections G and L)."""

from gbsmart.keys.certificate import Certificate
from gbsmart.keys.keyring import (
    Certificates,
    KeyNotHeld,
    Keyring,
    KeyUse,
    SharedSecret,
    UnknownCertificate,
)

__all__ = [
    "Certificate",
    "Certificates",
    "KeyNotHeld",
    "KeyUse",
    "Keyring",
    "SharedSecret",
    "UnknownCertificate",
]

"""Keys and certificates: the keyring protocol and the stores behind it (SEC Sections G and L)."""

from gbsmart.keys.certificate import HARDWARE_MODULE_NAME, Certificate, key_identifier
from gbsmart.keys.contingency import contingency_key_of, unwrap_contingency_key, wrap_contingency_key
from gbsmart.keys.exchange import export_json, import_folder, import_json
from gbsmart.keys.file_store import FileKeyStore, StoreLocked, StoreUnusable
from gbsmart.keys.folder import ORGANISATIONS, XML_SIGNING, export_folder
from gbsmart.keys.key_set import KeyEntry, KeySet, Skipped, use_of
from gbsmart.keys.keyring import (
    Certificates,
    KeyNotHeld,
    Keyring,
    KeyUse,
    SharedSecret,
    UnknownCertificate,
)
from gbsmart.keys.memory import MemoryKeyring
from gbsmart.keys.path import PathFault, PathInvalid, validate_path
from gbsmart.keys.renewal import Remembering, RenewableKeyring, Vault, ever
from gbsmart.keys.roles import XML_SIGNING_ROLES, RemotePartyRole
from gbsmart.keys.secret_cache import SecretCache
from gbsmart.keys.signatures import sign, verify, verify_with
from gbsmart.keys.spoiled import Spoil, SpoiledCertificates, spoil
from gbsmart.keys.validity import STRICT, TEST_SET, Expired, ValidityPolicy

__all__ = [
    "HARDWARE_MODULE_NAME",
    "ORGANISATIONS",
    "STRICT",
    "TEST_SET",
    "XML_SIGNING",
    "XML_SIGNING_ROLES",
    "Certificate",
    "Certificates",
    "Expired",
    "FileKeyStore",
    "KeyEntry",
    "KeyNotHeld",
    "KeySet",
    "KeyUse",
    "Keyring",
    "MemoryKeyring",
    "PathFault",
    "PathInvalid",
    "Remembering",
    "RemotePartyRole",
    "RenewableKeyring",
    "SecretCache",
    "SharedSecret",
    "Skipped",
    "Spoil",
    "SpoiledCertificates",
    "StoreLocked",
    "StoreUnusable",
    "UnknownCertificate",
    "ValidityPolicy",
    "Vault",
    "contingency_key_of",
    "ever",
    "export_folder",
    "export_json",
    "import_folder",
    "import_json",
    "key_identifier",
    "sign",
    "spoil",
    "unwrap_contingency_key",
    "use_of",
    "validate_path",
    "verify",
    "verify_with",
    "wrap_contingency_key",
]

"""How GBCS messages are protected: signatures, MACs and the encryption of sensitive data (GBCS 4.3, 6, 8.5).

Private keys stay behind the :class:`~gbsmart.keys.Keyring`; this module turns the secret that two parties
share into the key of one message. Checks answer with a :class:`Check`, never with an exception: what to
do with a message that does not verify is the caller's decision.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from hmac import compare_digest
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM

from gbsmart.gbcs.envelope import MAC_LENGTH, Message
from gbsmart.gbcs.header import Cra, Header
from gbsmart.ground import Blame, Eui64, GbsmartError, InvalidValue, MalformedMessage
from gbsmart.keys import (
    Certificate,
    Certificates,
    KeyNotHeld,
    Keyring,
    KeyUse,
    SharedSecret,
    UnknownCertificate,
    ever,
    verify,
)


class Check(Enum):
    """What a check of a signature or MAC found."""

    VALID = "valid"
    INVALID = "invalid"
    ABSENT = "absent"  # the message has none
    NO_KEY = "no key"  # it cannot be checked here


class NotAuthentic(GbsmartError):
    """An encrypted value whose tag does not fit: altered, or sealed with another key."""

    blame = Blame.PEER


AES_GCM_128: Final = bytes.fromhex("60857406080300")
"""The algorithm identifier that goes into every key derivation (GBCS 4.3.3.3)."""

DEVICE_TO_DEVICE: Final = frozenset({0x0090, 0x009B})
"""PCS02 and PCS01: between PPMID and GSME on the home area network, keyed without the ACB."""

ENCRYPTION_FLAG: Final = 4
"""Stands for the CRA flag in the derivation of an encryption key, and nowhere else."""

SECURITY_HEADER: Final = b"\x31\x00\x00\x00\x00"
"""Before every ciphertext: suite 1, authenticated and encrypted, invocation counter 0."""

TAG_LENGTH: Final = 12

_NO_INVOCATIONS: Final = b"\x00\x00\x00\x00"


# Key derivation


def transaction_id(flag: int, counter: int) -> bytes:
    """Nine octets: the CRA flag (or :data:`ENCRYPTION_FLAG`) and the originator counter."""
    return bytes((flag,)) + counter.to_bytes(8, "big")


def other_info(originator: Eui64, transaction: bytes, recipient: Eui64) -> bytes:
    """The 33 octets that bind a key to one transaction (GBCS 4.3.3.3)."""
    return b"".join((AES_GCM_128, originator, b"\x09", transaction, recipient))


def initialisation_vector(system_title: Eui64) -> bytes:
    """The 12 octets of the GCM initialisation vector (GBCS 4.3.3.4)."""
    return system_title + _NO_INVOCATIONS


def secret_between(
    keyring: Keyring,
    a: Eui64,
    b: Eui64,
    a_use: KeyUse = KeyUse.KEY_AGREEMENT,
    b_use: KeyUse = KeyUse.KEY_AGREEMENT,
) -> SharedSecret:
    """The secret of ``a`` and ``b``, from whichever private key is held.

    Raises :class:`~gbsmart.keys.KeyNotHeld` if neither is, and
    :class:`~gbsmart.keys.UnknownCertificate` if the other one's certificate is not known.
    """
    if keyring.holds(a, a_use):
        return keyring.agree(a, keyring.certificate(b, b_use), a_use)
    if keyring.holds(b, b_use):
        return keyring.agree(b, keyring.certificate(a, a_use), b_use)
    raise KeyNotHeld(f"neither the {a_use} key of {a} nor the {b_use} key of {b} is here.")


# Signatures


def sign(message: Message, keyring: Keyring) -> Message:
    """The message signed by its business originator; a MAC it had is gone, for it no longer fits.

    Raises :class:`~gbsmart.keys.KeyNotHeld`. (GBCS 6.3.3)
    """
    signature = keyring.sign(message.header.originator, message.signed_octets())
    return replace(message, signature=signature, mac=None, null_signature=False)


def verify_signature(message: Message, certificate: Certificate) -> Check:
    """Whether the signature is by ``certificate``: the originator's digital signing one (GBCS 6.3.3).

    A certificate of another holder never verifies a message.
    """
    if message.signature is None:
        return Check.ABSENT
    if certificate.holder is not None and certificate.holder != message.header.originator:
        return Check.INVALID
    valid = verify(certificate, message.signature, message.signed_octets())
    return Check.VALID if valid else Check.INVALID


def verify_signature_with(message: Message, certificates: Certificates) -> Check:
    """The same, with the originator's certificate in force, or one before it: it may have signed then.

    Raises :class:`~gbsmart.keys.UnknownCertificate`.
    """
    if message.signature is None:
        return Check.ABSENT
    known = ever(certificates, message.header.originator, KeyUse.DIGITAL_SIGNATURE)
    valid = any(verify_signature(message, certificate) is Check.VALID for certificate in known)
    return Check.VALID if valid else Check.INVALID


# MACs


def mac_parties(header: Header, acb: Eui64) -> tuple[Eui64, Eui64]:
    """The two whose key-agreement keys make the MAC's secret (GBCS 6.2).

    A command is keyed by the Access Control Broker ``acb`` and the device, whoever originated it; a
    response or alert by the device and the recipient; PCS01 and PCS02 by the two devices.
    """
    if header.cra == Cra.COMMAND and header.message_code not in DEVICE_TO_DEVICE:
        return acb, header.recipient
    return header.originator, header.recipient


def mac(message: Message, secret: SharedSecret) -> bytes:
    """The 12 octets of the MAC under the secret of :func:`mac_parties` (GBCS 6.2.3)."""
    header = message.header
    title = header.originator
    info = other_info(title, transaction_id(header.cra, header.counter), header.recipient)
    cipher = AESGCM(secret.derive(info))
    return cipher.encrypt(initialisation_vector(title), b"", message.mac_octets())[:MAC_LENGTH]


def add_mac(message: Message, keyring: Keyring, acb: Eui64) -> Message:
    """The message with its MAC header and MAC, over a null signature where it is not signed.

    Raises :class:`~gbsmart.keys.KeyNotHeld` or :class:`~gbsmart.keys.UnknownCertificate`.
    """
    if message.signature is None and not message.null_signature:
        message = replace(message, null_signature=True)
    secret = secret_between(keyring, *mac_parties(message.header, acb))
    return message.with_mac(mac(message, secret))


def verify_mac(message: Message, keyring: Keyring, acb: Eui64) -> Check:
    """Whether the MAC is right; ``NO_KEY`` where this keyring can agree no secret for it."""
    if message.mac is None:
        return Check.ABSENT
    try:
        secret = secret_between(keyring, *mac_parties(message.header, acb))
    except (KeyNotHeld, UnknownCertificate):
        return Check.NO_KEY
    return verify_mac_with(message, secret)


def verify_mac_with(message: Message, secret: SharedSecret) -> Check:
    """Whether the MAC is right under a secret that the caller already has."""
    if message.mac is None:
        return Check.ABSENT
    return Check.VALID if compare_digest(mac(message, secret), message.mac) else Check.INVALID


# Encryption of sensitive data


def data_parties(header: Header) -> tuple[Eui64, Eui64]:
    """The device, and the party for whom the sensitive data of this response or alert is encrypted.

    The party is the recipient, or in a response the Unknown Remote Party of its supplementary fields.
    Raises :class:`~gbsmart.ground.InvalidValue` for a command: only devices encrypt. (GBCS 8.5)
    """
    if header.cra == Cra.COMMAND:
        raise InvalidValue("no command carries encrypted data", field="header.cra")
    if header.cra == Cra.RESPONSE and header.other.party is not None:
        return header.originator, header.other.party
    return header.originator, header.recipient


def data_secret(header: Header, keyring: Keyring, certificate: Certificate | None = None) -> SharedSecret:
    """The secret that encrypts this message's sensitive data, on the device's side or the party's.

    ``certificate`` is an Unknown Remote Party's, as its command brought it to the device. Raises
    :class:`~gbsmart.keys.KeyNotHeld` or :class:`~gbsmart.keys.UnknownCertificate`.
    """
    device, party = data_parties(header)
    if certificate is not None:
        return keyring.agree(device, certificate)
    return secret_between(keyring, device, party)


def seal(header: Header, plaintext: bytes, secret: SharedSecret) -> bytes:
    """``31 00000000``, ciphertext and 12-octet tag: the form in DLMS and GBZ messages alike (GBCS 8.5).

    GBCS gives all encrypted parts of one message the same key and initialisation vector; sealing two
    different texts under one header is therefore weaker than it looks, and still what devices do.
    """
    key, vector = _data_key(header, secret)
    sealed = AESGCM(key).encrypt(vector, plaintext, SECURITY_HEADER[:1])
    return SECURITY_HEADER + sealed[: len(plaintext) + TAG_LENGTH]


def unseal(header: Header, sealed: bytes, secret: SharedSecret) -> bytes:
    """The plaintext of what :func:`seal` made under the same header.

    Raises :class:`~gbsmart.ground.MalformedMessage` (offsets counted from the ``31``) for another
    frame, and :class:`NotAuthentic` if the tag does not fit.
    """
    if sealed[:5] != SECURITY_HEADER:
        raise MalformedMessage(
            "not authenticated and encrypted, invocation 0", offset=0, where="security header"
        )
    if len(sealed) < len(SECURITY_HEADER) + TAG_LENGTH:
        raise MalformedMessage("too short for a tag", offset=len(sealed), where="encrypted data")
    key, vector = _data_key(header, secret)
    tag = sealed[-TAG_LENGTH:]
    opening = Cipher(AES(key), GCM(vector, tag, min_tag_length=TAG_LENGTH)).decryptor()
    opening.authenticate_additional_data(SECURITY_HEADER[:1])
    plaintext = opening.update(sealed[len(SECURITY_HEADER) : -TAG_LENGTH])
    try:
        return plaintext + opening.finalize()
    except InvalidTag:
        raise NotAuthentic("The encrypted data does not authenticate under this header and key.") from None


def encrypt(
    header: Header, plaintext: bytes, keyring: Keyring, certificate: Certificate | None = None
) -> bytes:
    """:func:`seal` with the :func:`data_secret` that ``keyring`` agrees: the device's side."""
    return seal(header, plaintext, data_secret(header, keyring, certificate))


def decrypt(header: Header, sealed: bytes, keyring: Keyring) -> bytes:
    """:func:`unseal` with the :func:`data_secret` that ``keyring`` agrees: the remote party's side."""
    return unseal(header, sealed, data_secret(header, keyring))


def _data_key(header: Header, secret: SharedSecret) -> tuple[bytes, bytes]:
    """Key and initialisation vector of this message's sensitive data."""
    device, party = data_parties(header)
    counter = header.counter
    if header.cra == Cra.RESPONSE and header.other.party_originator_counter is not None:
        counter = header.other.party_originator_counter
    info = other_info(device, transaction_id(ENCRYPTION_FLAG, counter), party)
    return secret.derive(info), initialisation_vector(device)

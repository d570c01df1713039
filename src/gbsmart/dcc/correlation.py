"""Correlation: a Signed Pre-Command held against the Pre-Command that the DCC made (SEC H4, H11).

The User may return the Pre-Command with or without its trailing null octet, before or after the
signature. Whatever it did, what goes on to the device is ``GH P 40 signature``: the grouping header and
payload that were sent to the User, and a signature that is valid over them.
"""

from __future__ import annotations

from gbsmart.dcc.model import RequestKey
from gbsmart.dcc.refusal import Refused
from gbsmart.gbcs.envelope import SIGNATURE_LENGTH, Message
from gbsmart.gbcs.protection import Check, verify_signature
from gbsmart.ground import MalformedMessage
from gbsmart.keys import Certificates, KeyUse, RemotePartyRole, UnknownCertificate

_FIELD = bytes((SIGNATURE_LENGTH,))
_NULL = b"\x00"


def correlate(
    signed: bytes,
    pre_command: bytes,
    key: RequestKey,
    role: RemotePartyRole,
    certificates: Certificates,
) -> Message:
    """The signed message for the device; raises :class:`Refused` (``correlation``, an assumed code).

    ``pre_command`` is the one that was sent for ``key``; ``role`` that of the credential with which
    the device knows the User.
    """
    content = _without_null(pre_command)
    signature = _signature(signed, content)
    try:
        message = Message.parse(content + _FIELD + signature)
    except MalformedMessage as wrong:
        raise Refused("correlation", f"the Signed Pre-Command cannot be read: {wrong}") from None
    header = message.header
    if (header.originator, header.recipient, header.counter) != (key.originator, key.device, key.counter):
        raise Refused("correlation", "the GBCS header is not that of the RequestID")
    try:
        certificate = certificates.certificate(key.originator, KeyUse.DIGITAL_SIGNATURE)
    except UnknownCertificate as none:
        raise Refused("correlation", none.message) from None
    if certificate.role != role:
        raise Refused("correlation", f"the certificate of {key.originator} is not of role {role.name}")
    if verify_signature(message, certificate) is not Check.VALID:
        raise Refused(
            "correlation",
            f"the signature is not that of {key.originator} over this Pre-Command "
            "(over its octets from after DF, without the null octet at its end)",
        )
    return message


def _signature(signed: bytes, content: bytes) -> bytes:
    """What follows the content: the signature, whichever null octets stand around it."""
    if not signed.startswith(content):
        raise Refused("correlation", "it is not the Pre-Command that was sent")
    rest = signed[len(content) :]
    if len(rest) == SIGNATURE_LENGTH + 2 and rest.startswith(_NULL + _FIELD):
        rest = rest[1:]
    if len(rest) == SIGNATURE_LENGTH + 2 and rest.endswith(_NULL):
        rest = rest[:-1]
    if len(rest) != SIGNATURE_LENGTH + 1 or not rest.startswith(_FIELD):
        raise Refused("correlation", "no signature of 64 octets follows the Pre-Command")
    return rest[1:]


def _without_null(pre_command: bytes) -> bytes:
    message = Message.parse(pre_command)
    return pre_command[:-1] if message.null_signature else pre_command

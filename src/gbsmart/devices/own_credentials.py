"""A device's own certificates: a new key pair, the certificate for it, telling which it holds (GBCS 13.4).

The private keys stay behind the keyring. The answer to a new certificate goes out under the pair that it
replaces, which is the one that its parties know until then [assumed: no test message tells].
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from gbsmart.devices.exchange import Exchange, LogEntry
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.forms.credentials import KEY_USAGES
from gbsmart.ground import MalformedMessage
from gbsmart.keys import Certificate, KeyUse, UnknownCertificate

_USES: Final[Mapping[str, KeyUse]] = {
    "digitalSignature": KeyUse.DIGITAL_SIGNATURE, "keyAgreement": KeyUse.KEY_AGREEMENT,
}  # fmt: skip
_WRONG_USAGE, _NONE_HELD = 1, 2
_INSTALLED, _BAD, _OTHER_DEVICE, _BAD_USAGE, _NO_PAIR, _OTHER_KEY = range(6)


def new_pair(values: Mapping[str, Any], exchange: Exchange) -> Outcome:
    """Make a key pair for a usage, and ask for a certificate of it (PKCS#10)."""
    use = _USES.get(KEY_USAGES.get(values["key_usage"], ""))
    if use is None:
        return _status(_WRONG_USAGE)
    request = exchange.device.credentials.renew(use)
    return Outcome({"certification_request": request}, (0,))


def install(values: Mapping[str, Any], exchange: Exchange) -> Outcome:
    """Take the certificate for the key pair that was made last, and use both from now on.

    One that is in use already is taken again: the command may come twice where its answer was lost.
    """
    try:
        certificate = Certificate.from_der(values["device_certificate"])
    except MalformedMessage:
        return _status(_BAD)
    use = _use_of(certificate)
    status = _taken(certificate, use, exchange)
    if use is not None:
        code = EVENTS[use][status != _INSTALLED]
        exchange.reaction.log.append(LogEntry(exchange.now, "security", code))
    return _status(status)


EVENTS: Final[Mapping[KeyUse, tuple[int, int]]] = {
    KeyUse.DIGITAL_SIGNATURE: (0x8F4D, 0x8F4C), KeyUse.KEY_AGREEMENT: (0x8F4F, 0x8F4E),
}  # fmt: skip
"""Event codes (GBCS 16.2): replaced, and not replaced. They are logged; the answer tells whoever asked, under
the key that it knows."""


def _taken(certificate: Certificate, use: KeyUse | None, exchange: Exchange) -> int:
    """What becomes of a certificate."""
    credentials = exchange.device.credentials
    if certificate.holder != exchange.device.eui or not certificate.is_device:
        return _OTHER_DEVICE
    if use is None:
        return _BAD_USAGE
    if credentials.own(use) == certificate:
        return _INSTALLED
    pending = credentials.pending(use)
    if pending is None:
        return _NO_PAIR
    if certificate.public_key != pending:
        return _OTHER_KEY
    exchange.afterwards.append(partial(credentials.take_into_use, certificate))
    return _INSTALLED


def held(values: Mapping[str, Any], exchange: Exchange) -> Outcome:
    """The certificate of a usage that the device holds."""
    use = _USES.get(KEY_USAGES.get(values["key_usage"], ""))
    if use is None:
        return _status(_WRONG_USAGE)
    try:
        return Outcome({"device_certificate": exchange.device.credentials.own(use).der}, (0,))
    except UnknownCertificate:
        return _status(_NONE_HELD)


def _use_of(certificate: Certificate) -> KeyUse | None:
    """What a certificate is for: one use, and that alone."""
    (usage, *more) = certificate.key_usage or {""}
    return None if more else _USES.get(usage)


def _status(code: int) -> Outcome:
    return Outcome({"status": code}, (code,))

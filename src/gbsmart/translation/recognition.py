"""Recognition: by which facts a request becomes the form that a message has.

The DCC knows its devices from the inventory. Whoever holds a Pre-Command and its request alone finds the
facts by trying: those under which the request becomes the very message, else one of its form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import product

from gbsmart.duis import Request
from gbsmart.gbcs import Message, codec
from gbsmart.gbcs.versions import turning_points
from gbsmart.ground import Eui64, InvalidValue, MalformedMessage
from gbsmart.keys import Certificate
from gbsmart.translation.binding import Facts, other_device
from gbsmart.translation.bindings import by_variant
from gbsmart.translation.transform import NoTranslation, transform

_VARIANTS = ("", "A", "B", "C", "D")
_OTHERS = ("ESME", "GSME", "GPF", "PPMID", "HCALCS", "IHD")
_ROLES = ("", "LC")
"""User Roles in which a critical request becomes different forms."""


def recognised_facts(request: Request, message: Message, now: datetime, acb: Eui64) -> Facts:
    """The facts that fit best; raises :class:`NoTranslation` where the request becomes nothing."""
    code, best, rank = message.header.message_code, None, 0
    for facts in _candidates(request, message, now, acb):
        try:
            translated = transform(request, facts)
            same = translated.form.code == code
            fits = 1 + same + (same and translated.message().payload == message.payload)
        except (NoTranslation, InvalidValue):
            continue
        if fits > rank:
            best, rank = facts, fits
    if best is None:
        raise NoTranslation(request.service_reference_variant, "any")
    return best


def _candidates(request: Request, message: Message, now: datetime, acb: Eui64) -> Iterator[Facts]:
    rows = by_variant().get(request.service_reference_variant, ())
    types = dict.fromkeys(each for row in rows for each in sorted(row.device_types))
    other = other_device(request.values or {})
    plain = Facts(now, acb, "", other_device_certificate=_certificate_of(other, message))
    others = ("",) if other is None else _OTHERS
    for device_type, version, variant, role, beside in product(
        types, turning_points(), _VARIANTS, _ROLES, others
    ):
        yield replace(
            plain, device_type=device_type, gbcs_version=version, esme_variant=variant, role=role,
            other_device_type=beside,
        )  # fmt: skip


def _certificate_of(device: Eui64 | None, message: Message) -> bytes | None:
    """The other device's certificate, which the message alone holds; None where it is another's."""
    try:
        reading = codec.read(message)
    except MalformedMessage:
        return None
    given = reading.values.get("other_device_certificate") if reading is not None else None
    if not isinstance(given, bytes):
        return None
    try:
        certificate = Certificate.from_der(given)
    except MalformedMessage:
        return None
    return given if certificate.holder == device and "keyAgreement" in certificate.key_usage else None

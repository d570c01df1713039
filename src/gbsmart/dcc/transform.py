"""Transform: a granted Service Request as what its device will get (SEC H4).

Adds to :mod:`gbsmart.translation` what only the DCC knows: the device's facts from the inventory, and
whether the device knows the User.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from gbsmart import duis, translation
from gbsmart.dcc import identification
from gbsmart.dcc.access import Case, Grant
from gbsmart.dcc.refusal import Refused
from gbsmart.dcc.settings import Settings
from gbsmart.gbcs import Message
from gbsmart.ground import Eui64, InvalidValue
from gbsmart.inventory import Device
from gbsmart.keys import Certificates, KeyUse, UnknownCertificate

Unprotected: TypeAlias = Message | translation.Translation
"""A Command without its protection: the message (signed where critical); or, where a party of the DCC's
originates, the translation that waits for that party's counter and, where critical, its signature."""


def gbcs_version(device: Device | None, settings: Settings) -> str:
    """The GBCS version that a device speaks."""
    return (device.gbcs_version if device else "") or settings.gbcs_version


def transform(
    request: duis.Request,
    grant: Grant,
    at: datetime,
    settings: Settings,
    certificates: Certificates | None = None,
    random: Callable[[int], bytes] = os.urandom,
) -> Unprotected:
    """What the device will get; raises :class:`Refused` where the request cannot be put into GBCS.

    The refusal is ``not_served`` where no binding is declared for the variant and device type, else the
    code that the wrong value carries (``body_value`` where it carries none).
    """
    assert grant.device is not None
    known = grant.is_known_for(request.service_reference_variant)
    facts = translation.Facts(
        now=at,
        acb=settings.acb,
        cos=settings.cos,
        device_type=grant.device.kind,
        known=known,
        role=grant.role.value,
        esme_variant=grant.device.esme_variant,
        gbcs_version=gbcs_version(grant.device, settings),
        certificate=None if known else _key_agreement(grant.user.id, certificates),
        other_device_type=grant.other.kind if grant.other else "",
        other_device_certificate=lambda: _key_agreement(
            grant.other.id if grant.other else None, certificates
        ),
        device_log=grant.backup,
        customer_identification_number=lambda: identification.draw(random),
    )
    try:
        translated = translation.transform(request, facts)
        # Written now, if only to see that it can be: what is acknowledged must not fail later.
        message = translated.message(None if translated.known else 0)
    except translation.NoTranslation as none:
        raise Refused("not_served", none.message) from None
    except InvalidValue as wrong:
        raise Refused("body_value", wrong.message, code=wrong.response_code or "") from None
    return message if translated.known else translated


def _key_agreement(holder: Eui64 | None, certificates: Certificates | None) -> bytes | None:
    """The key agreement certificate of a User or a device, as the SMKI Repository has it."""
    if holder is None or certificates is None:
        return None
    try:
        return certificates.certificate(holder, KeyUse.KEY_AGREEMENT).der
    except UnknownCertificate:
        return None


def originator_of(grant: Grant, case: Case) -> Eui64:
    """Who originates the Command: the User where the device knows it, else the Access Control Broker; of
    what changes a device's supplier, the CoS Party."""
    if translation.sender(case.service.variant) is translation.Sender.COS_PARTY:
        return case.settings.cos
    return case.key.originator if grant.is_known_for(case.service.variant) else case.settings.acb

"""Transform: a granted Service Request as what its device will get (SEC H4).

Adds to :mod:`gbsmart.translation` what only the DCC knows: the device's facts from the inventory, and
whether the device knows the User.
"""

from __future__ import annotations

from datetime import datetime

from gbsmart import duis, translation
from gbsmart.dcc.access import Case, Grant
from gbsmart.dcc.refusal import Refused
from gbsmart.dcc.settings import Settings
from gbsmart.ground import Eui64, InvalidValue
from gbsmart.inventory import Device


def facts_of(
    device: Device, grant: Grant, variant: str, at: datetime, settings: Settings
) -> translation.Facts:
    """What the transformation needs and the request does not hold."""
    return translation.Facts(
        now=at,
        acb=settings.acb,
        device_type=device.type.value,
        known=grant.is_known_for(variant),
        role=grant.role.value,
        gbcs_version=device.gbcs_version or settings.gbcs_version,
        element_type="twin" if device.esme_variant.startswith("B") else "single",
        phases=3 if device.esme_variant.startswith("C") else 1,
    )


def transform(
    request: duis.Request, grant: Grant, at: datetime, settings: Settings
) -> translation.Translation:
    """The translation; raises :class:`Refused` where the request cannot be put into GBCS.

    ``not_served`` where no binding is declared for the variant and device type, else the code that the
    wrong value carries (``body_value`` where it carries none).
    """
    assert grant.device is not None
    facts = facts_of(grant.device, grant, request.service_reference_variant, at, settings)
    try:
        return translation.transform(request, facts)
    except translation.NoTranslation as none:
        raise Refused("not_served", none.message) from None
    except InvalidValue as wrong:
        raise Refused("body_value", wrong.message, code=wrong.response_code or "") from None


def originator_of(grant: Grant, case: Case) -> Eui64:
    """Who originates the Command: the User where the device knows it, else the Access Control Broker."""
    return case.key.originator if grant.is_known_for(case.service.variant) else case.settings.acb

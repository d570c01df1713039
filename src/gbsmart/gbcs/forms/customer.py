"""What the customer sees on a meter: the supplier's contact details (Service Reference 3.4)."""

from __future__ import annotations

from gbsmart.gbcs.dlms.access import write
from gbsmart.gbcs.dlms.objects.contact import SUPPLIER_NAME, SUPPLIER_TELEPHONE_NUMBER
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.reading import dlms_form, gbz_form
from gbsmart.gbcs.gbz.bindings import EVENT, Bound
from gbsmart.gbcs.gbz.bodies import Send
from gbsmart.gbcs.gbz.commands import PUBLISH_CHANGE_OF_SUPPLIER


def _text(name: str) -> Bound:
    return Bound(name, lambda octets: octets.decode("latin-1"), lambda text: text.encode("latin-1"))


ECS16 = dlms_form("ECS16", 0x0025, *write(SUPPLIER_TELEPHONE_NUMBER, SUPPLIER_NAME))
GCS44 = gbz_form(
    "GCS44", 0x0088,
    Send(
        PUBLISH_CHANGE_OF_SUPPLIER,
        {
            **EVENT,
            "proposed_provider_name": _text("supplier_name"),
            "proposed_provider_contact_details": _text("supplier_telephone_number"),
        },
    ),
)  # fmt: skip

FORMS: tuple[Form, ...] = (ECS16, GCS44)

"""What the customer sees and does at a meter: messages, PIN, contacts, identity (SRV 3.1, 3.4, 3.5, 9.1)."""

from __future__ import annotations

from gbsmart.gbcs.dlms.items import write
from gbsmart.gbcs.dlms.objects.contact import SUPPLIER_NAME, SUPPLIER_TELEPHONE_NUMBER
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.reading import dlms_form, gbz_form
from gbsmart.gbcs.gbz.bindings import EVENT, plain, text
from gbsmart.gbcs.gbz.bodies import Send
from gbsmart.gbcs.gbz.commands import (
    DISPLAY_MESSAGE,
    PUBLISH_CHANGE_OF_SUPPLIER,
    REQUEST_NEW_PASSWORD_RESPONSE,
    UPDATE_CIN,
)

AT_ONCE = 0


ECS16 = dlms_form("ECS16", 0x0025, *write(SUPPLIER_TELEPHONE_NUMBER, SUPPLIER_NAME))
GCS44 = gbz_form(
    "GCS44", 0x0088,
    Send(
        PUBLISH_CHANGE_OF_SUPPLIER,
        {
            **EVENT,
            "proposed_provider_name": text("supplier_name"),
            "proposed_provider_contact_details": text("supplier_telephone_number"),
        },
    ),
)  # fmt: skip

GCS07 = gbz_form(
    "GCS07", 0x0071,
    Send(
        DISPLAY_MESSAGE, {"message_id": EVENT["issuer_event_id"], "message": plain("supplier_message")},
        {"start_time": AT_ONCE},
    ),
)  # fmt: skip
GCS11 = gbz_form("GCS11", 0x0073, Send(REQUEST_NEW_PASSWORD_RESPONSE, EVENT))
GCS36 = gbz_form(
    "GCS36", 0x0083,
    Send(UPDATE_CIN, {**EVENT, "customer_id_number": text("customer_identification_number")}),
)  # fmt: skip

FORMS: tuple[Form, ...] = (ECS16, GCS07, GCS11, GCS36, GCS44)

"""What the customer sees and keeps private (Service References 3.1, 3.2, 3.4, 3.5, 6.20 and 9.1)."""

from __future__ import annotations

from collections.abc import Mapping

from gbsmart.translation.binding import ISSUER_EVENT_ID, Fact, From, Source, binding

_NOW: Mapping[str, Source] = {"issuer_event_id": ISSUER_EVENT_ID}
_MESSAGE = {"supplier_message": From("supplier_message")}
_RESTRICTION = {"restriction_date_time": From("restriction_date_time")}
_CONTACT = {
    "supplier_name": From("supplier_name"),
    "supplier_telephone_number": From("supplier_telephone_number"),
}
_NUMBER = {"customer_identification_number": Fact("customer_identification_number", known=True)}

BINDINGS = (
    binding("3.1", "ECS10", fields=_MESSAGE),
    binding("3.1", "GCS07", fields={**_NOW, **_MESSAGE}),
    binding("3.2", "ECS12", fields=_RESTRICTION),
    binding("3.2", "GCS09", fields={**_NOW, **_RESTRICTION}),
    binding("3.4", "ECS16", fields=_CONTACT),
    binding("3.4", "GCS44", fields={**_NOW, **_CONTACT}),
    binding("3.5", "ECS14"),
    binding("3.5", "GCS11", fields=_NOW),
    binding("6.20.1", "ECS39a", fields={"import_mpans": From("import_mpa_ns")}),
    binding("6.20.1", "GCS41", fields={**_NOW, "import_mprn": From("import_mprn")}),
    binding("6.20.2", "ECS39b", fields={"export_mpan": From("export_mpan")}),
    binding("9.1", "ECS50", fields=_NUMBER),
    binding("9.1", "GCS36", fields={**_NOW, **_NUMBER}),
)  # fmt: skip

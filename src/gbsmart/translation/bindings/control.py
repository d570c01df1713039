"""Supply, the restriction of consumer data, contact details (Service References 3.2, 3.4, 7.1 to 7.4)."""

from gbsmart.translation.binding import ISSUER_EVENT_ID, From, binding

_CONTACT = {
    "supplier_name": From("supplier_name"),
    "supplier_telephone_number": From("supplier_telephone_number"),
}

BINDINGS = (
    binding("3.2", "ECS12", "ESME", fields={"restriction_date_time": From("restriction_date_time")}),
    binding(
        "3.2", "GCS09", "GPF", "GSME",
        fields={"issuer_event_id": ISSUER_EVENT_ID, "restriction_date_time": From("restriction_date_time")},
    ),
    binding("3.4", "ECS16", "ESME", fields=_CONTACT),
    binding("3.4", "GCS44", "GSME", fields={"issuer_event_id": ISSUER_EVENT_ID, **_CONTACT}),
    binding("7.1", "ECS42", "ESME"),
    binding("7.2", "ECS43", "ESME"),
    binding("7.2", "GCS32", "GSME", fields={"issuer_event_id": ISSUER_EVENT_ID}),
    binding("7.3", "ECS44", "ESME"),
    binding("7.3", "GCS39", "GSME", fields={"issuer_event_id": ISSUER_EVENT_ID}),
    binding("7.4", "ECS45", "ESME"),
    binding("7.4", "GCS33", "GSME"),
)  # fmt: skip

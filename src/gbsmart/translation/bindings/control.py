"""Supply and the restriction of consumer data (Service References 3.2, 7.1, 7.2)."""

from gbsmart.translation.binding import ISSUER_EVENT_ID, From, binding

BINDINGS = (
    binding("3.2", "ECS12", "ESME", fields={"restriction_date_time": From("restriction_date_time")}),
    binding(
        "3.2", "GCS09", "GPF", "GSME",
        fields={"issuer_event_id": ISSUER_EVENT_ID, "restriction_date_time": From("restriction_date_time")},
    ),
    binding("7.1", "ECS42", "ESME"),
    binding("7.2", "ECS43", "ESME"),
    binding("7.2", "GCS32", "GSME", fields={"issuer_event_id": ISSUER_EVENT_ID}),
)  # fmt: skip

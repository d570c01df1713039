"""Supply of energy (Service References 7.1 to 7.4)."""

from gbsmart.translation.binding import ISSUER_EVENT_ID, binding

BINDINGS = (
    binding("7.1", "ECS42"),
    binding("7.2", "ECS43"),
    binding("7.2", "GCS32", fields={"issuer_event_id": ISSUER_EVENT_ID}),
    binding("7.3", "ECS44"),
    binding("7.3", "GCS39", fields={"issuer_event_id": ISSUER_EVENT_ID}),
    binding("7.4", "ECS45"),
    binding("7.4", "GCS33"),
)  # fmt: skip

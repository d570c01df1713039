"""Reading requests (Service References 4.x)."""

from gbsmart.translation.binding import binding

BINDINGS = (
    binding("4.1.1", "ECS17b", "ESME"),
    binding("4.1.1", "GCS13a", "GSME", "GPF"),
    binding("4.11.1", "ECS24", "ESME"),
)

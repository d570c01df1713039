"""Which messages a request causes, so that a User waits for all of them and no longer (DUIS 7.0).

After the acknowledgement come a Service Response, the outcome of each future-dated instruction, or DCC
Alerts that belong to the request; one DCC Alert with an error code ends the waiting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from gbsmart.duis import COMMAND_VARIANTS, FutureDating, Request
from gbsmart.user.received import Received

ALERTS_AFTER: Mapping[str, frozenset[str]] = MappingProxyType(
    # 8.11: Communications Hub Function Whitelist Update successful or potentially unsuccessful [assumed]
    {"8.11": frozenset({"N24", "N25"})}
)
"""Variant to the DCC Alerts of which one follows a success."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is to come after the acknowledgement."""

    response: bool
    """A Service Response from the device."""
    instructions: bool
    """8F66 or 8F67 from the device for each of its instructions, once they are executed."""
    alerts: frozenset[str]
    """One of these DCC Alerts."""
    execution: datetime | None
    """When the request is executed, where that is not at once."""

    def missing(self, messages: Sequence[Received]) -> str:
        """What has not arrived yet, in words; ``""`` where the set is complete."""
        if self.response and not any(is_response(each) for each in messages):
            return "the Service Response"
        if self.instructions:
            found = {each.instruction for each in messages if each.instruction}
            total = max((total for _, total in found), default=0)
            numbers = {number for number, _ in found}
            if not total or len(numbers) < total:
                of = f" of {total}" if total else ""
                return f"the outcome of the future-dated instructions ({len(numbers)}{of} arrived)"
        if self.alerts and not any(each.alert_code in self.alerts for each in messages):
            return f"DCC Alert {' or '.join(sorted(self.alerts))}"
        return ""


def expectation(request: Request) -> Expectation:
    """What follows the acknowledgement of ``request`` (the Signed Pre-Command, where it is critical)."""
    variant = COMMAND_VARIANTS[request.command_variant]
    service = request.service
    alerts = ALERTS_AFTER.get(service.variant, frozenset())
    if variant.takes == "non-device request":
        return Expectation(False, False, alerts, None)
    if variant.number in (2, 6):  # the Command goes by hand: its Response comes back by 8.13
        return Expectation(False, False, frozenset(), None)
    when = (request.values or {}).get("execution_date_time")
    execution = when if isinstance(when, datetime) else None
    held_by_device = FutureDating.DEVICE in service.future_dated
    return Expectation(True, execution is not None and held_by_device, alerts, execution)


def is_response(message: Received) -> bool:
    """Whether it carries the device's own response."""
    return message.payload[0] in {"gbcs_payload", "cin_message"}

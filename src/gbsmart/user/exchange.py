"""One request and everything it causes: the steps on its way, the acknowledgement, the answer or failure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gbsmart.duis import Request, RequestId
from gbsmart.gbcs.form import Outcome
from gbsmart.user.errors import DeviceRefused, NoResponse, RequestFailed
from gbsmart.user.expectation import is_response
from gbsmart.user.opening import Opened
from gbsmart.user.received import Received
from gbsmart.user.units import Quantity, quantities

_UNKNOWN_OUTCOME = frozenset({"E21", "E30", "E31"})
_EXECUTED_INSTRUCTION = 0x8F66


@dataclass(frozen=True, slots=True)
class Step:
    """One message of the exchange: what it is, when and from whom, and its octets."""

    name: str
    at: datetime
    party: str
    octets: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request that the DCC has acknowledged.

    ``request`` is the one that went to be executed: the Signed Pre-Command where it is critical, while
    ``original`` is what was asked.
    """

    original: Request
    request: Request
    acknowledgement: Received
    steps: tuple[Step, ...] = field(repr=False)

    @property
    def local_command(self) -> bytes | None:
        """The Command to be delivered by hand (Command Variants 2, 3, 6 and 7)."""
        name, value = self.acknowledgement.payload
        return value["gbcs_payload"] if name == "local_command" else None


@dataclass(frozen=True, slots=True)
class Answer:
    """The complete set of messages that a request caused, read and found good.

    ``response`` is the device's own message (``None`` where only the DCC answers); ``alerts`` the
    outcomes of future-dated instructions.
    """

    exchange: Exchange = field(repr=False)
    messages: tuple[Received, ...] = field(repr=False)
    response: Opened | None = None
    alerts: tuple[Opened, ...] = ()

    @property
    def response_code(self) -> str:
        """The DUIS response code of the message that answered: the last that is no alert."""
        said = [each for each in self.messages if is_response(each)]
        return (said[-1] if said else self.exchange.acknowledgement).response_code

    @property
    def values(self) -> Mapping[str, Any]:
        """What the device said, by field name; of a non-device request, what the DCC returned."""
        if self.response is not None:
            return self.response.values
        name, value = self.exchange.acknowledgement.payload
        return value if isinstance(value, Mapping) else {name: value} if name else {}

    @property
    def quantities(self) -> dict[str, Quantity]:
        """The values as numbers with units."""
        return quantities(self.values)

    @property
    def outcome(self) -> Outcome | None:
        """What the device said item by item, where its form is declared."""
        return self.response.outcome if self.response else None

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was sent and how it was acknowledged, then the messages that it caused as they arrived.

        A Service Response may arrive (``at``) before the acknowledgement.
        """
        name = {True: "Service Response", False: "alert"}
        later = [
            Step(
                name[each.response.kind == "ResponseMessage" and each.instruction is None],
                each.at,
                str(each.response.response_id.originator) if each.response.response_id else "DCC",
                each.document,
            )
            for each in self.messages
        ]
        return (*self.exchange.steps, *later)


def raise_failure(request_id: RequestId, message: Received) -> None:
    """Raise :class:`RequestFailed` where a message about a request says that it failed."""
    if not message.failed:
        return
    alert = message.alert_code if message.response.kind == "DCCAlertMessage" else ""
    failure = NoResponse if message.response_code in _UNKNOWN_OUTCOME else RequestFailed
    raise failure(request_id, alert, message.response_code)


def answer_of(exchange: Exchange, messages: Sequence[Received], opened: Mapping[int, Opened]) -> Answer:
    """The complete answer; raises :class:`DeviceRefused` where a future-dated instruction failed."""
    response = next((opened[each.number] for each in messages if is_response(each)), None)
    outcomes = [each for each in messages if each.instruction and each.number in opened]
    for each in outcomes:
        # the device's own, signed word counts; the envelope's where its form is not declared
        said = opened[each.number].values.get("alert_code", int(each.alert_code, 16))
        if said != _EXECUTED_INSTRUCTION:
            raise DeviceRefused(exchange.request.request_id, opened[each.number], None)
    return Answer(exchange, tuple(messages), response, tuple(opened[each.number] for each in outcomes))

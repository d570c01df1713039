"""What faults do on the User Interface: to the answers to requests, and to deliveries.

Only entered while some fault is on. Nothing here touches what is stored: what was taken stays taken,
and what a User's service has not taken stays in the outbox. What a User at the other end of a connection
meets (late and slow octets) runs on the machine's clock, what waits in the outbox on the DCC's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from starlette.responses import PlainTextResponse, Response, StreamingResponse

from gbsmart.dcc import admission, faults, ledger
from gbsmart.dcc.admission import About
from gbsmart.dcc.outbox import Waiting
from gbsmart.dcc.pipeline import TAKEN, Pipeline
from gbsmart.duis import WebService
from gbsmart.ground import Clock, Fault, MalformedMessage, Strike
from gbsmart.web.hosting import NoAnswer

_ON_THE_WAY = frozenset({"queued", "dispatched", "answered"})
"""States of a request whose outcome will be delivered before long."""


class Occasion(NamedTuple):
    """One exchange on a request service, as faults are narrowed to it."""

    pipeline: Pipeline
    service: WebService
    about: About | None
    """None for a document that says of no request what it is."""

    @classmethod
    def of(cls, pipeline: Pipeline, service: WebService, octets: bytes) -> Occasion:
        """What a document that came to ``service`` is about."""
        try:
            return cls(pipeline, service, admission.about(octets, service))
        except MalformedMessage:
            return cls(pipeline, service, None)

    def strike(self, fault: Fault) -> Strike | None:
        """Whether a fault strikes it, recorded."""
        found = self.decide(fault)
        if found is not None:
            found.record()
        return found

    def decide(self, fault: Fault) -> Strike | None:
        """Whether a fault strikes it; recorded by the caller."""
        if self.about is None:
            return self.pipeline.faults.decide(fault, service=self.service.value)
        key, variant, _ = self.about
        return self.pipeline.faults.decide(
            fault, about=str(key), user=key.originator, device=key.device, variant=variant,
            service=self.service.value,
        )  # fmt: skip

    def turned_away(self) -> Response | None:
        """The answer by another HTTP status instead of taking the document."""
        strike = self.strike(faults.HTTP_STATUS)
        if strike is None:
            return None
        status = int(strike["status"])
        headers = {}
        if status in (408, 429, 503):
            headers["Retry-After"] = str(strike["retry-after"])
        if status < 400 and strike["location"]:
            headers["Location"] = strike["location"]
        return PlainTextResponse("A fault that is switched on.\n", status, headers=headers)

    async def answered(self, answer: Response) -> Response:
        """The answer to what was taken, as the faults that strike it let it go."""
        wall = self.pipeline.wall
        if self.strike(faults.ACKNOWLEDGEMENT_LOST):
            return NoAnswer()
        if late := self.strike(faults.ACKNOWLEDGEMENT_LATE):
            await wall.sleep_until(wall.now() + late["seconds"])
        if first := self.decide(faults.RESPONSE_FIRST):
            await self._overtaken(first)
        if slow := self.strike(faults.ANSWER_SLOW):
            body = bytes(answer.body)
            pieces = trickle(body, slow["seconds"], slow["pieces"], wall)
            headers = {"Content-Length": str(len(body))}
            return StreamingResponse(pieces, answer.status_code, headers, answer.media_type)
        return answer

    async def _overtaken(self, strike: Strike) -> None:
        """Wait until the outcome of the request has been delivered; recorded only if it was."""
        pipeline = self.pipeline
        assert self.about is not None
        key = self.about.key
        until = pipeline.wall.now() + strike["seconds"]
        while True:
            mark = pipeline.bell.mark(TAKEN)
            stored = await pipeline.read(lambda connection: ledger.find(connection, key))
            state = "" if stored is None else stored.state
            if state == "delivered":
                strike.record("the response came first")
            if state not in _ON_THE_WAY or pipeline.wall.now() >= until:
                return
            await pipeline.bell.wait(TAKEN, mark, pipeline.wall, until)


class DeliveryMeddling:
    """What faults do to the messages of Users' outboxes on their way."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._met: set[int] = set()
        self._overtaken: dict[int, Strike] = {}

    def held_until(self, messages: Sequence[Waiting], now: datetime) -> datetime | None:
        """Until when the first message, and so the outbox, waits; ``None`` where it may go."""
        first = messages[0]
        if first.id in self._met:
            return None
        for message in messages:
            if message.id not in self._met and (strike := self._ask(faults.DELIVERY_REORDERED, message)):
                self._overtaken[message.id] = strike
        self._met.update(message.id for message in messages[1:])
        late = self._ask(faults.DELIVERY_LATE, first)
        if late is not None:
            late.record()
        self._met.add(first.id)
        waits: list[timedelta] = [late["seconds"]] if late else []
        if len(messages) == 1 and first.id in self._overtaken:
            waits.append(self._overtaken[first.id]["seconds"])
        return now + max(waits) if waits else None

    def ordered(self, messages: list[Waiting]) -> list[Waiting]:
        """The messages in the order in which they are sent."""
        behind = [message for message in messages if message.id in self._overtaken]
        before = [message for message in messages if message.id not in self._overtaken]
        for message in behind:
            if any(other.id > message.id for other in before):
                self._overtaken[message.id].record("behind a later message")
        return [*before, *behind]

    def is_down(self, message: Waiting) -> bool:
        """Whether the User's service is to be as if it could not be reached."""
        down = self._pipeline.faults.strike(faults.RECEIVER_DOWN, about=_named(message), user=message.user)
        return down is not None

    def content(self, message: Waiting) -> bytes | AsyncIterator[bytes]:
        """The octets of a message as they go out."""
        slow = self._ask(faults.DELIVERY_SLOW, message)
        if slow is None:
            return message.content
        slow.record()
        return trickle(message.content, slow["seconds"], slow["pieces"], self._pipeline.wall)

    async def taken(self, message: Waiting, again: Callable[[], Awaitable[bool]]) -> None:
        """The User's service has taken a message."""
        self._met.discard(message.id)
        self._overtaken.pop(message.id, None)
        twice = self._ask(faults.DELIVERY_DUPLICATED, message)
        if twice is None:
            return
        sent = sum([await again() for _ in range(twice["copies"])])
        twice.record(f"delivered {sent} times more")

    def _ask(self, fault: Fault, message: Waiting) -> Strike | None:
        kind = "alert" if message.request is None else "outcome"
        return self._pipeline.faults.decide(
            fault, about=_named(message), user=message.user, device=message.device, message=kind
        )


def _named(message: Waiting) -> str:
    return str(message.request or f"message {message.id}")


async def trickle(octets: bytes, over: timedelta, pieces: int, clock: Clock) -> AsyncIterator[bytes]:
    """``octets`` in about so many pieces, spread evenly over a time."""
    size = max(1, -(-len(octets) // pieces))
    starts = range(0, len(octets), size)
    for number, start in enumerate(starts, 1):
        yield octets[start : start + size]
        if number < len(starts):
            await clock.sleep_until(clock.now() + over / (len(starts) - 1))

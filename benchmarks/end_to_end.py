"""End to end, durable, device included: how many requests a second one core carries.

The User signs its requests beforehand, posts them, and takes the Responses. A 4.1.1 is one exchange; a
1.1.1 is two, for its Pre-Command comes back to be signed before it goes to the meter. The work is done in
rounds, and the machine's limit is measured beside each of them: what a core is worth changes within seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.running import Running, Spent, in_flight, running
from gbsmart.assembly.plan import IMPORT_SUPPLIER
from gbsmart.duis import Request, RequestId, build_request, parse_request, parse_response, sign, sign_built
from gbsmart.gbcs import Message, protection
from gbsmart.ground import NOW

HOMES = 200
Send = Callable[[bytes], Awaitable[None]]
_TARIFF = "ECS01a_1.1.1_FUTURE_DATED_TOU_BLOCK_SUCCESS_REQUEST_DUIS.XML"


class Round(NamedTuple):
    """What the system spent in one round, and the limit's rate beside it (the mean of before and after)."""

    spent: Spent
    limit: float


@dataclass(frozen=True, slots=True)
class Found:
    """Some rounds of one kind of work."""

    rounds: tuple[Round, ...]

    @property
    def ratio(self) -> float:
        """Our rate per core over the limit's: the median of the rounds."""
        return median(each.spent.per_core / each.limit for each in self.rounds)

    @property
    def worst(self) -> float:
        """The same of the worst round."""
        return min(each.spent.per_core / each.limit for each in self.rounds)

    @property
    def per_core(self) -> float:
        """Operations a second that one core carries: the median of the rounds."""
        return median(each.spent.per_core for each in self.rounds)

    @property
    def by_the_wall(self) -> float:
        """Operations a second by the wall: the median of the rounds."""
        return median(each.spent.operations / each.spent.wall for each in self.rounds)

    @property
    def limit(self) -> float:
        """The limit's rate: the median of the rounds."""
        return median(each.limit for each in self.rounds)


class Results(NamedTuple):
    """Readings, tariffs, and messages that waited for their User."""

    reading: Found
    tariff: Found
    delivery: Found


async def measure(
    requests: Path,
    limit: Callable[[], float],
    *,
    rounds: int = 5,
    count: int = 400,
    warm: int = 400,
    database: str = "",
) -> Results:
    """Run ``rounds`` of ``count`` readings after ``warm`` that are not counted, then as many of half as many
    tariffs after one for each home, then one of as many deliveries as readings, that waited for their User.

    ``requests`` is the folder of the public requests; ``limit`` measures the machine's limit, operations
    a second.
    """
    options = ("--database", database) if database else ()
    async with running(HOMES, *options) as system:
        road = Road(system)
        await road.read(warm)
        body = parse_request((requests / _TARIFF).read_bytes()).message.values
        half, tariff = count // 2, {**(body or {}), "execution_date_time": NOW}
        await road.tell(road.tariffs(HOMES, tariff))  # a meter's first settles all since it was installed
        return Results(
            await _in_rounds(rounds, limit, lambda: _spent(system, road.readings(count), road.send)),
            await _in_rounds(rounds, limit, lambda: road.tell(road.tariffs(half, tariff))),
            await _in_rounds(1, limit, lambda: road.backlog(rounds * count)),
        )


async def _in_rounds(rounds: int, limit: Callable[[], float], work: Callable[[], Awaitable[Spent]]) -> Found:
    found: list[Round] = []
    before = limit()
    for _ in range(rounds):
        spent, after = await work(), limit()
        found.append(Round(spent, (before + after) / 2))
        before = after
    return Found(tuple(found))


async def _spent(system: Running, documents: list[bytes], send: Send) -> Spent:
    wanted = system.receiver.taken + len(documents)

    async def all_of_them() -> None:
        await in_flight(send, documents)
        await system.receiver.until(wanted)

    return await system.spend(len(documents), all_of_them)


class Road:
    """The supplier's side of the road."""

    def __init__(self, system: Running) -> None:
        self._system = system
        self._ring = system.keyring()
        self._counter = 1_000_000

    def readings(self, count: int) -> list[bytes]:
        """Signed 4.1.1, spread over the homes' electricity meters."""
        return self._signed(count, 1, "4.1.1", lambda _: {"execution_date_time": NOW})

    def tariffs(self, count: int, body: dict[str, Any]) -> list[bytes]:
        """Signed 1.1.1 for Transform, likewise; each changes what the meter charges a day."""

        def another(number: int) -> dict[str, Any]:
            prices = body["price_elements"]["electricity_price_elements"]
            prices = {**prices, "standing_charge": 20_000 + number % 10_000}
            return {**body, "price_elements": {"electricity_price_elements": prices}}

        return self._signed(count, 4, "1.1.1", another)

    def _signed(
        self, count: int, command_variant: int, variant: str, body: Callable[[int], dict[str, Any]]
    ) -> list[bytes]:
        homes = self._system.homes
        first = self._counter
        self._counter += count
        return [
            sign(
                build_request(
                    Request(
                        RequestId(IMPORT_SUPPLIER, homes[number % len(homes)].esme, number),
                        command_variant, variant, body(number),
                    )
                ),
                self._ring,
                IMPORT_SUPPLIER,
            )
            for number in range(first, first + count)
        ]  # fmt: skip

    async def read(self, count: int) -> None:
        """Readings that nobody counts."""
        await _spent(self._system, self.readings(count), self.send)

    async def tell(self, tariffs: list[bytes]) -> Spent:
        """Have tariffs transformed, sign what comes back as the supplier does, and send it.

        The supplier signs between the two, when the system has nothing to do: it shares the machine.
        """
        transformed: list[tuple[bytes, bytes]] = []

        async def transform(document: bytes) -> None:
            answer = await self._system.post("serviceT", document)
            _expect(b">I0<", answer)
            transformed.append((document, answer))

        first = await self._system.spend(len(tariffs), lambda: in_flight(transform, tariffs))
        signed = [self._signed_pre_command(*each) for each in transformed]
        second = await _spent(self._system, signed, self.send)
        return Spent(len(tariffs), first.wall + second.wall, first.processor + second.processor)

    async def send(self, document: bytes) -> None:
        """A request that is acknowledged."""
        _expect(b">I99<", await self._system.post("serviceS", document))

    def _signed_pre_command(self, document: bytes, answer: bytes) -> bytes:
        pre_command = parse_response(answer).message.gbcs_payload
        assert pre_command is not None
        signed = protection.sign(Message.parse(pre_command), self._ring)
        asked = parse_request(document).message
        values = {"execution_date_time": NOW, "gbcs_payload": signed.encode()}
        request = Request(asked.request_id, 5, asked.service_reference_variant, values)
        return sign_built(build_request(request), self._ring, IMPORT_SUPPLIER)

    async def backlog(self, count: int) -> Spent:
        """Deliveries alone: the receiver is closed until ``count`` readings wait, then opens."""
        receiver = self._system.receiver
        receiver.open = False
        wanted = receiver.taken + count
        await in_flight(self.send, self.readings(count))
        await self._quiet()
        receiver.open = True
        first = wanted - count + 1  # after the wait that follows a failure
        await receiver.until(first, patience=120)
        return await self._system.spend(count - 1, lambda: receiver.until(wanted))

    async def _quiet(self) -> None:
        """Return when the system has nothing to do but to wait for the receiver."""
        spent = self._system.processor_time()
        while True:
            await asyncio.sleep(1)
            before, spent = spent, self._system.processor_time()
            if spent - before < 0.05:
                return


def _expect(code: bytes, answer: bytes) -> None:
    if code not in answer:
        raise RuntimeError(answer.decode())

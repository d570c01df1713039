"""Delivery: each User's messages to its Receive Response service, in order, until they are taken.

At least once: a message is taken when the service answers 2xx, and is sent again when the DCC dies
between that answer and its own record of it. A service that does not take a message gets it again after
a growing wait, at its primary and its alternate address in turn; other Users do not notice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import structlog
from pyreqwest.client import Client
from pyreqwest.exceptions import PyreqwestError
from sqlalchemy import Connection

from gbsmart import parties
from gbsmart.dcc import ledger, outbox, tracing
from gbsmart.dcc.meddling import DeliveryMeddling
from gbsmart.dcc.outbox import Waiting
from gbsmart.dcc.pipeline import DELIVERIES, TAKEN, Pipeline
from gbsmart.ground import Eui64, NotFound
from gbsmart.web.client import client_builder

_log = structlog.get_logger(__name__)


def open_client(timeout: timedelta) -> Client:
    """The client that carries deliveries: HTTP/1.1 straight to the User's address, connections kept, and
    ``timeout`` for the whole of one delivery."""
    return client_builder().timeout(timeout).build()


class Delivery:
    """Empties the outboxes; one worker per User at a time, any number of Users at once."""

    def __init__(self, pipeline: Pipeline, client: Client) -> None:
        self._pipeline = pipeline
        self._client = client
        self._meddling = DeliveryMeddling(pipeline)
        self._busy: dict[Eui64, asyncio.Task[None]] = {}
        self._look_again: set[Eui64] = set()

    async def run(self) -> None:
        """Deliver for ever."""
        pipeline = self._pipeline
        try:
            while True:
                mark = pipeline.bell.mark(DELIVERIES)
                for user in await self._due():
                    if user in self._busy:
                        self._look_again.add(user)
                    else:
                        self._busy[user] = asyncio.create_task(self._serve(user))
                until = pipeline.now() + min(
                    pipeline.settings.look_every, pipeline.settings.delivery_first_retry
                )
                await pipeline.bell.wait(DELIVERIES, mark, pipeline.clock, until)
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _due(self) -> list[Eui64]:
        now = self._pipeline.now()
        try:
            return await self._pipeline.read(lambda connection: outbox.users_due(connection, now=now))
        except self._pipeline.store.broken:
            _log.exception("delivery meets a broken store")
            return []

    async def _serve(self, user: Eui64) -> None:
        """Deliver until the User's outbox is empty or its service fails."""
        try:
            while await self._batch(user) or user in self._look_again:
                self._look_again.discard(user)
        except self._pipeline.store.broken:
            _log.exception("delivery meets a broken store", user=str(user))
        finally:
            del self._busy[user]

    async def _batch(self, user: Eui64) -> bool:
        """Deliver the first messages; whether all of them were taken and more may wait."""
        pipeline, settings = self._pipeline, self._pipeline.settings
        now, wall = pipeline.now(), pipeline.wall.now()
        lease = settings.lease + timedelta(seconds=settings.delivery_timeout)
        messages = await pipeline.write(
            lambda connection: outbox.claim(
                connection, user, now=now, wall=wall, until=wall + lease, limit=settings.deliveries_per_round
            )
        )
        if not messages:
            return False
        if pipeline.faults.awake:
            held = self._meddling.held_until(messages, now)
            if held is not None:
                waiting = messages
                await pipeline.write(lambda connection: outbox.give_back(connection, waiting, at=held))
                return False
            messages = self._meddling.ordered(messages)
        addresses = await pipeline.read(lambda connection: _addresses(connection, user))
        taken: list[Waiting] = []
        failed: Waiting | None = None
        for message in messages:
            if taken and pipeline.wall.now() >= wall + settings.lease:
                break  # what was begun in time still has its time-out
            with tracing.span("deliver", message.request):
                was_taken = await self._deliver(addresses, message)
            if not was_taken:
                failed = message
                break
            taken.append(message)
        await pipeline.write(lambda connection: self._record(connection, taken, failed, messages))
        if pipeline.faults.awake:
            pipeline.bell.ring(TAKEN)
        return failed is None

    async def _deliver(self, addresses: tuple[str, ...], message: Waiting) -> bool:
        """Whether the User's service took a message, with the faults on its way that are switched on."""
        if not self._pipeline.faults.awake:
            return await self._post(addresses, message, message.content)
        if self._meddling.is_down(message):
            return False
        if not await self._post(addresses, message, self._meddling.content(message)):
            return False
        await self._meddling.taken(message, lambda: self._post(addresses, message, message.content))
        return True

    async def _post(
        self, addresses: tuple[str, ...], message: Waiting, content: bytes | AsyncIterator[bytes]
    ) -> bool:
        if not addresses:
            return False
        address = addresses[message.attempts % len(addresses)]
        measures = self._pipeline.measures
        try:
            post = self._client.post(address).header("Content-Type", "application/xml")
            if isinstance(content, bytes):
                post = post.body_bytes(content)
            else:
                post = post.body_stream(content).header("Content-Length", str(len(message.content)))
            async with post.build_streamed() as answer:  # its body is not read: it may not end
                status = answer.status
        except (PyreqwestError, ValueError) as error:
            measures.unreachable.inc()
            _log.warning("a User's service cannot be reached", url=address, error=str(error))
            return False
        if 200 <= status < 300:
            measures.taken.inc()
            return True
        measures.refused.inc()
        _log.warning("a User's service did not take a message", url=address, status=status)
        return False

    def _record(
        self,
        connection: Connection,
        taken: list[Waiting],
        failed: Waiting | None,
        messages: list[Waiting],
    ) -> None:
        settings, at = self._pipeline.settings, self._pipeline.now()
        outbox.settle(connection, taken, "taken", at=at)
        ended = [message.request for message in taken if message.request is not None]
        ledger.advance_all(connection, ended, "deliver", at=at)
        if failed is None:
            outbox.give_back(connection, messages[len(taken) :], at=at)
            return
        behind = messages[len(taken) + 1 :]
        if at - failed.created_at < settings.deliver_to_user_within:
            again = at + self._back_off(failed.attempts)
            outbox.retry(connection, failed, at=again)
            outbox.give_back(connection, behind, at=again)
            return
        outbox.settle(connection, [failed], "retained", at=at)
        if failed.request is not None:
            ledger.advance_all(connection, [failed.request], "give up delivery", at=at)
        outbox.give_back(connection, behind, at=at)

    def _back_off(self, attempts: int) -> timedelta:
        """Doubles with every failure, up to the longest."""
        settings = self._pipeline.settings
        wait: timedelta = settings.delivery_first_retry * 2 ** min(attempts, 30)
        return min(wait, settings.delivery_longest_retry)


def _addresses(connection: Connection, user: Eui64) -> tuple[str, ...]:
    try:
        return parties.user(connection, user).receive_addresses
    except NotFound:
        return ()

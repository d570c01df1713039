"""Where messages wait for whoever asked: stored first, each once, then handed out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

from gbsmart.duis import NON_DEVICE, RequestId, SignerUnknown, cited_signer, parse_response
from gbsmart.ground import Clock, Eui64
from gbsmart.keys import Certificates
from gbsmart.user.errors import NotGenuine
from gbsmart.user.journal import Journal, Kept
from gbsmart.user.received import Received, receive


class Inbox:
    """The messages of one User, in its journal; a task can wait for those about one request.

    A message may be there before the acknowledgement of its request was read, and may have come while
    another process ran: asking looks at what is stored, and waiting only watches for more.
    """

    def __init__(
        self, user: Eui64, dcc: Eui64, certificates: Certificates, journal: Journal, clock: Clock
    ) -> None:
        self._user = user
        self._dcc = dcc
        self._certificates = certificates
        self._journal = journal
        self._clock = clock
        self._watchers: dict[RequestId | None, set[asyncio.Future[None]]] = {}

    def take(self, document: bytes) -> Received | None:
        """Verify and store one delivery; ``None`` where it was delivered before.

        Raises :class:`~gbsmart.ground.MalformedMessage`, :class:`~gbsmart.duis.SignatureError`, and
        :class:`NotGenuine` for a signer that is not the DCC or a message to another User.
        """
        message = receive(document, self._certificates, self._dcc, self._clock)
        if message.signer is None:
            raise NotGenuine("a delivered message is not signed")
        response_id, about = message.response.response_id, message.about
        users = {response_id.target if response_id else self._user, about.originator if about else self._user}
        if users != {self._user}:
            raise NotGenuine(f"the message is for another User than {self._user}")
        request_id = str(about) if about else None
        number = self._journal.keep(self._user, message.identity, request_id, message.at, document)
        if number is None:
            return None
        self._ring(about)
        return replace(message, number=number)

    def about(self, request_id: RequestId) -> list[Received]:
        """The messages about a request so far, in the order of arrival."""
        return [self._again(kept) for kept in self._journal.about(self._user, str(request_id))]

    async def wait(self, request_id: RequestId, known: int, deadline: datetime) -> list[Received] | None:
        """The messages about a request, once there are more than ``known``.

        ``None`` where ``deadline`` (on the given clock) passes first.
        """
        while True:
            watcher = self._watch(request_id)  # before looking, so that nothing slips between
            try:
                if len(found := self.about(request_id)) > known:
                    return found
                if self._clock.now() >= deadline:
                    return None
                await self._until(watcher, deadline)
            finally:
                self._forget(request_id, watcher)

    async def messages(self, *, since: int | None = None) -> AsyncIterator[Received]:
        """Every message as it arrives: device alerts, DCC alerts, responses; for ever.

        ``since`` is the number of a message already seen; by default only new ones are given.
        """
        number = self._journal.last_number(self._user) if since is None else since
        while True:
            watcher = self._watch(None)
            try:
                for kept in self._journal.after(self._user, number):
                    number = kept.number
                    yield self._again(kept)
                if not self._journal.after(self._user, number, 1):
                    await watcher
            finally:
                self._forget(None, watcher)

    def _watch(self, key: RequestId | None) -> asyncio.Future[None]:
        watcher: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._watchers.setdefault(key, set()).add(watcher)
        return watcher

    def _forget(self, key: RequestId | None, watcher: asyncio.Future[None]) -> None:
        watchers = self._watchers.get(key, set())
        watchers.discard(watcher)
        if not watchers:
            self._watchers.pop(key, None)

    def _ring(self, about: RequestId | None) -> None:
        for key in {about, None}:
            for watcher in self._watchers.get(key, ()):
                if not watcher.done():
                    watcher.set_result(None)

    async def _until(self, watcher: asyncio.Future[None], deadline: datetime) -> None:
        sleeper = asyncio.ensure_future(self._clock.sleep_until(deadline))
        try:
            await asyncio.wait({watcher, sleeper}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeper.cancel()

    def _again(self, kept: Kept) -> Received:
        """A stored message, which was verified before it was stored."""
        parsed = parse_response(kept.document, limits=NON_DEVICE)
        try:
            signer = cited_signer(parsed.root, self._certificates)
        except SignerUnknown:  # its certificate is not held any more
            signer = None
        return Received(parsed.message, kept.document, kept.received_at, signer, kept.number)

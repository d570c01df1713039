"""The User for programs without an event loop: the same calls, each waiting for its result.

Everything runs in :class:`~gbsmart.user.async_user.AsyncUser`, on an event loop in a thread of its own,
so deliveries are taken while the program does something else.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal

from gbsmart.duis import Request
from gbsmart.gbcs import Message
from gbsmart.gbcs.utrn import ValueClass
from gbsmart.gbcs.versions import NEWEST
from gbsmart.ground import Eui64
from gbsmart.user.async_user import AsyncUser
from gbsmart.user.drafting import Delivery
from gbsmart.user.exchange import Answer, Exchange
from gbsmart.user.opening import Opened
from gbsmart.user.received import Received

T = TypeVar("T")


class UserClosed(RuntimeError):
    """A call to a User that is not connected (yet, or any more)."""


class User(AbstractContextManager["User"]):
    """One User ID and its keys, talking to one DCC; arguments as of :class:`AsyncUser`.

    Three lines read a meter::

        with User.connect("http://127.0.0.1:8079", user_id, keys) as user:
            reading = user.read("00-DB-12-34-56-78-90-A0")
        print(reading.values)
    """

    def __init__(self, make: Callable[[], AsyncUser]) -> None:
        self._make = make
        self._stack = ExitStack()
        self._opened: tuple[BlockingPortal, AsyncUser] | None = None

    @classmethod
    def connect(cls, dcc_url: str, user_id: Eui64 | str, keys: Any, **options: Any) -> Self:
        """A User of the DCC at ``dcc_url``; it starts when it is entered (``with``)."""
        inspect.signature(AsyncUser).bind(dcc_url, user_id, keys, **options)  # a wrong name fails here
        return cls(partial(AsyncUser, dcc_url, user_id, keys, **options))

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            portal = stack.enter_context(start_blocking_portal("asyncio"))
            user = self._make()
            # last of all: the portal would otherwise wait for calls of other threads that never end
            stack.callback(lambda: portal.call(portal.stop, True))
            stack.callback(lambda: portal.call(user.close))
            portal.call(user.__aenter__)
            self._opened = (portal, user)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop receiving and close connections; calls waiting in other threads raise :class:`UserClosed`."""
        self._opened = None
        self._stack.close()

    @property
    def receive_url(self) -> str:
        """Where the DCC must deliver."""
        return self._user.receive_url

    def read(self, device: Eui64 | str, service: str = "4.1.1", **fields: Any) -> Answer:
        """As :meth:`AsyncUser.read`."""
        return self._call(partial(self._user.read, device, service, **fields))

    def request(
        self,
        service: str,
        device: Eui64 | str | None = None,
        *,
        wait: timedelta | None = None,
        delivery: Delivery = Delivery.WAN,
        **fields: Any,
    ) -> Answer:
        """As :meth:`AsyncUser.request`."""
        return self._call(
            partial(self._user.request, service, device, wait=wait, delivery=delivery, **fields)
        )

    def top_up(self, device: Eui64 | str, value: int, unit: ValueClass = ValueClass.PENCE) -> Answer:
        """As :meth:`AsyncUser.top_up`."""
        return self._call(lambda: self._user.top_up(device, value, unit))

    def make_utrn(
        self, device: Eui64 | str, value: int, unit: ValueClass = ValueClass.PENCE
    ) -> tuple[str, int]:
        """As :meth:`AsyncUser.make_utrn`."""
        return self._call(lambda: self._user.make_utrn(device, value, unit))

    def draft(self, service: str, device: Eui64 | str | None = None, **options: Any) -> Request:
        """As :meth:`AsyncUser.draft`."""
        return self._user.draft(service, device, **options)

    def send(self, request: Request, *, delivery: Delivery = Delivery.WAN) -> Exchange:
        """As :meth:`AsyncUser.send`."""
        return self._call(partial(self._user.send, request, delivery=delivery))

    def sign_pre_command(self, request: Request, pre_command: bytes, gbcs_version: str = NEWEST) -> Message:
        """As :meth:`AsyncUser.sign_pre_command`."""
        return self._call(partial(self._user.sign_pre_command, request, pre_command, gbcs_version))

    def answer(self, exchange: Exchange, *, wait: timedelta | None = None) -> Answer:
        """As :meth:`AsyncUser.answer`."""
        return self._call(partial(self._user.answer, exchange, wait=wait))

    def inventory(self, device: Eui64 | str) -> tuple[Mapping[str, Any], ...]:
        """As :meth:`AsyncUser.inventory`."""
        return self._call(partial(self._user.inventory, device))

    def open(self, message: Received) -> Opened | None:
        """As :meth:`AsyncUser.open`."""
        return self._call(partial(self._user.open, message))

    def mmc(self, message: Received) -> bytes | None:
        """As :meth:`AsyncUser.mmc`."""
        return self._call(partial(self._user.mmc, message))

    def messages(self, *, since: int | None = None) -> Iterator[Received]:
        """As :meth:`AsyncUser.messages`: waits for each message, until the User is closed."""
        # the place is taken now, not at the first step, so that nothing sent in between is missed
        start = self._user.journal.last_number(self._user.user_id) if since is None else since
        return self._iterate(self._user.messages(since=start))

    def _iterate(self, messages: AsyncIterator[Received]) -> Iterator[Received]:
        while True:
            try:
                message = self._call(messages.__anext__)
            except UserClosed:
                return
            yield message

    @property
    def _user(self) -> AsyncUser:
        return self._both[1]

    @property
    def _both(self) -> tuple[BlockingPortal, AsyncUser]:
        if self._opened is None:
            raise UserClosed("the User is not connected: use it in a with statement")
        return self._opened

    def _call(self, function: Callable[[], Awaitable[T]]) -> T:
        portal = self._both[0]
        try:
            return portal.call(function)
        except CancelledError:
            raise UserClosed("the User was closed while this call waited") from None

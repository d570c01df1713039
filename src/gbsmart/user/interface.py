"""Sending to the DCC's web services over HTTP (Appendix AD): the identical octets until there is an answer.

A repeat under the same RequestID gets the stored acknowledgement and is not executed twice, so an answer
that was lost on the way is simply asked for again.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin

import aiohttp

from gbsmart.duis import WebService
from gbsmart.ground import Clock
from gbsmart.user.errors import HttpRefused, UnexpectedAnswer, Unreachable

_PATH = "/api/v1/"
_REPEAT = frozenset({408, 425, 429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 307, 308})
_XML = {"Content-Type": "application/xml; charset=UTF-8", "Accept": "application/xml"}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a User waits, on its clock; ``http`` is seconds of network time for one exchange.

    Between attempts it waits ``first_delay``, growing, or as long as the DCC asks (Retry-After), but never
    beyond ``longest_delay``.
    ``answer`` is counted from the acknowledgement, or from the execution date-time where that is later.
    """

    http: float = 30.0
    attempts: int = 4
    first_delay: timedelta = timedelta(seconds=1)
    growth: float = 3.0
    longest_delay: timedelta = timedelta(minutes=1)
    answer: timedelta = timedelta(minutes=5)


class DccInterface:
    """The DCC's three request services at ``base_url`` (``http://127.0.0.1:8079``)."""

    def __init__(
        self,
        base_url: str,
        clock: Clock,
        patience: Patience,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self._patience = patience
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None
        self.in_flight = 0
        """How many documents are on their way, or their answers; not those that wait to be sent again."""

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post(self, service: WebService, document: bytes) -> bytes:
        """The DCC's answer to ``document``.

        Raises :class:`Unreachable`, :class:`HttpRefused`, and :class:`UnexpectedAnswer` for a redirection
        to what is no address.
        """
        url = self._base_url + _PATH + service.value
        delay, longest = self._patience.first_delay, self._patience.longest_delay
        attempt = 1
        while True:
            reason, after = "", timedelta()
            try:
                self.in_flight += 1
                try:
                    status, after, body = await self._exchange(url, document)
                finally:
                    self.in_flight -= 1
                if status == 200:
                    return body
                if status not in _REPEAT:
                    raise HttpRefused(url, status, _said(body))
                reason = f"HTTP {status}"
            except (aiohttp.ClientError, TimeoutError, OSError) as problem:
                reason = reason_of(problem)
            if attempt >= self._patience.attempts:
                raise Unreachable(url, reason)
            delay = min(delay, longest)
            await self._clock.sleep_until(self._clock.now() + max(delay, min(after, longest)))
            attempt += 1
            delay *= self._patience.growth

    async def _exchange(self, url: str, document: bytes) -> tuple[int, timedelta, bytes]:
        session = self._session_here()
        for _ in range(5):
            async with session.post(url, data=document, headers=_XML, allow_redirects=False) as answer:
                if answer.status in _MOVED and "Location" in answer.headers:
                    # the DCC may point to its other site; the method and the octets stay
                    url = _moved(url, answer.headers["Location"])
                    continue
                return answer.status, _retry_after(answer.headers), await answer.read()
        raise Unreachable(url, "it redirects in a circle")

    def _session_here(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=self._patience.http)
            connector = aiohttp.TCPConnector(ssl=self._tls if self._tls is not None else True)
            self._session = aiohttp.ClientSession(
                timeout=timeout, connector=connector, loop=asyncio.get_running_loop()
            )
        return self._session


def reason_of(problem: Exception) -> str:
    """Why there was no answer, in a few words."""
    if isinstance(problem, TimeoutError):
        return "no answer in time"
    if isinstance(problem, aiohttp.ClientConnectorError):
        return problem.os_error.strerror or str(problem.os_error)
    return str(problem) or type(problem).__name__


def _retry_after(headers: Mapping[str, str]) -> timedelta:
    """How long the DCC asks to wait; nothing where it does not, or names a date."""
    after = headers.get("Retry-After", "").strip()
    if not (after.isascii() and after.isdecimal()):
        return timedelta()
    return timedelta(seconds=int(after)) if len(after) < 10 else timedelta.max


def _moved(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise UnexpectedAnswer(f"{url} redirects to {location[:80]!r}, which is no address") from None


def _said(body: bytes) -> str:
    """The first line of a short plain answer; nothing of a page or document."""
    text = body[:300].decode("utf-8", "replace").strip()
    return "" if text.startswith("<") else text.split("\n")[0]

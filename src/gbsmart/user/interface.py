"""Sending to the DCC's web services over HTTP (Appendix AD): the identical octets until there is an answer.

A repeat under the same RequestID gets the stored acknowledgement and is not executed twice, so an answer
that was lost on the way is simply asked for again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin

from pyreqwest.client import Client
from pyreqwest.response import Response

from gbsmart.duis import WebService
from gbsmart.ground import Clock
from gbsmart.user.errors import HttpRefused, UnexpectedAnswer, Unreachable
from gbsmart.web.client import NO_ANSWER, ClientTls, client_builder, reason_of

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
        tls: ClientTls | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self._patience = patience
        self._tls = tls
        self._client: Client | None = None
        self.in_flight = 0
        """How many documents are on their way, or their answers; not those that wait to be sent again."""

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def post(self, service: WebService, document: bytes) -> bytes:
        """The DCC's answer to ``document``.

        Raises :class:`Unreachable`, :class:`HttpRefused`, and :class:`UnexpectedAnswer` for a redirection
        to what is no address; :class:`~gbsmart.ground.InvalidValue` where the TLS files cannot be read.
        """
        client = self._client_here()
        url = self._base_url + _PATH + service.value
        delay, longest = self._patience.first_delay, self._patience.longest_delay
        attempt = 1
        while True:
            reason, after = "", timedelta()
            try:
                self.in_flight += 1
                try:
                    status, after, body = await self._exchange(client, url, document)
                finally:
                    self.in_flight -= 1
                if status == 200:
                    return body
                if status not in _REPEAT:
                    raise HttpRefused(url, status, _said(body))
                reason = f"HTTP {status}"
            except NO_ANSWER as problem:
                reason = reason_of(problem)
            if attempt >= self._patience.attempts:
                raise Unreachable(url, reason)
            delay = min(delay, longest)
            await self._clock.sleep_until(self._clock.now() + max(delay, min(after, longest)))
            attempt += 1
            delay *= self._patience.growth

    async def _exchange(self, client: Client, url: str, document: bytes) -> tuple[int, timedelta, bytes]:
        for _ in range(5):
            answer = await client.post(url).headers(_XML).body_bytes(document).build().send()
            if answer.status in _MOVED and (location := _header(answer, "Location")):
                # the DCC may point to its other site; the method and the octets stay
                url = _moved(url, location)
                continue
            return answer.status, _retry_after(answer), bytes(await answer.bytes())
        raise Unreachable(url, "it redirects in a circle")

    def _client_here(self) -> Client:
        if self._client is None:
            wait = timedelta(seconds=self._patience.http)
            self._client = client_builder(self._tls).timeout(wait).build()
        return self._client


def _header(answer: Response, name: str) -> str:
    """What a header says; ``""`` where it is not there, or is no text."""
    try:
        return answer.get_header(name) or ""
    except ValueError:
        return ""


def _retry_after(answer: Response) -> timedelta:
    """How long the DCC asks to wait; nothing where it does not, or names a date."""
    after = _header(answer, "Retry-After").strip()
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

"""Who acts, over HTTP: a session's cookie in browsers, a bearer token in programs.

:class:`WhoActs` finds out once per request; pages and REST of any wing ask :func:`signed_in`,
:func:`require` and :func:`acting_form`. What acts by a cookie must carry what only our own pages know (in
the hidden field of a form, or the header ``X-CSRF-Token``); a token needs nothing more, since no browser
sends it by itself.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from hmac import compare_digest
from typing import Any, NamedTuple

import structlog
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gbsmart.accounts.model import Account, Role
from gbsmart.accounts.passwords import Passwords, Random
from gbsmart.accounts.sessions import (
    KNOWN,
    begin_attempt,
    csrf_of,
    end_session,
    know_browser,
    note_use,
    of_session,
    of_token,
    start_session,
)
from gbsmart.ground import Clock, NotAllowed, NotSignedIn
from gbsmart.store import Store
from gbsmart.web import Parts, read_form, read_parts

COOKIE = "gbsmart_session"
BROWSER = "gbsmart_browser_"
"""Begins the name of the cookie by which an account knows a browser; the account's follows."""
CSRF = "csrf"
_HEADER = "x-csrf-token"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_KNOWN, _CHECKED = "gbsmart.accounts.known", "gbsmart.accounts.checked"
_LONGEST_SECRET = 200
FAILING_TAKES = 0.5
"""Seconds that a failed attempt to sign in takes at least, whatever it failed for."""
_log = structlog.get_logger(__name__)


class Known(NamedTuple):
    """Somebody who said who he or she is, and by what."""

    account: Account
    secret: str
    by_cookie: bool


class SignedIn(NamedTuple):
    """What a browser is given when somebody has signed in: the secrets of the session, and of itself."""

    session: str
    browser: str


Finder = Callable[[HTTPConnection], Awaitable[Known | None]]


def signed_in(request: HTTPConnection) -> Account | None:
    """Who asks, where anybody has said so."""
    known: Known | None = request.scope.get(_KNOWN)
    return known.account if known else None


def require(request: Request, role: Role | None = None, of: str = "") -> Account:
    """Who asks: somebody must, and in ``role`` (for ``of``) where that is named.

    Raises :class:`~gbsmart.ground.NotSignedIn`, and :class:`~gbsmart.ground.NotAllowed` for another role,
    or where a page of another site may have sent it.
    """
    known: Known | None = request.scope.get(_KNOWN)
    if known is None:
        raise NotSignedIn("only somebody who has signed in may do this", remedy="Sign in, or send a token.")
    if request.method not in _READING and known.by_cookie and not request.scope.get(_CHECKED):
        _check(known, request.headers.get(_HEADER, ""))
    if role is not None and not known.account.holds(role, of):
        wanted = f"{role}:{of}" if of else str(role)
        raise NotAllowed(f"{known.account.name} does not act as {wanted}")
    return known.account


async def acting_form(
    request: Request, role: Role | None = None, of: str = "", **limits: Any
) -> tuple[Account, dict[str, str]]:
    """Who sends a form, and its fields; it must be a form of our own page, drawn with ``{{ hidden }}``.

    Raises as :func:`require`. ``limits`` are those of :func:`gbsmart.web.read_form`.
    """
    known: Known | None = request.scope.get(_KNOWN)
    if known is None:
        return require(request), {}
    form = await read_form(request, **limits)
    given = form.pop(CSRF, "")
    if known.by_cookie:
        _check(known, given)
    request.scope[_CHECKED] = True
    return require(request, role, of), form


def operator_from_here(request: Request) -> None:
    """Let only an operator act, by a token or from a page of ours; for pages whose forms carry no mark.

    Raises as :func:`require`.
    """
    known: Known | None = request.scope.get(_KNOWN)
    if known is not None and known.by_cookie and not _is_from_here(request):
        raise NotAllowed("this was not sent by a page of this site", remedy="Send it from there.")
    request.scope[_CHECKED] = True
    require(request, Role.OPERATOR)


def _is_from_here(request: Request) -> bool:
    """Whether a browser says that a page of ours sent it: it must say so, in one of its two ways."""
    origin = request.headers.get("origin", "")
    if origin:
        return origin.partition("://")[2] == request.headers.get("host", "")
    return request.headers.get("sec-fetch-site") == "same-origin"


def hidden(request: HTTPConnection) -> dict[str, str]:
    """What the forms of whoever is signed in by a cookie carry."""
    known: Known | None = request.scope.get(_KNOWN)
    return {CSRF: csrf_of(known.secret)} if known and known.by_cookie else {}


def by_cookie(request: HTTPConnection) -> bool:
    """Whether who asks is known by a cookie, which a browser sends by itself."""
    known: Known | None = request.scope.get(_KNOWN)
    return known is not None and known.by_cookie


def _check(known: Known, given: str) -> None:
    if not compare_digest(given.encode(), csrf_of(known.secret).encode()):
        raise NotAllowed(
            "this form is not of your session: it is old, or another site's",
            remedy="Load the page again, and send it from there.",
        )


async def acting_parts(request: Request, largest: int) -> tuple[Account, Parts]:
    """As :func:`acting_form`, for a form that may hold files and several values of a field."""
    known: Known | None = request.scope.get(_KNOWN)
    if known is None:
        require(request)
    parts = await read_parts(request, largest)
    if known is not None and known.by_cookie:
        _check(known, parts.one(CSRF))
    request.scope[_CHECKED] = True
    return require(request), parts


class Reception:
    """Finds out who asks, and lets people in and out."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        passwords: Passwords,
        random: Random = secrets.token_bytes,
        failing_takes: float = FAILING_TAKES,
    ) -> None:
        self._failing_takes = failing_takes
        self.store = store
        self.clock = clock
        self.passwords = passwords
        self.random = random

    async def find(self, asking: HTTPConnection) -> Known | None:
        """Who asks: the account of a bearer token, else that of a session's cookie."""
        scheme, _, token = asking.headers.get("authorization", "").partition(" ")
        is_token = scheme.lower() == "bearer"
        secret = token.strip() if is_token else asking.cookies.get(COOKIE, "")
        if not secret or len(secret) > _LONGEST_SECRET:
            return None
        return await asyncio.to_thread(self._find, secret, is_token)

    def _find(self, secret: str, is_token: bool) -> Known | None:
        now = self.clock.now()
        with self.store.reading() as connection:
            found = (of_token if is_token else of_session)(connection, secret, at=now)
        if found is None:
            return None
        account, to_note = found
        if to_note:
            with self.store.transaction() as connection:
                note_use(connection, secret, at=now)
        return Known(account, secret, not is_token)

    async def sign_in(
        self, name: str, password: str, browser: str = "", address: str = ""
    ) -> SignedIn | None:
        """A new session; None where name and password do not belong together, or rest.

        ``browser`` is the secret by which the browser may be known (:func:`browser_of`), ``address`` where it
        asks from (:func:`address_of`).
        """
        loop = asyncio.get_running_loop()
        answered = loop.time() + self._failing_takes
        signed_in = await asyncio.to_thread(self._sign_in, name, password, browser, address)
        if signed_in is None:  # an attempt on a name that is known is written down, which takes longer
            await asyncio.sleep(answered - loop.time())
        return signed_in

    def _sign_in(self, name: str, password: str, browser: str, address: str) -> SignedIn | None:
        if not self.is_right(name, password, browser, address):
            return None
        now = self.clock.now()
        with self.store.transaction() as connection:
            session = start_session(
                connection, name, at=now, random=self.random, browser=browser, address=address
            )
            known = know_browser(connection, name, at=now, random=self.random, before=browser)
        return SignedIn(session, known)

    def is_right(self, name: str, password: str, browser: str = "", address: str = "") -> bool:
        """Whether this is the account's password, as an attempt that counts."""
        with self.store.transaction() as connection:
            attempt = begin_attempt(connection, name, at=self.clock.now(), browser=browser, address=address)
        if self.passwords.matches(password, attempt.kept):
            return True
        _log.warning("an attempt to sign in failed", account=name[:60])
        return False

    async def sign_out(self, asking: HTTPConnection) -> None:
        """End the session of who asks."""
        known: Known | None = asking.scope.get(_KNOWN)
        if known is not None and known.by_cookie:
            await asyncio.to_thread(self._sign_out, known.secret)

    def _sign_out(self, secret: str) -> None:
        with self.store.transaction() as connection:
            end_session(connection, secret)


class WhoActs:
    """Finds out who asks, once for all that answer a request; what is answered then is kept by nobody."""

    def __init__(self, app: ASGIApp, find: Finder) -> None:
        self.app = app
        self._find = find

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on with who asks."""
        if scope["type"] != "http" or _KNOWN in scope:
            await self.app(scope, receive, send)
            return
        scope[_KNOWN] = known = await self._find(HTTPConnection(scope))

        async def send_privately(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", []).append((b"cache-control", b"no-store"))
            await send(message)

        await self.app(scope, receive, send_privately if known else send)


def browser_of(request: HTTPConnection, name: str) -> str:
    """The secret by which the account ``name`` may know the browser that asks; "": it is a stranger."""
    secret = request.cookies.get(BROWSER + name, "")
    return secret if len(secret) <= _LONGEST_SECRET else ""


def address_of(request: Request) -> str:
    """The address that asks; behind a proxy the proxy's, since anybody could say that he is one."""
    return request.client.host if request.client else ""


def cookies_of(request: Request, name: str, signed_in: SignedIn) -> list[str]:
    """What gives a browser its session, and lets the account ``name`` know it again."""
    lasts = int(KNOWN.total_seconds())
    known = _cookie(request, BROWSER + name, signed_in.browser, lasts)
    return [_cookie(request, COOKIE, signed_in.session, None), known]


def no_cookie(request: Request) -> str:
    """What takes a browser's session away."""
    return _cookie(request, COOKIE, "", 0)


def _cookie(request: Request, name: str, value: str, lasts: int | None) -> str:
    """A cookie for this site, and not for scripts.

    ``X-Forwarded-Proto`` of a proxy that ends TLS is believed: it can only make the cookie stricter.
    """
    schemes = (request.url.scheme, request.headers.get("x-forwarded-proto", ""))
    answer = Response()
    answer.set_cookie(name, value, lasts, path="/", httponly=True, samesite="lax", secure="https" in schemes)
    return answer.headers["set-cookie"]


def way_back(path: str) -> str:
    """A path of ours to go to after signing in; "/" for anything else that was asked for."""
    plain = path.isascii() and path.isprintable() and not set(path) & set(' \\"<>')
    ours = path.startswith("/") and not path.startswith("//")
    return path if plain and ours and len(path) < 2000 else "/"

"""A site: routes, templates and the headers under which pages go out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gbsmart.ground import Blame, GbsmartError, InvalidValue, NotAllowed, NotFound, NotSignedIn
from gbsmart.ground.working_days import civil_day
from gbsmart.web.page import Page
from gbsmart.web.rest import Interface, headers_of

_NONE = "\N{EN DASH}"
R = TypeVar("R", bound=Response)
PageSource = Callable[[Request], Awaitable[Page]]

_POLICY = (
    b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
    b" form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)


class Link(NamedTuple):
    """A way to another page."""

    href: str
    text: str


class Site:
    """Collects the pages of the wings and puts them behind one application.

    ``closing`` ends the streams of events: set it before the server stops, or it waits for them.
    ``templates`` are packages with a folder ``templates``, looked through in order before the kit's own.
    ``navigation`` may grow while pages are placed. ``status`` is what every page shows at the end of its
    head, where there is something to show, ``footer`` the links at the end of every page;
    ``filters`` are how its templates write values, by name. Where people can sign in, ``who`` leads to who
    has, ``hidden`` is what their forms carry, ``middleware`` finds out and ``unknown`` answers who has to.
    """

    def __init__(
        self,
        name: str,
        navigation: Sequence[Link],
        templates: Sequence[str] = (),
        *,
        status: Callable[[], Link | None] = lambda: None,
        filters: Mapping[str, Callable[..., str]] | None = None,
    ) -> None:
        self.name = name
        self.navigation = navigation
        self.status = status
        self.footer: Sequence[Link] = ()
        self.who: Callable[[Request], Link | None] = lambda _request: None
        self.hidden: Callable[[Request], Mapping[str, str]] = lambda _request: {}
        self.middleware: list[Middleware] = []
        self.unknown: Callable[[Request], Response | None] = lambda _request: None
        loaders = [PackageLoader(package) for package in (*templates, "gbsmart.web")]
        self._environment = Environment(
            loader=ChoiceLoader(loaders),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            moment=show_moment, day=show_day, clock=show_clock, thousands="{:,}".format, **(filters or {})
        )
        self._routes: list[BaseRoute] = []
        self.closing = asyncio.Event()

    def page(self, path: str, source: PageSource, *, methods: Sequence[str] = ("GET",)) -> None:
        """Place the page that ``source`` makes at ``path``, and its JSON twin at ``path.json``."""

        async def html_or_json(request: Request) -> Response:
            page = await source(request)
            if page.location:
                sent_on = RedirectResponse(page.location, status_code=303, headers=dict(page.headers))
                return _with_cookies(sent_on, page)
            return self._json(page) if wants_json(request) else self.draw(request, page)

        async def json(request: Request) -> Response:
            return self._json(await source(request))

        twin = "/index.json" if path == "/" else f"{path}.json"
        self._routes += [
            Route(twin, json, methods=list(methods)),
            Route(path, html_or_json, methods=list(methods)),
        ]

    def route(self, path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> None:
        """Place something that is no page: a stream of events."""
        self._routes.insert(0, Route(path, endpoint))

    def interface(self, interface: Interface) -> None:
        """Place an interface for programs beside the pages, under its own address."""
        self._routes[:0] = interface.routes()

    def app(self) -> Starlette:
        """The application; errors are pages too, with a JSON twin by ``Accept`` or ``.json``.

        Its ``state.closing`` is :attr:`closing`.
        """
        static = Mount("/static", StaticFiles(packages=[("gbsmart.web", "static")]), name="static")
        app = Starlette(
            routes=[static, *self._routes],
            middleware=[
                Middleware(_SecurityHeaders),
                Middleware(_WithoutNul),
                Middleware(_OnlyFromHere),
                *self.middleware,
            ],
            exception_handlers={
                HTTPException: self._http_error,
                GbsmartError: self._known_error,
                Exception: self._defect,
            },
        )
        app.state.closing = self.closing
        return app

    def fragment(self, template: str, **values: Any) -> Markup:
        """A piece of a page, as a stream of events sends it."""
        return Markup(self._environment.get_template(template).render(**values))  # noqa: S704 - autoescaped

    def draw(self, request: Request, page: Page) -> HTMLResponse:
        """``page`` as HTML."""
        template = self._environment.get_template(page.template)
        html = template.render(
            page=page,
            model=page.model,
            site=self,
            who=self.who(request),
            hidden=self._hidden_fields(request),
            path=request.url.path,
            twin=_twin_of(request),
            **page.extra,
        )
        drawn = HTMLResponse(html, status_code=page.status, headers={"Vary": "Accept", **page.headers})
        return _with_cookies(drawn, page)

    def _hidden_fields(self, request: Request) -> Markup:
        """What every form that acts holds: ``{{ hidden }}``."""
        field = Markup('<input type="hidden" name="{}" value="{}">')
        return Markup("").join(field.format(*each) for each in self.hidden(request).items())

    @staticmethod
    def _json(page: Page) -> JSONResponse:
        headers = {"Vary": "Accept", **page.headers}
        return _with_cookies(JSONResponse(page.json(), status_code=page.status, headers=headers), page)

    def _error(self, request: Request, status: int, title: str, reason: str) -> Response:
        model = {"status": status, "title": title, "reason": reason}
        page = Page(title, "error.html", model, status=status, headers=headers_of(status))
        return self._json(page) if wants_json(request) else self.draw(request, page)

    async def _http_error(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 404:
            return self._error(request, 404, "No such page", f"There is nothing at {request.url.path}.")
        return self._error(request, error.status_code, "That did not work", error.detail)

    async def _known_error(self, request: Request, error: Exception) -> Response:
        if isinstance(error, NotFound):
            return self._error(request, 404, "Not found", str(error))
        if isinstance(error, NotSignedIn):
            answer = self.unknown(request)
            return answer or self._error(request, 401, "Sign in first", str(error))
        if isinstance(error, NotAllowed):
            return self._error(request, 403, "Not allowed", str(error))
        if isinstance(error, GbsmartError) and error.blame is Blame.WORLD:
            return self._error(request, 503, "Not just now", str(error))
        status = 400 if isinstance(error, InvalidValue) else 500
        return self._error(request, status, "That did not work", str(error))

    async def _defect(self, request: Request, error: Exception) -> Response:
        reason = "This is a defect of ours: the log of the server says more."
        return self._error(request, 500, "Something broke", reason)


def _with_cookies(response: R, page: Page) -> R:
    for cookie in page.cookies:
        response.headers.append("set-cookie", cookie)
    return response


def wants_json(request: Request) -> bool:
    """Whether the path ends in ``.json``, or ``Accept`` names JSON before HTML (or without it)."""
    if request.url.path.endswith(".json"):
        return True
    accept = request.headers.get("accept", "")
    json = accept.find("application/json")
    html = accept.find("text/html")
    return json >= 0 and (html < 0 or json < html)


def _twin_of(request: Request) -> str:
    path = "/index" if request.url.path == "/" else request.url.path
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{path}.json{query}"


def show_moment(moment: datetime | None) -> str:
    """``2026-01-31 18:05:09 UTC``, or a dash."""
    return _NONE if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def show_day(moment: datetime | None) -> str:
    """``2026-01-31``, the day that it is in London then, or a dash."""
    return _NONE if moment is None else civil_day(moment).isoformat()


def show_clock(moment: datetime | None) -> str:
    """``18:05:09.120``, or a dash."""
    if moment is None:
        return _NONE
    return f"{moment.astimezone(UTC):%H:%M:%S}.{moment.microsecond // 1000:03}"


class _SecurityHeaders:
    """Adds :data:`SECURITY_HEADERS` to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: list[Any] = message.setdefault("headers", [])
                headers.extend(SECURITY_HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class _WithoutNul:
    """Refuses an address with the character NUL: PostgreSQL cannot be asked for it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and ("\0" in scope["path"] or b"%00" in scope["query_string"]):
            refusal = PlainTextResponse("No text has the character NUL.\n", status_code=400)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


class _OnlyFromHere:
    """Refuses what another site makes a browser send: anything but reading needs our own pages.

    A browser says where a form comes from (``Origin``, ``Sec-Fetch-Site``); programs say neither.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
            origin, host = headers.get(b"origin", ""), headers.get(b"host", "")
            if headers.get(b"sec-fetch-site", "same-origin") not in ("same-origin", "none") or (
                origin and origin.partition("://")[2] != host
            ):
                refusal = PlainTextResponse("This was sent by a page of another site.\n", status_code=403)
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)

"""The pages of accounts: signing in, one's own account, and for operators everybody's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import Connection
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gbsmart.accounts import service, sessions
from gbsmart.accounts.interface import interface
from gbsmart.accounts.model import Account, Capacity, Role
from gbsmart.accounts.passwords import Passwords, check_password
from gbsmart.accounts.telling import told
from gbsmart.accounts.web import (
    FAILING_TAKES,
    Reception,
    WhoActs,
    acting_form,
    address_of,
    browser_of,
    by_cookie,
    cookies_of,
    hidden,
    no_cookie,
    require,
    signed_in,
    way_back,
)
from gbsmart.ground import Clock, InvalidValue, NotAllowed
from gbsmart.store import Store
from gbsmart.web import Link, Page, Site, read_form
from gbsmart.web.site import wants_json

_SIGN_IN, _ACCOUNT, _ACCOUNTS = "/sign-in", "/account", "/accounts"


def place(
    site: Site,
    store: Store,
    clock: Clock,
    passwords: Passwords | None = None,
    failing_takes: float = FAILING_TAKES,
) -> Reception:
    """Let people sign in on a site: its pages, who is signed in at the head of every page, and the check.

    ``clock`` is that of the people who sign in, the machine's: a system that travels in time would sign
    everybody out. The site's templates must include those of ``gbsmart.accounts``.
    """
    reception = Reception(store, clock, passwords or Passwords(), failing_takes=failing_takes)
    site.middleware.append(Middleware(WhoActs, find=reception.find))
    site.who, site.hidden, site.unknown = who, hidden, _to_sign_in
    pages = AccountPages(reception)
    both = ("GET", "POST")
    site.page(_SIGN_IN, pages.sign_in, methods=both)
    site.page("/sign-out", pages.sign_out, methods=("POST",))
    site.page(_ACCOUNT, pages.own, methods=both)
    site.page(_ACCOUNTS, pages.index, methods=both)
    site.page(f"{_ACCOUNTS}/{{name}}", pages.one, methods=both)
    site.interface(interface(store, clock, reception.passwords))
    return reception


def who(request: Request) -> Link:
    """What the head of every page shows: who is signed in, or the way to sign in."""
    account = signed_in(request)
    if account is not None:
        return Link(_ACCOUNT, account.person)
    return Link(_way_in(request), "Sign in")


def _way_in(request: Request) -> str:
    here = request.url.path
    if here in ("/", _SIGN_IN, "/sign-out"):
        return _SIGN_IN
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{_SIGN_IN}?{urlencode({'next': here + query})}"


def _to_sign_in(request: Request) -> Response | None:
    return None if wants_json(request) else RedirectResponse(_way_in(request), status_code=303)


class AccountPages:
    """``/sign-in``, ``/sign-out``, ``/account``, ``/accounts`` and ``/accounts/{name}``."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception

    async def sign_in(self, request: Request) -> Page:
        """Name and password; whatever is wrong, the answer is the same."""
        back, failed, name = way_back(request.query_params.get("next", "/")), False, ""
        if request.method == "POST":
            form = await read_form(request, largest=10_000)
            back, name = way_back(form.get("next", "/")), form.get("name", "").strip()
            known_by = browser_of(request, name)
            let_in = await self._reception.sign_in(
                name, form.get("password", ""), known_by, address_of(request)
            )
            if let_in is not None:
                await self._reception.sign_out(request)
                told_to = {"signed_in": name, "next": back}
                cookies = cookies_of(request, name, let_in)
                return Page("Sign in", "sign_in.html", told_to, location=back, cookies=cookies)
            failed = True
        elif signed_in(request) is not None:
            return Page("Sign in", "sign_in.html", {"next": back}, location=_ACCOUNT)
        model: dict[str, Any] = {"next": back, "failed": failed}
        return Page("Sign in", "sign_in.html", model, {"name": name}, status=401 if failed else 200)

    async def sign_out(self, request: Request) -> Page:
        """The session ends."""
        await acting_form(request)
        await self._reception.sign_out(request)
        return Page("Sign out", "sign_in.html", {}, location="/", cookies=[no_cookie(request)])

    async def own(self, request: Request) -> Page:
        """Who am I: capacities, tokens, password."""
        secret, errors, form = "", dict[str, str](), dict[str, str]()
        if request.method == "POST":
            account, form = await acting_form(request)
            if not by_cookie(request):  # or who finds one makes one that lasts longer
                raise NotAllowed("no token changes the account that it is of", remedy="Sign in to do this.")
        else:
            account = require(request)
        if form:
            try:
                asks = browser_of(request, account.name), address_of(request)
                secret = await self._act_for_oneself(account, form, *asks)
                if not secret:
                    return Page("Account", "account.html", {}, location=_way_after(form))
            except InvalidValue as wrong:
                errors[wrong.field] = wrong.reason
        tokens = await self._read(lambda connection: sessions.tokens(connection, account.name))
        model = {
            **told(account),
            "tokens": tokens,
            "errors": errors,
            **({"secret": secret} if secret else {}),
        }
        extra = {"now": self._reception.clock.now(), "days": sessions.TOKEN.days}
        return Page(account.person, "account.html", model, extra, status=400 if errors else 200)

    async def _act_for_oneself(
        self, account: Account, form: dict[str, str], browser: str, address: str
    ) -> str:
        """Do what the form says; the secret of a new token, else ""."""
        name, now = account.name, self._reception.clock.now()
        if form.get("do") == "password":
            check_password(form.get("password", ""), name)  # first: a wrong choice is no failed attempt
            current = form.get("current", "")
            if not await asyncio.to_thread(self._reception.is_right, name, current, browser, address):
                raise InvalidValue("is not your password, or your account rests", field="current")
            await self._set_password(name, form.get("password", ""), by=name)
        elif form.get("do") == "end":
            await self._write(lambda connection: service.end_access(connection, name, at=now, by=name))
        elif form.get("do") == "withdraw":
            token = _number(form.get("token", ""), "token")
            await self._write(
                lambda connection: sessions.withdraw_token(connection, name, token, at=now, by=name)
            )
        elif form.get("do") == "token":
            lasts, label = timedelta(days=_number(form.get("days", ""), "days")), form.get("label", "")
            random = self._reception.random
            secret: str = await self._write(
                lambda connection: sessions.issue_token(
                    connection, name, label, at=now, by=name, random=random, lasts=lasts
                )
            )
            return secret
        else:
            raise InvalidValue("says nothing to do", field="do")
        return ""

    async def index(self, request: Request) -> Page:
        """Every account, for operators."""
        errors: dict[str, str] = {}
        form: dict[str, str] = {}
        if request.method == "POST":
            operator, form = await acting_form(request, Role.OPERATOR)
        else:
            operator = require(request, Role.OPERATOR)
        if form:
            try:
                name = await self._add(form, operator.name)
                return Page("Accounts", "accounts.html", {}, location=f"{_ACCOUNTS}/{quote(name)}")
            except InvalidValue as wrong:
                errors[wrong.field] = wrong.reason
        found = await self._read(service.accounts)
        model = {"accounts": [told(each) for each in found], "errors": errors}
        extra = {"form": {**form, "password": ""}, "roles": _roles()}
        return Page("Accounts", "accounts.html", model, extra, status=400 if errors else 200)

    async def _add(self, form: dict[str, str], by: str) -> str:
        capacities = frozenset(map(Capacity.parse, form.get("capacities", "").split()))
        new = Account(form.get("name", "").strip(), form.get("person", "").strip(), capacities)
        new.check()
        check_password(form.get("password", ""), new.name)
        kept = await asyncio.to_thread(self._reception.passwords.kept, form["password"])
        at = self._reception.clock.now()
        await self._write(lambda connection: service.add_account(connection, new, kept, at=at, by=by))
        return new.name

    async def one(self, request: Request) -> Page:
        """One account, for operators: its capacities and history."""
        name, errors, form = request.path_params["name"], dict[str, str](), dict[str, str]()
        if request.method == "POST":
            operator, form = await acting_form(request, Role.OPERATOR)
        else:
            operator = require(request, Role.OPERATOR)
        if form:
            try:
                await self._change(name, form, operator.name)
                return Page(name, "account_of.html", {}, location=f"{_ACCOUNTS}/{quote(name)}")
            except InvalidValue as wrong:
                errors[wrong.field] = wrong.reason
        account = await self._read(lambda connection: service.account(connection, name))
        events = await self._read(lambda connection: service.history(connection, name))
        model = {**told(account), "history": events, "errors": errors}
        return Page(
            account.person, "account_of.html", model, {"roles": _roles()}, status=400 if errors else 200
        )

    async def _change(self, name: str, form: dict[str, str], by: str) -> None:
        at, do = self._reception.clock.now(), form.get("do", "")
        if do == "password":
            await self._set_password(name, form.get("password", ""), by=by)
        elif do in ("close", "end"):
            verb = service.close if do == "close" else service.end_access
            await self._write(lambda connection: verb(connection, name, at=at, by=by))
        elif do in ("grant", "revoke"):
            capacity = Capacity.parse(form.get("capacity", ""))
            change = service.grant if do == "grant" else service.revoke
            await self._write(lambda connection: change(connection, name, capacity, at=at, by=by))
        else:
            raise InvalidValue("says nothing to do", field="do")

    async def _set_password(self, name: str, password: str, *, by: str) -> None:
        check_password(password, name)
        kept = await asyncio.to_thread(self._reception.passwords.kept, password)
        at = self._reception.clock.now()
        await self._write(lambda connection: service.set_password(connection, name, kept, at=at, by=by))

    async def _read(self, work: Callable[[Connection], Any]) -> Any:
        def read() -> Any:
            with self._reception.store.reading() as connection:
                return work(connection)

        return await asyncio.to_thread(read)

    async def _write(self, work: Callable[[Connection], Any]) -> Any:
        return await asyncio.to_thread(self._reception.store.perform, work)


def _way_after(form: dict[str, str]) -> str:
    """A new password ends every session, this one too, and so does who ends all."""
    return _SIGN_IN if form.get("do") in ("password", "end") else _ACCOUNT


def _number(text: str, field: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidValue("is not a number", field=field)
    return int(text)


def _roles() -> list[str]:
    return sorted(role.value for role in Role if role is not Role.CLOCK)

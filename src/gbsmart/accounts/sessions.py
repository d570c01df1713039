"""Signing in, sessions, and the tokens of programs.

A session is known by a secret that only the browser has; the database has its digest. Both its length and
its idle time are limited. A browser in which somebody signed in before is given a secret by which it is known
again: what strangers guess (:mod:`gbsmart.accounts.attempts`) does not make it wait.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from gbsmart.accounts import attempts
from gbsmart.accounts.model import Account
from gbsmart.accounts.passwords import Random
from gbsmart.accounts.service import account, tell
from gbsmart.accounts.tables import account_browser, account_session, account_token
from gbsmart.ground import InvalidValue, NotFound

SESSION, IDLE = timedelta(hours=12), timedelta(hours=1)
"""How long a session lasts, and how long nothing may be asked in it."""
KNOWN = timedelta(days=180)
"""How long a browser is known after somebody signed in in it."""
TOKEN, LONGEST_TOKEN = timedelta(days=90), timedelta(days=366)
_PREFIX = "gbs_"
"""By which searches for secrets left lying about find tokens."""
_NOTED = timedelta(minutes=1)
"""How exactly it is noted when a session or token was last used: not every page is worth writing."""


class Token(NamedTuple):
    """A token as its account's holder sees it: without the secret."""

    id: int
    label: str
    issued_at: datetime
    ends_at: datetime
    used_at: datetime | None


def begin_attempt(
    connection: Connection, name: str, *, at: datetime, browser: str = "", address: str = ""
) -> attempts.Attempt:
    """Count an attempt to sign in (:func:`gbsmart.accounts.attempts.begin_attempt`).

    ``browser`` is the secret of the browser (:func:`know_browser`), ``address`` where it asks from.
    """
    known = _known(connection, name, browser, at)
    digest = None if known is None else known.digest
    return attempts.begin_attempt(connection, name, at=at, known=digest, address=address)


def know_browser(connection: Connection, name: str, *, at: datetime, random: Random, before: str = "") -> str:
    """Know the browser in which somebody has signed in: its secret, in the place of the one ``before``."""
    row, secret = account_browser.c, _secret(random)
    gone = or_(row.digest == _digest(before), row.seen_at <= at - KNOWN)
    connection.execute(delete(account_browser).where(row.account == name, gone))
    values = {"digest": _digest(secret), "account": name, "seen_at": at, "failed": 0}
    connection.execute(insert(account_browser).values(values))
    return secret


def _known(connection: Connection, name: str, browser: str, at: datetime) -> Row[Any] | None:
    row = account_browser.c
    wanted = (row.digest == _digest(browser), row.account == name, row.seen_at > at - KNOWN)
    return connection.execute(select(account_browser).where(*wanted)).first() if browser else None


def start_session(
    connection: Connection, name: str, *, at: datetime, random: Random, browser: str = "", address: str = ""
) -> str:
    """Begin a session for somebody whose password was right; the secret that the browser is given.

    What failed from the same ``address`` before is forgotten, unless the ``browser`` is known and so was no
    stranger there. Raises :class:`InvalidValue` where the account was closed meanwhile.
    """
    _check_open(connection, name)
    secret = _secret(random)
    if _known(connection, name, browser, at) is None:
        attempts.forget_attempts(connection, name, address)
    over = or_(account_session.c.began_at <= at - SESSION, account_session.c.seen_at <= at - IDLE)
    connection.execute(delete(account_session).where(account_session.c.account == name, over))
    values = {"digest": _digest(secret), "account": name, "began_at": at, "seen_at": at}
    connection.execute(insert(account_session).values(values))
    tell(connection, name, at, name, "signed in")
    return secret


def of_session(connection: Connection, secret: str, *, at: datetime) -> tuple[Account, bool] | None:
    """Whose session this is, and whether its use is to be noted (:func:`note_use`); None: nobody's."""
    wanted = select(account_session).where(account_session.c.digest == _digest(secret))
    row = connection.execute(wanted).first()
    if row is None or not (row.began_at > at - SESSION and row.seen_at > at - IDLE):
        return None
    return _of_open(connection, row.account, to_note=at - row.seen_at >= _NOTED)


def note_use(connection: Connection, secret: str, *, at: datetime) -> None:
    """Note that a session, or a token, is in use."""
    digest = _digest(secret)
    if secret.startswith(_PREFIX):
        where = account_token.c.digest == digest
        connection.execute(update(account_token).where(where).values(used_at=at))
    else:
        where = account_session.c.digest == digest
        connection.execute(update(account_session).where(where).values(seen_at=at))


def end_session(connection: Connection, secret: str) -> None:
    """End a session; nothing happens where there is none."""
    connection.execute(delete(account_session).where(account_session.c.digest == _digest(secret)))


def csrf_of(secret: str) -> str:
    """What the forms of a session carry, which no other site can know."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def issue_token(
    connection: Connection,
    name: str,
    label: str,
    *,
    at: datetime,
    by: str,
    random: Random,
    lasts: timedelta = TOKEN,
) -> str:
    """A new token of an account: the secret, which is shown this once. Raises :class:`InvalidValue`."""
    if not label.strip() or len(label) > 100 or not label.isprintable():
        raise InvalidValue("say in up to 100 characters what the token is for", field="label")
    if not timedelta(0) < lasts <= LONGEST_TOKEN:
        raise InvalidValue(f"lasts up to {LONGEST_TOKEN.days} days", field="days")
    _check_open(connection, name)
    secret = _PREFIX + _secret(random)
    values = {
        "account": name, "label": label, "digest": _digest(secret), "issued_at": at, "ends_at": at + lasts,
    }  # fmt: skip
    connection.execute(insert(account_token).values(values))
    tell(connection, name, at, by, "token issued", label)
    return secret


def of_token(connection: Connection, secret: str, *, at: datetime) -> tuple[Account, bool] | None:
    """Whose token this is, and whether its use is to be noted; None: nobody's."""
    row = connection.execute(select(account_token).where(account_token.c.digest == _digest(secret))).first()
    if row is None or row.ends_at <= at:
        return None
    return _of_open(connection, row.account, to_note=row.used_at is None or at - row.used_at >= _NOTED)


def tokens(connection: Connection, name: str) -> list[Token]:
    """The tokens of an account, those that have ended too."""
    row = account_token.c
    wanted = select(row.id, row.label, row.issued_at, row.ends_at, row.used_at)
    return [Token(*each) for each in connection.execute(wanted.where(row.account == name).order_by(row.id))]


def withdraw_token(connection: Connection, name: str, token: int, *, at: datetime, by: str) -> None:
    """End a token; raises :class:`NotFound` where the account has no such."""
    row = account_token.c
    found = connection.execute(select(row.label).where(row.account == name, row.id == token)).first()
    if found is None:
        raise NotFound(f"{name} has no token {token}")
    connection.execute(delete(account_token).where(row.id == token))
    tell(connection, name, at, by, "token withdrawn", found.label)


def _of_open(connection: Connection, name: str, *, to_note: bool) -> tuple[Account, bool] | None:
    """An account and whether use is to be noted; None for a closed one, where somebody signed in as it was
    being closed."""
    found = account(connection, name)
    return None if found.closed else (found, to_note)


def _check_open(connection: Connection, name: str) -> None:
    if account(connection, name).closed:
        raise InvalidValue(f"{name!r} is closed", field="name")


def _secret(random: Random) -> str:
    return base64.urlsafe_b64encode(random(32)).decode().rstrip("=")


def _digest(secret: str) -> bytes:
    """Of 256 random bits, so that a plain hash is as good as a slow one."""
    return hashlib.sha256(secret.encode()).digest()

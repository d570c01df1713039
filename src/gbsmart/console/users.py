"""The page of Users: who there is, of which Party, in which roles, and how the DCC speaks to each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from starlette.requests import Request

from gbsmart import parties
from gbsmart.console.model import RegisteredUser, UserSource
from gbsmart.store import Store
from gbsmart.web import Page


class RegisterUsers:
    """The DCC's register of Users."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def registered(self) -> Sequence[RegisteredUser]:
        """Every User, by Party and id."""
        return await asyncio.to_thread(self._read)

    def _read(self) -> list[RegisteredUser]:
        with self._store.reading() as connection:
            names = {each.signifier: each.name for each in parties.parties(connection)}
            own = parties.certificates(connection)
            found = [
                RegisteredUser(
                    user.id, user.party, names[user.party], tuple(sorted(role.value for role in user.roles)),
                    user.receive_addresses, user.schema_version, user.suspended, user.id in own,
                    len(parties.thresholds_of(connection, user.id)),
                )
                for user in parties.users(connection)
            ]  # fmt: skip
        return sorted(found, key=lambda user: (user.party, user.id))


class UsersPage:
    """``/users``."""

    def __init__(self, source: UserSource) -> None:
        self._source = source

    async def page(self, _request: Request) -> Page:
        """Every User."""
        return Page("Users", "users.html", {"users": list(await self._source.registered())})

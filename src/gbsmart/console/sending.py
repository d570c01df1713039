"""Who can send from the console, and to which devices: the demonstration's Users, on their signed path."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from gbsmart import parties
from gbsmart.console.model import Heard, HomeSource, RequestRecipe, SendingUser, Target
from gbsmart.duis import Request, RequestId, build_request
from gbsmart.ground import Eui64, GbsmartError, NotFound
from gbsmart.store import Store
from gbsmart.user import AsyncUser, Refused, draft, service_named


class UsersHere:
    """The Users whose keys are here; ``homes`` knows their devices."""

    def __init__(self, users: Mapping[Eui64, AsyncUser], store: Store, homes: HomeSource) -> None:
        self._users = users
        self._store = store
        self._homes = homes

    async def users(self) -> Sequence[SendingUser]:
        """Every User, with the name and the roles that the parties register has."""

        def read() -> list[SendingUser]:
            with self._store.reading() as connection:
                names = {each.signifier: each.name for each in parties.parties(connection)}
                return [self._known(connection, each, names) for each in self._users]

        return await asyncio.to_thread(read)

    @staticmethod
    def _known(connection: Connection, eui: Eui64, names: Mapping[str, str]) -> SendingUser:
        user = parties.user(connection, eui)
        return SendingUser(eui, names.get(user.party, user.party), tuple(sorted(user.roles)))

    async def targets(self) -> Sequence[Target]:
        """Every device of every home."""
        return [
            Target(eui, kind, home.name) for home in await self._homes.homes() for kind, eui in home.devices
        ]

    async def heard(self, request_id: str) -> Sequence[Heard]:
        """What the User's inbox holds about a request, in the order of arrival."""
        asked = RequestId.parse(request_id)
        user = self._users.get(asked.originator)
        if user is None:
            return ()
        received = await asyncio.to_thread(user.inbox.about, asked)
        return [
            Heard(
                each.at,
                f"alert {each.alert_code}" if each.alert_code else "Service Response",
                each.response_code,
                str(each.signer.holder) if each.signer else "",
            )
            for each in received
        ]

    def preview(self, recipe: RequestRecipe) -> bytes:
        """The request as it would be sent, unsigned and under a counter that is not used up.

        Raises :class:`~gbsmart.ground.InvalidValue` naming the field that is wrong.
        """
        user = self._user(recipe.user)
        counter = int(user.clock.now().timestamp() * 1000)
        target = recipe.device or user.dcc_id
        request = draft(
            service_named(recipe.variant),
            RequestId(recipe.user, target, counter),
            recipe.fields,
            **_options(recipe),
        )
        return build_request(request)

    async def send(self, recipe: RequestRecipe) -> str:
        """Sign and send (a critical one is transformed, held against its Pre-Command and signed again).

        The RequestID, once the DCC has answered; its refusal is an answer too, and its journey tells of
        it. Raises what :meth:`gbsmart.user.AsyncUser.send` raises otherwise.
        """
        self.preview(recipe)  # what cannot be written uses up no counter
        user = self._user(recipe.user)
        request: Request = user.draft(recipe.variant, recipe.device, **_options(recipe), **recipe.fields)
        try:
            await user.send(request, delivery=recipe.delivery)
        except Refused:
            pass
        except GbsmartError as problem:
            problem.remedy = f"{problem.remedy} It was sent as {request.request_id}.".strip()
            raise
        return str(request.request_id)

    def _user(self, eui: Eui64) -> AsyncUser:
        if eui not in self._users:
            raise NotFound(f"the keys of {eui} are not here")
        return self._users[eui]


def _options(recipe: RequestRecipe) -> dict[str, Any]:
    return {
        "delivery": recipe.delivery,
        "first_in_sequence": recipe.first_in_sequence,
        "preceding": recipe.preceding,
    }

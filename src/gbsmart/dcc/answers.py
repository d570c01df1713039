"""What a Non-Device service does with a request, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection

from gbsmart.dcc.access import Case, Grant

Payload = Mapping[str, Any]


class Found(NamedTuple):
    """The payload of an answer, named as :mod:`gbsmart.duis` names it ({} for none).

    ``code`` is its response code; by default I0, and I99 for an answer without payload.
    """

    payload: Payload = {}
    code: str = ""


class Service(NamedTuple):
    """How a variant is answered: ``look`` checks and reads, in a reading transaction; it raises
    :class:`~gbsmart.dcc.refusal.Refused`. Where the request changes something, ``act`` does so, given its
    octets, in the transaction that enters it, and gives the answer.
    """

    look: Callable[[Connection, Case, Grant], Found]
    act: Callable[[Connection, Case, bytes], Found] | None = None

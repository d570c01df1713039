"""The complete set of messages that a Service Request causes, as the DCC's store has it (DUIS 7.0).

Whoever sent it, and from wherever: what is to come follows from the request's own document, as it does
for :mod:`gbsmart.user`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from pydantic import Field
from sqlalchemy import Connection, select

from gbsmart.assembly.control.model import Told
from gbsmart.dcc import RequestKey, ledger, messages
from gbsmart.dcc.model import Request
from gbsmart.dcc.tables import delivery
from gbsmart.duis import NON_DEVICE, parse_request, parse_response
from gbsmart.ground import NotFound
from gbsmart.store import Store
from gbsmart.user import Received
from gbsmart.user.expectation import expectation

_FIRST_LOOK, _LONGEST_LOOK = 0.01, 0.1  # seconds of wall time between looks


class Document(Told):
    """One message to the User: ``what`` it is, its code, whether the User's service has taken it."""

    what: str
    at: datetime
    response_code: str
    alert_code: str = ""
    state: str = Field(description="answered (at once), pending, taken, or retained (given up)")
    attempts: int = 0
    xml: str


class Progress(Told):
    """How far a request has come. It is complete when all it causes was delivered, or it was refused."""

    request_id: str
    variant: str
    state: str
    outcome: str
    complete: bool
    missing: str = Field(description="what has not come yet, in words")
    messages: tuple[Document, ...]


async def wait_for(store: Store, key: RequestKey, seconds: float) -> Progress:
    """The progress of a request once it is complete, or after ``seconds`` of wall time as it then is.

    Raises :class:`~gbsmart.ground.NotFound` where no such request has come by then.
    """
    loop = asyncio.get_running_loop()
    deadline, pause = loop.time() + seconds, _FIRST_LOOK
    while True:
        try:
            found = await progress_of(store, key)
            if found.complete or loop.time() >= deadline:
                return found
        except NotFound:
            if loop.time() >= deadline:
                raise
        await asyncio.sleep(min(pause, max(0.0, deadline - loop.time())))
        pause = min(2 * pause, _LONGEST_LOOK)


async def progress_of(store: Store, key: RequestKey) -> Progress:
    """How far a request has come; raises :class:`~gbsmart.ground.NotFound`."""

    def look() -> Progress:
        with store.reading() as connection:
            return _progress(connection, key)

    return await asyncio.to_thread(look)


def _progress(connection: Connection, key: RequestKey) -> Progress:
    request = ledger.find(connection, key)
    if request is None:
        raise NotFound(f"no request {key} has come to the DCC")
    answers = _answers(connection, request)
    delivered = _delivered(connection, key)
    missing = _missing(connection, request, answers, delivered)
    return Progress(
        request_id=str(key),
        variant=request.variant,
        state=request.state,
        outcome=request.outcome or "",
        complete=not missing,
        missing=missing,
        messages=(*answers, *(document for document, _ in delivered)),
    )


def _answers(connection: Connection, request: Request) -> list[Document]:
    """What was answered at once: to the request, and to its Signed Pre-Command."""
    found = []
    for digest, name in (
        (request.answer, "pre-command" if request.pre_command else "acknowledgement"),
        (request.signed_answer, "acknowledgement"),
    ):
        if digest is not None:
            octets = messages.content_of(connection, request.key.device, digest)
            found.append(_document(name, octets, "answered", request.received_at))
    return found


def _delivered(connection: Connection, key: RequestKey) -> list[tuple[Document, Received]]:
    rows = connection.execute(
        select(delivery)
        .where(
            delivery.c.device == key.device,
            delivery.c.originator == key.originator,
            delivery.c.counter == key.counter,
        )
        .order_by(delivery.c.id)
    ).all()
    found = []
    for row in rows:
        octets = messages.content_of(connection, key.device, row.message)
        received = Received(parse_response(octets, limits=NON_DEVICE).message, octets, row.created_at)
        document = _document(_named(received), octets, row.state, row.created_at, row.attempts)
        found.append((document, received))
    return found


def _document(what: str, octets: bytes, state: str, at: datetime, attempts: int = 0) -> Document:
    message = Received(parse_response(octets, limits=NON_DEVICE).message, octets, at)
    return Document(
        what=what,
        at=message.response.response_date_time,
        response_code=message.response_code,
        alert_code=message.alert_code,
        state=state,
        attempts=attempts,
        xml=octets.decode("utf-8", "replace"),
    )


def _named(message: Received) -> str:
    if message.instruction is not None:
        return "alert"
    return {"DCCAlertMessage": "dcc alert", "DeviceAlertMessage": "alert"}.get(
        message.response.kind, "response"
    )


def _missing(
    connection: Connection,
    request: Request,
    answers: Sequence[Document],
    delivered: Sequence[tuple[Document, Received]],
) -> str:
    if not answers:
        return "the acknowledgement"
    if answers[-1].response_code.startswith("E"):
        return ""
    if request.state == "awaiting signature":
        return "the Signed Pre-Command, which the User sends"
    for document, _ in delivered:
        if document.state == "pending":
            return f"the User's service has not taken the {document.what} ({document.attempts} attempts)"
    if any(message.failed for _, message in delivered):
        return ""
    sent = request.signed_pre_command or request.content
    octets = messages.content_of(connection, request.key.device, sent)
    expected = expectation(parse_request(octets, limits=NON_DEVICE).message)
    return expected.missing([message for _, message in delivered])

"""Everything sent and received: listed, searched, read; and the requests of the ledger by filter."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from gbsmart.assembly.control.model import Asked, EuiText, Moment, Operation, Told
from gbsmart.console.filtering import read_filter
from gbsmart.dcc import archive
from gbsmart.dcc.archive import Kind, Line, Place, Wanted
from gbsmart.duis import parse_response
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.user import Received

if TYPE_CHECKING:
    from gbsmart.assembly.system import System

_Limit = Annotated[int, Field(ge=1, le=500)]
_Word = Annotated[str, Field(max_length=10, pattern=r"^[!-~]*$")]


class Search(Asked):
    """Which messages: those that every condition lets through, newest first."""

    kind: Annotated[Kind | None, Field(description="what it is")] = None
    user: Annotated[EuiText | None, Field(description="the User it is from, to or about")] = None
    device: Annotated[EuiText | None, Field(description="the device it is about")] = None
    variant: Annotated[_Word, Field(description="Service Reference Variant")] = ""
    code: Annotated[_Word, Field(description="a response or alert code: E21, N13, 8F3D")] = ""
    text: Annotated[str, Field(max_length=200, description="a text in the DUIS document")] = ""
    since: Annotated[Moment | None, Field(description="from this moment on")] = None
    until: Annotated[Moment | None, Field(description="before this moment")] = None
    after: Annotated[str, Field(max_length=120, description="the `next` of the page before")] = ""
    limit: _Limit = 50
    content: Annotated[bool, Field(description="whether the messages themselves are wanted")] = False


class Message(Told):
    """One message. Its content is XML (``xml``) or, on the WAN, a GBCS message (``hex``)."""

    id: str
    kind: Kind
    at: datetime
    sender: str
    receiver: str
    device: EuiText
    user: EuiText | None
    request_id: str
    variant: str
    code: str = Field(description="the response or alert code that it is or carries")
    state: str
    octets: int = Field(description="how long it is")
    xml: str = ""
    hex: str = ""


class MessageList(Told):
    """A page of messages; ``next`` goes on from its end, and is empty at the end."""

    messages: tuple[Message, ...]
    next: str


class Single(Asked):
    """A message by its id."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f.]{1,120}$")]


class Filtering(Asked):
    """Which requests, in the console's filter language."""

    filter: Annotated[str, Field(max_length=500, description="such as: variant:7.2 code:E*")] = ""
    before: Annotated[str, Field(max_length=80, description="go on before this RequestID")] = ""
    limit: _Limit = 50


class RequestLine(Told):
    """A Service Request in a list."""

    request_id: str
    variant: str
    name: str
    device: EuiText
    user: EuiText
    state: str
    outcome: str
    code: str
    received_at: datetime


class RequestList(Told):
    """A page of requests, newest first."""

    requests: tuple[RequestLine, ...]


async def search(system: System, asked: Search) -> MessageList:
    """Messages, newest first."""
    wanted = Wanted(
        frozenset() if asked.kind is None else frozenset({asked.kind}), asked.user, asked.device,
        asked.variant, asked.code, asked.text, asked.since, asked.until,
    )  # fmt: skip
    place = _place(asked.after, "after") if asked.after else None
    lines = await _find(system, wanted, asked.limit + 1, place)
    shown = lines[: asked.limit]
    following = str(_place_of(shown[-1])) if len(lines) > asked.limit else ""
    return MessageList(messages=tuple(_told(line, content=asked.content) for line in shown), next=following)


async def read(system: System, asked: Single) -> Message:
    """One message with its content."""
    place = _place(asked.id, "id")
    wanted = Wanted(frozenset({place.kind}), since=place.at, digest=place.digest)
    for line in await _find(system, wanted, 10):
        if _place_of(line) == place:
            return _told(line, content=True)
    raise NotFound(f"there is no message {asked.id}")


async def _find(system: System, wanted: Wanted, limit: int, after: Place | None = None) -> list[Line]:
    store = system.store

    def look() -> list[Line]:
        with store.reading() as connection:
            return archive.find(connection, wanted, limit, after)

    return await asyncio.to_thread(look)


def _place(text: str, field: str) -> Place:
    try:
        return Place.parse(text)
    except (ValueError, IndexError, OverflowError):
        raise InvalidValue("it is no place in the list", field=field) from None


def _place_of(line: Line) -> Place:
    return Place(line.at, line.kind, line.digest)


def _told(line: Line, *, content: bool) -> Message:
    is_xml = line.content.lstrip()[:1] == b"<"
    sender, receiver = _parties(line)
    return Message(
        id=str(_place_of(line)),
        kind=line.kind,
        at=line.at,
        sender=sender,
        receiver=receiver,
        device=line.device,
        user=line.user,
        request_id="" if line.request is None else str(line.request),
        variant=line.variant,
        code=line.code or _code(line),
        state=line.state,
        octets=len(line.content),
        xml=line.content.decode("utf-8", "replace") if content and is_xml else "",
        hex=line.content.hex().upper() if content and not is_xml else "",
    )


def _code(line: Line) -> str:
    """What a message to a User says in its own document: its alert's code, else its response code."""
    if line.kind is not Kind.TO_USER:
        return ""
    received = Received(parse_response(line.content).message, line.content, line.at)
    return received.alert_code or received.response_code


def _parties(line: Line) -> tuple[str, str]:
    user = "" if line.user is None else str(line.user)
    if line.kind in archive.FROM_USER:
        return user, "DCC"
    if line.kind is Kind.COMMAND:
        return "DCC", str(line.device)
    return (str(line.device), "DCC") if line.kind in archive.ON_THE_WAN else ("DCC", user)


async def list_requests(system: System, asked: Filtering) -> RequestList:
    """Requests, newest first, as the console's ledger filters them."""
    wanted = read_filter(asked.filter, system.clock.now())
    lines = await system.journeys.find(asked.limit, asked.before or None, wanted)
    return RequestList(
        requests=tuple(
            RequestLine(
                request_id=line.id, variant=line.variant, name=line.name, device=line.device,
                user=line.originator, state=line.state, outcome=line.outcome, code=line.code,
                received_at=line.received_at,
            )
            for line in lines
        )
    )  # fmt: skip


OPERATIONS = (
    Operation(
        "messages list", "GET", "/messages", "Everything sent and received, newest first.",
        Search, MessageList, search,
    ),
    Operation("messages show", "GET", "/messages/{id}", "One message, whole.", Single, Message, read),
    Operation(
        "requests list", "GET", "/requests", "Requests, newest first, by the console's filter language.",
        Filtering, RequestList, list_requests,
    ),
)  # fmt: skip

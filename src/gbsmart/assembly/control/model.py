"""What an operation of the control API is, and how its refusals look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator
from pydantic import WithJsonSchema as Written

from gbsmart.ground import (
    Blame,
    Eui64,
    GbsmartError,
    InvalidValue,
    MalformedMessage,
    NotAllowed,
    NotFound,
    NotSignedIn,
)

if TYPE_CHECKING:
    from gbsmart.assembly.system import System

BASE = "/control/v1"
PROBLEM = "application/problem+json"


class Asked(BaseModel):
    """What an operation is told: by its path, its query or its body, each value by its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """What an operation answers."""

    model_config = ConfigDict(frozen=True)


class Nothing(Asked):
    """An operation that need not be told anything."""


def _eui(value: Any) -> Eui64:
    if isinstance(value, Eui64):
        return value
    if not isinstance(value, str):
        raise ValueError("an EUI-64 is written 90-B3-D5-1F-30-01-00-00")
    try:
        return Eui64.parse(value)
    except InvalidValue as wrong:
        raise ValueError(wrong.reason) from None


def _aware(moment: datetime) -> datetime:
    """In UTC; a time without a zone is UTC."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("that is beyond the calendar") from None


EuiText = Annotated[
    Eui64,
    PlainValidator(_eui),
    PlainSerializer(str, return_type=str),
    Written({"type": "string", "examples": ["00-DB-12-34-C0-00-01-00"]}),
]
"""An EUI-64, as the field writes it."""
Moment = Annotated[datetime, AfterValidator(_aware)]
"""A moment in ISO 8601; without a zone it is UTC."""
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
"""A name that somebody gives: letters, digits, ``_``, ``.`` and ``-``."""


class Operation(NamedTuple):
    """One thing that the control API does.

    ``name`` is how the command line calls it (``"clock advance"``). ``takes`` are its values: those named
    in ``path`` stand there, the others in the query of a GET or DELETE, else in the JSON body. ``do`` gets
    the system and these values. An operation passes the system's gate, and is cut off when the system
    is rebuilt, but for one that is ``alone``: it closes the gate itself. Of those ``in_turn`` one runs at
    a time, and so do those that are ``alone``.
    """

    name: str
    method: str
    path: str
    summary: str
    takes: type[Asked]
    gives: type[Told]
    do: Callable[[System, Any], Awaitable[Told]]
    alone: bool = False
    in_turn: bool = False

    @property
    def id(self) -> str:
        """Its name in one word: ``clock_advance``."""
        return self.name.replace(" ", "_")

    @property
    def has_body(self) -> bool:
        """Whether what is not in the path is in the body."""
        return self.method not in ("GET", "DELETE")

    def in_path(self) -> tuple[str, ...]:
        """The values that stand in the path."""
        return tuple(name for name in self.takes.model_fields if f"{{{name}}}" in self.path)


class Unsupported(GbsmartError):
    """What this system, as it was started, cannot do; the message names what it is started with."""


class Conflict(GbsmartError):
    """What cannot be done as things stand; nothing was changed."""


class Problem(Told):
    """Why an operation did not happen (in the manner of RFC 9457)."""

    status: int = Field(description="the HTTP status")
    kind: str = Field(description="the name of the error, to tell it from others")
    message: str = Field(description="one sentence: what is wrong")
    field: Annotated[str, Field(description="the value that is wrong, by its dotted name")] = ""
    remedy: Annotated[str, Field(description="what can be done about it")] = ""
    response_code: Annotated[
        str | None, Field(description="the DUIS response code, where the SEC has one")
    ] = None
    timed_out: Annotated[bool, Field(description="whether something was waited for in vain")] = False
    unreachable: Annotated[bool, Field(description="whether something that this depends on is down")] = False


_STATUS: Mapping[type[Exception], int] = {
    NotFound: 404,
    NotSignedIn: 401,
    NotAllowed: 403,
    Conflict: 409,
    Unsupported: 501,
    InvalidValue: 422,
    MalformedMessage: 422,
}


def problem_of(error: GbsmartError) -> Problem:
    """How an error is told."""
    unreachable = error.blame is Blame.WORLD
    status = 504 if isinstance(error, TimeoutError) else 503 if unreachable else 422
    for kind, its in _STATUS.items():
        if isinstance(error, kind):
            status = its
            break
    return Problem(
        status=status,
        kind=type(error).__name__,
        message=error.message,
        field=getattr(error, "field", "") or getattr(error, "where", "") or "",
        remedy=error.remedy,
        response_code=error.response_code,
        timed_out=isinstance(error, TimeoutError),
        unreachable=unreachable,
    )

"""Service Requests: asking as a User of the demonstration, and waiting for all that a request causes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from inspect import signature
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from gbsmart.assembly.control.model import Asked, EuiText, Operation, Told
from gbsmart.assembly.control.waiting import Progress, progress_of, wait_for
from gbsmart.assembly.reading import plain, read_meter
from gbsmart.dcc import RequestKey
from gbsmart.duis import parse_xml
from gbsmart.ground import NEVER, NOW, Eui64, InvalidValue, NotFound
from gbsmart.user import AsyncUser, Delivery

if TYPE_CHECKING:
    from gbsmart.assembly.system import System

_Seconds = Annotated[float, Field(ge=0, le=300, description="of real time: how long to wait at most")]


class Reading(Asked):
    """What is to be read; by default the first home's import registers."""

    device: EuiText | None = None
    variant: Annotated[str, Field(max_length=40)] = "4.1.1"


class Report(Told):
    """A request end to end, as ``gbsmart read --json`` tells it."""

    request_id: str
    variant: str
    device: str
    steps: list[dict[str, Any]]
    response_code: str
    gbcs: dict[str, str]
    values: dict[str, Any]


class Sending(Asked):
    """A Service Request to be sent.

    ``fields`` are those of the body by their names, moments in ISO 8601 (or ``now``, ``never``); ``body``
    is the body's XML element instead.
    """

    variant: Annotated[str, Field(max_length=60, description="4.1.1, or the element in its body")]
    device: EuiText | None = None
    user: Annotated[EuiText | None, Field(description="as whom; by default the supplier")] = None
    fields: dict[str, Any] = Field(default_factory=dict)
    body: Annotated[str, Field(max_length=500_000)] = ""
    delivery: Delivery = Delivery.WAN
    wait: Annotated[
        bool, Field(description="whether to wait for the answer and read it; else see requests wait")
    ] = True
    seconds: _Seconds = 30.0


class Sent(Told):
    """A request that the DCC has acknowledged, and its answer where it was waited for."""

    request_id: str
    acknowledgement_code: str
    response_code: str = ""
    values: dict[str, Any] = Field(default_factory=dict)
    alerts: list[dict[str, Any]] = Field(default_factory=list)


class Awaiting(Asked):
    """A request by its RequestID, and how long to wait for what is missing."""

    request_id: Annotated[str, Field(max_length=80, description="originator:target:counter")]
    seconds: _Seconds = 30.0


class Looking(Asked):
    """A request by its RequestID."""

    request_id: Annotated[str, Field(max_length=80, description="originator:target:counter")]


async def read(system: System, asked: Reading) -> Report:
    """Read a meter as the demonstration's User, and tell the whole way."""
    report = await read_meter(system, asked.device or _first_meter(system), asked.variant)
    return Report.model_validate(report)


def _first_meter(system: System) -> Eui64:
    if not system.street_plan:
        raise NotFound("there is no home to read", remedy="Add one.")
    return system.street_plan[0].esme


async def send(system: System, asked: Sending) -> Sent:
    """Send a request as a User, sign what is to be signed, and read the answer."""
    user = _user(system, asked.user)
    content = parse_xml(asked.body.encode()) if asked.body else None
    if content is not None and asked.fields:
        raise InvalidValue("give fields or a body, not both", field="body")
    given = {name: domain_value(value) for name, value in asked.fields.items()}
    if stray := given.keys() & _NO_FIELDS:
        raise InvalidValue("it is no field of a body", field=f"fields.{min(stray)}")
    request = user.draft(asked.variant, asked.device, delivery=asked.delivery, content=content, **given)
    exchange = await user.send(request, delivery=asked.delivery)
    told = Sent(
        request_id=str(request.request_id),
        acknowledgement_code=exchange.acknowledgement.response_code,
    )
    if not asked.wait:
        return told
    answer = await user.answer(exchange, wait=timedelta(seconds=asked.seconds * max(system.clock.speed, 1)))
    values = {name: plain(value) for name, value in answer.values.items()}
    alerts = [plain(each.values) for each in answer.alerts]
    return told.model_copy(update={"response_code": answer.response_code, "values": values, "alerts": alerts})


_NO_FIELDS = frozenset(signature(AsyncUser.draft).parameters) - {"fields"}
"""What a draft is told beside the fields of its body."""


def _user(system: System, wanted: Eui64 | None) -> AsyncUser:
    if wanted is None:
        return system.demonstrator
    if wanted not in system.users:
        held = ", ".join(map(str, system.users)) or "none"
        raise NotFound(f"the keys of User {wanted} are not here", remedy=f"There are those of {held}.")
    return system.users[wanted]


def domain_value(value: Any) -> Any:
    """A JSON value as the domain has it: moments, days, times and EUI-64s are texts in JSON, numbers keys.

    ``hex:`` begins octets.
    """
    if isinstance(value, dict):
        numbered = all(NUMBER.fullmatch(key) for key in value)
        return {int(key) if numbered else key: domain_value(each) for key, each in value.items()}
    if isinstance(value, list):
        return tuple(map(domain_value, value))
    return _of_text(value) if isinstance(value, str) else value


NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


def _of_text(text: str) -> Any:
    if text.startswith("hex:"):
        try:
            return bytes.fromhex(text[4:])
        except ValueError:
            raise InvalidValue(f"{text!r} is not hex", field="fields") from None
    if text in ("now", "never"):
        return NOW if text == "now" else NEVER
    for read in (_moment, date.fromisoformat, _time, Eui64.parse):
        try:
            return read(text)
        except (ValueError, InvalidValue):
            continue
    return text


def _moment(text: str) -> datetime:
    if "T" not in text:
        raise ValueError(text)
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _time(text: str) -> time:
    if ":" not in text:
        raise ValueError(text)
    found = time.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


async def wait(system: System, asked: Awaiting) -> Progress:
    """Wait until all that a request causes has been delivered, at most so long; what came so far."""
    return await wait_for(system.store, RequestKey.parse(asked.request_id), asked.seconds)


async def look(system: System, asked: Looking) -> Progress:
    """What a request has caused so far."""
    return await progress_of(system.store, RequestKey.parse(asked.request_id))


_REQUEST = "/requests/{request_id}"
OPERATIONS = (
    Operation("read", "POST", "/read", "Read a meter, and tell the whole way.", Reading, Report, read),
    Operation("requests send", "POST", "/requests", "Send a Service Request as a User.", Sending, Sent, send),
    Operation("requests show", "GET", _REQUEST, "What a request has caused so far.", Looking, Progress, look),
    Operation(
        "requests wait", "GET", f"{_REQUEST}/wait", "Wait until all that a request causes is delivered.",
        Awaiting, Progress, wait,
    ),
)  # fmt: skip

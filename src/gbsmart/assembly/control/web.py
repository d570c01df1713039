"""The control API over HTTP, beside the console.

It takes JSON only, from this machine only: a page of another site can neither send such a request
without asking first, nor reach it under a name of its own (the host is checked in front of it).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gbsmart.accounts import Passwords, Role
from gbsmart.accounts.web import Reception
from gbsmart.assembly.control.catalogue import operations
from gbsmart.assembly.control.model import BASE, PROBLEM, Asked, Operation, Problem, Told, problem_of
from gbsmart.assembly.control.openapi import description
from gbsmart.ground import GbsmartError, InvalidValue, NotAllowed, NotSignedIn, SystemClock

if TYPE_CHECKING:
    from gbsmart.assembly.system import System

LARGEST = 1 << 20
"""Octets of a body."""
_log = structlog.get_logger(__name__)


def control_routes(system: System) -> list[Route]:
    """A route for each operation, and ``openapi.json``."""
    turn = asyncio.Lock()

    async def describe(_request: Request) -> Response:
        return JSONResponse(description(system.url("Console")))

    by_path: dict[str, dict[str, Operation]] = {}
    for each in operations():
        by_path.setdefault(each.path, {})[each.method] = each
    return [
        Route(f"{BASE}/openapi.json", describe),
        *(
            Route(f"{BASE}{path}", _endpoint(system, turn, each), methods=list(each))
            for path, each in by_path.items()
        ),
        Route(BASE, _nowhere, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        Route(f"{BASE}/{{rest:path}}", _nowhere, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


def _endpoint(
    system: System, turn: asyncio.Lock, by_method: dict[str, Operation]
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        operation = by_method["GET" if request.method == "HEAD" else request.method]
        try:
            if system.settings.only_operators:
                await _check_operator(system, request)
            asked = await _asked(operation, request)
            return JSONResponse((await perform(system, operation, asked, turn)).model_dump(mode="json"))
        except GbsmartError as refused:
            return _refusal(problem_of(refused))
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception:  # noqa: BLE001 the last resort of the interface
            _log.exception("an operation of the control API failed", operation=operation.name)
            message = "this is a defect of gbsmart: its log says more"
            return _refusal(Problem(status=500, kind="Defect", message=message))

    return answer


async def _check_operator(system: System, request: Request) -> None:
    """Where others reach the console, let only the token of an operator's account steer the system."""
    async with system.gate.passing():
        known = await Reception(system.store, SystemClock(), Passwords()).find(request)
    if known is None or known.by_cookie:
        raise NotSignedIn("only operators steer this system", remedy="Send the token of an account.")
    if not known.account.holds(Role.OPERATOR):
        raise NotAllowed(f"{known.account.name} does not act as operator")


async def perform(system: System, operation: Operation, asked: Asked, turn: asyncio.Lock) -> Told:
    """Do an operation under its rules; raises what it raises, and ``Interrupted`` where it is cut off."""
    if operation.alone:
        async with system.alone:  # from its first look on: what one decides by, another may change
            return await operation.do(system, asked)
    async with system.gate.passing(cut=True):
        if not operation.in_turn:
            return await operation.do(system, asked)
        async with turn:
            return await operation.do(system, asked)


async def _nowhere(request: Request) -> Response:
    message = f"there is no operation {request.method} {request.url.path}"
    remedy = f"{BASE}/openapi.json describes them."
    return _refusal(Problem(status=404, kind="NotFound", message=message, remedy=remedy))


def _refusal(problem: Problem) -> Response:
    headers = {"Retry-After": "1"} if problem.status == 503 else None
    return JSONResponse(problem.model_dump(mode="json"), problem.status, headers, media_type=PROBLEM)


async def _asked(operation: Operation, request: Request) -> Asked:
    if operation.has_body:
        given = await _body(request)
        if stray := given.keys() & request.path_params.keys():
            raise InvalidValue("it stands in the path", field=min(stray))
    else:
        given = dict(request.query_params)
    return read_asked(operation, {**given, **request.path_params})


def read_asked(operation: Operation, given: dict[str, Any]) -> Asked:
    """The values of an operation; raises :class:`InvalidValue` naming the first that is wrong.

    A value that it does not take comes first: it is why another is missing.
    """
    try:
        return operation.takes.model_validate(given)
    except ValidationError as wrong:
        found = wrong.errors(include_url=False)
        first = next((each for each in found if each["type"] == "extra_forbidden"), found[0])
        field = ".".join(map(str, first["loc"])) or "body"
        raise InvalidValue(_reason(first), field=field, remedy=_remedy(operation, first["type"])) from None


def _reason(found: ErrorDetails) -> str:
    """What is wrong with a value, in the words of whoever read it."""
    if found["type"] == "extra_forbidden":
        return "it does not take this"
    if found["type"] == "missing":
        return "it is missing"
    own = found.get("ctx", {}).get("error")
    return str(own) if isinstance(own, ValueError) else found["msg"]


def _remedy(operation: Operation, kind: str) -> str:
    if kind not in ("extra_forbidden", "missing"):
        return ""
    names = ", ".join(operation.takes.model_fields)
    return f"{operation.name} takes {names}." if names else f"{operation.name} takes nothing."


async def _body(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise InvalidValue("send application/json", field="content-type")
    octets = bytearray()
    async for chunk in request.stream():
        octets += chunk
        if len(octets) > LARGEST:
            raise InvalidValue(f"the body is larger than {LARGEST} octets", field="body")
    if not octets.strip():
        return {}
    try:
        given = json.loads(octets)
        json.dumps(given, ensure_ascii=False).encode()  # JSON can spell half a character: no text holds it
    except (ValueError, RecursionError):
        raise InvalidValue("the body is not JSON", field="body") from None
    if not isinstance(given, dict):
        raise InvalidValue("the body is no JSON object", field="body")
    return given

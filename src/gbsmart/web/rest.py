"""Interfaces for programs, from declared operations: routes, refusals, and their OpenAPI 3.1 description.

An operation says what it takes (a pydantic model, whose values stand in the path, in the query of a GET or
DELETE, or else in the JSON body) and what it gives (any type that pydantic can describe and
:func:`~gbsmart.web.as_json` can write). Refusals are problem documents in the manner of RFC 9457.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gbsmart import __version__
from gbsmart.ground import (
    Blame,
    GbsmartError,
    InvalidValue,
    MalformedMessage,
    NotAllowed,
    NotFound,
    NotSignedIn,
)
from gbsmart.web.form import read_octets, refuse_nul
from gbsmart.web.json_twin import as_json
from gbsmart.web.parts import Parts, read_parts

PROBLEM = "application/problem+json"
LARGEST = 1 << 20
"""Octets of a body, unless an interface says otherwise."""
AGAIN_AFTER = "5"
"""Seconds after which to ask again what could not be done for a reason that passes."""
_REFERENCE = "#/components/schemas/{model}"
_log = structlog.get_logger(__name__)


class Takes(BaseModel):
    """What an operation takes, each value by its name; nothing else is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that an interface does.

    ``do`` gets the values and the request, in a thread of its own, and gives a value of ``gives``, or a
    :class:`~starlette.responses.Response` where ``media_type`` is not JSON. ``guard`` is asked before the
    body is read, and raises for whoever may not act. Where ``form`` is given, a form may be sent for the JSON
    body: it reads the values from there. ``refined`` are schemas of values that the model leaves open.
    """

    id: str
    method: str
    path: str
    summary: str
    takes: type[Takes]
    gives: Any
    do: Callable[[Any, Request], Any]
    status: int = 200
    media_type: str = "application/json"
    guard: Callable[[Request], Any] | None = None
    form: Callable[[Parts], dict[str, Any]] | None = None
    refined: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_body(self) -> bool:
        """Whether what is not in the path is in the body."""
        return self.method not in ("GET", "DELETE")

    def in_path(self) -> frozenset[str]:
        """The values that stand in the path."""
        return frozenset(name for name in self.takes.model_fields if f"{{{name}}}" in self.path)


@dataclass(frozen=True, slots=True)
class Interface:
    """Operations under one address, such as ``/code/v1/consultations``.

    ``statuses`` are the HTTP statuses of the wing's own errors, the first that fits counts; ``schemas`` what
    its operations' own schemas refer to.
    """

    base: str
    title: str
    text: str
    operations: tuple[Operation, ...]
    statuses: Mapping[type[GbsmartError], int]
    largest: int = LARGEST
    schemas: Mapping[str, Any] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        """A route for each path, and ``openapi.json``."""

        async def describe(_request: Request) -> Response:
            return JSONResponse(description(self))

        by_path: dict[str, dict[str, Operation]] = {}
        for each in self.operations:
            by_path.setdefault(each.path, {})[each.method] = each
        return [
            Route(f"{self.base}/openapi.json", describe),
            *(
                Route(f"{self.base}{path}", self._endpoint(methods), methods=list(methods))
                for path, methods in by_path.items()
            ),
        ]

    def _endpoint(self, by_method: dict[str, Operation]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            operation = by_method["GET" if request.method == "HEAD" else request.method]
            try:
                if operation.guard is not None:
                    operation.guard(request)
                asked = await _asked(operation, request, self.largest)
                given = await asyncio.to_thread(operation.do, asked, request)
                return (
                    given if isinstance(given, Response) else JSONResponse(as_json(given), operation.status)
                )
            except GbsmartError as refused:
                return self.refusal(refused)
            except ClientDisconnect:
                return Response(status_code=400)
            except Exception:  # noqa: BLE001 the last resort of the interface
                _log.exception("an operation failed", operation=operation.id)
                problem = {
                    "status": 500,
                    "kind": "Defect",
                    "message": "this is a defect of gbsmart: its log says more",
                }
                return JSONResponse(problem, 500, media_type=PROBLEM)

        return answer

    def refusal(self, error: GbsmartError) -> Response:
        """How an error is told."""
        status = next(
            (code for kind, code in {**self.statuses, **_STATUS}.items() if isinstance(error, kind)),
            503 if error.blame is Blame.WORLD else 422,
        )
        problem = {
            "status": status, "kind": type(error).__name__, "message": error.message,
            "field": getattr(error, "field", "") or getattr(error, "where", "") or "", "remedy": error.remedy,
        }  # fmt: skip
        return JSONResponse(problem, status, headers_of(status), media_type=PROBLEM)


def headers_of(status: int) -> dict[str, str]:
    """What goes out with a refusal of this status besides what is wrong."""
    return {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": AGAIN_AFTER}}.get(status, {})


_STATUS: Mapping[type[GbsmartError], int] = {
    NotFound: 404,
    NotSignedIn: 401,
    NotAllowed: 403,
    InvalidValue: 422,
    MalformedMessage: 422,
}


async def _asked(operation: Operation, request: Request, largest: int) -> Takes:
    given = dict(request.query_params)
    if operation.has_body:
        given = await _body(operation, request, largest)
    if stray := given.keys() & request.path_params.keys():
        raise InvalidValue("it stands in the path", field=min(stray))
    refuse_nul({**given, **request.path_params}, "body" if operation.has_body else "query")
    try:
        return operation.takes.model_validate({**given, **request.path_params})
    except ValidationError as wrong:
        found = wrong.errors(include_url=False)
        first = next((each for each in found if each["type"] == "extra_forbidden"), found[0])
        field = ".".join(map(str, first["loc"])) or "body"
        raise InvalidValue(_reason(first), field=field) from None


def _reason(found: ErrorDetails) -> str:
    named = {"extra_forbidden": "this is not taken here", "missing": "it is missing"}
    return named.get(found["type"], found["msg"])


async def _body(operation: Operation, request: Request, largest: int) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if operation.form is not None and kind == "multipart/form-data":
        return operation.form(await read_parts(request, largest))
    if kind != "application/json":
        raise InvalidValue("send application/json", field="content-type")
    octets = await read_octets(request, largest, "body")
    try:
        given = json.loads(octets or b"{}")
        json.dumps(given, ensure_ascii=False).encode()  # JSON can spell half a character: no text holds it
    except (ValueError, RecursionError):
        raise InvalidValue("the body is not JSON", field="body") from None
    if not isinstance(given, dict):
        raise InvalidValue("the body is no JSON object", field="body")
    return given


def description(interface: Interface) -> dict[str, Any]:
    """The OpenAPI 3.1 description of an interface."""
    schemas, shared = _schemas(interface.operations)
    paths: dict[str, dict[str, Any]] = {}
    for each in interface.operations:
        paths.setdefault(f"{interface.base}{each.path}", {})[each.method.lower()] = _described(each, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": interface.title, "version": __version__, "description": interface.text},
        "paths": paths,
        "components": {
            "schemas": {**shared, **interface.schemas, "Problem": _PROBLEM_SCHEMA},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


_PROBLEM_SCHEMA = {
    "type": "object",
    "description": "Why an operation did not happen.",
    "properties": {
        "status": {"type": "integer"},
        **{name: {"type": "string"} for name in ("kind", "message", "field", "remedy")},
    },
    "required": ["status", "kind", "message"],
}


def _schemas(operations: Sequence[Operation]) -> tuple[dict[Any, Any], dict[str, Any]]:
    wanted: list[Any] = []
    for each in operations:
        wanted.append((f"{each.id} takes", "validation", TypeAdapter(each.takes)))
        if each.gives is not None:
            wanted.append((f"{each.id} gives", "serialization", TypeAdapter(each.gives)))
    found, whole = TypeAdapter.json_schemas(wanted, ref_template=_REFERENCE)
    return {key: schema for (key, _), schema in found.items()}, whole.get("$defs", {})


def _described(operation: Operation, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    in_path, fields = operation.in_path(), operation.takes.model_json_schema(ref_template=_REFERENCE)
    required = fields.get("required", ())
    parameters = [
        {
            "name": name,
            "in": "path" if name in in_path else "query",
            "required": name in in_path or name in required,
            "schema": schema,
        }
        for name, schema in fields.get("properties", {}).items()
        if name in in_path or not operation.has_body
    ]
    given = {} if operation.gives is None else {"schema": schemas[f"{operation.id} gives"]}
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        **({"parameters": parameters} if parameters else {}),
        **({"security": [{"token": []}]} if operation.guard else {}),
        "responses": {
            str(operation.status): {
                "description": operation.summary, "content": {operation.media_type: given},
            },
            "default": {
                "description": "Why it did not happen.",
                "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
    }  # fmt: skip
    if operation.has_body:
        described["requestBody"] = _body_schema(operation)
    return described


def _body_schema(operation: Operation) -> dict[str, Any]:
    """The values that are not in the path; what they are made of stands with the other schemas."""
    whole = operation.takes.model_json_schema(ref_template=_REFERENCE)
    in_path = operation.in_path()
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            name: operation.refined.get(name, each)
            for name, each in whole.get("properties", {}).items()
            if name not in in_path
        },
        "required": [name for name in whole.get("required", ()) if name not in in_path],
        "additionalProperties": False,
    }
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    if operation.form is not None:
        content["multipart/form-data"] = {"schema": {"type": "object"}}
    return {"required": bool(schema["required"]), "content": content}

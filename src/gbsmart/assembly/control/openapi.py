"""The OpenAPI 3.1 description of the control API, made from the declared operations."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from gbsmart import __version__
from gbsmart.assembly.control.catalogue import operations
from gbsmart.assembly.control.model import BASE, PROBLEM, Operation, Problem

_REFERENCE = "#/components/schemas/{model}"


class _Schemas:
    """The schemas of every model, and how each is referred to: two models may have one name."""

    def __init__(self) -> None:
        wanted: list[tuple[type, Any]] = [(Problem, "serialization")]
        for each in operations():
            wanted += [(each.takes, "validation"), (each.gives, "serialization")]
        found, whole = models_json_schema(list(dict.fromkeys(wanted)), ref_template=_REFERENCE)
        self._found: Any = found
        self.definitions: dict[str, Any] = whole["$defs"]

    def reference(self, model: type, mode: str) -> dict[str, str]:
        """A reference to a model's schema."""
        referred: dict[str, str] = self._found[model, mode]
        return referred

    def of(self, model: type, mode: str) -> dict[str, Any]:
        """A model's schema itself."""
        schema: dict[str, Any] = self.definitions[self.reference(model, mode)["$ref"].rpartition("/")[2]]
        return schema


def description(server: str = "") -> dict[str, Any]:
    """The description; ``server`` is the address under which the API is reached."""
    schemas = _Schemas()
    paths: dict[str, dict[str, Any]] = {}
    for each in operations():
        paths.setdefault(f"{BASE}{each.path}", {})[each.method.lower()] = _described(each, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Control of gbsmart",
            "version": __version__,
            "description": "Resets, steers and asks a running system. Only this machine reaches it.",
        },
        **({"servers": [{"url": server}]} if server else {}),
        "paths": paths,
        "components": {"schemas": schemas.definitions},
    }


def _described(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    in_path = operation.in_path()
    fields = schemas.of(operation.takes, "validation")
    parameters = [
        {
            "name": name,
            "in": "path" if name in in_path else "query",
            "required": name in in_path or name in fields.get("required", ()),
            "schema": schema,
            **({"description": schema["description"]} if "description" in schema else {}),
        }
        for name, schema in fields.get("properties", {}).items()
        if name in in_path or not operation.has_body
    ]
    answer = schemas.reference(operation.gives, "serialization")
    problem = schemas.reference(Problem, "serialization")
    return {
        "operationId": operation.id,
        "tags": [operation.name.partition(" ")[0]],
        "summary": operation.summary,
        **({"parameters": parameters} if parameters else {}),
        **({"requestBody": _body(operation, schemas)} if operation.has_body else {}),
        "responses": {
            "200": _content(operation.summary, "application/json", answer),
            "default": _content("Why it did not happen.", PROBLEM, problem),
        },
    }


def _body(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    """The body: the values that are not in the path; an empty object is enough where none is needed."""
    in_path, fields = operation.in_path(), schemas.of(operation.takes, "validation")
    required = [name for name in fields.get("required", ()) if name not in in_path]
    schema: dict[str, Any] = dict(schemas.reference(operation.takes, "validation"))
    if in_path:
        properties = {n: s for n, s in fields.get("properties", {}).items() if n not in in_path}
        schema = {"type": "object", "properties": properties, "additionalProperties": False}
        if required:
            schema["required"] = required
    return {"required": bool(required), "content": {"application/json": {"schema": schema}}}


def _content(text: str, media_type: str, schema: dict[str, str]) -> dict[str, Any]:
    return {"description": text, "content": {media_type: {"schema": schema}}}

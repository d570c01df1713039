"""JSON Schemas of what the acts of declared procedures take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gbsmart.procedures.declaration import Act, Field, Kind, Procedures
from gbsmart.procedures.fields import LONGEST, LONGEST_TEXT

Schema = Mapping[str, Any]
_TEXT: Schema = {"type": "string", "maxLength": LONGEST_TEXT}
_SCHEMAS: Mapping[Kind, Schema] = {
    Kind.TEXT: _TEXT,
    Kind.LONG_TEXT: {"type": "string", "maxLength": LONGEST},
    Kind.CHOICE: {"type": "string"},
    Kind.CHOICES: {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
    Kind.YES_NO: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
    Kind.NUMBER: {"type": "integer"},
    Kind.MONEY: {"type": "string", "pattern": r"^\d+(\.\d{1,2})?$"},
    Kind.LINES: {"type": "array", "items": _TEXT},
    Kind.CASE: _TEXT,
}


def schema_of_field(each: Field) -> Schema:
    """What may be given for a field."""
    schema: dict[str, Any] = {"title": each.title, **_SCHEMAS[each.kind]}
    if each.help:
        schema["description"] = each.help
    if each.kind is Kind.CHOICE:
        schema["enum"] = list(each.choices)
    if each.kind is Kind.CHOICES:
        schema["items"] = {"type": "string", "enum": list(each.choices)}
    if each.kind is Kind.NUMBER:
        bounds = {"minimum": each.least, "maximum": each.most}
        schema |= {name: bound for name, bound in bounds.items() if bound is not None}
    return schema


def schema_of_act(act: Act, title: str) -> Schema:
    """What may be given with an act."""
    return {
        "title": title,
        "type": "object",
        "properties": {each.name: schema_of_field(each) for each in act.takes},
        "required": [each.name for each in act.takes if each.required and each.kind is not Kind.YES_NO],
        "additionalProperties": False,
    }


def schemas_of(procedures: Procedures) -> dict[str, Schema]:
    """Those of every act, by ``procedure.act``."""
    return {
        f"{procedure.name}.{act.name}": schema_of_act(act, f"{procedure.title}: {act.title}")
        for procedure in procedures.values()
        for act in (procedure.opening, *procedure.acts)
    }


def one_of(names: list[str]) -> Schema:
    """Any of those named."""
    return {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in names]} if names else {}

"""``gbsmart control``: a command for each operation of the control API, made from its declaration."""

from __future__ import annotations

import asyncio
import inspect
import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import typer
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from gbsmart.assembly.console_option import HERE, Console
from gbsmart.assembly.control.catalogue import operations
from gbsmart.assembly.control.client import call
from gbsmart.assembly.control.model import Operation
from gbsmart.assembly.secret_option import secret
from gbsmart.ground import InvalidValue


def _command(operation: Operation) -> Callable[..., None]:
    """A function that Typer makes a command of: values of the path are arguments, others options."""
    fields = operation.takes.model_fields
    in_path = operation.in_path()

    def run(console: str, **given: Any) -> None:
        secrets = {name: secret(name, given.pop(name)) for name in fields if _is_secret(fields[name])}
        told = {name: _given(fields[name], name, value) for name, value in given.items() if value is not None}
        told.update(secrets)
        answer = asyncio.run(call(console, operation.name, told))
        sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")

    parameters = [_parameter(name, fields[name], name in in_path) for name in fields]
    parameters.append(_keyword("console", Console, HERE))
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    run.__doc__ = operation.summary
    return run


def _parameter(name: str, field: FieldInfo, in_path: bool) -> inspect.Parameter:
    said = field.description or None
    kind = _kind(field.annotation)
    if in_path:
        return _keyword(name, Annotated[str, typer.Argument(help=said)], inspect.Parameter.empty)
    option = f"--{name.replace('_', '-')}"
    if _is_secret(field):
        there = f"Read from here: {said} (-: standard input); else it is asked."
        read = typer.Option(f"{option}-file", metavar="FILE", help=there)
        return _keyword(name, Annotated[str | None, read], None)
    if field.is_required():
        return _keyword(name, Annotated[kind, typer.Option(option, help=said)], inspect.Parameter.empty)
    if kind is bool:
        return _keyword(name, Annotated[bool | None, typer.Option(help=said)], None)
    if _is_object(field):
        return _keyword(name, Annotated[str | None, typer.Option(option, metavar="JSON", help=said)], None)
    default = f"  [default: {_written(field.default)}]" if field.default not in (None, "") else ""
    return _keyword(name, Annotated[kind | None, typer.Option(option, help=f"{said or ''}{default}")], None)


def _keyword(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _kind(annotation: Any) -> Any:
    """What the command line reads a value as; what it has no words for is JSON, or a text."""
    choices = [each for each in get_args(annotation) if each is not NoneType]
    if get_origin(annotation) in (Union, UnionType) and len(choices) == 1:
        return _kind(choices[0])
    return annotation if annotation in (bool, int, float) else str


def _given(field: FieldInfo, name: str, value: Any) -> Any:
    """A value as the body has it: what is an object there is written as JSON."""
    if not _is_object(field):
        return value
    try:
        return json.loads(value)
    except ValueError:
        remedy = f"""Write an object, in quotation marks for the shell: --{name} '{{"name": "value"}}'."""
        raise InvalidValue("is not JSON", field=name, remedy=remedy) from None


def _is_secret(field: FieldInfo) -> bool:
    return field.annotation is SecretStr


def _is_object(field: FieldInfo) -> bool:
    plain = field.annotation
    choices = [each for each in get_args(plain) if each is not NoneType]
    if get_origin(plain) in (Union, UnionType) and len(choices) == 1:
        plain = choices[0]
    return get_origin(plain) is dict or plain is dict


def _written(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, datetime | timedelta) else value


def _app() -> typer.Typer:
    """``gbsmart control GROUP VERB``, and those that are one word."""
    root = typer.Typer(
        add_completion=False, rich_markup_mode=None, no_args_is_help=True,
        help="Reset, steer and ask a running system (gbsmart up).",
    )  # fmt: skip
    groups: dict[str, typer.Typer] = {}
    verbs: dict[str, list[str]] = {}
    for each in operations():
        group, _, verb = each.name.partition(" ")
        verbs.setdefault(group, []).append(verb)
    for each in operations():
        group, _, verb = each.name.partition(" ")
        if verb and group not in groups:
            groups[group] = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
            root.add_typer(groups[group], name=group, help=f"{', '.join(verbs[group]).capitalize()}.")
        app = groups[group] if verb else root
        app.command(verb or group, help=each.summary)(_command(each))
    return root


app = _app()

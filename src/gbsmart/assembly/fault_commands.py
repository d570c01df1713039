"""``gbsmart faults``: switch faults of a running system on and off, and see what they have struck."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Annotated, Any

import typer

from gbsmart.assembly.console_option import HERE, Console
from gbsmart.assembly.control.client import call
from gbsmart.ground.fault import read_switch

app = typer.Typer(
    add_completion=False, rich_markup_mode=None, no_args_is_help=True,
    help="Switch faults of a running system (gbsmart up) on and off.",
)  # fmt: skip

_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_faults(
    name: Annotated[str | None, typer.Argument(help="Only this fault, with what it may be told.")] = None,
    console: Console = HERE,
    as_json: _Json = False,
) -> None:
    """Every fault with its counters, and what is on."""
    found = _call(console, "faults list")
    if name is not None:
        found["faults"] = [each for each in found["faults"] if each["name"] == name]
        found["on"] = [each for each in found["on"] if each["fault"] == name]
        if not found["faults"]:
            raise typer.BadParameter(f"there is no fault {name!r} here")
    if as_json:
        _print_json(found)
        return
    for each in found["faults"]:
        typer.echo(f"{each['name']:<26}{each['where']:<16}met {each['met']}, struck {each['hits']}")
        if name is not None:
            _describe(each)
    typer.echo("\nOn:" if found["on"] else "\nNothing is on.")
    for switch in found["on"]:
        typer.echo(_line(switch))


@app.command("on")
def switch_on(
    fault: Annotated[str, typer.Argument(metavar="NAME[:PARAM=VALUE,...]", help="The fault.")],
    console: Console = HERE,
    as_json: _Json = False,
) -> None:
    """Switch a fault on."""
    name, given = read_switch(fault)
    switch = _call(console, "faults on", {"fault": name, "given": given})
    if as_json:
        _print_json(switch)
    else:
        typer.echo(_line(switch))


@app.command("off")
def switch_off(
    fault: Annotated[str, typer.Argument(metavar="NAME|NUMBER", help="A fault, or one switch of it.")],
    console: Console = HERE,
    as_json: _Json = False,
) -> None:
    """Switch a fault off, wherever it is on; or one switch by its number."""
    _say(_call(console, "faults off", {"fault": fault}), as_json=as_json)


@app.command("clear")
def clear(console: Console = HERE, as_json: _Json = False) -> None:
    """Switch everything off; forget counters and hits, so that the same seed gives the same again."""
    _say(_call(console, "faults clear"), as_json=as_json)


@app.command("hits")
def hits(
    limit: Annotated[int, typer.Option(help="How many, the newest.")] = 20,
    console: Console = HERE,
    as_json: _Json = False,
) -> None:
    """What faults have struck, newest first."""
    found = _call(console, "faults hits", {"limit": limit})
    if as_json:
        _print_json(found)
        return
    for hit in found["hits"]:
        where = " ".join(f"{key}={value}" for key, value in hit["where"].items())
        typer.echo(f"{hit['at'][:19]}  {hit['fault']:<24}{hit['about']}  {where}  {hit['detail']}".rstrip())
    if not found["hits"]:
        typer.echo("Nothing has been struck.")


def _call(console: str, operation: str, given: dict[str, Any] | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = asyncio.run(call(console, operation, given or {}))
    return answer


def _describe(fault: dict[str, Any]) -> None:
    typer.echo(f"  {fault['effect']}")
    for each in fault["settings"]:
        default = f"  [default: {each['default']}]" if each["default"] else ""
        typer.echo(f"  {each['name']:<14}{each['range']:<34}{each['meaning']}{default}")


def _line(switch: dict[str, Any]) -> str:
    told = ",".join(f"{key}={value}" for key, value in switch["given"].items())
    over = "  (over)" if switch["over"] else ""
    name = switch["fault"] + (f":{told}" if told else "")
    return f"  {switch['number']}  {name}  met {switch['met']}, struck {switch['hits']}{over}"


def _say(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        _print_json(found)
        return
    typer.echo("On:" if found["on"] else "Nothing is on.")
    for switch in found["on"]:
        typer.echo(_line(switch))


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")

"""``gbsmart up``, ``gbsmart street`` and ``gbsmart read``."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
import tempfile
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gbsmart.assembly.console_option import HERE, Console
from gbsmart.ground import Eui64

if TYPE_CHECKING:
    from gbsmart.assembly.settings import Settings

_OPTION = typer.Option


# Options that several commands share. ... | None because Typer reads it at run time.
_Host = Annotated[str | None, _OPTION(help="Address to bind.  [default: 127.0.0.1]")]
_Keys = Annotated[Path | None, _OPTION(help="External key set: a folder or a JSON file.")]
_KeyFolder = Annotated[
    Path | None,
    _OPTION(help="The system's own keys; a DCC and its street share them.  [default: in the data folder]"),
]
_Homes = Annotated[int | None, _OPTION(help="How many emulated homes.  [default: 1]")]
_Seed = Annotated[int | None, _OPTION(help="What makes these homes these homes.  [default: 1]")]
_Clock = Annotated[datetime | None, _OPTION(help="Start the clock here (UTC).")]
_Speed = Annotated[float | None, _OPTION(help="How much faster the clock runs.  [default: 1]")]
_WakeInterval = Annotated[
    float | None,
    _OPTION(help="Seconds between a gas meter's wake-ups.  [default: 2; real: 1800]"),
]
_Fault = Annotated[
    list[str] | None,
    _OPTION(metavar="NAME[:PARAM=VALUE,...]", help="Switch a fault on from the start. May be repeated."),
]
_Format = Annotated[str | None, _OPTION(help="How log lines are written: text or json.  [default: text]")]
_Level = Annotated[
    str | None,
    _OPTION(help="From which weight on: debug, info, warning, error.  [default: warning]"),
]
_InsecureLab = Annotated[
    bool, _OPTION("--insecure-lab", help="Allow an address that other machines can reach.")
]


def up(
    data: Annotated[Path | None, _OPTION(help="Folder for databases and keys.  [default: .gbsmart]")] = None,
    database: Annotated[str | None, _OPTION(help="Database URL of the DCC.  [default: SQLite]")] = None,
    host: _Host = None,
    console_host: Annotated[
        str | None, _OPTION(help="Address of the console alone; others then sign in to act.")
    ] = None,
    dcc_port: Annotated[int | None, _OPTION(help="The DCC's web services.  [default: 8079]")] = None,
    repository_port: Annotated[int | None, _OPTION(help="SMKI repository.  [default: 8083]")] = None,
    console_port: Annotated[int | None, _OPTION(help="The console.  [default: 8080]")] = None,
    user_port: Annotated[
        int | None,
        _OPTION(help="Where the DCC delivers to the demonstration's Users.  [default: 8081]"),
    ] = None,
    keys: _Keys = None,
    key_folder: _KeyFolder = None,
    street: Annotated[
        str | None,
        _OPTION(metavar="HOST:PORT", help="Reach the homes of a `gbsmart street` there; have none here."),
    ] = None,
    schema: Annotated[Path | None, _OPTION(help="Folder with the official XML schemas.")] = None,
    homes: _Homes = None,
    seed: _Seed = None,
    clock: _Clock = None,
    speed: _Speed = None,
    wake_interval: _WakeInterval = None,
    response_wait: Annotated[
        float | None,
        _OPTION(help="Seconds to wait for a device before N13.  [default: 5; real: 3600]"),
    ] = None,
    receive: Annotated[
        list[str] | None,
        _OPTION(metavar="EUI-64=URL", help="Deliver a User's messages here. May be repeated."),
    ] = None,
    fault: _Fault = None,
    users: Annotated[
        Path | None, _OPTION(help="Which Users there are, and how each is spoken to: a TOML file.")
    ] = None,
    insecure_lab: _InsecureLab = False,
    log_format: _Format = None,
    log_level: _Level = None,
    traces: Annotated[
        bool, _OPTION("--traces", help="Send traces of requests by OTLP; needs gbsmart[otel].")
    ] = False,
    demonstration: Annotated[
        bool, _OPTION(help="Show one reading and three failures before serving.")
    ] = True,
    as_json: Annotated[bool, _OPTION("--json", help="Print the addresses as one JSON object.")] = False,
) -> None:
    """Start everything and keep serving: homes, hubs, the DCC, registers, repository, console.

    Everything is kept in the data folder; starting again goes on where it stopped. Ctrl-C stops.

    With --street the homes and hubs are those of `gbsmart street` in another process. Give both the same
    --homes, --clock and key folder; either may be stopped, killed and started again at any time.
    """
    from gbsmart.assembly.settings import settings_of

    given = {
        "data": data, "database": database, "host": host,
        "console_host": console_host, "dcc_port": dcc_port,
        "repository_port": repository_port, "console_port": console_port, "user_port": user_port,
        "keys": keys, "key_folder": key_folder, "street": street, "schema_folder": schema,
        "homes": homes, "seed": seed, "clock_start": clock,
        "clock_speed": speed, "wake_interval": wake_interval, "response_wait": response_wait,
        "receive": receive or None, "users": users, "fault": fault or None,
        "insecure_lab": insecure_lab or None,
        "log_format": log_format, "log_level": log_level, "traces": traces or None,
    }  # fmt: skip
    settings = settings_of(given)
    _run(settings, _up(settings, demonstration=demonstration and not as_json, as_json=as_json))


def street(
    data: Annotated[Path | None, _OPTION(help="Folder for the homes and keys.  [default: .gbsmart]")] = None,
    host: _Host = None,
    port: Annotated[int | None, _OPTION(help="Where to wait for the DCC.  [default: 8084]")] = None,
    keys: _Keys = None,
    key_folder: _KeyFolder = None,
    homes: _Homes = None,
    seed: _Seed = None,
    clock: _Clock = None,
    speed: _Speed = None,
    wake_interval: _WakeInterval = None,
    fault: _Fault = None,
    insecure_lab: _InsecureLab = False,
    log_format: _Format = None,
    log_level: _Level = None,
    as_json: Annotated[bool, _OPTION("--json", help="Print the address as one JSON object.")] = False,
) -> None:
    """Run homes and hubs only, for a DCC in another process (`gbsmart up --street HOST:PORT`).

    The devices commit in a store of their own in the data folder, and read their keys from the key folder
    that the DCC reads too (with the same data folder, nothing more is needed). Give both the same --homes
    and --clock. Ctrl-C stops.
    """
    from gbsmart.assembly.settings import settings_of

    given = {
        "data": data, "host": host, "street_port": port, "keys": keys, "key_folder": key_folder,
        "homes": homes, "seed": seed, "clock_start": clock, "clock_speed": speed,
        "wake_interval": wake_interval, "fault": fault or None, "insecure_lab": insecure_lab or None,
        "log_format": log_format, "log_level": log_level,
    }  # fmt: skip
    settings = settings_of(given)
    _run(settings, _street(settings, as_json=as_json))


def read(
    device: Annotated[
        str | None, typer.Argument(help="EUI-64 of a meter.  [default: the first ESME]")
    ] = None,
    variant: Annotated[str, _OPTION(help="Service Reference Variant.")] = "4.1.1",
    gas: Annotated[bool, _OPTION("--gas", help="Read the first home's gas meter instead.")] = False,
    console: Console = HERE,
    as_json: Annotated[bool, _OPTION("--json", help="Print one JSON object.")] = False,
) -> None:
    """Read a meter end to end; starts a system of its own, for this once, if none runs.

    Exit code 0 only if the meter answered with its values.
    """
    wanted = str(Eui64.parse(device)) if device else None
    report = asyncio.run(_read(wanted, variant, console, gas=gas))
    if as_json:
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
        return
    from gbsmart.assembly.demonstration import show_reading

    show_reading(report, typer.echo)


def _run(settings: Settings, work: Coroutine[Any, Any, None]) -> None:
    from gbsmart.assembly.logs import start_logging
    from gbsmart.assembly.owner_only import owner_only

    owner_only(settings.data)
    start_logging(settings.log_format, settings.log_level)
    from gbsmart.web.hosting import run_fast  # with a web server, which other commands do without

    run_fast(work)


async def _up(settings: Settings, *, demonstration: bool, as_json: bool) -> None:
    if not settings.traces:
        return await _serve(settings, demonstration=demonstration, as_json=as_json)
    from gbsmart.dcc.tracing import start_tracing

    send_the_rest = start_tracing()
    try:
        await _serve(settings, demonstration=demonstration, as_json=as_json)
    finally:
        await asyncio.to_thread(send_the_rest)


async def _serve(settings: Settings, *, demonstration: bool, as_json: bool) -> None:
    from gbsmart.assembly.demonstration import demonstrate
    from gbsmart.assembly.logs import without_warnings
    from gbsmart.assembly.system import System

    stop = _stop_signal()
    async with System(settings) as system:
        if settings.insecure_lab:
            typer.echo("INSECURE LAB: anyone who reaches these addresses can act as the DCC.", err=True)
        if system.keys.skipped and not as_json:
            typer.echo(f"{len(system.keys.skipped)} files of the key set could not be used:")
            for skipped in system.keys.skipped:
                typer.echo(f"  {skipped}")
        if not as_json:
            _show_ended(system)
        if demonstration:
            if settings.street:
                typer.echo(f"Waiting for the street at {settings.street}.\n")
            with without_warnings():
                await _until(demonstrate(system, typer.echo), stop)
        if as_json:
            addresses = {each.name: each.url for each in system.addresses}
            typer.echo(json.dumps({"addresses": addresses, "data": str(settings.data)}))
        else:
            _show_addresses(system)
        sys.stdout.flush()
        await stop.wait()
        if not as_json:
            typer.echo("Stopping: finishing what was accepted.")


async def _street(settings: Settings, *, as_json: bool) -> None:
    from gbsmart.assembly.street import StreetServer

    stop = _stop_signal()
    async with StreetServer(settings) as server:
        if settings.insecure_lab:
            typer.echo("INSECURE LAB: anyone who reaches this address can act as the DCC.", err=True)
        if as_json:
            typer.echo(json.dumps({"street": server.address, "data": str(settings.data)}))
        else:
            typer.echo(f"{settings.homes} homes wait for a DCC: gbsmart up --street {server.address}")
            typer.echo(f"Data folder: {settings.data.resolve()}\nCtrl-C stops.")
        sys.stdout.flush()
        await stop.wait()


def _stop_signal() -> asyncio.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    return stop


def _show_ended(system: Any) -> None:
    now = system.clock.now()
    ended = [e.certificate for e in system.keys.in_force(system.clock) if not e.certificate.in_force(now)]
    if ended:
        first = min(certificate.not_after for certificate in ended)
        typer.echo(
            f"{len(ended)} certificates of the key set have ended, the first on {first:%Y-%m-%d}; "
            "as it is a test set, they are used all the same.\n"
        )


async def _until(work: Any, stop: asyncio.Event) -> None:
    """Do ``work`` unless told to stop first."""
    doing, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait({doing, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not doing.done():
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)
        return
    await doing


def _show_addresses(system: Any) -> None:
    typer.echo("\nServing:\n")
    for each in system.addresses:
        typer.echo(f"  {each.name:<16} {each.url:<28} {each.purpose}")
    for user, url in system.settings.receive.items():
        typer.echo(f"  {'User, yours':<16} {url:<28} where the DCC delivers to {user}")
    home = system.street_plan[0]
    typer.echo(
        f"\n  First home: CHF {home.chf}  GPF {home.gpf}\n              ESME {home.esme}  GSME {home.gsme}"
    )
    typer.echo(f"  Data folder: {system.settings.data.resolve()}\n\nCtrl-C stops.")


async def _read(device: str | None, variant: str, console: str, *, gas: bool) -> dict[str, Any]:
    running = await _running(console)
    if running is not None:
        meter = device or running["homes"][0]["gsme" if gas else "esme"]
        return await _read_there(console, meter, variant)
    typer.echo(f"Nothing answers at {console}: a system is started for this once.", err=True)
    from gbsmart.assembly.reading import read_meter
    from gbsmart.assembly.settings import FREE_PORTS, settings_of
    from gbsmart.assembly.system import System

    with tempfile.TemporaryDirectory(prefix="gbsmart-") as folder:
        settings = settings_of({"data": folder, "wake_interval": 0.2, **FREE_PORTS})
        async with System(settings) as system:
            first = system.street_plan[0]
            meter = Eui64.parse(device) if device else (first.gsme if gas else first.esme)
            return await read_meter(system, meter, variant)


async def _running(console: str) -> dict[str, Any] | None:
    """What runs at ``console``, or None where nothing of ours answers."""
    from gbsmart.assembly.control.client import Refused, call

    try:
        async with asyncio.timeout(
            20
        ):  # a busy system is one that runs; where none does, it is refused at once
            described: dict[str, Any] = await call(console, "system", {})
    except (Refused, TimeoutError):
        return None
    return described if "gbsmart" in described else None


async def _read_there(console: str, device: str, variant: str) -> dict[str, Any]:
    from gbsmart.assembly.control.client import call

    report: dict[str, Any] = await call(console, "read", {"device": device, "variant": variant})
    return report

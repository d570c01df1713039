"""``gbsmart gbcs utrn``: prepayment top-up numbers, made and checked (GBCS section 14)."""

from __future__ import annotations

from typing import Annotated

import typer

from gbsmart.cli.failure import ExitCode
from gbsmart.cli.options import Json, RequiredKeys, eui, keyring
from gbsmart.cli.output import print_json, print_lines

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Make and check Unique Transaction Reference Numbers (prepayment top-ups).",
)

Supplier = Annotated[str, typer.Option("--supplier", metavar="EUI-64", help="Whose top-up key counts.")]
Device = Annotated[str, typer.Option("--device", metavar="EUI-64", help="The meter.")]


@app.command()
def make(
    value: Annotated[int, typer.Argument(metavar="VALUE", help="Pence, or pounds with --pounds: to 8191.")],
    keys: RequiredKeys,
    supplier: Supplier,
    device: Device,
    counter: Annotated[
        int | None,
        typer.Option(help="The UTRN counter, 32 bits; by default the Unix time in seconds."),
    ] = None,
    pounds: Annotated[bool, typer.Option("--pounds", help="The value is in pounds.")] = False,
    as_json: Json = False,
) -> None:
    """Make the 20 digits of a top-up.

    JSON: {"utrn", "counter" (64 bits: the RequestID counter of 2.2), "value", "unit"}.
    """
    from gbsmart.gbcs.utrn import ValueClass, make_utrn
    from gbsmart.ground import SystemClock

    if counter is None:
        counter = int(SystemClock().now().timestamp())
    value_class = ValueClass.POUNDS if pounds else ValueClass.PENCE
    digits = make_utrn(keyring(keys), eui(supplier), eui(device), counter << 32, value, value_class)
    if as_json:
        unit = "pounds" if pounds else "pence"
        print_json({"utrn": digits, "counter": counter << 32, "value": value, "unit": unit})
    else:
        typer.echo(digits)


@app.command()
def check(
    digits: Annotated[
        str, typer.Argument(metavar="UTRN", help="20 digits; spaces and hyphens may be there.")
    ],
    keys: RequiredKeys,
    supplier: Supplier,
    device: Device,
    highest: Annotated[
        int, typer.Option(help="The highest UTRN counter the meter has seen; 0 for none.", min=0)
    ] = 0,
    as_json: Json = False,
) -> None:
    """Check a top-up as the meter would. Exit code 1 unless it is genuine.

    JSON: {"outcome", "genuine", "counter", "pence"}. The number holds ten bits of the counter; the meter
    completes them from the highest counter it has seen, so give --highest for a number made from a time.
    """
    from gbsmart.gbcs.utrn import SeenCounters, TopUp, check_utrn

    found = check_utrn(digits, keyring(keys), eui(supplier), eui(device), SeenCounters(highest))
    genuine = found.outcome is TopUp.GENUINE
    facts = {
        "outcome": found.outcome.value,
        "genuine": genuine,
        "counter": found.counter,
        "pence": found.utrn.pence if found.utrn else None,
    }
    if as_json:
        print_json(facts)
    else:
        print_lines(facts.items())
    if not genuine:
        raise typer.Exit(ExitCode.REFUSED)

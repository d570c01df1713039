"""``gbsmart mmc``: responses and alerts as MMC XML, Pre-Commands held against their requests."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from gbsmart.cli.failure import ExitCode
from gbsmart.cli.inputs import INPUT, is_file, message_in, read_document, read_octets
from gbsmart.cli.options import ACB, Broker, Json, Keys, eui, keyring
from gbsmart.cli.output import print_json

if TYPE_CHECKING:
    from gbsmart.duis import Request
    from gbsmart.translation import Correlation

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Render responses and alerts as MMC XML; hold Pre-Commands against their requests.",
)

_REQUEST = "The Service Request (XML) that it answers."


@app.command()
def render(
    file: Annotated[str, typer.Argument(metavar="MESSAGE", help=INPUT, show_default=False)],
    keys: Keys = None,
    request: Annotated[str, typer.Option("--request", metavar="FILE", help=_REQUEST)] = "",
) -> None:
    """Render a response or device alert as MMC XML, on standard output.

    Takes a GBCS message or a DUIS Response that holds one. Sensitive values are shown where --keys holds
    the User's key agreement key, and stay sealed otherwise. The Service Reference Variant is that of the
    DUIS Response, else of --request, else the one that the use case is for where it is for one alone.
    """
    from gbsmart.translation.mmc import render as render_message

    if file == "-" or is_file(file):
        held = read_document(file)
        octets, variant = message_in(held), _variant(held)
    else:
        octets, variant = read_octets(file), ""
    if request and not variant:
        variant = _request(request).service_reference_variant
    document = render_message(octets, keyring(keys) if keys else None, variant=variant)
    sys.stdout.write(document.decode("utf-8") + "\n")


@app.command("correlate")
def hold_against(
    request: Annotated[str, typer.Option("--request", metavar="FILE", help="The Service Request (XML).")],
    precommand: Annotated[str, typer.Option("--precommand", metavar="MESSAGE", help=INPUT)],
    acb: Broker = ACB,
    as_json: Json = False,
) -> None:
    """Hold a Pre-Command against the Service Request that it should come from.

    What the request does not say of the device (its type, its GBCS version) is taken to be as the form of
    the Pre-Command wants it. JSON: {"match", "differences": [{"field", "offset", "request",
    "precommand"}]}; the offset is in the Pre-Command. Exit code 1 where they do not match.
    """
    found = _correlation(_request(request), read_octets(precommand), acb)
    if as_json:
        print_json({"match": found.match, "differences": [asdict(each) for each in found.differences]})
    elif found.match:
        typer.echo("The Pre-Command says what the Service Request asks for.")
    for each in () if as_json else found.differences:
        asked, given = each.request or "nothing", each.precommand or "missing"
        typer.echo(f"octet {each.offset}: {each.field} is {given}, where the request asks for {asked}")
    if not found.match:
        raise typer.Exit(ExitCode.REFUSED)


def _correlation(asked: Request, octets: bytes, acb: str) -> Correlation:
    from gbsmart.gbcs import Message
    from gbsmart.ground import MalformedMessage, SystemClock
    from gbsmart.translation import Facts, correlate, recognised_facts

    now, broker = SystemClock().now(), eui(acb)
    try:
        facts = recognised_facts(asked, Message.parse(octets), now, broker)
    except MalformedMessage:  # which is told as a difference
        facts = Facts(now, broker, "")
    return correlate(asked, octets, facts)


def _request(source: str) -> Request:
    from gbsmart.duis import parse_request

    return parse_request(read_document(source)).message


def _variant(document: bytes) -> str:
    """The Service Reference Variant that a DUIS Response names; none for a GBCS message."""
    from gbsmart.duis import NON_DEVICE, parse_xml, service_requests

    if document.lstrip()[:1] != b"<":
        return ""
    named = parse_xml(document, NON_DEVICE).findtext(".//{*}ServiceReferenceVariant") or ""
    return named if named in service_requests() else ""

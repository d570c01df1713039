"""``gbsmart gbcs``: GBCS messages explained, decoded and signed, and top-up numbers."""

from __future__ import annotations

import base64
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gbsmart.cli.failure import ExitCode
from gbsmart.cli.inputs import INPUT, read_octets
from gbsmart.cli.options import ACB, Broker, Json, Keys, RequiredKeys, eui, keyring
from gbsmart.cli.output import print_json, print_lines
from gbsmart.cli.utrn import app as utrn

if TYPE_CHECKING:
    from gbsmart.gbcs import Message
    from gbsmart.keys import MemoryKeyring

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Explain, decode and sign GBCS messages; make and check top-up numbers.",
)


class Writing(StrEnum):
    """How octets are printed."""

    HEX = "hex"
    BASE64 = "base64"


Input = Annotated[str, typer.Argument(metavar="MESSAGE", help=INPUT, show_default=False)]


@app.command()
def explain(
    message: Input,
    keys: Keys = None,
    acb: Broker = ACB,
    html: Annotated[bool, typer.Option("--html", help="Print a fragment of HTML.")] = False,
    as_json: Json = False,
) -> None:
    """Name every octet of a message: offset, length, value and meaning.

    With --keys, signatures and MACs are checked and encrypted values opened. A message that breaks a
    rule is explained up to the fault, and the exit code is 1.
    """
    from gbsmart.gbcs.explain import explain as explain_octets

    explanation = explain_octets(read_octets(message), keyring(keys) if keys else None, eui(acb))
    if as_json:
        print_json(explanation.to_json())
    elif html:
        typer.echo(explanation.to_html())
    else:
        from rich.console import Console

        Console().print(explanation.to_table())
    if explanation.fault is not None:
        raise typer.Exit(ExitCode.REFUSED)


@app.command()
def decode(message: Input, keys: Keys = None, acb: Broker = ACB, as_json: Json = False) -> None:
    """Show the values of a message by the names of its form.

    JSON: {"kind", "message_code", "originator", "recipient", "counter", "form", "title", "values",
    "results", "attribute_errors", "success", "mac", "signature"}. "form" is null where none is declared;
    "results" to "success" are of responses. Exit code 1 where MAC or signature is wrong.
    """
    from gbsmart.gbcs import Message

    facts = _decoded(Message.parse(read_octets(message)), keyring(keys) if keys else None, acb)
    if as_json:
        print_json(facts)
    else:
        print_lines((name, value) for name, value in facts.items() if value is not None)
    if "invalid" in (facts["mac"], facts["signature"]):
        raise typer.Exit(ExitCode.REFUSED)


def _decoded(message: Message, held: MemoryKeyring | None, acb: str) -> dict[str, Any]:
    from gbsmart.gbcs import codec
    from gbsmart.gbcs.form import Outcome

    header = message.header
    reading = codec.read(message, held)
    values = reading.values if reading else None
    outcome = values if isinstance(values, Outcome) else None
    mac, signature = _checks(message, held, acb)
    return {
        "kind": message.kind,
        "message_code": f"{header.message_code:04X}",
        "originator": header.originator,
        "recipient": header.recipient,
        "counter": header.counter,
        "form": reading.form.name if reading else None,
        "title": reading.form.title if reading else None,
        "values": outcome.values if outcome else values,
        "results": outcome.results if outcome else None,
        "attribute_errors": outcome.attribute_errors if outcome else None,
        "success": outcome.success if outcome else None,
        "mac": mac,
        "signature": signature,
    }


def _checks(message: Message, held: MemoryKeyring | None, acb: str) -> tuple[str, str]:
    """What the checks of MAC and signature found: valid, invalid, absent, or no key."""
    from gbsmart.gbcs.protection import Check, verify_mac, verify_signature
    from gbsmart.keys import KeyUse, UnknownCertificate

    def of(present: bytes | None, check: Check) -> str:
        return Check.ABSENT.value if present is None else check.value

    if held is None:
        return of(message.mac, Check.NO_KEY), of(message.signature, Check.NO_KEY)
    try:
        certificate = held.certificate(message.header.originator, KeyUse.DIGITAL_SIGNATURE)
        signature = verify_signature(message, certificate)
    except UnknownCertificate:
        signature = Check.NO_KEY
    return of(message.mac, verify_mac(message, held, eui(acb))), of(message.signature, signature)


@app.command()
def sign(
    message: Input,
    keys: RequiredKeys,
    writing: Annotated[Writing, typer.Option("--as", help="How to print it.")] = Writing.HEX,
    as_json: Json = False,
) -> None:
    """Sign a Pre-Command with its business originator's digital signing key.

    JSON: {"signed_pre_command" (hex), "base64", "originator", "recipient", "message_code"}. Hold the
    Pre-Command against its Service Request before: what is signed is executed.
    """
    from gbsmart.gbcs import Message, MessageKind
    from gbsmart.gbcs.protection import sign as sign_message
    from gbsmart.ground import InvalidValue

    parsed = Message.parse(read_octets(message))
    if parsed.kind is not MessageKind.PRE_COMMAND:
        raise InvalidValue(f"this is a {parsed.kind.value}, not a pre-command", field="message")
    octets = sign_message(parsed, keyring(keys)).encode()
    if as_json:
        print_json(
            {
                "signed_pre_command": octets,
                "base64": base64.b64encode(octets).decode("ascii"),
                "originator": parsed.header.originator,
                "recipient": parsed.header.recipient,
                "message_code": f"{parsed.header.message_code:04X}",
            }
        )
    else:
        hexadecimal = writing is Writing.HEX
        typer.echo(octets.hex() if hexadecimal else base64.b64encode(octets).decode("ascii"))


app.add_typer(utrn, name="utrn")

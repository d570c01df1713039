"""``gbsmart duis``: DUIS documents validated, signed, verified and sent; their schema written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gbsmart.cli.failure import ExitCode, describe
from gbsmart.cli.inputs import read_document
from gbsmart.cli.options import ACB, Broker, Json, RequiredKeys, eui, keyring
from gbsmart.cli.output import print_json, print_lines

if TYPE_CHECKING:
    from lxml import etree

    from gbsmart.duis import OfficialSchema, Request, Response
    from gbsmart.ground import Eui64
    from gbsmart.keys import MemoryKeyring

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Validate, sign, verify and send DUIS documents; write their schema.",
)

Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Documents; - for standard input.", show_default=False)
]
File = Annotated[
    str, typer.Argument(metavar="FILE", help="A document; - for standard input.", show_default=False)
]


@app.command()
def validate(
    files: Files,
    schema: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A folder with the official duis-5.4.xsd and mmc-5.4.xsd."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check documents against the declarations of DUIS, and against the official schemas if given.

    Signatures are not looked at. JSON: [{"file", "valid", "document", "request_id", "variant", "name",
    "command_variant", "response_code", "declared", "signed", "official_schema_valid", "error"}], one per
    file; "declared" says whether the body was checked or kept as it is. Exit code 1 unless all are valid.
    """
    from gbsmart.duis import OfficialSchema

    official = OfficialSchema(schema) if schema else None
    results = [_validated(name, official) for name in files]
    if as_json:
        print_json(results)
    else:
        for result in results:
            typer.echo(_verdict(result))
    if not all(result["valid"] for result in results):
        raise typer.Exit(ExitCode.REFUSED)


def _validated(name: str, official: OfficialSchema | None) -> dict[str, Any]:
    from gbsmart.duis import is_signed
    from gbsmart.ground import GbsmartError

    result: dict[str, Any] = dict.fromkeys(
        ("file", "valid", "document", "request_id", "variant", "name", "command_variant", "response_code",
         "declared", "signed", "official_schema_valid", "error")
    )  # fmt: skip
    result.update(file=name, valid=False)
    try:
        root, message = _read(read_document(name))
        result |= {**_summary(message), "signed": is_signed(root), "valid": True}
        if official is not None:
            result["official_schema_valid"] = False
            official.validate(root)
            result["official_schema_valid"] = True
    except GbsmartError as problem:
        result |= {"valid": False, "error": describe(problem)}
    return result


def _verdict(result: dict[str, Any]) -> str:
    what = " ".join(
        str(result[key]) for key in ("document", "variant", "name", "response_code") if result[key]
    )
    if not result["valid"]:
        return f"{result['file']}: invalid{f' {what}' if what else ''}: {result['error']['message']}"
    notes = ["signed" if result["signed"] else "not signed"]
    if result["official_schema_valid"]:
        notes.append("official schema valid")
    return f"{result['file']}: valid {what} ({', '.join(notes)})"


def _read(document: bytes) -> tuple[etree._Element, Request | Response]:
    """The tree and the message of a Request or a Response."""
    from lxml import etree

    from gbsmart.duis import NON_DEVICE, parse_xml, read_request, read_response

    root = parse_xml(document, NON_DEVICE)
    response = etree.QName(root).localname == "Response"
    return root, (read_response(root) if response else read_request(root))


def _summary(message: Request | Response) -> dict[str, Any]:
    from gbsmart.duis import Request, service

    if isinstance(message, Request):
        return {
            "document": "SignedPreCommand" if message.is_signed_pre_command else "Request",
            "request_id": str(message.request_id),
            "variant": message.service_reference_variant,
            "name": message.service.name,
            "command_variant": message.command_variant,
            "declared": message.values is not None,
        }
    variant = message.values.get("service_reference_variant")
    return {
        "document": message.kind,
        "request_id": str(message.request_id) if message.request_id else None,
        "variant": variant,
        "name": service(variant).name if variant else None,
        "response_code": message.response_code,
        "declared": True,
    }


@app.command()
def sign(
    file: File,
    keys: RequiredKeys,
    signer: Annotated[
        str, typer.Option(metavar="EUI-64", help="Who signs; by default the originator of the RequestID.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Where to write it; by default standard output."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Sign a document with the XML-signing key of its originator (of the DCC, for a Response).

    A signature that is there is replaced, and white space between elements dropped, as peers need it.
    JSON: {"signer", "serial", "document" (null with --out), "out"}.
    """
    from gbsmart.duis import sign as sign_document
    from gbsmart.keys import KeyUse

    document = read_document(file)
    held = keyring(keys)
    who = eui(signer) if signer else _signer(document)
    signed = sign_document(document, held, who)
    if out is not None:
        out.write_bytes(signed)
    if as_json:
        serial = str(held.certificate(who, KeyUse.XML_SIGNATURE).serial)
        text = None if out else signed.decode("utf-8")
        print_json({"signer": who, "serial": serial, "document": text, "out": str(out) if out else None})
    elif out is None:
        sys.stdout.write(signed.decode("utf-8") + "\n")


def _signer(document: bytes) -> Eui64:
    from gbsmart.duis import Request

    _, message = _read(document)
    return message.request_id.originator if isinstance(message, Request) else eui(ACB)


@app.command()
def verify(files: Files, keys: RequiredKeys, as_json: Json = False) -> None:
    """Say who signed each document. Exit code 1 unless every signature is good.

    JSON: [{"file", "verified", "signer", "role", "serial", "issuer", "not_after", "in_force", "error"}].
    """
    held = keyring(keys)
    results = [_verified(name, held) for name in files]
    if as_json:
        print_json(results)
    else:
        for result in results:
            typer.echo(_signature_verdict(result))
    if not all(result["verified"] for result in results):
        raise typer.Exit(ExitCode.REFUSED)


def _verified(name: str, held: MemoryKeyring) -> dict[str, Any]:
    from gbsmart.duis import NON_DEVICE, parse_xml
    from gbsmart.duis import verify as verify_document
    from gbsmart.ground import GbsmartError, SystemClock

    result: dict[str, Any] = {"file": name, "verified": False}
    for key in ("signer", "role", "serial", "issuer", "not_after", "in_force", "error"):
        result[key] = None
    try:
        signer = verify_document(parse_xml(read_document(name), NON_DEVICE), held)
    except GbsmartError as problem:
        return {**result, "error": describe(problem)}
    return {
        **result,
        "verified": True,
        "signer": signer.holder,
        "role": _role(signer.role),
        "serial": str(signer.serial),
        "issuer": signer.issuer,
        "not_after": signer.not_after,
        "in_force": signer.in_force(SystemClock().now()),
    }


def _role(number: int | None) -> str | None:
    from gbsmart.keys import RemotePartyRole

    try:
        return None if number is None else RemotePartyRole(number).name.lower()
    except ValueError:
        return str(number)


def _signature_verdict(result: dict[str, Any]) -> str:
    if not result["verified"]:
        return f"{result['file']}: not verified: {result['error']['message']}"
    ended = "" if result["in_force"] else f"; its certificate ended on {result['not_after']:%Y-%m-%d}"
    return (
        f"{result['file']}: signed by {result['signer']} ({result['role']}), serial {result['serial']}{ended}"
    )


@app.command()
def schema(
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the schema and the one it imports here.")
    ] = None,
    version: Annotated[str, typer.Option("--version", help="The version of DUIS; else the newest.")] = "",
    as_json: Json = False,
) -> None:
    """Write the XML schema of DUIS, made from the declarations; any XML Schema validator takes it.

    It imports that of XML signatures from the folder in which it stands: --out writes both.
    JSON: {"version", "schema" (null with --out), "files"}.
    """
    from gbsmart.duis import SCHEMA_VERSION
    from gbsmart.duis.xsd import write_folder, write_schema

    version = version or SCHEMA_VERSION
    files = [str(path) for path in write_folder(out, version)] if out else []
    text = None if out else write_schema(version).decode("utf-8")
    if as_json:
        print_json({"version": version, "schema": text, "files": files})
    else:
        sys.stdout.write(text or "".join(f"{path}\n" for path in files))


@app.command()
def send(
    file: File,
    keys: RequiredKeys,
    to: Annotated[
        str, typer.Option("--to", metavar="URL", help="The DCC's web services.")
    ] = "http://127.0.0.1:8079",
    dcc: Broker = ACB,
    as_json: Json = False,
) -> None:
    """Send a request to the web service of its Command Variant, and check the acknowledgement.

    A document without a signature is signed first. What comes later goes to the User's Receive Response
    service. JSON: {"request_id", "service", "response_code", "meaning", "assumed", "refused",
    "signer", "payload"}. Exit code 1 where the DCC refuses.
    """
    import asyncio

    result = asyncio.run(_send(read_document(file), keyring(keys), to, eui(dcc)))
    if as_json:
        print_json(result)
    else:
        print_lines((name, value) for name, value in result.items() if value not in (None, False))
    if result["refused"]:
        raise typer.Exit(ExitCode.REFUSED)


async def _send(document: bytes, held: MemoryKeyring, to: str, dcc: Eui64) -> dict[str, Any]:
    from gbsmart.duis import Request, is_signed, response_code
    from gbsmart.duis import sign as sign_document
    from gbsmart.ground import InvalidValue, SystemClock
    from gbsmart.user.acknowledgement import acknowledge, web_service_of
    from gbsmart.user.interface import DccInterface, Patience

    root, message = _read(document)
    if not isinstance(message, Request):
        raise InvalidValue("a Response is not sent to the DCC", field="file")
    service = web_service_of(message)
    if not is_signed(root):
        document = sign_document(document, held, message.request_id.originator)
    clock = SystemClock()
    interface = DccInterface(to, clock, Patience())
    try:
        answer = acknowledge(message, await interface.post(service, document), held, dcc, clock)
    finally:
        await interface.close()
    said = response_code(answer.response_code)
    name, payload = answer.payload
    return {
        "request_id": str(message.request_id),
        "service": service.value,
        "response_code": said.code,
        "meaning": said.meaning or said.name,
        "assumed": said.assumed,
        "refused": answer.failed,
        "signer": answer.signer.holder if answer.signer else None,
        "payload": {name: payload} if name else None,
    }

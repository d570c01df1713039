"""``gbsmart conformance``: the published test data, checked on the reader's own machine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gbsmart.conformance import duis as duis_checks
from gbsmart.conformance import rtds as rtds_checks
from gbsmart.conformance.agreement import ENOUGH, Agreement, compare
from gbsmart.conformance.facts import facts_beside
from gbsmart.conformance.vectors import read_keys, read_vectors
from gbsmart.duis import OfficialSchema

if TYPE_CHECKING:
    from gbsmart.conformance.devices import Report as DeviceReport

app = typer.Typer(
    name="conformance",
    help="Check published test data: every message walked, named, rewritten, verified.",
    no_args_is_help=True,
    add_completion=False,
)

Folder = Annotated[Path, typer.Argument(help="The folder with the test data.", show_default=False)]
Keys = Annotated[Path, typer.Option("--keys", help="The folder with its keys and certificates.")]
Schema = Annotated[
    Path | None,
    typer.Option("--schema", help="A folder with your copy of duis-5.4.xsd and mmc-5.4.xsd."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

FAILED = 1
"""Exit code where something did not conform."""


@app.callback()
def conformance() -> None:
    """Check published test data: every message walked, named, rewritten, verified."""


@app.command("rtds")
def rtds(folder: Folder, keys: Keys, schema: Schema = None, as_json: AsJson = False) -> None:
    """Check GBCS messages (*.HEX): walked to the last octet, rewritten, verified, decrypted, shown as MMC.

    Exit code 0: all conform; 1: some do not.
    """
    official = None if schema is None else OfficialSchema(schema)
    report = rtds_checks.check_vectors(read_vectors(folder), read_keys(keys), official)
    if as_json:
        _print_json(report.as_json())
    else:
        _show_vectors(report)
    if report.failures:
        raise typer.Exit(FAILED)


@app.command("duis")
def duis(
    folder: Folder,
    rtds: Annotated[Path, typer.Option("--rtds", help="The folder of the messages they became.")],
    keys: Keys,
    schema: Schema = None,
    responses: Annotated[
        Path | None,
        typer.Option("--responses", help="A folder of Responses, whose changed copies are compared too."),
    ] = None,
    mutations: Annotated[
        int,
        typer.Option("--mutations", min=0, help="How many changed documents of each verdict are compared."),
    ] = ENOUGH,
    as_json: AsJson = False,
) -> None:
    """Check Service Requests (*.XML): read, written again, transformed, held against the messages.

    With --schema, documents changed by chance are put to the official schema, to ours and to our reader,
    which must agree. What the requests do not say and their messages need is read from a facts.csv in
    their folder or beside it, if there is one. Exit code 0: identical, but where the test set itself is
    known to disagree and where a difference has its reason; 1: something else differs.
    """
    official = None if schema is None else OfficialSchema(schema)
    documents = list(duis_checks.read_documents(folder))
    own = facts_beside(folder)
    report = duis_checks.check_requests(documents, read_vectors(rtds), read_keys(keys), official, own)
    if schema is not None and mutations:
        answers = [] if responses is None else duis_checks.read_documents(responses)
        samples = [each.octets for each in (*documents, *answers)]
        report.schema_agreement = compare(samples, schema, enough=mutations)
    if as_json:
        _print_json(report.as_json())
    else:
        _show_requests(report)
    agreement = report.schema_agreement
    if report.surprises(own) or (agreement is not None and agreement.unexplained()):
        raise typer.Exit(FAILED)


@app.command("devices")
def devices(
    folder: Folder,
    rtds: Annotated[Path, typer.Option("--rtds", help="The folder of the messages they became.")],
    keys: Keys,
    variant: Annotated[str, typer.Option("--variant", help="Only of these variants: 4.1.1, 6.*")] = "*",
    device_type: Annotated[str, typer.Option("--device-type", help="Only to these types: ESME")] = "*",
    request: Annotated[str, typer.Option("--request", help="Only these requests: ECS17b_*")] = "*",
    page: Annotated[
        Path | None, typer.Option("--page", help="Also write the documentation's page, of all cells.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Send Service Requests (*.XML) to emulated devices of each type, and hold the answers against the set.

    Exit code 0: all answered as the messages of the set say, and what was written is read back; 1: not all.
    """
    from gbsmart.conformance import devices as device_checks  # a whole system: not before it is asked for

    documents = duis_checks.read_documents(folder)
    asked = device_checks.Asked(variant, device_type, request)
    checked = device_checks.check_devices(documents, read_vectors(rtds), read_keys(keys), asked)
    report = asyncio.run(checked)
    if page is not None:
        page.write_text(device_checks.page(report), encoding="utf-8")
    if as_json:
        _print_json(report.as_json())
    else:
        _show_cells(report)
    if report.unexpected:
        raise typer.Exit(FAILED)


def _show_cells(report: DeviceReport) -> None:
    """What is unexpected, by what became of it; then the sums."""
    console = Console()
    by_outcome: dict[str, list[str]] = {}
    for cell in report.unexpected:
        outcome = cell.outcome
        if outcome == cell.expected:
            outcome = "as expected, but nothing has changed"
        elif outcome.startswith(cell.expected.partition(":")[0]) or ": " in outcome:
            outcome = f"{outcome} (expected {cell.expected})"
        by_outcome.setdefault(outcome, []).append(f"{cell.request} {cell.device_type}")
    rows = [
        (outcome, len(cells), ", ".join(cells))
        for outcome, cells in sorted(by_outcome.items(), key=lambda each: -len(each[1]))
    ]
    if rows:
        console.print(_table(("unexpected", "count", "request and type of device"), rows))
    total, unexpected = len(report.cells), len(report.unexpected)
    console.print(f"{total} cells, {total - unexpected} as expected, {unexpected} unexpected")


def _show_requests(report: duis_checks.Report) -> None:
    official = report.official_schema_valid
    counts = [
        ("requests", report.requests, ""),
        ("read", report.parsed, ""),
        ("written again as they were", report.rebuilt, ""),
        ("valid under the schema of our declarations", report.schema_valid, "gbsmart duis schema"),
        ("valid under the official schema", "-" if official is None else official, "--schema DIR"),
        ("transformed and compared", report.compared, f"{report.not_covered} more become nothing"),
        ("identical to the last octet", report.identical, ""),
        ("differences", len(report.differences), ""),
    ]
    console = Console()
    console.print(_table(("Service Requests", "count", ""), counts))
    needed = [
        (pair, ", ".join(f"{name}={value}" for name, value in facts.items()))
        for pair, facts in report.facts.items()
    ]
    if needed:
        console.print(_table(("pair", "facts that the request does not hold"), needed))
    if report.schema_agreement is not None:
        _show_agreement(report.schema_agreement, console)
    if report.differences:
        rows = [
            (each.request, "" if each.offset is None else each.offset, each.reason)
            for each in report.differences
        ]
        console.print(_table(("request", "octet", "why it differs"), rows))


def _show_agreement(agreement: Agreement, console: Console) -> None:
    counts = [
        ("changed documents", agreement.mutations, ""),
        ("accepted by both schemas", agreement.accepted_by_both, "ours and the official one"),
        ("rejected by both schemas", agreement.rejected_by_both, ""),
        ("accepted by our schema and our reader", agreement.reader_accepted, ""),
        ("rejected by our schema and our reader", agreement.reader_rejected, ""),
    ]
    console.print(_table(("XML schema", "count", ""), counts))
    found = [*agreement.differences, *agreement.reader_differences]
    if found:
        rows = [
            (each.accepted_by, each.refused_by, each.count, escape(each.reason or each.says))
            for each in found
        ]
        console.print(_table(("accepted by", "refused by", "count", "because"), rows))


def _show_vectors(report: rtds_checks.Report) -> None:
    valid = report.mmc.schema_valid
    counts = [
        ("messages", report.vectors, ""),
        ("walked to the last octet", report.walked, ""),
        ("named by a declared form", report.named, ""),
        ("written again identically", report.reencoded, "from values where named, else from the walk"),
        ("signatures", report.signatures.present, _verdict(report.signatures)),
        ("MACs", report.macs.present, _verdict(report.macs)),
        ("encrypted parts opened", report.decrypted, ""),
        ("rendered as MMC", report.mmc.rendered, f"{report.mmc.with_data} with data"),
        ("valid MMC", "-" if valid is None else valid, "--schema DIR"),
        ("values read back from it", report.mmc.values_shown, f"of {report.mmc.values_mapped}"),
        ("failures", len(report.failures), ""),
    ]
    console = Console()
    console.print(_table(("GBCS messages", "count", ""), counts))
    if report.failures:
        rows = [(each.file, each.stage, each.error) for each in report.failures]
        console.print(_table(("file", "stage", "what is wrong"), rows))


def _verdict(checks: rtds_checks.Checks) -> str:
    text = f"{checks.valid} valid, {checks.invalid} invalid"
    return f"{text}, {checks.no_key} without key" if checks.no_key else text


def _table(headings: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Table:
    table = Table()
    for heading in headings:
        table.add_column(heading, justify="right" if heading == "count" else "left")
    for row in rows:
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
    return table


def _print_json(report: dict[str, Any]) -> None:
    typer.echo(json.dumps(report, indent=2))

"""The commands that write the register: import, plan, let steps happen, correct, publish."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from gbsmart.codebook.command_options import (
    AsJson,
    DatabaseUrl,
    DataFolder,
    Now,
    Opener,
    show_json,
)
from gbsmart.codebook.consultations import intake, service
from gbsmart.codebook.consultations.govuk import import_page
from gbsmart.codebook.consultations.laying import recesses_of
from gbsmart.codebook.consultations.model import (
    Basis,
    Correction,
    Dated,
    Document,
    DocumentKind,
    Effect,
    Outcome,
    Thing,
)
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import civil_day

ConsultationId = Annotated[
    str, typer.Argument(metavar="CONSULTATION", help="Its id in the register, such as C-SEC2.")
]
LARGEST = 20 << 20
"""Octets of a page that is imported."""


def add_keeping(app: typer.Typer, opened: Opener, now: Now) -> None:
    """Give an application the commands that write."""

    @app.command("import")
    def import_file(
        file: Annotated[Path, typer.Argument(help="JSON of gov.uk's content API; - reads standard input.")],
        into: Annotated[
            str, typer.Option("--as", help="The consultation of the register that it is, if it is one.")
        ] = "",
        data: DataFolder = None,
        database: DatabaseUrl = None,
        as_json: AsJson = False,
    ) -> None:
        """Import a consultation of gov.uk, or bring it up to date. JSON: {"consultation", "new", ...}."""
        content = _content(file)
        with opened(data, database, write=True) as connection:
            done = import_page(connection, content, now(data), into=into)
        if as_json:
            show_json(done)
            return
        typer.echo(
            f"{done.consultation}: {'new' if done.new else 'brought up to date'}; documents:"
            f" {done.documents_new} new, {done.documents_changed} changed,"
            f" {done.documents_gone} no longer listed"
        )

    @app.command()
    def plan(
        consultation: ConsultationId,
        title: Annotated[str, typer.Argument(help="What it is called.")],
        topic: Annotated[list[str] | None, typer.Option(help="A topic; may be given several times.")] = None,
        question: Annotated[
            list[str] | None,
            typer.Option(help="A question, numbered in this order; may be given several times."),
        ] = None,
        parent: Annotated[str, typer.Option(help="The consultation that it follows from.")] = "",
        closes: Annotated[
            datetime | None, typer.Option(help="When it closes (UTC), if that is settled.")
        ] = None,
        data: DataFolder = None,
        database: DatabaseUrl = None,
        as_json: AsJson = False,
    ) -> None:
        """Enter a consultation that is planned. JSON: {"consultation", "state"}."""
        end = closes.replace(tzinfo=UTC) if closes else None
        new = service.planned(consultation, title, parent=parent, closes_at=end)
        with opened(data, database, write=True) as connection:
            service.plan(connection, new, topic or (), question or (), now(data))
        _say(
            {"consultation": consultation, "state": "planned"}, f"{consultation} is planned", as_json=as_json
        )

    @app.command()
    def act(
        consultation: ConsultationId,
        event: Annotated[
            str, typer.Argument(help="The step: open, close, analyse, conclude, lay, make, ...")
        ],
        topic: Annotated[
            str, typer.Option(help="The topic to which it happens; else the consultation.")
        ] = "",
        on: Annotated[str, typer.Option(help="When it happened, as far as known.  [default: today]")] = "",
        outcome: Annotated[
            list[str] | None,
            typer.Option(help="What comes of the topic: EFFECT:KIND:TARGET, such as change:version:4.2."),
        ] = None,
        recess: Annotated[
            list[str] | None, typer.Option(help="A recess that the register does not know: ROSE..RETURNED.")
        ] = None,
        note: Annotated[str, typer.Option(help="What else is to be said of it.")] = "",
        data: DataFolder = None,
        database: DatabaseUrl = None,
        as_json: AsJson = False,
    ) -> None:
        """Let a step happen to a consultation, or to a topic. JSON: {"consultation", "topic", "state"}."""
        dated = Dated(on or civil_day(now(data)).isoformat(), Basis.RECORDED)
        if outcome and not topic:
            raise InvalidValue("it is a topic's: name that with --topic", field="outcome")
        with opened(data, database, write=True) as connection:
            if topic:
                happened = service.step_topic(
                    connection, consultation, topic, event, dated, now(data), note=note,
                    outcomes=[_outcome(each) for each in outcome or ()],
                    also_recesses=recesses_of(",".join(recess or ())),
                )  # fmt: skip
            else:
                happened = service.step(connection, consultation, event, dated, now(data), note=note)
        _say(
            {"consultation": consultation, "topic": topic, "state": happened.target},
            f"{topic or consultation} is {happened.target}",
            as_json=as_json,
        )

    @app.command()
    def document(
        consultation: ConsultationId,
        document: Annotated[str, typer.Argument(help="An id for it.")],
        title: Annotated[str, typer.Argument(help="What it is called.")],
        kind: Annotated[
            str, typer.Option(help=f"One of {', '.join(each.value for each in DocumentKind)}.")
        ] = "other",
        on: Annotated[str, typer.Option(help="Its date, as far as known.")] = "",
        annex: Annotated[str, typer.Option(help="The annex that it is, such as Annex C.")] = "",
        data: DataFolder = None,
        database: DatabaseUrl = None,
        as_json: AsJson = False,
    ) -> None:
        """Enter a document of a consultation. JSON: {"document"}."""
        dated = Dated(on, Basis.RECORDED if on else Basis.UNKNOWN)
        new = Document(document, consultation, title, _one_of(DocumentKind, kind, "kind"), annex, dated=dated)
        with opened(data, database, write=True) as connection:
            service.add_document(connection, new)
        _say({"document": document}, f"{document} is entered", as_json=as_json)

    @app.command()
    def correct(
        erratum: Annotated[str, typer.Argument(help="The erratum, a document of the register.")],
        corrects: Annotated[str, typer.Argument(help="The document that it puts right.")],
        term: Annotated[str, typer.Argument(help="The definition that was wrong.")],
        provision: Annotated[str, typer.Option(help="Where the definition stands.")] = "A1.1",
        status: Annotated[str, typer.Option(help="Whether the Code is put right.")] = "to be amended",
        data: DataFolder = None,
        database: DatabaseUrl = None,
        as_json: AsJson = False,
    ) -> None:
        """Enter which definition an erratum puts right, or that it did. JSON: {"erratum", "term", ...}."""
        with opened(data, database, write=True) as connection:
            service.correct(connection, Correction(erratum, corrects, term, provision, status))
        _say(
            {"erratum": erratum, "corrects": corrects, "term": term, "status": status},
            f"{erratum} corrects {term} in {corrects}: {status}",
            as_json=as_json,
        )

    @app.command()
    def publish(
        consultation: ConsultationId,
        data: DataFolder = None,
        database: DatabaseUrl = None,
        as_json: AsJson = False,
    ) -> None:
        """Show the responses, but for confidential ones. JSON: {"consultation", "published"}."""
        with opened(data, database, write=True) as connection:
            count = intake.publish(connection, consultation, now(data))
        _say(
            {"consultation": consultation, "published": count},
            f"{count} responses published",
            as_json=as_json,
        )


def _say(told: dict[str, Any], words: str, *, as_json: bool) -> None:
    if as_json:
        show_json(told)
    else:
        typer.echo(words)


def _content(file: Path) -> object:
    try:
        octets = sys.stdin.buffer.read(LARGEST + 1) if str(file) == "-" else _read(file)
    except OSError as problem:
        raise InvalidValue(f"{file} cannot be read: {problem.strerror}", field="file") from None
    if len(octets) > LARGEST:
        raise InvalidValue(f"more than {LARGEST:,} octets", field="file")
    try:
        content: object = json.loads(octets)
    except (ValueError, RecursionError):
        raise InvalidValue(f"{file} is not JSON", field="file") from None
    return content


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _outcome(text: str) -> Outcome:
    parts = text.split(":", 2)
    if len(parts) != 3:
        raise InvalidValue(
            f"{text!r} is no outcome",
            field="outcome",
            remedy="Write change:version:4.2, or no change:code:SEC.",
        )
    return Outcome(_one_of(Effect, parts[0], "outcome"), _one_of(Thing, parts[1], "outcome"), parts[2])


def _one_of(kind: Any, text: str, field: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        known: Sequence[str] = [each.value for each in kind]
        raise InvalidValue(f"{text!r} is not one of {', '.join(known)}", field=field) from None

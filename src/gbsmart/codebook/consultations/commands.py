"""``gbsmart code consultations``: the register of consultations, read."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from gbsmart.codebook.command_options import (
    AsJson,
    DatabaseUrl,
    DataFolder,
    Now,
    Opener,
    show_json,
)
from gbsmart.codebook.consultations import reading
from gbsmart.codebook.consultations.exporting import as_atom, as_csv
from gbsmart.codebook.consultations.keeping_commands import ConsultationId, add_keeping
from gbsmart.codebook.consultations.laying import recesses_of
from gbsmart.codebook.consultations.timeline import timeline
from gbsmart.codebook.consultations.web import Versions, counted, traced
from gbsmart.ground import InvalidValue


def consultations_app(opened: Opener, now: Now, versions: Versions) -> typer.Typer:
    """The commands, on registers that ``opened`` opens."""
    app = typer.Typer(
        name="consultations", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
        help="Consultations on the Code: what was asked, what was answered, what became of each topic.",
    )  # fmt: skip
    add_reading(app, opened, versions)
    add_keeping(app, opened, now)
    return app


def add_reading(app: typer.Typer, opened: Opener, versions: Versions) -> None:
    """Give an application the commands that read."""

    @app.command("list")
    def list_consultations(
        state: Annotated[str, typer.Option(help="Only those in this state.")] = "",
        topic: Annotated[str, typer.Option(help="Only those with such a topic.")] = "",
        words: Annotated[str, typer.Option(help="Only those with these words.")] = "",
        data: DataFolder = None,
        database: DatabaseUrl = None,
        as_json: AsJson = False,
    ) -> None:
        """The consultations, as they opened. JSON: {"consultations": [{"id", "title", "state", ...}]}."""
        with opened(data, database, write=False) as connection:
            found = reading.consultations(connection, state=state, topic=topic, words=words)
        if as_json:
            show_json({"consultations": found})
            return
        for each in found:
            typer.echo(f"{each.id:<12} {each.opened!s:<11} {each.state:<36} {each.title}")

    @app.command()
    def show(
        consultation: ConsultationId,
        data: DataFolder = None,
        database: DatabaseUrl = None,
        as_json: AsJson = False,
    ) -> None:
        """One consultation: its topics, documents, links and history."""
        with opened(data, database, write=False) as connection:
            whole = reading.whole(connection, consultation)
        if as_json:
            show_json(whole)
            return
        it = whole.consultation
        typer.echo(f"{it.id}  {it.title}\n{it.state}; opened {it.opened}")
        for topic in whole.topics:
            led = ", ".join(f"{each.effect.value} {each.target}" for each in topic.outcomes)
            typer.echo(f"  topic     {topic.name}: {topic.state}" + (f" ({led})" if led else ""))
        for each in whole.documents:
            typer.echo(f"  document  {each.id}  {each.kind.value}: {each.title}")
        for joined in (*whole.links, *whole.back):
            typer.echo(f"  link      {joined.source} {joined.relation.value} {joined.target}")

    @app.command("timeline")
    def show_timeline(data: DataFolder = None, database: DatabaseUrl = None, as_json: AsJson = False) -> None:
        """All that happened, in the order of time. JSON: {"lanes", "entries", "versions"}."""
        with opened(data, database, write=False) as connection:
            found = timeline(connection, versions(connection))
        if as_json:
            show_json(found)
            return
        for each in found.entries:
            typer.echo(f"{each.on!s:<11} {each.kind:<11} {each.consultation:<12} {each.text}")

    @app.command()
    def trace(
        ref: Annotated[
            str, typer.Argument(help="A provision, document or version: M, H5.34, Appendix AC, 4.8.")
        ],
        data: DataFolder = None,
        database: DatabaseUrl = None,
        as_json: AsJson = False,
    ) -> None:
        """Where a provision comes from, and where it went. JSON: {"ref", "topics", "moves", "documents"}."""
        with opened(data, database, write=False) as connection:
            found = traced(connection, ref)
        if as_json:
            show_json(found)
            return
        for each in found.topics:
            led = ", ".join(outcome.target for outcome in each.topic.outcomes)
            typer.echo(f"{each.consultation:<12} {each.topic.name}: {each.topic.state} ({led})")
        for move in found.moves:
            typer.echo(f"{move.first} to {move.last} moved to {move.destination} in version {move.version}")
        for document in found.documents:
            typer.echo(f"{document.consultation:<12} {document.id}  {document.kind.value}: {document.title}")
        if not (found.topics or found.moves or found.documents):
            typer.echo(f"Nothing in the register led to {found.ref}.")

    @app.command()
    def corrections(data: DataFolder = None, database: DatabaseUrl = None, as_json: AsJson = False) -> None:
        """Errata, with the definitions that they put right. JSON: {"corrections": [...]}."""
        with opened(data, database, write=False) as connection:
            found = reading.corrections(connection)
        if as_json:
            show_json({"corrections": found})
            return
        for each in found:
            typer.echo(
                f"{each.erratum:<12} {each.corrects:<12} {each.term} ({each.provision}): {each.status}"
            )

    @app.command()
    def laying(
        laid: Annotated[str, typer.Argument(help="The day on which the draft was laid, such as 2014-01-20.")],
        recess: Annotated[
            list[str] | None, typer.Option(help="A recess that the register does not know: ROSE..RETURNED.")
        ] = None,
        as_json: AsJson = False,
    ) -> None:
        """Count the 40 days of a draft before Parliament. JSON: {"laid", "last_day", "may_be_made", ...}."""
        try:
            day = date.fromisoformat(laid)
        except ValueError:
            raise InvalidValue(f"{laid!r} is no day", field="laid", remedy="Write 2014-01-20.") from None
        count = counted(day, recesses_of(",".join(recess or ())))
        if as_json:
            show_json(
                {
                    "laid": count.laid,
                    "last_day": count.last_day,
                    "may_be_made": count.may_be_made,
                    "skipped": count.skipped,
                }
            )
            return
        for each in count.skipped:
            typer.echo(
                f"not counted: {each.why}, Parliament rose on {each.rose} and returned on {each.returned}"
            )
        typer.echo(f"last of the 40 days: {count.last_day}; may be made from {count.may_be_made}")

    @app.command()
    def export(
        form: Annotated[str, typer.Argument(metavar="FORM", help="csv, json or atom.")] = "csv",
        base: Annotated[
            str, typer.Option(help="The address of the console, for the links of the feed.")
        ] = "http://localhost:8080",
        data: DataFolder = None,
        database: DatabaseUrl = None,
    ) -> None:
        """Print the whole register."""
        with opened(data, database, write=False) as connection:
            if form == "csv":
                typer.echo(as_csv(connection), nl=False)
            elif form == "atom":
                typer.echo(as_atom(connection, lambda path: base.rstrip("/") + path))
            elif form == "json":
                names = [each.id for each in reading.consultations(connection)]
                show_json({"consultations": [reading.whole(connection, name) for name in names]})
            else:
                raise InvalidValue(f"{form!r} is not one of csv, json, atom", field="form")

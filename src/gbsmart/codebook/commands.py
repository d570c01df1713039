"""``gbsmart code versions|show|search|terms|timeline``: the Code's library on the command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from gbsmart.codebook import telling as tell
from gbsmart.codebook.command_options import AsJson, DatabaseUrl, DataFolder, Now, Opener, show_json
from gbsmart.codebook.defining import term, terms
from gbsmart.codebook.references import CODE
from gbsmart.codebook.searching import search, unmarked
from gbsmart.codebook.service import history, moment_asked, provisions_at, version_at, versions
from gbsmart.codebook.version_control import version_row

_At = Annotated[
    str, typer.Option(metavar="DATE", help="A date, a date and time, or a version.  [default: now]")
]
_Ref = Annotated[str, typer.Argument(metavar="[REF]", help="What of the Code: H, H3.22, 'Appendix AC'.")]
_Pinned = Annotated[
    str, typer.Argument(metavar="[REF[@DATE]]", help="What of the Code: H, H3.22, 'Appendix AC', H4@5.0.")
]
_InForce = Annotated[bool, typer.Option("--in-force", help="Only what is in force, not all that is written.")]
_Words = Annotated[list[str], typer.Argument(metavar="WORDS", help="All of which are to be found.")]
_Name = Annotated[list[str] | None, typer.Argument(metavar="[TERM]", help="One term; without it, all.")]
_Most = Annotated[int, typer.Option("--most", min=1, max=1000, help="How many at the most.")]


def add_library_commands(app: typer.Typer, opened: Opener, now: Now) -> None:
    """Give an application the commands, on the library that ``opened`` opens of a data folder."""

    def when(connection: Connection, at: str, data: Path | None) -> datetime:
        return moment_asked(connection, at) if at else now(data)

    @app.command("versions")
    def list_versions(
        at: _At = "", data: DataFolder = None, database: DatabaseUrl = None, as_json: AsJson = False
    ) -> None:
        """The consolidated versions of the Code; with --at the one that stands then.

        JSON: a list of objects, each a row of the version-control table.
        """
        with opened(data, database, write=False) as connection:
            found = [version_at(connection, when(connection, at, data))] if at else versions(connection)
        rows = [version_row(each) for each in found]
        if as_json:
            show_json(rows)
            return
        for row in rows:
            kinds, changed = ", ".join(row["kind"]), ", ".join(row["modifications"])
            typer.echo(f"{row['version']:<6}{row['implementation_date']}  {kinds:<40}{changed}".rstrip())
            typer.echo(f"      {row['reason']}")

    @app.command()
    def show(
        ref: _Pinned = "",
        at: _At = "",
        in_force: _InForce = False,
        data: DataFolder = None,
        database: DatabaseUrl = None,
        as_json: AsJson = False,
    ) -> None:
        """A provision as it is written at a date, and what is within it; without one, the documents.

        JSON: {"asked", "at", "version", "ref", "heading", "text", "is_summary", "status", ..., "within"}.
        """
        ref, _, pinned = ref.partition("@")
        with opened(data, database, write=False) as connection:
            moment = when(connection, at or pinned, data)
            if not ref:
                found = [
                    each
                    for each in provisions_at(connection, moment, in_force=in_force)
                    if each.parent == CODE
                ]
                whole = None
            else:
                whole = tell.whole(connection, ref, moment, in_force=in_force)
        if whole is None:
            _contents([tell.line(each) for each in found], as_json=as_json)
        elif as_json:
            show_json(whole)
        else:
            _show(whole)

    @app.command("search")
    def find(
        words: _Words,
        at: _At = "",
        most: _Most = 20,
        data: DataFolder = None,
        database: DatabaseUrl = None,
        as_json: AsJson = False,
    ) -> None:
        """Find provisions by words, as they are written at a date.

        JSON: [{"ref", "heading", "snippet", "is_summary"}].
        """
        with opened(data, database, write=False) as connection:
            hits = search(connection, " ".join(words), when(connection, at, data), most=most)
        plain = [{**each._asdict(), "snippet": unmarked(each.snippet)} for each in hits]
        if as_json:
            show_json(plain)
            return
        for each in plain:
            typer.echo(f"{each['ref']:<14}{each['heading']}\n{'':<14}{each['snippet']}")
        if not plain:
            typer.echo("Nothing is found: all words have to stand in one heading or text.")

    @app.command("terms")
    def list_terms(
        words: _Name = None,
        at: _At = "",
        data: DataFolder = None,
        database: DatabaseUrl = None,
        as_json: AsJson = False,
    ) -> None:
        """The defined terms, in our words; of one, also where it is used.

        JSON: a list of objects, or one: {"term", "definition", "source", "since", "uses", "used_by", ...}.
        """
        name = " ".join(words or ())
        with opened(data, database, write=False) as connection:
            moment = when(connection, at, data)
            found = [term(connection, name, moment)] if name else terms(connection, moment)
        told = [tell.term(each) for each in found]
        if as_json:
            show_json(told[0] if name else told)
            return
        for each in told:
            typer.echo(f"{each['term']}: {each['definition']} ({each['source']})")
            for what in ("uses", "used_by", "provisions") if name else ():
                if each[what]:
                    typer.echo(f"  {what.replace('_', ' ')}: {', '.join(each[what])}")

    @app.command()
    def timeline(
        ref: _Ref = CODE, data: DataFolder = None, database: DatabaseUrl = None, as_json: AsJson = False
    ) -> None:
        """What happened to a provision, to what it lies in and to what lies in it; or to the whole Code.

        JSON: [{"effective", "version", "verb", "target", "modification", "kinds", "legal_basis", ...}].
        """
        with opened(data, database, write=False) as connection:
            told = [tell.event(each) for each in history(connection, ref)]
        if as_json:
            show_json(told)
            return
        for each in told:
            what = each["target"] or each["printed"]
            said = f"{each['effective']}  {each['version']:<6}{each['verb']:<14}{what:<28}"
            typer.echo(f"{said}{each['modification']}".rstrip())


def _contents(lines: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        show_json(lines)
        return
    for each in lines:
        status = "" if each["status"] == "in force" else f" ({each['status']})"
        reads = each["heading"] or each.get("text", "")
        if ":" in each["ref"]:
            reads = f"{reads}: {each.get('text', '')}"
        typer.echo(f"{each['ref']:<13} {reads}{status}".rstrip())


def _show(whole: dict[str, Any]) -> None:
    if whole["note"]:
        typer.echo(f"{whole['note']}\n")
    typer.echo(f"{whole['ref']} {whole['heading']}".rstrip())
    typer.echo(f"as at {whole['at']}, version {whole['version'] or 'none'}: {whole['status']}")
    if whole["changed_by"]:
        typer.echo(f"last {whole['changed_by']} on {whole['since']}")
    if whole["text"]:
        typer.echo(f"\n{whole['text']}\n\n({whole['source']})")
    if whole["behind"] and not whole["is_summary"]:
        typer.echo(f"({whole['behind']})")
    if whole["within"]:
        typer.echo("")
        _contents(whole["within"], as_json=False)

"""``gbsmart code load|correct|diff``: a person's own texts of the Code, their errata, and what changed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from gbsmart.codebook.command_options import AsJson, DatabaseUrl, DataFolder, Now, Opener, show_json
from gbsmart.codebook.comparing import AUTHOR, FORMATS, Compared, compare_states, compare_texts, told, written
from gbsmart.codebook.correcting import correct
from gbsmart.codebook.loads.model import Load, Prepared, TextFile, prepare
from gbsmart.codebook.loads.service import keep
from gbsmart.codebook.references import CODE, normal
from gbsmart.codebook.service import moment_asked
from gbsmart.codebook.texts import View
from gbsmart.codebook.texts.source import MAX_FILE
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.ground.working_days import civil_day

_Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", help="A .docx, .pdf, .md or .txt file, or several that are one text."),
]
_Document = Annotated[
    str, typer.Option(help="The Section, Schedule or Appendix that it is, where the text does not say so.")
]
_From = Annotated[
    str, typer.Option("--from", metavar="DATE", help="From when on the Code reads so, such as 2016-11-08.")
]
_Version = Annotated[
    str, typer.Option(help="The version of the Code that it is of; it reads so from the version's date.")
]
_State = Annotated[
    View, typer.Option(help="Of a change-marked Word file: all changes accepted, or all rejected.")
]
_Partial = Annotated[bool, typer.Option("--partial", help="Load the rest if some paragraphs have no place.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be loaded.")]
_Wrong = Annotated[str, typer.Argument(metavar="REF", help="The provision that has the slip, such as H4.8.")]
_Printed = Annotated[str, typer.Argument(metavar="PRINTED", help="What is printed, as it stands there once.")]
_Reading = Annotated[str, typer.Argument(metavar="READING", help="What is meant.")]
_Since = Annotated[
    str, typer.Option("--from", metavar="DATE", help="From when on it is read so.  [default: now]")
]
_Old = Annotated[str, typer.Argument(metavar="A", help="A version (5.0), a date, or a file.")]
_New = Annotated[str, typer.Argument(metavar="B", help="What it is compared with.")]
_Ref = Annotated[str, typer.Argument(metavar="[REF]", help="What of the Code, such as H or H4.8.")]
_Format = Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")]
_Out = Annotated[Path | None, typer.Option(help="The file to write; Word files need one.")]
_Author = Annotated[str, typer.Option(help="Who tracked changes in Word are by.")]


def add_text_commands(app: typer.Typer, opened: Opener, now: Now) -> None:
    """Give an application the commands, on the library that ``opened`` opens."""

    @app.command()
    def load(
        files: _Files,
        document: _Document = "",
        since: _From = "",
        version: _Version = "",
        state: _State = View.NEW,
        partial: _Partial = False,
        dry_run: _DryRun = False,
        data: DataFolder = None,
        database: DatabaseUrl = None,
        as_json: AsJson = False,
    ) -> None:
        """Load a text of your own, split into the provisions of the Code.

        JSON: {"id", "source", "documents", "at", "version", "change_marked", "refs", "left_out", "slips",
        "terms"}; "id" is null where nothing was stored.
        """
        prepared = prepare(list(map(_file, files)), normal(document) if document else "", state)
        stored: Load | None = None
        if not dry_run and (partial or not prepared.split.faults):
            _check_when(since, version)
            with opened(data, database, write=True) as connection:
                at = moment_asked(connection, since or version)
                stored = keep(connection, prepared, at=at, now=now(data), version=version, partial=partial)
        if as_json:
            show_json(_told(prepared, stored))
        else:
            _say(prepared, stored)
        if prepared.split.faults and not partial:
            raise typer.Exit(1)

    @app.command("correct")
    def put_right(
        ref: _Wrong,
        printed: _Printed,
        reading: _Reading,
        since: _Since = "",
        data: DataFolder = None,
        database: DatabaseUrl = None,
        as_json: AsJson = False,
    ) -> None:
        """Read a slip of a text that is held as it was meant, and keep it as an erratum.

        JSON: {"place", "printed", "reading", "since"}.
        """
        with opened(data, database, write=True) as connection:
            at = moment_asked(connection, since) if since else now(data)
            kept = correct(connection, ref, printed, reading, at=at)
        if as_json:
            show_json(kept)
        else:
            typer.echo(f"{kept.place}: {kept.printed!r} is read {kept.reading!r} from {civil_day(at)} on.")

    @app.command()
    def diff(
        old: _Old,
        new: _New,
        ref: _Ref = CODE,
        form: _Format = "text",
        out: _Out = None,
        author: _Author = AUTHOR,
        data: DataFolder = None,
        database: DatabaseUrl = None,
        as_json: AsJson = False,
    ) -> None:
        """Show what changed between two versions or dates, or between two files, word by word.

        JSON: {"ref", "title", "from", "to", "counts", "differences", "unworded", "has_summaries",
        "events"}.
        """
        if form not in FORMATS:
            raise InvalidValue(f"{form!r} is no format", field="format", remedy=f"Name {', '.join(FORMATS)}.")
        if form == "docx" and out is None:
            raise InvalidValue("a Word file is not for the screen", field="out", remedy="Name a file.")
        if Path(old).is_file() and Path(new).is_file():
            compared = _of_files(Path(old), Path(new), normal(ref))
        else:
            with opened(data, database, write=False) as connection:
                compared = compare_states(connection, old, new, ref)
        _show(compared, written(compared, form, now(data), author), out, as_json=as_json)


def _check_when(since: str, version: str) -> None:
    if not since and not version:
        raise InvalidValue(
            "it is not said from when on the Code reads so", field="from", remedy="Give --from or --version."
        )


def _of_files(old: Path, new: Path, ref: str) -> Compared:
    first, last = (prepare([_file(path)]) for path in (old, new))
    for each in (first, last):
        for fault in each.split.faults:
            typer.echo(f"no place: {each.source}, {fault.place}: {fault.reason}", err=True)
    return compare_texts((old.name, first.split), (new.name, last.split), ref)


def _file(path: Path) -> TextFile:
    if not path.is_file():
        raise NotFound(f"there is no file {path}")
    with path.open("rb") as file:
        return TextFile(path.name, file.read(MAX_FILE + 1))


def _show(compared: Compared, octets: bytes, out: Path | None, *, as_json: bool) -> None:
    if out is not None:
        out.write_bytes(octets)
    if as_json:
        show_json(told(compared))
    elif out is not None:
        typer.echo(f"{out}: {compared.title}")
    else:
        sys.stdout.write(octets.decode())


def _told(prepared: Prepared, stored: Load | None) -> dict[str, Any]:
    return {
        "id": stored.id if stored else None,
        "source": prepared.source,
        "documents": prepared.documents,
        "at": stored.at if stored else None,
        "version": stored.version if stored else "",
        "change_marked": prepared.change_marked,
        "refs": [each.ref for each in prepared.split.clauses],
        "left_out": prepared.left_out,
        "slips": prepared.slips,
        "terms": [each.term for each in prepared.terms],
    }


def _say(prepared: Prepared, stored: Load | None) -> None:
    count, names = len(prepared.split.clauses), ", ".join(prepared.documents) or "no document"
    what = f"loaded as load {stored.id}" if stored else "read, and not stored"
    typer.echo(
        f"{prepared.source}: {count} provisions of {names}, terms defined: {len(prepared.terms)}; {what}."
    )
    if prepared.change_marked:
        typer.echo("It holds tracked changes; --state says which text is read.")
    beside = sum(not each.fault for each in prepared.left_out)
    if beside:
        typer.echo(f"Left out beside the text (headers, page numbers and the like): {beside}.")
    for each in prepared.left_out:
        if each.fault:
            typer.echo(f"no place: {each.place}: {each.reason}: {each.text[:80]}", err=True)
    for slip in prepared.slips:
        typer.echo(f"likely erratum in {slip.ref}: {slip.printed}: {slip.fault}")

"""``gbsmart case``: procedures and cases from the command line, on the database of a data folder.

Whoever can read and write the data folder is trusted with it, and says with ``--as`` for whom he or she acts;
what that account may do is asked of it as on any page. Time is the machine's unless ``--at`` says otherwise,
as it must where the system's own clock is another: what has fallen due by then happens before the act.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from gbsmart import accounts
from gbsmart.accounts import Account, Capacity
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.ground.working_days import end_of
from gbsmart.procedures import reading
from gbsmart.procedures.declaration import Procedures, declared
from gbsmart.procedures.desk import Desk, Handed
from gbsmart.procedures.model import NewDocument
from gbsmart.procedures.printing import (
    acts_text,
    case_text,
    cases_text,
    dues_text,
    procedure_text,
    procedures_text,
)
from gbsmart.procedures.record import title_of_file
from gbsmart.procedures.registers import capacity_named
from gbsmart.procedures.telling import told_case, told_due, told_in_short, told_procedure
from gbsmart.procedures.undeclared import procedure_of
from gbsmart.web import as_json as json_values

OpenDesk = Callable[[Path | None, str | None, datetime | None], AbstractContextManager[Desk]]
"""Opens the desk of a data folder (or of a database elsewhere) at a moment; the machine's time if none."""

_Reference = Annotated[str, typer.Argument(metavar="CASE", help="Reference of the case, such as MP001.")]
_Given = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FIELD=VALUE", help="Values; a list's are given one by one; FIELD=@FILE reads it from a file."
    ),
]
_As = Annotated[str, typer.Option("--as", metavar="ACCOUNT", help="Who acts.")]
_AsNeeded = Annotated[str, typer.Option("--as", metavar="ACCOUNT", help="Who acts.", show_default=False)]
_In = Annotated[str, typer.Option("--capacity", metavar="ROLE[:OF]", help="In which of several capacities.")]
_Reason = Annotated[str, typer.Option(help="Why.")]
_Document = Annotated[
    list[str] | None, typer.Option("--document", metavar="KIND=FILE", help="A document; several times.")
]
_Confidential = Annotated[
    list[str] | None, typer.Option("--confidential", metavar="KIND=FILE", help="A confidential document.")
]
_At = Annotated[
    datetime | None,
    typer.Option(
        "--at", formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"], help="When, in UTC, if not now."
    ),
]
_Data = Annotated[Path | None, typer.Option(help="Data folder of the system.  [default: .gbsmart]")]
_Database = Annotated[str | None, typer.Option(help="URL of the DCC's database, if it is elsewhere.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def commands(open_desk: OpenDesk, known: Callable[[], Procedures]) -> typer.Typer:
    """The commands, on the desks that ``open_desk`` opens, with the procedures that are ``known``."""
    app = typer.Typer(
        name="case", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
        help="Cases under the Code: what there is, what is due, opening, acting and voting.",
    )  # fmt: skip
    _reading_commands(app, open_desk)
    _catalogue_command(app, known)
    _acting_commands(app, open_desk)
    return app


def _reading_commands(app: typer.Typer, open_desk: OpenDesk) -> None:
    @app.command("list")
    def list_cases(
        procedure: Annotated[str, typer.Option(help="Of this procedure.")] = "",
        state: Annotated[str, typer.Option(help="In this state.")] = "",
        subject: Annotated[str, typer.Option(help="About this, such as SUP1.")] = "",
        due: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help="With something due by this day.")
        ] = None,
        account: _As = "",
        data: _Data = None,
        database: _Database = None,
        as_json: _Json = False,
    ) -> None:
        """Cases, the newest first; with --as those which concern that account. JSON: {"cases": [...]}."""
        with open_desk(data, database, None) as desk, desk.store.reading() as connection:
            if procedure:
                declared(desk.procedures, procedure)
            who = accounts.account(connection, account) if account else None
            found = reading.cases(
                connection, procedure=procedure, state=state, subject=subject,
                capacities=who.capacities if who else None, due_by=end_of(due.date()) if due else None,
            )  # fmt: skip
            told = [told_case(desk.sight(connection, who).case(each)) for each in found]
        _say({"cases": told}, cases_text(told), as_json=as_json)

    @app.command()
    def show(
        reference: _Reference,
        account: _As = "",
        data: _Data = None,
        database: _Database = None,
        as_json: _Json = False,
    ) -> None:
        """A case with all that belongs to it; with --as what that account may see, and can do now."""
        with open_desk(data, database, None) as desk:
            _say_case(desk, reference, _account(desk, account) if account else None, as_json=as_json)

    @app.command()
    def due(
        whom: Annotated[str, typer.Option(help="From this capacity, such as party:SUP1.")] = "",
        data: _Data = None,
        database: _Database = None,
        as_json: _Json = False,
    ) -> None:
        """What is due, from whom, by when, and what is overdue. JSON: {"due": [...], "overdue": [...]}."""
        capacities = capacity_named(whom)
        with open_desk(data, database, None) as desk, desk.store.reading() as connection:
            told = {
                name: list(map(told_due, reading.deadlines(connection, status=status, whom=capacities)))
                for name, status in (("due", "open"), ("overdue", reading.OVERDUE))
            }
        _say(told, dues_text(told["overdue"], told["due"]), as_json=as_json)


def _catalogue_command(app: typer.Typer, known: Callable[[], Procedures]) -> None:
    @app.command()
    def procedures(
        name: Annotated[str, typer.Argument(metavar="[PROCEDURE]", help="One of them, in full.")] = "",
        as_json: _Json = False,
    ) -> None:
        """Every procedure, or one with its states, acts and clocks. JSON: {"procedures": [...]}, or it."""
        if name:
            whole = told_procedure(declared(known(), name))
            _say(whole, procedure_text(whole), as_json=as_json)
            return
        told = list(map(told_in_short, known().values()))
        _say({"procedures": told}, procedures_text(told), as_json=as_json)


def _acting_commands(app: typer.Typer, open_desk: OpenDesk) -> None:
    @app.command("open")
    def open_case(
        procedure: Annotated[str, typer.Argument(metavar="PROCEDURE", help="Such as modification.")],
        given: _Given = None,
        *,
        account: _AsNeeded,
        capacity: _In = "",
        reason: _Reason = "",
        document: _Document = None,
        confidential: _Confidential = None,
        at: _At = None,
        data: _Data = None,
        database: _Database = None,
        as_json: _Json = False,
    ) -> None:
        """Open a case, and show it."""
        handed = _handed(given, capacity, reason, document, confidential)
        with open_desk(data, database, _utc(at)) as desk:
            who = _account(desk, account)
            reference = desk.open(procedure, who, handed).reference
            _say_case(desk, reference, who, as_json=as_json)

    @app.command()
    def do(
        reference: _Reference,
        act: Annotated[
            str, typer.Argument(metavar="[ACT]", help="What is done; else what can be is told.")
        ] = "",
        given: _Given = None,
        *,
        account: _AsNeeded,
        capacity: _In = "",
        reason: _Reason = "",
        document: _Document = None,
        confidential: _Confidential = None,
        at: _At = None,
        data: _Data = None,
        database: _Database = None,
        as_json: _Json = False,
    ) -> None:
        """Act in a case, and show it; without an act: what can be done now, and what is needed for it."""
        handed = _handed(given, capacity, reason, document, confidential)
        with open_desk(data, database, _utc(at)) as desk:
            who = _account(desk, account)
            if not act:
                whole = desk.whole(reference, who)
                told = {"reference": reference, "possible": whole["possible"], "ballots": whole["ballots"]}
                lines = list(acts_text(whole)) or [f"{account} can do nothing in {reference} now"]
                _say(told, lines, as_json=as_json)
                return
            _check_moment(desk, reference)
            desk.act(reference, act, who, handed)
            _say_case(desk, reference, who, as_json=as_json)

    @app.command()
    def vote(
        reference: _Reference,
        ballot: Annotated[str, typer.Argument(help="Which ballot.")],
        choice: Annotated[str, typer.Argument(help="Such as approve, reject or abstain.")],
        account: _AsNeeded,
        capacity: _In = "",
        reason: _Reason = "",
        at: _At = None,
        data: _Data = None,
        database: _Database = None,
        as_json: _Json = False,
    ) -> None:
        """Vote, or change one's vote, and show the case."""
        with open_desk(data, database, _utc(at)) as desk:
            who = _account(desk, account)
            _check_moment(desk, reference)
            desk.vote(reference, ballot, who, choice, _handed(None, capacity, reason, None, None))
            _say_case(desk, reference, who, as_json=as_json)


def _utc(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at else None


def _account(desk: Desk, name: str) -> Account:
    with desk.store.reading() as connection:
        found = accounts.account(connection, name)
    if found.closed:
        raise InvalidValue(f"{name} is closed", field="as")
    return found


def _check_moment(desk: Desk, reference: str) -> None:
    """Refuse an act at a moment before what has happened in the case already."""
    with desk.store.reading() as connection:
        reading.case(connection, reference)
        last = reading.entries(connection, reference)[-1].at
    if last > desk.clock.now():
        raise InvalidValue(
            f"{reference} has gone on to {last:%Y-%m-%dT%H:%M:%S} by its system's clock", field="at",
            remedy="Say with --at when this is done.",
        )  # fmt: skip


def _handed(
    given: list[str] | None,
    capacity: str,
    reason: str,
    documents: list[str] | None,
    confidential: list[str] | None,
) -> Handed:
    values: dict[str, Any] = {}
    for each in given or ():
        name, there, value = each.partition("=")
        if not there:
            raise InvalidValue("is no FIELD=VALUE", field=each)
        if value.startswith("@"):
            value = _octets(value[1:]).decode("utf-8", "replace")
        values[name] = [*_listed(values[name]), value] if name in values else value
    filed = [_document(each, is_confidential=False) for each in documents or ()]
    filed += [_document(each, is_confidential=True) for each in confidential or ()]
    return Handed(values, reason, filed, Capacity.parse(capacity) if capacity else None)


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _document(text: str, *, is_confidential: bool) -> NewDocument:
    kind, there, file = text.partition("=")
    if not there or not kind:
        raise InvalidValue("is no KIND=FILE", field="document")
    media_type = mimetypes.guess_type(file)[0] or "application/octet-stream"
    name = Path(file).name
    return NewDocument(kind, title_of_file(name), _octets(file), media_type, is_confidential, name)


def _octets(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as problem:
        raise NotFound(f"{file} cannot be read: {problem.strerror}") from None


def _say_case(desk: Desk, reference: str, account: Account | None, *, as_json: bool) -> None:
    whole = desk.whole(reference, account)
    procedure = procedure_of(desk.procedures, whole["procedure"], whole["state"])
    _say(whole, case_text(whole, procedure), as_json=as_json)


def _say(told: Any, lines: Iterable[str], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(json_values(told), indent=2, ensure_ascii=False))
        return
    for line in lines:
        typer.echo(line)

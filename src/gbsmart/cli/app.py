"""The root command: finds commands by name, runs them, and turns errors into messages and exit codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from gbsmart.cli.failure import report
from gbsmart.cli.registry import COMMANDS


class _LazyGroup(TyperGroup):
    """Knows all commands by name and summary, and loads the one that is called."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self._rows = {row.name: row for row in COMMANDS}
        for row in COMMANDS:
            self.commands[row.name] = TyperCommand(row.name, callback=None, help=row.summary)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        row = self._rows.get(cmd_name)
        if row is None:
            return None
        target = row.load()
        if not isinstance(target, typer.Typer):
            target = _alone(target)
        command = get_command(target)
        command.name = row.name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(row.name, row.summary) for row in COMMANDS])


def _alone(function: Any) -> typer.Typer:
    """A function as an app of one command."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command()(function)
    return app


app = typer.Typer(
    name="gbsmart",
    cls=_LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Great Britain's smart metering system under the Smart Energy Code, open and runnable.",
    epilog="Exit codes: 0 done; 1 refused or invalid; 2 wrong usage; 3 time-out; 4 unreachable; 70 a defect.",
)


def _version(wanted: bool) -> None:
    if wanted:
        from gbsmart import __version__

        typer.echo(f"gbsmart {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Say the version."
    ),
) -> None:
    pass


def run(arguments: Sequence[str]) -> int:
    """Run ``gbsmart`` with ``arguments``; the exit code. Errors are reported, not raised."""
    command = get_command(app)
    try:
        command.main(args=list(arguments), prog_name="gbsmart")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except Exception as error:  # noqa: BLE001 - the last resort of the program
        return report(error, as_json="--json" in arguments)
    return 0

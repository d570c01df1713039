"""``gbsmart code systems``: which systems of the Code run here, where, and which test shows it."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from gbsmart.governance.systems import systems
from gbsmart.governance.telling import told_systems
from gbsmart.ground import InvalidValue


def add_systems_command(app: typer.Typer) -> None:
    """Give an application the command."""

    @app.command("systems")
    def list_systems(
        area: Annotated[str, typer.Option(help="Only of this area, such as modifications.")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ) -> None:
        """The systems of the Code: those that run, and those that are named with where they will.

        JSON: [{"id", "name", "area", "section", "status": "running"|"named", "link", "test", "place"}].
        """
        areas = list(dict.fromkeys(each.area for each in systems()))
        if area and area not in areas:
            raise InvalidValue(f"{area!r} is none of {', '.join(areas)}", field="area")
        found = [each for each in systems() if area in ("", each.area)]
        if as_json:
            typer.echo(json.dumps(told_systems(found), indent=2))
            return
        for each in found:
            typer.echo(f"{each.id:<6}{each.status:<9}{each.name:<56}{each.link or each.place}")

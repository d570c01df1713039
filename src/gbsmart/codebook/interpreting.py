"""Section A for whoever asks: which text prevails (A2), and which specification applies on a day (A3).

The same answers on the command line (``gbsmart code applicable|prevails``), for programs under
``/code/v1/interpretation``, and on the page ``/code/applicable``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

import typer
from pydantic import Field
from starlette.requests import Request

from gbsmart.codebook import command_options
from gbsmart.codebook.applicability import applicable, specification_versions
from gbsmart.codebook.precedence import prevails
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import civil_day
from gbsmart.web import Interface, Operation, Page, Site, Takes

BASE = "/code/v1/interpretation"
Now = Callable[[], datetime]


class Specification(Takes):
    """Which Technical Specification, and on which day."""

    specification: str = Field(max_length=20, description="SMETS1, SMETS2, CHTS or GBCS")
    on: str = Field("", max_length=10, description="a day; today, if it is left out")


class Texts(Takes):
    """Two texts, such as H4.8 and Appendix AC."""

    one: str = Field(max_length=80)
    other: str = Field(max_length=80)


def told_applicable(specification: str, day: date) -> list[dict[str, Any]]:
    """The versions of a specification on a day, as JSON has them."""
    return [
        {
            "specification": each.specification.specification,
            "version": each.specification.version,
            "designated": each.specification.designated.isoformat(),
            "installable": each.installable,
            "maintainable": each.maintainable,
            "gbcs": list(each.gbcs),
            "basis": each.specification.basis,
            "notes": each.specification.notes,
        }
        for each in applicable(specification, day)
    ]


def day_asked(text: str, now: Now) -> date:
    """The day that somebody asks for; today for ""; raises :class:`InvalidValue`."""
    try:
        return date.fromisoformat(text) if text else civil_day(now())
    except ValueError:
        raise InvalidValue(f"{text!r} is no day", field="on", remedy="Write 2018-12-05.") from None


def place(site: Site, now: Now) -> None:
    """Put the page and the interface for programs on a site."""
    names = list(dict.fromkeys(each.specification for each in specification_versions()))

    async def page(request: Request) -> Page:
        asked = request.query_params.get("specification", names[0])
        day = day_asked(request.query_params.get("on", ""), now)
        model = {"specification": asked, "on": day, "versions": told_applicable(asked, day)}
        extra = {"specifications": names}
        return Page("Which specification applies", "code_applicable.html", model, extra)

    site.page("/code/applicable", page)
    site.interface(interface(now))


def interface(now: Now) -> Interface:
    """The interface, declared."""

    def versions(asked: Specification, _request: Request) -> list[dict[str, Any]]:
        return told_applicable(asked.specification, day_asked(asked.on, now))

    def higher(asked: Texts, _request: Request) -> dict[str, Any]:
        return prevails(asked.one, asked.other)._asdict()

    return Interface(
        BASE, "Interpretation of the Smart Energy Code", "Which text prevails, and which version applies.",
        (
            Operation("list_applicable", "GET", "/applicable", "The versions of a Technical Specification, "
                      "and what each may be used for on a day (SEC A3).", Specification,
                      list[dict[str, Any]], versions),
            Operation("show_prevailing", "GET", "/prevailing", "Which of two texts prevails (SEC A2).",
                      Texts, dict[str, Any], higher),
        ),
        {},
    )  # fmt: skip


def add_interpretation_commands(app: typer.Typer, now: command_options.Now) -> None:
    """Give an application the commands."""

    @app.command("applicable")
    def applies(
        specification: Annotated[str, typer.Argument(help="SMETS1, SMETS2, CHTS or GBCS.")],
        on: Annotated[str, typer.Option(metavar="DAY", help="On which day.  [default: today]")] = "",
        data: command_options.DataFolder = None,
        as_json: command_options.AsJson = False,
    ) -> None:
        """The versions of a Technical Specification on a day: what may be installed, what maintained.

        JSON: [{"specification", "version", "designated", "installable", "maintainable", "gbcs", ...}].
        """
        told = told_applicable(specification, day_asked(on, lambda: now(data)))
        if as_json:
            typer.echo(json.dumps(told, indent=2))
            return
        for each in told:
            uses = [word for word in ("installable", "maintainable") if each[word]]
            gbcs = f"  with GBCS {', '.join(each['gbcs'])}" if each["gbcs"] else ""
            said = f"{each['specification']} {each['version']:<6}{', '.join(uses) or 'no longer valid':<28}"
            typer.echo(f"{said}{gbcs}".rstrip())

    @app.command("prevails")
    def which(
        one: Annotated[str, typer.Argument(help="A text, such as H4.8.")],
        other: Annotated[str, typer.Argument(help="Another, such as 'Appendix AC'.")],
        as_json: command_options.AsJson = False,
    ) -> None:
        """Which of two texts prevails where they cannot both be right. JSON: {"ref", "why"}."""
        told = prevails(one, other)
        typer.echo(json.dumps(told._asdict()) if as_json else f"{told.ref or 'neither'}: {told.why}")

"""``gbsmart reference``: a page of the reference on standard output."""

from __future__ import annotations

import json
from typing import Annotated, NoReturn

import typer

from gbsmart.ground import NotFound
from gbsmart.reference.finding import about, data_about
from gbsmart.reference.pages import PAGES, Objects

_WHICH = f"A page ({', '.join(PAGES)}), or a variant, form or code (6.8, ECS17b, E19, N13, 8F0A)."
Name = Annotated[str, typer.Argument(metavar="[PAGE|WHAT]", help=_WHICH)]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object: lists of objects, made from the declarations.")
]


def reference(page: Name = "", as_json: AsJson = False) -> None:
    """Print a page of the reference as Markdown, or what all of them say of one thing.

    Without a name, which pages there are.

    With --json the same as data: one object that holds a list for each kind of thing. A page gives its own
    lists (service_requests; bodies; use_cases, message_codes; response_codes, dcc_alerts, alert_codes;
    duis_versions, duis_changes; gbcs_versions, gbcs_changes; faults; settings), a variant, form or code those
    objects that it names, and no name everything. The first member of an object is what names it.
    """
    if as_json:
        typer.echo(json.dumps(_data(page), indent=2, ensure_ascii=False))
    elif not page:
        typer.echo("\n".join(f"{each.name:18} {each.title}" for each in PAGES.values()))
    else:
        text = PAGES[page].text() if page in PAGES else about(page)
        typer.echo(text or _nothing_of(page), nl=False)


def _data(page: str) -> Objects:
    if page:
        return (PAGES[page].data() if page in PAGES else data_about(page)) or _nothing_of(page)
    return {name: objects for each in PAGES.values() for name, objects in each.data().items()}


def _nothing_of(page: str) -> NoReturn:
    raise NotFound(
        f"the reference knows nothing of {page!r}",
        remedy=f"Name a variant, form or code, or a page: {', '.join(PAGES)}.",
    )

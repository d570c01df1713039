"""``gbsmart reference``: a page of the reference on standard output."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from gbsmart.ground import NotFound
from gbsmart.reference.pages import PAGES

Name = Annotated[str, typer.Argument(metavar="[PAGE]", help=f"One of {', '.join(PAGES)}.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def reference(page: Name = "", as_json: AsJson = False) -> None:
    """Print a page of the reference as Markdown; without a name, which pages there are."""
    if not page:
        listed = {each.name: each.title for each in PAGES.values()}
        typer.echo(json.dumps(listed) if as_json else "\n".join(f"{k:18} {v}" for k, v in listed.items()))
        return
    if page not in PAGES:
        raise NotFound(f"there is no page {page!r}", remedy=f"The pages are {', '.join(PAGES)}.")
    text = PAGES[page].text()
    typer.echo(json.dumps({"name": page, "text": text}) if as_json else text, nl=as_json)

"""``gbsmart reference``: a page of the reference on standard output."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from gbsmart.ground import NotFound
from gbsmart.reference.finding import about
from gbsmart.reference.pages import PAGES

_WHICH = f"A page ({', '.join(PAGES)}), or a variant, form or code (6.8, ECS17b, E19, N13, 8F0A)."
Name = Annotated[str, typer.Argument(metavar="[PAGE|WHAT]", help=_WHICH)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def reference(page: Name = "", as_json: AsJson = False) -> None:
    """Print a page of the reference as Markdown, or what all of them say of one thing.

    Without a name, which pages there are.
    """
    if not page:
        listed = {each.name: each.title for each in PAGES.values()}
        typer.echo(json.dumps(listed) if as_json else "\n".join(f"{k:18} {v}" for k, v in listed.items()))
        return
    text = PAGES[page].text() if page in PAGES else about(page)
    if not text:
        raise NotFound(
            f"the reference knows nothing of {page!r}",
            remedy=f"Name a variant, form or code, or a page: {', '.join(PAGES)}.",
        )
    typer.echo(json.dumps({"name": page, "text": text}) if as_json else text, nl=as_json)

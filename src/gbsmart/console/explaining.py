"""The page that explains whatever is pasted into it."""

from __future__ import annotations

import asyncio
from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from gbsmart.console.documents import LARGEST_TEXT
from gbsmart.console.exploring import Explorer, Finding
from gbsmart.console.highlight import highlighted
from gbsmart.ground import InvalidValue
from gbsmart.web import Page, read_form

_TITLE = "Explain a message"
_LARGEST_FORM = 3 * LARGEST_TEXT
"""Octets: each letter of a form may be written as three (``%3C``)."""
EXAMPLE = (
    "DF0901000000000000 03E8 08 90B3D51F30010000 08 00DB1234567890A0 00 02004F 15"
    " D9200003E8000103000900000A006AFF010112 0033"
)
"""A Pre-Command of ECS42: close the load switch (enable supply). Made up; its counter is 1000."""
EXAMPLE_UTRN = "73982480112222300166"
"""A top-up of ten pounds; made up, so that only its form is right."""


class ExplainPage:
    """``/explain``: a form, and below it what ``message`` (in the query or the form) means."""

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer

    async def page(self, request: Request) -> Page:
        """The page; with ``message`` it also holds the explanation, and its JSON twin is that."""
        text = request.query_params.get("message", "")
        if request.method == "POST":
            form = await read_form(request, largest=_LARGEST_FORM, field="message")
            text = form.get("message", "")
        model = {"message": text, "error": "", "example": EXAMPLE}
        if not text:
            return Page(_TITLE, "explain.html", model, {"findings": ()})
        try:
            findings = await asyncio.to_thread(self._explorer.explore, text)
        except InvalidValue as error:
            model["error"] = error.reason
            if error.field == "private key":
                model["message"] = ""
            return Page(_TITLE, "explain.html", model, {"findings": ()}, status=400)
        shown = [_Shown(finding, index) for index, finding in enumerate(findings)]
        twin: dict[str, Any] = findings[0].to_json()
        if len(findings) > 1:
            twin["others"] = [each.to_json() for each in findings[1:]]
        return Page(findings[0].title, "explain.html", model, {"findings": shown}, twin=twin)


class _Shown:
    """A finding as the page shows it."""

    def __init__(self, finding: Finding, index: int) -> None:
        self.finding = finding
        reading = finding.reading
        self.fault = reading.fault if reading else ""
        self.xml = highlighted(reading.xml) if reading and reading.xml else ""
        self.mmc = [highlighted(each) for each in reading.mmc] if reading else []
        self.messages = [
            Markup(each.to_html(f"f{index}m{number}"))  # noqa: S704 - the fragment escapes what it shows
            for number, each in enumerate(reading.messages if reading else ())
        ]

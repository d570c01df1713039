"""The page that explains a pasted message."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from gbsmart.console.documents import LARGEST_TEXT, Reader, read_pasted
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


class ExplainPage:
    """``/explain``: a form, and below it what ``message`` (in the query or the form) means."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def page(self, request: Request) -> Page:
        """The page; with ``message`` it also holds the explanation, and its JSON twin is that."""
        text = request.query_params.get("message", "")
        if request.method == "POST":
            form = await read_form(request, largest=_LARGEST_FORM, field="message")
            text = form.get("message", "")
        model = {"message": text, "error": "", "example": EXAMPLE}
        nothing: dict[str, Any] = {"reading": None, "messages": ()}
        if not text:
            return Page(_TITLE, "explain.html", model, nothing)
        try:
            reading = self._reader.read(read_pasted(text))
        except InvalidValue as error:
            model["error"] = error.reason
            return Page(_TITLE, "explain.html", model, nothing, status=400)
        messages = tuple(
            Markup(each.to_html(f"m{index}"))  # noqa: S704 - the fragment escapes what it shows
            for index, each in enumerate(reading.messages)
        )
        title = reading.messages[0].heading.split(":")[0] if reading.messages else _TITLE
        shown = {"reading": reading, "messages": messages}
        return Page(title, "explain.html", model, shown, twin=reading.to_json())

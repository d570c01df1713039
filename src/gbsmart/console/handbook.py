"""The pages that say what every Service Request and use case is for, what it holds, and how it looks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from markupsafe import Markup
from starlette.requests import Request

from gbsmart.console.highlight import highlighted
from gbsmart.ground import NotFound
from gbsmart.handbook.bodies import rows_of
from gbsmart.handbook.finding import Entry, find
from gbsmart.handbook.use_cases import address_of, names, use_case
from gbsmart.handbook.variants import variant
from gbsmart.handbook.worked import explained
from gbsmart.web import Page

_INSIDE = "\N{MIDDLE DOT}\N{NO-BREAK SPACE}"


class HandbookPages:
    """``/reference`` and what is below it; ``sends`` is whether there are forms to link to."""

    def __init__(self, *, sends: bool) -> None:
        self._sends = sends

    async def index(self, request: Request) -> Page:
        """``/reference``: every page, or those that ``?q=`` finds."""
        text = request.query_params.get("q", "")
        found = await asyncio.to_thread(find, text)
        lines = {
            kind: [_line(each) for each in found if each.kind == kind]
            for kind in ("service-requests", "use-cases")
        }
        model = {
            "q": text, "count": len(found), "service_requests": lines["service-requests"],
            "use_cases": lines["use-cases"],
        }  # fmt: skip
        return Page("Reference", "handbook.html", model)

    async def use_case(self, request: Request) -> Page:
        """``/reference/use-cases/{name}``: one use case; its worked messages are explained octet by octet."""
        address = request.path_params["name"]
        known = {each.lower(): name for each, name in names().items()}
        if address.lower() not in known:
            raise NotFound(f"no use case is called {address!r}", remedy="/reference lists them.")
        model = await asyncio.to_thread(use_case, known[address.lower()])
        examples = await asyncio.to_thread(_drawn, model["examples"])
        related = {name: address_of(name) for name in model["related"]}
        extra = {"examples": examples, "related": related, "inside": _INSIDE}
        return Page(f"{model['use_case']} {model['title']}", "use_case.html", model, extra)

    async def service_request(self, request: Request) -> Page:
        """``/reference/service-requests/{variant}``: one Service Request."""
        model = await asyncio.to_thread(variant, request.path_params["variant"])
        requests: dict[str, list[str]] = {}
        for each in model["becomes"]:
            requests.setdefault(each["request"], []).append(f"{each['device_type']} ({each['use_case']})")
        if model["request"]:
            requests[model["request"]] = []
        extra = {
            "addresses": {each["use_case"]: address_of(each["use_case"]) for each in model["becomes"]},
            "requests": [(", ".join(whose), highlighted(text)) for text, whose in requests.items()],
            "rows": [(_INSIDE * row.depth, row) for row in rows_of(model["body"]["holds"])],
            "sends": self._sends,
        }
        return Page(f"{model['variant']} {model['name']}", "variant.html", model, extra)


def _line(entry: Entry) -> dict[str, str]:
    return {
        "name": entry.name, "title": entry.title, "purpose": entry.purpose,
        "address": f"/reference/{entry.kind}/{entry.address}",
    }  # fmt: skip


def _drawn(examples: Mapping[str, str]) -> dict[str, Markup]:
    return {
        kind: Markup(explained(bytes.fromhex(octets)).to_html(kind))  # noqa: S704 - it escapes what it shows
        for kind, octets in examples.items()
    }

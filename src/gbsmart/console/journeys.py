"""The page of one Service Request: its journey, from every side."""

from __future__ import annotations

from datetime import timedelta

from markupsafe import Markup
from starlette.requests import Request

from gbsmart.console import words
from gbsmart.console.documents import Reader, Reading
from gbsmart.console.model import Journey, JourneySource, Step
from gbsmart.web import Arrow, Page, as_json, sequence_diagram


class JourneyPages:
    """The list of requests and one request."""

    def __init__(self, source: JourneySource, reader: Reader) -> None:
        self._source = source
        self._reader = reader

    async def journey(self, request: Request) -> Page:
        """``/requests/{id}``: everything that happened to one request."""
        journey = await self._source.journey(request.path_params["id"])
        readings = tuple(self._reader.read(each.octets) for each in journey.documents)
        extra = {
            "diagram": diagram(journey),
            "rows": rows(journey),
            "documents": [
                (document, reading, _fragments(reading, index))
                for index, (document, reading) in enumerate(zip(journey.documents, readings, strict=True))
            ],
            "tone": words.tone,
            "took": words.elapsed(_took(journey)),
        }
        twin = as_json(journey)
        for document, reading in zip(twin["documents"], readings, strict=True):
            document.update(reading.to_json())
        title = f"{journey.request.variant} {journey.request.name}"
        return Page(title, "journey.html", journey, extra, twin=twin)


def _fragments(reading: Reading, index: int) -> list[Markup]:
    return [
        Markup(each.to_html(f"d{index}m{number}"))  # noqa: S704 - the fragment escapes what it shows
        for number, each in enumerate(reading.messages)
    ]


def rows(journey: Journey) -> list[tuple[Step, str, str]]:
    """Each step with the time since the one before and since the start."""
    found = []
    for index, step in enumerate(journey.steps):
        since = step.at - journey.steps[max(index - 1, 0)].at
        total = step.at - journey.steps[0].at
        found.append((step, words.elapsed(since), words.elapsed(total)))
    return found


def _took(journey: Journey) -> timedelta:
    return journey.steps[-1].at - journey.steps[0].at if journey.steps else timedelta()


def diagram(journey: Journey) -> Markup:
    """The steps as a sequence diagram; each leads to what was said."""
    arrows = []
    for step, _, total in rows(journey):
        text = f"{step.name} {step.code}".rstrip()
        fault = step.code.startswith(("E", "N")) or step.name in ("time out", "undeliverable")
        href = "" if step.document is None else f"#document-{step.document}"
        arrows.append(Arrow(step.sender, step.receiver, text, total, "fault" if fault else "", href))
    description = "; ".join(
        f"{arrow.time}: {arrow.sender} to {arrow.receiver}, {arrow.text}" for arrow in arrows
    )
    return sequence_diagram("Who said what to whom", description, arrows, "journey")

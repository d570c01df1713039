"""The page of one Service Request: its journey, from every side."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from markupsafe import Markup
from starlette.requests import Request

from gbsmart.console import words
from gbsmart.console.answered import answered
from gbsmart.console.documents import Checked, Reader, Reading
from gbsmart.console.highlight import highlighted
from gbsmart.console.model import Document, HomeSource, Journey, JourneySource, SendSource, Step
from gbsmart.console.sides import sides_of
from gbsmart.console.trees import LARGEST, Branch, row_tree
from gbsmart.gbcs.explain import Explanation
from gbsmart.web import Arrow, Page, as_json, sequence_diagram


class JourneyPages:
    """One request from every side, and all of it as a file."""

    def __init__(
        self, source: JourneySource, reader: Reader, homes: HomeSource, sender: SendSource | None
    ) -> None:
        self._source = source
        self._reader = reader
        self._homes = homes
        self._sender = sender

    async def journey(self, request: Request) -> Page:
        """``/requests/{id}``: everything that happened to one request."""
        journey = await self._source.journey(request.path_params["id"])
        readings = await asyncio.to_thread(self._read, journey)
        brought = await asyncio.to_thread(answered, journey.documents, self._reader.keyring)
        sides = await sides_of(journey, self._homes, self._sender)
        extra = {
            "diagram": diagram(journey),
            "rows": rows(journey),
            "documents": [
                Shown(document, reading, index)
                for index, (document, reading) in enumerate(zip(journey.documents, readings, strict=True))
            ],
            "sides": sides,
            "checked": _checked(journey, readings),
            "failed": _failed(readings),
            "brought": brought.rows(),
            "sealed": brought.sealed,
            "tone": words.tone,
            "meaning": words.code_meaning,
            "took": words.elapsed(_took(journey)),
            "again": self._sender is not None,
        }
        twin = as_json(journey)
        for document, reading in zip(twin["documents"], readings, strict=True):
            document.update(reading.to_json())
        twin["values"], twin["sealed_values"] = brought.to_json(), brought.sealed
        twin["user"] = as_json(sides.heard)
        twin["dcc"] = [each.to_json() for each in sides.checks]
        twin["device"] = as_json(sides.log)
        title = f"{journey.request.variant} {journey.request.name}"
        return Page(title, "journey.html", journey, extra, twin=twin)

    def _read(self, journey: Journey) -> tuple[Reading, ...]:
        return tuple(self._reader.read(each.octets) for each in journey.documents)


def _checked(journey: Journey, readings: Sequence[Reading]) -> list[tuple[Document, Checked]]:
    """Every check of what reached the User."""
    return [
        (document, check)
        for document, reading in zip(journey.documents, readings, strict=True)
        if document.receiver == "User"
        for check in reading.checks
    ]


def _failed(readings: Sequence[Reading]) -> str:
    """What the device says that it did not do, or "": a request may be answered, and not carried out."""
    return next((check.found for each in readings for check in each.answers if check.tone == "bad"), "")


class Shown:
    """A document as the page shows it: XML in colours, trees, every message octet by octet and as MMC."""

    def __init__(self, document: Document, reading: Reading, index: int) -> None:
        self.document = document
        self.reading = reading
        self.xml = highlighted(reading.xml) if reading.xml else ""
        self.tree = reading.xml_tree if reading.xml_tree and reading.xml_tree.count() <= LARGEST else None
        self.mmc = [highlighted(each) for each in reading.mmc]
        self.messages = [
            (each, _tree(each), fragment)
            for each, fragment in zip(reading.messages, _fragments(reading, index), strict=True)
        ]


def _tree(message: Explanation) -> list[Branch]:
    """The message as a tree, with what was decrypted of it; none where that is more than a page draws."""
    rows = len(message.rows) + sum(len(each.rows) for each in message.opened)
    if rows > LARGEST:
        return []
    return [
        *row_tree(message.rows),
        *(Branch(each.title, inside=row_tree(each.rows)) for each in message.opened),
    ]


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

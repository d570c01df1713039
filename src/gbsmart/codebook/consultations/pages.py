"""The pages of the register: the list, one consultation with its response form, and the timeline."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response as HttpResponse

from gbsmart.codebook.consultations import intake, reading
from gbsmart.codebook.consultations.addresses import (
    REGISTER,
    address_of,
    comparison_page,
    consultation_page,
    document_place,
    provision_page,
)
from gbsmart.codebook.consultations.drawing import draw
from gbsmart.codebook.consultations.exporting import as_atom, as_csv
from gbsmart.codebook.consultations.grouping import group_of, respondents
from gbsmart.codebook.consultations.model import (
    CONVERSE,
    Answer,
    Consultation,
    Document,
    DocumentKind,
    NewResponse,
    NotPossible,
    Relationship,
    Response,
    Stance,
    Topic,
    Whole,
)
from gbsmart.codebook.consultations.states import CONSULTATION
from gbsmart.codebook.consultations.timeline import timeline, versions_led_to
from gbsmart.codebook.consultations.versions import versions_of
from gbsmart.codebook.consultations.web import Versions, interface
from gbsmart.ground import Clock, InvalidValue
from gbsmart.store import Store
from gbsmart.web import Link, Page, Site, read_form

TEMPLATES = "gbsmart.codebook.consultations"
"""The package whose templates a site needs for these pages."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """A consultation in the list."""

    consultation: Consultation
    topics: tuple[Topic, ...]
    documents: int
    takes_responses: bool
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """The list and the filter that made it."""

    state: str
    topic: str
    q: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One consultation as its page shows it: nothing of it is confidential."""

    whole: Whole
    takes_responses: bool
    responses: tuple[Response, ...]
    received: int
    confidential: int
    respondents: tuple[str, ...]
    """Those whom the bundles of published responses name."""


def place(site: Site, store: Store, clock: Clock, versions: Versions = versions_of) -> Link:
    """Put the register on a site, before any page at ``/code/{ref}``; the link to it.

    Its templates are those of :data:`TEMPLATES`. ``clock`` says whether a consultation still takes
    responses, ``versions`` are those of the Code.
    """
    pages = ConsultationPages(store, clock, versions)
    site.interface(interface(lambda: store, clock.now, versions))
    site.page(REGISTER, pages.register)
    site.page(f"{REGISTER}/timeline", pages.timeline)
    site.page(f"{REGISTER}/{{id}}", pages.consultation, methods=("GET", "POST"))
    site.route(f"{REGISTER}.csv", pages.csv)
    site.route(f"{REGISTER}.atom", pages.atom)
    return Link(REGISTER, "Consultations")


class ConsultationPages:
    """The pages, on the register that ``store`` holds; ``versions`` tells those of the Code."""

    def __init__(self, store: Store, clock: Clock, versions: Versions) -> None:
        self._store = store
        self._clock = clock
        self._versions = versions

    async def _read(self, ask: Callable[[Connection], T]) -> T:
        def work() -> T:
            with self._store.reading() as connection:
                return ask(connection)

        return await asyncio.to_thread(work)

    async def register(self, request: Request) -> Page:
        """``/code/consultations``: every consultation, or those that a filter lets through."""
        asked = {name: request.query_params.get(name, "").strip()[:100] for name in ("state", "topic", "q")}
        if asked["state"] and asked["state"] not in CONSULTATION.states:
            raise InvalidValue(
                f"{asked['state']!r} is no state of a consultation", field="state",
                remedy=f"One of {', '.join(sorted(CONSULTATION.states))}.",
            )  # fmt: skip
        lines = await self._read(lambda connection: self._lines(connection, asked))
        model = Register(asked["state"], asked["topic"], asked["q"], tuple(lines))
        extra = {"states": _STATES, "page_of": consultation_page}
        return Page("Consultations", "consultations.html", model, extra)

    def _lines(self, connection: Connection, asked: dict[str, str]) -> list[Line]:
        now = self._clock.now()
        of_each = reading.topics(connection)
        documents = Counter(each.consultation for each in reading.documents_of(connection))
        found = []
        for each in reading.consultations(
            connection, state=asked["state"], topic=asked["topic"], words=asked["q"]
        ):
            topics, takes = of_each.get(each.id, ()), intake.takes_responses(each, now)
            found.append(Line(each, topics, documents[each.id], takes, versions_led_to(topics)))
        return found

    async def consultation(self, request: Request) -> Page:
        """``/code/consultations/{id}``; a form posted to it lodges a response."""
        name = request.path_params["id"]
        wrong, sent, number = "", {}, request.query_params.get("taken", "")[:20]
        if request.method == "POST":
            sent = await read_form(request)
            try:
                taken = await asyncio.to_thread(self._lodge, name, sent)
            except (InvalidValue, NotPossible) as refused:
                wrong = str(refused)
            else:  # sent on, so that looking again does not lodge it again
                way = f"{consultation_page(name)}?taken={taken}#respond"
                return Page("Taken in", "error.html", {"number": taken}, location=way)
        shown = number if number.isdecimal() else ""
        return await self._read(lambda connection: self._shown(connection, name, sent, wrong, shown))

    def _lodge(self, name: str, sent: dict[str, str]) -> int:
        with self._store.transaction() as connection:
            return intake.lodge(connection, name, response_of(sent), self._clock.now())

    def _shown(self, connection: Connection, name: str, sent: dict[str, str], wrong: str, taken: str) -> Page:
        whole = reading.whole(connection, name)
        received, confidential = intake.count(connection, name)
        bundles = [each for each in whole.documents if each.kind is DocumentKind.RESPONSES]
        shown = Shown(
            whole,
            intake.takes_responses(whole.consultation, self._clock.now()),
            tuple(intake.published(connection, name)),
            received,
            confidential,
            tuple(respondents(each.respondents for each in bundles)),
        )
        documents = reading.documents_of(connection)
        owners = {each.id: each.consultation for each in documents}
        numbers = [each.number for each in self._versions(connection)]
        extra = {
            "groups": _by_kind(whole.documents),
            "links": [_told(each, owners, converse=False) for each in whole.links],
            "back": [_told(each, owners, converse=True) for each in whole.back],
            "pair": lambda document: reading.pair_of(document, whole.documents),
            "group": group_of,
            "address": lambda kind, target: address_of(kind, target, owners),
            "comparison": lambda number: _comparison(numbers, number),
            "page_of": consultation_page,
            "place_of": document_place,
            "provision": provision_page,
            "sent": sent,
            "wrong": wrong,
            "taken": taken,
            "stances": list(Stance),
            "day": f"{whole.consultation.closes_at:%Y-%m-%d %H:%M} UTC"
            if whole.consultation.closes_at
            else "",
        }
        return Page(whole.consultation.title, "consultation.html", shown, extra, status=422 if wrong else 200)

    async def timeline(self, _request: Request) -> Page:
        """``/code/consultations/timeline``."""
        model = await self._read(lambda connection: timeline(connection, self._versions(connection)))
        extra = {"drawing": draw(model), "page_of": consultation_page}
        return Page("Timeline of the consultations", "consultations_timeline.html", model, extra)

    async def csv(self, _request: Request) -> HttpResponse:
        """``/code/consultations.csv``."""
        headers = {"Content-Disposition": 'attachment; filename="consultations.csv"'}
        return HttpResponse(await self._read(as_csv), headers=headers, media_type="text/csv")

    async def atom(self, request: Request) -> HttpResponse:
        """``/code/consultations.atom``."""
        base = str(request.base_url).rstrip("/")
        feed = await self._read(lambda connection: as_atom(connection, lambda path: base + path))
        return HttpResponse(feed, media_type="application/atom+xml")


_STATES = tuple(dict.fromkeys(each.target for each in CONSULTATION.transitions))
_STANCE = re.compile(r"stance-(\d{1,4})\Z")


def response_of(sent: dict[str, str]) -> NewResponse:
    """The response in a form: an answer for each question to which there is a stance."""
    answers = []
    for field, value in sent.items():
        found = _STANCE.match(field)
        if found and value:
            if value not in set(Stance):
                raise InvalidValue(f"{value!r} is not one of {', '.join(Stance)}", field=field)
            evidence = sent.get(f"evidence-{found[1]}", "").strip()
            answers.append(Answer(int(found[1]), Stance(value), evidence))
    return NewResponse(
        sent.get("name", ""), sent.get("contact", ""), sent.get("organisation", ""),
        sent.get("confidential", "") == "yes", sent.get("reason", ""), tuple(answers),
    )  # fmt: skip


def _by_kind(documents: Sequence[Document]) -> list[tuple[str, list[Document]]]:
    """The documents of each kind, in the order in which the kinds are shown."""
    kinds = {kind: [each for each in documents if each.kind is kind] for kind in DocumentKind}
    return [(kind.value, found) for kind, found in kinds.items() if found]


def _told(found: Relationship, owners: dict[str, str], *, converse: bool) -> dict[str, Any]:
    """A link as words with an address at its far end."""
    kind, name = (found.source_kind, found.source) if converse else (found.target_kind, found.target)
    near = found.target if converse else found.source
    relation = CONVERSE[found.relation] if converse else found.relation.value
    return {"near": near, "relation": relation, "far": name, "href": address_of(kind, name, owners)}


def _comparison(numbers: Sequence[str], number: str) -> str:
    """The page that compares a version with the one before it; "" for the first, or an unknown one."""
    place = numbers.index(number) if number in numbers else 0
    return comparison_page(numbers[place - 1], number) if place else ""

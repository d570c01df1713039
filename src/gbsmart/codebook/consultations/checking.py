"""The rules of the register, asked of what it holds: each breach as a sentence, none where it is in order.

The verbs refuse to write what breaks a rule; this finds what came in another way (the shipped tables, a
restored database).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection

from gbsmart.codebook.consultations import reading
from gbsmart.codebook.consultations.model import (
    Consultation,
    DocumentKind,
    Effect,
    Happened,
    Relation,
    Relationship,
    Thing,
    Topic,
)
from gbsmart.codebook.consultations.service import JOINS
from gbsmart.codebook.consultations.states import CONSULTATION, ENDED, IN_EFFECT, TOPIC, UNDECIDED
from gbsmart.ground.transitions import Machine

_NO_OUTCOME = frozenset({UNDECIDED, "not taken forward"})


def breaches(connection: Connection, versions: Collection[str] = ()) -> list[str]:
    """Every breach of a rule; ``versions`` are those of the Code, where links to them are to be checked."""
    found: list[str] = []
    histories, of_each = reading.histories(connection), reading.topics(connection)
    for each in reading.consultations(connection):
        topics = of_each.get(each.id, ())
        found += _of_history(CONSULTATION, each.id, each.state, histories.get((each.id, ""), ()))
        found += _of_consultation(each, topics)
        for topic in topics:
            what = f"{each.id}, {topic.name}"
            found += _of_history(TOPIC, what, topic.state, topic.history)
            found += _of_topic(what, topic, versions)
    for joined in reading.links(connection):
        found += _of_link(connection, joined, versions)
    for each_correction in reading.corrections(connection):
        kind = reading.document(connection, each_correction.erratum).kind
        if kind not in (DocumentKind.ERRATUM, DocumentKind.ADDENDUM):
            found.append(f"{each_correction.erratum} corrects and is a {kind.value}")
    for move in reading.moves(connection):
        if versions and move.version and move.version not in versions:
            found.append(f"{move.first} moved in version {move.version}, which there is not")
    return found


def _of_history(machine: Machine, what: str, state: str, history: Sequence[Happened]) -> Iterator[str]:
    here = machine.initial
    for each in history:
        step = machine.step(here, each.event)
        if step is None or each.source != here or each.target != step.target:
            yield f"{what}: {each.event} is no step from {here}"
            return
        here = step.target
    if here != state:
        yield f"{what} is {state}, and its history ends with {here}"


def _of_consultation(found: Consultation, topics: tuple[Topic, ...]) -> Iterator[str]:
    if found.state in ENDED:
        for topic in topics:
            if topic.state == UNDECIDED:
                yield f"{found.id} is {found.state}, and {topic.name} is still under consultation"


def _of_topic(what: str, topic: Topic, versions: Collection[str]) -> Iterator[str]:
    effects = {each.effect for each in topic.outcomes}
    if topic.state not in _NO_OUTCOME and not effects:
        yield f"{what} is {topic.state} without a change or an explicit no change"
    if topic.state == "no change" and effects != {Effect.NO_CHANGE}:
        yield f"{what} is said to change nothing, and has another outcome"
    named = [each.target for each in topic.outcomes if each.target_kind is Thing.VERSION]
    if topic.state in IN_EFFECT and not named:
        yield f"{what} is {topic.state} in no version of the Code"
    for each in named:
        if versions and each not in versions:
            yield f"{what} came into version {each}, which there is not"


def _of_link(connection: Connection, found: Relationship, versions: Collection[str]) -> Iterator[str]:
    sources, targets = JOINS[found.relation]
    what = f"{found.source} {found.relation.value} {found.target}"
    if found.source_kind not in sources or found.target_kind not in targets:
        yield f"{what}: a {found.source_kind.value} cannot stand so to a {found.target_kind.value}"
    if found.relation is Relation.SUPERSEDES and found.source_kind is not found.target_kind:
        yield f"{what}: a thing supersedes another of its kind"
    for kind, name in ((found.source_kind, found.source), (found.target_kind, found.target)):
        known = (
            name in versions
            if kind is Thing.VERSION and versions
            else reading.is_held(connection, kind, name)
        )
        if not known:
            yield f"{what}: there is no {kind.value} {name}"

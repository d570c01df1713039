"""Responses that respondents lodge with an open consultation, and their publication.

Anybody may lodge one. Nothing of it is shown before it is published; of a confidential one nothing ever
is but that there is one. The contact is for the consulting body alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from gbsmart.codebook.consultations import reading
from gbsmart.codebook.consultations import tables as t
from gbsmart.codebook.consultations.model import (
    Answer,
    Consultation,
    NewResponse,
    NotPossible,
    Response,
    Stance,
)
from gbsmart.codebook.consultations.states import TAKING_RESPONSES
from gbsmart.ground import InvalidValue

LONGEST_NAME = 200
LONGEST_EVIDENCE = 50_000
"""Letters of the evidence for one answer."""


def takes_responses(found: Consultation, now: datetime) -> bool:
    """Whether a response can be lodged at ``now``."""
    return found.state in TAKING_RESPONSES and (found.closes_at is None or now <= found.closes_at)


def lodge(connection: Connection, consultation: str, new: NewResponse, now: datetime) -> int:
    """Take in a response, and return its number.

    Raises :class:`NotPossible` where the consultation is not open, :class:`InvalidValue` for a response that
    cannot be one, and :class:`~gbsmart.ground.NotFound`.
    """
    found = reading.consultation(connection, consultation)
    if not takes_responses(found, now):
        raise NotPossible(_shut(found, now), remedy="A response is taken while it is open.")
    _check(new, {each.number for each in reading.questions_of(connection, consultation)})
    values = {
        "consultation": consultation, "name": new.name.strip(), "organisation": new.organisation.strip(),
        "contact": new.contact.strip(), "confidential": new.confidential, "reason": new.reason.strip(),
        "received_at": now,
    }  # fmt: skip
    number: int = connection.execute(
        insert(t.consultation_response).values(values).returning(t.consultation_response.c.id)
    ).scalar_one()
    for each in new.answers:
        connection.execute(
            insert(t.consultation_answer).values(
                response=number, question=each.question, stance=each.stance.value, evidence=each.evidence
            )
        )
    return number


def publish(connection: Connection, consultation: str, now: datetime) -> int:
    """Show every response that is not confidential; returns how many are new to the public.

    Raises :class:`NotPossible` while responses are still taken.
    """
    found = reading.consultation(connection, consultation)
    if takes_responses(found, now):
        raise NotPossible(
            f"{consultation} is still open", remedy="Its responses are published once it has closed."
        )
    of = t.consultation_response
    hidden = update(of).where(
        of.c.consultation == consultation, of.c.published_at.is_(None), of.c.confidential.is_(False)
    )
    return connection.execute(hidden.values(published_at=now)).rowcount


def published(connection: Connection, consultation: str) -> list[Response]:
    """The published responses, by respondent."""
    of = t.consultation_response
    wanted = select(of).where(of.c.consultation == consultation, of.c.published_at.is_not(None))
    found = connection.execute(wanted.order_by(of.c.id)).all()
    answers = _answers(connection, [row.id for row in found])
    responses = [
        Response(row.id, consultation, row.name, row.organisation, row.received_at, tuple(answers[row.id]))
        for row in found
    ]
    return sorted(responses, key=lambda each: (each.respondent.casefold(), each.id))


def count(connection: Connection, consultation: str) -> tuple[int, int]:
    """How many responses were received, and how many of these are confidential."""
    of = t.consultation_response
    wanted = select(of.c.confidential, func.count()).where(of.c.consultation == consultation)
    found = {bool(row[0]): int(row[1]) for row in connection.execute(wanted.group_by(of.c.confidential))}
    return sum(found.values()), found.get(True, 0)


def _answers(connection: Connection, responses: Iterable[int]) -> defaultdict[int, list[Answer]]:
    of = t.consultation_answer
    found: defaultdict[int, list[Answer]] = defaultdict(list)
    wanted = select(of).where(of.c.response.in_(list(responses))).order_by(of.c.question)
    for row in connection.execute(wanted):
        found[row.response].append(Answer(row.question, Stance(row.stance), row.evidence))
    return found


def _shut(found: Consultation, now: datetime) -> str:
    if found.closes_at is not None and found.state in TAKING_RESPONSES and now > found.closes_at:
        return f"{found.id} closed at {found.closes_at:%Y-%m-%d %H:%M} UTC"
    return f"{found.id} is {found.state}: it takes no responses"


def _check(new: NewResponse, questions: set[int]) -> None:
    for name, value in (("name", new.name), ("contact", new.contact)):
        if not value.strip():
            raise InvalidValue("it is missing", field=name)
    for name, value in (
        ("name", new.name), ("organisation", new.organisation), ("contact", new.contact),
    ):  # fmt: skip
        if len(value) > LONGEST_NAME or not value.isprintable():
            raise InvalidValue(f"at most {LONGEST_NAME} letters on one line", field=name)
    if new.confidential and not new.reason.strip():
        raise InvalidValue("a confidential response says why", field="reason")
    if not new.answers:
        raise InvalidValue("a response answers at least one question", field="answers")
    seen: set[int] = set()
    for place, each in enumerate(new.answers):
        field = f"answers.{place}.question"
        if each.question not in questions:
            raise InvalidValue(f"there is no question {each.question}", field=field)
        if each.question in seen:
            raise InvalidValue(f"question {each.question} is answered twice", field=field)
        seen.add(each.question)
        if len(each.evidence) > LONGEST_EVIDENCE or "\0" in each.evidence:
            raise InvalidValue(
                f"at most {LONGEST_EVIDENCE} letters, and no NUL", field=f"answers.{place}.evidence"
            )
    if len(new.reason) > LONGEST_EVIDENCE or "\0" in new.reason:
        raise InvalidValue(f"at most {LONGEST_EVIDENCE} letters, and no NUL", field="reason")

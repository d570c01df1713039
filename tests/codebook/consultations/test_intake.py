"""Anybody responds to an open consultation; what is confidential stays so; what is late is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gbsmart.codebook.consultations import intake, service
from gbsmart.codebook.consultations.model import Answer, Basis, Dated, NewResponse, NotPossible, Stance
from gbsmart.ground import InvalidValue
from gbsmart.store import Store

from .conftest import NOW, Opened

AGREED = (Answer(1, Stance.AGREE, "Meters work."),)


def response(**more: Any) -> NewResponse:
    given: dict[str, Any] = {"name": "Ada", "contact": "ada@example.org", "answers": AGREED}
    return NewResponse(**(given | more))


def close(store: Store) -> None:
    with store.transaction() as connection:
        service.step(connection, "C-OWN", "close", Dated("2015-04-01", Basis.RECORDED), NOW)


def test_responses_are_shown_once_they_are_published(own: Store, open_one: Opened) -> None:
    open_one()
    with own.transaction() as connection:
        intake.lodge(connection, "C-OWN", response(), NOW)
        intake.lodge(connection, "C-OWN", response(organisation="Acme Energy"), NOW)
        intake.lodge(connection, "C-OWN", response(name="Bob", confidential=True, reason="Prices."), NOW)
        assert intake.published(connection, "C-OWN") == []
        with pytest.raises(NotPossible, match="still open"):
            intake.publish(connection, "C-OWN", NOW)
    close(own)
    with own.transaction() as connection:
        assert intake.publish(connection, "C-OWN", NOW) == 2
        assert intake.publish(connection, "C-OWN", NOW) == 0
        shown = intake.published(connection, "C-OWN")
        assert [each.respondent for each in shown] == ["Acme Energy", "Ada"]
        assert shown[0].answers == AGREED
        assert not hasattr(shown[0], "contact")
        assert intake.count(connection, "C-OWN") == (3, 1)


def test_after_closing_a_response_is_refused(own: Store, open_one: Opened) -> None:
    open_one(closes=datetime(2015, 3, 31, 22, 59, tzinfo=UTC))
    late = datetime(2015, 3, 31, 22, 59, tzinfo=UTC)
    with own.transaction() as connection:
        intake.lodge(connection, "C-OWN", response(), late)
        with pytest.raises(NotPossible, match="C-OWN closed at 2015-03-31 22:59 UTC"):
            intake.lodge(connection, "C-OWN", response(), late + timedelta(minutes=1))
        with pytest.raises(NotPossible, match="C-SEC2 is concluded"):
            intake.lodge(connection, "C-SEC2", response(), NOW)
    close(own)
    with own.transaction() as connection, pytest.raises(NotPossible, match="C-OWN is closed"):
        intake.lodge(connection, "C-OWN", response(), NOW)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"contact": ""}, "contact"),
        ({"organisation": "x" * 201}, "organisation"),
        ({"name": "two\nlines"}, "name"),
        ({"confidential": True}, "reason"),
        ({"answers": ()}, "answers"),
        ({"answers": (Answer(9, Stance.AGREE),)}, "answers.0.question"),
        ({"answers": (*AGREED, *AGREED)}, "answers.1.question"),
        ({"answers": (Answer(2, Stance.AGREE, "x\0"),)}, "answers.0.evidence"),
    ],
)
def test_a_response_that_cannot_be_one_is_refused(
    own: Store, open_one: Opened, wrong: dict[str, Any], field: str
) -> None:
    open_one()
    with own.transaction() as connection:
        with pytest.raises(InvalidValue) as refused:
            intake.lodge(connection, "C-OWN", response(**wrong), NOW)
        assert refused.value.field == field
        assert intake.count(connection, "C-OWN") == (0, 0)

"""The life of a consultation and of its topics, and what the register refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection

from gbsmart.codebook.consultations import reading, service
from gbsmart.codebook.consultations.checking import breaches
from gbsmart.codebook.consultations.laying import Recess
from gbsmart.codebook.consultations.model import (
    Basis,
    Consultation,
    ConsultationKind,
    Correction,
    Dated,
    Document,
    DocumentKind,
    Effect,
    NotPossible,
    Outcome,
    Relation,
    Relationship,
    Thing,
)
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.store import Store

from .conftest import NOW

CHANGE = Outcome(Effect.CHANGE, Thing.CODE, "H5.33")
VERSION = Outcome(Effect.CHANGE, Thing.VERSION, "5.0")
NOTHING = Outcome(Effect.NO_CHANGE, Thing.LICENCE, "DCC licence")


def on(text: str) -> Dated:
    return Dated(text, Basis.RECORDED)


class Keeper:
    """Takes steps in the register, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def step(self, event: str, day: str = "2015-06-01") -> str:
        return service.step(self.connection, "C-X", event, on(day), NOW).target

    def topic(self, name: str, event: str, day: str = "2015-06-01", **more: Any) -> str:
        return service.step_topic(self.connection, "C-X", name, event, on(day), NOW, **more).target

    def to_analysis(self) -> None:
        for event in ("open", "close", "analyse"):
            self.step(event)


@pytest.fixture
def keeper(register: Store) -> Any:
    with register.transaction() as connection:
        new = Consultation("C-X", "A new one", ConsultationKind.CONSULTATION, "planned", source="own")
        service.add_consultation(connection, new, ["one", "two"], NOW)
        yield Keeper(connection)
        assert breaches(connection) == []


def test_a_consultation_with_two_responses_concludes_when_all_its_topics_have(keeper: Keeper) -> None:
    keeper.to_analysis()
    with pytest.raises(NotPossible, match="none of its topics has concluded"):
        keeper.step("conclude in part")
    keeper.topic("one", "conclude", outcomes=[CHANGE])
    assert keeper.step("conclude in part") == "part concluded"
    keeper.step("resume")
    with pytest.raises(NotPossible, match="'two' is still under consultation"):
        keeper.step("conclude")
    keeper.topic("two", "conclude", outcomes=[NOTHING])
    assert keeper.topic("two", "leave the code") == "no change"
    assert keeper.step("conclude") == "concluded"
    with pytest.raises(NotPossible, match="It has ended"):
        keeper.step("open")


def test_an_addendum_revises_what_is_open(keeper: Keeper) -> None:
    keeper.step("open")
    assert keeper.step("revise") == "revised"
    assert keeper.step("revise") == "revised"
    assert keeper.step("close") == "closed"
    history = reading.histories(keeper.connection, "C-X")["C-X", ""]
    assert [each.target for each in history] == ["open", "revised", "revised", "closed"]


def test_a_topic_concludes_with_what_it_does_to_the_code(keeper: Keeper) -> None:
    keeper.to_analysis()
    with pytest.raises(NotPossible, match="without what it does to the Code"):
        keeper.topic("one", "conclude")
    keeper.topic("one", "conclude", outcomes=[NOTHING])
    with pytest.raises(NotPossible, match="no outcome of the kind 'change'"):
        keeper.topic("one", "settle text")


def test_topics_are_decided_while_responses_are_analysed(keeper: Keeper) -> None:
    keeper.step("open")
    with pytest.raises(NotPossible, match="C-X is open"):
        keeper.topic("one", "conclude", outcomes=[CHANGE])


def test_text_is_laid_for_forty_days_before_it_is_made(keeper: Keeper) -> None:
    """Laid on 1 June 2015, with Parliament sitting: the 40th day is 10 July."""
    keeper.to_analysis()
    keeper.topic("one", "conclude", outcomes=[CHANGE])
    keeper.topic("one", "settle text")
    assert keeper.topic("one", "lay", "2015-06-01") == "laid before Parliament"
    with pytest.raises(NotPossible, match="its 40 days end on 2015-07-10"):
        keeper.topic("one", "make", "2015-07-10")
    assert keeper.topic("one", "make", "2015-07-11") == "modification made"
    with pytest.raises(NotPossible, match="and none is named"):
        keeper.topic("one", "commence")
    assert keeper.topic("one", "commence", outcomes=[VERSION]) == "in force"


def test_a_recess_that_is_given_lengthens_the_period(keeper: Keeper) -> None:
    keeper.to_analysis()
    keeper.topic("one", "conclude", outcomes=[CHANGE])
    keeper.topic("one", "settle text")
    keeper.topic("one", "lay", "2020-06-01")
    with pytest.raises(InvalidValue, match="are known until"):
        keeper.topic("one", "make", "2020-12-01")
    recess = Recess(date(2020, 6, 10), date(2020, 6, 20))
    later = Recess(date(2020, 12, 18), date(2021, 1, 5))
    with pytest.raises(NotPossible, match="end on 2020-07-19"):
        keeper.topic("one", "make", "2020-07-19", also_recesses=[recess, later])
    keeper.topic("one", "make", "2020-07-20", also_recesses=[recess, later])


def test_what_parliament_refuses_is_not_made(keeper: Keeper) -> None:
    keeper.to_analysis()
    keeper.topic("one", "conclude", outcomes=[CHANGE])
    keeper.topic("one", "settle text")
    keeper.topic("one", "lay")
    assert keeper.topic("one", "annul") == "annulled"
    with pytest.raises(NotPossible, match="is annulled: it cannot make"):
        keeper.topic("one", "make", "2016-01-01")


def test_a_document_may_be_designated_and_a_provision_wait_for_activation(keeper: Keeper) -> None:
    keeper.to_analysis()
    for name in ("one", "two"):
        keeper.topic(name, "conclude", outcomes=[VERSION])
        keeper.topic(name, "settle text")
        keeper.topic(name, "designate")
    assert keeper.topic("one", "commence") == "in force"
    assert keeper.topic("two", "commence inactive") == "in force but inactive"
    assert keeper.topic("two", "activate") == "activated"


def test_a_topic_may_move_to_a_later_stage(keeper: Keeper) -> None:
    keeper.to_analysis()
    with pytest.raises(NotFound, match="C-NONE"):
        keeper.topic("one", "move", outcomes=[Outcome(Effect.MOVED, Thing.CONSULTATION, "C-NONE")])
    later = Outcome(Effect.MOVED, Thing.CONSULTATION, "C-SEC4")
    assert keeper.topic("one", "move", outcomes=[later]) == "moved"
    assert keeper.topic("two", "do not take forward") == "not taken forward"
    assert keeper.step("conclude with further consultation") == "concluded with further consultation"


@pytest.mark.parametrize(
    ("link", "error", "message"),
    [
        (("document", "D000-01", "corrects", "licence", "DCC licence"), InvalidValue, "corrects no licence"),
        (("consultation", "C-SEC2", "amends", "code", "SEC"), InvalidValue, "consultation amends no code"),
        (("document", "D000-99", "corrects", "document", "D000-01"), NotFound, "no document 'D000-99'"),
        (("document", "D000-01", "supersedes", "consultation", "C-SEC2"), InvalidValue, "of its kind"),
        (("document", "D000-01", "supersedes", "document", "D000-01"), InvalidValue, "linked to itself"),
    ],
)
def test_a_link_joins_what_can_stand_so_to_one_another(
    keeper: Keeper, link: tuple[str, ...], error: type[Exception], message: str
) -> None:
    kind, name, relation, target_kind, target = link
    new = Relationship(Thing(kind), name, Relation(relation), Thing(target_kind), target)
    with pytest.raises(error, match=message):
        service.link(keeper.connection, new)


def test_a_definition_is_corrected_by_an_erratum(keeper: Keeper) -> None:
    connection = keeper.connection
    with pytest.raises(InvalidValue, match="D000-01 is a consultation document"):
        service.correct(connection, Correction("D000-01", "D000-02", "Party", "A1.1", "to be amended"))
    notice = Document("D-X1", "C-X", "Correction", DocumentKind.ERRATUM)
    service.add_document(connection, notice)
    service.correct(connection, Correction("D-X1", "D000-02", "Party", "A1.1", "to be amended"))
    service.correct(connection, Correction("D-X1", "D000-02", "Party", "A1.1", "amended in 4.3"))
    (found,) = reading.corrections(connection, ["D-X1"])
    assert (found.term, found.status) == ("Party", "amended in 4.3")
    whole = reading.whole(connection, "C-ADD")
    corrects = Relationship(Thing.DOCUMENT, "D-X1", Relation.CORRECTS, Thing.DOCUMENT, "D000-02")
    assert corrects in whole.back


def test_what_is_entered_twice_or_wrong_is_refused(keeper: Keeper) -> None:
    connection = keeper.connection
    again = Consultation("C-X", "Again", ConsultationKind.CONSULTATION, "planned")
    with pytest.raises(InvalidValue, match="already"):
        service.add_consultation(connection, again, (), NOW)
    with pytest.raises(InvalidValue, match="already"):
        service.add_document(connection, Document("D000-01", "C-X", "T", DocumentKind.OTHER))
    with pytest.raises(InvalidValue, match="no step of a consultation"):
        keeper.step("explode")
    with pytest.raises(InvalidValue, match="is no date"):
        keeper.step("open", "2015-02-30")
    with pytest.raises(NotFound, match="no topic"):
        keeper.topic("three", "conclude")


def test_a_consultation_does_not_close_before_it_opens(keeper: Keeper) -> None:
    keeper.step("open", "2015-06-10")
    with pytest.raises(InvalidValue, match="opened on 2015-06-10"):
        keeper.step("close", "2015-06-09")


def test_questions_stand_once_it_is_open(keeper: Keeper) -> None:
    service.set_questions(keeper.connection, "C-X", ["Old?"])
    service.set_questions(keeper.connection, "C-X", ["First?", "Second?"])
    assert [each.text for each in reading.questions_of(keeper.connection, "C-X")] == ["First?", "Second?"]
    keeper.step("open")
    with pytest.raises(NotPossible, match="its questions stand"):
        service.set_questions(keeper.connection, "C-X", ["Other?"])


def test_provisions_that_moved_are_traced(keeper: Keeper) -> None:
    connection = keeper.connection
    (move,) = reading.moved_from(connection, "H5.34(a)")
    assert (move.destination, move.version) == ("Appendix AC", "5.0")
    assert reading.moved_from(connection, "Appendix AC") == [move]
    assert reading.moved_from(connection, "H5.41") == []
    assert [topic.name for _, topic in reading.trace(connection, "M")] == ["Section M complementary changes"]
    assert [topic.name for _, topic in reading.trace(connection, "H5.33")] == [
        "post commissioning obligations"
    ]

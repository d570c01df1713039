"""What is shipped: ten consultations and stages with 71 documents, in order by every rule of the register."""

from __future__ import annotations

from collections import Counter

from gbsmart import codebook
from gbsmart.codebook.consultations import reading, service
from gbsmart.codebook.consultations.checking import breaches
from gbsmart.codebook.consultations.filling import fill
from gbsmart.codebook.consultations.model import (
    Basis,
    DocumentKind,
    Form,
    Relation,
    Relationship,
    Thing,
)
from gbsmart.codebook.consultations.tables import consultation_outcome, consultation_topic
from gbsmart.codebook.consultations.versions import versions_of
from gbsmart.store import Store

from .conftest import NOW, VERSIONS

NUMBERS = [each.number for each in VERSIONS]


def test_the_shipped_register_breaks_no_rule(register: Store) -> None:
    with register.reading() as connection:
        assert breaches(connection, NUMBERS) == []


def test_what_breaks_a_rule_is_found(register: Store) -> None:
    """The same check on a register that was spoilt by hand."""
    with register.transaction() as connection:
        topic, outcome = consultation_topic, consultation_outcome
        connection.execute(topic.update().where(topic.c.name == "IKI").values(state="laid before Parliament"))
        connection.execute(outcome.delete().where(outcome.c.topic == "DCCKI"))
        connection.execute(outcome.update().where(outcome.c.target == "2.0").values(target="2.9"))
        found = breaches(connection, NUMBERS)
    assert sorted(found) == [
        "C-ADD, DCCKI is in force in no version of the Code",
        "C-ADD, DCCKI is in force without a change or an explicit no change",
        "C-ADD, IKI is laid before Parliament, and its history ends with in force",
        "C-HANDFIN, Communications Hub financing came into version 2.9, which there is not",
    ]


def test_ten_consultations_and_seventy_one_documents(register: Store) -> None:
    with register.reading() as connection:
        found = {each.id: each for each in reading.consultations(connection)}
        documents = reading.documents_of(connection)
    assert list(found) == [
        "C-SEC1", "C-SEC2", "C-HANDFIN", "C-SEC3", "C-TRANS", "C-SEC4", "C-ADD", "C-JAN15", "C-MAR15",
        "C-JUL15",
    ]  # fmt: skip
    assert found["C-SEC2"].state == "concluded with further consultation"
    assert found["C-SEC4"].opened.text == "2014-06-30"
    assert found["C-SEC4"].opened.basis is Basis.SOURCE
    assert found["C-SEC2"].opened.basis is Basis.MEMORY
    assert len(documents) == len({each.id for each in documents}) == 71
    kinds = Counter(each.kind for each in documents)
    assert kinds[DocumentKind.RESPONSES] == 24
    assert kinds[DocumentKind.PAGE_UPDATE] == 3
    assert kinds[DocumentKind.ERRATUM] == 1
    assert kinds[DocumentKind.DRAFT_APPENDIX] == 3


def test_the_letter_of_an_annex_does_not_name_a_document(register: Store) -> None:
    with register.reading() as connection:
        found = reading.documents_of(connection, "C-SEC2")
    assert [each.id for each in found if each.annex == "Annex 6"] == ["D003-03", "D003-08"]


def test_clean_and_change_marked_text_are_found_together(register: Store) -> None:
    with register.reading() as connection:
        found = reading.documents_of(connection)
    by_id = {each.id: each for each in found}
    pairs = {}
    for each in found:
        other = reading.pair_of(each, found)
        if other is not None and each.form is Form.CLEAN:
            pairs[each.id] = other.id
    assert pairs == {"D000-16": "D000-15", "D003-06": "D003-07", "D003-08": "D003-09"}
    assert reading.pair_of(by_id["D000-01"], found) is None


def test_links_are_found_from_both_ends(register: Store) -> None:
    with register.reading() as connection:
        sec4 = reading.whole(connection, "C-SEC4")
        additional = reading.whole(connection, "C-ADD")
    answer = Relationship(Thing.CONSULTATION, "C-ADD", Relation.RESPONDS_TO, Thing.CONSULTATION, "C-SEC4")
    assert answer in sec4.back
    assert answer in additional.links
    december = Relationship(Thing.DOCUMENT, "D001-02", Relation.RESPONDS_TO, Thing.CONSULTATION, "C-SEC4")
    assert december in sec4.back


def test_a_register_that_holds_something_is_left_alone(register: Store) -> None:
    with register.transaction() as connection:
        service.add_topic(connection, "C-SEC3", "another")
        fill(connection, NOW)
        assert [each.name for each in reading.topics_of(connection, "C-SEC3")][-1] == "another"


def test_what_topics_led_to_is_what_the_library_says(register: Store) -> None:
    """Each version that a topic led to is one of the Code's, and a day of the topic is one of theirs."""
    with register.transaction() as connection:
        codebook.seed(connection)
        days = {each.number: each.day.isoformat() for each in versions_of(connection)}
        assert breaches(connection, days) == []
        for each in reading.consultations(connection):
            for topic in reading.topics_of(connection, each.id):
                named = {days[led.target] for led in topic.outcomes if led.target_kind is Thing.VERSION}
                taken = {step.on.text for step in topic.history if step.event == "commence"}
                assert taken <= named, (each.id, topic.name)

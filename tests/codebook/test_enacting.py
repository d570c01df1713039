"""Instruments change the Code: texts, versions, what is in force; late entries are put where they belong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from gbsmart.codebook import (
    Change,
    Clause,
    Instrument,
    Kind,
    Status,
    Verb,
    enact,
    history,
    moment_of,
    provision_at,
    provisions_at,
    store_text,
    version_at,
    version_row,
    versions,
)
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.ground.working_days import civil_day

MP1 = "SECMP0100"


def vote(day: str, *modifications: str) -> Instrument:
    return Instrument(
        (Kind.CHANGE_BOARD,), "Change Board vote", moment_of(day), date(2019, 1, 30), modifications
    )


def amend(ref: str, text: str | None = None, modification: str = "") -> Change:
    return Change(Verb.AMENDED, ref, text, modification=modification)


def load(library: Connection, day: str, **texts: str) -> None:
    clauses = [Clause(ref, "", text) for ref, text in texts.items()]
    store_text(library, "H", clauses, at=moment_of(day), source=f"mine of {day}")


def read(library: Connection, ref: str, day: str) -> str:
    return provision_at(library, ref, moment_of(day)).text


def test_an_approved_modification_makes_the_next_version(library: Connection) -> None:
    made = enact(library, vote("2019-02-28", MP1), [amend("G8", "New words.", MP1)])
    assert made.number == "6.4"
    row = version_row(made)
    assert row["implementation_date"] == "2019-02-28"
    assert row["decision_date"] == "2019-01-30"
    assert (row["modifications"], row["sections"], row["base_version"]) == ([MP1], ["G"], ["6.3"])
    assert version_at(library, moment_of("2019-02-27")).number == "6.3"
    assert version_at(library, moment_of("2019-02-28")).number == "6.4"
    assert read(library, "G8", "2019-02-28") == "New words."
    assert read(library, "G8", "2019-02-27") != "New words."


def test_a_major_version_has_the_next_whole_number(library: Connection) -> None:
    decided = replace(vote("2019-06-27"), major=True)
    assert enact(library, decided, [amend("H", None)]).number == "7.0"
    assert enact(library, vote("2019-06-28"), [amend("H", None)]).number == "7.1"


def test_what_takes_effect_on_one_day_is_in_one_version(library: Connection) -> None:
    enact(library, vote("2019-02-28", MP1), [amend("G8", "One.", MP1)])
    second = Instrument(
        (Kind.AUTHORITY,), "Authority approval", moment_of("2019-02-28"), None, ("SECMP0101",)
    )
    made = enact(library, second, [amend("J1", "Two.", "SECMP0101")])
    row = version_row(made)
    assert row["version"] == "6.4"
    assert row["kind"] == ["Change Board modification", "Authority modification"]
    assert row["modifications"] == [MP1, "SECMP0101"]
    assert len(versions(library)) == 52


def test_what_was_in_effect_before_is_in_the_version_that_follows(library: Connection) -> None:
    decided = replace(vote("2019-02-27", MP1), version_date=date(2019, 2, 28))
    made = enact(library, decided, [amend("D6.3", "Sooner.", MP1)])
    assert version_row(made)["implementation_date"] == "2019-02-28"
    assert version_at(library, moment_of("2019-02-27")).number == "6.3"
    assert read(library, "D6.3", "2019-02-27") == "Sooner."


def test_a_variation_disapplies_for_a_time(library: Connection) -> None:
    until = moment_of("2019-06-01")
    direction = Instrument(
        (Kind.TRANSITIONAL,), "SEC X6", moment_of("2019-03-01"), consolidates=False, reason="a trial"
    )
    made = enact(library, direction, [Change(Verb.DISAPPLIED, "H4", until=until, excepted=("H4.8",))])
    assert made.number == "6.3"
    load(library, "2019-01-01", **{"H4.1": "One.", "H4.8": "Eight."})
    assert provision_at(library, "H4.1", moment_of("2019-02-28")).status is Status.IN_FORCE
    assert provision_at(library, "H4.1", moment_of("2019-03-01")).status is Status.DISAPPLIED
    assert provision_at(library, "H4.8", moment_of("2019-03-01")).status is Status.IN_FORCE
    assert provision_at(library, "H4.1", moment_of("2019-06-01")).status is Status.IN_FORCE
    in_force = {each.ref for each in provisions_at(library, moment_of("2019-04-01"), "H", in_force=True)}
    assert "H4.8" in in_force
    assert not {"H4", "H4.1"} & in_force


def test_designated_deferred_activated_deleted(library: Connection) -> None:
    decided = Instrument((Kind.SOS_DIRECTION,), "s88(1) Energy Act 2008", moment_of("2019-02-01"))
    enact(library, decided, [
        Change(Verb.DESIGNATED, "Appendix AL", "The document.", "TMAD"),
        Change(Verb.DESIGNATED, "Appendix AL 1", "First.", "Introduction"),
        Change(Verb.DEFERRED, "Appendix AL"),
    ])  # fmt: skip
    assert provision_at(library, "Appendix AL 1", moment_of("2019-02-01")).status is Status.DORMANT
    enact(
        library, replace(decided, effective=moment_of("2019-03-01")), [Change(Verb.ACTIVATED, "Appendix AL")]
    )
    assert provision_at(library, "Appendix AL 1", moment_of("2019-03-01")).status is Status.IN_FORCE
    enact(library, replace(decided, effective=moment_of("2019-04-01")), [Change(Verb.DELETED, "Appendix AL")])
    with pytest.raises(NotFound, match="until 2019-04-01"):
        provision_at(library, "Appendix AL 1", moment_of("2019-04-01"))
    assert read(library, "Appendix AL 1", "2019-03-31") == "First."


def test_what_is_entered_late_is_put_where_it_belongs(library: Connection) -> None:
    enact(library, vote("2019-05-01"), [amend("G8", "Third.")])
    enact(library, vote("2019-03-01"), [amend("G8", "Second.")])
    enact(library, vote("2019-04-01"), [amend("G8")])  # its words are not held
    assert [read(library, "G8", f"2019-0{month}-01") for month in (3, 4, 5)] == [
        "Second.",
        "Second.",
        "Third.",
    ]
    april = provision_at(library, "G8", moment_of("2019-04-01"))
    assert april.is_behind
    enact(library, vote("2019-02-01"), [amend("G8", "First.")])
    assert read(library, "G8", "2019-02-28") == "First."
    assert read(library, "G8", "2019-03-01") == "Second."
    own = [each for each in history(library, "G8") if each.target == "G8"]
    assert [civil_day(each.effective).month for each in own] == [2, 3, 4, 5]
    assert len(versions(library)) == 52  # all of them are in the first version dated at or after them


def test_ones_own_texts_may_be_loaded_in_any_order(library: Connection) -> None:
    load(library, "2016-11-08", **{"H4.1": "One.", "H4.2": "Two."})
    load(library, "2018-07-18", **{"H4.1": "One, amended."})
    load(library, "2016-06-06", **{"H4.1": "One, early.", "H4.2": "Two, early.", "H4.3": "Three, early."})
    assert read(library, "H4.1", "2016-06-06") == "One, early."
    assert read(library, "H4.1", "2017-01-01") == "One."
    assert read(library, "H4.1", "2018-07-18") == "One, amended."
    assert read(library, "H4.2", "2018-07-17") == "Two."
    with pytest.raises(NotFound, match="until 2018-07-18"):
        provision_at(library, "H4.2", moment_of("2018-07-18"))
    assert read(library, "H4.3", "2016-11-07") == "Three, early."
    with pytest.raises(NotFound, match="until 2016-11-08"):
        provision_at(library, "H4.3", moment_of("2016-11-08"))


def test_a_text_of_ones_own_takes_the_place_of_the_summary(library: Connection) -> None:
    assert provision_at(library, "H4", moment_of("2018-01-01")).is_summary
    load(library, "2016-11-08", H4="Processing.")
    for day in ("2016-11-08", "2018-12-05"):
        now = provision_at(library, "H4", moment_of(day))
        assert (now.text, now.is_summary, now.source) == ("Processing.", False, "mine of 2016-11-08")
    assert provision_at(library, "H4", moment_of("2016-11-07")).is_summary


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([], "changes something"),
        ([amend("H99", "x")], "H99"),
        ([amend("Appendix AL", "x")], "not part of the Code on 2019-02-28"),
        ([Change(Verb.DESIGNATED, "G8", "x")], "already"),
        ([Change(Verb.DESIGNATED, "Q4", "x")], "lie in Q"),
        ([Change(Verb.ACTIVATED, "H4", "x")], "no text"),
        ([Change(Verb.DELETED, "H4", until=moment_of("2020-01-01"))], "has no end"),
        ([Change(Verb.DISAPPLIED, "H4", until=moment_of("2019-01-01"))], "ends before"),
        ([amend("G8", "x", "SECMP9")], "not one of the instrument's"),
        ([amend(" ", "x")], "nothing is named"),
    ],
)
def test_nonsense_is_refused(library: Connection, changes: Sequence[Change], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        enact(library, vote("2019-02-28"), changes)


def test_a_clause_is_there_once_and_in_its_document(library: Connection) -> None:
    for clauses, message in (
        ([Clause("H4.1", "", "a"), Clause("h4.1", "", "b")], "twice"),
        ([Clause("G4.1", "", "a")], "does not lie in H"),
        ([], "no clause"),
    ):
        with pytest.raises(InvalidValue, match=message):
            store_text(library, "H", clauses, at=moment_of("2019-01-01"), source="mine")
    with pytest.raises(InvalidValue, match="a part of H"):
        store_text(library, "H4", [Clause("H4.1", "", "a")], at=moment_of("2019-01-01"), source="mine")


DAYS = [moment_of(f"2019-01-{day:02}") for day in range(1, 29)]


@given(st.permutations(range(12)))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_entering_does_not_matter(library: Connection, order: list[int]) -> None:
    """Each third amendment has no words: it reads as the one before it."""

    def expected(at: int) -> str:
        worded = [each for each in range(at + 1) if each % 3]
        return f"Words {worded[-1]}." if worded else before

    kept = library.begin_nested()
    before = provision_at(library, "G9", datetime.max.replace(tzinfo=DAYS[0].tzinfo)).text
    for each in order:
        text = f"Words {each}." if each % 3 else None
        enact(library, Instrument((Kind.PANEL,), "Panel", DAYS[each]), [amend("G9", text)])
    for at in range(12):
        assert provision_at(library, "G9", DAYS[at]).text == expected(at)
    kept.rollback()


def test_both_databases_read_alike(either_library: Connection) -> None:
    load(either_library, "2016-11-08", **{"H4.1": "One.", "H4.2": "Two."})
    enact(either_library, vote("2019-02-28", MP1), [amend("H4.1", "One anew.", MP1)])
    assert read(either_library, "H4.1", "2019-02-28") == "One anew."
    assert [each.ref for each in provisions_at(either_library, moment_of("2019-03-01"), "H")][:2] == [
        "H",
        "H1",
    ]
    assert provision_at(either_library, "H4.2", moment_of("2019-03-01")).status is Status.IN_FORCE


def test_what_was_deleted_and_put_back_says_when_it_was_part_of_the_code(library: Connection) -> None:
    for day, change in (
        ("2019-02-01", Change(Verb.DELETED, "G8")), ("2019-03-01", Change(Verb.DESIGNATED, "G8", parent="G")),
    ):  # fmt: skip
        enact(library, Instrument((Kind.CHANGE_BOARD,), "a vote", moment_of(day)), [change])
    with pytest.raises(NotFound, match=r"since \S+ until 2019-02-01, and since 2019-03-01\."):
        provision_at(library, "G8", moment_of("2019-02-15"))
    assert provision_at(library, "G8", moment_of("2019-03-01")).verb == "designated"

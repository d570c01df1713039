"""Releases: their calendar, what goes with them, and how they move."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.governance.modifications.cast import FOR, Cast

from gbsmart import codebook
from gbsmart.governance.modifications.release import calendar
from gbsmart.ground import InvalidValue
from gbsmart.procedures import NewDocument, Refused
from gbsmart.procedures.web import BASE

JUNE: dict[str, Any] = {"title": "June 2024 SEC Release", "month": "June", "year": 2024}


def approved(cast: Cast, *, dcc_systems: bool = False) -> str:
    reference = cast.proposal(dcc_systems=dcc_systems)
    cast.consider(reference)
    if dcc_systems:
        cast.stage.act(reference, "request-assessment", "secretary", assessment="full", questions="?")
        (child,) = cast.stage.cases("dcc-impact-assessment")
        paper = NewDocument("Assessment", "What it takes", b"A year.")
        cast.stage.act(child.reference, "deliver", "dcc", documents=[paper], cost="1.00", lead_time=3)
    cast.report(reference)
    cast.vote(reference, **FOR)
    cast.stage.wait(days=15)
    return reference


def test_the_calendar_has_the_releases_that_were() -> None:
    assert calendar(2018)["November"] == date(2018, 11, 1)
    assert calendar(2019) == {
        "February": date(2019, 2, 28), "June": date(2019, 6, 27), "November": date(2019, 11, 7),
    }  # fmt: skip


@given(st.integers(2013, 2100))
def test_every_year_has_three_thursdays(year: int) -> None:
    for day in calendar(year).values():
        assert day.weekday() == 3
    february, june, november = calendar(year).values()
    assert february.day >= 22
    assert june.day >= 24
    assert november.day <= 7


def test_a_change_goes_with_a_release_on_its_date(cast: Cast) -> None:
    stage, reference = cast.stage, approved(cast)
    release = stage.open("release", "secretary", **JUNE)
    assert release.data["release_date"] == "2024-06-27"
    case = stage.act(reference, "schedule", "secretary", release=release.reference)
    assert (case.state, case.data["implementation_date"]) == ("scheduled", "2024-06-27")
    stage.wait_until(datetime(2024, 6, 26, 22, 59, tzinfo=UTC))
    assert stage.case(reference).state == "scheduled"
    stage.wait_until(datetime(2024, 6, 26, 23, tzinfo=UTC))  # midnight in London
    assert stage.case(reference).state == "implemented"
    assert stage.case(release.reference).data["items"] == [reference]


@pytest.mark.system("S199", "S203")
def test_what_goes_with_one_release_is_one_version(cast: Cast) -> None:
    stage = cast.stage
    first, second = approved(cast), approved(cast)
    words = NewDocument("Legal text", "D6.3", b"# amended D6.3\nThe Panel forms a Working Group of seven.")
    stage.act(second, "correct-text", "secretary", documents=[words], reason="Seven.")
    release = stage.open("release", "secretary", **{**JUNE, "month": "November"})
    for reference in (first, second):
        stage.act(reference, "schedule", "secretary", release=release.reference)
    stage.wait_until(datetime(2024, 11, 7, tzinfo=UTC))
    assert [stage.case(each).data["version"] for each in (first, second)] == ["6.4", "6.4"]
    with stage.store.reading() as connection:
        row = codebook.version_row(codebook.version_named(connection, "6.4"))
        text = codebook.provision_at(connection, "D6.3", stage.clock.now()).text
    assert (row["modifications"], row["base_version"]) == ([first, second], ["6.3"])
    assert text == "The Panel forms a Working Group of seven."
    marked = stage.http.get(f"{BASE}/cases/{second}/documents/4").text
    assert re.search(r"<del>.*at least six.*</del>.*<ins>.*seven.*</ins>", marked, re.DOTALL)


def test_what_cannot_be_made_on_its_day_is_made_once_its_text_is_corrected(cast: Cast) -> None:
    stage = cast.stage
    first, second = approved(cast), approved(cast)
    for reference, text, day in (
        (first, b"# deleted D6.4", "2024-06-03"), (second, b"# amended D6.4\nNew words.", "2024-06-10"),
    ):  # fmt: skip
        words = NewDocument("Legal text", "D6.4", text)
        stage.act(reference, "correct-text", "ofgem", documents=[words], reason="D6.4.")
        stage.act(reference, "schedule", "secretary", implementation_date=day)
    stage.wait_until(datetime(2024, 6, 11, 9, tzinfo=UTC))
    assert (stage.case(first).state, stage.case(second).state) == ("implemented", "scheduled")
    (failed,) = [each for each in stage.dues(second) if each.status == "failed"]
    assert "D6.4 is not part of the Code on 2024-06-" in failed.note
    words = NewDocument("Legal text", "D6.3", b"# amended D6.3\nNew words.")
    with pytest.raises(InvalidValue, match=r"is not of D6\.4, which was approved"):
        stage.act(second, "correct-text", "secretary", documents=[words], reason="D6.4 is gone.")
    stage.act(second, "correct-text", "ofgem", documents=[words], reason="D6.4 is gone.")
    case = stage.act(second, "implement", "secretary")
    assert (case.state, case.data["version"]) == ("implemented", "6.5")
    with stage.store.reading() as connection:
        text = codebook.provision_at(connection, "D6.3", datetime(2024, 6, 9, 23, tzinfo=UTC)).text
    assert text == "New words.", "from the beginning of its day"


def test_a_text_takes_back_nothing_that_was_made_since_it_was_written(cast: Cast) -> None:
    stage = cast.stage
    first, second = approved(cast), approved(cast)
    stage.act(first, "schedule", "secretary", implementation_date="2024-06-03")
    stage.act(second, "schedule", "secretary", implementation_date="2024-06-10")
    stage.wait_until(datetime(2024, 6, 10, 9, tzinfo=UTC))
    assert (stage.case(first).state, stage.case(second).state) == ("implemented", "scheduled")
    (failed,) = [each for each in stage.dues(second) if each.status == "failed"]
    assert "D6.3 was changed in version 6.4 since this text was written" in failed.note
    both = NewDocument("Legal text", "Both", b"# amended D6.3\nA Working Group of at least six, and seven.")
    with pytest.raises(Refused, match="a correction comes with the document"):
        stage.act(second, "correct-text", "secretary", reason="Both.")
    stage.act(second, "correct-text", "secretary", documents=[both], reason="Both.")
    stage.wait(hours=12)
    assert stage.case(second).state == "implemented"
    with stage.store.reading() as connection:
        text = codebook.provision_at(connection, "D6.3", stage.clock.now()).text
    assert text == "A Working Group of at least six, and seven."


def test_changes_of_dcc_systems_wait_for_a_release_of_the_dcc(cast: Cast) -> None:
    stage, reference = cast.stage, approved(cast, dcc_systems=True)
    with pytest.raises(InvalidValue, match="goes with a release of the DCC"):
        stage.act(reference, "schedule", "secretary", implementation_date="2024-06-03")
    alone = stage.open("release", "secretary", **JUNE).reference
    with pytest.raises(InvalidValue, match=f"the DCC makes no release with {alone}"):
        stage.act(reference, "schedule", "secretary", release=alone)
    both = stage.open("release", "secretary", title="November", month="November", year=2024, dcc_release=True)
    assert stage.act(reference, "schedule", "secretary", release=both.reference).state == "scheduled"


def test_a_change_of_documents_alone_goes_on_any_date(cast: Cast) -> None:
    stage, reference = cast.stage, approved(cast)
    with pytest.raises(InvalidValue, match="name a release, or a date"):
        stage.act(reference, "schedule", "secretary")
    with pytest.raises(InvalidValue, match="is not ahead"):
        stage.act(reference, "schedule", "secretary", implementation_date="2024-01-01")
    stage.act(reference, "schedule", "secretary", implementation_date="2024-06-03")
    stage.act(reference, "reschedule", "chair", implementation_date="2024-06-10", reason="A bank holiday.")
    stage.wait_until(datetime(2024, 6, 9, 22, tzinfo=UTC))
    with pytest.raises(Refused, match="not before 10 June 2024"):
        stage.act(reference, "implement", "secretary")
    stage.wait(hours=1)
    assert stage.case(reference).state == "implemented"


def test_a_release_moves_with_all_that_goes_with_it(cast: Cast) -> None:
    stage, reference = cast.stage, approved(cast)
    release = stage.open("release", "secretary", **JUNE).reference
    stage.act(reference, "schedule", "secretary", release=release)
    with pytest.raises(Refused, match="proposed no other date"):
        stage.act(release, "agree-date", "ofgem")
    with pytest.raises(InvalidValue, match="date_proposed: is far from the calendar's 2024-06-27"):
        stage.act(release, "propose-date", "secretary", date_proposed="2024-11-07", reason="Not ready.")
    stage.act(release, "propose-date", "secretary", date_proposed="2024-07-11", reason="Not ready.")
    stage.act(release, "agree-date", "ofgem")
    assert stage.case(reference).data["implementation_date"] == "2024-07-11"
    with pytest.raises(Refused, match=f"{reference} goes with it"):
        stage.act(release, "cancel", "secretary", reason="Never mind.")
    stage.wait_until(datetime(2024, 7, 10, 22, 59, tzinfo=UTC))
    assert (stage.case(release).state, stage.case(reference).state) == ("planned", "scheduled")
    stage.wait(minutes=1)
    assert (stage.case(release).state, stage.case(reference).state) == ("released", "implemented")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"release_date": "2024-01-31"}, "is far from the calendar's 2024-06-27"),
        ({"year": 2023}, "2023-06-29 is not ahead"),
        ({"month": "April"}, "'April' is not one of February, June, November"),
    ],
)
def test_a_release_is_near_its_place_in_the_calendar(cast: Cast, values: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        cast.stage.open("release", "secretary", **{**JUNE, **values})


def test_there_is_one_release_a_month(cast: Cast) -> None:
    cast.stage.open("release", "secretary", **JUNE)
    with pytest.raises(Refused, match="REL001 is planned for that month"):
        cast.stage.open("release", "secretary", **JUNE)

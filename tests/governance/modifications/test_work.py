"""Refinement, alternatives, and the DCC's assessments with their clocks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.governance.modifications.cast import FINDINGS, OTHER_TEXT, REPORT, TEXT, Cast

from gbsmart import codebook
from gbsmart.ground import InvalidValue
from gbsmart.procedures import NewDocument, NotEntitled, Refused

GROUP = ["SUP1: Alice", "SUP2: Ben", "DCC: Dan", "Citizens Advice: Eve", "Expert: Finn"]
ASSESSMENT = NewDocument("Assessment", "What it takes", b"A year.")


@pytest.fixture
def reference(cast: Cast) -> str:
    """A proposal that is refined, and for which DCC systems change."""
    found = cast.proposal(dcc_systems=True)
    cast.consider(found, working_group=True, terms_of_reference="How many?")
    return found


def test_a_working_group_has_terms_and_five_members(cast: Cast) -> None:
    stage, reference = cast.stage, cast.proposal()
    with pytest.raises(InvalidValue, match="has terms of reference"):
        cast.consider(reference, working_group=True)
    cast.consider(reference, working_group=True, terms_of_reference="How many?")
    with pytest.raises(InvalidValue, match="has 5 members at least"):
        stage.act(reference, "convene", "chair", members=GROUP[:4])
    with pytest.raises(Refused, match="no Working Group yet"):
        stage.act(reference, "conclude-refinement", "chair", conclusion="Fine.")
    stage.act(reference, "convene", "chair", members=GROUP)
    with pytest.raises(InvalidValue, match="15 Working Days unless the proposal is urgent"):
        stage.act(
            reference, "consult-on-refinement", "secretary", consultation_days=5,
            documents=[NewDocument("Refinement consultation", "Questions", b"?")],
        )  # fmt: skip
    stage.act(reference, "conclude-refinement", "chair", conclusion="Fine.")


@pytest.mark.system("S191")
def test_an_alternative_comes_from_the_group_and_can_be_the_one_that_is_made(cast: Cast) -> None:
    stage, reference = cast.stage, cast.proposal()
    cast.consider(reference, working_group=True, terms_of_reference="How many?")
    stage.act(reference, "convene", "chair", members=GROUP)
    stage.person("cleo", "party:SUP3")
    with pytest.raises(Refused, match="SUP3 has nobody in the Working Group"):
        stage.act(reference, "raise-alternative", "cleo", documents=[OTHER_TEXT], alternative_title="Seven")
    stage.act(reference, "raise-alternative", "ben", documents=[OTHER_TEXT], alternative_title="Seven")
    stage.act(reference, "conclude-refinement", "chair", conclusion="Either.")
    cast.report(reference)
    with pytest.raises(InvalidValue, match="is not one of approve, approve A, reject, abstain"):
        cast.vote(reference, consumer="approve B")
    case = cast.vote(reference, consumer="approve A", small="approve A", network="approve", sup1="reject")
    assert (case.state, case.data["alternative"]) == ("board_approved", "A")
    stage.wait(days=15)
    case = cast.implement(reference)
    assert case.state == "implemented"
    with stage.store.reading() as connection:
        text = codebook.provision_at(connection, "D6.3", stage.clock.now()).text
    assert text == "A group of seven or more."


def test_the_text_of_an_alternative_is_corrected_too(cast: Cast) -> None:
    stage, reference = cast.stage, cast.proposal()
    cast.consider(reference, working_group=True, terms_of_reference="How many?")
    stage.act(reference, "convene", "chair", members=GROUP)
    stage.act(reference, "raise-alternative", "ben", documents=[OTHER_TEXT], alternative_title="Seven")
    stage.act(reference, "conclude-refinement", "chair", conclusion="Either.")
    cast.report(reference)
    cast.vote(reference, consumer="approve A", small="approve A", network="approve A")
    stage.wait(days=15)
    words = NewDocument("Legal text", "D6.3", b"# amended D6.3: Working Groups\nA group of 7 or more.")
    stage.act(reference, "correct-text", "secretary", documents=[words], reason="A numeral.")
    assert cast.implement(reference).state == "implemented"
    with stage.store.reading() as connection:
        text = codebook.provision_at(connection, "D6.3", stage.clock.now()).text
    assert text == "A group of 7 or more."


def test_a_consultation_is_short_only_while_the_proposal_is_urgent(cast: Cast) -> None:
    stage, reference = cast.stage, cast.proposal()
    stage.act(reference, "recommend-urgency", "chair", urgency_recommended=True, reason="Harm.")
    stage.act(reference, "decide-urgency", "ofgem", urgent=True, consultation_days=5)
    stage.act(reference, "decide-urgency", "ofgem", urgent=False)
    cast.consider(reference)
    stage.act(reference, "submit-report", "secretary", documents=[REPORT, TEXT], findings=FINDINGS)
    stage.act(reference, "consult", "chair")
    (due,) = (each for each in stage.dues(reference) if each.name == "consultation")
    assert due.due_at == datetime(2024, 1, 30, tzinfo=UTC), "15 Working Days after 8 January"


def test_where_dcc_systems_change_the_dcc_assesses_first(cast: Cast, reference: str) -> None:
    stage = cast.stage
    stage.act(reference, "convene", "chair", members=GROUP)
    with pytest.raises(Refused, match="the DCC has to make a full assessment"):
        stage.act(reference, "conclude-refinement", "chair", conclusion="Fine.")
    stage.act(reference, "request-assessment", "secretary", assessment="full", questions="How long?")
    with pytest.raises(Refused, match="is asked for already: IA001"):
        stage.act(reference, "request-assessment", "secretary", assessment="full", questions="Again?")
    with pytest.raises(Refused, match="IA001 is not delivered yet"):
        stage.act(reference, "conclude-refinement", "chair", conclusion="Fine.")
    with pytest.raises(NotEntitled):
        stage.act("IA001", "deliver", "alice", documents=[ASSESSMENT], cost="1.00", lead_time=1)
    stage.act("IA001", "deliver", "dcc", documents=[ASSESSMENT], cost="120000.00", lead_time=12)
    assert stage.case("IA001").parent == reference
    assert stage.act(reference, "conclude-refinement", "chair", conclusion="Fine.").state == "report"


@pytest.mark.system("S192")
def test_assessments_are_due_by_their_kind_sooner_if_urgent_later_if_agreed(
    cast: Cast, reference: str
) -> None:
    stage = cast.stage

    def due(assessment: str) -> str:
        return stage.dues(assessment)[-1].due_at.date().isoformat()

    for kind in ("preliminary", "full"):
        stage.act(reference, "request-assessment", "secretary", assessment=kind, questions="How long?")
    # 15 and 40 Working Days after 8 January 2024: the ends of 29 January and of 4 March
    assert (due("PA001"), due("IA001")) == ("2024-01-30", "2024-03-05")

    with pytest.raises(Refused, match="has not asked for another date"):
        stage.act("IA001", "agree-revision", "secretary")
    stage.act("IA001", "ask-revision", "dcc", revised_due="2024-03-28", reason="Suppliers are slow.")
    stage.act("IA001", "refuse-revision", "secretary", reason="Too late.")
    stage.act("IA001", "ask-revision", "dcc", revised_due="2024-03-14", reason="One is slow.")
    stage.act("IA001", "agree-revision", "secretary")
    assert due("IA001") == "2024-03-15"

    stage.act(reference, "recommend-urgency", "chair", urgency_recommended=True, reason="Harm.")
    stage.act(reference, "decide-urgency", "ofgem", urgent=True, assessment_days=5)
    stage.act("PA001", "cancel", "secretary")
    stage.act(reference, "request-assessment", "secretary", assessment="preliminary", questions="Quick?")
    assert due("PA002") == "2024-01-16"


@pytest.mark.system("S193")
def test_late_assessments_are_reported(cast: Cast, reference: str) -> None:
    stage = cast.stage
    for kind in ("preliminary", "full"):
        stage.act(reference, "request-assessment", "secretary", assessment=kind, questions="How long?")
    stage.wait(days=23)  # Wednesday 31 January: two Working Days after the preliminary one was due
    given = {"systems_change": True, "cost": "5000.00", "lead_time": 6}
    stage.act("PA001", "deliver", "dcc", documents=[ASSESSMENT], **given)
    assert [each.status for each in stage.dues("PA001")] == ["missed"]
    with pytest.raises(InvalidValue, match="the period is not over yet"):
        stage.open("dcc-assessment-report", "dcc", first_day="2024-01-01", last_day="2024-01-31")
    stage.wait(days=1)
    report = stage.open("dcc-assessment-report", "dcc", first_day="2024-01-01", last_day="2024-01-31")
    rows = {row["assessment"]: row for row in report.data["assessments"]}
    assert report.data["late"] == 1
    assert (rows["PA001"]["due"], rows["PA001"]["delivered"]) == ("2024-01-29", "2024-01-31")
    assert (rows["PA001"]["working_days"], rows["PA001"]["working_days_late"]) == (17, 2)
    assert (rows["IA001"]["delivered"], rows["IA001"]["working_days_late"]) == ("", 0)
    (filed,) = stage.read(f"/cases/{report.reference}")["documents"]
    assert (filed["kind"], filed["media_type"]) == ("Assessment times", "text/csv")
    assert stage.act(report.reference, "note", "secretary").state == "noted"


@pytest.mark.system("S194")
def test_the_panel_returns_a_report_and_each_round_has_a_new_one(cast: Cast) -> None:
    stage, reference = cast.stage, cast.proposal()
    cast.consider(reference)
    stage.act(reference, "submit-report", "secretary", documents=[REPORT, TEXT], findings=FINDINGS)
    stage.act(reference, "return-report", "chair", reason="Thin.")
    with pytest.raises(Refused, match="is written anew each time"):
        stage.act(reference, "submit-report", "secretary", findings=FINDINGS)
    cast.report(reference)
    positions = [each.given["position"] for each in stage.ledger(reference) if each.act == "respond"]
    assert positions == ["agree"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"no heading", "line 1 belongs to no change"),
        (b"# amended D6.3: Groups", "D6.3 is amended without a text"),
        (b"# repealed D6.3\nGone.", "'repealed' is not one of amended"),
        (b"# deleted D6.3\nGone.", "D6.3 is deleted, and has a text"),
        (b"# amended D6.3\nOne.\n# amended D6.3\nTwo.", "changes D6.3 twice"),
        (b'[{"ref": "D6.3", "verb": "amended"}]', "D6.3 is amended without a text"),
        (b'[{"ref": "D6.3", "word": "x"}]', "has 'word', which is no part of a change"),
        (b"[1]", "is no object of texts"),
        (b"[", "is no JSON"),
        (b"", "changes no provision"),
        (b"\xff", "is no UTF-8 text"),
        (b"# amended Q9.9\nNew.", "no provision 'Q9.9' of the Code is held"),
        (b"# designated D6.3\nNew.", "D6.3 is part of the Code already"),
    ],
)
def test_a_legal_text_that_nobody_could_make_is_no_report(cast: Cast, text: bytes, said: str) -> None:
    reference = cast.proposal()
    cast.consider(reference)
    documents = [REPORT, NewDocument("Legal text", "Text", text)]
    with pytest.raises(InvalidValue, match=said):
        cast.stage.act(reference, "submit-report", "secretary", documents=documents, findings=FINDINGS)

"""A modification on each path, from the proposal to the next version of the Code, each act by its actor."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.governance.modifications.cast import FINDINGS, FOR, PROPOSAL, REPORT, SOLUTION, TEXT, Cast
from tests.governance.stage import Stage

from gbsmart import codebook
from gbsmart.ground.working_days import start_of
from gbsmart.procedures import Case, Refused
from gbsmart.procedures.web import BASE


@pytest.fixture
def cast(stage: Stage) -> Cast:
    return Cast(stage)


def states(stage: Stage, reference: str) -> list[str]:
    """Where a case has been."""
    steps = [each.target for each in stage.ledger(reference) if each.source != each.target]
    return [state.replace("_", " ") for state in steps]


def written(stage: Stage, case: Case) -> tuple[dict[str, Any], str]:
    """The row of version control, and what D6.3 says from the implementation date on, not before."""
    day = start_of(date.fromisoformat(case.data["implementation_date"]))
    with stage.store.reading() as connection:
        version = codebook.version_row(codebook.version_at(connection, day))
        before = codebook.provision_at(connection, "D6.3", day - timedelta(seconds=1))
        assert (before.text, before.version) == ("", "4.15")
        return version, codebook.provision_at(connection, "D6.3", day, in_force=True).text


def octets(stage: Stage, reference: str, number: int) -> str:
    """A document, as text."""
    return stage.http.get(f"{BASE}/cases/{reference}/documents/{number}").text


def implemented(cast: Cast, reference: str) -> None:
    """It is made on its day, and everybody is told of the version in which it is."""
    case = cast.implement(reference)
    assert case.state == "implemented"
    version, text = written(cast.stage, case)
    assert (case.data["version"], version["version"], version["base_version"]) == ("6.4", "6.4", ["6.3"])
    assert version["implementation_date"] == case.data["implementation_date"]
    assert (version["modifications"], version["sections"]) == ([reference], ["D"])
    assert text == "The Panel forms a Working Group of at least six."
    document = cast.stage.read(f"/cases/{reference}")["documents"][-1]
    assert document["kind"] == "Change-marked text"
    marked = octets(cast.stage, reference, document["number"])
    assert "MP001: version 6.4 against version 6.3".replace("MP001", reference) in marked
    assert re.search(r"<ins>.*Working Group.*</ins>", marked)
    told = [each.to for each in cast.stage.notices(reference) if case.data["version"] in each.subject]
    assert told == ["party", "authority", "dcc"]


def test_self_governance_from_a_draft_to_the_next_version(cast: Cast) -> None:
    stage = cast.stage
    problem = {name: value for name, value in PROPOSAL.items() if name not in SOLUTION}
    draft = stage.open("draft-proposal", "alice", problem="Groups are small.", **problem).reference
    stage.act(draft, "comment-as-friend", "secretary", friend="Say how small.")
    stage.act(draft, "submit", "alice", problem="Five members are too few.")
    stage.act(draft, "comment", "ben", comment="True.")
    stage.act(draft, "propose-solution", "alice", **SOLUTION)
    assert stage.act(draft, "convert", "developer").state == "converted"
    (proposal,) = stage.cases("modification-proposal")
    assert (proposal.parent, proposal.data["proposer"]) == (draft, "party:SUP1")

    reference = proposal.reference
    cast.consider(reference, working_group=True, terms_of_reference="How many?", report_by="2024-05-01")
    cast.refine(reference)
    cast.report(reference)
    assert cast.vote(reference, **FOR).state == "board_approved"
    cast.until_due(reference, "referral-to-panel")
    implemented(cast, reference)
    assert states(stage, reference) == [
        "initial consideration", "refinement", "refinement consultation", "refinement", "report",
        "panel review", "consultation", "change board", "board approved", "approved", "scheduled",
        "implemented",
    ]  # fmt: skip


def test_authority_determined_with_a_missed_quorum_a_send_back_and_a_missed_deadline(cast: Cast) -> None:
    stage = cast.stage
    reference = cast.proposal(
        path_sought="authority-determined", criteria_met=["governance"], path_reasons="Governance."
    )
    assert cast.consider(reference, "authority-determined", criteria_met=["governance"]) == "report"
    cast.report(reference)

    assert cast.vote(reference, consumer="approve", network="reject").state == "adjourned"
    stage.wait(days=15)  # ten Working Days, and the meeting is held again: two are enough now
    assert stage.case(reference).state == "reconvened"
    case = cast.vote(reference, ballot="reconvened", consumer="approve", other="approve")
    assert (case.state, case.data["recommendation"]) == ("with_authority", "approve")
    with pytest.raises(Refused, match="is in with_authority"):
        cast.implement(reference)

    stage.wait(days=40)
    missed = [each.name for each in stage.dues(reference) if each.status == "missed" and not each.then]
    assert missed == ["authority"]
    stage.act(reference, "send-back", "ofgem", reason="Unclear.", more_work="Say who pays.")
    cast.refine(reference)
    cast.report(reference)
    assert cast.vote(reference, **FOR).state == "with_authority"
    stage.act(reference, "decide", "ofgem", decision="approve", reason="Serves (g).")
    implemented(cast, reference)
    assert states(stage, reference).count("with authority") == 2


def test_authority_led_against_the_board_is_appealed_remitted_and_made(cast: Cast) -> None:
    stage = cast.stage
    given = {"path_sought": "authority-led", "grounds": "Significant Code Review"}
    reference = cast.proposal("ofgem", **given)
    cast.consider(reference, "authority-led")
    cast.report(reference)
    votes = dict.fromkeys(("consumer", "small", "network"), "reject")
    assert cast.vote(reference, **votes).data["recommendation"] == "reject"
    case = stage.act(reference, "decide", "ofgem", decision="approve", reason="The review says so.")
    assert case.state == "authority_decided"
    stage.wait(days=3)
    stage.act(reference, "appeal", "ben", reason="An error of law.")
    case = stage.act(reference, "rule", "cma", ruling="quashed and remitted", reason="No reasons given.")
    assert case.state == "with_authority"
    stage.act(reference, "decide", "ofgem", decision="approve", reason="The reasons are these.")
    cast.until_due(reference, "appeal")
    implemented(cast, reference)


def test_fast_track_that_nobody_objects_to(cast: Cast) -> None:
    stage = cast.stage
    reference = fast_tracked(cast)
    for seat in ("large-supplier-1", "other-1"):
        stage.vote(reference, "fast_track", f"panel-{seat}", "approve")
    stage.act(reference, "count-fast-track", "chair")
    stage.wait(days=20)
    assert stage.case(reference).state == "objection_window"
    stage.wait(days=2)
    implemented(cast, reference)


def fast_tracked(cast: Cast) -> str:
    reference = cast.proposal(
        "chair", TEXT, path_sought="fast-track", fast_track_statement="A slip.",
        grounds="error or housekeeping",
    )  # fmt: skip
    assert cast.consider(reference, "fast-track") == "fast_track_vote"
    return reference


def test_one_objection_ends_the_fast_track(cast: Cast) -> None:
    stage = cast.stage
    reference = fast_tracked(cast)
    for seat in ("large-supplier-1", "other-1", "dcc-1"):
        stage.vote(reference, "fast_track", f"panel-{seat}", "approve")
    assert stage.act(reference, "count-fast-track", "chair").state == "objection_window"
    assert stage.act(reference, "object", "ben", reason="No slip.").state == "initial_consideration"
    with pytest.raises(Refused, match="fast track has ended"):
        cast.consider(reference, "fast-track")
    assert cast.consider(reference, "self-governance") == "report"


@pytest.mark.parametrize(
    ("votes", "outcome"),
    [
        ({"large-supplier-1": "approve"}, "inquorate"),
        ({"large-supplier-1": "approve", "other-1": "reject"}, "reject"),
    ],
)
def test_the_panel_approves_a_fast_track_with_one_voice(
    cast: Cast, votes: dict[str, str], outcome: str
) -> None:
    reference = fast_tracked(cast)
    for seat, choice in votes.items():
        cast.stage.vote(reference, "fast_track", f"panel-{seat}", choice)
    assert cast.stage.act(reference, "count-fast-track", "chair").state == "initial_consideration"
    assert cast.stage.ledger(reference)[-1].outcome == outcome


def test_a_variation_led_by_the_authority(cast: Cast) -> None:
    stage = cast.stage
    reference = stage.open(
        "authority-led-variation", "ofgem", documents=[TEXT], title="Groups", purpose="Six.",
        reasons="A review.", sections=["D6.3"], objectives=["g"],
    ).reference  # fmt: skip
    report = REPORT.__class__("Report on the variation", "Report", b"Fine.")
    stage.act(reference, "submit-report", "secretary", documents=[report])
    assert cast.vote(reference, consumer="reject").state == "adjourned"
    stage.act(reference, "reconvene", "secretary")
    cast.vote(reference, ballot="reconvened", consumer="reject")
    stage.act(reference, "revise", "ofgem", documents=[TEXT], reason="Clearer now.")
    stage.act(reference, "submit-report", "secretary", documents=[report])
    votes = dict.fromkeys(("consumer", "small", "network"), "approve")
    case = cast.vote(reference, **votes)
    assert (case.state, case.data["recommendation"]) == ("with_authority", "approve")
    stage.act(reference, "decide", "ofgem", reason="The Board agrees.")
    implemented(cast, reference)


def test_urgent_is_what_the_authority_says_and_shortens_the_clocks(cast: Cast) -> None:
    stage = cast.stage
    reference = cast.proposal(urgent_sought=True, urgency_reasons="Harm tomorrow.")
    with pytest.raises(Refused, match="Panel has not said"):
        stage.act(reference, "decide-urgency", "ofgem", urgent=True)
    stage.act(reference, "recommend-urgency", "chair", urgency_recommended=True, reason="Harm.")
    stage.act(reference, "decide-urgency", "ofgem", urgent=True, consultation_days=3)
    cast.consider(reference)
    stage.act(reference, "submit-report", "secretary", documents=[REPORT, TEXT], findings=FINDINGS)
    stage.act(reference, "consult", "chair")
    (due,) = [each for each in stage.dues(reference) if each.status == "open"]
    assert due.due_at == datetime(2024, 1, 12, tzinfo=UTC)  # the end of Thursday; it was Monday
    stage.wait(days=4)
    assert stage.case(reference).state == "change_board"


def test_the_authority_moves_a_proposal_to_another_path(cast: Cast) -> None:
    reference = cast.proposal()
    cast.consider(reference)
    cast.report(reference)
    with pytest.raises(Refused, match="Path 1 is for"):
        cast.stage.act(reference, "move-path", "ofgem", path="authority-led", reason="Mine.")
    cast.stage.act(
        reference, "move-path", "ofgem", path="authority-determined", criteria_met=["competition"],
        reason="It favours large groups.",
    )  # fmt: skip
    assert cast.vote(reference, **FOR).state == "with_authority"


def test_a_code_manager_holds_the_panel_s_roles_and_nothing_else_changes(stage: Stage) -> None:
    cast = Cast(stage, manager=True)
    reference = cast.proposal()
    cast.consider(reference, working_group=True, terms_of_reference="How many?")
    cast.refine(reference)
    cast.report(reference)
    assert cast.vote(reference, **FOR).state == "board_approved"
    cast.until_due(reference, "referral-to-panel")
    implemented(cast, reference)
    roles = {str(each.actor.capacity.role) for each in stage.ledger(reference)}
    assert {"panel-chair", "code-administrator"} & roles

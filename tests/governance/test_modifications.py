"""A modification on each path, from the proposal to the next version of the Code, each act by its actor."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.governance.modifications.cast import FINDINGS, FOR, REPORT, TEXT, Cast
from tests.governance.modifications.stories import STORIES, fast_tracked, implemented
from tests.governance.stage import Stage

from gbsmart.procedures import NewDocument, Refused


@pytest.fixture
def cast(stage: Stage) -> Cast:
    return Cast(stage)


@pytest.mark.parametrize("path", STORIES)
@pytest.mark.system("S188")
def test_a_proposal_becomes_the_next_version_of_the_code(cast: Cast, path: str) -> None:
    implemented(cast, STORIES[path](cast))


def test_what_the_authority_decides_is_made_after_it_has(cast: Cast) -> None:
    reference = cast.proposal(path_sought="authority-determined", criteria_met=["supply"])
    cast.consider(reference, "authority-determined", criteria_met=["supply"])
    cast.report(reference)
    assert cast.vote(reference, **FOR).state == "with_authority"
    with pytest.raises(Refused, match="is in with_authority"):
        cast.implement(reference)


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


def test_the_panel_chair_has_no_vote_and_counts_for_no_quorum(cast: Cast) -> None:
    stage = cast.stage
    (dcc,) = [each for each in stage.cases("appointment") if each.data["seat"] == "dcc-1"]
    stage.act(dcc.reference, "vacate", "secretary", reason="Retired.")
    stage.open("appointment", "ofgem", body="panel", seat="chair", constituency="Chair", holder="Carol Chair")
    reference = fast_tracked(cast)
    stage.vote(reference, "fast_track", "panel-other-1", "approve")  # one of two is half
    assert stage.act(reference, "count-fast-track", "chair").state == "objection_window"


@pytest.mark.system("S198")
def test_a_variation_led_by_the_authority(cast: Cast) -> None:
    stage = cast.stage
    reference = stage.open(
        "authority-led-variation", "ofgem", documents=[TEXT], title="Groups", purpose="Six.",
        reasons="A review.", sections=["D6.3"], objectives=["g"],
    ).reference  # fmt: skip
    report = NewDocument("Report on the variation", "Report", b"Fine.")
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


@pytest.mark.system("S190")
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


@pytest.mark.system("S247")
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

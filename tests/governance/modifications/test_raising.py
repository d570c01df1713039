"""Who raises a proposal, what it says, and against which objectives it is judged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.governance.conftest import START
from tests.governance.modifications.cast import FINDINGS, PROPOSAL, REPORT, SOLUTION, TEXT, Cast

from gbsmart import parties
from gbsmart.ground import InvalidValue
from gbsmart.parties import Right
from gbsmart.procedures import NotEntitled, Refused


@pytest.mark.parametrize(
    ("by", "given"),
    [
        ("alice", {}),
        ("citizens", {}),
        ("dcc", {"grounds": "compliance with law"}),
        ("ofgem", {"grounds": "Significant Code Review"}),
        ("chair", {"grounds": "report of the Panel"}),
        ("charger", {"sections": ["K4.2"], "charging_objectives": ["2"]}),
    ],
)
@pytest.mark.system("S189")
def test_is_for_those_whom_the_code_names(cast: Cast, by: str, given: dict[str, Any]) -> None:
    cast.stage.person("charger", "designated-person:Charging Ltd")
    assert cast.stage.case(cast.proposal(by, **given)).state == "initial_consideration"


@pytest.mark.parametrize(
    ("by", "given", "said"),
    [
        ("secretary", {}, "the code-administrator raises no proposals"),
        ("developer", {}, "the committee-member raises no proposals"),
        ("dcc", {}, "grounds: the dcc does not raise a proposal at will"),
        ("ofgem", {"grounds": "report of the Panel"}, "grounds: the authority does not"),
        ("charger", {}, "the charges alone, and D6.3 is none of them"),
        ("cma", {}, "is for party; consumer-body"),
    ],
)
def test_is_not_for_others(cast: Cast, by: str, given: dict[str, Any], said: str) -> None:
    cast.stage.person("charger", "designated-person:Charging Ltd")
    with pytest.raises((Refused, InvalidValue), match=said):
        cast.proposal(by, **given)
    assert cast.stage.cases("modification-proposal") == []


def test_a_party_in_default_may_have_lost_the_right(cast: Cast) -> None:
    with cast.stage.store.transaction() as connection:
        parties.suspend_rights(
            connection, "SUP1", [Right.MODIFICATIONS], at=START - timedelta(days=1), reason="Default",
            case="DEF001",
        )  # fmt: skip
    with pytest.raises(Refused, match="right of SUP1 to raise and influence"):
        cast.proposal()
    reference = cast.proposal("ben")
    cast.consider(reference)
    cast.report(reference)
    with pytest.raises(NotEntitled, match="has no vote"):
        cast.vote(reference, sup1="reject")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"title": ""}, "title: Title is needed"),
        ({"sections": []}, "sections: Sections and documents affected is needed"),
        ({"objectives": ["z"]}, "objectives: 'z' is not one of a, b, c"),
        ({"urgent_sought": True}, "urgency_reasons: is needed"),
        ({"exemption_sought": True}, "exemption_reasons: is needed"),
        ({"impact_high": ["Consumer"], "impact_low": ["Consumer"]}, "the impact on Consumer has one degree"),
        ({"criteria_met": ["supply"]}, "decides about what has a material effect on sustainability"),
        ({"path_sought": "authority-determined"}, "Path 2 is for what meets one of its criteria"),
        ({"path_sought": "authority-led"}, "Path 1 is for what the Authority raises"),
        ({"path_sought": "fast-track", "fast_track_statement": "A slip."}, "only the Panel raises"),
        ({"path_sought": "fast-track"}, "fast_track_statement: is needed"),
    ],
)
def test_says_all_that_the_form_asks_for(cast: Cast, given: dict[str, Any], said: str) -> None:
    with pytest.raises((Refused, InvalidValue), match=said):
        cast.proposal(**given)


def test_a_draft_goes_no_further_where_the_right_of_its_proposer_is_suspended(cast: Cast) -> None:
    stage = cast.stage
    problem = {name: value for name, value in PROPOSAL.items() if name not in SOLUTION}
    draft = stage.open("draft-proposal", "alice", problem="Small.", **problem).reference
    stage.act(draft, "comment-as-friend", "secretary", friend="How small?")

    def submitted() -> str:
        return stage.act(draft, "submit", "alice", problem="Five.").state

    with stage.store.transaction() as connection:
        rights, at = [Right.MODIFICATIONS], stage.clock.now()
        parties.suspend_rights(connection, "SUP1", rights, at=at, reason="Unpaid.", case="EOD001")
    with pytest.raises(Refused, match="right of SUP1 to raise and influence modifications is suspended"):
        submitted()
    with stage.store.transaction() as connection:
        parties.restore_rights(connection, "SUP1", at=at, reason="Paid.", case="EOD001")
    assert submitted() == "development"


def test_a_draft_is_no_proposal_before_it_has_a_solution(cast: Cast) -> None:
    stage = cast.stage
    problem = {name: value for name, value in PROPOSAL.items() if name not in SOLUTION}
    draft = stage.open("draft-proposal", "alice", problem="Small.", **problem).reference
    (due,) = stage.dues(draft)
    assert (due.name, due.whom, due.due_at.date().isoformat()) == (
        "critical-friend", "code-administrator", "2024-01-16",
    )  # fmt: skip
    stage.act(draft, "comment-as-friend", "secretary", friend="How small?")
    with pytest.raises(Refused, match="for the proposer, party:SUP1"):
        stage.act(draft, "submit", "ben", problem="Mine.")
    stage.act(draft, "submit", "alice", problem="Five.")
    with pytest.raises(Refused, match="has not said what is proposed"):
        stage.act(draft, "convert", "developer")
    assert stage.act(draft, "close", "secretary", reason="No problem.").state == "closed"


@pytest.mark.parametrize(
    ("findings", "said"),
    [
        (["b: neutral: nothing"], "says nothing of objective g"),
        (["g: splendid: yes"], "'splendid' is no verdict on objective g"),
        (["g: better"], "objective g is judged without a reason"),
        (["g: better: yes", "g: worse: no"], "objective g is judged twice"),
        (["z: better: yes"], "'z' is no objective"),
    ],
)
@pytest.mark.system("S166")
def test_the_report_judges_it_against_the_numbered_objectives(
    cast: Cast, findings: list[str], said: str
) -> None:
    reference = cast.proposal()
    cast.consider(reference)
    with pytest.raises(InvalidValue, match=said):
        cast.stage.act(reference, "submit-report", "secretary", documents=[REPORT, TEXT], findings=findings)
    cast.stage.act(reference, "submit-report", "secretary", documents=[REPORT, TEXT], findings=FINDINGS)

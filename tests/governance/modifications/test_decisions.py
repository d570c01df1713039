"""The Change Board's count, referral, the Authority's decision, appeals; and what interrupts a proposal."""

from __future__ import annotations

from typing import Any

import pytest
from tests.governance.modifications.cast import FOR, OTHER_TEXT, Cast
from tests.governance.stage import Stage

from gbsmart import codebook, parties
from gbsmart.ground import InvalidValue
from gbsmart.parties import Right
from gbsmart.procedures import NotEntitled, Refused


@pytest.fixture
def voting(cast: Cast) -> str:
    """A self-governance proposal that the Change Board votes on."""
    reference = cast.proposal()
    cast.consider(reference)
    cast.report(reference)
    return reference


@pytest.mark.parametrize(
    ("votes", "state"),
    [
        (FOR, "board_approved"),
        # a tie rejects: two constituencies to two
        ({"consumer": "approve", "small": "approve", "network": "reject", "other": "reject"},
         "board_rejected"),
        # large suppliers are three to one constituency: their number counts for nothing
        ({"sup1": "approve", "sup2": "approve", "sup3": "approve", "consumer": "reject", "other": "reject"},
         "board_rejected"),
        # even within a constituency is no position
        ({"sup1": "approve", "sup2": "reject", "consumer": "approve", "other": "abstain"}, "board_approved"),
        # abstentions make a quorum, and no decision for
        ({"consumer": "abstain", "other": "abstain", "network": "abstain"}, "board_rejected"),
        ({"consumer": "approve", "other": "approve"}, "adjourned"),
        ({}, "adjourned"),
    ],
)  # fmt: skip
@pytest.mark.system("S195")
def test_the_board_decides_by_constituency(
    cast: Cast, voting: str, votes: dict[str, str], state: str
) -> None:
    assert cast.vote(voting, **votes).state == state


def test_the_count_shows_each_constituency(cast: Cast, voting: str) -> None:
    rows = {row["constituency"]: row for row in cast.vote(voting, **FOR).data["tally_change_board"]["rows"]}
    assert set(rows) == {"Consumer", "Small Supplier", "Network", "Other SEC Party", "Large Supplier"}
    assert rows["Large Supplier"] == {
        "constituency": "Large Supplier", "approve": 1, "reject": 1, "abstain": 0, "outcome": "abstain",
    }  # fmt: skip


def test_who_attends_without_a_vote_has_none(cast: Cast, voting: str) -> None:
    cast.stage.person("minister", "secretary-of-state")
    for name in ("dcc", "ofgem", "minister", "chair", "alice"):
        with pytest.raises(NotEntitled, match="is for change-board-member"):
            cast.stage.vote(voting, "change_board", name, "approve", reason="Mine.")
    with pytest.raises(InvalidValue, match="asks for the reasons"):
        cast.stage.vote(voting, "change_board", "board-consumer-1", "reject")


def test_a_member_whose_seat_is_vacant_votes_no_more(cast: Cast, voting: str) -> None:
    (case,) = [each for each in cast.stage.cases("appointment") if each.data["seat"] == "consumer-1"]
    cast.stage.act(case.reference, "vacate", "secretary", reason="Retired.")
    with pytest.raises(NotEntitled, match="has no vote"):
        cast.vote(voting, consumer="approve")


def test_a_voting_group_without_the_right_to_influence_modifications_has_no_vote(
    cast: Cast, voting: str
) -> None:
    stage = cast.stage
    stage.open("appointment", "secretary", body="change-board", seat="SUP1", constituency="Large Supplier",
               holder="Ann Smith", reason="Named by SUP1.")  # fmt: skip
    cast.stage.vote(voting, "change_board", "board-sup1", "reject", reason="Too dear.")
    with stage.store.transaction() as connection:
        rights = [Right.MODIFICATIONS]
        parties.suspend_rights(
            connection, "SUP1", rights, at=stage.clock.now(), reason="Unpaid.", case="EOD001"
        )
    with pytest.raises(NotEntitled, match="change-board-member:SUP1 has no vote"):
        stage.vote(voting, "change_board", "board-sup1", "reject", reason="Too dear.")
    (large,) = (
        row
        for row in cast.vote(voting, consumer="approve", small="approve", sup2="approve").data[
            "tally_change_board"
        ]["rows"]
        if row["constituency"] == "Large Supplier"
    )
    assert (large["approve"], large["reject"]) == (1, 0)


def test_who_takes_a_seat_votes_anew(cast: Cast, voting: str) -> None:
    """The vote of who had the seat before is not counted as the successor's."""
    stage = cast.stage
    stage.vote(voting, "change_board", "board-consumer-1", "reject", reason="Too dear.")
    (case,) = [each for each in stage.cases("appointment") if each.data["seat"] == "consumer-1"]
    stage.act(case.reference, "vacate", "secretary", reason="Retired.")
    stage.wait(hours=1)
    stage.open("appointment", "secretary", body="change-board", seat="consumer-1", constituency="Consumer",
               holder="Eve", reason="Named.")  # fmt: skip
    ballots = {each["name"]: each["votes"] for each in stage.read(f"/cases/{voting}")["ballots"]}
    assert ballots["change_board"] == []
    case = cast.vote(voting, small="approve", network="approve", other="approve")
    (row,) = (each for each in case.data["tally_change_board"]["rows"] if each["constituency"] == "Consumer")
    assert (row["approve"], row["reject"], case.state) == (0, 0, "board_approved")


@pytest.mark.system("S197")
def test_a_self_governance_decision_can_be_referred_twice(cast: Cast, voting: str) -> None:
    stage = cast.stage
    cast.vote(voting, **FOR)
    stage.act(voting, "refer-to-panel", "ben", reason="Too dear.")
    given: dict[str, Any] = {"decision": "reject", "reason": "It is dear."}
    assert stage.act(voting, "determine-referral", "chair", **given).state == "panel_determined"
    stage.act(voting, "refer-to-authority", "alice", reason="It is cheap.")
    with pytest.raises(InvalidValue, match="'Z' is no alternative"):
        stage.act(voting, "settle-referral", "ofgem", decision="approve", alternative="Z", reason="?")
    case = stage.act(voting, "settle-referral", "ofgem", decision="approve", reason="It is cheap.")
    assert case.state == "approved"


def test_ten_working_days_are_for_referral_and_no_more(cast: Cast, voting: str) -> None:
    cast.vote(voting, consumer="reject", small="reject", network="reject")
    cast.stage.wait(days=15)
    assert cast.stage.case(voting).state == "rejected"
    with pytest.raises(Refused, match="is in rejected"):
        cast.stage.act(voting, "refer-to-panel", "ben", reason="Late.")


@pytest.mark.parametrize(
    ("ruling", "state"),
    [("confirmed", "approved"), ("quashed and substituted", "rejected"),
     ("quashed and remitted", "with_authority")],
)  # fmt: skip
@pytest.mark.system("S196", "S250")
def test_a_decision_against_the_recommendation_can_be_appealed(cast: Cast, ruling: str, state: str) -> None:
    stage = cast.stage
    reference = cast.proposal(path_sought="authority-determined", criteria_met=["supply"])
    cast.consider(reference, "authority-determined", criteria_met=["supply"])
    cast.report(reference)
    cast.vote(reference, consumer="reject", small="reject", network="reject")
    stage.act(reference, "decide", "ofgem", decision="approve", reason="Supply.")
    stage.act(reference, "appeal", "ben", reason="Wrong.")
    with pytest.raises(NotEntitled):
        stage.act(reference, "rule", "ofgem", ruling=ruling, reason="Ours.")
    assert stage.act(reference, "rule", "cma", ruling=ruling, reason="So it is.").state == state


@pytest.fixture
def recommended(cast: Cast) -> str:
    """A proposal whose alternative A the Board recommends, and not the proposal itself."""
    stage = cast.stage
    reference = cast.proposal(path_sought="authority-determined", criteria_met=["supply"])
    cast.consider(
        reference, "authority-determined", criteria_met=["supply"], working_group=True,
        terms_of_reference="How many?",
    )  # fmt: skip
    members = ["SUP1: Alice", "SUP2: Ben", "DCC: Dan", "Citizens Advice: Eve", "Expert: Finn"]
    stage.act(reference, "convene", "chair", members=members)
    stage.act(reference, "raise-alternative", "ben", documents=[OTHER_TEXT], alternative_title="Seven")
    stage.act(reference, "conclude-refinement", "chair", conclusion="Either.")
    cast.report(reference)
    cast.vote(reference, consumer="approve A", small="approve A", network="approve A")
    return reference


@pytest.mark.parametrize("against", [{"decision": "reject"}, {"decision": "approve"}])
def test_what_takes_the_place_of_a_decision_is_what_the_board_recommended(
    cast: Cast, recommended: str, against: dict[str, str]
) -> None:
    stage = cast.stage
    case = stage.act(recommended, "decide", "ofgem", reason="Not so.", **against)
    assert case.state == "authority_decided", "of the proposal itself nobody said that it should be made"
    stage.act(recommended, "appeal", "ben", reason="Wrong.")
    case = stage.act(recommended, "rule", "cma", ruling="quashed and substituted", reason="So it is.")
    assert (case.state, case.data["alternative"]) == ("approved", "A")
    assert cast.implement(recommended).state == "implemented"
    with stage.store.reading() as connection:
        text = codebook.provision_at(connection, "D6.3", stage.clock.now()).text
    assert text == "A group of seven or more."


def test_sent_back_it_has_another_timetable(cast: Cast) -> None:
    stage = cast.stage
    reference = cast.proposal(path_sought="authority-determined", criteria_met=["supply"])
    cast.consider(reference, "authority-determined", criteria_met=["supply"], report_by="2024-02-01")
    for day in (None, "2024-09-02", None):
        if stage.case(reference).state == "refinement":
            cast.refine(reference)
        cast.report(reference)
        cast.vote(reference, **FOR)
        given = {"report_by": day} if day else {}
        stage.act(reference, "send-back", "ofgem", reason="Unclear.", more_work="Say who pays.", **given)
        running = [each for each in stage.dues(reference) if (each.name, each.status) == ("report", "open")]
        assert [each.due_at.date().isoformat() for each in running] == (["2024-09-02"] if day else [])


def test_a_decision_that_follows_the_recommendation_cannot(cast: Cast) -> None:
    stage = cast.stage
    reference = cast.proposal(path_sought="authority-determined", criteria_met=["supply"])
    cast.consider(reference, "authority-determined", criteria_met=["supply"])
    cast.report(reference)
    cast.vote(reference, **FOR)
    assert stage.act(reference, "decide", "ofgem", decision="approve", reason="Supply.").state == "approved"
    with pytest.raises(Refused, match="is in approved"):
        stage.act(reference, "appeal", "ben", reason="Wrong.")


def _told(stage: Stage, reference: str, subject: str) -> set[str]:
    return {each.to for each in stage.notices(reference) if each.subject == subject}


class TestInterruptions:
    def test_somebody_else_adopts_what_the_proposer_withdrew(self, cast: Cast, voting: str) -> None:
        stage = cast.stage
        with pytest.raises(Refused, match="for the proposer, party:SUP1"):
            stage.act(voting, "withdraw", "ben", reason="Not mine.")
        stage.act(voting, "withdraw", "alice", reason="A change of mind.")
        with pytest.raises(Refused, match="somebody else adopts"):
            stage.act(voting, "adopt", "alice")
        with pytest.raises(InvalidValue, match="dcc does not raise a proposal at will"):
            stage.act(voting, "adopt", "dcc")
        case = stage.act(voting, "adopt", "ben")
        assert (case.state, case.data["proposer"]) == ("change_board", "party:SUP2")
        assert cast.vote(voting, **FOR).state == "board_approved"

    def test_what_only_the_proposer_does_is_offered_to_nobody_else(self, cast: Cast, voting: str) -> None:
        def who_may(act: str) -> list[str]:
            return [each for each in ("alice", "ben") if act in cast.stage.possible(voting, each)]

        assert (who_may("withdraw"), who_may("adopt")) == (["alice"], [])
        cast.stage.act(voting, "withdraw", "alice", reason="A change of mind.")
        assert (who_may("withdraw"), who_may("adopt")) == ([], ["ben"])

    def test_who_acts_for_several_acts_as_the_proposer(self, cast: Cast, voting: str) -> None:
        group = cast.stage.person("group", "party:AAA", "party:SUP1")
        assert cast.stage.act(voting, "withdraw", group, reason="A change of mind.").state == "withdrawn"

    def test_what_nobody_adopts_is_closed_with_its_assessments(self, cast: Cast) -> None:
        stage, reference = cast.stage, cast.proposal()
        cast.consider(reference)
        stage.act(reference, "request-assessment", "secretary", assessment="full", questions="How long?")
        stage.act(reference, "withdraw", "alice", reason="A change of mind.")
        stage.wait(days=15)
        assert stage.case(reference).state == "closed"
        assert stage.case("IA001").state == "cancelled"

    def test_a_proposal_rests_and_goes_on_where_it_was(self, cast: Cast, voting: str) -> None:
        cast.stage.act(voting, "hold", "chair", reason="The pandemic.")
        cast.stage.wait(days=100)
        assert cast.stage.act(voting, "resume", "chair").state == "change_board"

    @pytest.mark.parametrize(
        ("stopped", "goes_on"),
        [(("hold", "chair"), ("resume", "chair")), (("withdraw", "alice"), ("adopt", "ben"))],
    )
    def test_who_votes_is_told_that_the_vote_lapsed_and_when_it_is_open_again(
        self, cast: Cast, voting: str, stopped: tuple[str, str], goes_on: tuple[str, str]
    ) -> None:
        stage = cast.stage
        (ballot,) = [each for each in stage.read(f"/cases/{voting}")["ballots"] if each["status"] == "open"]
        members = {f"change-board-member:{each['voter']}" for each in ballot["entitled"]}
        stage.act(voting, *stopped, reason="The pandemic.")
        assert stage.ledger(voting)[-1].reason == "Lapsed, and not counted: Change Board"
        assert _told(stage, voting, f"{voting}: Change Board has lapsed") == members
        stage.act(voting, *goes_on)
        assert _told(stage, voting, f"{voting}: Change Board is open again") == members
        (page,) = [each for each in stage.read(f"/cases/{voting}")["ballots"] if each["status"] == "open"]
        assert page["votes"] == []

    def test_what_the_authority_led_needs_another_path_where_a_party_adopts_it(self, cast: Cast) -> None:
        stage = cast.stage
        given = {"path_sought": "authority-led", "grounds": "Significant Code Review"}
        reference = cast.proposal("ofgem", **given)
        cast.consider(reference, "authority-led")
        cast.report(reference)
        stage.act(reference, "withdraw", "ofgem", reason="Not pursued.")
        assert stage.act(reference, "adopt", "ben").state == "initial_consideration"
        with pytest.raises(Refused, match="Path 1 is for what the Authority raises"):
            cast.consider(reference, "authority-led")

    def test_the_panel_refuses_what_is_no_proposal(self, cast: Cast) -> None:
        case = cast.stage.act(cast.proposal(), "refuse", "chair", reason="The same as MP001.")
        assert case.state == "refused"


class TestSignificantCodeReview:
    @pytest.fixture
    def scope(self) -> dict[str, Any]:
        return {"title": "Governance", "scope": "Who decides.", "sections": ["D6", "C"]}

    @pytest.mark.system("S187")
    def test_what_overlaps_waits_until_it_ends(self, cast: Cast, scope: dict[str, Any]) -> None:
        stage, before, other = cast.stage, cast.proposal(), cast.proposal(sections=["D60.1", "H4"])
        review = stage.open("significant-code-review", "ofgem", **scope).reference
        during = cast.proposal("ben")
        states = {each: stage.case(each).state for each in (before, other, during)}
        assert states == {before: "suspended", other: "initial_consideration", during: "suspended"}
        with pytest.raises(Refused, match="is in suspended"):
            cast.consider(before)
        stage.act(review, "direct", "ofgem", direction="SUP1 raises it.")
        assert {stage.case(each).state for each in (before, during)} == {"initial_consideration"}

    def test_what_rests_or_was_withdrawn_waits_too_when_it_comes_back(
        self, cast: Cast, scope: dict[str, Any]
    ) -> None:
        stage, resting, withdrawn = cast.stage, cast.proposal(), cast.proposal()
        stage.act(resting, "hold", "chair", reason="A pause.")
        stage.act(withdrawn, "withdraw", "alice", reason="A change of mind.")
        review = stage.open("significant-code-review", "ofgem", **scope).reference
        stage.act(resting, "resume", "chair")
        stage.act(withdrawn, "adopt", "ben")
        assert {stage.case(each).state for each in (resting, withdrawn)} == {"suspended"}
        stage.act(review, "state", "ofgem", reason="Nothing found.")
        assert {stage.case(each).state for each in (resting, withdrawn)} == {"initial_consideration"}

    def test_the_authority_exempts_a_proposal(self, cast: Cast, scope: dict[str, Any]) -> None:
        stage, exempt = cast.stage, cast.proposal()
        review = stage.open("significant-code-review", "ofgem", **scope).reference
        stage.act(review, "exempt-proposal", "ofgem", proposal=exempt, reason="It is small.")
        again = stage.open("significant-code-review", "ofgem", **scope).reference
        assert stage.case(exempt).state == "initial_consideration"
        assert stage.act(again, "state", "ofgem", reason="Nothing found.").state == "no_direction"

    def test_it_lapses_28_days_after_its_conclusions(self, cast: Cast, scope: dict[str, Any]) -> None:
        stage, waiting = cast.stage, cast.proposal()
        reviews = [stage.open("significant-code-review", "ofgem", **scope).reference for _ in range(2)]
        for each in reviews:
            stage.act(each, "conclude", "ofgem", conclusions="More is needed.")
        stage.wait(days=28)
        assert {stage.case(each).state for each in reviews} == {"concluded"}
        stage.act(reviews[0], "state", "ofgem", reason="None.")
        assert stage.case(waiting).state == "suspended"
        stage.wait(days=1)
        assert stage.case(reviews[1]).state == "lapsed"
        assert stage.case(waiting).state == "initial_consideration"

    def test_what_follows_from_it_is_raised_while_it_runs(self, cast: Cast, scope: dict[str, Any]) -> None:
        cast.stage.open("significant-code-review", "ofgem", **scope)
        reference = cast.proposal("ofgem", path_sought="authority-led", grounds="Significant Code Review")
        assert cast.stage.case(reference).state == "initial_consideration"

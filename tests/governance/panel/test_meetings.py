"""Meetings of Panel and Sub-Committees (SEC C5, C6): papers, quorum, votes, conflicts, actions, minutes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.governance.panel.conftest import held
from tests.governance.stage import Stage

from gbsmart import parties
from gbsmart.governance.panel.attendance import is_quorate
from gbsmart.governance.panel.meetings import MEETING as MEETING_PROCEDURE
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.parties import Right
from gbsmart.procedures import NewDocument, NotEntitled, Refused

SEATS = {
    "chair": "Pat",
    "large-supplier-1": "Ann",
    "small-supplier-1": "Ben",
    "dcc-1": "Cat",
    "other-sec-party-1": "Dan",
}
MINUTES = NewDocument("Minutes", "Minutes", b"All agreed.")
MEETING = {"body": "panel", "held_at": "2024-01-22T10:00:00Z", "agenda": ["Budget", "Risks"]}
"""A Monday: papers are out on Monday the 15th, 5 Working Days before."""
ITS_DAY = datetime(2024, 1, 22, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _panel(stage: Stage) -> None:
    for seat, name in SEATS.items():
        by = "ofgem" if seat == "chair" else "sec"
        account = "pat" if seat == "chair" else name.lower()
        if seat != "chair":
            stage.person(account)
        stage.open(
            "appointment", by, body="panel", seat=seat, holder=name, account=account, reason="As elected."
        )


def called(stage: Stage, **values: Any) -> str:
    return stage.open("meeting", "sec", **(MEETING | values)).reference


def opened(stage: Stage, *absent: str) -> str:
    reference = called(stage)
    with pytest.raises(Refused, match="it is called for 2024-01-22"):
        stage.act(reference, "open", "sec", present=list(SEATS))
    stage.wait_until(ITS_DAY)
    present = [seat for seat in SEATS if seat not in absent]
    stage.act(reference, "open", "sec", present=present)
    return reference


def put(stage: Stage, meeting: str, **values: Any) -> str:
    stage.act(meeting, "put", "pat", **({"title": "Budget", "resolution": "Approve it."} | values))
    return stage.cases("panel-resolution")[0].reference


def vote(stage: Stage, reference: str, **choices: str) -> str:
    for name, choice in choices.items():
        stage.vote(reference, "members", name, choice)
    return stage.act(reference, "count", "sec").state


@pytest.mark.system("S167")
def test_a_meeting_decides_gives_actions_and_publishes_its_minutes(stage: Stage) -> None:
    meeting = opened(stage)
    resolution = put(stage, meeting)
    with pytest.raises(Refused, match=f"{resolution} is not decided"):
        stage.act(meeting, "close", "pat")
    assert vote(stage, resolution, ann="approve", ben="approve", cat="reject", dan="abstain") == "carried"
    stage.act(meeting, "give_action", "sec", action="Write to Ofgem", owner="Cat",
              owner_acts_as="panel-member:dcc-1", due_on="2024-01-31")  # fmt: skip
    stage.act(meeting, "close", "pat")
    with pytest.raises(Refused, match="needs the document 'Minutes'"):
        stage.act(meeting, "draft", "sec")
    stage.act(meeting, "draft", "sec", documents=[MINUTES])
    stage.act(meeting, "approve", "pat")
    assert stage.act(meeting, "publish", "sec").state == "published"
    (action,) = stage.cases("action")
    assert [notice.to for notice in stage.notices(action.reference)] == ["panel-member:dcc-1"]
    with pytest.raises(Refused, match="ann does not chair"):
        stage.act(action.reference, "done", "ann", result="Sent.")
    stage.wait(days=14)
    assert [due.status for due in stage.dues(action.reference)] == ["missed"]
    assert stage.act(action.reference, "done", "cat", result="Sent, late.").state == "done"


def test_an_inquorate_meeting_is_adjourned_and_reconvened(stage: Stage) -> None:
    meeting = opened(stage, "large-supplier-1", "dcc-1", "other-sec-party-1")
    case = stage.case(meeting)
    assert (case.state, case.data["quorum"]) == ("adjourned", {"present": 2, "in_post": 5, "quorate": False})
    with pytest.raises(InvalidValue, match="is past"):
        stage.act(meeting, "reconvene", "sec", held_at="2024-01-22T10:00:00Z")
    stage.act(meeting, "reconvene", "sec", held_at="2024-01-30T10:00:00Z")
    stage.wait_until(datetime(2024, 1, 30, 10, tzinfo=UTC))
    assert (
        stage.act(meeting, "open", "sec", present=["chair", "dcc-1", "small-supplier-1"]).state
        == "in_session"
    )


def test_without_the_chair_a_deputy_presides_or_there_is_no_quorum(stage: Stage) -> None:
    meeting = opened(stage, "chair")
    assert stage.case(meeting).state == "adjourned"
    stage.act(meeting, "reconvene", "sec", held_at="2024-01-30T10:00:00Z")
    stage.wait_until(datetime(2024, 1, 30, 10, tzinfo=UTC))
    members = ["large-supplier-1", "small-supplier-1", "dcc-1"]
    with pytest.raises(InvalidValue, match="deputy is not there"):
        stage.act(meeting, "open", "sec", present=members, deputy="other-sec-party-1")
    case = stage.act(meeting, "open", "sec", present=members, deputy="dcc-1")
    assert (case.state, case.data["presiding"]) == ("in_session", "dcc-1")


@given(st.integers(1, 12), st.integers(0, 12))
def test_half_of_the_members_in_post_are_enough(in_post: int, present: int) -> None:
    seats = [f"seat-{number}" for number in range(in_post)]
    there = seats[:present]
    assert is_quorate(there, seats, "seat-0", chaired=True) == (len(there) >= in_post / 2 and present > 0)
    assert not is_quorate(there, seats, "somebody", chaired=True)


def test_an_alternate_is_there_for_the_member_who_named_him(stage: Stage) -> None:
    stage.person("eve")
    meeting = called(stage)
    stage.wait_until(ITS_DAY)
    (term,) = (each for each in stage.cases("appointment") if each.subject == "dcc-1")
    with pytest.raises(InvalidValue, match="Eve is no alternate of Cat in dcc-1"):
        stage.act(meeting, "open", "sec", present=["chair", "dcc-1: Eve", "large-supplier-1"])
    stage.act(term.reference, "name_alternate", "cat", alternate="Eve", alternate_account="eve")
    with pytest.raises(InvalidValue, match="dcc-1 is named twice"):
        stage.act(meeting, "open", "sec", present=["chair", "dcc-1: Eve", "dcc-1"])
    stage.act(meeting, "open", "sec", present=["chair", "dcc-1: Eve", "large-supplier-1"])
    resolution = put(stage, meeting)
    stage.vote(resolution, "members", "cat", "reject")
    assert vote(stage, resolution, eve="approve", ann="approve") == "carried"  # one seat, one vote
    with pytest.raises(Refused):
        stage.vote(resolution, "members", "ben", "reject")


def test_a_tie_is_broken_by_who_presides_and_by_nobody_else(stage: Stage) -> None:
    resolution = put(stage, opened(stage))
    with pytest.raises(Refused, match="is for panel-member"):
        stage.vote(resolution, "members", "pat", "approve")
    assert vote(stage, resolution, ann="approve", ben="reject") == "tied"
    with pytest.raises(Refused, match="the casting vote is chair's"):
        stage.act(resolution, "casting_vote", "ann", vote="approve")
    assert stage.act(resolution, "casting_vote", "pat", vote="reject").state == "lost"


def test_who_has_an_interest_has_no_vote(stage: Stage) -> None:
    resolution = put(stage, opened(stage))
    stage.vote(resolution, "members", "ann", "approve")
    stage.act(resolution, "declare_conflict", "ann", conflict="It is our contract.")
    with pytest.raises(Refused, match="panel-member:large-supplier-1 has no vote"):
        stage.vote(resolution, "members", "ann", "approve")
    assert vote(stage, resolution, ben="reject") == "lost"
    assert stage.case(resolution).data["tally_members"]["rows"][0]["approve"] == 0


def test_there_is_no_casting_vote_where_the_matter_concerns_who_presides(stage: Stage) -> None:
    resolution = put(stage, opened(stage))
    stage.act(resolution, "declare_conflict", "pat", conflict="My own contract.")
    assert vote(stage, resolution, ann="approve", ben="reject") == "lost"


def test_in_writing_everybody_has_to_agree(stage: Stage) -> None:
    given = {"body": "panel", "title": "A lease", "resolution": "Sign.", "manner": "in writing"}
    for last, ended in (("approve", "carried"), ("abstain", "lost")):
        reference = stage.open("panel-resolution", "sec", **given).reference
        for name in ("ann", "ben", "cat"):
            stage.vote(reference, "members", name, "approve")
        with pytest.raises(Refused, match="other-sec-party-1 may still vote"):
            stage.act(reference, "count", "sec")
        assert vote(stage, reference, dan=last) == ended
    silent = stage.open("panel-resolution", "sec", **given).reference
    stage.wait(days=8)
    assert stage.case(silent).state == "lost"
    with pytest.raises(Refused, match="in that meeting's case"):
        stage.open("panel-resolution", "sec", **(given | {"manner": "at a meeting"}))


def test_what_the_code_lets_be_appealed_stands_when_nobody_does(stage: Stage) -> None:
    meeting = opened(stage)
    for outcome, state in (("uphold", "carried"), ("set_aside", "set_aside")):
        resolution = put(stage, meeting, appeal_under="H14")
        assert vote(stage, resolution, ann="approve") == "open_to_appeal"
        stage.act(resolution, "appeal", "huge", reason="It harms us.")
        assert stage.act(resolution, outcome, "ofgem", reason="As the evidence says.").state == state
    last = put(stage, meeting, appeal_under="H14")
    vote(stage, last, ann="approve")
    stage.wait(days=15)
    assert stage.case(last).state == "carried"


class TestTheBoardOfSecco:
    """Its directors come from the Panel, each in a seat of his or her own (Schedule 4)."""

    @pytest.fixture(autouse=True)
    def _board(self, stage: Stage) -> None:
        for seat, name in (("chair", "Dan"), ("panel-member-1", "Ann"), ("panel-member-2", "Ben")):
            given = {"body": "secco", "seat": seat, "nominee": name, "account": name.lower()}
            stage.act(stage.open("nomination", "sec", **given).reference, "accept", "pat")

    @pytest.mark.system("S173")
    def test_votes_by_seats_and_its_own_chair_breaks_a_tie(self, stage: Stage) -> None:
        assert "secco-board:panel-member-1" in held(stage, "ann")
        meeting = called(stage, body="secco")
        assert [each.to for each in stage.notices(meeting)] == ["secco-board"]
        stage.wait_until(ITS_DAY)
        stage.act(meeting, "open", "dan", present=["chair", "panel-member-1", "panel-member-2"])
        with pytest.raises(Refused, match="ann does not chair Board of SECCo"):
            stage.act(meeting, "put", "ann", title="Lease", resolution="Sign.")
        stage.act(meeting, "put", "dan", title="Lease", resolution="Sign.")
        (resolution,) = stage.cases("secco-resolution")
        for name in ("dan", "pat", "cat"):
            with pytest.raises(Refused, match=r"no vote|is for secco-board"):
                stage.vote(resolution.reference, "members", name, "approve")
        assert vote(stage, resolution.reference, ann="approve", ben="reject") == "tied"
        assert stage.act(resolution.reference, "casting_vote", "dan", vote="approve").state == "carried"

    def test_has_one_director_less_when_one_resigns(self, stage: Stage) -> None:
        in_writing = {"body": "secco", "title": "A lease", "resolution": "Sign.", "manner": "in writing"}
        resolution = stage.open("secco-resolution", "dan", **in_writing).reference
        stage.vote(resolution, "members", "ann", "reject")
        (term,) = (each for each in stage.cases("appointment")
                   if (each.data["body"], each.data["holder"]) == ("secco", "Ann"))  # fmt: skip
        with pytest.raises(NotEntitled):
            stage.act(term.reference, "resign", "ben")
        stage.act(term.reference, "resign", "ann")
        assert held(stage, "ann") == ["panel-member:large-supplier-1"]
        with pytest.raises(NotEntitled):
            stage.open("contract", "ann", supplier="Gem", title="SECAS", value="5", since="2024-01-08",
                       until="2025-01-08")  # fmt: skip
        assert vote(stage, resolution, ben="approve") == "carried"


def test_a_tie_that_nobody_breaks_is_lost_and_holds_up_no_meeting(stage: Stage) -> None:
    meeting = opened(stage)
    resolution = put(stage, meeting)
    assert vote(stage, resolution, ann="approve", ben="reject") == "tied"
    (term,) = (each for each in stage.cases("appointment") if each.subject == "chair")
    stage.act(term.reference, "remove", "ofgem", ground="unfit", reason="Not independent.")
    with pytest.raises(Refused):
        stage.act(resolution, "casting_vote", "pat", vote="approve")
    stage.wait(days=8)
    assert stage.case(resolution).state == "lost"
    assert stage.act(meeting, "close", "sec").state == "held"


class TestWhoseRightToAttendIsSuspended:
    """Gus and Ivy are put before the Security Sub-Committee by Huge, whose right then is suspended (M8)."""

    @pytest.fixture
    def meeting(self, stage: Stage) -> str:
        for seat, name, by in (("chair", "gil", "sec"), ("supplier-1", "gus", "huge"),
                               ("network-1", "wim", "wire"), ("supplier-2", "tom", "tiny")):  # fmt: skip
            stage.person(name)
            case = stage.open("nomination", by, body="ssc", seat=seat, nominee=name.title(), account=name)
            stage.act(case.reference, "accept", "pat")
        reference = called(stage, body="ssc")
        stage.wait_until(ITS_DAY)
        return reference

    def suspend(self, stage: Stage, party: str) -> None:
        with stage.store.transaction() as connection:
            parties.suspend_rights(
                connection, party, [Right.ATTENDANCE], at=stage.clock.now(), reason="Unpaid.", case="EOD001"
            )

    def test_is_no_member_there_nor_the_alternate_nor_an_observer(self, stage: Stage, meeting: str) -> None:
        stage.person("ivy")
        (term,) = (each for each in stage.cases("appointment") if each.data["holder"] == "Gus")
        assert term.data["party"] == "HUGE"
        stage.act(term.reference, "name_alternate", "gus", alternate="Ivy", alternate_account="ivy")
        self.suspend(stage, "HUGE")
        for who in ("supplier-1", "supplier-1: Ivy"):
            with pytest.raises(InvalidValue, match="present: supplier-1 is held for HUGE, whose right"):
                stage.act(meeting, "open", "gil", present=["chair", "network-1", who])
        with pytest.raises(InvalidValue, match="observers: the right of HUGE to attend is suspended"):
            stage.act(meeting, "open", "gil", present=["chair", "network-1"], observers=["HUGE: Ann Smith"])
        opened = stage.act(
            meeting, "open", "gil", present=["chair", "network-1"], observers=["VAST: Joe", "Ofgem"]
        )
        assert opened.data["quorum"] == {"present": 2, "in_post": 4, "quorate": True}

    def test_votes_no_more_at_a_meeting_that_has_begun(self, stage: Stage, meeting: str) -> None:
        stage.act(meeting, "open", "gil", present=["chair", "supplier-1", "network-1"])
        stage.act(meeting, "put", "gil", title="Keys", resolution="Renew them.")
        (resolution,) = stage.cases("committee-resolution")
        stage.vote(resolution.reference, "members", "gus", "reject")
        stage.vote(resolution.reference, "members", "wim", "approve")
        self.suspend(stage, "HUGE")
        with pytest.raises(NotEntitled, match="has no vote"):
            stage.vote(resolution.reference, "members", "gus", "approve")
        assert stage.act(resolution.reference, "count", "gil").state == "carried"

    def test_has_it_again_when_it_is_restored(self, stage: Stage, meeting: str) -> None:
        self.suspend(stage, "HUGE")
        with stage.store.transaction() as connection:
            parties.restore_rights(connection, "HUGE", at=stage.clock.now(), reason="Paid.", case="EOD001")
        there = stage.act(meeting, "open", "gil", present=["chair", "supplier-1"], observers=["HUGE: Ann"])
        assert there.state == "in_session"


def test_whoever_takes_a_seat_when_the_meeting_has_begun_was_not_there(stage: Stage) -> None:
    meeting = opened(stage)
    resolution = put(stage, meeting)
    stage.vote(resolution, "members", "cat", "reject")
    (term,) = (each for each in stage.cases("appointment") if each.subject == "dcc-1")
    stage.act(term.reference, "remove", "sec", ground="unfit", reason="As the Panel found.")
    with pytest.raises(NotEntitled):
        stage.vote(resolution, "members", "cat", "approve")
    stage.person("new")
    stage.open("appointment", "sec", body="panel", seat="dcc-1", holder="New", account="new")
    with pytest.raises(NotEntitled, match="panel-member:dcc-1 has no vote"):
        stage.vote(resolution, "members", "new", "reject")
    assert vote(stage, resolution, ann="approve") == "carried"


def test_a_meeting_is_called_by_its_body_and_its_day_where_it_has_one(stage: Stage) -> None:
    meeting = called(stage)
    assert stage.case(meeting).title == "SEC Panel: meeting on 22 January 2024"
    assert MEETING_PROCEDURE.title_of("panel", {"body": "panel"}) == "SEC Panel: meeting", "of an old record"


class TestPapers:
    def paper(self, stage: Stage, meeting: str, label: str, by: str = "sec", **given: Any) -> None:
        document = NewDocument("Paper", label, label.encode(), confidential=label != "White")
        values = {"item": "Budget", "paper": f"A {label} paper", "label": label} | given
        stage.act(meeting, "paper", by, documents=[document], **values)

    def readable(self, stage: Stage, meeting: str, by: str = "") -> list[str]:
        return [each["title"] for each in stage.read(f"/cases/{meeting}", by)["documents"]]

    def test_are_read_by_those_whom_the_label_names(self, stage: Stage) -> None:
        meeting = called(stage)
        for label in ("White", "Green", "Amber"):
            self.paper(stage, meeting, label)
        self.paper(stage, meeting, "Red", readers=["large-supplier-1"])
        stage.person("member", "committee-member:ssc")
        stage.person("root", "operator")
        for who, titles in {
            "": ["White"], "root": ["White"], "huge": ["White", "Green"], "member": ["White", "Green"],
            "ben": ["White", "Green", "Amber"], "ann": ["White", "Green", "Amber", "Red"],
            "sec": ["White", "Green", "Amber", "Red"],
        }.items():  # fmt: skip
            assert self.readable(stage, meeting, who) == [f"A {each} paper" for each in titles], who
            given = [each["given"] for each in stage.read(f"/cases/{meeting}", who)["ledger"][1:]]
            assert [each["label"] for each in given] == ["White", "Green", "Amber", "Red"]
            papers = [each["paper"] for each in given if "paper" in each]
            assert papers == [f"A {each} paper" for each in titles], who
            assert all(("readers" in each) == ("paper" in each) for each in given if each["label"] == "Red")
        assert stage.read(f"/cases/{meeting}", "huge")["withheld"] == 2
        answer = stage.http.get(f"/governance/v1/cases/{meeting}/documents/4", headers=stage.headers("ben"))
        assert answer.status_code == 404

    def test_give_no_title_away_where_cases_are_listed(self, stage: Stage) -> None:
        meeting = called(stage)
        self.paper(stage, meeting, "Red", readers=["large-supplier-1"])
        for path in ("/cases", "/cases.csv", "/cases.atom", "/calendar.ics"):
            assert "A Red paper" not in stage.http.get(f"/governance/v1{path}").text, path
        assert "paper" not in stage.case(meeting).data
        assert stage.read("/cases", "sec")[0]["data"]["paper"] == "A Red paper"

    def test_that_are_green_are_not_for_who_is_a_party_no_longer(self, stage: Stage) -> None:
        meeting = called(stage)
        self.paper(stage, meeting, "Green")
        assert self.readable(stage, meeting, "tiny") == ["A Green paper"]
        with stage.store.transaction() as connection:
            for event in ("give notice of withdrawal", "withdraw"):
                parties.change_state(connection, "TINY", event, at=stage.clock.now(), reason="So.", case="W")
        assert self.readable(stage, meeting, "tiny") == []

    def test_that_come_late_are_marked(self, stage: Stage) -> None:
        meeting = called(stage)
        assert stage.dues(meeting)[0].due_at == datetime(2024, 1, 16, tzinfo=UTC)
        stage.wait_until(datetime(2024, 1, 15, 18, tzinfo=UTC))
        self.paper(stage, meeting, "White", by="ann")
        stage.wait(hours=12)
        self.paper(stage, meeting, "White", item="Risks")
        given = {each.number: each.given for each in stage.ledger(meeting)}
        late = [(given[each["entry"]]["item"], each["late"]) for each in stage.case(meeting).data["papers"]]
        assert late == [("Budget", False), ("Risks", True)]

    def test_are_labelled_and_on_the_agenda(self, stage: Stage) -> None:
        meeting = called(stage)
        document = NewDocument("Paper", "A", b"A")
        with pytest.raises(Refused, match="Amber is not public"):
            stage.act(meeting, "paper", "sec", documents=[document], item="Budget", paper="A", label="Amber")
        with pytest.raises(InvalidValue, match="item: is no item of the agenda"):
            self.paper(stage, meeting, "White", item="Weather")
        with pytest.raises(InvalidValue, match="readers: a Red paper names its readers"):
            self.paper(stage, meeting, "Red")
        with pytest.raises(InvalidValue, match="'nobody' is no seat"):
            self.paper(stage, meeting, "Red", readers=["nobody"])


class TestSubCommittees:
    @pytest.fixture
    def meeting(self, stage: Stage) -> str:
        for seat, name in (("chair", "gil"), ("large-supplier-1", "hal"), ("dcc-1", "ida")):
            stage.person(name)
            stage.open(
                "appointment", "sec", body="opsg", seat=seat, holder=name, account=name, reason="Elected."
            )
        reference = stage.open("meeting", "gil", **(MEETING | {"body": "opsg"})).reference
        stage.wait_until(ITS_DAY)
        stage.act(reference, "open", "gil", present=["chair", "large-supplier-1", "dcc-1"])
        return reference

    @pytest.mark.system("S169")
    def test_decide_by_the_same_rules_with_their_own_chair(self, stage: Stage, meeting: str) -> None:
        with pytest.raises(Refused, match="hal does not chair Operations Group"):
            stage.act(meeting, "put", "hal", title="Outage", resolution="Ask the DCC.")
        stage.act(meeting, "put", "gil", title="Outage", resolution="Ask the DCC.")
        (resolution,) = stage.cases("committee-resolution")
        told = [each.to for case in (meeting, resolution.reference) for each in stage.notices(case)]
        assert told == ["committee-member:opsg"] * 2
        stage.vote(resolution.reference, "members", "hal", "approve")
        stage.vote(resolution.reference, "members", "ida", "reject")
        with pytest.raises(Refused, match="no vote"):
            stage.vote(resolution.reference, "members", "gil", "approve")
        assert stage.act(resolution.reference, "count", "gil").state == "tied"
        with pytest.raises(Refused, match="the casting vote is chair's"):
            stage.act(resolution.reference, "casting_vote", "hal", vote="approve")
        assert stage.act(resolution.reference, "casting_vote", "gil", vote="approve").state == "carried"

    def test_the_chair_of_one_does_not_run_another(self, stage: Stage, meeting: str) -> None:
        with pytest.raises(Refused, match="gil does not chair Testing Advisory Group"):
            stage.open("meeting", "gil", **(MEETING | {"body": "tag"}))
        with pytest.raises(NotFound):
            stage.case("MTG999")

"""Seats that no category elects: consumer members, the DCC's, chairs, Sub-Committees (SEC C3, C6, G7)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.governance.panel.conftest import held
from tests.governance.stage import Stage

from gbsmart import accounts, parties
from gbsmart.governance.panel.nominations import nominators
from gbsmart.ground import InvalidValue
from gbsmart.parties import Right
from gbsmart.procedures import Case, NotEntitled, Refused


def nominated(stage: Stage, by: str, body: str, seat: str, nominee: str = "Ann Smith", **given: Any) -> Case:
    return stage.open("nomination", by, body=body, seat=seat, nominee=nominee, **given)


def terms(stage: Stage) -> list[tuple[str, str, str]]:
    return sorted((c.data["body"], c.subject, c.data["holder"]) for c in stage.cases("appointment"))


@pytest.mark.system("S252")
def test_each_consumer_seat_is_for_its_own_body_to_nominate_to(stage: Stage) -> None:
    with pytest.raises(Refused, match="consumer-2 of panel is for Citizens Advice Scotland to nominate to"):
        nominated(stage, "advice", "panel", "consumer-2")
    first = nominated(stage, "advice", "panel", "consumer-1")
    second = nominated(stage, "scotland", "panel", "consumer-2", "Ben Jones")
    for case in (first, second):
        stage.act(case.reference, "accept", "pat")
    assert terms(stage) == [("panel", "consumer-1", "Ann Smith"), ("panel", "consumer-2", "Ben Jones")]


def test_the_consumer_bodies_have_their_times() -> None:
    before, after = date(2014, 3, 31), date(2014, 4, 1)
    assert nominators("panel", "consumer-1", before) == ["National Consumer Council"]
    assert nominators("panel", "consumer-1", after) == ["Citizens Advice"]
    assert nominators("panel", "consumer-2", after) == ["Citizens Advice Scotland"]
    assert nominators("panel", "large-supplier-1", after) == []
    assert nominators("change-board", "consumer-1", after) == ["Citizens Advice", "Citizens Advice Scotland"]


@pytest.mark.system("S181")
def test_a_body_that_is_abolished_nominates_nobody(stage: Stage) -> None:
    stage.person("council", "consumer-body:National Consumer Council")
    with pytest.raises(Refused, match="is for Citizens Advice to nominate to"):
        nominated(stage, "council", "panel", "consumer-1")


def test_the_dcc_nominates_its_own_member(stage: Stage) -> None:
    stage.person("dora")
    with pytest.raises(Refused, match="is for the dcc to nominate to"):
        nominated(stage, "advice", "panel", "dcc-1")
    case = nominated(stage, "smart", "panel", "dcc-1", account="dora")
    stage.act(case.reference, "accept", "pat")
    assert held(stage, "dora") == ["panel-member:dcc-1"]


def test_the_panel_chair_is_appointed_with_the_authoritys_approval(stage: Stage) -> None:
    stage.person("chris")
    with pytest.raises(Refused, match="is not filled so"):
        stage.open("appointment", "sec", body="panel", seat="chair", holder="Chris Hall", account="sec")
    refused = nominated(stage, "sec", "panel", "chair", "Chris Hall", account="chris")
    assert refused.state == "with_authority"
    with pytest.raises(NotEntitled):
        stage.act(refused.reference, "approve", "pat")
    stage.act(refused.reference, "disapprove", "ofgem", reason="Not independent.")
    again = nominated(stage, "sec", "panel", "chair", "Chris Hall", account="chris", term_until="2024-07-01")
    stage.act(again.reference, "approve", "ofgem")
    assert held(stage, "chris") == ["panel-chair"]
    stage.wait(days=180)
    assert held(stage, "chris") == []


def test_members_of_the_security_sub_committee_are_nominated_by_parties_of_their_kind(stage: Stage) -> None:
    stage.person("ann")
    with pytest.raises(Refused, match="WIRE is no Supplier"):
        nominated(stage, "wire", "ssc", "supplier-1")
    with pytest.raises(InvalidValue, match="has no such seat"):
        nominated(stage, "tiny", "ssc", "supplier-9")
    case = nominated(stage, "tiny", "ssc", "supplier-1", account="ann")
    stage.act(case.reference, "accept", "pat")
    assert held(stage, "ann") == ["committee-member:ssc", "committee-member:ssc/supplier-1"]
    with pytest.raises(Refused, match="members are elected"):
        nominated(stage, "huge", "tabasc", "large-supplier-1")


def test_who_sits_in_two_seats_keeps_what_the_other_gives(stage: Stage) -> None:
    stage.person("ann")
    for seat in ("supplier-1", "network-1"):
        case = nominated(stage, "tiny" if seat == "supplier-1" else "wire", "ssc", seat, account="ann")
        stage.act(case.reference, "accept", "pat")
    (network,) = (each for each in stage.cases("appointment") if each.subject == "network-1")
    stage.act(network.reference, "remove", "pat", ground="not independent", reason="Two seats.")
    assert held(stage, "ann") == ["committee-member:ssc", "committee-member:ssc/supplier-1"]


def test_an_alternate_acts_in_the_same_seat_and_for_as_long(stage: Stage) -> None:
    for name in ("ann", "ben", "cat"):
        stage.person(name)
    case = nominated(stage, "smart", "panel", "dcc-1", account="ann")
    stage.act(case.reference, "accept", "pat")
    (term,) = stage.cases("appointment")
    stage.act(term.reference, "name_alternate", "ann", alternate="Ben Jones", alternate_account="ben")
    assert held(stage, "ben") == ["panel-member:dcc-1"]
    stage.act(term.reference, "name_alternate", "ann", alternate="Cat Brown", alternate_account="cat")
    assert (held(stage, "ben"), held(stage, "cat")) == ([], ["panel-member:dcc-1"])
    stage.act(term.reference, "vacate", "sec", reason="A new job.")
    assert (held(stage, "ann"), held(stage, "cat")) == ([], [])


def test_a_committee_member_resigns_from_no_seat_but_his_own(stage: Stage) -> None:
    stage.person("ann")
    stage.person("ben")
    for seat, by, name in (("supplier-1", "tiny", "ann"), ("network-1", "wire", "ben")):
        case = nominated(stage, by, "ssc", seat, name, account=name)
        stage.act(case.reference, "accept", "pat")
    (network,) = (each for each in stage.cases("appointment") if each.subject == "network-1")
    with pytest.raises(Refused, match="ann does not sit in network-1"):
        stage.act(network.reference, "resign", "ann")
    assert stage.act(network.reference, "resign", "ben").state == "vacated"


def test_the_panel_chair_may_add_one_member(stage: Stage) -> None:
    with pytest.raises(Refused, match="is for the panel-chair to nominate to"):
        nominated(stage, "sec", "panel", "additional-member-1")
    case = nominated(stage, "pat", "panel", "additional-member-1")
    stage.act(case.reference, "accept", "pat")
    assert terms(stage) == [("panel", "additional-member-1", "Ann Smith")]


def test_an_account_that_was_closed_meanwhile_is_given_nothing(stage: Stage) -> None:
    stage.person("dora")
    case = nominated(stage, "smart", "panel", "dcc-1", account="dora", term_from="2024-02-01")
    stage.act(case.reference, "accept", "pat")
    with stage.store.transaction() as connection:
        accounts.close(connection, "dora", at=stage.clock.now(), by="test")
    stage.wait(days=30)
    (term,) = stage.cases("appointment")
    assert (term.state, held(stage, "dora")) == ("in_post", [])


def test_a_director_of_secco_is_a_member_of_the_panel(stage: Stage) -> None:
    with pytest.raises(Refused, match="Ann Smith is no member of the Panel"):
        nominated(stage, "sec", "secco", "panel-member-1")
    case = nominated(stage, "smart", "panel", "dcc-1")
    stage.act(case.reference, "accept", "pat")
    assert nominated(stage, "sec", "secco", "panel-member-1").state == "nominated"


class TestTheChangeBoard:
    """Each Voting Group of Large Suppliers has a member, whom one of its Parties nominates (SEC D8)."""

    def nominated(self, stage: Stage, by: str, seat: str) -> str:
        stage.person("joe")
        given = {"body": "change-board", "seat": seat, "nominee": "Joe", "account": "joe"}
        return stage.open("nomination", by, **given).reference

    def test_has_a_member_of_a_group_by_its_own_parties_and_no_other(self, stage: Stage) -> None:
        for by, seat in (("vast", "HUGE"), ("huge", "Nobody"), ("vast", "Big")):
            with pytest.raises(Refused, match=f"{seat} of change-board is of the Voting Group of that name"):
                self.nominated(stage, by, seat)
        stage.act(self.nominated(stage, "big2", "Big"), "accept", "pat")
        assert held(stage, "joe") == ["change-board-member:Big"]

    def test_is_not_influenced_by_who_has_lost_that_right(self, stage: Stage) -> None:
        with stage.store.transaction() as connection:
            rights, at = [Right.MODIFICATIONS], stage.clock.now()
            parties.suspend_rights(connection, "HUGE", rights, at=at, reason="Unpaid.", case="EOD001")
        with pytest.raises(Refused, match="the right of HUGE to influence modifications is suspended"):
            self.nominated(stage, "huge", "HUGE")

    def test_a_nomination_is_taken_back_by_who_made_it(self, stage: Stage) -> None:
        reference = self.nominated(stage, "tiny", "small-supplier-1")
        stage.person("rival", "party:WIRE")
        for rival in ("rival", "advice", "sec"):
            with pytest.raises(Refused, match="party:TINY has made it"):
                stage.act(reference, "withdraw", rival)
        assert stage.act(reference, "withdraw", "tiny").state == "withdrawn"

"""Disputes (M7, F3), notices (M10) and derogations (A4), each by the people whose part it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.governance.conftest import START
from tests.governance.stage import Stage

from gbsmart import accounts, parties
from gbsmart.ground import InvalidValue
from gbsmart.parties import Details, Licence, Party
from gbsmart.procedures import NewDocument, NotEntitled, Refused

NOTICE = {
    "title": "Outage", "clause": "M10", "to": "every Party", "channel": "email", "text": "On Sunday.",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _people(stage: Stage) -> None:
    for name, capacity in (
        ("sue", "party:SUP1"), ("tom", "party:SUP2"), ("net", "party:NET1"), ("smart", "dcc"),
        ("pat", "panel-chair"), ("sec", "code-administrator"), ("ofgem", "authority"),
        ("judge", "arbitrator"), ("minister", "secretary-of-state"),
    ):  # fmt: skip
        stage.person(name, capacity)


def test_what_a_notice_says_is_for_whom_it_is_served_on(stage: Stage) -> None:
    one = {**NOTICE, "clause": "M8.1(c)", "to": "one Party", "party": "SUP2", "text": "Pay by Friday."}
    reference = stage.open("notice", "sue", **one).reference
    for who, sees in (("", False), ("net", False), ("tom", True), ("sue", True), ("sec", True)):
        assert ("Pay by Friday." in str(stage.read(f"/cases/{reference}", who))) == sees, who
        assert ("Pay by Friday." in str(stage.read("/notices", who))) == sees, who
    assert stage.read(f"/cases/{reference}")["title"] == "Notice: SUP1"
    to_all = stage.open("notice", "sec", **NOTICE).reference
    assert "On Sunday." in str(stage.read(f"/cases/{to_all}", "net"))
    assert "On Sunday." not in str(stage.read(f"/cases/{to_all}"))


def dispute(stage: Stage, matter: str, **given: str) -> str:
    values = {
        "title": "An invoice", "respondent": "SUP2", "matter": matter, "facts": "It is too high.",
    } | given  # fmt: skip
    return stage.open("dispute", "sue", **values).reference


def negotiated(stage: Stage, matter: str, **given: str) -> str:
    reference = dispute(stage, matter, **given)
    stage.act(reference, "negotiate", "tom", negotiators=["Tom", "Sue"])
    return reference


@pytest.mark.system("S186")
def test_equipment_disputes_go_to_the_panel_whose_decision_is_final(stage: Stage) -> None:
    reference = negotiated(stage, "equipment compliance")
    assert stage.act(reference, "refer", "sue").state == "panel"
    with pytest.raises(NotEntitled):
        stage.act(reference, "decide", "sue", determination="We win.", reason="Because.")
    stage.act(reference, "decide", "pat", determination="It complies.", reason="As tested.")
    with pytest.raises(Refused, match="final"):
        stage.act(reference, "appeal", "sue", reason="It does not.")
    assert stage.act(reference, "accept", "sue").state == "determined"
    assert stage.act(reference, "comply", "tom").state == "complied"


def test_a_decision_about_charges_can_be_appealed_within_ten_working_days(stage: Stage) -> None:
    reference = negotiated(stage, "charges")
    stage.act(reference, "refer", "tom")
    stage.act(reference, "decide", "sec", determination="Pay.", reason="It is owed.")
    assert stage.act(reference, "appeal", "tom", reason="It is not.").state == "authority"
    stage.act(
        reference, "determine", "ofgem", determination="Pay half.", complies_by="2024-02-01", reason="Fair."
    )
    stage.wait(days=60)
    assert [due.status for due in stage.dues(reference) if due.name == "compliance"] == ["missed"]
    assert stage.case(reference).state == "determined"

    other = negotiated(stage, "charges")
    stage.act(other, "refer", "sue")
    stage.act(other, "decide", "sec", determination="Pay.", reason="It is owed.")
    stage.wait(days=13)
    assert stage.case(other).state == "panel_decided"
    stage.wait(days=2)
    assert stage.case(other).state == "determined"


@pytest.mark.system("S208")
def test_other_matters_go_to_arbitration_when_negotiation_takes_too_long(stage: Stage) -> None:
    reference = negotiated(stage, "other")
    stage.wait(days=40)
    assert stage.case(reference).state == "arbitration"
    last = stage.ledger(reference)[-1]
    # twenty Working Days after 8 January
    assert (str(last.actor.capacity), last.at) == ("clock", datetime(2024, 2, 6, tzinfo=UTC))
    stage.act(reference, "join", "judge", joined="NET1")
    stage.act(reference, "award", "judge", determination="Nobody pays.", reason="The law.")
    assert stage.act(reference, "comply", "sue").state == "complied"


def test_who_is_no_side_of_a_dispute_stays_out_of_it(stage: Stage) -> None:
    reference = dispute(stage, "other")
    for name in ("net", "smart"):
        with pytest.raises(Refused):
            stage.act(reference, "negotiate", name, negotiators=["Me"])
    with pytest.raises(Refused, match="two sides"):
        dispute(stage, "other", respondent="SUP1")
    with_dcc = dispute(stage, "gateway connection", respondent="DCC")
    assert stage.act(with_dcc, "negotiate", "smart", negotiators=["Dee"]).state == "negotiating"
    with pytest.raises(Refused):
        stage.act(with_dcc, "withdraw", "smart", reason="Ours?")
    assert stage.act(with_dcc, "withdraw", "sue", reason="Paid.").state == "withdrawn"


def test_no_side_ends_the_time_in_which_the_other_may_appeal(stage: Stage) -> None:
    reference = negotiated(stage, "charges")
    stage.act(reference, "refer", "sue")
    stage.act(reference, "decide", "sec", determination="Pay.", reason="It is owed.")
    with pytest.raises(Refused, match="an appeal can still be made"):
        stage.act(reference, "accept", "sue")
    assert stage.act(reference, "appeal", "tom", reason="It is not.").state == "authority"


def test_both_sides_hear_of_the_decision_where_the_dcc_is_one(stage: Stage) -> None:
    given = {"title": "A link", "respondent": "SUP1", "matter": "gateway connection", "facts": "Unpaid."}
    ours = stage.open("dispute", "smart", **given).reference
    theirs = dispute(stage, "gateway connection", respondent="DCC")
    for reference in (ours, theirs):
        stage.act(reference, "negotiate", "sue", negotiators=["Dee", "Sue"])
        stage.act(reference, "refer", "sue")
        before = len(stage.notices(reference))
        stage.act(reference, "decide", "pat", determination="Pay.", reason="It is owed.")
        told = [notice.to for notice in stage.notices(reference)[before:]]
        assert sorted(told) == ["dcc", "party:SUP1"]


def test_a_respondent_has_a_name_that_a_case_can_be_about(stage: Stage) -> None:
    with pytest.raises(InvalidValue) as wrong:
        dispute(stage, "other", respondent="X" * 101)
    assert wrong.value.field == "respondent"


def test_a_dispute_is_settled_when_one_side_takes_what_the_other_offers(stage: Stage) -> None:
    reference = negotiated(stage, "charges")
    assert [notice.to for notice in stage.notices(reference)] == ["party:SUP2"]
    with pytest.raises(Refused, match="nothing has been offered"):
        stage.act(reference, "settle", "tom")
    stage.act(reference, "offer", "sue", terms="Half each.")
    with pytest.raises(Refused, match="for the other side"):
        stage.act(reference, "settle", "sue")
    assert stage.act(reference, "settle", "tom").state == "settled"
    assert [notice.to for notice in stage.notices(reference)] == ["party:SUP2", "party:SUP2"]


@pytest.mark.system("S212")
def test_a_notice_counts_as_received_when_the_code_says_so(stage: Stage) -> None:
    given = {
        "title": "Sums owed", "clause": "M8.1(e)", "to": "one Party", "channel": "post",
        "text": "Pay.", "answer_by": "2024-01-19",
    }  # fmt: skip
    with pytest.raises(Refused, match="names it"):
        stage.open("notice", "sec", **given)
    case = stage.open("notice", "sec", party="SUP2", **given)
    (notice,) = stage.notices(case.reference)
    assert (notice.to, notice.received_at) == ("party:SUP2", datetime(2024, 1, 10, 9, tzinfo=UTC))
    with pytest.raises(Refused, match="served on party:SUP2"):
        stage.act(case.reference, "acknowledge", "sue")
    stage.wait(days=14)
    assert [due.status for due in stage.dues(case.reference) if due.name == "answer"] == ["missed"]
    assert stage.act(case.reference, "acknowledge", "tom").state == "acknowledged"


@pytest.mark.system("S185")
def test_a_derogation_is_applied_for_granted_and_ends_on_its_day(stage: Stage) -> None:
    given = {"title": "Late meters", "meters": 400, "grounds": "Stock."}
    with pytest.raises(Refused, match="ends after"):
        stage.open("derogation", "sue", until="2018-12-01", **given)
    reference = stage.open("derogation", "sue", until="2024-06-30", **given).reference
    with pytest.raises(NotEntitled):
        stage.act(reference, "grant", "ofgem", granted_until="2024-06-30")
    stage.act(reference, "grant", "minister", granted_until="2024-03-31", conditions="No more than 400.")
    stage.wait_until(datetime(2024, 3, 31, 22, 59, tzinfo=UTC))
    assert stage.case(reference).state == "granted"
    stage.wait(minutes=1)
    assert stage.case(reference).state == "expired"


@pytest.mark.system("S211", "S248")
def test_the_dcc_licence_passes_and_the_successor_acts_as_the_dcc(stage: Stage) -> None:
    stage.person("nora")
    given = {
        "successor": "Next DCC Ltd", "company_number": "07654321", "address": "2 Hill Road",
        "effective": "2024-02-01",
    }  # fmt: skip
    with pytest.raises(Refused, match="no Party holds the DCC Licence"):
        stage.open("licence-transfer", "ofgem", **given)
    licence = frozenset({Licence.SMART_METER_COMMUNICATION})
    with stage.store.transaction() as connection:
        parties.accede(
            connection, Party("DCC", "Smart DCC Ltd"), Details(registered_name="Smart DCC", licences=licence),
            at=START, by="test",
        )  # fmt: skip
    reference = stage.open("licence-transfer", "ofgem", **given).reference
    inventory = NewDocument("Transfer Inventory", "Keys and contracts", b"All.")
    stage.act(reference, "list", "smart", contracts=["Data service", "Communications"], documents=[inventory])
    stage.person("gone")
    with stage.store.transaction() as connection:
        accounts.close(connection, "gone", at=START, by="test")
    with pytest.raises(Refused, match="'gone' is closed"):
        stage.act(reference, "prepare", "ofgem", people=["nora", "gone"])
    stage.act(reference, "prepare", "ofgem", people=["nora"])
    stage.wait_until(datetime(2024, 1, 31, 23, 59, tzinfo=UTC))
    with pytest.raises(NotEntitled):
        stage.open("notice", "nora", **NOTICE)
    stage.wait(minutes=1)
    case = stage.case(reference)
    assert (case.state, case.data["predecessor"]) == ("transferred", "Smart DCC Ltd")
    assert case.data["novated"] == ["Data service", "Communications"]
    with stage.store.reading() as connection:
        member = parties.member(connection, "DCC", stage.clock.now())
    assert (member.name, member.is_dcc) == ("Next DCC Ltd", True)
    assert stage.open("notice", "nora", **NOTICE).opener == ""
    with pytest.raises(NotEntitled):
        stage.open("notice", "smart", **NOTICE)

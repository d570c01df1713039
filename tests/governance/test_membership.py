"""How an organisation becomes a Party, keeps its details true, falls into default, and leaves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.governance.conftest import START
from tests.governance.stage import Stage

from gbsmart import accounts, parties
from gbsmart.accounts import Capacity, Role
from gbsmart.duis import UserRole
from gbsmart.governance.membership.defaults import EVENTS
from gbsmart.ground import Eui64, GbsmartError, InvalidValue
from gbsmart.parties import Category, Details, Licence, Party, Right, State, User
from gbsmart.procedures import NewDocument, NotEntitled, Refused

FORM = NewDocument("Application Form", "Form", b"We wish to accede.")
SIGNED = NewDocument("Signed Accession Agreement", "Agreement", b"Signed.")
APPLICATION = {
    "name": "New Energy Ltd", "signifier": "NEW1", "company_number": "01234567", "address": "1 Hill Road",
    "notices_to": "The Secretary", "notices_address": "law@new.example",
}  # fmt: skip
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
OTHER = Eui64.parse("90-B3-D5-1F-30-02-00-00")


@pytest.fixture(autouse=True)
def _people(stage: Stage) -> None:
    for name, capacity in (
        ("newton", "applicant:New Energy"), ("sec", "code-administrator"), ("board", "secco-board:chair"),
        ("pat", "panel-chair"), ("ofgem", "authority"), ("smart", "dcc"), ("sue", "party:SUP1"),
        ("olive", "party:OTH1"),
    ):  # fmt: skip
        stage.person(name, capacity)
    supply = frozenset({Licence.ELECTRICITY_SUPPLY})
    with stage.store.transaction() as connection:
        for signifier, details, user, role in (
            ("SUP1", Details(registered_name="First Supplier", licences=supply), SUPPLIER,
             UserRole.IMPORT_SUPPLIER),
            ("OTH1", Details(registered_name="Other User"), OTHER, UserRole.OTHER_USER),
        ):  # fmt: skip
            party = Party(signifier, details.registered_name)
            parties.accede(connection, party, details, at=START - timedelta(days=365), by="test")
            parties.add_user(connection, User(user, signifier, frozenset({role})))


def state_of(stage: Stage, party: str) -> State:
    with stage.store.reading() as connection:
        return parties.state_of(connection, party)


def user(stage: Stage, user_id: Eui64) -> User:
    with stage.store.reading() as connection:
        return parties.user(connection, user_id)


def applied(stage: Stage, **given: Any) -> str:
    return stage.open("accession", "newton", documents=[FORM], **(APPLICATION | given)).reference


class TestAccession:
    @pytest.mark.system("S175", "S176")
    def test_takes_three_steps_and_a_fee(self, stage: Stage) -> None:
        reference = applied(stage)
        with pytest.raises(Refused, match=r"£540\.00 is due"):
            stage.act(reference, "pay", "sec", paid="500")
        stage.act(reference, "pay", "sec", paid="540")
        stage.act(reference, "ask", "sec", missing=["A map"])
        stage.act(reference, "supply", "newton", supplied="A map.")
        stage.act(reference, "accept", "sec")
        stage.act(reference, "send", "board")
        with pytest.raises(Refused, match="needs the document"):
            stage.act(reference, "sign", "newton")
        stage.act(reference, "sign", "newton", documents=[SIGNED])
        with pytest.raises(NotEntitled):
            stage.act(reference, "countersign", "sec", effective="2024-01-08")
        with pytest.raises(InvalidValue, match="effective: is past"):
            stage.act(reference, "countersign", "board", effective="2024-01-05")
        assert stage.act(reference, "countersign", "board", effective="2024-01-08").state == "party"
        with stage.store.reading() as connection:
            member = parties.member(connection, "NEW1", stage.clock.now())
            assert (member.name, member.state, len(member.identifiers)) == ("New Energy Ltd", State.ACTIVE, 1)
            newton = accounts.account(connection, "newton")
        assert Capacity(Role.PARTY, "NEW1") in newton.capacities
        told = {(notice.to, notice.subject) for notice in stage.notices(reference)}
        for to in ("party", "authority", "dcc"):
            assert (to, "New Energy Ltd (NEW1) accedes on 2024-01-08") in told

    def test_where_the_applicant_is_written_to_is_not_for_everybody(self, stage: Stage) -> None:
        reference = applied(stage)
        secret = [APPLICATION[name] for name in ("address", "notices_to", "notices_address")]
        for who, sees in (("", False), ("sue", False), ("newton", True), ("sec", True), ("board", True)):
            case = str(stage.read(f"/cases/{reference}", who))
            assert [each in case for each in secret] == [sees] * 3, who
        assert stage.case(reference).data["name"] == APPLICATION["name"]

    def test_a_licence_holder_takes_a_share(self, stage: Stage) -> None:
        reference = applied(stage, licences=["gas-supply"], domestic_premises=1000)
        with pytest.raises(Refused, match=r"£541\.00 is due"):
            stage.act(reference, "pay", "sec", paid="540")
        assert stage.act(reference, "pay", "sec", paid="541").state == "fee_paid"

    def test_is_for_who_is_no_party_yet(self, stage: Stage) -> None:
        with pytest.raises(GbsmartError, match="taken"):
            applied(stage, signifier="SUP1")
        with pytest.raises(GbsmartError, match="is a Party already"):
            applied(stage, name="First Supplier", company_number="")

    @pytest.mark.parametrize("signifier", ["DCC", "dcc", "A B", "X" * 41, "party:SUP1", "<b>"])
    def test_not_every_word_is_a_signifier(self, stage: Stage, signifier: str) -> None:
        with pytest.raises(GbsmartError, match="no signifier"):
            applied(stage, signifier=signifier)

    def test_who_accedes_on_a_day_to_come_is_no_party_until_then(self, stage: Stage) -> None:
        one, other = applied(stage), applied(stage)
        for reference in (one, other):
            stage.act(reference, "pay", "sec", paid="540")
            stage.act(reference, "accept", "sec")
            stage.act(reference, "send", "board")
            stage.act(reference, "sign", "newton", documents=[SIGNED])
        stage.act(one, "countersign", "board", effective="2024-03-01")
        with pytest.raises(GbsmartError, match="'NEW1' is taken"):
            stage.act(other, "countersign", "board", effective="2024-01-08")
        with pytest.raises(GbsmartError, match="is a Party already, as NEW1"):
            applied(stage, signifier="NEW2")
        details = {"address": "2 Hill Road"}
        with pytest.raises(Refused, match="NEW1 is no Party on that day"):
            stage.open("party-details", "newton", **details)
        stage.wait_until(datetime(2024, 3, 1, tzinfo=UTC))
        assert stage.open("party-details", "newton", **details).state == "changed"

    def test_lapses_where_the_fee_is_not_paid(self, stage: Stage) -> None:
        reference = applied(stage)
        stage.wait(days=32)
        assert stage.case(reference).state == "lapsed"

    def test_a_refusal_goes_to_the_panel_and_then_to_the_authority(self, stage: Stage) -> None:
        reference = applied(stage)
        stage.act(reference, "pay", "sec", paid="540")
        stage.act(reference, "refuse", "sec", reason="Not a company.")
        stage.act(reference, "dispute", "newton", reason="It is one.")
        stage.act(reference, "uphold", "pat", reason="It is none.")
        assert stage.act(reference, "set_aside", "ofgem", reason="It is one.").state == "complete"
        other = applied(stage, signifier="NEW2")
        stage.act(other, "pay", "sec", paid="540")
        stage.act(other, "refuse", "sec", reason="Not a company.")
        stage.wait(days=20)
        assert stage.case(other).state == "refused"


def default(stage: Stage, letter: str, party: str = "OTH1", by: str = "smart") -> str:
    given = {"title": "Unpaid", "party": party, "event": letter, "facts": "Invoice 12."}
    return stage.open("default", by, **given).reference


class TestDefault:
    @pytest.mark.parametrize(("letter", "last_day"), [("c", 11), ("d", 11), ("e", 15), ("g", 36)])
    @pytest.mark.system("S209")
    def test_the_clock_runs_from_the_notice(self, stage: Stage, letter: str, last_day: int) -> None:
        reference = default(stage, letter)
        stage.act(reference, "notice", "pat")
        assert state_of(stage, "OTH1") is State.EVENT_NOTICED
        end = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=last_day)
        stage.wait_until(end - timedelta(seconds=1))
        assert stage.case(reference).state == "noticed"
        stage.wait(seconds=1)
        assert stage.case(reference).state == "in_default"
        assert state_of(stage, "OTH1") is State.IN_DEFAULT

    def test_what_cannot_be_put_right_is_a_default_at_once(self, stage: Stage) -> None:
        assert {letter for letter, event in EVENTS.items() if event.cure is None} == set("abfhi")
        reference = default(stage, "h", by="sec")
        assert stage.act(reference, "notice", "pat").state == "in_default"
        assert state_of(stage, "OTH1") is State.IN_DEFAULT

    def test_put_right_in_time_nothing_follows(self, stage: Stage) -> None:
        reference = default(stage, "c")
        stage.act(reference, "notice", "pat")
        stage.wait(days=2)
        assert stage.act(reference, "remedy", "smart").state == "remedied"
        stage.wait(days=30)
        assert state_of(stage, "OTH1") is State.ACTIVE

    @pytest.mark.system("S210")
    def test_suspension_stops_the_user_until_it_is_put_right(self, stage: Stage) -> None:
        reference = default(stage, "c")
        stage.act(reference, "notice", "pat")
        stage.wait(days=10)
        with pytest.raises(GbsmartError, match="without a reason"):
            stage.act(reference, "suspend", "pat", rights=["user"])
        stage.act(reference, "suspend", "pat", rights=["user", "elections"], reason="It does not pay.")
        assert user(stage, OTHER).live_roles == frozenset()
        with stage.store.reading() as connection:
            assert not parties.party_rights(connection, "OTH1", Right.ELECTIONS, stage.clock.now())
        assert stage.act(reference, "remedy", "pat").state == "remedied"
        assert user(stage, OTHER).live_roles == {UserRole.OTHER_USER}

    def test_a_supplier_s_core_services_stop_only_with_the_authority(self, stage: Stage) -> None:
        reference = default(stage, "c", "SUP1")
        stage.act(reference, "notice", "pat")
        stage.wait(days=10)
        with pytest.raises(GbsmartError, match="Authority's approval"):
            stage.act(reference, "suspend", "pat", rights=["user"], reason="It does not pay.")
        assert user(stage, SUPPLIER).live_roles
        stage.act(reference, "approve", "ofgem", approved=True, reason="Customers are safe.")
        stage.act(reference, "suspend", "pat", rights=["user"], reason="It does not pay.")
        assert not user(stage, SUPPLIER).live_roles

    def test_an_appeal_in_ten_working_days_may_set_it_aside(self, stage: Stage) -> None:
        reference = default(stage, "h", by="sec")
        stage.act(reference, "notice", "pat")
        stage.act(reference, "suspend", "pat", rights=["user"], reason="Insolvent.")
        with pytest.raises(NotEntitled):
            stage.act(reference, "appeal", "sue", reason="Unfair.")
        stage.act(reference, "appeal", "olive", reason="We are solvent.")
        assert stage.act(reference, "uphold", "ofgem", reason="No.").state == "suspended"

        other = default(stage, "h", "SUP1", by="sec")
        stage.act(other, "notice", "pat")
        stage.act(other, "appeal", "sue", reason="We are solvent.")
        assert stage.act(other, "overturn", "ofgem", reason="They are.").state == "remedied"
        assert state_of(stage, "SUP1") is State.ACTIVE

    def test_each_suspension_can_be_appealed_against_and_no_appeal_twice(self, stage: Stage) -> None:
        reference = default(stage, "h", by="sec")
        stage.act(reference, "notice", "pat")
        stage.act(reference, "suspend", "pat", rights=["user"], reason="Insolvent.")
        stage.wait(days=30)
        with pytest.raises(Refused, match="could be made until 22 January 2024"):
            stage.act(reference, "appeal", "olive", reason="We are solvent.")
        stage.act(reference, "suspend", "pat", rights=["elections"], reason="Still insolvent.")
        stage.act(reference, "appeal", "olive", reason="We are solvent.")
        assert stage.act(reference, "uphold", "ofgem", reason="No.").state == "suspended"
        with pytest.raises(Refused, match="the Authority has decided"):
            stage.act(reference, "appeal", "olive", reason="Again.")

    def test_the_dcc_does_not_lift_what_the_panel_suspended(self, stage: Stage) -> None:
        reference = default(stage, "c")
        stage.act(reference, "notice", "pat")
        stage.wait(days=10)
        stage.act(reference, "suspend", "pat", rights=["user"], reason="It does not pay.")
        with pytest.raises(Refused, match="the Panel finds"):
            stage.act(reference, "remedy", "smart")
        other = default(stage, "g", "SUP1")
        stage.act(other, "notice", "pat")
        with pytest.raises(Refused, match="the Panel finds"):
            stage.act(other, "remedy", "smart")

    def test_an_approval_is_of_one_step(self, stage: Stage) -> None:
        reference = default(stage, "c", "SUP1")
        stage.act(reference, "notice", "pat")
        stage.wait(days=10)
        stage.act(reference, "approve", "ofgem", approved=True, reason="Customers are safe.")
        stage.act(reference, "suspend", "pat", rights=["user"], reason="It does not pay.")
        with pytest.raises(GbsmartError, match="needs the Authority's approval"):
            stage.act(reference, "expel", "pat", reason="It does not pay.")
        stage.act(reference, "approve", "ofgem", approved=True, reason="Customers have moved.")
        assert stage.act(reference, "expel", "pat", reason="It does not pay.").state == "expelled"

    def test_what_is_said_is_for_the_party_the_panel_and_to_whom_it_is_owed(self, stage: Stage) -> None:
        reference = default(stage, "c")
        stage.act(reference, "represent", "olive", representation="Our bank failed.")
        stage.act(reference, "notice", "pat", reason="Five months unpaid.")
        stage.wait(days=10)
        stage.act(reference, "suspend", "pat", rights=["elections"], reason="It does not pay.")
        said = ("Unpaid", "Invoice 12.", "Our bank failed.", "Five months unpaid.", "It does not pay.")
        for who, heard in (("", False), ("sue", False), ("olive", True), ("smart", True), ("ofgem", True)):
            everywhere = stage.read(f"/cases/{reference}", who)
            assert all((each in str(everywhere)) == heard for each in said), (who, everywhere)
            for path in ("/cases", "/notices", "/decisions", "/cases.csv", "/notices.csv", "/notices.atom",
                         "/cases.atom", "/decisions.csv", "/decisions.atom", "/calendar.ics"):  # fmt: skip
                answer = stage.http.get(f"/governance/v1{path}", headers=stage.headers(who) if who else {})
                assert answer.status_code == 200
                assert heard or not any(each in answer.text for each in said), (who, path)
        public = stage.case(reference)
        assert (public.title, public.subject, public.state) == ("Event of Default: OTH1", "OTH1", "suspended")
        assert public.data == {"party": "OTH1"}
        told = {each["to"]: each["subject"] for each in stage.read("/notices", "sue")}
        assert told["party"] == "OTH1 is suspended", "every Party is told that"
        assert told["party:OTH1"] == f"{reference}: Event of Default"

    def test_of_what_is_not_owed_to_the_dcc_it_hears_nothing(self, stage: Stage) -> None:
        reference = default(stage, "h", by="sue")
        assert "facts" not in stage.read(f"/cases/{reference}", "smart")["data"]
        entry = stage.read(f"/cases/{reference}", "sue")["ledger"][0]
        assert entry["given"]["facts"] == "Invoice 12.", "whoever told of it knows what"

    def test_who_was_expelled_acts_for_no_party(self, stage: Stage) -> None:
        reference = default(stage, "f", by="sue")
        stage.act(reference, "notice", "pat")
        stage.act(reference, "expel", "pat", reason="It lied.")
        for name, given in (
            ("derogation", {"title": "Late", "meters": 1, "until": "2024-06-30", "grounds": "Stock."}),
            ("default", {"title": "Revenge", "party": "SUP1", "event": "h", "facts": "It is broke."}),
            ("party-details", {"address": "2 Hill Road"}),
        ):
            with pytest.raises(Refused, match="OTH1 is no Party"):
                stage.open(name, "olive", **given)
        dispute = {"title": "A debt", "respondent": "SUP1", "matter": "other", "facts": "Owed since May."}
        assert stage.open("dispute", "olive", **dispute).state == "notified", "claims outlive membership"

    def test_who_was_expelled_waits_twelve_months_to_accede_again(self, stage: Stage) -> None:
        reference = default(stage, "f", by="sue")
        stage.act(reference, "notice", "pat")
        stage.act(reference, "expel", "pat", reason="It lied.")
        assert state_of(stage, "OTH1") is State.EXPELLED
        again = {"name": "Other User", "signifier": "OTH2", "company_number": ""}
        early = applied(stage, **again)
        with pytest.raises(GbsmartError, match="12 months later"):
            stage.act(early, "pay", "sec", paid="540")
        stage.act(early, "shorten", "pat", bar_shortened=True, reason="It has learnt.")
        assert stage.act(early, "pay", "sec", paid="540").state == "fee_paid"
        later = applied(stage, **again | {"signifier": "OTH3"})
        stage.wait(days=20)
        with pytest.raises(GbsmartError, match="12 months later"):
            stage.act(later, "pay", "sec", paid="540")
        stage.wait(days=350)
        last = applied(stage, **again | {"signifier": "OTH4"})
        assert stage.act(last, "pay", "sec", paid="540").state == "fee_paid"


class TestDetailsAndWithdrawal:
    @pytest.mark.system("S180")
    def test_details_are_true_at_once_and_kept_as_history(self, stage: Stage) -> None:
        reference = stage.open("party-details", "olive", address="2 Hill Road").reference
        stage.act(reference, "question", "sec", question="Which town?")
        stage.wait(days=1)
        stage.act(reference, "answer", "olive", answer="Bath.", address="2 Hill Road, Bath")
        with stage.store.reading() as connection:
            changes = parties.details_history(connection, "OTH1")
        assert [change.details.address for change in changes][1:] == ["2 Hill Road", "2 Hill Road, Bath"]
        assert changes[-1].by == "olive"
        stage.wait(days=10)
        assert stage.case(reference).state == "checked"
        with pytest.raises(Refused, match="nothing was given"):
            stage.open("party-details", "olive")

    def test_what_the_register_does_not_show_the_case_does_not_either(self, stage: Stage) -> None:
        reference = stage.open(
            "party-details", "olive", address="2 Hill Road", registered_name="Other"
        ).reference
        stage.act(reference, "question", "sec", question="Which Hill Road?")
        for who, sees in (("", False), ("sue", False), ("olive", True), ("sec", True)):
            assert ("Hill Road" in str(stage.read(f"/cases/{reference}", who))) == sees, who
        assert stage.case(reference).data == {"registered_name": "Other"}

    def test_nobody_joins_a_voting_group_before_the_code_administrator_has_found_it_in_order(
        self, stage: Stage
    ) -> None:
        supply = frozenset({Licence.GAS_SUPPLY})
        with stage.store.transaction() as connection:
            giant = Details(registered_name="Giant", licences=supply, group="Giant")
            parties.accede(connection, Party("SUP2", "Giant"), giant, at=START - timedelta(days=9), by="test")

        def voting_groups() -> list[tuple[str, ...]]:
            with stage.store.reading() as connection:
                found = parties.voting_groups(connection, Category.SMALL_SUPPLIER, stage.clock.now())
                assert parties.details_of(connection, "SUP1").address == "3 Hill Road"
            return [group.members for group in found]

        reference = stage.open("party-details", "sue", group="Giant", address="3 Hill Road").reference
        assert voting_groups() == [("SUP2",), ("SUP1",)]
        with pytest.raises(NotEntitled):
            stage.act(reference, "check", "sue")
        stage.act(reference, "question", "sec", question="Since when?")
        stage.act(reference, "answer", "sue", answer="Since May.", group="Giant")
        stage.wait(days=30)
        assert (stage.case(reference).state, voting_groups()) == ("changed", [("SUP2",), ("SUP1",)])
        missed = [each.name for each in stage.dues(reference) if each.status == "missed"]
        assert missed == ["group"]
        assert stage.act(reference, "check", "sec").state == "checked"
        assert voting_groups() == [("SUP1", "SUP2")]
        with pytest.raises(InvalidValue, match="group"):
            stage.open("party-details", "sue", group="G" * 101)

    def test_a_party_withdraws_on_the_day_that_the_panel_sets(self, stage: Stage) -> None:
        with pytest.raises(Refused, match="must be a Party"):
            stage.open("withdrawal", "sue")
        reference = stage.open("withdrawal", "olive", why="We stop.").reference
        assert state_of(stage, "OTH1") is State.WITHDRAWING
        stage.act(reference, "date", "pat", withdraws_on="2024-01-31")
        stage.wait_until(datetime(2024, 1, 31, 23, 59, tzinfo=UTC))
        assert user(stage, OTHER).live_roles
        stage.wait(minutes=1)
        assert (stage.case(reference).state, state_of(stage, "OTH1")) == ("withdrawn", State.WITHDRAWN)
        assert not user(stage, OTHER).live_roles
        assert [entry.act for entry in stage.ledger(reference)] == ["notice", "date", "withdraw"]

    def test_a_notice_of_withdrawal_can_be_taken_back(self, stage: Stage) -> None:
        reference = stage.open("withdrawal", "olive").reference
        assert stage.act(reference, "stay", "olive").state == "taken_back"
        assert state_of(stage, "OTH1") is State.ACTIVE


def test_nobody_takes_the_dcc_licence_by_telling_of_it(stage: Stage) -> None:
    with pytest.raises(GbsmartError, match="by direction only"):
        stage.open("party-details", "olive", licences=["smart-meter-communication"])
    reference = stage.open("party-details", "olive", address="2 Hill Road").reference
    stage.act(reference, "question", "sec", question="Really?")
    with pytest.raises(GbsmartError, match="by direction only"):
        stage.act(reference, "answer", "olive", answer="Yes.", licences=["smart-meter-communication"])

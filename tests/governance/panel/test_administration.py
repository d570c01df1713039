"""SECAS, SECCo, Sub-Committees at work, and how governance began (SEC C7, Schedule 4, C6, F1, X4)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.governance.panel.conftest import held
from tests.governance.stage import Stage

from gbsmart import parties
from gbsmart.governance.panel import shareholders
from gbsmart.ground import InvalidValue
from gbsmart.procedures import NewDocument, NotEntitled, Refused


class TestHelpdesk:
    def asked(self, stage: Stage) -> str:
        return stage.open("query", "tiny", title="Elections", question="May we vote?").reference

    @pytest.mark.system("S172")
    def test_answers_within_5_working_days(self, stage: Stage) -> None:
        reference = self.asked(stage)
        assert stage.dues(reference)[0].due_at == datetime(2024, 1, 16, tzinfo=UTC)
        with pytest.raises(NotEntitled):
            stage.act(reference, "answer", "huge", answer="No.")
        stage.act(reference, "answer", "sec", answer="Yes.", provisions=["C4"])
        assert stage.notices(reference)[-1].to == "party:TINY"
        with pytest.raises(NotEntitled):
            stage.act(reference, "ask_more", "huge", question="And we?")
        assert stage.act(reference, "ask_more", "tiny", question="When?").state == "asked"
        stage.act(reference, "answer", "sec", answer="In March.")
        stage.wait(days=15)
        assert stage.case(reference).state == "closed"

    def test_tells_the_panel_chair_what_waits_longer(self, stage: Stage) -> None:
        reference = self.asked(stage)
        stage.wait(days=8)
        assert stage.case(reference).state == "overdue"
        assert stage.notices(reference)[-1].to == "panel-chair"
        assert stage.act(reference, "answer", "sec", answer="Yes.").state == "answered"


class TestSecco:
    @pytest.mark.system("S173")
    def test_is_owned_by_the_parties_that_took_a_share_and_have_not_left(self, stage: Stage) -> None:
        def owners() -> list[str]:
            with stage.store.reading() as connection:
                return [each.party for each in shareholders(connection, stage.clock.now())]

        assert owners() == ["BIG1", "BIG2", "HUGE", "TINY", "VAST", "WIRE"]
        with stage.store.transaction() as connection:
            for event in ("notice an event", "find in default"):
                parties.change_state(
                    connection, "TINY", event, at=stage.clock.now(), reason="Unpaid.", case="EVD001"
                )
            parties.expel(connection, "TINY", at=stage.clock.now(), reason="Unpaid.", case="EVD001",
                          approved_by_authority=True)  # fmt: skip
        assert "TINY" not in owners()

    def test_holds_contracts_that_run_out_or_are_extended(self, stage: Stage) -> None:
        given = {"supplier": "Gem", "title": "SECAS", "value": "5000000", "since": "2024-01-08"}
        with pytest.raises(InvalidValue, match="until: a contract ends after it begins"):
            stage.open("contract", "board", until="2024-01-01", **given)
        reference = stage.open("contract", "board", until="2024-02-01", **given).reference
        with pytest.raises(InvalidValue, match="is not later than 2024-02-01"):
            stage.act(reference, "extend", "board", until="2024-01-31", value="1", reason="More.")
        stage.act(reference, "extend", "board", until="2024-03-01", value="5500000", reason="A month more.")
        stage.wait_until(datetime(2024, 3, 1, 12, tzinfo=UTC))
        assert stage.case(reference).state == "running"
        stage.wait(days=1)
        assert stage.case(reference).state == "expired"

    def test_proposes_the_code_administrator_whom_the_panel_appoints(self, stage: Stage) -> None:
        stage.person("gem")
        seat = "code-administrator-1"
        with pytest.raises(Refused, match="is for the secco-board to nominate to"):
            stage.open("nomination", "sec", body="secas", seat=seat, nominee="Gem", account="gem")
        with pytest.raises(Refused, match="is not filled so"):
            stage.open("appointment", "pat", body="secas", seat=seat, holder="Gem", account="gem")
        case = stage.open("nomination", "board", body="secas", seat=seat, nominee="Gem", account="gem",
                          term_until="2024-03-01")  # fmt: skip
        stage.act(case.reference, "accept", "pat")
        assert held(stage, "gem") == ["code-administrator"]
        stage.wait(days=60)
        assert held(stage, "gem") == []


class TestCommitteeWork:
    def submitted(self, stage: Stage, by: str, body: str, kind: str) -> str:
        document = NewDocument("Document", kind, b"All is well.")
        return stage.open(
            "committee-work", by, documents=[document], body=body, kind=kind, title=kind
        ).reference

    @pytest.mark.system("S170")
    def test_tabasc_keeps_architecture_documents_and_reviews_them(self, stage: Stage) -> None:
        with pytest.raises(InvalidValue, match="kind: is not for Operations Group"):
            self.submitted(stage, "sec", "opsg", "technical architecture document")
        reference = self.submitted(stage, "sec", "tabasc", "technical architecture document")
        with pytest.raises(InvalidValue, match="looked at again on a later day"):
            stage.act(reference, "consider", "sec", outcome="kept", findings="Sound.")
        stage.act(reference, "consider", "sec", outcome="kept", findings="Sound.", review_on="2024-07-01")
        stage.wait_until(datetime(2024, 6, 30, 23, tzinfo=UTC))
        assert stage.case(reference).state == "due"
        stage.act(reference, "review", "sec", findings="Still sound.", review_on="2025-07-01")
        stage.wait_until(datetime(2025, 6, 30, 23, tzinfo=UTC))
        assert stage.act(reference, "retire", "sec", reason="Another took its place.").state == "retired"

    @pytest.mark.system("S171")
    def test_the_operations_group_considers_the_reports_of_the_dcc(self, stage: Stage) -> None:
        reference = self.submitted(stage, "smart", "opsg", "operational performance report")
        stage.act(reference, "consider", "sec", outcome="referred", findings="Two outages.")
        assert (
            stage.notices(reference)[-1].subject == f"{reference} is referred: operational performance report"
        )
        stage.act(reference, "decide", "pat", decision="retired", reason="The DCC has answered.")
        other = self.submitted(stage, "smart", "opsg", "incident report")
        assert stage.act(other, "consider", "sec", outcome="noted", findings="Mended.").state == "noted"


class TestFirstAppointments:
    def appointed(self, stage: Stage, **given: Any) -> str:
        values = {
            "members": ["chair: Pat Hall, first", "consumer-1: Ann Smith"], "administrator": "Gem",
            "administrator_account": "gem", "sunset": "2024-03-01",
        } | given  # fmt: skip
        return stage.open("first-appointments", "minister", **values).reference

    @pytest.mark.system("S226")
    def test_end_on_the_day_of_their_sunset(self, stage: Stage) -> None:
        for name in ("first", "gem"):
            stage.person(name)
        reference = self.appointed(stage)
        assert (held(stage, "first"), held(stage, "gem")) == (["panel-chair"], ["code-administrator"])
        with pytest.raises(Refused, match="these are not the first"):
            self.appointed(stage)
        stage.wait_until(datetime(2024, 3, 1, tzinfo=UTC))
        assert stage.case(reference).state == "sunset"
        assert (held(stage, "first"), held(stage, "gem")) == ([], [])

    def test_name_seats_that_there_are_until_a_day_to_come(self, stage: Stage) -> None:
        for given, said in (
            ({"members": ["king: Charles"]}, "'king' is no seat of the Panel"),
            ({"members": ["chair:"]}, "nobody is named for chair"),
            (
                {"sunset": "2024-01-08", "members": ["chair: Pat"], "administrator_account": ""},
                "a day to come",
            ),
        ):
            with pytest.raises(InvalidValue, match=said):
                self.appointed(stage, **given)
        with pytest.raises(NotEntitled):
            stage.open("first-appointments", "ofgem", members=["chair: Pat"], administrator="Gem",
                       sunset="2024-03-01")  # fmt: skip

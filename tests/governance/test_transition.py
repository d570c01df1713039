"""Transition: what is switched on, incorporated, varied for a time, and changed by the Secretary of State."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.governance.conftest import START
from tests.governance.stage import Stage

from gbsmart import codebook
from gbsmart.codebook import Change, Clause, Instrument, Kind, Status, Verb
from gbsmart.ground import GbsmartError
from gbsmart.procedures import NewDocument, NotEntitled, Refused


@pytest.fixture(autouse=True)
def _people(stage: Stage) -> None:
    for name, capacity in (
        ("minister", "secretary-of-state"), ("smart", "dcc"), ("sue", "party:SUP1"), ("ofgem", "authority"),
    ):  # fmt: skip
        stage.person(name, capacity)
    with stage.store.transaction() as connection:
        codebook.seed(connection)
        codebook.store_text(
            connection, "H", [Clause("H4.8", "Checks", "The DCC checks each request.")],
            at=datetime(2020, 1, 1, tzinfo=UTC), source="test",
        )  # fmt: skip


def provision(stage: Stage, ref: str, at: datetime | None = None) -> codebook.Provision:
    with stage.store.reading() as connection:
        return codebook.provision_at(connection, ref, at or stage.clock.now())


def version(stage: Stage) -> str:
    with stage.store.reading() as connection:
        return codebook.version_at(connection, stage.clock.now()).number


def legal_text(*changes: dict[str, Any]) -> NewDocument:
    return NewDocument("Legal text", "Text", json.dumps(changes).encode(), "application/json")


@pytest.mark.system("S200", "S223", "S225")
def test_provisions_written_without_effect_are_switched_on_by_direction(stage: Stage) -> None:
    with stage.store.transaction() as connection:
        made = Instrument((Kind.TRANSITIONAL,), "SEC X5", START, consolidates=False)
        codebook.enact(connection, made, [Change(Verb.DEFERRED, "D11")])
    assert provision(stage, "D11").status is Status.DORMANT
    given = {"title": "DCC assessment reporting", "provisions": ["D11"]}
    with pytest.raises(NotEntitled):
        stage.open("activation", "ofgem", effective="2024-02-01", **given)
    with pytest.raises(GbsmartError, match="effective: is past"):
        stage.open("activation", "minister", effective="2024-01-01", **given)
    with pytest.raises(GbsmartError, match="Q7"):
        stage.open("activation", "minister", effective="2024-02-01", title="x", provisions=["Q7"])
    reference = stage.open("activation", "minister", effective="2024-02-01", **given).reference
    stage.act(reference, "postpone", "minister", effective="2024-03-01", reason="Systems are late.")
    stage.wait_until(datetime(2024, 2, 29, 23, 59, tzinfo=UTC))
    assert provision(stage, "D11").status is Status.DORMANT
    stage.wait(minutes=1)
    assert provision(stage, "D11").status is Status.IN_FORCE
    case = stage.case(reference)
    assert (case.state, case.data["version"], version(stage)) == ("in_force", "6.4", "6.4")
    told = [notice.to for notice in stage.notices(reference)]
    assert {"party", "authority", "dcc"} <= set(told)


@pytest.mark.system("S228")
def test_text_is_varied_for_a_time_and_reads_as_before_when_it_has_ended(stage: Stage) -> None:
    given = {
        "title": "Checks are lighter", "provisions": ["H4.8"], "how": "vary the text",
        "effective": "2024-02-01", "until": "2024-05-01",
    }  # fmt: skip
    with pytest.raises(Refused, match="and give it"):
        stage.open("transitional-variation", "minister", **given)
    text = "The DCC checks some requests."
    reference = stage.open("transitional-variation", "minister", text=text, **given).reference
    assert provision(stage, "H4.8").text == "The DCC checks each request."
    stage.wait_until(datetime(2024, 4, 30, 22, 59, tzinfo=UTC))
    assert provision(stage, "H4.8").text == text
    stage.wait(minutes=1)
    assert (stage.case(reference).state, provision(stage, "H4.8").text) == (
        "ended", "The DCC checks each request.",
    )  # fmt: skip
    assert provision(stage, "H4.8", datetime(2024, 3, 1, tzinfo=UTC)).text == text


def test_a_provision_is_disapplied_for_a_time(stage: Stage) -> None:
    given = {"title": "No forecasts", "provisions": ["F5"], "how": "disapply", "effective": "2024-02-01"}
    with pytest.raises(Refused, match="ends after it begins"):
        stage.open("transitional-variation", "minister", until="2024-02-01", **given)
    reference = stage.open("transitional-variation", "minister", until="2024-03-01", **given).reference
    stage.wait_until(datetime(2024, 2, 15, tzinfo=UTC))
    assert provision(stage, "F5").status is Status.DISAPPLIED
    with pytest.raises(Refused, match="runs until 2024-03-01"):
        stage.act(reference, "prolong", "minister", until="2024-02-20", reason="Enough.")
    stage.act(reference, "prolong", "minister", until="2024-04-01", reason="Still late.")
    stage.wait_until(datetime(2024, 3, 15, tzinfo=UTC))
    assert (stage.case(reference).state, provision(stage, "F5").status) == ("in_effect", Status.DISAPPLIED)
    stage.wait_until(datetime(2024, 4, 1, tzinfo=UTC))
    assert (stage.case(reference).state, provision(stage, "F5").status) == ("ended", Status.IN_FORCE)


@pytest.mark.system("S227", "S229")
def test_a_document_is_drafted_consulted_on_designated_and_part_of_the_code(stage: Stage) -> None:
    given = {"title": "Transition and Migration Approach Document", "draft_by": "2024-02-01"}
    with pytest.raises(Refused, match="neither an appendix"):
        stage.open("subsidiary-document", "minister", ref="H99", **given)
    with pytest.raises(Refused, match="already"):
        stage.open("subsidiary-document", "minister", ref="Appendix AB", **given)
    reference = stage.open("subsidiary-document", "minister", ref="Appendix AL", **given).reference
    stage.act(reference, "draft", "smart", documents=[NewDocument("Draft", "TMAD 0.1", b"To migrate.")])
    stage.act(reference, "consult", "smart", closes="2024-02-15")
    stage.act(reference, "respond", "sue", response="Too fast.")
    stage.wait_until(datetime(2024, 2, 16, tzinfo=UTC))
    assert stage.case(reference).state == "drafted"
    stage.act(reference, "submit", "smart", report="Slower now.")
    stage.act(reference, "return", "minister", reason="Slower still.")
    stage.act(reference, "draft", "smart", documents=[NewDocument("Draft", "TMAD 0.2", b"Migrate slowly.")])
    stage.act(reference, "submit", "smart", report="Slow.")
    stage.act(reference, "designate", "minister", effective="2024-03-01", consequences=["N6"])
    stage.wait_until(datetime(2024, 3, 1, tzinfo=UTC))
    assert stage.case(reference).state == "incorporated"
    there = provision(stage, "Appendix AL")
    assert (there.text, there.heading, there.status) == (
        "Migrate slowly.", "Transition and Migration Approach Document", Status.IN_FORCE,
    )  # fmt: skip
    with stage.store.reading() as connection:
        assert [event.verb for event in codebook.history(connection, "N6")][-1] is Verb.AMENDED


@pytest.mark.system("S201", "S230", "S251")
def test_a_change_by_the_secretary_of_state_lies_forty_days_before_parliament(stage: Stage) -> None:
    given = {"title": "Post-commissioning", "consultation": "C-SEC4", "power": "s88(1) Energy Act 2008"}
    for wrong, said in (
        (NewDocument("Legal text", "Text", b"Dear all"), "belongs to no change"),
        (legal_text({"ref": "H4.8", "verb": "mended", "text": "x"}), "'mended' is not one of"),
        (legal_text({"ref": "H4.8", "verb": "amended"}), "without a text"),
        (legal_text({"verb": "amended", "text": "x"}), "names no provision"),
    ):
        with pytest.raises(GbsmartError, match=said):
            stage.open("secretary-of-state-variation", "minister", documents=[wrong], **given)
    text = legal_text(
        {"ref": "H4.8", "verb": "amended", "text": "The DCC checks each request twice."},
        {"ref": "H4.99", "verb": "designated", "heading": "New", "text": "And once more."},
    )
    reference = stage.open("secretary-of-state-variation", "minister", documents=[text], **given).reference
    stage.act(reference, "lay", "minister")
    stage.act(reference, "recess", "minister", recess_days=10)
    stage.wait(days=49)
    assert stage.case(reference).state == "laid"
    stage.wait(days=2)
    assert stage.case(reference).state == "lain"
    stage.act(reference, "make", "minister", effective="2024-03-15")
    stage.wait_until(datetime(2024, 3, 15, tzinfo=UTC))
    assert stage.case(reference).state == "in_force"
    assert provision(stage, "H4.8").text == "The DCC checks each request twice."
    assert provision(stage, "H4.99").text == "And once more."
    assert version(stage) == "6.4"


def test_a_resolution_of_parliament_ends_it(stage: Stage) -> None:
    given = {"title": "x", "power": "s89 Energy Act 2008"}
    text = legal_text({"ref": "H4.8", "verb": "amended", "text": "No checks."})
    reference = stage.open("secretary-of-state-variation", "minister", documents=[text], **given).reference
    stage.act(reference, "lay", "minister")
    assert stage.act(reference, "annul", "minister", reason="The House resolved.").state == "annulled"
    stage.wait(days=60)
    assert provision(stage, "H4.8").text == "The DCC checks each request."

"""What happens by itself on a day is done by nobody before it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tests.governance.conftest import START
from tests.governance.stage import Stage

from gbsmart import codebook, parties
from gbsmart.parties import Details, Licence, Party
from gbsmart.procedures import NewDocument, NotEntitled, Refused


@pytest.fixture(autouse=True)
def _people(stage: Stage) -> None:
    for name, capacity in (
        ("minister", "secretary-of-state"), ("ofgem", "authority"), ("pat", "panel-chair"),
        ("sec", "code-administrator"), ("sue", "party:SUP1"), ("smart", "dcc"), ("newton", "applicant:New"),
    ):  # fmt: skip
        stage.person(name, capacity)
    licence = frozenset({Licence.SMART_METER_COMMUNICATION})
    with stage.store.transaction() as connection:
        codebook.seed(connection)
        for signifier, details in (
            ("SUP1", Details(registered_name="First")),
            ("DCC", Details(registered_name="Smart", licences=licence)),
        ):
            parties.accede(
                connection, Party(signifier, details.registered_name), details,
                at=START - timedelta(days=9), by="test",
            )  # fmt: skip


def test_the_licence_of_the_dcc_does_not_pass_before_the_day_directed(stage: Stage) -> None:
    given = {"successor": "Next", "company_number": "1", "address": "2 Hill", "effective": "2024-02-01"}
    reference = stage.open("licence-transfer", "ofgem", **given).reference
    inventory = NewDocument("Transfer Inventory", "All", b"All.")
    stage.act(reference, "list", "smart", contracts=["Data service"], documents=[inventory])
    stage.act(reference, "prepare", "ofgem", people=["newton"])
    with pytest.raises(Refused, match="not before 01 February 2024"):
        stage.act(reference, "transfer", "ofgem")
    stage.wait(days=30)
    assert stage.case(reference).state == "transferred"


def test_a_party_stays_one_until_the_day_set_is_over(stage: Stage) -> None:
    reference = stage.open("withdrawal", "sue").reference
    stage.act(reference, "date", "pat", withdraws_on="2024-01-31")
    with pytest.raises(Refused, match="not until the end of 31 January 2024"):
        stage.act(reference, "withdraw", "pat")
    stage.wait(days=30)
    assert stage.case(reference).state == "withdrawn"


def test_nobody_withdraws_out_of_a_default(stage: Stage) -> None:
    withdrawal = stage.open("withdrawal", "sue").reference
    stage.act(withdrawal, "date", "pat", withdraws_on="2024-01-31")
    given = {"title": "Unpaid", "party": "SUP1", "event": "c", "facts": "Invoice 12."}
    default = stage.open("default", "smart", **given).reference
    stage.act(default, "notice", "pat")
    stage.wait(days=30)
    assert (stage.case(default).state, stage.case(withdrawal).state) == ("in_default", "dated")
    (due,) = [each for each in stage.dues(withdrawal) if each.name == "withdraws"]
    assert due.status == "failed"
    stage.act(default, "remedy", "pat")
    assert stage.act(withdrawal, "stay", "sue").state == "taken_back"
    assert stage.open("withdrawal", "sue").state == "noticed"


def test_a_direction_has_no_effect_before_its_day(stage: Stage) -> None:
    given = {"title": "A pause", "provisions": ["D11"], "effective": "2024-02-01", "until": "2024-03-01"}
    reference = stage.open("transitional-variation", "minister", how="disapply", **given).reference
    with pytest.raises(Refused, match="not before 01 February"):
        stage.act(reference, "vary", "minister")
    stage.wait(days=30)
    with pytest.raises(Refused, match="not before 01 March"):
        stage.act(reference, "end", "minister")


def test_nobody_shortens_the_forty_days(stage: Stage) -> None:
    text = [{"ref": "D11", "verb": "amended", "text": "The DCC reports."}]
    document = NewDocument("Legal text", "Text", json.dumps(text).encode(), "application/json")
    given = {"title": "Reports", "power": "s89 Energy Act 2008"}
    reference = stage.open(
        "secretary-of-state-variation", "minister", documents=[document], **given
    ).reference
    stage.act(reference, "lay", "minister")
    with pytest.raises(NotEntitled):
        stage.act(reference, "lapse", "minister")


def test_the_panel_finds_no_default_while_there_is_time_to_put_it_right(stage: Stage) -> None:
    given = {"title": "Unpaid", "party": "SUP1", "event": "c", "facts": "Invoice 12."}
    reference = stage.open("default", "smart", **given).reference
    stage.act(reference, "notice", "pat")
    with pytest.raises(NotEntitled):
        stage.act(reference, "find", "pat")

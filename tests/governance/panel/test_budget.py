"""The budget of the Panel's costs (SEC C8): drafted in January, in force on 1 April."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.governance.stage import Stage

from gbsmart.ground import InvalidValue
from gbsmart.procedures import NewDocument, NotEntitled, Refused

DRAFT = NewDocument("Draft Budget", "Budget", b"Salaries.")
AMOUNTS = {"year_1": "9000000", "year_2": "9100000", "year_3": "9200000"}


def drafted(stage: Stage, **given: Any) -> str:
    return stage.open(
        "budget", "sec", documents=[DRAFT], **(AMOUNTS | {"first_year": 2024} | given)
    ).reference


def published(stage: Stage) -> str:
    reference = drafted(stage)
    stage.act(reference, "consult", "pat")
    stage.wait_until(datetime(2024, 1, 23, tzinfo=UTC))
    stage.act(reference, "approve", "pat", reason="As the Panel resolved.")
    return reference


@pytest.mark.system("S174")
def test_a_budget_is_approved_15_working_days_after_publication_and_in_force_in_april(stage: Stage) -> None:
    reference = drafted(stage)
    stage.act(reference, "consult", "pat")
    stage.act(reference, "respond", "huge", response="Too dear.")
    stage.wait(days=15)
    stage.act(reference, "amend", "sec", reason="Less travel.", **(AMOUNTS | {"year_1": "8900000"}))
    stage.act(reference, "approve", "sec", reason="The Panel has approved it.")
    (due,) = (each for each in stage.dues(reference) if each.status == "open")
    assert due.due_at == datetime(2024, 2, 14, tzinfo=UTC)  # published on 23 January
    stage.wait_until(datetime(2024, 2, 14, tzinfo=UTC))
    assert stage.case(reference).state == "approved"
    stage.wait_until(datetime(2024, 3, 31, 22, 59, tzinfo=UTC))
    assert stage.case(reference).state == "approved"
    stage.wait(minutes=1)
    assert stage.case(reference).state == "in_force"
    stage.act(reference, "claim", "board", month="April 2024", costs="8000000")
    with pytest.raises(Refused, match=r"£900,000\.00 of the budget is left"):
        stage.act(reference, "claim", "board", month="May 2024", costs="900000.01")
    assert ("dcc", f"{reference}: £8000000.00 for April 2024") in {
        (notice.to, notice.subject) for notice in stage.notices(reference)
    }
    stage.wait_until(datetime(2025, 3, 31, 23, tzinfo=UTC))
    assert stage.case(reference).state == "ended"


def test_the_authority_confirms_changes_or_remits_what_is_appealed(stage: Stage) -> None:
    reference = published(stage)
    stage.act(reference, "appeal", "smart", reason="Too dear.")
    stage.wait(days=40)
    assert stage.case(reference).state == "appealed"  # it does not become approved meanwhile
    assert stage.act(reference, "remit", "ofgem", reason="Explain it.").state == "panel"
    stage.act(reference, "approve", "pat", reason="Explained.")
    stage.act(reference, "appeal", "huge", reason="Still too dear.")
    with pytest.raises(NotEntitled):
        stage.act(reference, "confirm", "pat", reason="It is ours.")
    changed = stage.act(reference, "change", "ofgem", reason="Less.", **(AMOUNTS | {"year_1": "1000"}))
    assert (changed.state, changed.data["year_1"]) == ("approved", "1000.00")


def test_is_drafted_in_the_new_year_once_and_marked_where_late(stage: Stage) -> None:
    with pytest.raises(InvalidValue, match="first_year: is drafted in January of 2025"):
        drafted(stage, first_year=2025)
    reference = drafted(stage)
    assert stage.case(reference).data["late"] is False
    with pytest.raises(Refused, match=f"{reference} is the budget from 2024"):
        drafted(stage)
    stage.act(reference, "abandon", "pat", reason="Wrong.")
    stage.wait_until(datetime(2024, 2, 1, 9, tzinfo=UTC))
    assert stage.case(drafted(stage)).data["late"] is True
    stage.wait_until(datetime(2024, 4, 1, 9, tzinfo=UTC))
    with pytest.raises(InvalidValue, match="is drafted in January"):
        drafted(stage)


def test_a_resolution_that_is_named_was_carried(stage: Stage) -> None:
    reference = drafted(stage)
    stage.act(reference, "consult", "pat")
    stage.wait(days=15)
    stage.person("ann")
    stage.open("appointment", "sec", body="panel", seat="dcc-1", holder="Ann", account="ann")
    given = {"body": "panel", "title": "Budget", "resolution": "Approve.", "manner": "in writing"}
    resolution = stage.open("panel-resolution", "sec", **given).reference
    with pytest.raises(InvalidValue, match="is no resolution that the Panel has carried"):
        stage.act(reference, "approve", "pat", resolution=resolution, reason="So resolved.")
    stage.vote(resolution, "members", "ann", "approve")
    stage.act(resolution, "count", "sec")
    assert stage.act(reference, "approve", "pat", resolution=resolution, reason="So.").state == "published"


def test_a_code_manager_that_holds_the_roles_needs_no_other_procedure(stage: Stage) -> None:
    """Under the Energy Act 2023 one licensee decides and administers: an account with both roles."""
    stage.person("manager", "panel-chair", "code-administrator", "secco-board:chair")
    reference = stage.open("budget", "manager", documents=[DRAFT], first_year=2024, **AMOUNTS).reference
    stage.act(reference, "consult", "manager")
    stage.wait(days=15)
    stage.act(reference, "approve", "manager", reason="By the code manager.")
    stage.wait_until(datetime(2024, 4, 2, tzinfo=UTC))
    assert stage.act(reference, "claim", "manager", month="April 2024", costs="1").state == "in_force"
    dispute = stage.open(
        "dispute", "huge", title="Tests", respondent="VAST", matter="testing", facts="Failed."
    )
    stage.act(dispute.reference, "negotiate", "vast", negotiators=["Vic"])
    stage.act(dispute.reference, "refer", "huge")
    decided = stage.act(dispute.reference, "decide", "manager", determination="Test again.", reason="Unfair.")
    assert decided.state == "panel_decided"

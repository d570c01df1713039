"""A modification on each path, told once: over the interface for programs, and by pages in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from tests.governance.modifications.cast import FOR, PROPOSAL, SOLUTION, TEXT, Cast
from tests.governance.stage import Stage

from gbsmart import codebook
from gbsmart.ground.working_days import start_of
from gbsmart.procedures import Case
from gbsmart.procedures.web import BASE


def written(stage: Stage, case: Case) -> tuple[dict[str, Any], str]:
    """The row of version control, and what D6.3 says from the implementation date on, not before."""
    day = start_of(date.fromisoformat(case.data["implementation_date"]))
    with stage.store.reading() as connection:
        version = codebook.version_row(codebook.version_at(connection, day))
        before = codebook.provision_at(connection, "D6.3", day - timedelta(seconds=1))
        assert (before.text, before.version) == ("", "4.15")
        return version, codebook.provision_at(connection, "D6.3", day, in_force=True).text


def octets(stage: Stage, reference: str, number: int) -> str:
    """A document, as text."""
    return stage.http.get(f"{BASE}/cases/{reference}/documents/{number}").text


def implemented(cast: Cast, reference: str) -> None:
    """It is made on its day, and everybody is told of the version in which it is."""
    case = cast.implement(reference)
    assert case.state == "implemented"
    version, text = written(cast.stage, case)
    assert (case.data["version"], version["version"], version["base_version"]) == ("6.4", "6.4", ["6.3"])
    assert version["implementation_date"] == case.data["implementation_date"]
    assert (version["modifications"], version["sections"]) == ([reference], ["D"])
    assert text == "The Panel forms a Working Group of at least six."
    document = cast.stage.read(f"/cases/{reference}")["documents"][-1]
    assert document["kind"] == "Change-marked text"
    marked = octets(cast.stage, reference, document["number"])
    assert "MP001: version 6.4 against version 6.3".replace("MP001", reference) in marked
    assert re.search(r"<ins>.*Working Group.*</ins>", marked)
    told = [each.to for each in cast.stage.notices(reference) if case.data["version"] in each.subject]
    assert told == ["party", "authority", "dcc"]


def states(stage: Stage, reference: str) -> list[str]:
    """Where a case has been."""
    steps = [each.target for each in stage.ledger(reference) if each.source != each.target]
    return [state.replace("_", " ") for state in steps]


def self_governance(cast: Cast) -> str:
    """From a draft, by a Working Group, to the Change Board's decision; a first vote is a tie."""
    stage = cast.stage
    problem = {name: value for name, value in PROPOSAL.items() if name not in SOLUTION}
    draft = stage.open("draft-proposal", "alice", problem="Groups are small.", **problem).reference
    stage.act(draft, "comment-as-friend", cast.secretary, friend="Say how small.")
    stage.act(draft, "submit", "alice", problem="Five members are too few.")
    stage.act(draft, "comment", "ben", comment="True.")
    stage.act(draft, "propose-solution", "alice", **SOLUTION)
    assert stage.act(draft, "convert", "developer").state == "converted"
    (proposal,) = stage.cases("modification-proposal")
    assert (proposal.parent, proposal.data["proposer"]) == (draft, "party:SUP1")

    reference = proposal.reference
    cast.consider(reference, working_group=True, terms_of_reference="How many?", report_by="2024-05-01")
    cast.refine(reference)
    cast.report(reference)
    tie = {"consumer": "approve", "small": "approve", "network": "reject", "other": "reject"}
    assert cast.vote(reference, **tie).state == "board_rejected"
    stage.act(reference, "refer-to-panel", "alice", reason="It was a tie.")
    stage.act(reference, "determine-referral", cast.chair, decision="approve", reason="It serves (g).")
    cast.until_due(reference, "referral-to-authority")
    assert states(stage, reference) == [
        "initial consideration", "refinement", "refinement consultation", "refinement", "report",
        "panel review", "consultation", "change board", "board rejected", "referred to panel",
        "panel determined", "approved",
    ]  # fmt: skip
    return reference


def authority_determined(cast: Cast) -> str:
    """With a missed quorum, a missed deadline and a send-back."""
    stage = cast.stage
    reference = cast.proposal(
        path_sought="authority-determined", criteria_met=["governance"], path_reasons="Governance."
    )
    assert cast.consider(reference, "authority-determined", criteria_met=["governance"]) == "report"
    cast.report(reference)

    assert cast.vote(reference, consumer="approve", network="reject").state == "adjourned"
    cast.until_due(reference, "reconvene")  # ten Working Days, and the meeting is held again
    case = cast.vote(reference, ballot="reconvened", consumer="approve", other="approve")  # two are enough
    assert (case.state, case.data["recommendation"]) == ("with_authority", "approve")

    cast.until_due(reference, "authority")
    missed = [each.name for each in stage.dues(reference) if each.status == "missed"]
    assert missed == ["authority"]
    stage.act(reference, "send-back", "ofgem", reason="Unclear.", more_work="Say who pays.")
    cast.refine(reference)
    cast.report(reference)
    assert cast.vote(reference, **FOR).state == "with_authority"
    case = stage.act(reference, "decide", "ofgem", decision="approve", reason="Serves (g).")
    assert case.state == "approved"
    assert states(stage, reference).count("with authority") == 2
    return reference


def authority_led(cast: Cast) -> str:
    """The Authority decides against the Change Board; that is appealed and comes back to it."""
    stage = cast.stage
    reference = cast.proposal("ofgem", path_sought="authority-led", grounds="Significant Code Review")
    cast.consider(reference, "authority-led")
    cast.report(reference)
    votes = dict.fromkeys(("consumer", "small", "network"), "reject")
    assert cast.vote(reference, **votes).data["recommendation"] == "reject"
    case = stage.act(reference, "decide", "ofgem", decision="approve", reason="The review says so.")
    assert case.state == "authority_decided"
    stage.act(reference, "appeal", "ben", reason="An error of law.")
    case = stage.act(reference, "rule", "cma", ruling="quashed and remitted", reason="No reasons given.")
    assert case.state == "with_authority"
    stage.act(reference, "decide", "ofgem", decision="approve", reason="The reasons are these.")
    cast.until_due(reference, "appeal")
    assert stage.case(reference).state == "approved"
    return reference


def fast_tracked(cast: Cast) -> str:
    """An error that the Panel puts right; it is on the fast track."""
    reference = cast.proposal(
        cast.chair, TEXT, path_sought="fast-track", fast_track_statement="A slip.",
        grounds="error or housekeeping",
    )  # fmt: skip
    assert cast.consider(reference, "fast-track") == "fast_track_vote"
    return reference


def fast_track(cast: Cast) -> str:
    """The Panel approves with one voice, and no Party objects."""
    stage, reference = cast.stage, fast_tracked(cast)
    for seat in ("large-supplier-1", "other-1"):
        stage.vote(reference, "fast_track", f"panel-{seat}", "approve")
    assert stage.act(reference, "count-fast-track", cast.chair).state == "objection_window"
    cast.until_due(reference, "objections")
    assert stage.case(reference).state == "approved"
    return reference


STORIES: Mapping[str, Callable[[Cast], str]] = {
    each.__name__.replace("_", "-"): each
    for each in (authority_led, authority_determined, self_governance, fast_track)
}
"""By path, what leads to an approval."""

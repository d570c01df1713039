"""Cases of a procedure that a later release does not declare any more: read as kept, acted in by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import URL
from tests.procedures.office import GREEN, Office
from tests.procedures.painting import MEMBERS, PAINTING, PROCEDURES

from gbsmart.procedures import Handed, NewDocument, Procedures
from gbsmart.procedures.web import BASE

SAMPLE = NewDocument("Sample", "A green card", b"green")
SECRET = NewDocument("Offer", "What it costs", b"540", confidential=True)
REASON = Handed(reason="It suits.")


class Releases:
    """An office whose next release declares other procedures."""

    def __init__(self, url: URL) -> None:
        self.run = dict(PROCEDURES)
        self.office = Office(url, self.run)

    def next(self, declared: Procedures) -> None:
        self.run.clear()
        self.run.update(declared)


@pytest.fixture
def releases(store_url: URL) -> Iterator[Releases]:
    releases = Releases(store_url)
    yield releases
    releases.office.store.close()


@pytest.fixture
def reference(releases: Releases) -> str:
    """A case in which two have voted, one changed the vote, and whose procedure is declared no more."""
    desk, account = releases.office.desk, releases.office.account
    given = {**GREEN, "litres": 12}
    reference = desk.open("painting", account("ann"), Handed(given, documents=[SECRET])).reference
    desk.act(reference, "show", account("sec"), Handed(documents=[SAMPLE], reason="It dried."))
    for name, choice in (("member1", "reject"), ("member2", "approve"), ("member1", "approve")):
        desk.vote(reference, "colour", account(name), choice, REASON)
    releases.next({})
    return reference


def test_it_is_told_as_it_was_kept(releases: Releases, reference: str) -> None:
    whole = releases.office.browser("sec").twin(f"/governance/cases/{reference}")
    assert (whole["known"], whole["state"], whole["final"], whole["possible"]) == (False, "voting", False, [])
    assert [each["act"] for each in whole["ledger"]] == ["propose", "show", *["vote colour"] * 3]
    assert [each["title"] for each in whole["documents"]] == ["A green card"]
    assert [each["to"] for each in whole["notices"]] == ["committee-member"]
    assert [each["status"] for each in whole["deadlines"]] == ["met", "open"]
    (ballot,) = whole["ballots"]
    assert (ballot["title"], ballot["status"], ballot["may_vote"]) == ("Colour", "closed", [])
    assert [(each["voter"], each["choice"], each["reason"]) for each in ballot["votes"]] == [
        ("seat-1", "approve", "It suits."), ("seat-2", "approve", "It suits."),
    ]  # fmt: skip


def test_its_page_says_why_nobody_acts_in_it(releases: Releases, reference: str) -> None:
    sec, path = releases.office.browser("sec"), f"/governance/cases/{reference}"
    page = sec.page(path)
    assert "which this release does not know" in page
    assert "/governance/procedures/painting" not in page
    assert f'action="{path}"' not in page
    assert reference in sec.page("/governance")
    assert sec.page("/governance/desk")
    refused = sec.send(path, 409, do="count")
    assert "which this release does not know" in refused.text
    assert sec.page(f"{path}/documents/2") == "green"


def test_programs_are_told_the_same(releases: Releases, reference: str) -> None:
    member = releases.office.browser("member1")
    assert member.http.get(f"{BASE}/cases/{reference}").json()["known"] is False
    mark = {"x-csrf-token": member.mark}
    for path, body in (("ballots/colour", {"choice": "reject", "reason": "No."}), ("acts/count", {})):
        answer = member.http.post(f"{BASE}/cases/{reference}/{path}", json=body, headers=mark)
        assert (answer.status_code, answer.json()["kind"]) == (409, "Refused")


def test_what_is_confidential_in_it_is_for_who_filed_it(releases: Releases, reference: str) -> None:
    path = f"/governance/cases/{reference}/documents/1"
    assert releases.office.browser("ann").page(path) == "540"
    for name in ("sec", "ben", ""):
        releases.office.browser(name).page(path, 404)


def test_it_goes_on_in_a_release_that_declares_it_again(releases: Releases, reference: str) -> None:
    releases.next(PROCEDURES)
    desk, sec = releases.office.desk, releases.office.account("sec")
    assert desk.act(reference, "count", sec, Handed()).state == "approved"
    releases.next({})
    (ballot,) = desk.whole(reference, None)["ballots"]
    assert ballot["result"]["outcome"] == "approve"


def test_a_choice_in_a_secret_ballot_stays_so(releases: Releases) -> None:
    secret = tuple(replace(each, secret=True) for each in PAINTING.ballots)
    releases.next({"painting": replace(PAINTING, ballots=secret)})
    desk, account = releases.office.desk, releases.office.account
    reference = desk.open("painting", account("ann"), Handed({**GREEN, "litres": 12})).reference
    desk.act(reference, "show", account("sec"), Handed(documents=[SAMPLE]))
    desk.vote(reference, "colour", account("member1"), "approve", REASON)
    releases.next({})
    (ballot,) = desk.whole(reference, MEMBERS[1])["ballots"]
    assert ballot["votes"] == [{"voter": "seat-1", "constituency": "", "weight": 1}]

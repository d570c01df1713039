"""Cases as they run: opened, acted in, voted on, overtaken by their deadlines; on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog.testing
from tests.procedures.painting import ANN, BEN, MEMBERS, PAINTING, PROCEDURES, SEC, START, person

from gbsmart import procedures
from gbsmart.accounts import Account, Capacity, Role
from gbsmart.ground import InvalidValue, NotFound
from gbsmart.procedures import Case, NewDocument, NotEntitled, Overtaken, Refused, Voter
from gbsmart.procedures.counting import weighted
from gbsmart.procedures.sight import Sight
from gbsmart.procedures.whole import whole_case
from gbsmart.store import Store

SAMPLE = NewDocument("Sample", "A green card", b"green")


@pytest.fixture
def proposed(store: Store) -> str:
    return opened(store).reference


def opened(store: Store, **given: Any) -> Case:
    values = {"title": "A green office", "colour": "green", "litres": 12} | given
    with store.transaction() as connection:
        return procedures.open_case(connection, PROCEDURES, "painting", ANN, values, at=START)


def act(store: Store, reference: str, name: str, who: Account, *given: Any, **options: Any) -> Case:
    options.setdefault("at", START)
    with store.transaction() as connection:
        return procedures.perform(connection, PROCEDURES, reference, name, who, *given, **options)


def vote(store: Store, reference: str, choice: str, who: Account, at: datetime = START) -> None:
    with store.transaction() as connection:
        procedures.cast(connection, PROCEDURES, reference, "colour", who, choice, at=at, reason="Taste.")


def lapsed(store: Store, at: datetime) -> list[str]:
    names = []
    while True:
        with store.transaction() as connection:
            due = procedures.lapse(connection, PROCEDURES, at)
        if due is None:
            return names
        names.append(due.name)


def read(store: Store, question: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    with store.reading() as connection:
        return question(connection, *arguments, **named)


def test_a_case_is_opened_by_who_is_entitled_and_numbered(store: Store) -> None:
    first, second = opened(store), opened(store, colour="white")
    assert (first.reference, second.reference) == ("P001", "P002")
    assert (first.state, first.opener, first.subject) == ("proposed", "SUP1", "SUP1")
    assert read(store, procedures.case, "P001") == first
    with store.transaction() as connection, pytest.raises(NotEntitled, match="is for party"):
        procedures.open_case(connection, PROCEDURES, "painting", SEC, {}, at=START)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"litres": 0}, "litres: 0 is less than 1"),
        ({"litres": "many"}, "litres: 'many' is no whole number"),
        ({"colour": "blue"}, "colour: 'blue' is not one of white, green, black"),
        ({"title": ""}, "title: Title is needed"),
        ({"title": "", "colour": ""}, r"title: Title is needed Needed too: colour \(Colour\)."),
        ({"by_day": "soon"}, "by_day: 'soon' is no date"),
        ({"brush": "big"}, "brush: nothing of this name is asked for"),
    ],
)
def test_what_is_given_is_checked_by_name(store: Store, given: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        opened(store, **given)


def test_a_guard_refuses_and_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(Refused, match="black is not seemly"):
        opened(store, colour="black")
    assert read(store, procedures.cases) == []
    assert opened(store).reference == "P001"


def test_an_act_moves_the_case_and_the_ledger_says_who_when_and_why(store: Store, proposed: str) -> None:
    act(store, proposed, "comment", BEN, {"comment": "Lovely."})
    with pytest.raises(Refused, match="needs the document 'Sample'"):
        act(store, proposed, "show", SEC)
    case = act(store, proposed, "show", SEC, documents=[SAMPLE], reason="It dried.")
    assert (case.state, case.version) == ("voting", 1)
    entries = read(store, procedures.entries, proposed)
    assert [(e.act, str(e.actor), e.source, e.target, e.reason) for e in entries] == [
        ("propose", "ann as party:SUP1", "", "proposed", "Propose a colour"),
        ("comment", "ben as party:SUP2", "proposed", "proposed", "Comment"),
        ("show", "sec as code-administrator", "proposed", "voting", "It dried."),
    ]
    (document,) = read(store, procedures.documents, proposed)
    assert (document.kind, document.size, document.entry) == ("Sample", 5, 3)
    assert read(store, procedures.octets_of, proposed, 1) == b"green"


def test_who_is_not_entitled_does_nothing(store: Store, proposed: str) -> None:
    with pytest.raises(NotEntitled, match=r"'Withdraw' is for party that opened it; ben acts as party:SUP2"):
        act(store, proposed, "withdraw", BEN, reason="No.")
    with pytest.raises(InvalidValue, match="not done without a reason"):
        act(store, proposed, "withdraw", ANN)
    assert act(store, proposed, "withdraw", ANN, reason="Too dear.").state == "withdrawn"
    with pytest.raises(Refused, match="is in withdrawn, where 'Comment' cannot be done"):
        act(store, proposed, "comment", BEN, {"comment": "?"})
    with pytest.raises(NotFound, match="no act 'burn'"):
        act(store, proposed, "burn", SEC)


def test_what_an_account_can_do_follows_from_its_capacities(store: Store, proposed: str) -> None:
    case = read(store, procedures.case, proposed)
    names = {
        who.name: [one.act for one in procedures.possible(PROCEDURES, case, who)]
        for who in (ANN, BEN, SEC, MEMBERS[0])
    }
    assert names == {
        "ann": ["withdraw", "comment"], "ben": ["comment"], "sec": ["show"], "member1": [],
    }  # fmt: skip
    assert procedures.possible(PROCEDURES, case, None) == []


def test_a_ballot_counts_the_last_vote_of_each_who_is_entitled(store: Store, proposed: str) -> None:
    with pytest.raises(Refused, match="not open"):
        vote(store, proposed, "approve", MEMBERS[0])
    act(store, proposed, "show", SEC, documents=[SAMPLE])
    with pytest.raises(NotEntitled, match="no vote"):
        vote(store, proposed, "approve", person("guest", (Role.COMMITTEE_MEMBER, "seat-9")))
    with pytest.raises(InvalidValue, match="choice"):
        vote(store, proposed, "perhaps", MEMBERS[0])
    with store.transaction() as connection, pytest.raises(InvalidValue, match="reasons of a vote"):
        procedures.cast(connection, PROCEDURES, proposed, "colour", MEMBERS[0], "reject", at=START)
    for member, choice in zip(MEMBERS, ("reject", "approve", "reject"), strict=True):
        vote(store, proposed, choice, member)
    vote(store, proposed, "approve", MEMBERS[0])
    case = act(store, proposed, "count", SEC)
    assert case.state == "approved"
    assert case.data["tally_colour"]["rows"] == [
        {"constituency": "", "approve": 2, "reject": 1, "abstain": 0}
    ]
    assert read(store, procedures.entries, proposed)[-1].outcome == "approve"


def test_a_vote_counts_with_the_weight_that_its_voter_has_when_it_is_counted(
    store: Store, proposed: str
) -> None:
    shares = {"seat-1": 1, "seat-2": 3, "seat-3": 1}
    ballot = replace(
        PAINTING.ballots[0], count=weighted(),
        electorate=lambda _: [Voter(seat, weight=weight) for seat, weight in shares.items()],
    )  # fmt: skip
    run = {"painting": replace(PAINTING, ballots=(ballot,))}
    act(store, proposed, "show", SEC, documents=[SAMPLE])
    with store.transaction() as connection:
        for member, choice in ((MEMBERS[1], "approve"), (MEMBERS[0], "reject")):
            procedures.cast(
                connection, run, proposed, "colour", member, choice, at=START, reason="Taste."
            )  # fmt: skip
    shares |= {"seat-1": 3, "seat-2": 1}  # sold while the ballot was open
    with store.transaction() as connection:
        case = procedures.perform(connection, run, proposed, "count", SEC, at=START)
    assert case.state == "rejected"
    assert case.data["tally_colour"]["rows"] == [
        {"constituency": "", "approve": 1, "reject": 3, "entitled": 5}
    ]


def test_a_missed_quorum_sends_it_back_and_the_next_round_begins_at_nothing(
    store: Store, proposed: str
) -> None:
    act(store, proposed, "show", SEC, documents=[SAMPLE])
    vote(store, proposed, "approve", MEMBERS[0])
    assert act(store, proposed, "count", SEC).state == "proposed"
    act(store, proposed, "show", SEC)  # the sample is there still
    vote(store, proposed, "reject", MEMBERS[1])
    vote(store, proposed, "abstain", MEMBERS[2])
    assert act(store, proposed, "count", SEC).state == "rejected"


def test_a_tie_rejects(store: Store, proposed: str) -> None:
    act(store, proposed, "show", SEC, documents=[SAMPLE])
    vote(store, proposed, "approve", MEMBERS[0])
    vote(store, proposed, "reject", MEMBERS[1])
    assert act(store, proposed, "count", SEC).state == "rejected"


def test_an_effect_is_of_the_act(store: Store, proposed: str) -> None:
    act(store, proposed, "show", SEC, documents=[SAMPLE])
    for member in MEMBERS:
        vote(store, proposed, "approve", member)
    act(store, proposed, "count", SEC)
    assert act(store, proposed, "paint", SEC).data["bought"] == "12 l of green"
    filed = read(store, procedures.documents, proposed)[-1]
    assert (filed.kind, filed.entry) == ("Receipt", len(read(store, procedures.entries, proposed)))
    assert read(store, procedures.octets_of, proposed, filed.number) == b"12 l of green"


def test_deadlines_count_working_days_and_are_met_or_missed(store: Store, proposed: str) -> None:
    (due,) = read(store, procedures.deadlines, reference=proposed)
    # Thursday, Tuesday after Easter, Wednesday; summer time has begun
    assert (due.name, due.whom, due.due_at) == (
        "sample", "code-administrator", datetime(2024, 4, 3, 23, tzinfo=UTC),
    )  # fmt: skip
    assert read(store, procedures.next_due) == due.due_at
    act(store, proposed, "show", SEC, documents=[SAMPLE])
    statuses = {one.name: one.status for one in read(store, procedures.deadlines, reference=proposed)}
    assert statuses == {"sample": "met", "votes": "open"}


def test_a_deadline_without_consequence_is_marked_and_the_case_goes_on(store: Store, proposed: str) -> None:
    late = datetime(2024, 4, 4, tzinfo=UTC)
    assert lapsed(store, late) == ["sample"]
    assert lapsed(store, late) == []
    assert read(store, procedures.entries, proposed)[-1].act == "missed sample"
    overdue = {"status": "overdue", "whom": ["code-administrator"]}
    assert [one.name for one in read(store, procedures.deadlines, **overdue)] == ["sample"]
    assert act(store, proposed, "show", SEC, documents=[SAMPLE], at=late).state == "voting"
    assert read(store, procedures.deadlines, **overdue) == [], "it was done, late"


def test_a_consequence_that_cannot_be_is_told_as_failed_and_is_no_end_of_the_others(
    store: Store, proposed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(store, proposed, "show", SEC, documents=[SAMPLE])
    other = opened(store).reference
    late = START + timedelta(days=30)
    for problem, note in (
        (NotFound("the votes are lost"), "the votes are lost"),
        (OverflowError("a secret of the votes"), "a defect of gbsmart (OverflowError): its log says more"),
    ):

        def nobody_counts(*_: Any, problem: Exception = problem) -> None:
            raise problem

        monkeypatch.setattr("gbsmart.procedures.situation.Situation.tally", nobody_counts)
        with structlog.testing.capture_logs() as said:
            assert lapsed(store, late)[-1] == "votes"
        (due,) = read(store, procedures.deadlines, status="failed")
        assert (due.name, due.note, due.again_at > late) == ("votes", note, True)
        assert [each["why"] for each in said if each["log_level"] == "warning"] == [note]
        assert read(store, procedures.case, proposed).state == "voting"
        late = due.again_at
    assert read(store, procedures.entries, other)[-1].act == "missed sample"


def test_a_consequence_that_failed_is_tried_again_and_happens_then(
    store: Store, proposed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(store, proposed, "show", SEC, documents=[SAMPLE])
    (due,) = read(store, procedures.deadlines, reference=proposed, status="open")
    with monkeypatch.context() as broken:
        broken.delattr("gbsmart.procedures.situation.Situation.tally")
        tries, at = [], due.due_at
        for _ in range(12):
            assert lapsed(store, at) == ["votes"], at
            assert lapsed(store, at) == [], "once at a moment"
            tries.append(read(store, procedures.next_due) - at)
            at += tries[-1]
    hours = [each / timedelta(hours=1) for each in tries]
    assert hours == [1, 1, 2, 4, 8, 16, 32, 64, 128, 168, 168, 168]
    assert lapsed(store, at) == ["votes"]
    last = read(store, procedures.entries, proposed)[-1]
    assert (last.act, last.at) == ("count", at)
    ended = next(one for one in read(store, procedures.deadlines, reference=proposed) if one.name == "votes")
    assert (ended.status, ended.again_at) == ("passed", None)


def test_what_failed_is_not_tried_again_once_somebody_has_acted(
    store: Store, proposed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(store, proposed, "show", SEC, documents=[SAMPLE])
    late = START + timedelta(days=30)
    with monkeypatch.context() as broken:
        broken.delattr("gbsmart.procedures.situation.Situation.tally")
        assert lapsed(store, late) == ["votes"]
    act(store, proposed, "withdraw", ANN, at=late, reason="Too late.")
    (due,) = [one for one in read(store, procedures.deadlines, reference=proposed) if one.name == "votes"]
    assert due.status == "missed"
    assert read(store, procedures.next_due) is None


def test_a_case_outlives_a_change_of_what_is_declared(store: Store, proposed: str) -> None:
    """A later release has no such state, deadline or field any more: the case is read, and goes on."""
    act(store, proposed, "show", SEC, documents=[SAMPLE])
    vote(store, proposed, "approve", MEMBERS[0])
    other = opened(store).reference
    later = {"painting": replace(
        PAINTING, states={"proposed": "Waits.", "withdrawn": "Taken back."}, final=frozenset({"withdrawn"}),
        opening=replace(PAINTING.opening, takes=PAINTING.opening.takes[:1]),
        acts=tuple(replace(each, sources=("proposed",)) for each in PAINTING.acts if each.name == "withdraw"),
        deadlines=(), ballots=(),
    )}  # fmt: skip
    with store.reading() as connection:
        whole = whole_case(Sight(connection, later, ANN, START), proposed)
    assert (whole["state"], whole["meaning"], whole["possible"]) == ("voting", "", [])
    with store.transaction() as connection:
        procedures.perform(connection, later, other, "withdraw", ANN, at=START, reason="No.")
    assert [one.status for one in read(store, procedures.deadlines, reference=other)] == ["met"]
    with store.transaction() as connection:
        assert procedures.lapse(connection, later, START + timedelta(days=30))
    (due,) = read(store, procedures.deadlines, status="failed")
    assert (due.case, "has no act 'count'" in due.note) == (proposed, True)


def test_a_case_of_no_procedure_any_more_does_not_stop_the_clock(store: Store, proposed: str) -> None:
    opened(store)
    late = START + timedelta(days=30)
    with store.transaction() as connection:
        assert procedures.lapse(connection, {}, late)
    with store.reading() as connection:
        kept = Sight(connection, {}, ANN, late).case(procedures.case(connection, proposed))
    assert (kept.title, kept.data) == (proposed, {}), "what is private in it nobody can say"
    (due,) = read(store, procedures.deadlines, reference=proposed)
    assert (due.status, due.note[:32]) == ("failed", "there is no procedure 'painting'")
    assert lapsed(store, late) == ["sample"], "the other one"
    assert lapsed(store, due.again_at) == ["sample"], (
        "and this one, in a release that has the procedure again"
    )


def test_a_ledger_never_runs_backwards(store: Store) -> None:
    reference = opened(store, by_day="2024-03-01").reference
    act(store, reference, "show", SEC, documents=[SAMPLE])
    for member in MEMBERS:
        vote(store, reference, "approve", member)
    act(store, reference, "count", SEC)
    assert lapsed(store, START) == ["early", "wanted"]
    times = [entry.at for entry in read(store, procedures.entries, reference)]
    assert times == sorted(times)


@pytest.mark.parametrize("text", ["\x00", "a\x0bb", "\ufffe"])
def test_no_text_is_taken_that_databases_or_feeds_cannot_hold(store: Store, proposed: str, text: str) -> None:
    with pytest.raises(InvalidValue, match="reason: holds control"):
        act(store, proposed, "withdraw", ANN, reason=text)
    with pytest.raises(InvalidValue, match="document: holds control"):
        act(store, proposed, "show", SEC, documents=[NewDocument("Sample", text, b"green")])
    act(store, proposed, "show", SEC, documents=[SAMPLE])
    with store.transaction() as connection, pytest.raises(InvalidValue, match="reason: holds control"):
        procedures.cast(
            connection, PROCEDURES, proposed, "colour", MEMBERS[0], "approve", at=START, reason=text
        )


def test_a_document_has_a_kind_and_a_title_that_every_database_takes(store: Store, proposed: str) -> None:
    with pytest.raises(InvalidValue, match="document: more than 100 characters"):
        act(store, proposed, "show", SEC, documents=[SAMPLE, NewDocument("k" * 101, "A", b"")])
    act(store, proposed, "show", SEC, documents=[NewDocument("Sample", "t" * 301, b"")])
    (document,) = read(store, procedures.documents, proposed)
    assert document.title == "t" * 300


def test_a_deadline_has_its_consequence_at_its_own_moment(store: Store, proposed: str) -> None:
    act(store, proposed, "show", SEC, documents=[SAMPLE])
    (notice,) = read(store, procedures.notices, to=["committee-member"])
    assert (notice.subject, notice.text) == ("Vote on A green office", "green: see P001.")
    assert notice.received_at == START + timedelta(hours=1)
    vote(store, proposed, "approve", MEMBERS[0])
    vote(store, proposed, "approve", MEMBERS[1])
    assert lapsed(store, START + timedelta(days=365)) == ["votes"]
    assert read(store, procedures.case, proposed).state == "approved"
    statuses = {one.name: one.status for one in read(store, procedures.deadlines, reference=proposed)}
    assert statuses["votes"] == "passed"
    last = read(store, procedures.entries, proposed)[-1]
    assert (last.actor.capacity, last.at) == (Capacity(Role.CLOCK), datetime(2024, 4, 5, 23, tzinfo=UTC))


def test_a_ballot_that_ends_uncounted_has_lapsed_and_who_was_entitled_is_told(
    store: Store, proposed: str
) -> None:
    act(store, proposed, "show", SEC, documents=[SAMPLE])
    vote(store, proposed, "approve", MEMBERS[0])
    act(store, proposed, "withdraw", ANN, reason="Mine.")
    *_, withdrawn, lapse = read(store, procedures.entries, proposed)
    assert (withdrawn.act, lapse.act, lapse.reason) == (
        "withdraw", "lapsed colour", "Lapsed, and not counted: The colour",
    )  # fmt: skip
    assert (lapse.given, lapse.source, lapse.target) == (
        {"ballot": "colour", "votes": 1}, "withdrawn", "withdrawn",
    )  # fmt: skip
    told = read(store, procedures.notices, to=[f"committee-member:seat-{n}" for n in (1, 2, 3)])
    assert {(each.to, each.entry) for each in told} == {
        (f"committee-member:seat-{n}", lapse.number) for n in (1, 2, 3)
    }
    assert {(each.subject, each.text) for each in told} == {
        ("P001: The colour has lapsed", "Withdraw: its votes (1 cast) are not counted.")
    }


def test_a_ballot_that_is_counted_has_not_lapsed(store: Store, proposed: str) -> None:
    act(store, proposed, "show", SEC, documents=[SAMPLE])
    act(store, proposed, "count", SEC)
    assert [each.act for each in read(store, procedures.entries, proposed)] == ["propose", "show", "count"]
    assert read(store, procedures.notices, to=["committee-member:seat-1"]) == []


def test_a_deadline_can_be_a_day_that_was_given(store: Store) -> None:
    reference = opened(store, by_day="2024-07-01").reference
    act(store, reference, "show", SEC, documents=[SAMPLE])
    for member in MEMBERS:
        vote(store, reference, "approve", member)
    act(store, reference, "count", SEC)
    due = read(store, procedures.deadlines, reference=reference, status="open")
    assert [(one.name, one.due_at) for one in due] == [
        ("early", datetime(2024, 6, 30, 23, tzinfo=UTC)),
        ("wanted", datetime(2024, 7, 1, 23, tzinfo=UTC)),
    ]
    act(store, reference, "put-off", SEC)
    due = read(store, procedures.deadlines, reference=reference, status="open")
    assert [one.due_at.date().isoformat() for one in due] == ["2024-09-01", "2024-09-02"]


def test_how_long_there_is_can_depend_on_the_case(store: Store) -> None:
    for colour, names in (("white", ["dry"]), ("green", [])):
        reference = opened(store, colour=colour).reference
        act(store, reference, "show", SEC, documents=[SAMPLE])
        for member in MEMBERS:
            vote(store, reference, "approve", member)
        act(store, reference, "count", SEC)
        due = read(store, procedures.deadlines, reference=reference, status="open")
        assert [one.name for one in due] == names
        if due:
            act(store, reference, "wait", SEC, {"damp": 1}, at=START + timedelta(hours=1))
            (later,) = read(store, procedures.deadlines, reference=reference, status="open")
            assert later.due_at == datetime(2024, 4, 3, 23, tzinfo=UTC) > due[0].due_at


def test_who_looked_before_somebody_else_acted_is_told_so(store: Store, proposed: str) -> None:
    seen = read(store, procedures.case, proposed).version
    act(store, proposed, "show", SEC, documents=[SAMPLE])
    with pytest.raises(Overtaken, match="voting now"):
        act(store, proposed, "withdraw", ANN, reason="Late.", seen=seen)


def test_the_first_two_cases_of_a_kind_opened_at_once_have_numbers_of_their_own(store: Store) -> None:
    start, references = threading.Barrier(4), list[str]()

    def run() -> None:
        start.wait()
        references.append(opened(store).reference)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(references) == ["P001", "P002", "P003", "P004"]


def test_two_who_act_at_once_never_both_move_a_case(store: Store) -> None:
    references = [opened(store).reference for _ in range(8)]
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def run(name: str, who: Account, **options: Any) -> None:
        start.wait()
        for reference in references:
            try:
                outcomes.append(act(store, reference, name, who, **options).state)
            except Refused:
                outcomes.append("refused")

    threads = [
        threading.Thread(target=run, args=("show", SEC), kwargs={"documents": [SAMPLE]}),
        threading.Thread(target=run, args=("withdraw", ANN), kwargs={"reason": "Mine."}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for reference in references:
        entries = read(store, procedures.entries, reference)
        assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
        steps = [(entry.source, entry.target) for entry in entries if entry.source != entry.target]
        assert steps in (
            [("", "proposed"), ("proposed", "voting"), ("voting", "withdrawn")],
            [("", "proposed"), ("proposed", "withdrawn")],
        )
        assert read(store, procedures.case, reference).state == "withdrawn"

"""Lanes: what one worker sees. (What many do to each other is in ``test_lanes_together``.)"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gbsmart.dcc import commands, counters, lanes
from gbsmart.dcc.lanes import Built, Claim, Place
from gbsmart.dcc.model import LaneKey, RequestKey
from gbsmart.ground import Eui64
from gbsmart.store import Store

T0 = datetime(2026, 1, 1, tzinfo=UTC)
LEASE = timedelta(seconds=30)
METER = Eui64.parse("00-DB-12-34-56-78-90-A0")
GAS_METER = Eui64.parse("00-DB-12-34-56-78-90-A1")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")


def key(counter: int, device: Eui64 = METER) -> RequestKey:
    return RequestKey(device, SUPPLIER, counter)


def enqueue(store: Store, *keys: RequestKey, originator: Eui64 = SUPPLIER) -> None:
    with store.transaction() as connection:
        for one in keys:
            assert lanes.enqueue(connection, one, originator, at=T0) is Place.QUEUED


def claim(store: Store, token: str = "w:1", now: datetime = T0, **limits: int) -> Claim:
    with store.transaction() as connection:
        return lanes.claim(connection, token, now=now, until=now + LEASE, **limits)


def built(one: RequestKey, content: bytes = b"octets") -> Built:
    return Built(one, one.counter, T0 + timedelta(hours=1), content)


def run(store: Store, held: Claim, now: datetime = T0) -> list[RequestKey]:
    """One worker's round to its end."""
    sent = [command.key for command in held.commands]
    with store.transaction() as connection:
        lanes.build(connection, held, [built(one.key) for one in held.commands if not one.is_built], at=now)
    with store.transaction() as connection:
        lanes.finish(connection, held, sent, at=now)
    return sent


def test_commands_leave_in_order_and_do_not_wait_for_answers(store: Store) -> None:
    enqueue(store, *(key(n) for n in range(1, 6)))
    first = claim(store, depth=3)
    assert [command.key.counter for command in first.commands] == [1, 2, 3]
    assert claim(store, "w:2").lanes == ()  # leased
    assert run(store, first) == [key(1), key(2), key(3)]
    assert run(store, claim(store, "w:3")) == [key(4), key(5)]
    assert claim(store, "w:4").lanes == ()
    with store.transaction() as connection:
        assert {commands.find(connection, key(n)).state for n in range(1, 6)} == {"sent"}


def test_originators_have_lanes_of_their_own(store: Store) -> None:
    enqueue(store, key(1))
    enqueue(store, key(2), originator=ACB)
    enqueue(store, key(1, GAS_METER))
    held = claim(store)
    assert {lane.key for lane in held.lanes} == {
        LaneKey(METER, SUPPLIER),
        LaneKey(METER, ACB),
        LaneKey(GAS_METER, SUPPLIER),
    }


def test_a_request_has_one_command(store: Store) -> None:
    enqueue(store, key(1))
    with store.transaction() as connection:
        assert lanes.enqueue(connection, key(1), SUPPLIER, at=T0) is Place.KNOWN
    assert run(store, claim(store)) == [key(1)]
    assert run(store, claim(store, "w:2")) == []  # the position that nobody took is passed over
    assert claim(store, "w:3").lanes == ()


def test_work_that_arrives_during_a_claim_is_found_after_it(store: Store) -> None:
    enqueue(store, key(1))
    held = claim(store)
    enqueue(store, key(2))
    assert run(store, held) == [key(1)]
    assert run(store, claim(store, "w:2")) == [key(2)]


def test_after_a_crash_the_same_octets_are_sent_again(store: Store) -> None:
    enqueue(store, key(1), key(2))
    dead = claim(store, "dead:1")
    with store.transaction() as connection:
        lanes.build(connection, dead, [built(key(1), b"first octets")], at=T0)
    later = T0 + LEASE
    assert claim(store, "w:1", now=later - timedelta(seconds=1)).lanes == ()
    again = claim(store, "w:2", now=later)
    first, second = again.commands
    assert (first.content, first.is_built) == (b"first octets", True)
    assert not second.is_built
    with store.transaction() as connection:  # the dead worker wakes up: its lanes are another's now
        assert lanes.build(connection, dead, [built(key(2), b"too late")], at=later) == set()
        assert lanes.finish(connection, dead, [key(1), key(2)], at=later) == set()
        assert commands.find(connection, key(2)).state == "queued"
    run(store, again, later)
    with store.reading() as connection:
        assert commands.find(connection, key(1)).content == b"first octets"
        assert commands.find(connection, key(2)).content == b"octets"


def test_what_could_not_be_sent_stays_in_front(store: Store) -> None:
    enqueue(store, *(key(n) for n in (1, 2, 3)))
    held = claim(store)
    with store.transaction() as connection:
        lanes.build(connection, held, [built(one.key) for one in held.commands], at=T0)
        later = T0 + timedelta(minutes=1)
        lanes.finish(connection, held, [key(1)], at=T0, retry_at=later)
    assert claim(store, "w:2").lanes == ()
    assert run(store, claim(store, "w:3", now=later)) == [key(2), key(3)]


def test_dropped_and_cancelled_commands_leave_the_lane(store: Store) -> None:
    enqueue(store, *(key(n) for n in (1, 2, 3)))
    with store.transaction() as connection:
        assert commands.cancel(connection, key(2), at=T0)
    held = claim(store)
    assert [command.key for command in held.commands] == [key(1), key(3)]
    with store.transaction() as connection:
        lanes.build(connection, held, [built(key(3))], at=T0)
        lanes.finish(connection, held, [key(3)], dropped=[key(1)], at=T0)
        states = [commands.find(connection, key(n)).state for n in (1, 2, 3)]
        assert not commands.cancel(connection, key(3), at=T0)
    assert states == ["undeliverable", "cancelled", "sent"]
    assert claim(store, "w:2").lanes == ()


def test_a_sequenced_command_waits_for_success(store: Store) -> None:
    enqueue(store, key(1))
    with store.transaction() as connection:
        assert lanes.enqueue(connection, key(2), SUPPLIER, at=T0, after=key(1)) is Place.WAITING
        assert lanes.enqueue(connection, key(3), SUPPLIER, at=T0) is Place.QUEUED
    assert run(store, claim(store)) == [key(1), key(3)]  # others do not wait with it
    with store.transaction() as connection:
        assert commands.answer(connection, key(1), at=T0, succeeded=True)
        assert [command.key for command in lanes.release(connection, key(1), at=T0)] == [key(2)]
        assert lanes.release(connection, key(1), at=T0) == []
    assert run(store, claim(store, "w:2")) == [key(2)]
    with store.transaction() as connection:  # its predecessor has succeeded already
        assert lanes.enqueue(connection, key(4), SUPPLIER, at=T0, after=key(1)) is Place.QUEUED


def test_a_failure_is_passed_on_by_whoever_settles_it(store: Store) -> None:
    enqueue(store, key(1))
    with store.transaction() as connection:
        lanes.enqueue(connection, key(2), SUPPLIER, at=T0, after=key(1))
    run(store, claim(store))
    with store.transaction() as connection:
        assert commands.time_out(connection, key(1), at=T0)
        assert [command.key for command in commands.waiting_for(connection, key(1))] == [key(2)]
        assert commands.cancel(connection, key(2), at=T0)
        late = lanes.enqueue(connection, key(3), SUPPLIER, at=T0, after=key(1))
        assert late is Place.PREDECESSOR_FAILED
        assert commands.find(connection, key(3)) is None


def test_a_command_is_settled_once(store: Store) -> None:
    enqueue(store, key(1))
    run(store, claim(store))
    with store.transaction() as connection:
        assert commands.answer(connection, key(1), at=T0, succeeded=True)
        assert not commands.time_out(connection, key(1), at=T0)
        assert not commands.undeliverable(connection, key(1), at=T0)
        assert commands.find(connection, key(1)).state == "answered"


def test_an_answer_may_overtake_the_record_of_sending(store: Store) -> None:
    enqueue(store, key(1))
    held = claim(store)
    with store.transaction() as connection:
        lanes.build(connection, held, [built(key(1))], at=T0)
        assert commands.answer(connection, key(1), at=T0, succeeded=True)
        lanes.finish(connection, held, [key(1)], at=T0)
        assert commands.find(connection, key(1)).state == "answered"
    assert claim(store, "w:2").lanes == ()


def test_what_the_wan_may_have_taken_is_not_called_undeliverable(store: Store) -> None:
    """Built, and nothing more is known: the device may have executed it, so only a time-out ends it."""
    enqueue(store, key(1), key(2))
    held = claim(store)
    with store.transaction() as connection:
        lanes.build(connection, held, [built(key(1)), built(key(2))], at=T0)
    with store.transaction() as connection:
        lanes.finish(connection, held, [], missed={key(2)}, at=T0)
        assert not commands.undeliverable(connection, key(1), at=T0)
        assert commands.time_out(connection, key(1), at=T0)
        assert commands.undeliverable(connection, key(2), at=T0)


def test_a_second_sending_that_failed_says_nothing_of_the_first(store: Store) -> None:
    enqueue(store, key(1), key(2))
    first = claim(store)
    with store.transaction() as connection:
        lanes.build(connection, first, [built(key(1)), built(key(2))], at=T0)
        lanes.finish(connection, first, [], missed={key(2)}, at=T0)
    second = claim(store, "w:2")
    with store.transaction() as connection:
        lanes.build(connection, second, [], at=T0)  # a sending of what never left begins to count here
    third = claim(store, "w:3", now=T0 + LEASE)
    with store.transaction() as connection:
        lanes.finish(connection, third, [], missed={key(1), key(2)}, at=T0 + LEASE)
        assert not commands.undeliverable(connection, key(1), at=T0)
        assert not commands.undeliverable(connection, key(2), at=T0)


def test_what_has_ended_meanwhile_is_not_sent(store: Store) -> None:
    """Between the claim and the building: reported as undeliverable, so it must not leave any more."""
    enqueue(store, key(1), key(2))
    held = claim(store)
    with store.transaction() as connection:
        assert commands.undeliverable(connection, key(1), at=T0)
        assert lanes.build(connection, held, [built(key(1)), built(key(2))], at=T0) == {key(2)}


def test_a_command_ends_once(store: Store) -> None:
    """Whatever the machine does not allow changes nothing."""
    enqueue(store, *(key(n) for n in (1, 2, 3)))
    with store.transaction() as connection:
        assert not commands.answer(connection, key(1), at=T0, succeeded=None)  # not built, so not sent
        assert not commands.time_out(connection, key(1), at=T0)
    run(store, claim(store))
    with store.transaction() as connection:
        assert not commands.cancel(connection, key(1), at=T0)
        assert not commands.undeliverable(connection, key(1), at=T0)
        assert commands.answer(connection, key(1), at=T0, succeeded=None)
        assert commands.time_out(connection, key(2), at=T0)
        for one in (key(1), key(2)):
            assert not commands.answer(connection, one, at=T0, succeeded=True)
            assert not commands.time_out(connection, one, at=T0)
        assert commands.standing(connection, key(1)) == ("answered", None)
        commands.note_success(connection, key(1), succeeded=False)
        assert commands.standing(connection, key(1)) == ("answered", False)


def test_built_octets_are_never_replaced(store: Store) -> None:
    enqueue(store, key(1))
    held = claim(store)
    for content in (b"the first octets", b"other octets"):
        with store.transaction() as connection:
            lanes.build(connection, held, [built(key(1), content)], at=T0)
    with store.transaction() as connection:
        found = commands.find(connection, key(1))
        assert found is not None
        assert found.content == b"the first octets"


def test_deadlines(store: Store) -> None:
    enqueue(store, key(1), key(2))
    run(store, claim(store))
    with store.transaction() as connection:
        commands.answer(connection, key(2), at=T0, succeeded=True)
        assert commands.overdue(connection, now=T0) == []
        assert [one.key for one in commands.overdue(connection, now=T0 + timedelta(hours=1))] == [key(1)]


def test_counters_rise_and_are_used_once(store: Store) -> None:
    with store.transaction() as connection:
        assert list(counters.take(connection, METER, ACB, floor=1000)) == [1000]
        assert list(counters.take(connection, METER, ACB, count=3, floor=500)) == [1001, 1002, 1003]
        assert list(counters.take(connection, METER, ACB, count=2, floor=5000)) == [5000, 5001]
        assert list(counters.take(connection, GAS_METER, ACB)) == [1]

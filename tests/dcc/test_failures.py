"""What goes wrong after the acknowledgement gives one message (DUIS 7.0), and nothing is lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from gbsmart import duis
from gbsmart.dcc import Dcc, RequestKey, lanes, ledger, service
from gbsmart.dcc.dispatch import Dispatcher
from gbsmart.dcc.model import NewRequest
from gbsmart.gbcs import Message
from gbsmart.ground import NEVER, Eui64, GbsmartError
from gbsmart.wan import Parcel

if TYPE_CHECKING:
    from conftest import Scene

pytestmark = pytest.mark.anyio

ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
OTHER = Eui64.parse("00-DB-12-34-56-78-00-04")
ESME, GSME, HUB = (Eui64.parse(f"00-DB-12-34-56-78-90-A{n}") for n in range(3))

_DAY = timedelta(days=1)
REFUSED = bytes.fromhex("da200003e90000010001030b")
"""The answer to the first reading of registers (ECS17b): the device refuses it (DLMS result 11)."""


def told(message: duis.Response) -> tuple[str, str, object]:
    """The alert, its response code, and the request it tells of."""
    failure = message.values["dcc_alert"]["command_failure"]
    return message.values["dcc_alert_code"], message.response_code, failure["command_request_id"]


async def test_a_meter_that_does_not_answer_gives_one_alert(scene: Scene) -> None:
    scene.road.answering = False
    request = scene.request()
    assert await scene.code(request) == "I99"
    await scene.until(lambda: scene.state(request) == "dispatched")
    await scene.pass_time(minutes=59)
    assert scene.mail() == []
    await scene.pass_time(minutes=2)
    await scene.until(lambda: bool(scene.mail()))
    assert [told(message) for message in scene.mail()] == [("N13", "E21", request.request_id)]
    await scene.until(lambda: scene.state(request) == "delivered")
    stored = scene.stored(request)
    assert stored is not None
    assert stored.outcome == "outcome unknown"


async def test_a_late_answer_changes_nothing(scene: Scene) -> None:
    scene.road.answering = False
    request = scene.request()
    await scene.send(request)
    await scene.until(lambda: scene.state(request) == "dispatched")
    await scene.pass_time(minutes=61)
    await scene.until(lambda: bool(scene.mail()))
    await scene.dcc.uplink.receive([scene.answer(scene.road.down[0])])
    await scene.until(lambda: scene.state(request) == "delivered")
    assert len(scene.mail()) == 1


async def test_a_gas_meter_may_sleep(scene: Scene) -> None:
    scene.road.answering = False
    request = scene.request("4.1.1", device=GSME)
    assert await scene.code(request) == "I99"
    await scene.until(lambda: scene.state(request) == "dispatched")
    await scene.pass_time(hours=23)
    assert scene.mail() == []
    await scene.dcc.uplink.receive([scene.answer(scene.road.down[0])])
    await scene.until(lambda: scene.state(request) == "delivered")
    assert [message.response_code for message in scene.mail()] == ["I0"]


async def test_a_dead_hub_gives_one_alert_and_ten_requests_fail_together(scene: Scene) -> None:
    scene.road.dead_hubs = {HUB}
    requests = [scene.request() for _ in range(10)]
    for request in requests:
        assert await scene.code(request) == "I99"
    await scene.pass_time(minutes=6)
    await scene.until(lambda: len(scene.mail()) == 10)
    assert {told(message)[:2] for message in scene.mail()} == {("N12", "E20")}
    assert {told(message)[2] for message in scene.mail()} == {one.request_id for one in requests}
    assert scene.road.down == []


async def test_a_wan_that_comes_back_in_time_loses_nothing(scene: Scene) -> None:
    scene.road.is_down = True
    requests = [scene.request() for _ in range(3)]
    for request in requests:
        await scene.send(request)
    await scene.pass_time(minutes=2)
    scene.road.is_down = False
    await scene.pass_time(seconds=20)
    await scene.until(lambda: all(scene.state(one) == "delivered" for one in requests))
    assert [parcel.transport_id[-4:] for parcel in scene.road.down] == [
        str(one.request_id.counter) for one in requests
    ]


async def test_the_wait_for_an_answer_begins_when_the_command_can_be_sent(scene: Scene) -> None:
    scene.road.is_down, scene.road.answering = True, False
    request = scene.request()
    await scene.send(request)
    await scene.pass_time(minutes=4)
    scene.road.is_down = False
    await scene.pass_time(seconds=20)
    await scene.until(lambda: scene.state(request) == "dispatched")
    await scene.pass_time(minutes=58)
    assert scene.mail() == []
    await scene.pass_time(minutes=4)
    await scene.until(lambda: bool(scene.mail()))
    assert [told(message)[0] for message in scene.mail()] == ["N13"]


async def test_an_answer_that_does_not_verify_is_no_answer(scene: Scene) -> None:
    scene.road.answering = False
    request = scene.request("7.2")
    signed = scene.sign_pre_command(request, await scene.send(request))
    assert await scene.code(signed) == "I99"
    await scene.until(lambda: scene.state(request) == "dispatched")
    (parcel,) = scene.road.down
    good = scene.answer(parcel)
    forged = good._replace(octets=good.octets[:-1] + bytes([good.octets[-1] ^ 1]))
    other = scene.answer(parcel._replace(octets=_with_counter(parcel, 5)))
    for wrong in (forged, other, good._replace(octets=b"\xdf\x00"), good._replace(transport_id="other")):
        await scene.dcc.uplink.receive([wrong])
    assert scene.state(request) == "dispatched"
    assert scene.events(request).count("discard response") == 3
    await scene.dcc.uplink.receive([good])
    await scene.dcc.uplink.receive([good])
    await scene.until(lambda: scene.state(request) == "delivered")
    assert [message.response_code for message in scene.mail()] == ["I0"]


def _with_counter(parcel: Parcel, counter: int) -> bytes:
    message = Message.parse(parcel.octets)
    return replace(message, header=replace(message.header, counter=counter)).encode()


async def test_an_unknown_party_is_spoken_for_by_the_access_control_broker(scene: Scene) -> None:
    """A meter knows no Other User: the ACB originates, under counters of its own."""
    requests = [scene.by(OTHER, scene.request("4.11.1")) for _ in range(3)]
    for request in requests:
        assert await scene.code(request) == "I99"
    await scene.until(lambda: all(scene.state(one) == "delivered" for one in requests))
    headers = [Message.parse(parcel.octets).header for parcel in scene.road.down]
    assert {header.originator for header in headers} == {ACB}
    assert len({header.counter for header in headers}) == 3
    assert sorted(headers, key=lambda header: header.counter) == headers
    assert [(header.other.party, header.other.party_counter) for header in headers] == [
        (OTHER, request.request_id.counter) for request in requests
    ]
    answers = scene.mail(OTHER)
    assert [answer.response_id for answer in answers] == [
        (ESME, OTHER, request.request_id.counter) for request in requests
    ]


async def test_an_answer_to_the_broker_is_held_against_its_mac(scene: Scene) -> None:
    scene.road.answering = False
    request = scene.by(OTHER, scene.request("4.11.1"))
    await scene.send(request)
    await scene.until(lambda: scene.state(request) == "dispatched")
    good = scene.answer(scene.road.down[0])
    await scene.dcc.uplink.receive([good._replace(octets=good.octets[:-1] + b"!")])
    assert scene.state(request) == "dispatched"
    await scene.dcc.uplink.receive([good])
    await scene.until(lambda: scene.state(request) == "delivered")


async def test_a_restart_goes_on_where_it_stopped(scene: Scene) -> None:
    scene.road.is_down = True
    waiting, critical = scene.request(), scene.request("7.2")
    await scene.send(waiting)
    await scene.send(scene.sign_pre_command(critical, await scene.send(critical)))
    await scene.dcc.stop()
    scene.road.is_down = False
    # a new process remembers nothing but the store
    scene.dcc = Dcc(scene.store, scene.keyring, scene.keyring, scene.clock, scene.road, scene.settings)
    async with scene.dcc:
        await scene.pass_time(minutes=2)
        await scene.until(lambda: scene.state(waiting) == scene.state(critical) == "delivered")
    assert len(scene.road.down) == len(scene.mail()) == 2


async def test_the_same_octets_are_sent_again_after_a_crash(scene: Scene) -> None:
    scene.road.answering = False
    request = scene.request()
    await scene.send(request)
    await scene.until(lambda: scene.state(request) == "dispatched")
    # as after a death between sending and its record
    with scene.store.transaction() as connection:
        connection.exec_driver_sql("UPDATE command SET state = 'built'")
        connection.exec_driver_sql("UPDATE request SET state = 'queued'")
        connection.exec_driver_sql("UPDATE lane SET head = head - 1, ready = 0")
    await scene.pass_time(seconds=10)
    await scene.until(lambda: len(scene.road.down) == 2)
    assert scene.road.down[0] == scene.road.down[1]


async def test_a_request_is_held_until_its_execution_time(scene: Scene) -> None:
    execution = scene.clock.now() + timedelta(days=2)
    request = scene.request("4.1.1", values={"execution_date_time": execution})
    assert await scene.code(request) == "I99"
    await scene.pass_time(days=1)
    assert scene.state(request) == "held"
    assert scene.road.down == []
    await scene.pass_time(days=1, seconds=10)
    await scene.until(lambda: scene.state(request) == "delivered")


async def test_a_held_request_is_checked_again_when_it_falls_due(scene: Scene) -> None:
    from gbsmart import parties

    request = scene.request("4.1.1", values={"execution_date_time": scene.clock.now() + timedelta(hours=1)})
    await scene.send(request)
    with scene.store.transaction() as connection:
        parties.suspend(connection, SUPPLIER)
    await scene.pass_time(hours=1, seconds=10)
    await scene.until(lambda: bool(scene.mail()))
    assert scene.road.down == []


async def test_a_held_request_is_taken_back_by_the_date_that_never_comes(scene: Scene) -> None:
    held = scene.request("4.1.1", values={"execution_date_time": scene.clock.now() + timedelta(hours=1)})
    await scene.send(held)
    cancel = scene.request("4.1.1", values={"execution_date_time": NEVER})
    assert await scene.code(cancel) == "I99"
    await scene.until(lambda: scene.state(held) == scene.state(cancel) == "delivered")
    assert {(one.request_id, one.response_code) for one in scene.mail()} == {
        (held.request_id, "E45"),
        (cancel.request_id, "I0"),
    }
    await scene.pass_time(hours=2)
    assert scene.road.down == []


async def test_a_sequence_waits_for_its_predecessor(scene: Scene) -> None:
    scene.road.answering = False
    first = scene.request(first_in_sequence=True)
    second = scene.request(preceding=first.request_id)
    third = scene.request(preceding=second.request_id)
    for request in (third, first, second):
        assert await scene.code(request) == "I99"
    await scene.until(lambda: scene.state(first) == "dispatched")
    assert scene.state(second) == scene.state(third) == "sequenced"
    await scene.dcc.uplink.receive([scene.answer(scene.road.down[0])])
    await scene.until(lambda: scene.state(second) == "dispatched")
    assert scene.state(third) == "sequenced"
    await scene.pass_time(hours=1, seconds=10)
    await scene.until(lambda: len(scene.mail()) == 3)
    assert [message.response_code for message in scene.mail()] == ["I0", "E21", "E40"]


async def test_a_request_after_one_that_the_device_refused_is_not_executed(scene: Scene) -> None:
    """The refusal is in the Response; nobody had reason to read it before the successor came."""
    first = scene.request(first_in_sequence=True)
    scene.road.payload = REFUSED
    assert await scene.code(first) == "I99"
    await scene.until(lambda: scene.state(first) == "delivered")
    assert await scene.code(scene.request(preceding=first.request_id)) == "E40"
    assert len(scene.road.down) == 1


async def test_a_request_after_one_that_the_device_carried_out_goes_at_once(scene: Scene) -> None:
    first = scene.request(first_in_sequence=True)
    assert await scene.code(first) == "I99"
    await scene.until(lambda: scene.state(first) == "delivered")
    second = scene.request(preceding=first.request_id)
    assert await scene.code(second) == "I99"
    await scene.until(lambda: scene.state(second) == "delivered")


async def test_a_request_sequenced_while_its_predecessor_is_answered_is_set_free(scene: Scene) -> None:
    """It comes between the reading of the first's Response and the writing down of what that means."""
    scene.road.answering = False
    first = scene.request(first_in_sequence=True)
    await scene.send(first)
    await scene.until(lambda: scene.state(first) == "dispatched")
    second = scene.request(preceding=first.request_id)
    responses = scene.dcc._responses
    assert responses is not None
    judge = responses._judge

    def judge_while_another_comes(*arguments: Any) -> Any:
        with scene.store.transaction() as connection:
            ours = RequestKey(ESME, SUPPLIER, second.request_id.counter)
            new = NewRequest(ours, "4.1.1", 1, scene.signed(second), scene.clock.now())
            ledger.receive(connection, new)
            before = RequestKey(ESME, SUPPLIER, first.request_id.counter)
            lanes.enqueue(connection, ours, SUPPLIER, at=scene.clock.now(), after=before)
            for event, state in (("acknowledge", "received"), ("wait for predecessor", "acknowledged")):
                ledger.advance(connection, ours, event, at=scene.clock.now(), state=state)
        return judge(*arguments)

    responses._judge = judge_while_another_comes  # type: ignore[method-assign]
    await scene.dcc.uplink.receive([scene.answer(scene.road.down[0])])
    await scene.until(lambda: scene.state(second) == "dispatched")


async def test_a_sequence_of_any_length_fails_as_one(scene: Scene) -> None:
    """A User chooses how long a sequence is; its end must not be beyond the DCC."""
    keys = [RequestKey(ESME, SUPPLIER, 1 + number) for number in range(1500)]
    now = scene.clock.now()
    octets = scene.signed(scene.request())
    with scene.store.transaction() as connection:
        for before, key in pairwise([RequestKey(ESME, SUPPLIER, 999_999), *keys]):
            ledger.receive(connection, NewRequest(key, "4.1.1", 1, octets, now))
            lanes.enqueue(connection, key, SUPPLIER, at=now, after=before)
            ledger.advance(connection, key, "acknowledge", at=now, state="received")
            ledger.advance(
                connection, key, "wait for predecessor", at=now, state="acknowledged", due=now + _DAY
            )
    await scene.pass_time(days=1, seconds=10)
    await scene.until(lambda: scene.stored(keys[-1]).outcome == "failed")  # type: ignore[union-attr]
    assert {scene.stored(key).code for key in keys[1:]} == {"E40"}  # type: ignore[union-attr]


async def test_what_a_broken_wan_may_have_taken_times_out(scene: Scene) -> None:
    """The device may have executed it: not N12, which says that it was never reached."""
    scene.road.breaks, scene.road.answering = True, False
    request = scene.request()
    await scene.send(request)
    await scene.pass_time(minutes=6)
    await scene.until(lambda: bool(scene.mail()))
    assert [told(message)[:2] for message in scene.mail()] == [("N13", "E21")]
    assert scene.stored(request).outcome == "outcome unknown"  # type: ignore[union-attr]


async def test_a_round_that_breaks_gives_its_lanes_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a defect of ours, say: what waits there is tried again soon, not at the end of the lease."""
    send = scene.road.send

    async def break_once(_parcels: object) -> list[str]:
        monkeypatch.setattr(scene.road, "send", send)
        raise RuntimeError("a defect")

    monkeypatch.setattr(scene.road, "send", break_once)
    monkeypatch.setattr(service, "_RESTART_AFTER", 0.0)
    request = scene.request()
    await scene.send(request)
    await asyncio.sleep(0.2)
    assert scene.state(request) == "queued"
    await scene.pass_time(seconds=6)
    await scene.until(lambda: scene.state(request) == "delivered")


async def test_an_answer_after_the_wait_is_noted_and_not_delivered(scene: Scene) -> None:
    scene.road.answering = False
    request = scene.request()
    await scene.send(request)
    await scene.until(lambda: scene.state(request) == "dispatched")
    await scene.pass_time(hours=1, seconds=10)
    await scene.until(lambda: scene.state(request) == "delivered")
    for _ in range(2):
        await scene.dcc.uplink.receive([scene.answer(scene.road.down[0])])
    assert scene.events(request).count("discard response") == 1
    assert len(scene.mail()) == 1


async def test_a_cancellation_has_an_outcome(scene: Scene) -> None:
    cancel = scene.request("4.1.1", values={"execution_date_time": NEVER})
    assert await scene.code(cancel) == "I99"
    await scene.until(lambda: scene.state(cancel) == "delivered")
    assert scene.stored(cancel).outcome == "answered"  # type: ignore[union-attr]


async def test_a_worker_that_lost_its_lane_says_nothing_of_its_commands(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker has taken the lane over, and may be sending what this one could not build."""

    def cannot(*_: object) -> bytes:
        with scene.store.transaction() as connection:
            connection.exec_driver_sql("UPDATE lane SET claim = 'another', ready = 1 << 62")
        raise GbsmartError("no key")

    monkeypatch.setattr(Dispatcher, "_protect", cannot)
    request = scene.request()
    await scene.send(request)
    await asyncio.sleep(0.3)
    assert scene.state(request) == "queued"
    assert scene.mail() == []

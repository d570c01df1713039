"""The way of a Service Request from end to end, with a meter that answers at once."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import URL, Connection

from gbsmart import duis
from gbsmart.dcc import RequestKey, commands, lanes, ledger, success
from gbsmart.dcc.lanes import Place
from gbsmart.dcc.model import Command, NewRequest
from gbsmart.gbcs import Message
from gbsmart.gbcs.protection import Check, verify_mac
from gbsmart.ground import Eui64

if TYPE_CHECKING:
    from conftest import Scene

pytestmark = pytest.mark.anyio

ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
ESME = Eui64.parse("00-DB-12-34-56-78-90-A0")


@pytest.fixture
def scene_url(store_url: URL) -> URL:
    """Both databases."""
    return store_url


async def test_a_reading_is_acknowledged_sent_answered_and_delivered(scene: Scene) -> None:
    request = scene.request("4.1.1")
    answer = await scene.post(scene.signed(request))
    acknowledgement = duis.parse_response(answer.content)
    assert acknowledgement.message.response_code == "I99"
    assert acknowledgement.message.request_id == request.request_id
    assert duis.verify(acknowledgement.root, scene.keyring).holder == ACB

    await scene.until(lambda: scene.state(request) == "delivered")
    (parcel,) = scene.road.down
    command = Message.parse(parcel.octets)
    assert verify_mac(command, scene.keyring, ACB) is Check.VALID
    assert command.header.counter == request.request_id.counter

    (document,) = scene.mailboxes[SUPPLIER].documents
    response = duis.parse_response(document)
    assert duis.verify(response.root, scene.keyring).holder == ACB
    assert response.message.response_code == "I0"
    assert response.message.request_id == request.request_id
    assert response.message.response_id == (ESME, SUPPLIER, request.request_id.counter)
    assert response.message.gbcs_payload == scene.answer(parcel).octets
    assert scene.events(request) == ["receive", "acknowledge", "queue", "dispatch", "respond", "deliver"]


async def test_a_successor_that_comes_while_the_answer_is_written_is_set_free(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process takes it, just after this one looked whether anybody waits."""
    scene.road.answering = False
    first = scene.request(first_in_sequence=True)
    await scene.send(first)
    await scene.until(lambda: scene.state(first) == "dispatched")
    before = RequestKey(ESME, SUPPLIER, first.request_id.counter)
    second = RequestKey(ESME, SUPPLIER, first.request_id.counter + 1)
    with scene.store.transaction() as connection:
        ledger.receive(connection, NewRequest(second, "4.1.1", 1, b"its octets", scene.clock.now()))

    def take_another() -> Place:
        with scene.store.transaction() as connection:
            success.look(connection, before)
            return lanes.enqueue(connection, second, SUPPLIER, at=scene.clock.now(), after=before)

    looked, others = commands.waiting_for, []
    with ThreadPoolExecutor(1) as other_process:

        def look(connection: Connection, key: RequestKey) -> list[Command]:
            found = looked(connection, key)
            if not others:
                others.append(other_process.submit(take_another))
                wait(others, 0.3)
            return found

        monkeypatch.setattr(commands, "waiting_for", look)
        await scene.dcc.uplink.receive([scene.answer(scene.road.down[0])])
        assert [each.result(5) for each in others] == [Place.QUEUED]


async def test_many_requests_at_once_keep_the_order_of_their_device(scene: Scene) -> None:
    requests = [scene.request() for _ in range(60)]
    codes = await asyncio.gather(*(scene.code(request) for request in requests))
    assert set(codes) == {"I99"}
    await scene.until(lambda: all(scene.state(one) == "delivered" for one in requests))
    sent = [parcel.transport_id for parcel in scene.road.down]
    assert len(sent) == len(set(sent)) == 60
    answered = [message.request_id for message in scene.mail()]
    assert sorted(answered) == sorted(one.request_id for one in requests)


async def test_a_critical_request_on_either_database(scene: Scene) -> None:
    request = scene.request("7.2")
    assert await scene.code(scene.sign_pre_command(request, await scene.send(request))) == "I99"
    await scene.until(lambda: scene.state(request) == "delivered")


async def test_a_dead_meter_and_a_failing_service_on_either_database(scene: Scene) -> None:
    scene.road.answering = False
    scene.mailboxes[SUPPLIER].status = 500
    request = scene.request()
    await scene.send(request)
    await scene.until(lambda: scene.state(request) == "dispatched")
    await scene.pass_time(hours=1, seconds=10)
    await scene.until(lambda: scene.state(request) == "outcome unknown")
    scene.mailboxes[SUPPLIER].status = 200
    await scene.pass_time(minutes=5)
    await scene.until(lambda: scene.state(request) == "delivered")
    assert [message.kind for message in scene.mail()] == ["DCCAlertMessage"]

"""The way of a Service Request from end to end, with a meter that answers at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gbsmart import duis
from gbsmart.gbcs import Message
from gbsmart.gbcs.protection import Check, verify_mac
from gbsmart.ground import Eui64

if TYPE_CHECKING:
    from conftest import Scene

pytestmark = pytest.mark.anyio

ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
ESME = Eui64.parse("00-DB-12-34-56-78-90-A0")


async def test_a_reading_is_acknowledged_sent_answered_and_delivered(scene: Scene) -> None:
    request = scene.request("4.1.1")
    answer = await scene.post(scene.signed(request))
    acknowledgement = duis.parse_response(answer.content)
    assert acknowledgement.message.response_code == "I99"
    assert acknowledgement.message.request_id == request.request_id
    assert duis.verify(acknowledgement, scene.keyring).holder == ACB

    await scene.until(lambda: scene.state(request) == "delivered")
    (parcel,) = scene.road.down
    command = Message.parse(parcel.octets)
    assert verify_mac(command, scene.keyring, ACB) is Check.VALID
    assert command.header.counter == request.request_id.counter

    (document,) = scene.mailboxes[SUPPLIER].documents
    response = duis.parse_response(document)
    assert duis.verify(response, scene.keyring).holder == ACB
    assert response.message.response_code == "I0"
    assert response.message.request_id == request.request_id
    assert response.message.response_id == (ESME, SUPPLIER, request.request_id.counter)
    assert response.message.gbcs_payload == scene.answer(parcel).octets
    assert scene.events(request) == ["receive", "acknowledge", "queue", "dispatch", "respond", "deliver"]

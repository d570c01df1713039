"""Critical requests: Transform, the User's signature, Signed Pre-Command (DUIS 7.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection

from gbsmart import inventory
from gbsmart.dcc import ledger
from gbsmart.dcc.model import RequestKey
from gbsmart.gbcs import Message
from gbsmart.gbcs.protection import Check, verify_mac, verify_signature
from gbsmart.ground import Eui64
from gbsmart.keys import KeyUse

if TYPE_CHECKING:
    from conftest import Scene

pytestmark = pytest.mark.anyio

ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
GAINING = Eui64.parse("90-B3-D5-1F-30-03-00-00")
ESME = Eui64.parse("00-DB-12-34-56-78-90-A0")


@pytest.mark.parametrize("form", ["without null", "null before the signature", "null after the signature"])
async def test_a_pre_command_comes_back_signed_and_goes_to_the_meter(scene: Scene, form: str) -> None:
    request = scene.request("7.2")
    answer = await scene.send(request)
    assert answer.response_code == "I0"
    assert scene.state(request) == "awaiting signature"
    pre_command = answer.gbcs_payload
    assert pre_command is not None
    assert pre_command.endswith(b"\x00")

    signed = scene.sign_pre_command(request, answer, null=form == "null before the signature")
    if form == "null after the signature":
        values = dict(signed.values or {})
        signed = replace(signed, values={**values, "gbcs_payload": values["gbcs_payload"] + b"\x00"})
    assert await scene.code(signed) == "I99"

    await scene.until(lambda: scene.state(request) == "delivered")
    (parcel,) = scene.road.down
    command = Message.parse(parcel.octets)
    certificate = scene.keyring.certificate(SUPPLIER, KeyUse.DIGITAL_SIGNATURE)
    assert verify_signature(command, certificate) is Check.VALID
    assert verify_mac(command, scene.keyring, ACB) is Check.VALID
    assert b"\xdf" + command.signed_octets() + b"\x00" == pre_command
    assert [message.response_code for message in scene.mail()] == ["I0"]
    assert scene.events(request) == [
        *("receive", "issue pre-command", "acknowledge", "queue", "dispatch", "respond", "deliver")
    ]


async def test_the_pre_command_names_the_version_that_its_device_speaks(scene: Scene) -> None:
    for version in ("4.3", "3.2"):  # of a model that does not say, and of one that does
        answer = await scene.send(scene.request("7.2"))
        assert answer.values["pre_command"]["gbcs_version"] == version
        with scene.store.transaction() as connection:
            inventory.change_device(connection, ESME, gbcs_version="3.2")


async def test_repeats_of_both_messages_get_their_own_stored_answers(scene: Scene) -> None:
    request = scene.request("7.2")
    transform = scene.signed(request)
    first = (await scene.post(transform, "serviceT")).content
    answer = await scene.send(request)
    signed = scene.signed(scene.sign_pre_command(request, answer))
    second = (await scene.post(signed)).content
    await scene.until(lambda: scene.state(request) == "delivered")
    assert (await scene.post(transform, "serviceT")).content == first
    assert (await scene.post(signed)).content == second
    assert len(scene.road.down) == 1
    other = scene.signed(scene.sign_pre_command(request, answer, null=True))
    assert b"E49" in (await scene.post(other)).content


async def test_of_two_processes_that_take_one_signed_pre_command_one_sends_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second, which found the request still waiting, gives the answer that the first has kept."""
    request = scene.request("7.2")
    answer = await scene.send(request)
    signed = scene.signed(scene.sign_pre_command(request, answer))
    proceed = ledger.proceed

    def proceed_second(connection: Connection, key: RequestKey, steps: Any, **given: Any) -> bool:
        proceed(connection, key, steps, **{**given, "signed_answer": b"<kept/>"})
        return proceed(connection, key, steps, **given)

    monkeypatch.setattr(ledger, "proceed", proceed_second)
    assert (await scene.post(signed)).content == b"<kept/>"
    with scene.store.reading() as connection:
        (commands,) = connection.exec_driver_sql("SELECT count(*) FROM command").one()
    assert commands == 0  # it is the first that has it in its lane


async def test_what_is_not_the_pre_command_is_refused_and_may_be_sent_again(scene: Scene) -> None:
    request = scene.request("7.2")
    answer = await scene.send(request)
    good = scene.sign_pre_command(request, answer)
    octets = good.values["gbcs_payload"]  # type: ignore[index]
    for wrong in (
        octets[:40] + bytes([octets[40] ^ 1]) + octets[41:],
        octets[:-1] + bytes([octets[-1] ^ 1]),
        octets[:-64] + scene.keyring.sign(GAINING, octets[1:-65]),
        octets[:-65],
        answer.gbcs_payload,
        b"\x00",
    ):
        bad = replace(good, values={**good.values, "gbcs_payload": wrong})  # type: ignore[dict-item]
        assert await scene.code(bad) == "E48"
    assert scene.state(request) == "awaiting signature"
    assert scene.road.down == []
    assert await scene.code(good) == "I99"


async def test_a_signed_pre_command_needs_its_transform(scene: Scene) -> None:
    request = scene.request("7.2")
    answer = await scene.send(request)
    elsewhere = replace(
        scene.sign_pre_command(request, answer),
        request_id=request.request_id._replace(counter=77),
    )
    assert await scene.code(elsewhere) == "E48"
    assert scene.state(elsewhere) is None


async def test_a_pre_command_is_not_kept_for_ever(scene: Scene) -> None:
    request = scene.request("7.2")
    answer = await scene.send(request)
    scene.clock.advance(days=8)
    await scene.until(lambda: scene.state(request) == "lapsed")
    assert await scene.code(scene.sign_pre_command(request, answer)) == "E48"
    assert scene.mail() == []


async def test_access_is_checked_again_with_the_signed_pre_command(scene: Scene) -> None:
    from gbsmart import parties

    request = scene.request("7.2")
    answer = await scene.send(request)
    with scene.store.transaction() as connection:
        parties.suspend(connection, SUPPLIER)
    assert await scene.code(scene.sign_pre_command(request, answer)) == "E3"
    assert scene.state(request) == "awaiting signature"
    scene.clock.advance(seconds=timedelta(days=8).total_seconds())

"""Faults of the DCC that are switched on: what a User meets over HTTP, what is counted, what still holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

import httpx
import pytest

from gbsmart import duis
from gbsmart.dcc import Dcc
from gbsmart.dcc.faults import FAULTS
from gbsmart.ground import Eui64, Faults, InvalidValue, NotFound
from gbsmart.web.hosting import address_of, bind, serving

if TYPE_CHECKING:
    from conftest import Scene

pytestmark = pytest.mark.anyio

SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
NETWORK = Eui64.parse("90-B3-D5-1F-30-02-00-00")
ESME, GSME = (Eui64.parse(f"00-DB-12-34-56-78-90-A{n}") for n in range(2))

Post = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def faults(scene: Scene) -> AsyncIterator[Faults]:
    """The register of the scene's DCC, which is another one: its machine's clock is the scene's too."""
    await scene.dcc.stop()
    switched = Faults(FAULTS, scene.clock, seed=1)
    ring, clock = scene.keyring, scene.clock
    scene.dcc = Dcc(
        scene.store, ring, ring, clock, scene.road, scene.settings, wall=clock, faults=switched
    )  # fmt: skip
    async with scene.dcc:
        yield switched


@pytest.fixture
async def post(scene: Scene) -> AsyncIterator[Post]:
    """Posts a document to the DCC over a connection."""
    listening = bind("127.0.0.1", 0, "the DCC")
    address = address_of(listening)

    async def posting(octets: bytes, service: str = "serviceS") -> httpx.Response:
        url, headers = f"{address}/api/v1/{service}", {"Content-Type": "application/xml"}
        return await client.post(url, content=octets, headers=headers)

    async with serving((scene.dcc.app(), listening)), httpx.AsyncClient() as client:
        yield posting


async def passing(scene: Scene, work: Awaitable[httpx.Response]) -> httpx.Response:
    """Let the clock run until ``work`` is done."""
    task = asyncio.ensure_future(work)
    for _ in range(500):
        if task.done():
            break
        await asyncio.sleep(0.01)
        scene.clock.advance(seconds=0.5)
    return await task


def code(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return duis.parse_response(answer.content).message.response_code


# --- what Users ask for ---


async def test_an_acknowledgement_is_lost_and_the_request_is_not(
    scene: Scene, faults: Faults, post: Post
) -> None:
    faults.on("acknowledgement-lost", {"times": 1})
    request = scene.request()
    document = scene.signed(request)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        await post(document)
    await scene.until(lambda: scene.state(request) == "delivered")
    assert code(await post(document)) == "I99"  # sent again: the stored acknowledgement
    assert len(scene.road.down) == 1  # and executed once
    assert len(scene.mail()) == 1
    assert faults.counters()["acknowledgement-lost"] == (2, 1)
    (hit,) = faults.hits()
    assert hit.where == {
        "user": str(SUPPLIER), "device": str(ESME), "variant": "4.1.1", "service": "serviceS",
    }  # fmt: skip


async def test_an_acknowledgement_is_late(scene: Scene, faults: Faults, post: Post) -> None:
    faults.on("acknowledgement-late", {"seconds": "30s"})
    asked_at = scene.clock.now()
    request = scene.request()
    assert code(await passing(scene, post(scene.signed(request)))) == "I99"
    assert (scene.clock.now() - asked_at).total_seconds() >= 30
    assert faults.counters()["acknowledgement-late"] == (1, 1)


async def test_a_response_comes_before_its_acknowledgement(scene: Scene, faults: Faults, post: Post) -> None:
    faults.on("response-first")
    order: list[str] = []
    scene.mailboxes[SUPPLIER].on_taking = lambda: order.append("response")
    request = scene.request()
    assert code(await passing(scene, post(scene.signed(request)))) == "I99"
    order.append("acknowledgement")
    assert order == ["response", "acknowledgement"]
    assert faults.counters()["response-first"] == (1, 1)


async def test_where_no_response_comes_the_acknowledgement_waits_no_longer_than_it_is_told(
    scene: Scene, faults: Faults, post: Post
) -> None:
    scene.road.answering = False
    faults.on("response-first", {"seconds": "20"})
    assert code(await passing(scene, post(scene.signed(scene.request())))) == "I99"
    assert faults.counters()["response-first"] == (1, 0)  # it had no effect


@pytest.mark.parametrize("status", ["503", "429", "500", "300", "307"])
async def test_another_http_status_takes_nothing(
    scene: Scene, faults: Faults, post: Post, status: str
) -> None:
    told = {"status": status, "retry-after": 7, "location": "http://alternate.example/", "times": 1}
    faults.on("http-status", told)
    request = scene.request()
    document = scene.signed(request)
    refused = await post(document)
    assert refused.status_code == int(status)
    assert refused.headers.get("Retry-After") == ("7" if status in ("503", "429") else None)
    assert refused.headers.get("Location") == (told["location"] if status < "400" else None)
    assert scene.state(request) is None
    assert code(await post(document)) == "I99"
    assert faults.counters()["http-status"] == (2, 1)


async def test_a_fault_is_narrowed_to_a_user_a_device_a_variant_and_a_service(
    scene: Scene, faults: Faults, post: Post
) -> None:
    with pytest.raises(NotFound):
        faults.on("http-status", {"variant": "4.1.99"})
    with pytest.raises(InvalidValue, match="ASCII"):
        faults.on("http-status", {"status": "302", "location": "http://€.example/"})
    with pytest.raises(InvalidValue):
        faults.on("http-status", {"service": "serviceX"})
    faults.on("http-status", {"user": SUPPLIER, "device": ESME, "variant": "4.1.1", "service": "serviceS"})
    statuses = [
        (await post(scene.signed(each), service)).status_code
        for each, service in (
            (scene.request(), "serviceS"),
            (scene.request(device=GSME), "serviceS"),
            (scene.by(NETWORK, scene.request()), "serviceS"),
            (scene.request("7.2"), "serviceT"),
        )
    ]
    assert statuses == [503, 200, 200, 200]


async def test_what_says_of_no_request_what_it_is_can_only_meet_faults_for_all(
    scene: Scene, faults: Faults, post: Post
) -> None:
    faults.on("http-status", {"user": SUPPLIER})
    assert (await post(b"<nonsense/>")).status_code == 400
    faults.on("http-status")
    assert (await post(b"<nonsense/>")).status_code == 503


async def test_a_slow_answer_comes_whole(scene: Scene, faults: Faults, post: Post) -> None:
    faults.on("answer-slow", {"seconds": "20s", "pieces": 5})
    asked_at = scene.clock.now()
    assert code(await passing(scene, post(scene.signed(scene.request())))) == "I99"
    assert (scene.clock.now() - asked_at).total_seconds() >= 19
    assert faults.counters()["answer-slow"] == (1, 1)


# --- what Users are sent ---


async def test_a_receiver_is_down_for_hours_and_the_backlog_comes_in_order(
    scene: Scene, faults: Faults
) -> None:
    faults.on("receiver-down", {"user": SUPPLIER, "lasting": "4h"})
    requests = [scene.request() for _ in range(20)]
    for request in requests:
        await scene.send(request)
    other = scene.by(NETWORK, scene.request())
    await scene.send(other)
    await scene.until(lambda: scene.state(other) == "delivered")  # nobody else notices
    for _ in range(7):
        await scene.pass_time(minutes=30)
    assert scene.mail() == []
    assert scene.mailboxes[SUPPLIER].refused == 0  # it was not even tried
    assert faults.counters()["receiver-down"] == (1, 1)  # the first of the queue is held up, once
    for _ in range(3):
        await scene.pass_time(minutes=30)
    await scene.until(lambda: all(scene.state(one) == "delivered" for one in requests))
    assert [one.request_id for one in scene.mail()] == [one.request_id for one in requests]


async def test_a_message_is_late_and_those_behind_it_wait(scene: Scene, faults: Faults) -> None:
    faults.on("delivery-late", {"seconds": "60s", "total": 1})
    first, second = scene.request(), scene.request()
    await scene.send(first)
    await scene.until(lambda: scene.state(first) == "answered")
    await scene.send(second)
    await scene.pass_time(seconds=40)
    assert scene.mail() == []
    await scene.pass_time(seconds=30)
    await scene.until(lambda: scene.state(second) == "delivered")
    assert [one.request_id for one in scene.mail()] == [first.request_id, second.request_id]
    assert faults.counters()["delivery-late"][1] == 1


async def test_a_message_is_delivered_again_octet_for_octet(scene: Scene, faults: Faults) -> None:
    faults.on("delivery-duplicated", {"copies": 2, "total": 1})
    request = scene.request()
    await scene.send(request)
    await scene.until(lambda: scene.state(request) == "delivered")
    documents = scene.mailboxes[SUPPLIER].documents
    assert len(documents) == 3
    assert len(set(documents)) == 1
    (hit,) = faults.hits()
    assert hit.detail == "delivered 2 times more"


async def test_a_message_is_overtaken(scene: Scene, faults: Faults) -> None:
    faults.on("delivery-reordered", {"seconds": "30s", "total": 1})
    first, second = scene.request(), scene.request()
    await scene.send(first)
    await scene.until(lambda: scene.state(first) == "answered")
    await scene.send(second)
    await scene.until(lambda: scene.state(second) == "answered")
    await scene.pass_time(seconds=40)
    await scene.until(lambda: scene.state(first) == "delivered")
    assert [one.request_id for one in scene.mail()] == [second.request_id, first.request_id]
    assert faults.counters()["delivery-reordered"][1] == 1


async def test_a_message_that_none_overtakes_is_delivered_and_no_hit(scene: Scene, faults: Faults) -> None:
    faults.on("delivery-reordered", {"seconds": "30s"})
    request = scene.request()
    await scene.send(request)
    await scene.pass_time(seconds=40)
    await scene.until(lambda: scene.state(request) == "delivered")
    assert faults.counters()["delivery-reordered"][1] == 0


async def test_a_slow_delivery_comes_whole(scene: Scene, faults: Faults) -> None:
    faults.on("delivery-slow", {"seconds": "20s", "pieces": 5})
    request = scene.request()
    await scene.send(request)
    await scene.until(lambda: scene.state(request) == "delivered")
    (message,) = scene.mail()
    assert message.request_id == request.request_id
    assert faults.counters()["delivery-slow"] == (1, 1)


async def test_only_alerts_or_only_outcomes(scene: Scene, faults: Faults) -> None:
    faults.on("delivery-duplicated", {"message": "alert"})
    request = scene.request()
    await scene.send(request)
    await scene.until(lambda: scene.state(request) == "delivered")
    assert len(scene.mail()) == 1
    assert faults.counters()["delivery-duplicated"] == (0, 0)


# --- certificates ---


@pytest.mark.parametrize("how", ["expired", "wrong-role", "unknown", "revoked", "other-key"])
async def test_a_users_xml_signing_certificate_has_gone_wrong(scene: Scene, faults: Faults, how: str) -> None:
    faults.on("user-xml-certificate", {"how": how, "user": SUPPLIER, "times": 1})
    request = scene.request()
    refusal = duis.fault("signature" if how == "other-key" else "certificate").response_code
    assert await scene.code(request) == refusal
    assert scene.state(request) is None  # it did not use up its RequestID
    assert await scene.code(scene.by(NETWORK, scene.request())) == "I99"
    assert await scene.code(request) == "I99"
    assert faults.counters()["user-xml-certificate"] == (2, 1)


@pytest.mark.parametrize("how", ["expired", "wrong-role", "unknown", "revoked", "other-key"])
async def test_the_certificate_a_user_signs_pre_commands_with_has_gone_wrong(
    scene: Scene, faults: Faults, how: str
) -> None:
    faults.on("user-signing-certificate", {"how": how, "times": 1})
    request = scene.request("7.2")
    signed = scene.sign_pre_command(request, await scene.send(request))
    assert await scene.code(signed) == duis.fault("correlation").response_code
    assert scene.road.down == []
    assert await scene.code(signed) == "I99"  # it may be sent again
    assert faults.counters()["user-signing-certificate"] == (2, 1)


@pytest.mark.parametrize(
    ("told", "alert"),
    [
        ({"how": "expired", "before": "command"}, "N12"),
        ({"how": "unknown", "before": "command"}, "N12"),
        ({"how": "expired", "before": "response"}, "N13"),
        ({"how": "other-key", "before": "response"}, "N13"),
    ],
)
async def test_a_devices_certificate_has_gone_wrong(
    scene: Scene, faults: Faults, told: dict[str, str], alert: str
) -> None:
    """Whatever goes wrong, the request ends with one message."""
    faults.on("device-certificate", {**told, "device": ESME})
    request = scene.request("7.2")
    await scene.send(scene.sign_pre_command(request, await scene.send(request)))
    await scene.until(lambda: scene.state(request) in ("failed", "dispatched"))
    await scene.pass_time(hours=2)
    await scene.until(lambda: len(scene.mail()) == 1)
    assert alert.encode() in scene.mailboxes[SUPPLIER].documents[0]
    assert faults.counters()["device-certificate"][1] >= 1


# --- for all of them ---


async def test_the_same_seed_gives_the_same_faults(scene: Scene, faults: Faults, post: Post) -> None:
    async def told() -> list[int]:
        faults.clear()
        faults.on("http-status", {"share": "0.5"})
        requests = [scene.request(device=device) for _ in range(12) for device in (ESME, GSME)]
        answers = await asyncio.gather(*(post(scene.signed(each)) for each in requests))
        return [answer.status_code for answer in answers]

    def struck(statuses: list[int]) -> tuple[int, int]:
        """How many requests of each device: which of those in flight together come first is open."""
        return statuses[::2].count(503), statuses[1::2].count(503)

    first = struck(await told())
    assert 0 < sum(first) < 24
    assert struck(await told()) == first
    faults.reseed(3)
    assert struck(await told()) != first


async def test_nothing_is_met_while_nothing_is_on(scene: Scene, faults: Faults) -> None:
    request = scene.request()
    await scene.send(request)
    await scene.until(lambda: scene.state(request) == "delivered")
    assert set(faults.counters().values()) == {(0, 0)}

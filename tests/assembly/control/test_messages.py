"""Everything sent and received, through the control API."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import AsyncClient

from gbsmart.assembly import System
from gbsmart.assembly.plan import NETWORK_OPERATOR
from gbsmart.gbcs import Message
from gbsmart.user import NoResponse, Refused

pytestmark = pytest.mark.anyio


async def messages(api: AsyncClient, **wanted: Any) -> list[dict[str, Any]]:
    answer = await api.get("/messages", params=wanted)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["messages"]
    return found


async def test_a_critical_request_from_every_side(api: AsyncClient, system: System) -> None:
    esme = system.street_plan[0].esme
    answer = await system.user.request("7.2", esme)
    found = list(reversed(await messages(api, content="true", variant="7.2")))
    assert sorted(each["kind"] for each in found) == sorted([
        "request", "pre-command", "signed pre-command", "acknowledgement", "command", "device response",
        "to user",
    ])  # fmt: skip
    assert {each["request_id"] for each in found} == {str(answer.exchange.original.request_id)}
    by_kind = {each["kind"]: each for each in found}
    command = Message.parse(bytes.fromhex(by_kind["command"]["hex"]))
    assert command.header.recipient == esme
    assert (by_kind["command"]["sender"], by_kind["command"]["receiver"]) == ("DCC", str(esme))
    assert by_kind["to user"]["xml"] == answer.messages[-1].document.decode()
    assert by_kind["to user"]["receiver"] == str(system.user.user_id)
    one = (await api.get(f"/messages/{by_kind['command']['id']}")).json()
    assert one == by_kind["command"]


async def test_messages_are_found_by_what_they_are_about(api: AsyncClient, system: System) -> None:
    home = system.street_plan[0]
    await system.user.read(home.esme)
    await system.user.read(home.gpf)
    with pytest.raises(Refused):
        await system.users[NETWORK_OPERATOR].request("7.2", home.esme)
    assert {each["user"] for each in await messages(api, user=str(NETWORK_OPERATOR))} == {
        str(NETWORK_OPERATOR)
    }
    assert {each["device"] for each in await messages(api, device=str(home.gpf))} == {str(home.gpf)}
    (refusal,) = await messages(api, code="E2")
    assert (refusal["kind"], refusal["variant"]) == ("acknowledgement", "7.2")
    assert {each["kind"] for each in await messages(api, text="DisableSupply")} == {"request"}
    assert len(await messages(api, kind="command")) == 2
    now = system.clock.now().isoformat()
    assert await messages(api, since=now) == []
    assert len(await messages(api, until=now, limit=500)) == len(await messages(api, limit=500))


async def test_each_leg_of_an_alert_has_its_code(api: AsyncClient, system: System) -> None:
    """The device's alert and the DCC's message to the User about it; an answer has its response code."""
    esme = system.street_plan[0].esme
    assert (await api.post(f"/devices/{esme}/alerts", json={"code": "8F3F"})).status_code == 200
    await api.post("/clock/advance", json={"by": 0})
    found = await messages(api, code="8F3F")
    assert sorted((each["kind"], each["code"]) for each in found) == [
        ("device alert", "8F3F"), ("to user", "8F3F"),
    ]  # fmt: skip
    await system.user.read(esme)
    assert [each["code"] for each in await messages(api, kind="to user", variant="4.1.1")] == ["I0"]
    system.wan.switch_device(esme, alive=False)
    with pytest.raises(NoResponse):
        await system.user.read(esme)
    assert [each["code"] for each in await messages(api, kind="to user", code="N13")] == ["N13"]


async def test_pages_hold_every_message_once(api: AsyncClient, system: System) -> None:
    for _ in range(3):
        await system.user.read(system.street_plan[0].esme)
    whole = [each["id"] for each in await messages(api, limit=500)]
    paged: list[str] = []
    after = ""
    while True:
        page = (await api.get("/messages", params={"limit": 4, "after": after})).json()
        paged += [each["id"] for each in page["messages"]]
        if not (after := page["next"]):
            break
    assert paged == whole
    assert len(set(whole)) == len(whole) == 15


async def test_requests_by_filter(api: AsyncClient, system: System) -> None:
    await system.user.read(system.street_plan[0].esme)
    await system.user.request("7.2", system.street_plan[0].esme)
    found = (await api.get("/requests", params={"filter": "variant:7.2"})).json()["requests"]
    assert [each["variant"] for each in found] == ["7.2"]
    wrong = await api.get("/requests", params={"filter": "colour:red"})
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/messages?after=nowhere", 422), ("/messages?kind=letter", 422), ("/messages?limit=0", 422),
        ("/messages?device=x", 422), ("/messages/0.1.00", 404), ("/messages/xyz", 422),
        ("/messages/ffffffffffffffffffff.1.00", 422),
    ],
)  # fmt: skip
async def test_what_is_not_there(path: str, status: int, api: AsyncClient) -> None:
    assert (await api.get(path)).status_code == status

"""Service Requests through the control API: sending, and waiting for the complete set of messages."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from httpx import AsyncClient

from gbsmart.assembly import System
from gbsmart.assembly.plan import IMPORT_SUPPLIER, NETWORK_OPERATOR
from gbsmart.assembly.travel import travel

pytestmark = pytest.mark.anyio


async def test_a_reading_is_sent_and_read(api: AsyncClient, system: System) -> None:
    sent = await api.post("/requests", json={"variant": "4.1.1", "device": str(system.street_plan[0].esme)})
    told = sent.json()
    assert (told["acknowledgement_code"], told["response_code"]) == ("I99", "I0")
    assert told["values"]["import_registers"]["active_import"] > 0


async def test_the_whole_set_of_a_critical_request(api: AsyncClient, system: System) -> None:
    device = str(system.street_plan[0].esme)
    sent = (await api.post("/requests", json={"variant": "7.2", "device": device, "wait": False})).json()
    progress = (await api.get(f"/requests/{sent['request_id']}/wait")).json()
    assert progress["complete"], progress["missing"]
    assert [each["what"] for each in progress["messages"]] == ["pre-command", "acknowledgement", "response"]
    assert [each["response_code"] for each in progress["messages"]] == ["I0", "I99", "I0"]
    assert progress["messages"][-1]["state"] == "taken"


async def test_a_future_dated_request_misses_its_response_until_it_is_executed(
    api: AsyncClient, system: System
) -> None:
    later = (system.clock.now() + timedelta(minutes=1)).replace(microsecond=0).isoformat()
    asked = {
        "variant": "4.1.1", "device": str(system.street_plan[0].esme), "wait": False,
        "fields": {"execution_date_time": later},
    }  # fmt: skip
    sent = (await api.post("/requests", json=asked)).json()
    early = (await api.get(f"/requests/{sent['request_id']}/wait", params={"seconds": 0.2})).json()
    assert (early["state"], early["missing"]) == ("held", "the Service Response")
    await travel(system, timedelta(minutes=1))
    late = (await api.get(f"/requests/{sent['request_id']}/wait", params={"seconds": 20})).json()
    assert late["complete"], late["missing"]
    assert late["messages"][-1]["at"][:19] >= later[:19]


async def test_a_dead_meter_completes_with_the_dcc_alert(api: AsyncClient, system: System) -> None:
    esme = system.street_plan[0].esme
    system.wan.switch_device(esme, alive=False)
    asked = {"variant": "4.1.1", "device": str(esme), "wait": False}
    sent = (await api.post("/requests", json=asked)).json()
    early = (await api.get(f"/requests/{sent['request_id']}")).json()
    assert (early["complete"], early["missing"]) == (False, "the Service Response")
    late = (await api.get(f"/requests/{sent['request_id']}/wait")).json()
    assert late["complete"]
    assert (late["messages"][-1]["what"], late["messages"][-1]["alert_code"]) == ("dcc alert", "N13")


async def test_a_refusal_is_complete_and_says_its_code(api: AsyncClient, system: System) -> None:
    asked = {
        "variant": "7.2", "device": str(system.street_plan[0].esme), "user": str(NETWORK_OPERATOR),
    }  # fmt: skip
    refused = await api.post("/requests", json=asked)
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["response_code"] == "E2"


async def test_an_unknown_request_is_waited_for_and_then_not_found(api: AsyncClient, system: System) -> None:
    unknown = f"{IMPORT_SUPPLIER}:{system.street_plan[0].esme}:77"
    missing = await api.get(f"/requests/{unknown}/wait", params={"seconds": 0.1})
    assert missing.status_code == 404
    # one that comes while it is waited for
    user = system.user
    draft = user.draft("4.1.1", system.street_plan[0].esme)
    waiting = asyncio.create_task(api.get(f"/requests/{draft.request_id}/wait", params={"seconds": 20}))
    await asyncio.sleep(0.1)
    await user.send(draft)
    assert (await waiting).json()["complete"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"variant": "9.9.9"}, ""),
        ({"variant": "4.1.1", "fields": {"nonsense": 1}}, "nonsense"),
        ({"variant": "4.1.1", "fields": {"counter": 1}}, "fields.counter"),
        ({"variant": "4.1.1", "device": "meter"}, "device"),
        ({"variant": "4.1.1", "body": "<!DOCTYPE x><x/>"}, ""),
    ],
)
async def test_what_cannot_be_sent(
    asked: dict[str, object], field: str, api: AsyncClient, system: System
) -> None:
    refused = await api.post("/requests", json={"device": str(system.street_plan[0].esme), **asked})
    assert refused.status_code in (404, 422)
    assert refused.json()["field"].endswith(field)

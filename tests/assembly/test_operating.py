"""Operating a system: what it logs, what it counts, and how it ends."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import generate_latest

from gbsmart.assembly import System
from gbsmart.assembly.control.client import call
from gbsmart.assembly.logs import LogFormat
from gbsmart.dcc import RequestKey, ledger
from gbsmart.dcc.measures import Measures, StoreGauges
from gbsmart.dcc.tracing import start_tracing
from gbsmart.ground import GbsmartError, SystemClock
from gbsmart.keys import FileKeyStore, KeyEntry
from gbsmart.store import open_store

from .conftest import Start, answer_to, signed
from .test_commands import Up


def spellings(entry: KeyEntry) -> set[str]:
    """The ways in which a private key might stand in a text."""
    key = entry.private_key
    assert key is not None
    octets = key.private_numbers().private_value.to_bytes(32, "big")
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return {
        octets.hex(), octets.hex().upper(), base64.b64encode(octets).decode().rstrip("="), repr(octets)[2:-1],
        str(int.from_bytes(octets, "big")), base64.b64encode(der).decode()[40:100],
    }  # fmt: skip


def values_of(report: object) -> set[str]:
    """Every number of a reading, as decimal and as hex, that is long enough to be told from others."""
    numbers = {int(each) for each in re.findall(r"(?<![\w.-])\d{4,}(?![\w.-])", json.dumps(report))}
    return {str(each) for each in numbers} | {f"{each:X}" for each in numbers if each > 0xFFFF}


@pytest.mark.timeout(180)
def test_no_log_holds_a_key_or_what_a_meter_sealed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    up = Up("--data", data, "--json", "--log-format", "json", "--log-level", "debug")
    console = json.loads(up.said)["addresses"]["Console"]
    homes = asyncio.run(call(console, "system", {}))["homes"]
    readings = [asyncio.run(call(console, "read", {"device": homes[0][kind]})) for kind in ("esme", "gsme")]
    with pytest.raises(GbsmartError, match="E19"):
        asyncio.run(call(console, "read", {"device": "00-00-00-00-00-00-00-01"}))
    code, rest, errors = up.stop(signal.SIGTERM)
    assert code == 0

    lines = [json.loads(line) for line in errors.splitlines()]
    assert all({"at", "level", "logger", "event"} <= line.keys() for line in lines)
    answered = [line for line in lines if line["event"] == "a document was answered"]
    assert {("4.1.1", "I99"), ("4.1.1", "E19")} <= {(each["variant"], each["code"]) for each in answered}

    logged = up.said + rest + errors
    with FileKeyStore.with_key_file(data / "keys" / "keys.db", data / "keys" / "keys.key") as store:
        entries = [entry for entry in store.entries() if entry.private_key is not None]
    master = (data / "keys" / "keys.key").read_text().strip()
    assert len(entries) > 20
    assert [word for entry in entries for word in (*spellings(entry), master) if word in logged] == []
    values = {value for done in readings for value in values_of(done["values"])}
    assert values
    assert [value for value in values if re.search(rf"(?<![\w.:-]){value}(?![\w.:-])", logged)] == []


@pytest.mark.timeout(120)
def test_a_system_that_is_told_to_end_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    """SIGTERM while a request is under way: exit code 0, and nothing that was acknowledged is missing."""
    data = tmp_path / "data"
    up = Up("--data", data, "--json", "--log-format", "json", "--log-level", "info")
    console = json.loads(up.said)["addresses"]["Console"]
    asyncio.run(call(console, "read", {}))
    code, rest, errors = up.stop(signal.SIGTERM)
    assert (code, rest) == (0, "")
    acknowledged = [
        RequestKey.parse(line["request"])
        for line in map(json.loads, errors.splitlines())
        if line.get("code") == "I99"
    ]
    store = open_store(f"sqlite:///{data / 'dcc.db'}")
    with store.reading() as connection:
        assert all(ledger.find(connection, key) for key in acknowledged)
    store.close()
    assert acknowledged


async def text_of(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 200
        return await answer.text()


@pytest.mark.anyio
async def test_what_happens_is_counted(start: Start) -> None:
    async with start(response_wait=30.0) as system:
        user, esme = system.user, system.street_plan[0].esme
        await user.read(esme)
        document = signed(system, user, user.draft("7.2", esme))
        assert (await answer_to(system, document, "serviceS")).response_code != "I0"
        told = await text_of(f"{system.url('DCC')}/metrics")
        assert "gbsmart_store_commit_seconds_count" in await text_of(f"{system.url('Console')}/metrics")
    assert 'gbsmart_requests_total{code="I99",service="serviceS",variant="4.1.1"} 1.0' in told
    assert re.search(r'gbsmart_requests_total{code="E\d+",service="serviceS",variant="7.2"} 1.0', told)
    assert "gbsmart_commands_dispatched_total 1.0" in told
    assert 'gbsmart_wan_parcels_total{kind="response"} 1.0' in told
    assert 'gbsmart_deliveries_total{outcome="taken"} 1.0' in told
    assert "gbsmart_outbox_messages 0.0" in told
    assert re.search(r"gbsmart_store_commit_seconds_count [1-9]", told)
    assert not re.search(r"[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){7}", told)


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["DCC", "Console"])
async def test_a_system_says_that_it_lives_and_is_ready(start: Start, name: str) -> None:
    async with start() as system:
        assert json.loads(await text_of(f"{system.url(name)}/health")) == {"status": "alive"}
        assert json.loads(await text_of(f"{system.url(name)}/ready")) == {"ready": True}


@pytest.mark.anyio
async def test_a_system_that_does_not_stand_is_not_ready(start: Start) -> None:
    async with start() as system:
        async with system.rebuilding():
            assert await status_of(system, "ready") == 503
            assert await status_of(system, "health") == 200
            assert await status_of(system, "metrics") == 503
        assert await status_of(system, "ready") == 200
        assert await status_of(system, "metrics") == 200


def test_counters_are_told_while_the_store_does_not_answer(tmp_path: Path) -> None:
    """They are of the process; only the gauges are read from the store, here one without its tables."""
    store = open_store(f"sqlite:///{tmp_path / 'empty.db'}")
    measures = Measures()
    measures.registry.register(StoreGauges(store, SystemClock().now))
    measures.dispatched.inc(3)
    told = generate_latest(measures.registry).decode()
    store.close()
    assert "gbsmart_commands_dispatched_total 3.0" in told
    assert "gbsmart_lanes_waiting " not in told


async def status_of(system: System, path: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"{system.url('Console')}/{path}") as answer:
        return answer.status


@pytest.mark.anyio
async def test_a_readings_way_is_traced(start: Start) -> None:
    exporter = InMemorySpanExporter()
    stop = start_tracing(exporter)
    try:
        async with start(response_wait=30.0) as system:
            reading = await system.user.read(system.street_plan[0].esme)
            await system.user.request("7.2", system.street_plan[0].esme)
    finally:
        stop()
    request = str(reading.exchange.request.request_id)
    spans = [
        each
        for each in exporter.get_finished_spans()
        if (each.attributes or {})["gbsmart.request"] == request
    ]
    assert [each.name for each in spans] == ["take", "build the Command", "judge the response", "deliver"]
    assert len({each.context.trace_id for each in spans}) == 1


@pytest.mark.parametrize("written", list(LogFormat))
def test_the_traceback_of_a_defect_tells_no_values(written: LogFormat) -> None:
    """Among the values of a function are keys and what a meter sealed."""
    program = (
        "import structlog\n"
        "from gbsmart.assembly.logs import LogFormat, start_logging\n"
        f"start_logging(LogFormat('{written.value}'))\n"
        "def sign(key):\n"
        "    raise ValueError('a defect')\n"
        "try:\n"
        "    sign(''.join(['b3', 'd5', '1f', '30']))\n"
        "except ValueError:\n"
        "    structlog.get_logger('x').exception('it failed')\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "a defect" in ran.stderr
    assert "in sign" in ran.stderr
    assert "b3d51f30" not in ran.stderr + ran.stdout

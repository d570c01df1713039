"""Public peers against a running system: the Java signing tool and the npm keystore client.

Both are run as they are published, never read. The system runs on the public key set that they know.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gbsmart.assembly import System
from gbsmart.assembly.plan import SECOND_SUPPLIER
from gbsmart.devices import Supply
from gbsmart.duis import Request, build_request, parse_request, parse_response
from gbsmart.gbcs import Message
from gbsmart.gbcs.protection import sign as sign_message
from gbsmart.ground import Eui64
from gbsmart.keys import KeyUse

from .conftest import Start, post, signed

INTEROP = Path(__file__).resolve().parents[2] / ".interop"
TOOL = INTEROP / "node_modules/@smartdcc/duis-sign-wrap/dist/tool.jar"
KEYSTORE = "@smartdcc/dccboxed-keystore"

pytestmark = [pytest.mark.anyio, pytest.mark.corpus]
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="needs java")
needs_the_tool = pytest.mark.skipif(
    not TOOL.is_file(),
    reason="needs the signing tool: npm install --prefix .interop @smartdcc/duis-sign-wrap@0.1.2",
)
PATIENCE = timedelta(seconds=20)


@pytest.fixture(params=["folder", "JSON"])
async def system(request: pytest.FixtureRequest, corpus: Path, start: Start) -> AsyncIterator[System]:
    """A system on the public key set, in each of its two forms."""
    keys = corpus / "keystore"
    async with start(keys=keys if request.param == "folder" else keys / "zaz1-organisations.json") as running:
        yield running


async def tool(verb: str, document: bytes, *options: str) -> bytes:
    """Run the signing tool on a document; fails unless it is content."""
    process = await asyncio.create_subprocess_exec(
        "java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", TOOL,
        f"uk.co.smartdcc.boxed.xmldsig.{verb}", "-", *options,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, complained = await process.communicate(document)
    assert process.returncode == 0, complained.decode()
    return said


async def delivered(system: System, request: Request) -> bytes:
    """The first message that the DCC delivers about a request."""
    found = await system.user.inbox.wait(request.request_id, 0, system.clock.now() + PATIENCE)
    assert found, "nothing was delivered"
    return found[0].document


def sample(corpus: Path, name: str, system: System) -> bytes:
    """A public request, to a meter of this street and otherwise as it is (its signature a placeholder)."""
    document = (corpus / "duis-requests" / f"{name}_REQUEST_DUIS.XML").read_bytes()
    target = parse_request(document).message.request_id.target
    return document.replace(str(target).encode(), str(system.street_plan[0].esme).encode())


@needs_java
@needs_the_tool
@pytest.mark.java
async def test_a_reading_signed_by_the_tool_is_answered(system: System, corpus: Path) -> None:
    document = await tool("Sign", sample(corpus, "ECS17b_4.1.1_SINGLE_SUCCESS", system))
    acknowledgement = await post(system, document)
    assert parse_response(acknowledgement).message.response_code == "I99"
    await tool("Validate", acknowledgement)

    # the tool puts the time for the counter; what is delivered is about that very request
    response = await delivered(system, parse_request(document).message)
    message = parse_response(response).message
    assert (message.response_code, message.request_id) == ("I0", parse_request(document).message.request_id)
    assert b"GBCSPayload" in await tool("Validate", response)


def supply(system: System) -> Supply:
    """The supply at the first home's electricity meter."""
    meter = system.street.home(system.street_plan[0].chf).devices["ESME"].state
    assert isinstance(meter.supply, Supply)
    return meter.supply


@needs_java
@needs_the_tool
@pytest.mark.java
async def test_a_disablement_signed_by_the_tool_is_executed(system: System, corpus: Path) -> None:
    assert supply(system) is Supply.ON
    transform = await tool("Sign", sample(corpus, "ECS43_7.2_SUCCESS", system))
    offered = await post(system, transform, "serviceT")
    await tool("Validate", offered)
    answer = parse_response(offered).message
    assert answer.response_code == "I0"
    assert answer.gbcs_payload is not None

    request = parse_request(transform).message
    keyring = system.keys.user(system.clock, request.request_id.originator)
    pre_command = sign_message(Message.parse(answer.gbcs_payload), keyring)
    values = {**(request.values or {}), "gbcs_payload": pre_command.encode()}
    final = build_request(replace(request, command_variant=5, values=values))
    acknowledgement = await post(system, await tool("Sign", final, "--preserveCounter"))
    assert parse_response(acknowledgement).message.response_code == "I99"
    await tool("Validate", acknowledgement)

    response = await delivered(system, request)
    assert parse_response(response).message.response_code == "I0"
    await tool("Validate", response)
    assert supply(system) is Supply.OFF


@needs_java
@needs_the_tool
@pytest.mark.java
async def test_the_tool_accepts_what_our_user_sends(system: System) -> None:
    user, esme = system.user, system.street_plan[0].esme
    for variant in ("4.1.1", "7.2"):
        document = signed(system, user, user.draft(variant, esme))
        unsigned = re.sub(
            rb"<ds:Signature.*</ds:Signature>", b"", document.split(b"?>", 1)[-1], flags=re.DOTALL
        )
        assert (await tool("Validate", document)).strip() == unsigned.strip()


SCRIPT = f"""
const {{ BoxedKeyStore, KeyUsage }} = require('{KEYSTORE}');
const [address, backing, device, serial] = process.argv.slice(2);
const shown = (found) => found && {{ eui: found.eui.toString(), serial: found.serial.toString(),
                                     pem: found.certificate.toString() }};
(async () => {{
  const store = await BoxedKeyStore.new(address, undefined, backing);
  try {{
    const lookup = 'certificate';
    const find = async (keyUsage) => (await store.query({{ eui: device, keyUsage, lookup }})).map(shown);
    console.log(JSON.stringify({{
      signs: await find(KeyUsage.digitalSignature), agrees: await find(KeyUsage.keyAgreement),
      organisation: shown(await store.query({{ serial: BigInt(serial), lookup }})),
    }}));
  }} finally {{ await store.cleanup(); }}
}})().catch((error) => {{ console.error(error); process.exit(1); }});
"""


@pytest.fixture
def client() -> Path:
    """The folder that the npm client is installed in."""
    folder = INTEROP / "keystore"
    if shutil.which("node") is None:
        pytest.skip("needs node")
    if not (folder / "node_modules" / KEYSTORE).is_dir():
        pytest.skip(f"needs the client: npm install --prefix .interop/keystore {KEYSTORE}@0.4.2")
    return folder


@pytest.mark.node
async def test_the_keystore_client_finds_the_homes_certificates(
    system: System, client: Path, tmp_path: Path
) -> None:
    esme = system.street_plan[0].esme
    signing = [e.certificate for e in system.keys.organisations if e.use is KeyUse.DIGITAL_SIGNATURE]
    supplier = next(each for each in signing if each.holder == SECOND_SUPPLIER)
    backing = tmp_path / "nothing-known.json"
    backing.write_text("{}")
    script = client / f"client-{os.getpid()}.js"
    script.write_text(SCRIPT)
    try:
        process = await asyncio.create_subprocess_exec(
            "node", script, system.url("SMKI repository") + "/", backing, esme.compact, str(supplier.serial),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, complained = await process.communicate()
    finally:
        script.unlink()
    assert process.returncode == 0, complained.decode()
    found = json.loads(said)
    for name, use in (("signs", KeyUse.DIGITAL_SIGNATURE), ("agrees", KeyUse.KEY_AGREEMENT)):
        (one,) = found[name]
        ours = next(e for e in system.keys.devices if (e.certificate.holder, e.use) == (esme, use))
        assert (one["eui"], one["serial"]) == (esme.compact, str(ours.certificate.serial))
    assert found["organisation"]["serial"] == str(supplier.serial)
    assert Eui64.parse(found["organisation"]["eui"]) == supplier.holder

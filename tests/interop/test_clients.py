"""The public clients, unmodified, against a running system: every variant of the slice, there and back.

For each exchange the request is made from the client's own template, signed by the client, sent by HTTP;
a Pre-Command is signed with the client's key; every answer is held by the client against the schema and
its signature, and parsed. What the device said is then opened with the exported keys.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal

from gbsmart.assembly import FREE_PORTS, Settings, System
from gbsmart.assembly.plan import ACCESS_CONTROL_BROKER, SECOND_SUPPLIER
from gbsmart.assembly.user_keys import entries_of
from gbsmart.duis import build_request, parse_request, parse_response, service_requests, sign
from gbsmart.ground import Eui64
from gbsmart.keys import ORGANISATIONS, XML_SIGNING, Keyring, KeyUse, export_folder
from gbsmart.user import open_message
from gbsmart.user.keyfiles import open_keys

from .clients import INSTALLED, JAR, PUBLIC_KEYS, Client, SigningTool, skip_unless_installed
from .exchanges import EXCHANGES, Exchange

pytestmark = [pytest.mark.java, pytest.mark.node, pytest.mark.timeout(60)]

PACKAGES = "duis-templates, duis-parser, duis-sign-wrap, dccboxed-keystore"


@dataclass(frozen=True)
class Town:
    """A running system and the clients of its Users."""

    key_set: str
    system: System
    tool: SigningTool
    client: Client
    keys: Path
    class_path: str
    keyring: Keyring


@contextmanager
def running(folder: Path, key_set: str, imported: Path | None = None) -> Iterator[Town]:
    """A system on its own keys, exported for the clients, or on the set that they come with."""
    skip_unless_installed()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    users = {str(each.user): f"http://127.0.0.1:{port}/" for each in EXCHANGES}
    settings = Settings(
        data=folder / "data",
        keys=imported,
        receive=users,
        wake_interval=0.1,
        **FREE_PORTS,  # type: ignore[arg-type]
    )
    keys = folder / "keys"
    export_folder(entries_of(map(Eui64.parse, users), settings), keys, private_keys=True)
    with ExitStack() as stack:
        portal = stack.enter_context(start_blocking_portal("asyncio"))
        system = System(settings)
        stack.enter_context(portal.wrap_async_context_manager(system))
        class_path = str(JAR) if imported else os.pathsep.join((str(keys / XML_SIGNING), str(JAR)))
        tool = stack.enter_context(SigningTool(class_path))
        client = stack.enter_context(Client(system.url("SMKI repository") + "/", keys / ORGANISATIONS))
        assert client.do("start", port=port)["templates"] > 200
        yield Town(key_set, system, tool, client, keys, class_path, open_keys(keys, system.clock))


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(keys, marks=pytest.mark.xdist_group(f"interoperability, {keys} keys"))
        for keys in ("generated", "public")
    ],
)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    imported = PUBLIC_KEYS if request.param == "public" else None
    with running(tmp_path_factory.mktemp("system"), request.param, imported) as town:
        yield town


@pytest.mark.corpus
def test_the_public_key_set_as_a_folder(corpus: Path, tmp_path: Path) -> None:
    """A system on the folder of public keys, whose names are those of an exported one."""
    with running(tmp_path, "public", corpus / "keystore") as town:
        for exchange in EXCHANGES:
            if exchange.template in ("ECS17b_4.1.1_SINGLE", "ECS43_7.2"):
                assert carried_out(town, exchange) == "I0"


Recorded = Callable[[str, object], None]


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda each: f"{each.variant} {each.template}")
def test_an_exchange_of_the_public_clients(town: Town, exchange: Exchange, record_property: Recorded) -> None:
    where = f"{exchange.variant:<7} {exchange.template:<30} {PACKAGES}  {town.key_set} keys"
    record_property("interoperability", f"{where}: failed")
    record_property("interoperability", f"{where}: {carried_out(town, exchange)}")


def carried_out(town: Town, exchange: Exchange) -> str:
    """Do an exchange from beginning to end, checking all there is; the last response code."""
    home = town.system.street_plan[0]
    device = exchange.target_in(home)
    made = town.client.do(
        "construct", template=exchange.template, originator=str(exchange.user), target=str(device),
        counter=0, body=exchange.body and exchange.body(home, town.keyring),
    )  # fmt: skip
    request = town.tool.sign(made["xml"])
    counter = parse_request(request.encode()).message.request_id.counter
    answer = accepted(town, exchange, request)
    asked = {"target": str(device), "counter": counter, "count": exchange.delivered}
    for document in town.client.do("delivered", **asked)["documents"]:
        answer = checked(town, document)
        assert answer["header"]["responseCode"] == "I0", document
        payload = parse_response(document.encode()).message.gbcs_payload
        assert payload is not None
        opened = open_message(payload, town.keyring, exchange.user, ACCESS_CONTROL_BROKER)
        assert opened.form
        assert opened.outcome is None or opened.outcome.success
    return str(answer["header"]["responseCode"])


def accepted(town: Town, exchange: Exchange, request: str) -> dict[str, Any]:
    """Send a signed request, by way of Transform where it is critical; its acknowledgement, parsed."""
    service = service_requests()[exchange.variant]
    if not service.critical:
        ending = "serviceD" if service.non_device else "serviceS"
        answer = checked(town, posted(town, ending, request))
        assert answer["header"]["responseCode"] == ("I0" if service.non_device else "I99")
        return answer
    offered = posted(town, "serviceT", request)
    assert checked(town, offered)["header"]["responseCode"] == "I0"
    pre_command = town.client.do("signPreCommand", request=request, answer=offered)["xml"]
    answer = checked(town, posted(town, "serviceS", town.tool.sign(pre_command, "--preserveCounter")))
    assert answer["header"]["responseCode"] == "I99"
    return answer


def posted(town: Town, service: str, document: str) -> str:
    answer = town.client.do("post", url=f"{town.system.url('DCC')}/api/v1/{service}", xml=document)
    assert answer["status"] == 200, answer["body"]
    return str(answer["body"])


def checked(town: Town, document: str) -> dict[str, Any]:
    """A document of the DCC, valid by the schema and its signature in the client's eyes, parsed by it."""
    town.tool.validate(document)
    return town.client.do("parse", xml=document)


def test_the_keystore_client_looks_certificates_up(town: Town) -> None:
    home = town.system.street_plan[0]
    for device, _ in home.devices:
        for use in (KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT):
            ours = [
                str(entry.certificate.serial)
                for entry in town.system.keys.devices
                if (entry.certificate.holder, entry.use) == (device, use)
            ]
            assert town.client.do("certificate", eui=device.compact, use=str(use))["serials"] == ours
    serial = town.keyring.certificate(SECOND_SUPPLIER, KeyUse.KEY_AGREEMENT).serial
    assert town.client.do("bySerial", serial=str(serial))["eui"] == SECOND_SUPPLIER.compact


def programs(language: str) -> list[str]:
    """The programs in a language on the documentation's page for clients."""
    page = (Path(__file__).parents[2] / "docs" / "clients.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def run(folder: Path, *command: object) -> str:
    done = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env={**os.environ, "NODE_PATH": str(INSTALLED)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_documentations_program_for_node(town: Town, tmp_path: Path) -> None:
    (program,) = programs("js")
    (tmp_path / "read.js").write_text(program)
    where = (town.system.url("DCC"), town.system.url("SMKI repository") + "/", town.keys, town.class_path)
    assert run(tmp_path, "node", "read.js", *where).split("\n") == ["I99", "1 certificate of the meter", ""]


def test_the_documentations_program_for_java(town: Town, tmp_path: Path) -> None:
    (program,) = (each for each in programs("java") if "class Read " in each)
    (tmp_path / "Read.java").write_text(program)
    user, home = town.system.user, town.system.street_plan[0]
    (tmp_path / "request.xml").write_bytes(build_request(user.draft("4.1.1", home.esme)))
    command = ("java", "-cp", town.class_path, "Read.java", town.system.url("DCC"), "request.xml")
    printed = run(tmp_path, *command)
    assert "<sr:ResponseCode>I99<" in printed
    assert printed.endswith("SUCCESS\n")


def test_the_tool_accepts_what_our_user_sends(town: Town) -> None:
    user, home = town.system.user, town.system.street_plan[0]
    keyring = town.system.keys.user(town.system.clock, user.user_id)
    for variant in ("4.1.1", "7.2"):
        document = sign(build_request(user.draft(variant, home.esme)), keyring, user.user_id).decode()
        signature = re.compile(r"<ds:Signature.*</ds:Signature>", re.DOTALL)
        assert town.tool.validate(document).strip() == signature.sub("", document.split("?>", 1)[1]).strip()

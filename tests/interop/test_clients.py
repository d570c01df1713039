"""The public clients, unmodified, against a running system: every variant of the slice, there and back.

For each exchange the request is made from the client's own template, signed by the client, sent by HTTP;
a Pre-Command is signed with the client's key; every answer is held by the client against the schema and
its signature, and parsed. What the device said is then opened with the exported keys.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gbsmart.assembly.plan import IMPORT_SUPPLIER, SECOND_SUPPLIER
from gbsmart.duis import build_request, service_requests, sign
from gbsmart.keys import KeyUse

from .clients import INSTALLED, PUBLIC_KEYS, listed
from .exchanges import EXCHANGES, Exchange
from .town import Town, carried_out, checked, made, posted, running

PAGE = Path(__file__).parents[2] / "docs" / "clients.md"
PACKAGES = "npm, Java tool"
"""The client, as the list names it: all the public packages together."""

pytestmark = [pytest.mark.java, pytest.mark.node, pytest.mark.timeout(60)]


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
                assert carried_out(town, exchange).code == "I0"


Recorded = Callable[[str, object], None]


@pytest.mark.parametrize(
    "exchange", EXCHANGES, ids=lambda each: f"{each.variant} {each.template} {each.device}"
)
def test_an_exchange_of_the_public_clients(town: Town, exchange: Exchange, record_property: Recorded) -> None:
    what = (exchange.variant, exchange.template, exchange.device)
    record_property(*listed(*what, "", PACKAGES, town.key_set, "failed"))
    result = carried_out(town, exchange)
    record_property(*listed(*what, result.use_case, PACKAGES, town.key_set, result.code, result.seen))


@pytest.mark.parametrize("variant", dict.fromkeys(each.variant for each in EXCHANGES))
def test_every_type_of_device_that_takes_a_variant_is_asked(variant: str) -> None:
    """Of the types that stand in the home; a stand-alone auxiliary controller and a type 2 device do not."""
    asked = {each.device.upper() for each in EXCHANGES if each.variant == variant}
    service = service_requests()[variant]
    if service.non_device:
        assert asked
    else:
        assert asked == service.device_types - {"SAPC"}


LOCAL_DELIVERY = "ECS17b_4.1.1"
"""The template of Command Variant 2, whose Command comes back to the User."""


def test_every_template_of_these_variants_is_sent(town: Town) -> None:
    variants = {each.variant for each in EXCHANGES}
    sent = {each.template for each in EXCHANGES}
    of_these = {name for name, variant in town.templates.items() if variant in variants}
    assert of_these == {*sent, LOCAL_DELIVERY}


def test_a_command_for_local_delivery_is_refused(town: Town, record_property: Recorded) -> None:
    """The refusal is genuine in the client's eyes."""
    request = made(town, LOCAL_DELIVERY, IMPORT_SUPPLIER, town.home.esme)
    answer = checked(town, posted(town, "serviceD", request))
    assert answer["header"]["responseCode"] == "E17"
    what = ("4.1.1", LOCAL_DELIVERY, "esme", "", PACKAGES, town.key_set, "E17")
    record_property(*listed(*what, "this DCC returns no Commands for local delivery"))


def listing() -> list[str]:
    """The exchanges as the documentation lists them: a row for each variant."""
    rows: dict[str, dict[str, dict[str, None]]] = {}
    for each in EXCHANGES:
        rows.setdefault(each.variant, {}).setdefault(each.template, {})[each.device.upper()] = None
    return [
        f"| `{variant}` | {service_requests()[variant].name} | "
        + "; ".join(f"`{template}` {', '.join(devices)}" for template, devices in rows[variant].items())
        + " |"
        for variant in sorted(rows, key=lambda variant: [*map(int, variant.split("."))])
    ]


def test_the_documentation_lists_the_exchanges() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert (
        re.findall(r"^\| `\d.*", page[page.index("## What the tests carry out") :], re.MULTILINE) == listing()
    )


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
    page = PAGE.read_text(encoding="utf-8")
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


def test_the_documentations_program_for_node(town: Town, tmp_path: Path, record_property: Recorded) -> None:
    (program,) = programs("js")
    (tmp_path / "read.js").write_text(program)
    where = (town.system.url("DCC"), town.system.url("SMKI repository") + "/", town.keys, town.class_path)
    assert run(tmp_path, "node", "read.js", *where).split("\n") == ["I99", "1 certificate of the meter", ""]
    what = ("4.1.1", "ECS17b_4.1.1_SINGLE", "esme", "", "read.js of docs", town.key_set, "I99")
    record_property(*listed(*what, "the acknowledgement is genuine, the certificate found"))


def test_the_documentations_program_for_java(town: Town, tmp_path: Path, record_property: Recorded) -> None:
    (program,) = (each for each in programs("java") if "class Read " in each)
    (tmp_path / "Read.java").write_text(program)
    user, home = town.system.user, town.system.street_plan[0]
    (tmp_path / "request.xml").write_bytes(build_request(user.draft("4.1.1", home.esme)))
    command = ("java", "-cp", town.class_path, "Read.java", town.system.url("DCC"), "request.xml")
    printed = run(tmp_path, *command)
    assert "<sr:ResponseCode>I99<" in printed
    assert printed.endswith("SUCCESS\n")
    what = ("4.1.1", "of our builder", "esme", "", "Read.java of docs", town.key_set, "I99")
    record_property(*listed(*what, "the acknowledgement is genuine"))


def test_the_tool_accepts_what_our_user_sends(town: Town) -> None:
    user, home = town.system.user, town.system.street_plan[0]
    keyring = town.system.keys.user(town.system.clock, user.user_id)
    for variant in ("4.1.1", "7.2"):
        document = sign(build_request(user.draft(variant, home.esme)), keyring, user.user_id).decode()
        signature = re.compile(r"<ds:Signature.*</ds:Signature>", re.DOTALL)
        assert town.tool.validate(document).strip() == signature.sub("", document.split("?>", 1)[1]).strip()

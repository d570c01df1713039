"""What is pasted is recognised and verified; what cannot be read is answered kindly."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gbsmart.console import console_app
from gbsmart.console.documents import Reader
from gbsmart.console.explaining import EXAMPLE
from gbsmart.console.exploring import Explorer, Finding
from gbsmart.console.sources import LedgerJourneys
from gbsmart.duis import build_request, sign_built
from gbsmart.gbcs.utrn import Utrn, ValueClass
from gbsmart.ground import Eui64, InvalidValue, ManualClock
from gbsmart.keys import Certificate, KeyUse, MemoryKeyring
from gbsmart.trust import TestSmki
from gbsmart.trust.parties import TEST_PARTIES, TEST_USERS

from ..duis.examples import read_registers
from .conftest import METER, READ, OneHome, command

NOW = datetime(2026, 1, 15, 18, tzinfo=UTC)
SUPPLIER = TEST_USERS[0].eui


class Trust:
    """A test SMKI, and an explorer that knows its certificates."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        smki = TestSmki.create(self.clock, os.urandom, TEST_PARTIES)
        self.ring = MemoryKeyring(self.clock)
        self.ring.add_entries(smki.entries)
        self.device = smki.device(METER)[0].certificate
        self.authorities = tuple(each.certificate for each in smki.authorities)
        self.explorer = Explorer(Reader(self.ring), self.clock, self.authorities)

    def only(self, text: str) -> Finding:
        (finding,) = self.explorer.explore(text)
        return finding


@pytest.fixture(scope="module")
def trust() -> Trust:
    return Trust()


def said(finding: Finding) -> dict[str, tuple[str, str]]:
    return {check.what: (check.found, check.tone) for check in finding.checks}


@pytest.mark.parametrize("form", ["pem", "der in hex", "der in base64"])
def test_a_certificate_is_recognised_and_held_against_its_authorities(trust: Trust, form: str) -> None:
    certificate = trust.ring.certificate(SUPPLIER, KeyUse.DIGITAL_SIGNATURE)
    text = {
        "pem": certificate.to_pem(),
        "der in hex": certificate.der.hex(" "),
        "der in base64": base64.b64encode(certificate.der).decode(),
    }[form]
    finding = trust.only(text)
    assert finding.kind == "organisation certificate"
    facts = dict(finding.facts)
    assert facts["Holder"] == str(SUPPLIER)
    assert facts["Remote party role"] == "supplier (02)"
    assert facts["Serial number"] == certificate.serial_hex
    assert {what: tone for what, (_, tone) in said(finding).items()} == {
        "Validity": "good", "Path": "good", "Known here": "good",
    }  # fmt: skip


def test_messages_and_documents_lead_to_what_they_are_for(trust: Trust) -> None:
    document = trust.only(build_request(read_registers()).decode())
    assert document.links == (("/reference/service-requests/4.1.1", "What 4.1.1 is for"),)
    message = trust.only(EXAMPLE)
    assert message.links == (("/reference/use-cases/ECS42", "What ECS42 is for"),)


def test_a_device_certificate_leads_to_its_device(trust: Trust) -> None:
    finding = trust.only(trust.device.to_pem())
    assert finding.kind == "device certificate"
    assert finding.links == ((f"/devices/{METER}", "The device's page"),)
    assert said(finding)["Known here"][1] == ""  # this keyring has not heard of it


def test_a_root_is_trusted_and_a_stranger_is_not(trust: Trust) -> None:
    root = next(each for each in trust.authorities if each.subject == each.issuer)
    assert said(trust.only(root.to_pem()))["Path"] == ("it is a root that is trusted here", "good")
    stranger = Trust().device
    assert said(trust.only(stranger.to_pem()))["Path"][1] == "bad"


def test_a_certificate_that_ended_is_not_in_force(trust: Trust) -> None:
    late = Explorer(trust.explorer.reader, ManualClock(NOW + timedelta(days=36_500)), trust.authorities)
    certificate: Certificate = trust.ring.certificate(SUPPLIER, KeyUse.DIGITAL_SIGNATURE)
    (finding,) = late.explore(certificate.to_pem())
    assert said(finding)["Validity"][1] == "bad"


def test_several_certificates_are_several_findings(trust: Trust) -> None:
    text = "\n".join(each.to_pem() for each in trust.authorities)
    assert [each.kind for each in trust.explorer.explore(text)] == ["authority certificate"] * len(
        trust.authorities
    )


def test_a_signed_request_is_verified_and_read(trust: Trust) -> None:
    document = sign_built(build_request(read_registers()), trust.ring, SUPPLIER)
    finding = trust.only(document.decode())
    assert finding.kind == "DUIS Request"
    assert finding.title == "4.1.1 Read Instantaneous Import Registers"
    assert dict(finding.facts)["Command Variant"] == "1"
    assert said(finding)["XML signature"] == (f"valid, by {SUPPLIER}", "good")
    changed = trust.only(document.decode().replace(":1000<", ":1001<"))
    assert said(changed)["XML signature"][1] == "bad"
    unsigned = trust.only(build_request(read_registers()).decode())
    assert said(unsigned)["XML signature"] == ("absent", "")


def test_a_request_that_breaks_the_schema_says_where(trust: Trust) -> None:
    document = build_request(read_registers()).decode().replace("CommandVariant", "CommandVariety")
    finding = trust.only(document)
    assert finding.title == "A DUIS Request that breaks the schema"
    assert "CommandVariant" in said(finding)["Schema"][0]


def test_a_utrn_is_taken_apart(trust: Trust) -> None:
    utrn = Utrn(513, ValueClass.POUNDS, 25, b"\x01\x02\x03\x04")
    for text in (str(utrn), " ".join(str(utrn)[at : at + 4] for at in range(0, 20, 4))):
        finding = trust.only(text)
        assert (finding.kind, finding.title) == ("UTRN", "A top-up of £25.00")
    mistyped = str(utrn)[:-1] + str((int(str(utrn)[-1]) + 1) % 10)
    assert said(trust.only(mistyped))["UTRN"][1] == "bad"


def test_a_code_says_what_it_means_and_what_to_do(trust: Trust) -> None:
    finding = trust.only("e48")
    assert finding.kind == "Response code"
    assert "trailing null octet" in dict(finding.facts)["Means"]
    assert dict(finding.facts)["What to do"] == "transform again"
    assert dict(finding.facts)["How sure"].startswith("assumed")
    alert = trust.only("N13")
    assert (alert.kind, dict(alert.facts)["With the response code"]) == ("DCC Alert", "E21")
    assert trust.only("8F3F").kind == trust.only("0x8F3F").kind == "Alert code of a device"
    with pytest.raises(InvalidValue, match="no table has the code E9999"):
        trust.only("E9999")


def test_identifiers_lead_to_their_pages(trust: Trust) -> None:
    assert trust.only(str(READ)).links == ((f"/requests/{READ}", "Its journey"),)
    addresses = [address for address, _ in trust.only(str(METER)).links]
    assert addresses == [f"/requests?q=device:{METER}", f"/requests?q=user:{METER}", f"/devices/{METER}"]
    assert trust.only(str(METER)).kind == "EUI-64"


def test_a_gbcs_message_is_still_a_gbcs_message(trust: Trust) -> None:
    finding = trust.only(command().encode().hex())
    assert finding.kind == "GBCS message"
    assert finding.title.startswith("ECS17b command")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "certificate"),
        ("-----BEGIN CERTIFICATE-----\nMIIB", "without its end"),
        ("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----", "not a certificate"),
        ("3082" + "00" * 40, "certificate"),
        ("hello world!", "neither hex, nor XML, nor base64"),
        ("hello world", "neither hex, nor XML, nor base64"),
        ("DF0", "hex digits"),
        ("", "nothing to explain"),
    ],
)
def test_what_is_nothing_of_the_kind_says_so(trust: Trust, text: str, says: str) -> None:
    with pytest.raises(InvalidValue, match=says):
        trust.explorer.explore(text)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def browser(journeys: LedgerJourneys, trust: Trust) -> AsyncIterator[httpx.AsyncClient]:
    app = console_app(OneHome(), journeys, keyring=trust.ring, authorities=trust.authorities)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as found:
        yield found


@pytest.mark.anyio
async def test_a_private_key_is_neither_read_nor_shown(browser: httpx.AsyncClient) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    answer = await browser.post("/explain", data={"message": pem})
    assert answer.status_code == 400
    assert "private key" in answer.text
    assert pem.splitlines()[1] not in answer.text


@pytest.mark.anyio
async def test_the_page_shows_a_certificate(browser: httpx.AsyncClient, trust: Trust) -> None:
    pem = trust.ring.certificate(SUPPLIER, KeyUse.KEY_AGREEMENT).to_pem()
    page = (await browser.post("/explain", data={"message": pem})).text
    assert "Organisation certificate" in page
    assert "keyAgreement" in page
    twin = (await browser.post("/explain.json", data={"message": pem})).json()
    assert twin["facts"]["Holder"] == str(SUPPLIER)
    assert Eui64.parse(twin["facts"]["Holder"]) == SUPPLIER

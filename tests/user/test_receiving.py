"""Deliveries: verified, stored once, kept over a restart, and handed to whoever waits."""

from __future__ import annotations

import asyncio
import gzip
import sqlite3
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from gbsmart.duis import RequestId, Response, acknowledgement, build_response
from gbsmart.keys import MemoryKeyring
from gbsmart.keys.exchange import private_key_pem
from gbsmart.user import AsyncUser, CannotListen, Inbox, Journal, ReceiveAt, ReceiveService

from .conftest import CLOCK
from .dcc import ACB, ESME, GSME, SUPPLIER, Dcc

Run = Callable[..., None]
OTHER_USER = RequestId.parse("90-B3-D5-1F-30-03-00-00:00-DB-12-34-56-78-90-A0:1").originator


def power_outage(number: int = 1) -> Response:
    event = {
        "comms_hub_device_id": ESME,
        "start_date_time": datetime(2026, 1, 1, tzinfo=UTC),
        "mpxn": "1234567890123",
    }
    return Response(
        "I0",
        CLOCK.now(),
        "DCCAlertMessage",
        {"dcc_alert_code": "AD1", "dcc_alert": {"power_outage_event": event}},
        response_id=RequestId(ACB, SUPPLIER, number),
    )


def test_alerts_are_handed_out_as_they_come_and_once(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        await dcc.deliver(dcc.signed(power_outage(1)))  # before anyone listens
        first, second = dcc.signed(power_outage(2)), dcc.signed(power_outage(3))
        coming = user.messages(since=0)
        seen = [await anext(coming)]
        waiting = asyncio.ensure_future(anext(coming))
        await asyncio.sleep(0)
        for document in (first, first, second):
            assert await dcc.deliver(document) == 204
        seen += [await waiting, await anext(coming)]
        assert [each.response.response_id.counter for each in seen] == [1, 2, 3]  # type: ignore[union-attr]
        assert {each.alert_code for each in seen} == {"AD1"}
        assert {each.signer.holder for each in seen if each.signer} == {ACB}
        assert await user.open(seen[0]) is None

    talk(conversation)


def test_an_alert_is_about_the_request_it_names_not_about_its_own_id(talk: Run) -> None:
    """N62: the CoS Party tells of a request of the User's, under an id of its own."""
    asked = RequestId(SUPPLIER, ESME, 7)
    cos_party = RequestId(OTHER_USER, ESME, 1)
    alert = {"alert_id": cos_party, "request_id": asked, "ecos_alert_code": "E1", "device_id": ESME}

    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        for told in (alert, {name: value for name, value in alert.items() if name != "request_id"}):
            document = dcc.signed(
                Response(
                    "I0",
                    CLOCK.now(),
                    "DCCAlertMessage",
                    {"dcc_alert_code": "N62", "dcc_alert": {"ecos_alert": told}},
                    response_id=RequestId(ACB, SUPPLIER, 1 + len(told)),
                )
            )
            assert await dcc.deliver(document) == 204
        coming = user.messages(since=0)
        assert [(await anext(coming)).about for _ in range(2)] == [asked, None]

    talk(conversation)


def test_what_is_not_a_signed_response_to_this_user_is_turned_away(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        alert = power_outage()
        to_another = replace(alert, response_id=RequestId(ACB, OTHER_USER, 1))
        assert await dcc.deliver(b"<no") == 400
        assert await dcc.deliver(build_response(alert)) == 400
        assert await dcc.deliver(dcc.signed(alert).replace(b"AD1", b"N13")) == 400
        assert await dcc.deliver(dcc.signed(to_another)) == 400
        assert user.journal.last_number(SUPPLIER) == 0

    talk(conversation)


def test_a_compressed_delivery_is_inflated_within_bounds(talk: Run) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        async def deliver(content: bytes) -> int:
            headers = {"Content-Encoding": "gzip"}
            async with httpx.AsyncClient(verify=False) as client:
                return (await client.post(user.receive_url, content=content, headers=headers)).status_code

        assert await deliver(gzip.compress(dcc.signed(power_outage()))) == 204
        assert await deliver(gzip.compress(bytes(17 << 20))) == 413
        assert await deliver(b"not gzip at all") == 400

    talk(conversation)


def test_messages_and_counters_outlive_the_process(
    tmp_path: Path, user_keys: MemoryKeyring, dcc: Dcc
) -> None:
    document = dcc.signed(power_outage())

    def session() -> tuple[object, int, int]:
        journal = Journal(tmp_path / "journal.db")
        inbox = Inbox(SUPPLIER, ACB, user_keys, journal, CLOCK)
        taken = inbox.take(document)
        counter = journal.next_counter(SUPPLIER, datetime(2026, 1, 1, tzinfo=UTC))
        last = journal.last_number(SUPPLIER)
        journal.close()
        return taken is None, last, counter

    assert [session(), session()] == [(False, 1, 1767225600000), (True, 1, 1767225600001)]


def test_a_stored_message_outlives_the_certificate_that_signed_it(
    user_keys: MemoryKeyring, dcc: Dcc, tmp_path: Path
) -> None:
    request_id = RequestId(SUPPLIER, ESME, 7)
    journal = Journal(tmp_path / "journal.db")
    inbox = Inbox(SUPPLIER, ACB, user_keys, journal, CLOCK)
    response = acknowledgement(request_id, "4.1.1", "I0", CLOCK.now(), gbcs_payload=b"")
    taken = inbox.take(dcc.signed(response))
    assert inbox.about(request_id) == [taken]
    later = Inbox(SUPPLIER, ACB, MemoryKeyring(CLOCK), journal, CLOCK)
    assert later.about(request_id) == [replace(taken, signer=None)]
    journal.close()


@pytest.fixture
def server_certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receive service")])
    address = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(CLOCK.now() - timedelta(days=1))
        .not_valid_after(CLOCK.now() + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    certificate, private_key = tmp_path / "server.pem", tmp_path / "server.key"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private_key.write_text(private_key_pem(key))
    return certificate, private_key


def test_deliveries_may_come_by_https_with_a_certificate_of_the_sender(
    talk: Run, server_certificate: tuple[Path, Path]
) -> None:
    certificate, private_key = server_certificate

    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        assert user.receive_url.startswith("https://")
        dcc.verify = ssl.create_default_context(cafile=str(certificate))
        with pytest.raises(httpx.TransportError):  # the DCC shows no certificate
            await dcc.deliver(dcc.signed(power_outage()))
        dcc.verify.load_cert_chain(certificate, private_key)
        assert (await user.read(ESME)).response_code == "I0"

    at = ReceiveAt(certificate=certificate, private_key=private_key, client_authorities=certificate)
    talk(conversation, receive=at)


def test_counters_rise_whatever_the_clock_does() -> None:
    journal = Journal()
    late, early = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    counters = [journal.next_counter(SUPPLIER, when) for when in (late, early, early, late)]
    assert counters == sorted(set(counters))
    assert journal.next_counter(OTHER_USER, early) < counters[0]


def test_top_ups_have_a_space_of_their_own() -> None:
    journal = Journal()
    now = datetime(2026, 1, 1, tzinfo=UTC)
    ordinary = journal.next_counter(SUPPLIER, now)
    counters = [journal.next_top_up_counter(SUPPLIER, device) for device in (ESME, ESME, GSME)]
    assert counters == [1 << 32, 2 << 32, 1 << 32]  # for each device, because a UTRN holds ten bits of it
    assert journal.next_counter(SUPPLIER, now) == ordinary + 1


def test_a_port_that_is_taken_is_said_so(talk: Run, user_keys: MemoryKeyring) -> None:
    async def conversation(user: AsyncUser, dcc: Dcc) -> None:
        port = int(user.receive_url.rsplit(":", 1)[1].rstrip("/"))
        with pytest.raises(CannotListen, match=f"cannot listen on 127.0.0.1:{port}"):
            await ReceiveService(user.inbox, ReceiveAt(port=port)).start()
        late = AsyncUser(dcc.url, SUPPLIER, user_keys, receive=ReceiveAt(port=port))
        with pytest.raises(CannotListen):
            await late.__aenter__()
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            late.journal.last_number(SUPPLIER)

    talk(conversation)

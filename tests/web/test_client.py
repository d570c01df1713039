"""Calling others: over https with certificates on both sides, and why there was no answer."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from gbsmart.ground import InvalidValue
from gbsmart.keys.exchange import private_key_pem
from gbsmart.web.client import NO_ANSWER, ClientTls, client_builder, reason_of
from gbsmart.web.hosting import Tls, address_of, bind, serving


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Files(NamedTuple):
    """PEM files of an authority, and of a certificate for 127.0.0.1 that it issued."""

    authority: Path
    certificate: Path
    key: Path


@pytest.fixture
def files(tmp_path: Path) -> Files:
    now = datetime.now(UTC)
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root, name = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in ("root", "here"))

    def certificate(subject: x509.Name, public_key: ec.EllipticCurvePublicKey, ca: bool) -> bytes:
        built = (
            x509.CertificateBuilder(root, subject, public_key, x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if not ca:
            address = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
            built = built.add_extension(address, critical=False)
        return built.sign(root_key, SHA256()).public_bytes(Encoding.PEM)

    made = Files(tmp_path / "root.pem", tmp_path / "here.pem", tmp_path / "here.key")
    made.authority.write_bytes(certificate(root, root_key.public_key(), ca=True))
    made.certificate.write_bytes(certificate(name, key.public_key(), ca=False))
    made.key.write_text(private_key_pem(key))
    return made


async def _hello(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def said(url: str, tls: ClientTls | None = None, seconds: float = 5) -> str:
    """What is said at ``url``, or why there was no answer."""
    async with client_builder(tls).timeout(timedelta(seconds=seconds)).build() as client:
        try:
            answer = await client.get(url).build().send()
            return await answer.text()
        except NO_ANSWER as problem:
            return reason_of(problem)


@pytest.mark.anyio
async def test_over_https_both_sides_prove_who_they_are(files: Files) -> None:
    listening = bind("127.0.0.1", 0, "the test")
    url = address_of(listening, "https")
    app = Starlette(routes=[Route("/", _hello)])
    with_certificate = ClientTls(files.authority, files.certificate, files.key)
    async with serving((app, listening), tls=Tls(files.certificate, files.key, files.authority)):
        assert await said(url, with_certificate) == "hello"
        assert await said(url) == "invalid peer certificate: UnknownIssuer"
        assert await said(url, ClientTls(files.authority)) != "hello"  # it shows no certificate


@pytest.mark.anyio
async def test_the_certificate_and_its_key_may_be_one_file(files: Files) -> None:
    listening = bind("127.0.0.1", 0, "the test")
    app = Starlette(routes=[Route("/", _hello)])
    files.certificate.write_text(files.certificate.read_text() + files.key.read_text())
    async with serving((app, listening), tls=Tls(files.certificate, files.key, files.authority)):
        url = address_of(listening, "https")
        assert await said(url, ClientTls(files.authority, files.certificate)) == "hello"


@pytest.mark.parametrize("octets", [None, b"-----BEGIN CERTIFICATE-----\nAAA\n", b"no PEM"])
def test_tls_files_that_cannot_be_read_are_said_so(octets: bytes | None, files: Files) -> None:
    if octets is None:
        files.certificate.unlink()
    else:
        files.certificate.write_bytes(octets)
    with pytest.raises(InvalidValue, match=r"the TLS files cannot be read: .") as raised:
        client_builder(ClientTls(None, files.certificate))
    assert octets is not None or "No such file or directory: " in str(raised.value)


Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.close()


async def _breaks_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\nabc")
    writer.close()


async def _says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("peer", "reason"),
    [
        (_hangs_up, "connection closed before message completed"),
        (_breaks_off, "end of file before message length reached"),
        (_says_nothing, "no answer in time"),
    ],
)
async def test_why_there_was_no_answer(peer: Peer, reason: str) -> None:
    async with await asyncio.start_server(peer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await said(f"http://127.0.0.1:{port}/", seconds=0.3) == reason


@pytest.mark.anyio
async def test_why_there_was_no_connection() -> None:
    with bind("127.0.0.1", 0, "the test") as free:
        url = address_of(free)
    assert await said(url) == "Connection refused"
    assert await said("127.0.0.1") == "relative URL without a base"
    assert await said("ftp://127.0.0.1/") == "URL scheme is not allowed"


@pytest.mark.anyio
async def test_a_program_may_end_with_its_last_answer() -> None:
    """Its client's thread is not torn out of the interpreter, which would abort the process."""
    program = (
        "import asyncio, sys\n"
        "from gbsmart.web.client import client_builder\n"
        "async def main():\n"
        "    async with client_builder().build() as client:\n"
        "        answer = await client.get(sys.argv[1]).build().send()\n"
        "        assert await answer.text() == 'hello'\n"
        "asyncio.run(main())\n"
    )
    listening = bind("127.0.0.1", 0, "the test")
    app = Starlette(routes=[Route("/", _hello)])
    async with serving((app, listening)):
        command = (sys.executable, "-c", program, address_of(listening))
        running = [await asyncio.create_subprocess_exec(*command) for _ in range(8)]
        assert [await each.wait() for each in running] == [0] * 8

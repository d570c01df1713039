"""``gbsmart duis``: validate, sign, verify, send."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from gbsmart.duis import Request, RequestId, acknowledgement, build_request, build_response, parse_request
from gbsmart.duis import sign as sign_document
from gbsmart.ground import NOW, Eui64, SystemClock
from gbsmart.user import open_keys

from .conftest import ESME, SUPPLIER, Cli

ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
REQUEST_ID = RequestId(SUPPLIER, ESME, 1000)


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    path = tmp_path / "request.xml"
    path.write_bytes(build_request(Request(REQUEST_ID, 1, "4.1.1", {"execution_date_time": NOW})))
    return path


def test_validate_says_what_a_document_is(cli: Cli, request_file: Path) -> None:
    ran = cli("duis", "validate", request_file, "--json")
    assert ran.code == 0
    (result,) = ran.json
    assert result["valid"]
    assert (result["document"], result["variant"], result["command_variant"]) == ("Request", "4.1.1", 1)
    assert result["request_id"] == str(REQUEST_ID)
    assert (result["declared"], result["signed"], result["official_schema_valid"]) == (True, False, None)
    assert "valid Request 4.1.1" in cli("duis", "validate", request_file).out


def test_the_schema_is_written_with_the_one_it_imports(cli: Cli, request_file: Path, tmp_path: Path) -> None:
    ran = cli("duis", "schema", "--out", tmp_path / "schema", "--json")
    assert ran.code == 0
    duis_file, signature_file = map(Path, ran.json["files"])
    assert (duis_file.name, signature_file.name) == ("duis-5.4.xsd", "xmldsig-core-schema.xsd")
    compiled = etree.XMLSchema(etree.parse(duis_file))
    assert compiled.validate(etree.parse(request_file))
    assert cli("duis", "schema").out == duis_file.read_text()


def test_the_schema_of_an_earlier_version_is_written_as_assumed(cli: Cli, tmp_path: Path) -> None:
    ran = cli("duis", "schema", "--version", "5.1", "--out", tmp_path)
    assert ran.code == 0
    path = Path(ran.out.split()[0])
    assert path.name == "duis-5.1.xsd"
    assert "Assumed" in path.read_text()
    assert "LimitAPCLevel" not in path.read_text(), "7.16 came later (basis: M)"
    unknown = cli("duis", "schema", "--version", "4.0")
    assert unknown.code != 0
    assert "is not a DUIS version" in unknown.err


def test_an_invalid_document_is_named_with_its_fault(cli: Cli, request_file: Path) -> None:
    good = request_file.read_bytes()
    ran = cli("duis", "validate", request_file, "-", "--json", stdin=good.replace(b"4.1.1", b"4.1.9"))
    assert ran.code == 1
    assert [result["valid"] for result in ran.json] == [True, False]
    assert "not a Service Reference Variant" in ran.json[1]["error"]["message"]
    assert ran.json[1]["error"]["where"].endswith("ServiceReferenceVariant")


def test_a_document_is_signed_and_its_signer_named(
    cli: Cli, request_file: Path, keys: Path, tmp_path: Path
) -> None:
    out = tmp_path / "signed.xml"
    signed = cli("duis", "sign", request_file, "--keys", keys, "--out", out, "--json")
    assert signed.code == 0
    assert (signed.json["signer"], signed.json["document"]) == (str(SUPPLIER), None)
    ran = cli("duis", "verify", out, "--keys", keys, "--json")
    assert ran.code == 0
    (result,) = ran.json
    assert (result["verified"], result["signer"], result["role"]) == (True, str(SUPPLIER), "xml_sign")
    assert result["serial"] == signed.json["serial"]
    assert parse_request(out.read_bytes()).message.request_id == REQUEST_ID
    printed = cli("duis", "sign", request_file, "--keys", keys).out
    assert cli("duis", "verify", "-", "--keys", keys, stdin=printed.encode()).code == 0


def test_what_is_not_signed_or_was_changed_does_not_verify(cli: Cli, request_file: Path, keys: Path) -> None:
    plain = cli("duis", "verify", request_file, "--keys", keys)
    assert (plain.code, plain.out.strip()) == (
        1,
        f"{request_file}: not verified: the document is not signed.",
    )
    signed = cli("duis", "sign", request_file, "--keys", keys).out.replace(":1000", ":1001")
    changed = cli("duis", "verify", "-", "--keys", keys, "--json", stdin=signed.encode())
    assert (changed.code, changed.json[0]["error"]["kind"]) == (1, "DigestMismatch")


class Peer(http.server.BaseHTTPRequestHandler):
    """Acknowledges with the code that its server was given."""

    def do_POST(self) -> None:
        server = self.server
        server.got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(server.answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def peer() -> Iterator[http.server.HTTPServer]:
    server = http.server.HTTPServer(("127.0.0.1", 0), Peer)
    server.got = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def answer(code: str, keys: Path, about: RequestId = REQUEST_ID) -> bytes:
    document = build_response(acknowledgement(about, "4.1.1", code, datetime(2026, 1, 1, tzinfo=UTC)))
    return document if code[0] == "E" else sign_document(document, open_keys(keys, SystemClock()), ACB)


def test_send_signs_posts_and_reads_the_acknowledgement(
    cli: Cli, request_file: Path, keys: Path, peer: http.server.HTTPServer
) -> None:
    to = ("--to", f"http://127.0.0.1:{peer.server_port}", "--keys", keys)
    peer.answer = answer("I99", keys)
    ran = cli("duis", "send", request_file, *to, "--json")
    assert ran.code == 0
    assert (ran.json["response_code"], ran.json["service"]) == ("I99", "serviceS")
    assert ran.json["signer"] == str(ACB)
    ((path, body),) = peer.got
    assert path == "/api/v1/serviceS"
    assert cli("duis", "verify", "-", "--keys", keys, stdin=body).code == 0
    peer.answer = answer("E2", keys)
    refused = cli("duis", "send", request_file, *to, "--json")
    assert (refused.code, refused.json["refused"], refused.json["assumed"]) == (1, True, False)


def test_an_acknowledgement_of_another_request_is_none(
    cli: Cli, request_file: Path, keys: Path, peer: http.server.HTTPServer
) -> None:
    peer.answer = answer("I99", keys, REQUEST_ID._replace(counter=7))
    to = f"http://127.0.0.1:{peer.server_port}"
    ran = cli("duis", "send", request_file, "--to", to, "--keys", keys, "--json")
    assert ran.code == 1
    assert ran.json["error"]["kind"] == "UnexpectedAnswer"


def test_send_to_nobody_is_exit_code_4(
    cli: Cli, request_file: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from gbsmart.user import interface

    hasty = interface.Patience(attempts=1, first_delay=timedelta())
    monkeypatch.setattr(interface, "Patience", lambda: hasty)
    ran = cli("duis", "send", request_file, "--keys", keys, "--to", "http://127.0.0.1:1", "--json")
    assert ran.code == 4
    assert ran.json["error"]["kind"] == "Unreachable"


# --- with the public test data ---


@pytest.mark.corpus
def test_real_requests_validate_against_both(cli: Cli, corpus: Path) -> None:
    files = sorted((corpus / "duis-requests").glob("ECS*.XML"))[:20]
    ran = cli("duis", "validate", *files, "--schema", corpus / "schema", "--json")
    assert ran.code == 0
    assert [result["official_schema_valid"] for result in ran.json] == [True] * len(files)


@pytest.mark.corpus
def test_a_real_response_is_the_dccs_and_a_bad_one_is_not(cli: Cli, corpus: Path) -> None:
    good, bad = (corpus / f"duis-responses/readfw-response{kind}.xml" for kind in ("", "-badsignature"))
    ran = cli("duis", "verify", good, bad, "--keys", corpus / "keystore", "--json")
    assert ran.code == 1
    assert [result["verified"] for result in ran.json] == [True, False]
    assert (ran.json[0]["signer"], ran.json[0]["role"]) == (str(ACB), "dsp_xml_sign")

"""The repository's two web services, in the form existing clients read."""

from __future__ import annotations

import asyncio
import base64
import random
from datetime import UTC, datetime

import httpx
import pytest
from lxml import etree
from starlette.applications import Starlette

from gbsmart.ground import Eui64, InvalidValue, ManualClock, NotFound
from gbsmart.keys import TEST_SET, Certificate, ValidityPolicy
from gbsmart.trust import CertificateStatus, LodgedCertificate, MemoryRepository, TestSmki, repository_app

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SMKI = TestSmki.create(ManualClock(NOW), random.Random(1).randbytes)
DEVICE = Eui64.parse("00-DB-12-34-56-78-90-A4")
ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
SIGNS, AGREES = (entry.certificate for entry in SMKI.device(DEVICE))
SEARCH, RETRIEVE = "/services/certificatesearch?apikey=any", "/services/retrievecertificate?apikey=any"


def repository(clock: ManualClock | None = None, policy: ValidityPolicy | None = None) -> MemoryRepository:
    clock = clock or ManualClock(NOW)
    made = MemoryRepository(clock) if policy is None else MemoryRepository(clock, policy)
    made.lodge_all(entry.certificate for entry in SMKI.key_set().entries)
    made.lodge(LodgedCertificate(SIGNS, CertificateStatus.PENDING, manufacturing=True))
    made.lodge(LodgedCertificate(AGREES))
    return made


@pytest.fixture
def app() -> Starlette:
    return repository_app(repository(), clock=ManualClock(NOW))


def search(content: str) -> str:
    return f"<CertificateSearchRequest>{content}</CertificateSearchRequest>"


def retrieve(serial: str) -> str:
    return f"<CertificateDataRequest><CertificateSerial>{serial}</CertificateSerial></CertificateDataRequest>"


def post(app: Starlette, path: str, body: str | bytes, status: int = 200) -> etree._Element:
    answer = asyncio.run(send(app, path, body))
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].partition(";")[0] == "application/xml"
    root = etree.fromstring(answer.content)
    assert root.findtext("ResponseCode") == str(status)
    return root


async def send(app: Starlette, path: str, body: str | bytes) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://repository") as client:
        return await client.post(path, content=body, headers={"content-type": "application/xml"})


def children(element: etree._Element | None) -> list[tuple[str, str | None]]:
    assert element is not None
    return [(str(child.tag), child.text) for child in element]


def test_search_for_a_device(app: Starlette) -> None:
    declaration = '<?xml version="1.0" encoding="utf-8"?>'
    name = f"<CertificateSubjectAltName>{DEVICE}</CertificateSubjectAltName>"
    root = post(app, SEARCH, declaration + search(name))
    assert root.tag == "CertificateSearchResponse"
    assert root.findtext("ResponseMessage") == "Success"
    assert root.findtext("AuditReference") == "AR-20260301-000001"
    assert [children(result) for result in root.findall("Result")] == [
        [
            ("CertificateSerial", SIGNS.serial_hex),
            ("CertificateSubjectAltName", "00-DB-12-34-56-78-90-A4"),
            ("CertificateStatus", "P"),
            ("CertificateUsage", "DS"),
            ("ManufacturingFlag", "true"),
        ],
        [
            ("CertificateSerial", AGREES.serial_hex),
            ("CertificateSubjectAltName", "00-DB-12-34-56-78-90-A4"),
            ("CertificateStatus", "I"),
            ("CertificateUsage", "KA"),
            ("ManufacturingFlag", "false"),
        ],
    ]


def test_search_for_an_organisation_in_lower_case(app: Starlette) -> None:
    name = f"<CertificateSubjectName>{str(ACB).lower()}</CertificateSubjectName>"
    root = post(app, SEARCH, search(name))
    found = [
        (result.findtext("CertificateUsage"), result.findtext("CertificateRole"))
        for result in root.findall("Result")
    ]
    assert found == [("DS", "4"), ("KA", "4"), ("DS", "137")]
    narrower = search(name + "<CertificateUsage>DS</CertificateUsage><CertificateRole>4</CertificateRole>")
    (only,) = post(app, SEARCH, narrower).findall("Result")
    assert only.findtext("CertificateSubjectName") == str(ACB)


def test_a_device_is_not_an_organisation(app: Starlette) -> None:
    post(app, SEARCH, search(f"<CertificateSubjectName>{DEVICE}</CertificateSubjectName>"), 402)
    post(app, SEARCH, search(f"<CertificateSubjectAltName>{ACB}</CertificateSubjectAltName>"), 402)


@pytest.mark.parametrize("write", [str.upper, str.lower])
def test_retrieve_by_serial(app: Starlette, write: object) -> None:
    assert callable(write)
    root = post(app, RETRIEVE, retrieve(write(AGREES.serial_hex)))
    assert root.tag == "CertificateDataResponse"
    certificate = root.find("CertificateResponse")
    assert certificate is not None
    assert [tag for tag, _ in children(certificate)] == [
        "CertificateSubjectAltName",
        "CertificateSerial",
        "CertificateStatus",
        "CertificateBody",
        "CertificateUsage",
        "ManufacturingFlag",
    ]
    body = base64.b64decode(certificate.findtext("CertificateBody") or "")
    assert Certificate.from_der(body) == AGREES


def test_an_authority_is_retrieved_by_serial(app: Starlette) -> None:
    issuing = SMKI.organisation_issuing.certificate
    certificate = post(app, RETRIEVE, retrieve(issuing.serial_hex)).find("CertificateResponse")
    assert certificate is not None
    assert certificate.findtext("CertificateSubjectName") == "CN=G1,OU=07"
    assert certificate.findtext("CertificateRole") == "7"


ENTITY = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
FAULTY = {
    "empty": "",
    "not XML": "certificate please",
    "another request": "<CertificateDataRequest/>",
    "no name": search(""),
    "both names": search(
        f"<CertificateSubjectName>{ACB}</CertificateSubjectName>"
        f"<CertificateSubjectAltName>{ACB}</CertificateSubjectAltName>"
    ),
    "not an EUI-64": search("<CertificateSubjectName>90-B3</CertificateSubjectName>"),
    "an entity": ENTITY + search("<CertificateSubjectName>&e;</CertificateSubjectName>"),
    "a document type": ENTITY + search(f"<CertificateSubjectName>{ACB}</CertificateSubjectName>"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_faulty_searches_are_refused(app: Starlette, name: str) -> None:
    root = post(app, SEARCH, FAULTY[name], 401)
    assert root.find("Result") is None
    assert "root:" not in etree.tostring(root, encoding="unicode")


def test_faulty_and_vain_retrievals(app: Starlette) -> None:
    post(app, RETRIEVE, retrieve("0x12"), 401)
    post(app, RETRIEVE, retrieve(""), 401)
    post(app, RETRIEVE, retrieve("00"), 402)
    post(app, RETRIEVE, b" " * 70_000, 413)


def test_only_known_api_keys_where_they_are_asked_for() -> None:
    app = repository_app(repository(), api_keys={"one"})
    body = retrieve(AGREES.serial_hex)
    post(app, "/services/retrievecertificate?apikey=one", body)
    post(app, "/services/retrievecertificate?apikey=two", body, 403)
    post(app, "/services/retrievecertificate", body, 403)


def status_of(repository: MemoryRepository, certificate: Certificate) -> CertificateStatus:
    lodged = asyncio.run(repository.by_serial(certificate.serial))
    assert lodged is not None
    return lodged.status


def test_certificates_expire_by_the_clock_unless_the_set_is_a_test_set() -> None:
    organisation = SMKI.entries[0].certificate
    for policy, status in ((None, CertificateStatus.EXPIRED), (TEST_SET, CertificateStatus.IN_USE)):
        clock = ManualClock(NOW)
        lodged = repository(clock, policy)
        clock.set(organisation.not_after)
        assert status_of(lodged, organisation) is CertificateStatus.IN_USE
        clock.advance(seconds=1)
        assert status_of(lodged, organisation) is status
        assert status_of(lodged, AGREES) is CertificateStatus.IN_USE  # devices' never end


def test_a_status_changes_and_a_stranger_has_none() -> None:
    lodged = repository()
    lodged.set_status(AGREES, CertificateStatus.REVOKED)
    assert status_of(lodged, AGREES) is CertificateStatus.REVOKED
    stranger = SMKI.device(DEVICE)[0].certificate
    with pytest.raises(NotFound):
        lodged.set_status(stranger, CertificateStatus.REVOKED)


def test_two_certificates_cannot_share_a_serial_number() -> None:
    again = TestSmki.create(ManualClock(NOW), random.Random(1).randbytes)
    lodged = repository()
    lodged.lodge_all([again.entries[0].certificate])  # the same, octet for octet
    later = TestSmki.create(ManualClock(datetime(2027, 1, 1, tzinfo=UTC)), random.Random(1).randbytes)
    assert later.entries[0].certificate.serial == again.entries[0].certificate.serial
    with pytest.raises(InvalidValue, match="serial"):
        lodged.lodge_all([later.entries[0].certificate])


def test_a_device_s_new_certificate_puts_the_one_before_out_of_use() -> None:
    held = repository()
    new, _ = (entry.certificate for entry in SMKI.device(DEVICE))
    held.supersede(new)
    assert [status_of(held, each) for each in (SIGNS, AGREES, new)] == ["N", "I", "I"]

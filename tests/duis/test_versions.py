"""Versions of DUIS side by side: what an earlier one does not have is refused in it, or told by N999."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import etree

from gbsmart.duis import (
    NotSpoken,
    Request,
    RequestId,
    Response,
    acknowledgement,
    build_carried,
    build_request,
    build_response,
    check_spoken,
    parse_request,
    parse_response,
    parse_xml,
    read_request,
    served_versions,
    versions,
)
from gbsmart.duis.changes import (
    ContentChanged,
    ElementAdded,
    ElementRemoved,
    VariantAdded,
    WordsAdded,
    WordsRemoved,
)
from gbsmart.duis.element import Element
from gbsmart.duis.lexical import Text
from gbsmart.duis.versions import CHANGES, VERSIONS, edition, make_edition
from gbsmart.duis.xsd import write_folder
from gbsmart.ground import NOW, InvalidValue, MalformedMessage, NotFound, Version

from .examples import ESME, USER

AT = datetime(2026, 3, 1, tzinfo=UTC)
ID = RequestId(USER, ESME, 1000)
FICTITIOUS = (
    VariantAdded(since="5.0", added="2.2", basis="I", note="made up, as all of these"),
    ElementAdded(since="5.0", where="ReadDeviceLog/ReadSecurityDetails", basis="I"),
    ElementAdded(since="5.0", where="DCCAlert/PPMIDRemoval", basis="I"),
    WordsAdded(since="5.0", where="RemotePartyRole", words=("TransCoS",), basis="I"),
    WordsRemoved(
        since="5.0", where="RetrieveDeviceSecurityCredentialsKRP/RemotePartyRole", words=("Other",), basis="I"
    ),
    ContentChanged(since="5.0", where="UpdateSupplierName/SupplierName", before=Text(1, 4), basis="I"),
    ElementRemoved(
        since="5.0", where="RestrictAccessForChangeOfTenancy", after="RestrictionDateTime", basis="I",
        removed=Element("Tenant", Text(1, 30), optional=True),
    ),
)  # fmt: skip


@pytest.fixture
def earlier(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A version 4.9 that never was, served beside the others."""
    monkeypatch.setattr(versions, "VERSIONS", (Version("4.9", date(2020, 1, 1), "I"), *VERSIONS))
    monkeypatch.setattr(versions, "CHANGES", (*CHANGES, *FICTITIOUS))
    versions.forget()
    yield "4.9"
    versions.forget()


def relabelled(request: Request, version: str) -> bytes:
    """The document of the newest version, which says that it is of another."""
    return build_request(request).replace(b'schemaVersion="5.4"', f'schemaVersion="{version}"'.encode())


TOP_UP = Request(ID, 1, "2.2", {"utrn": "0" * 20})
LOG = Request(ID, 1, "8.9", {"execution_date_time": NOW, "read_security_details": True})
LACKING = [
    (TOP_UP, "says '2.2', not a Service Reference"),
    (LOG, "ReadSecurityDetails|is not expected here"),
    (Request(ID, 1, "6.24.1", {"remote_party_roles": ("TransCoS",)}), "says 'TransCoS', not one of"),
    (
        Request(ID, 1, "3.4", {"execution_date_time": NOW, "supplier_name": "Purple",
                               "supplier_telephone_number": "0"}),
        "has 6 characters, not 1 to 4",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "reason"), LACKING, ids=["variant", "element", "word", "content"])
def test_what_an_earlier_version_lacks_is_refused_in_it(earlier: str, request_: Request, reason: str) -> None:
    parse_request(build_request(request_))
    with pytest.raises(MalformedMessage, match=reason) as refused:
        parse_request(relabelled(request_, earlier))
    assert refused.value.response_code is None, "HTTP 400"
    with pytest.raises(InvalidValue):
        build_request(replace(request_, schema_version=earlier))


def test_a_newer_document_is_taken_from_its_user_where_it_holds_nothing_newer(earlier: str) -> None:
    check_spoken(
        parse_request(build_request(Request(ID, 1, "8.9", {"execution_date_time": NOW}))).message, earlier
    )
    with pytest.raises(NotSpoken, match=r"the User speaks DUIS 4\.9"):
        check_spoken(parse_request(build_request(LOG)).message, earlier)


def test_what_a_version_had_and_later_ones_have_not_is_read_and_written_in_it(earlier: str) -> None:
    values = {"execution_date_time": NOW, "restriction_date_time": AT, "tenant": "Nobody"}
    request = Request(ID, 1, "3.2", values, schema_version=earlier)
    document = build_request(request)
    assert parse_request(document).message == request
    with pytest.raises(MalformedMessage, match="Tenant"):
        parse_request(document.replace(b'"4.9"', b'"5.0"'))


def test_a_word_that_later_versions_have_not_is_read_and_written_in_it(earlier: str) -> None:
    request = Request(ID, 1, "6.24.1", {"remote_party_roles": ("Other", "ACB")}, schema_version=earlier)
    document = build_request(request)
    assert parse_request(document).message == request
    with pytest.raises(MalformedMessage, match="says 'Other', not one of"):
        parse_request(document.replace(b'"4.9"', b'"5.0"'))


def test_an_alert_that_a_version_cannot_carry_becomes_n999(earlier: str) -> None:
    removal = {"ppmid_device_id": ESME, "chf_device_id": ESME}
    alert = Response(
        "I0",
        AT,
        "DCCAlertMessage",
        {"dcc_alert_code": "N40", "dcc_alert": {"ppmid_removal": removal}},
        None,
        ID,
    )
    assert parse_response(build_carried(alert)).message == alert
    alert.schema_version = earlier
    told = parse_response(build_carried(alert)).message
    assert told.schema_version == earlier
    assert told.response_id == ID
    assert told.values["dcc_alert_code"] == "N999"
    assert told.values["dcc_alert"]["duis_version_mismatch"] == {
        "dcc_alert_version_mismatch": {"dcc_alert_code": "N40"},
        "service_user_duis_version": "4.9",
    }


def test_an_answer_that_a_version_cannot_carry_becomes_n999(earlier: str) -> None:
    answer = acknowledgement(ID, "2.2", "I0", AT, version=earlier, gbcs_payload=b"\xdf")
    told = parse_response(build_carried(answer)).message
    assert told.values["dcc_alert"]["duis_version_mismatch"]["service_response_version_mismatch"] == {
        "request_id": ID,
        "service_reference": "2.2",
        "service_reference_variant": "2.2",
        "service_request_duis_version": "5.4",
    }
    assert told.response_id == RequestId(ESME, USER, 1000)


def test_what_is_wrong_in_every_version_is_no_mismatch(earlier: str) -> None:
    with pytest.raises(InvalidValue, match="not a DUIS response code"):
        build_carried(acknowledgement(ID, "4.1.1", "E0", AT, version=earlier))


def test_the_schema_of_an_earlier_version_lacks_the_same(earlier: str, tmp_path: Path) -> None:
    path, _ = write_folder(tmp_path, earlier)
    schema = etree.XMLSchema(etree.parse(path))
    for request, _ in LACKING:
        assert not schema.validate(etree.fromstring(build_request(request)))
    assert schema.validate(
        etree.fromstring(build_request(Request(ID, 1, "8.9", {"execution_date_time": NOW})))
    )


def test_every_change_of_the_table_changes_its_version() -> None:
    assert list(CHANGES) == sorted(CHANGES, key=lambda change: change.since, reverse=True)
    newest = VERSIONS[-1]
    for change in CHANGES:
        alone = make_edition(newest, [change])
        assert change.basis in "SVXMI"
        assert change.variant or _differs(alone), change


def _differs(alone: versions.Edition) -> bool:
    """Whether anything of an edition is another object than the newest version's."""
    now = edition(VERSIONS[-1].number)
    return any(
        each.content is not now.response_bodies[name].content for name, each in alone.response_bodies.items()
    ) or any(alone.body(variant) is not now.body(variant) for variant in alone.variants)


def test_the_newest_version_is_the_declarations_themselves() -> None:
    now = edition("5.4")
    assert now.changes == ()
    assert edition("5.40") is now
    with pytest.raises(NotFound, match=r"5\.0, 5\.1, 5\.2, 5\.3, 5\.4"):
        edition("6.0")


@pytest.mark.corpus
@pytest.mark.parametrize("version", ["5.0", "5.1", "5.3"])
def test_the_samples_of_each_version_are_of_that_version(corpus: Path, tmp_path: Path, version: str) -> None:
    """What says 5.0, 5.1 or 5.3 reads, is written again, and is valid in the schema of that version."""
    assert version in served_versions()
    path, _ = write_folder(tmp_path, version)
    schema = etree.XMLSchema(etree.parse(path))
    found = 0
    for file in sorted((corpus / "duis-responses").iterdir()):
        octets = file.read_bytes()
        if (
            f'schemaVersion="{version}"'.encode() not in octets
            or "invalid" in file.name
            or b"<!DOCTYPE" in octets
        ):
            continue
        root = parse_xml(octets)
        assert schema.validate(root), (file.name, schema.error_log)
        if etree.QName(root).localname == "Request":
            request = parse_request(octets).message
            assert parse_request(build_request(request)).message == request
        else:
            response = parse_response(octets).message
            assert parse_response(build_response(response)).message == response
        found += 1
    assert found


@pytest.mark.corpus
@pytest.mark.parametrize("version", served_versions())
def test_reader_and_schema_of_every_version_agree_on_the_public_requests(
    corpus: Path, tmp_path: Path, version: str
) -> None:
    """Said to be of an earlier version, those that hold something newer are refused by both."""
    path, _ = write_folder(tmp_path, version)
    schema = etree.XMLSchema(etree.parse(path))
    lacking = set()
    files = sorted((corpus / "duis-requests").rglob("*.XML"))
    for file in files:
        root = parse_xml(file.read_bytes())
        root.set("schemaVersion", version)
        try:
            read_request(root)
        except MalformedMessage:
            lacking.add(file.name)
        assert schema.validate(root) == (file.name not in lacking), file.name
    assert len(files) == 259
    newer = {path.name for path in files if re.search(b">7.16<|>LoadController<", path.read_bytes())}
    assert len(newer) == 5
    assert lacking == (newer if version < "5.2" else set())

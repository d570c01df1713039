from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gbsmart.duis import (
    Response,
    ResponseId,
    SignatureInvalid,
    SignatureMalformed,
    SignatureMissing,
    SignerUnknown,
    acknowledgement,
    build_response,
    is_signed,
    parse_request,
    parse_response,
    verify,
)
from gbsmart.duis.document import parse_xml
from gbsmart.duis.identifiers import RequestId
from gbsmart.ground import InvalidValue, MalformedMessage
from gbsmart.keys import Certificate, MemoryKeyring, UnknownCertificate

from .examples import ACB, ESME, USER

AT = datetime(2025, 12, 28, 16, 51, 1, 185000, tzinfo=UTC)
ID = RequestId(USER, ESME, 1000)

# the public points of two signers whose certificates are published nowhere
POINTS = {
    50669612984035780968362471400449834504: (
        "04cba2ff92e35d7a823d778138d241bca4526653b4b14a34f442eb0f531fee6e1b"
        "dfe7c60f2dde16e8a3bf03f2bbaea356f8d836b89244b939205eb24974071aae"
    ),
    20315062944123339095836004026371736578: (
        "04752db1541d82adc4438c5f887e6d8f21a70584cc8e858ed140685d67b9c17594"
        "a444ce5312621dca1351d987cd656b02a4bd95f2c14fa7e0062d24722532adf5"
    ),
}


class Known:
    """The two public points, and the certificates of the corpus."""

    def __init__(self, keyring: MemoryKeyring) -> None:
        self.keyring = keyring

    def certificate(self, holder, use) -> Certificate:
        raise UnknownCertificate("not asked for")

    def by_serial(self, serial: int, issuer: str | None = None) -> Certificate:
        if serial not in POINTS:
            return self.keyring.by_serial(serial, issuer)
        point = bytes.fromhex(POINTS[serial])
        public_key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        return Certificate(point, ACB, 137, serial, issuer or "", b"", AT, AT, public_key)


@pytest.fixture
def known(corpus_keys: MemoryKeyring) -> Known:
    return Known(corpus_keys)


# --- the corpus ---


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "serial"),
    [
        ("readfw-response.xml", 50669612984035780968362471400449834504),
        ("readfw-response-resigned.xml", 20315062944123339095836004026371736578),
        ("read-inventory-response-5.4.xml", 20315062944123339095836004026371736578),
        ("read-inventory-response-4g.xml", 167048897159233642262001557408276884033),
    ],
)
def test_what_the_dcc_signed_is_found_good(corpus: Path, known: Known, name: str, serial: int) -> None:
    document = parse_response((corpus / "duis-responses" / name).read_bytes())
    assert verify(document.root, known).serial == serial


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("readfw-response-badsignature.xml", SignatureInvalid),
        ("readfw-response-invalid.xml", SignerUnknown),
        ("readfw-response-no-serial.xml", SignatureMalformed),
        ("readfw-response-nonexist-serial.xml", SignerUnknown),
        ("readfw-response-no-signature.xml", SignatureMissing),
        ("acknowledgement-error.xml", SignatureMissing),
        ("ECS50_9.1_SUCCESS_REQUEST_DUIS.XML", SignatureMalformed),
        ("ECS17b_4.1.1_SINGLE_SUCCESS_REQUEST_DUIS-signed.XML", SignatureMalformed),
    ],
)
def test_what_cannot_be_relied_on_is_refused(corpus: Path, known: Known, name: str, error: type) -> None:
    root = parse_xml((corpus / "duis-responses" / name).read_bytes())
    with pytest.raises(error):
        verify(root, known)


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("duis-xxe.xml", ""),
        ("readfw-response-invalid.xml", "/sr:Response/sr:Body/sr:ResponseMessage/sr:ServiceReference"),
    ],
)
def test_malformed_responses_are_not_read(corpus: Path, name: str, where: str) -> None:
    with pytest.raises(MalformedMessage) as refused:
        parse_response((corpus / "duis-responses" / name).read_bytes())
    assert refused.value.where == where


@pytest.mark.corpus
def test_a_malformed_request_is_not_read(corpus: Path) -> None:
    with pytest.raises(MalformedMessage, match="is not originator:target:counter"):
        parse_request(
            (corpus / "duis-responses" / "ECS17b_4.1.1_SINGLE_SUCCESS_REQUEST_DUIS-invalid.XML").read_bytes()
        )


@pytest.mark.corpus
def test_an_error_acknowledgement_is_unsigned(corpus: Path) -> None:
    document = parse_response((corpus / "duis-responses" / "acknowledgement-error.xml").read_bytes())
    assert not is_signed(document.root)
    assert document.message.response_code == "E65"
    assert document.message.schema_version == "5.1"


@pytest.mark.corpus
def test_an_inventory_is_read(corpus: Path) -> None:
    document = parse_response((corpus / "duis-responses" / "read-inventory-response-5.4.xml").read_bytes())
    devices = document.message.values["dsp_inventory"]
    assert [device["device_type"] for device in devices] == ["CHF", "CAD", "GPF"]
    assert devices[0]["property_filter"] == {"post_code": "1111-111", "address_identifier": "12334"}
    assert devices[0]["uprn"] == 123456789012
    assert "device_status" not in devices[1]


@pytest.mark.corpus
def test_responses_are_written_again_as_they_were(corpus: Path) -> None:
    for name in ("readfw-response.xml", "read-inventory-response-5.4.xml", "read-inventory-response-4g.xml"):
        document = parse_response((corpus / "duis-responses" / name).read_bytes())
        for signature in document.root.findall("{http://www.w3.org/2000/09/xmldsig#}Signature"):
            document.root.remove(signature)
        theirs = etree.tostring(document.root, method="c14n", exclusive=True)
        ours = parse_response(build_response(document.message)).root
        assert etree.tostring(ours, method="c14n", exclusive=True) == theirs, name


# --- what is written ---


def test_an_acknowledgement() -> None:
    sent = acknowledgement(ID, "4.1.1", "I99", AT)
    document = build_response(sent)
    assert document.endswith(
        b"<sr:ResponseCode>I99</sr:ResponseCode>"
        b"<sr:ResponseDateTime>2025-12-28T16:51:01.185Z</sr:ResponseDateTime></sr:Header><sr:Body>"
        b"<sr:ResponseMessage><sr:ServiceReference>4.1</sr:ServiceReference>"
        b"<sr:ServiceReferenceVariant>4.1.1</sr:ServiceReferenceVariant></sr:ResponseMessage>"
        b"</sr:Body></sr:Response>"
    )
    assert parse_response(document).message == sent


octets = st.binary(max_size=100)
payloads = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"gbcs_payload": octets}),
    st.fixed_dictionaries(
        {"pre_command": st.fixed_dictionaries({"gbcs_version": st.just("4.3"), "gbcs_payload": octets})}
    ),
    st.fixed_dictionaries({"local_command": st.fixed_dictionaries({"gbcs_payload": octets})}),
    st.fixed_dictionaries({"dsp_schedule_id": st.integers(0, 10**12)}),
    st.fixed_dictionaries(
        {
            "future_dated_device_alert_message": st.fixed_dictionaries(
                {
                    "future_dated_alert_code": st.sampled_from([b"\x8f\x66", b"\x8f\x67"]),
                    "gbcs_payload": octets,
                    "instruction_number": st.integers(0, 65535),
                    "total_command_instructions": st.integers(0, 65535),
                }
            )
        }
    ),
    st.fixed_dictionaries(
        {
            "cin_message": st.fixed_dictionaries(
                {"gbcs_payload": octets, "customer_identification_number": st.just("0042")}
            )
        }
    ),
)
alerts = st.one_of(
    st.fixed_dictionaries({"command_failure": st.just({"command_request_id": ID, "device_id": ESME})}),
    st.just({"dsp_schedule_removal": {"device_id": ESME, "dsp_schedule_id": 5}}),
    st.just({"power_outage_event": {"comms_hub_device_id": ESME, "start_date_time": AT, "mpxn": "1" * 13}}),
    st.just({"update_han_device_log_result": {"update_han_device_log_service_request_id": ID}}),
)


@settings(deadline=None)
@given(payloads)
def test_a_response_message_survives(payload: dict) -> None:
    sent = acknowledgement(ID, "8.2", "I0", AT, **payload)
    sent.response_id = ResponseId(ESME, USER, 1000)
    assert parse_response(build_response(sent)).message == sent


@settings(deadline=None)
@given(alerts, st.booleans())
def test_a_dcc_alert_survives(alert: dict, throttled: bool) -> None:
    count = {"throttled_alert_sequence_id": 3, "throttled_alert_count": 9} if throttled else {}
    values = {"dcc_alert_code": "N13", **count, "dcc_alert": alert}
    sent = Response("E21", AT, "DCCAlertMessage", values, response_id=ResponseId(ACB, USER, 5))
    assert parse_response(build_response(sent)).message == sent


def test_a_device_alert_survives() -> None:
    values = {"alert_code": b"\x8f\x35", "gbcs_payload": b"\xdf\x09"}
    sent = Response("I0", AT, "DeviceAlertMessage", values, response_id=ResponseId(ESME, USER, 5))
    read = parse_response(build_response(sent)).message
    assert read == sent
    assert read.gbcs_payload == b"\xdf\x09"


def test_the_gbcs_message_is_found_in_whatever_wraps_it() -> None:
    wrapped = acknowledgement(
        ID, "7.1", "I0", AT, pre_command={"gbcs_version": "4.3", "gbcs_payload": b"\x09"}
    )
    assert wrapped.gbcs_payload == b"\x09"
    assert acknowledgement(ID, "7.1", "I99", AT).gbcs_payload is None


@pytest.mark.corpus
def test_what_is_written_is_valid_under_the_official_schema(corpus: Path) -> None:
    from gbsmart.duis import OfficialSchema

    schema = OfficialSchema(corpus / "schema")
    failure = {"command_failure": {"command_request_id": ID, "device_id": ESME}}
    for sent in (
        acknowledgement(ID, "4.1.1", "I99", AT),
        acknowledgement(ID, "7.1", "I0", AT, pre_command={"gbcs_version": "4.3", "gbcs_payload": b"\x09"}),
        acknowledgement(ID, "3.2", "I0", AT, local_command={"gbcs_payload": b"\x09"}),
        acknowledgement(ID, "5.1", "I0", AT, dsp_schedule_id=4),
        Response("E21", AT, "DCCAlertMessage", {"dcc_alert_code": "N13", "dcc_alert": failure}),
        Response("I0", AT, "DeviceAlertMessage", {"alert_code": b"\x8f\x35", "gbcs_payload": b"\xdf"}),
    ):
        schema.validate(parse_response(build_response(sent)).root)


# --- what is refused ---


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            b">I99<",
            b">E14<",
            r"says 'E14', not a DUIS response code \(/sr:Response/sr:Header/sr:ResponseCode\)",
        ),
        (b".185Z", b".185", "without a time zone"),
        (
            b"ence>4.1<",
            b"ence>4.2<",
            "says '4.2' and '4.1.1', not a Service Reference and one of its variants",
        ),
        (b"ResponseMessage>", b"SomeMessage>", "is not one of ResponseMessage, DeviceAlertMessage"),
    ],
)
def test_a_wrong_response_is_explained(old: bytes, new: bytes, message: str) -> None:
    with pytest.raises(MalformedMessage, match=message):
        parse_response(build_response(acknowledgement(ID, "4.1.1", "I99", AT)).replace(old, new))


def test_two_payloads_are_one_too_many() -> None:
    with pytest.raises(InvalidValue, match="needs at most one of"):
        build_response(acknowledgement(ID, "4.1.1", "I0", AT, gbcs_payload=b"", dsp_schedule_id=1))

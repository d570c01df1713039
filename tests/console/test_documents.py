"""Which GBCS messages a document carries, and which only look like one."""

from __future__ import annotations

from base64 import b64encode

import pytest

from gbsmart.console.documents import Reader, carried
from gbsmart.duis import parse_xml
from gbsmart.duis.document import DS, SR
from gbsmart.gbcs import Cra, Header, Message, OtherInformation, codec, forms
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.protection import add_mac

from .conftest import ACB, KEYS, METER, NOW, READ, SUPPLIER, answer_document, command


def test_the_message_in_a_service_response_is_found() -> None:
    octets = command().encode()
    document = answer_document(READ, "4.1.1", "I0", NOW, gbcs_payload=octets)
    assert carried(parse_xml(document)) == [octets]


def test_a_digest_that_begins_as_a_message_does_is_none() -> None:
    """One digest in 128 begins with DD or DF."""
    digest = b64encode(b"\xdf" + bytes(31)).decode()
    document = (
        f'<sr:Request xmlns:sr="{SR}" xmlns:ds="{DS}"><sr:Header/>'
        f"<ds:Signature><ds:DigestValue>{digest}</ds:DigestValue></ds:Signature></sr:Request>"
    )
    assert carried(parse_xml(document.encode())) == []


def test_octets_that_begin_as_no_message_does_say_so_however_few() -> None:
    message = Reader().explain(b"\xd9\x20" + bytes(METER))
    assert message.fault is not None
    assert (message.fault.offset, message.fault.reason) == (0, "D9 is not DF")


@pytest.mark.parametrize(
    ("results", "said", "tone"),
    [
        ((0,), "carried out", "good"),
        ((250,), "not carried out: item 1 of 1 has result 250", "bad"),
    ],
)
def test_what_the_device_did_is_said_though_its_answer_came(
    results: tuple[int, ...], said: str, tone: str
) -> None:
    form = forms.form("CS01a")
    header = Header(Cra.RESPONSE, READ.counter, METER, SUPPLIER, OtherInformation(form.code))
    answer = add_mac(Message(header, codec.payload(form, header, Outcome({}, results))), KEYS, ACB)
    document = answer_document(READ, "2.2", "I0", NOW, gbcs_payload=answer.encode())
    read = Reader().read(document)
    (check,) = read.answers
    assert (check.found, check.tone) == (said, tone)
    (mmc,) = read.mmc
    assert "<ra:TopUpDeviceRsp MessageSuccess=" in mmc
    assert read.to_json()["mmc"] == [mmc]


def test_a_command_is_no_answer() -> None:
    read = Reader().read(command().encode())
    assert read.answers == ()
    assert read.mmc == ()

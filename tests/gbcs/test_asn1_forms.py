"""ASN.1 use cases: one value alone, one of several answers, and what they mean."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gbsmart.gbcs import codec, forms
from gbsmart.gbcs.envelope import Cra, Message
from gbsmart.gbcs.form import Outcome
from gbsmart.ground import InvalidValue

from .messages import header, writing
from .values import certificate

OTHER = bytes.fromhex("00DB123456789093")


def read(name: str, cra: Cra, payload: str | bytes) -> Any:
    octets = bytes.fromhex(payload) if isinstance(payload, str) else payload
    found = codec.read(Message(header(name, cra), octets))
    assert found is not None
    assert found.form.name == name
    assert codec.rewrite(found) == octets
    return found.values


@pytest.mark.parametrize(
    ("name", "payload", "values"),
    [
        (
            "CS03A2",
            "3010 020101 0408 00DB123456789093 020101",
            {
                "join_method": 1, "other_device_id": OTHER, "other_device_type": 1,
                "other_device_certificate": None,
            },
        ),
        ("CS04AC", "0408 00DB123456789093", {"other_device_id": OTHER}),
        ("CS02c", "3004 03020780", {"key_usage": "1"}),
        (
            "CS06",
            "3026 0420" + "5A" * 32 + "020203E8",
            {"firmware_hash": b"\x5a" * 32, "counter": 1000, "execution_date_time": None},
        ),
        (
            "GCS28",
            "3022 180F32303134313233313233333030305A 180F32303135303130313030333030305A",
            {
                "current_date_time": datetime(2014, 12, 31, 23, 30, tzinfo=UTC),
                "latest_date_time": datetime(2015, 1, 1, 0, 30, tzinfo=UTC),
            },
        ),
        (
            "GCS59",
            "3011 300F 300D 0408 00DB123456789093 020105",
            {"joined": [{"device_id": OTHER, "device_type": 5}]},
        ),
    ],
)  # fmt: skip
def test_what_a_command_says(name: str, payload: str, values: dict[str, Any]) -> None:
    assert read(name, Cra.COMMAND, payload) == values


@pytest.mark.parametrize(
    ("name", "payload", "values", "results"),
    [
        ("CS06", "0500", {}, (0,)),
        ("CS06", "3009 020102 0404 0123ABCF",
         {"activation": {"result": 2, "firmware_version": b"\x01\x23\xab\xcf"}}, (2,)),
        ("CS02c", "020103", {"status": 3}, (3,)),
        ("CS02d", "020100", {"status": 0}, (0,)),
        ("CS02e", "020102", {"status": 2}, (2,)),
        ("CS03B", "02010D", {"status": 13}, (13,)),
        ("CS04B", "020101", {"status": 1}, (1,)),
        ("GCS28", "3014 180F32303135303130313030303030305A 020102",
         {"device_time": datetime(2015, 1, 1, tzinfo=UTC), "clock_status": 2}, (2,)),
        ("GCS59", "3016 3014 3012 300D 0408 00DB123456789093 020105 020104",
         {"restored": [{"device": {"device_id": OTHER, "device_type": 5}, "status": 4}]}, (4,)),
    ],
)  # fmt: skip
def test_what_a_device_answers(
    name: str, payload: str, values: dict[str, Any], results: tuple[int, ...]
) -> None:
    assert read(name, Cra.RESPONSE, payload) == Outcome(values, results)


def test_a_certificate_is_an_answer_or_a_command_by_itself() -> None:
    held = certificate(bytes(200))
    assert read("CS02e", Cra.RESPONSE, held) == Outcome({"device_certificate": held}, (0,))
    assert read("CS02c", Cra.RESPONSE, held) == Outcome({"certification_request": held}, (0,))
    assert read("CS02d", Cra.COMMAND, held) == {"device_certificate": held}


@pytest.mark.parametrize("values", [{}, {"device_certificate": certificate(b"\x01"), "status": 2}])
def test_an_answer_is_one_of_several_and_no_two(values: dict[str, Any]) -> None:
    response = forms.form("CS02e").response
    assert response is not None
    with pytest.raises(InvalidValue):
        response.put(Outcome(values), writing(header("CS02e", Cra.RESPONSE)))


def test_codes_are_told_in_words() -> None:
    form = forms.form("CS03A1")
    assert form.response is not None
    tree = codec.walk_payload(bytes.fromhex("020104"), 0, 3, Cra.RESPONSE)
    form.response.take(tree, writing(header("CS03A1", Cra.RESPONSE)))
    assert [leaf.meaning for leaf in tree.leaves()] == ["deviceLogFull"]

"""Device management requests become the public messages, whoever originates them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gbsmart.duis import Request, RequestId
from gbsmart.gbcs import Message
from gbsmart.ground import NOW, Eui64, InvalidValue
from gbsmart.translation import Facts, in_own_right, transform

from .test_transform import ACB, SUPPLIER, request_named, vector

FIRST = Facts(datetime(2015, 1, 1, tzinfo=UTC), ACB, "ESME", gbcs_version="1.0")
SECOND, FOURTH = replace(FIRST, gbcs_version="2.0"), replace(FIRST, gbcs_version="4.1")
HUB, PPMID = Eui64.parse("00-DB-12-34-56-78-90-A2"), Eui64.parse("00-DB-12-34-56-78-90-A4")


def of(facts: Facts, device_type: str, *, known: bool = True) -> Facts:
    return replace(facts, device_type=device_type, known=known)


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("ECS26e_6.2.4_SUCCESS", FIRST), ("ECS26m_6.2.4_SUCCESS", SECOND),
        ("ECS26i_6.2.4_SUCCESS", of(FIRST, "CHF", known=False)),
        ("ECS26n_6.2.4_SUCCESS", of(SECOND, "CHF", known=False)),
        ("GCS21e_6.2.4_SUCCESS", of(FIRST, "GSME")), ("GCS21m_6.2.4_SUCCESS", of(SECOND, "GSME")),
        ("CS02aMAC_6.24.1_SUCCESS", FIRST), ("CS02fMAC_6.24.1_SUCCESS", FOURTH),
        ("CCS05CCS04_8.9_SUCCESS", of(FIRST, "CHF", known=False)),
        ("CCS06_8.9_SUCCESS", of(SECOND, "CHF", known=False)),
        ("CCS07_8.9_SUCCESS", of(FIRST, "CHF", known=False)), ("CS07_8.9_SUCCESS", of(FIRST, "GSME")),
        ("ECS52_11.2_SUCCESS", FIRST), ("GCS38_11.2_SUCCESS", of(FIRST, "GSME")),
        ("CS08_11.2_SUCCESS", replace(of(FOURTH, "PPMID", known=False), party=SUPPLIER)),
    ],
)  # fmt: skip
def test_a_request_becomes_its_command_but_for_the_mac(corpus: Path, name: str, facts: Facts) -> None:
    translated = transform(request_named(corpus, name), facts)
    command = Message.parse(vector(corpus, f"{name}_COMMAND"))
    counter = None if translated.known else command.header.counter
    assert translated.message(counter).inner_octets() == command.inner_octets()


def asking(variant: str, target: Eui64, **values: object) -> Request:
    return Request(RequestId(SUPPLIER, target, 1000), 1, variant, values)


def test_what_is_asked_in_the_dccs_own_right_names_no_user() -> None:
    request = asking("6.24.1", PPMID, remote_party_roles=("ACB",))
    header = transform(request, of(FOURTH, "PPMID")).message(77).header
    assert (header.originator, header.counter, header.other.party) == (ACB, 77, None)
    assert in_own_right("6.24.1")
    assert not in_own_right("8.9")
    assert not in_own_right("0.0")


def test_a_role_is_asked_for_once() -> None:
    request = asking("6.24.1", PPMID, remote_party_roles=("ACB", "ACB"))
    with pytest.raises(InvalidValue, match="role twice") as twice:
        transform(request, of(FOURTH, "PPMID"))
    assert twice.value.response_code == "E062402"


def test_the_content_and_the_version_of_the_device_choose_the_form() -> None:
    log = asking("8.9", HUB, execution_date_time=NOW)
    secrets = asking("8.9", HUB, execution_date_time=NOW, read_security_details=True)
    assert transform(log, of(FIRST, "CHF")).form.name == "CCS05CCS04"
    assert transform(log, of(FOURTH, "CHF")).form.name == "CCS06"
    assert transform(secrets, of(FOURTH, "CHF")).form.name == "CCS07"
    assert transform(log, of(FOURTH, "CHF")).facts["gbcs_version"] == "4.1"


def test_security_details_are_the_hubs_alone_to_give() -> None:
    secrets = asking("8.9", PPMID, execution_date_time=NOW, read_security_details=True)
    with pytest.raises(InvalidValue, match="not for this device") as refused:
        transform(secrets, of(FOURTH, "PPMID"))
    assert refused.value.response_code == "E080902"

"""Every body from its declaration alone: what can be said is written as the official schema has it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from gbsmart.duis import (
    OfficialSchema,
    Request,
    RequestId,
    Response,
    build_request,
    build_response,
    parse_request,
    parse_response,
    service_requests,
)
from gbsmart.duis.alerts import DCC_ALERT
from gbsmart.duis.element import Element
from gbsmart.duis.envelope import RESPONSE_BODIES
from gbsmart.duis.responses import PAYLOADS
from gbsmart.duis.schema import OPAQUE, Complex, elements
from gbsmart.duis.services import body

from .examples import ESME, USER
from .strategies import values

PATIENT = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
VARIANTS = sorted(service_requests(), key=lambda variant: [int(part) for part in variant.split(".")])


def request_of(variant: str, said: Any) -> Request:
    facts = service_requests()[variant]
    number = next(number for number in (1, 4, 8) if number in facts.command_variants)
    return Request(RequestId(USER, ESME, 1), number, variant, said)


@pytest.fixture(scope="module")
def official(corpus: Path) -> OfficialSchema:
    return OfficialSchema(corpus / "schema")


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_a_request_says_is_read_again(variant: str) -> None:
    @PATIENT
    @given(values(body(variant)))
    def check(said: Any) -> None:
        request = request_of(variant, said)
        assert parse_request(build_request(request)).message == request

    check()


@pytest.mark.corpus
@pytest.mark.parametrize("variant", VARIANTS)
def test_what_a_request_says_is_valid_under_the_official_schema(
    variant: str, official: OfficialSchema
) -> None:
    @PATIENT
    @given(values(body(variant)))
    def check(said: Any) -> None:
        official.validate(parse_request(build_request(request_of(variant, said))).root)

    check()


# --- responses: each payload by itself, so that none waits for chance ---

AT = datetime(2026, 1, 15, 18, tzinfo=UTC)
RESPONSES = {
    **{f"ResponseMessage/{each.name}": each for each in PAYLOADS},
    **{f"DCCAlertMessage/{each.name}": each for each in elements(DCC_ALERT)},
    "DeviceAlertMessage": RESPONSE_BODIES["DeviceAlertMessage"],
    "SMETS1ResponseMessage": RESPONSE_BODIES["SMETS1ResponseMessage"],
}


def response_of(name: str, said: Any) -> Response:
    kind, _, payload = name.partition("/")
    held = {RESPONSES[name].field: said} if payload else said
    if kind == "ResponseMessage":
        held = {"service_reference": "4.1", "service_reference_variant": "4.1.1", **held}
    if kind == "DCCAlertMessage":
        held = {"dcc_alert_code": "N1", "dcc_alert": held}
    return Response("I0", AT, kind, held)


@pytest.mark.parametrize("name", RESPONSES)
def test_what_a_response_says_is_read_again(name: str) -> None:
    @PATIENT
    @given(values(RESPONSES[name].content))
    def check(said: Any) -> None:
        written = build_response(response_of(name, said))
        read = parse_response(written).message
        assert build_response(read) == written
        if not any(each.content is OPAQUE for each in within(RESPONSES[name].content)):
            assert read == response_of(name, said)

    check()


@pytest.mark.corpus
@pytest.mark.parametrize("name", RESPONSES)
def test_what_a_response_says_is_valid_under_the_official_schema(name: str, official: OfficialSchema) -> None:
    @PATIENT
    @given(values(RESPONSES[name].content))
    def check(said: Any) -> None:
        official.validate(parse_response(build_response(response_of(name, said))).root)

    check()


# --- what people are told ---


def within(content: Any) -> list[Element]:
    """Every element that can stand in ``content``, at any depth."""
    found = []
    for each in elements(content):
        found += [each, *within(each.content)]
    return found


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_says_what_it_is_for(variant: str) -> None:
    declared = body(variant)
    assert isinstance(declared, Complex)
    assert declared.note.endswith(".")


def test_every_value_has_a_meaning() -> None:
    everything = [(variant, each) for variant in VARIANTS for each in within(body(variant))]
    everything += [(name, deep) for name, each in RESPONSES.items() for deep in (each, *within(each.content))]
    assert not [
        f"{name}: {each.name}"
        for name, each in everything
        if not (each.note or getattr(each.content, "note", "")) and not isinstance(each.content, Complex)
    ]
    assert not [each.note for _, each in everything if each.note and not each.note.endswith(".")]


def test_quantities_have_units() -> None:
    assert {each.unit for variant in VARIANTS for each in within(body(variant))} >= {
        "s", "min", "W", "V", "Wh", "m3/h", "MJ/m3", "%", "dB", "millipence",
    }  # fmt: skip

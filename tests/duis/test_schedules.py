"""DCC schedules as documents: every element of the schema's choice, written, read and valid."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gbsmart.duis import (
    OfficialSchema,
    Request,
    RequestId,
    acknowledgement,
    build_request,
    build_response,
    parse_request,
    parse_response,
    parse_xml,
    service,
)
from gbsmart.duis.moments import PlainDay
from gbsmart.duis.schedules import SCHEDULED, Frequency, disagreement, values_on
from gbsmart.duis.schema import EMPTY
from gbsmart.ground import Eui64

USER, ACB = Eui64.parse("90-B3-D5-1F-30-01-00-00"), Eui64.parse("90-B3-D5-1F-30-00-00-02")
ESME = Eui64.parse("00-DB-12-34-56-78-90-A0")
ID = RequestId(USER, ACB, 1)
DAY = date(2026, 3, 2)
EVENING, MORNING = time(22, 30, tzinfo=UTC), time(6, tzinfo=UTC)
PERIOD = {"start_date_offset": -2, "start_time": EVENING, "end_date_offset": 0, "end_time": MORNING}


def schedule(variant: str, frequency: str = "Daily", **more: Any) -> dict[str, Any]:
    """A schedule of a variant, with a period where its element has one."""
    element = SCHEDULED[variant]
    asked = True if element.content is EMPTY else PERIOD
    return {
        "schedule_frequency": frequency,
        "schedule_start_date": DAY,
        "dsp_scheduled_service_reference": service(variant).reference,
        "dsp_scheduled_service_reference_variant": variant,
        "device_id": ESME,
        element.field: asked,
        **more,
    }


OPTIONAL = {
    "schedule_end_date": date(2027, 3, 2),
    "schedule_execution_start_time": MORNING,
    "ka_public_security_credential": b"a certificate",
}


@pytest.mark.parametrize("variant", SCHEDULED)
def test_a_creation_survives(variant: str) -> None:
    for values in (schedule(variant), schedule(variant, "Half-Yearly", **OPTIONAL)):
        sent = Request(ID, 8, "5.1", values)
        assert parse_request(build_request(sent)).message == sent


@pytest.mark.corpus
def test_what_is_written_is_valid_under_the_official_schema(corpus: Path) -> None:
    schema = OfficialSchema(corpus / "schema")
    every = [schedule(variant, **OPTIONAL) for variant in SCHEDULED]
    for values in (*every, *(schedule("4.10", frequency) for frequency in Frequency)):
        schema.validate(parse_xml(build_request(Request(ID, 8, "5.1", values))))
    read = tuple({"dsp_schedule_id": n, "dsp_schedule_details": one} for n, one in enumerate(every))
    at = datetime(2026, 3, 1, tzinfo=UTC)
    for payload in ({"dsp_schedule_id": 10**12}, {"dsp_schedules_read": read}):
        schema.validate(parse_xml(build_response(acknowledgement(ID, "5.2", "I0", at, **payload))))


@given(st.lists(st.sampled_from(sorted(SCHEDULED)), min_size=1, max_size=5))
@settings(deadline=None)
def test_what_is_read_back_survives(variants: list[str]) -> None:
    read = tuple(
        {"dsp_schedule_id": number, "dsp_schedule_details": schedule(variant)}
        for number, variant in enumerate(variants)
    )
    sent = acknowledgement(ID, "5.2", "I0", datetime(2026, 3, 1, tzinfo=UTC), dsp_schedules_read=read)
    assert parse_response(build_response(sent)).message == sent


def test_reference_variant_and_element_must_agree() -> None:
    assert disagreement(schedule("4.6.1")) == ""
    assert "4.6.1 is not a variant of 4.8" in disagreement(
        schedule("4.6.1", dsp_scheduled_service_reference="4.8")
    )
    other = schedule("4.6.1", dsp_scheduled_service_reference_variant="4.6.2")
    assert "DSPRetrieveExportDailyReadLog" in disagreement(other)


def test_offsets_become_moments_of_the_day() -> None:
    values = schedule("4.6.1", ka_public_security_credential=b"a certificate")
    assert values_on(values, DAY) == {
        "read_log_period": {
            "start_date_time": datetime(2026, 2, 28, 22, 30, tzinfo=UTC),
            "end_date_time": datetime(2026, 3, 2, 6, tzinfo=UTC),
        },
        "ka_public_security_credentials": b"a certificate",
    }
    assert values_on(schedule("4.2"), DAY) == {}


@pytest.mark.parametrize("text", ["2020-03-01", "2020-03-01Z", " 2020-03-01\n", "\t2020-03-01Z "])
def test_a_date_of_a_schedule_may_stand_among_white_space(text: str) -> None:
    assert PlainDay().read(text) == date(2020, 3, 1)

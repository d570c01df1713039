"""Examples of bodies: they are made from declarations, are documents, and say what is likely."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest

from gbsmart.duis import NON_DEVICE, OfficialSchema, Request, RequestId, build_request, parse_request, service
from gbsmart.duis.examples import DEVICE, USER, Setting, example, examples
from gbsmart.duis.services import body, declared
from gbsmart.ground import NOW, DayMonth


def document(variant: str, values: object) -> bytes:
    command_variant = min(service(variant).command_variants)
    return build_request(Request(RequestId(USER, DEVICE, 1), command_variant, variant, values))  # type: ignore[arg-type]


@pytest.mark.parametrize("variant", declared())
def test_every_declared_body_has_examples_that_are_read_again(variant: str) -> None:
    content = body(variant)
    assert content is not None
    for values in islice(examples(content), 12):
        assert parse_request(document(variant, values), limits=NON_DEVICE).message.values == values
    assert example(content) == example(content)


@pytest.mark.corpus
def test_they_are_valid_by_the_official_schema(corpus: Path) -> None:
    schema = OfficialSchema(corpus / "schema")
    for variant in declared():
        content = body(variant)
        assert content is not None
        for values in islice(examples(content), 4):
            schema.validate(parse_request(document(variant, values), limits=NON_DEVICE).root)


def test_a_tariff_is_one_that_a_meter_could_have() -> None:
    content = body("1.1.1")
    assert content is not None
    tariff = example(content)
    prices = tariff["price_elements"]["electricity_price_elements"]
    scale = Decimal(10) ** prices["price_scale"]
    assert [price * scale for price in prices["tou_tariff"].values()] == [Decimal("0.244"), Decimal("0.243")]
    table = tariff["elec_tariff_elements"]["switching_table"]
    days = {day["day_name"] for day in table["day_profiles"]}
    assert {name for week in table["week_profiles"] for name in week["referenced_day_names"]} <= days
    (season,) = table["seasons"]
    assert season["season_start_date"] == DayMonth(None, 1, 1)
    assert season["referenced_week_name"] in {week["week_name"] for week in table["week_profiles"]}
    actions = [each["tou_tariff_action"] for each in table["day_profiles"][0]["profile_schedules"]]
    assert actions == [1, 2]


def test_what_examples_are_about_decides_between_branches() -> None:
    content = body("1.1.1")
    assert content is not None
    gas = example(content, Setting(about=("Gas",)))
    assert {"gas_tariff_elements", "price_elements", "execution_date_time"} == set(gas)
    assert "gas_price_elements" in gas["price_elements"]


def test_every_branch_of_a_choice_comes() -> None:
    content = body("1.6")
    assert content is not None
    found = list(examples(content))
    assert [{*values} - {"execution_date_time"} for values in found] == [{"credit"}, {"prepayment"}]
    assert all(values["execution_date_time"] is NOW for values in found)


def test_what_is_known_is_taken_and_moments_are_around_now() -> None:
    content = body("4.6.1")
    assert content is not None
    now = datetime(2030, 1, 8, tzinfo=UTC)
    values = example(content, Setting(now, {"ka_public_security_credentials": b"certificate"}))
    assert values["read_log_period"] == {"start_date_time": now.replace(day=1), "end_date_time": now}
    assert values["ka_public_security_credentials"] == b"certificate"

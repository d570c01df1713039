"""The handbook: one page for each use case and each Service Request, complete and linked."""

from __future__ import annotations

import json
import re

import pytest

from gbsmart.duis import service_requests
from gbsmart.duis.services import declared
from gbsmart.gbcs import forms
from gbsmart.gbcs.explain import explain
from gbsmart.gbcs.message_codes import message_codes
from gbsmart.handbook.fields import fields_of
from gbsmart.handbook.finding import find
from gbsmart.handbook.use_cases import names, use_case
from gbsmart.handbook.variants import variant
from gbsmart.handbook.writing import linked, pages
from gbsmart.translation.bindings import by_variant


def test_every_message_code_has_a_page() -> None:
    assert {use_case(name)["message_code"] for name in names().values()} == {
        f"{code:04X}" for code in message_codes()
    }


def test_every_use_case_says_what_it_is_for_and_shows_an_example() -> None:
    for name in names().values():
        page = use_case(name)
        assert json.loads(json.dumps(page)) == page
        assert page["purpose"]
        home_only = page["family"] == "ZSE"
        assert bool(page["examples"]) != home_only, name
        for octets in page["examples"].values():
            assert explain(bytes.fromhex(octets)).fault is None, name


def test_every_field_of_a_body_is_told() -> None:
    for form in forms.all_forms():
        for body in (form.command, form.response, form.alert):
            if body is not None:
                told = {field.name for field in fields_of(body)}
                assert set(body.fields()) <= told, form.name


def test_a_read_says_its_values_and_units() -> None:
    page = use_case("ECS17b")
    assert page["response_encrypted"]
    assert [each["variant"] for each in page["asked_by"]] == ["4.1.1"]
    units = {each["name"]: each["unit"] for each in page["response"]}
    assert (units["active_import"], units["reactive_import"]) == ("Wh", "varh")


def test_a_conversion_says_what_its_value_has() -> None:
    rates = {each["name"]: each["depth"] for each in use_case("ECS07")["command"]}
    assert (rates["debt_recovery_rate_1"], rates["scale"], rates["charge"]) == (0, 1, 1)


def test_messages_between_devices_are_told_from_those_to_a_device() -> None:
    assert "in the home" in use_case("PCS02")["direction"]
    assert use_case("CS08")["direction"] == "to the device, which answers"
    assert "own accord" in use_case("CS09")["direction"]


def test_every_variant_says_what_it_becomes_and_shows_a_request() -> None:
    for name in service_requests():
        page = variant(name)
        assert json.loads(json.dumps(page)) == page
        assert page["purpose"], name
        assert page["body"] is not None, name
        forms_of_rows = {row.form for row in by_variant().get(name, ())}
        assert {each["use_case"] for each in page["becomes"]} == forms_of_rows, name
        shown = [each["request"] for each in page["becomes"]] or [page["request"]]
        assert all(f"{page['body']['element']}" in document for document in shown), name
    assert set(declared()) == set(service_requests())


def test_pages_are_linked_to_pages_that_are_there() -> None:
    written = dict(pages())
    assert len(written) == len(names()) + len(service_requests())
    for path, text in written.items():
        for folder, target in re.findall(r"\]\(\.\./([\w-]+)/([^)]+)\.md\)", text):
            assert f"{folder}/{target}" in written, path


def test_tables_lead_to_the_pages() -> None:
    rows = "| `4.1.1` | Read | \n| `CS06 alert` *unverified* | `00CA` |\n| `E19` | code |\n"
    assert linked(rows) == (
        "| [`4.1.1`](service-requests/4.1.1.md) | Read | \n"
        "| [`CS06 alert`](use-cases/CS06-alert.md) *unverified* | `00CA` |\n| `E19` | code |\n"
    )


@pytest.mark.parametrize(
    ("words", "first"),
    [("ECS17b", "ECS17b"), ("enable supply", "7.1"), ("1.1.1", "1.1.1"), ("0027", "ECS17b")],
)
def test_a_page_is_found_by_what_it_is_called(words: str, first: str) -> None:
    assert find(words)[0].name == first


def test_a_page_is_found_by_a_field_and_by_what_it_is_for() -> None:
    assert "1.6" in [each.name for each in find("DisablementThreshold")]
    assert "ECS42" in [each.name for each in find("closes load switch")]
    assert find("nothing that there is") == []


def test_a_use_case_that_not_every_version_has_says_which_do() -> None:
    told = {
        name: use_case(name)["gbcs_versions"] for name in ("ECS08", "ECS08a", "GCS21e", "CS02f", "ECS01a")
    }
    assert told == {
        "ECS08": "up to 1.1", "ECS08a": "from 2.0", "GCS21e": "up to 1.1 (GSME), all (GPF)",
        "CS02f": "from 4.0 (ESME GSME CHF GPF PPMID HCALCS), all (SAPC)", "ECS01a": "",
    }  # fmt: skip

"""The REST interface: the register, the 40 days, what led to a provision, and responses."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Client, Opened

BASE = "/code/v1/consultations"
GIVEN: dict[str, Any] = {
    "name": "Ada", "contact": "ada@example.org", "answers": [{"question": 1, "stance": "disagree"}],
}  # fmt: skip


def test_the_register_is_read(rest: Client) -> None:
    every = rest.get(BASE).json()["consultations"]
    assert len(every) == 10
    assert every[1]["opened"] == {"text": "2013-10", "basis": "memory"}
    some = rest.get(BASE, params={"topic": "informal"}).json()["consultations"]
    assert [each["id"] for each in some] == ["C-JAN15"]
    whole = rest.get(f"{BASE}/C-SEC2").json()
    assert len(whole["documents"]) == 23
    assert rest.get(f"{BASE}/C-NONE").status_code == 404
    assert len(rest.get(f"{BASE}/timeline").json()["lanes"]) == 10
    assert rest.get(f"{BASE}/export.csv").text.count("\r\n") == 82
    assert "<feed" in rest.get(f"{BASE}/export.atom").text


@pytest.mark.system("S232")
def test_a_provision_is_traced_to_what_was_consulted_on(rest: Client) -> None:
    """H5.33 to H5.40 went into a subsidiary document (seed S232)."""
    found = rest.get(f"{BASE}/trace", params={"ref": "H5.36"}).json()
    assert [each["destination"] for each in found["moves"]] == ["Appendix AC"]
    assert [each["topic"]["name"] for each in found["topics"]] == ["post commissioning obligations"]
    version = rest.get(f"{BASE}/trace", params={"ref": "2.0"}).json()
    assert [each["consultation"] for each in version["topics"]] == ["C-HANDFIN"]
    assert rest.get(f"{BASE}/trace", params={"ref": " "}).json()["field"] == "ref"


@pytest.mark.system("S237")
def test_the_laying_period_is_counted(rest: Client) -> None:
    """Seed S237."""
    found = rest.get(f"{BASE}/laying", params={"laid": "2014-01-20"}).json()
    assert found["last_day"] == "2014-03-10"
    given = {"laid": "2020-06-01", "recess": "2020-06-10..2020-06-20,2020-12-18..2021-01-05"}
    assert rest.get(f"{BASE}/laying", params=given).json()["last_day"] == "2020-07-19"
    wrong = rest.get(f"{BASE}/laying", params={"laid": "2020-06-01", "recess": "June"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "recess")
    assert rest.get(f"{BASE}/laying", params={"laid": "2014-08-04"}).status_code == 422


def test_errata_name_the_definitions_they_put_right(rest: Client) -> None:
    """Seed S238."""
    found = rest.get(f"{BASE}/corrections").json()
    assert {(each["erratum"], each["corrects"]) for each in found} == {
        ("D000-ERR", "D000-02"), ("D000-ERR", "D000-03"),
    }  # fmt: skip
    assert {each["term"] for each in found} == {
        "DCC User Interface Specification", "DCC User Interface Services Schedule",
    }  # fmt: skip


@pytest.mark.system("S234")
def test_responses_are_lodged_and_stored(rest: Client, open_one: Opened) -> None:
    """Seed S234."""
    open_one()
    taken = rest.post(f"{BASE}/C-OWN/responses", json=GIVEN)
    assert taken.status_code == 201
    held = rest.get(f"{BASE}/C-OWN/responses").json()
    assert held == {"received": 1, "confidential": 0, "published": []}
    shut = rest.post(f"{BASE}/C-SEC2/responses", json=GIVEN)
    assert (shut.status_code, shut.json()["kind"]) == (409, "NotPossible")
    assert "takes no responses" in shut.json()["message"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"answers": [{"question": 7, "stance": "agree"}]}, "answers.0.question"),
        ({"answers": [{"question": 1, "stance": "maybe"}]}, "answers.0.stance"),
        ({"colour": "red"}, "colour"),
        ({"confidential": True}, "reason"),
    ],
)
def test_a_wrong_response_is_refused_with_its_place(
    rest: Client, open_one: Opened, change: dict[str, Any], field: str
) -> None:
    open_one()
    refused = rest.post(f"{BASE}/C-OWN/responses", json=GIVEN | change)
    assert (refused.status_code, refused.json()["field"]) == (422, field)


def test_the_interface_describes_itself(rest: Client) -> None:
    told = rest.get(f"{BASE}/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    assert f"{BASE}/{{id}}/responses" in told["paths"]
    body = told["paths"][f"{BASE}/{{id}}/responses"]["post"]["requestBody"]["content"]["application/json"]
    assert set(body["schema"]["required"]) == {"name", "contact", "answers"}

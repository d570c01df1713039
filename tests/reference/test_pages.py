"""The reference says what the declarations say, all of it, and in tables that hold together."""

from __future__ import annotations

import json
import re

import pytest

from gbsmart.assembly.faults import ALL as FAULTS
from gbsmart.assembly.settings import Settings
from gbsmart.duis import response_codes, service_requests
from gbsmart.duis.services import declared
from gbsmart.gbcs import forms
from gbsmart.governance import procedures
from gbsmart.governance.systems import systems
from gbsmart.handbook.markdown import table
from gbsmart.reference import PAGES

CELL = re.compile(r"(?<!\\)\|")


@pytest.mark.parametrize("name", PAGES)
def test_every_row_of_a_table_has_as_many_cells_as_its_headings(name: str) -> None:
    text = PAGES[name].text()
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert tables
    for found in tables:
        widths = {len(CELL.split(line)) for line in found.splitlines()}
        assert len(widths) == 1, found[:300]


def test_every_variant_has_its_row() -> None:
    text = PAGES["service-requests"].text()
    assert all(f"| `{variant}` |" in text for variant in service_requests())
    assert "| `7.2` | Disable Supply | critical | `GS` `IS` | 4, 5, 6, 7 |  | ESME: `ECS43`" in text


def test_a_body_is_listed_with_types_bounds_and_choices() -> None:
    text = PAGES["bodies"].text()
    assert all(f"\n## {variant} " in text for variant in declared())
    tariff = text.partition("\n## 1.1.1 ")[2].partition("\n## ")[0]
    assert "`TOUTariffAction` | `tou_tariff_action` | 1 to 48 |" in tariff
    assert "`ReferencedDayName` | `referenced_day_names` | 1 to 16 | 7, numbered 1 to 7 |" in tariff
    assert "*one of*" in tariff
    assert "one value, of Year, Month, DayOfMonth, DayOfWeek" in tariff


def test_every_form_code_and_setting_is_there() -> None:
    messages, codes, settings = (PAGES[name].text() for name in ("device-messages", "codes", "settings"))
    assert all(f"| `{form.name}`" in messages for form in forms.all_forms())
    assert "| `CS02bRootByWP` *unverified* | `0101` |" in messages
    assert "| `PECS01` | `0116` |" in messages.partition("\n## Codes without a form\n")[2]
    assert all(f"| `{code}` |" in codes for code in response_codes())
    assert "| `8F53` |" in codes
    assert settings.count("\n| `--") == len(Settings.model_fields)
    assert "| `--clock` | `GBSMART_CLOCK` |" in settings


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_says_is_data_too(name: str) -> None:
    """Objects of one list have the same members, and no two of them the same name."""
    page = PAGES[name].data()
    for objects in page.values():
        assert len({tuple(each) for each in objects}) == 1
        names = [next(iter(each.values())) for each in objects]
        if name != "codes":  # a response code may mean something else in another Service Reference
            assert len(set(names)) == len(names)
    assert json.loads(json.dumps(page)) == page


def test_the_data_is_that_of_the_declarations() -> None:
    data = {name: objects for page in PAGES.values() for name, objects in page.data().items()}
    assert [each["variant"] for each in data["service_requests"]] == list(service_requests())
    assert {each["variant"] for each in data["bodies"]} == set(declared())
    assert {each["form"] for each in data["use_cases"]} == {form.name for form in forms.all_forms()}
    assert [each["name"] for each in data["faults"]] == [fault.name for fault in FAULTS]
    assert [each["name"] for each in data["procedures"]] == list(procedures())
    assert [each["id"] for each in data["systems"]] == [each.id for each in systems()]
    assert len(data["settings"]) == len(Settings.model_fields)
    (reading,) = (each for each in data["use_cases"] if each["form"] == "ECS17b")
    assert (reading["code"], reading["devices"], reading["response_encrypted"]) == ("0027", ["ESME"], True)
    assert reading["response"] == ["import_registers"]


def test_a_body_as_data_keeps_what_stands_together() -> None:
    """Of a choice each branch is a list: its elements come together or not at all."""
    (tariff,) = (each for each in PAGES["bodies"].data()["bodies"] if each["variant"] == "1.1.1")
    assert tariff["element"] == "UpdateImportTariffPrimaryElement"
    (choice,) = (each for each in tariff["holds"] if "one_of" in each)
    assert (choice["least"], choice["most"]) == (1, 1)
    assert all(isinstance(branch, list) for branch in choice["one_of"])


def test_what_would_break_a_table_does_not() -> None:
    assert table(("a", "b"), [("x|y", "1\n2")]).splitlines()[-1] == r"| x\|y | 1 2 |"

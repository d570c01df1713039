"""The reference says what the declarations say, all of it, and in tables that hold together."""

from __future__ import annotations

import re

import pytest

from gbsmart.assembly.settings import Settings
from gbsmart.duis import response_codes, service_requests
from gbsmart.duis.services import declared
from gbsmart.gbcs import forms
from gbsmart.reference import PAGES
from gbsmart.reference.markdown import table

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
    assert "| `7.2` | Disable Supply | critical | `GS` `IS` | 4, 5, 6, 7 |  | yes | ESME: `ECS43`" in text


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
    assert all(f"| `{form.name}` |" in messages for form in forms.all_forms())
    assert all(f"| `{code}` |" in codes for code in response_codes())
    assert "| `8F53` |" in codes
    assert settings.count("\n| `--") == len(Settings.model_fields)
    assert "| `--clock` | `GBSMART_CLOCK` |" in settings


def test_what_would_break_a_table_does_not() -> None:
    assert table(("a", "b"), [("x|y", "1\n2")]).splitlines()[-1] == r"| x\|y | 1 2 |"

"""The legend: every User Role and device type is explained, on its page and where its letters stand."""

from __future__ import annotations

import httpx
import pytest
from markupsafe import Markup

from gbsmart.console import console_app
from gbsmart.console.legend import DEVICE_TYPES, LEGEND, USER_ROLES, spelled
from gbsmart.console.sources import LedgerJourneys
from gbsmart.duis import UserRole, service_requests
from gbsmart.inventory import DeviceType

from .conftest import HUB, METER, OneHome


def test_every_user_role_has_its_letters_and_name() -> None:
    assert [(term.letters, term.name.upper().replace(" ", "_")) for term in USER_ROLES] == [
        (role.value, role.name) for role in UserRole
    ]


def test_every_device_type_is_there() -> None:
    letters = {term.letters for term in DEVICE_TYPES}
    assert letters == {each.value for each in DeviceType} | {"SAPC"}
    assert {kind for each in service_requests().values() for kind in each.device_types} <= letters


def test_no_letters_stand_twice() -> None:
    letters = [term.letters for terms in LEGEND.values() for term in terms]
    assert len(set(letters)) == len(letters)


@pytest.mark.parametrize(
    ("letters", "written"),
    [("IS", '<abbr title="Import Supplier">IS</abbr>'), ("<x>", "&lt;x&gt;"), ("whoever", "whoever")],
)
def test_letters_are_spelled_where_they_stand(letters: str, written: str) -> None:
    assert spelled(letters) == Markup(written)


@pytest.mark.anyio
async def test_the_legend_is_a_page_that_every_page_leads_to(journeys: LedgerJourneys) -> None:
    transport = httpx.ASGITransport(console_app(OneHome(), journeys))
    async with httpx.AsyncClient(transport=transport, base_url="http://console") as browser:
        page = (await browser.get("/legend")).text
        twin = (await browser.get("/legend.json")).json()
        for letters in ("IS", "GS", "ED", "GT", "RSA", "OU", "LC", "ESME", "GPF", "SAPC", "HCALCS"):
            assert f'<tr id="{letters}">' in page
        assert [term["letters"] for term in twin["user_roles"]] == [role.value for role in UserRole]
        assert set(twin) == {"user_roles", "device_types", "others"}
        for path in (f"/homes/{HUB}", f"/devices/{METER}", "/"):
            shown = (await browser.get(path)).text
            assert 'href="/legend"' in shown
            assert ">ESME</abbr>" in shown

"""A use case that there is not becomes one by its declaration: nobody else has to hear of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest

from gbsmart.gbcs import Cra, catalogue, codec, forms, message_codes
from gbsmart.gbcs.catalogue import MessageRules
from gbsmart.gbcs.catalogue import Protection as By
from gbsmart.gbcs.examples import example
from gbsmart.gbcs.explain import explain
from gbsmart.gbcs.forms.reading import gbz_form
from gbsmart.gbcs.gbz.attributes import attributes
from gbsmart.gbcs.gbz.bindings import plain, when
from gbsmart.gbcs.gbz.bodies import Read, Send
from gbsmart.gbcs.gbz.commands import SET_LOW_CREDIT_WARNING_LEVEL, Cluster
from gbsmart.gbcs.message_codes import MessageCode
from gbsmart.ground import NOW
from gbsmart.keys import RemotePartyRole
from gbsmart.reference.pages import PAGES

from .town import Town

CODE, TITLE = 0x0FFE, "Set the low credit threshold alone, and read it back"
FORM = gbz_form(
    "GCS99", CODE,
    Send(
        SET_LOW_CREDIT_WARNING_LEVEL, {"low_credit_warning_level": plain("low_credit_threshold")},
        from_date_time=when("execution_date_time"),
    ),
    Read(attributes(Cluster.PREPAYMENT, 0x0031)),
)  # fmt: skip
ROW = MessageCode(CODE, "GCS99", TITLE, "GBZ", ("GSME",))
RULES = MessageRules(
    CODE, "GCS99", TITLE, "GBZ", ("GSME",), By.SIGNATURE_AND_MAC, By.SIGNATURE,
    replay_protection=True, sensitive=False, dated=False, states_reliability=False, future_datable=True,
    top_up=False, roles=(RemotePartyRole.SUPPLIER,), assumed=frozenset(),
)  # fmt: skip


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The form in the catalogue, and its rows in the two tables of message codes."""
    codes = {**message_codes.message_codes(), CODE: ROW}
    rules = {**catalogue.commands(), CODE: RULES}
    monkeypatch.setattr(message_codes, "message_codes", lambda: codes)
    monkeypatch.setattr(catalogue, "commands", lambda: rules)
    monkeypatch.setitem(sys.modules, "gbsmart.gbcs.forms.fictitious", SimpleNamespace(FORMS=(FORM,)))
    monkeypatch.setattr(forms, "_CATALOGUE", (*forms._CATALOGUE, "fictitious"))
    forms.by_code.cache_clear()
    forms._by_name.cache_clear()
    yield
    forms.by_code.cache_clear()
    forms._by_name.cache_clear()


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.mark.usefixtures("declared")
def test_an_emulated_meter_does_what_a_new_use_case_asks(town: Town) -> None:
    answer = town.ask("GCS99", {"low_credit_threshold": 4_321, "execution_date_time": NOW}, town.gsme, 1)
    assert answer.success
    assert answer.values["low_credit_warning_level"] == 4_321
    later = town.clock.now() + timedelta(hours=1)
    later = later.replace(microsecond=0)
    answer = town.ask("GCS99", {"low_credit_threshold": 5, "execution_date_time": later}, town.gsme, 2)
    assert answer.values["low_credit_warning_level"] == 4_321, "not yet"


@pytest.mark.usefixtures("declared")
def test_it_is_explained_documented_and_has_an_example(town: Town) -> None:
    message = town.message("GCS99", example(forms.form("GCS99"), Cra.COMMAND), town.gsme, 1)
    found = codec.read(message)
    assert found is not None
    assert found.form is FORM
    told = explain(town.protect(message))
    assert told.form == "GCS99"
    assert "low_credit_warning_level" in {row.name for row in told.rows}
    page = PAGES["device-messages"].text()
    assert f"| `GCS99` | `0FFE` | {TITLE} | GSME |" in page
    assert "| `GCS99` | `low_credit_threshold` `execution_date_time` |" in page

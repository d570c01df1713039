"""What a device takes goes by its GBCS version: proven with versions that never were, and with real ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module

import pytest

from gbsmart.devices.inspection import raise_alert
from gbsmart.duis import Request, RequestId
from gbsmart.gbcs import versions
from gbsmart.gbcs.changes import AlertsAdded, UseCaseReplaced, UseCasesAdded, UseCasesRemoved
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.versions import CHANGES, VERSIONS
from gbsmart.ground import InvalidValue, NotFound, Version
from gbsmart.reference.pages import PAGES
from gbsmart.translation import Facts, transform
from gbsmart.translation.binding import binding
from gbsmart.translation.bindings import by_variant

from .town import ACB, SUPPLIER, Town

NOT_SUPPORTED, BILLING, POWER = 0x8F85, 0x8F0A, 0x8002
FICTITIOUS = (
    UseCasesAdded(since="9.0", added=("ECS40",), basis="I", note="made up, as all of these"),
    UseCaseReplaced(since="9.0", before="ECS26j", after="ECS26f", devices=("ESME",), basis="I"),
    UseCasesRemoved(since="9.0", removed=("ECS19",), basis="I"),
    AlertsAdded(since="9.0", codes=(POWER,), basis="I"),
)
"""6.2.7 is new, 6.2.9 is asked for by another use case (which answers something else, but never mind)."""


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A version 9.0 that is not."""
    monkeypatch.setattr(versions, "VERSIONS", (*VERSIONS, Version("9.0", None, "I")))
    monkeypatch.setattr(versions, "CHANGES", (*FICTITIOUS, *CHANGES))
    rows = {**by_variant(), "6.2.9": (binding("6.2.9", "ECS26f", "ESME"), *by_variant()["6.2.9"])}
    monkeypatch.setattr(import_module("gbsmart.translation.transform"), "by_variant", lambda: rows)
    versions.forget()
    yield "9.0"
    versions.forget()


def asked(variant: str, version: str) -> str:
    """The form that a request becomes for an electricity meter of this version."""
    facts = Facts(datetime(2026, 1, 1, tzinfo=UTC), ACB, "ESME", gbcs_version=version)
    return transform(Request(RequestId(SUPPLIER, Town().esme, 1), 1, variant, {}), facts).form.name


def told(town: Town, name: str, counter: int = 1) -> list[int]:
    """The alert codes with which a meter meets a command that it leaves unanswered."""
    (reaction,) = town.give((town.esme, town.command(name, {}, town.esme, counter)))
    assert reaction.response is None
    assert [code for code, _ in town.security_log(town.esme)][-1] == NOT_SUPPORTED
    return [town.read(octets)["alert_code"] for octets in reaction.alerts]


def test_transform_follows_a_declared_version(later: str) -> None:
    assert asked("6.2.7", later) == "ECS40"
    with pytest.raises(InvalidValue, match=r"devices of GBCS 4\.3 have no ECS40") as refused:
        asked("6.2.7", "4.3")
    assert refused.value.response_code == "E56"
    assert [asked("6.2.9", version) for version in ("4.3", later)] == ["ECS26j", "ECS26f"]


def test_a_device_follows_a_declared_version(later: str) -> None:
    before, after = Town(gbcs_version="4.3"), Town(gbcs_version=later)
    assert before.ask("ECS26j", {}, before.esme, 1).success
    assert before.ask("ECS19", {}, before.esme, 2).success
    assert told(before, "ECS40", 3) == [NOT_SUPPORTED]
    assert after.ask("ECS40", {}, after.esme, 1).success
    assert after.ask("ECS26f", {}, after.esme, 2).success
    assert told(after, "ECS26j", 3) == told(after, "ECS19", 4) == [NOT_SUPPORTED]


def test_an_alert_that_a_version_does_not_have_is_not_raised(later: str) -> None:
    old = Town(gbcs_version="4.3")
    device = old.street.device(old.esme)
    with pytest.raises(NotFound, match=r"a ESME of GBCS 4\.3 has no alert 8002"):
        raise_alert(POWER)(device, old.clock.now(), None)  # type: ignore[arg-type]
    assert device.edition.has_alert(BILLING, "ESME")
    assert versions.edition(later).has_alert(POWER, "ESME")


def test_the_reference_tells_of_a_declared_version(later: str) -> None:
    page = PAGES["gbcs-versions"].text()
    assert f"| `{later}` | ECS40 is new | made up, as all of these | assumed |" in page
    assert "| `9.0` | ECS26f in place of ECS26j (ESME) |" in page


def test_a_meter_of_today_takes_no_command_of_the_first_and_the_other_way_round() -> None:
    first, newest = Town(gbcs_version="1.1"), Town()
    assert first.ask("ECS26d", {}, first.esme, 1).success
    assert told(first, "ECS26l", 2) == [NOT_SUPPORTED]
    assert newest.ask("ECS26l", {}, newest.esme, 1).success
    assert told(newest, "ECS26d", 2) == [NOT_SUPPORTED]


def test_the_version_of_a_home_outlasts_a_restart() -> None:
    town = Town(gbcs_version="3.2")
    again = Town(store=town.street.store, enrol=False, clock=town.clock)
    assert {each.edition.number for each in again.street.home(town.plans[0].hub).devices.values()} == {"3.2"}


def test_who_asked_on_behalf_of_another_is_told_too() -> None:
    town = Town(gbcs_version="4.3")
    plain = town.message("ECS26d", {}, town.esme, 1)
    other = replace(plain.header.other, party=SUPPLIER, party_counter=7)
    octets = town.protect(Message(replace(plain.header, originator=ACB, other=other), plain.payload))
    (reaction,) = town.give((town.esme, octets))
    parties = [Message.parse(each).header.other.party for each in reaction.alerts]
    assert (reaction.response, parties) == (None, [None, SUPPLIER])

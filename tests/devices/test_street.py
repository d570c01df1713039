"""A street of homes on its store: what is durable, and what those see who only look."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gbsmart.devices import Home, schedule, service
from gbsmart.keys import RemotePartyRole
from gbsmart.store import Store, open_store

from .test_billing import switching_table, tariff
from .test_credentials import gaining, replacement
from .town import COS_PARTY, SECOND_SUPPLIER, START, Town


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(f"sqlite:///{tmp_path / 'homes.db'}")
    opened.migrate("devices", "wan")
    return opened


def supply(town: Town) -> str:
    return town.street.home(town.plans[0].hub).snapshot(town.clock.now()).electricity_supply


class Fails(Exception):
    """What a transaction fails with here."""


def undone(town: Town, command: bytes) -> str:
    """Give the meter a command in a transaction that fails; the supply that a page showed meanwhile."""
    with suppress(Fails), town.street.store.transaction() as connection:
        town.street.execute(connection, [(town.esme, command)], town.clock.now())
        seen = supply(town)
        raise Fails
    town.street.undo()
    return seen


def restarted(town: Town) -> Town:
    return Town(store=town.street.store, enrol=False)


def test_looking_at_a_home_takes_nothing_from_its_devices(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = restarted(Town(store=store))
    command = town.command("ECS43", {}, town.esme, 7)
    has_read, executed = threading.Event(), threading.Event()
    assemble = service.assemble

    def assemble_slowly(*arguments: Any) -> Home:
        if threading.current_thread() is looking:
            has_read.set()
            assert executed.wait(10)
        return assemble(*arguments)

    monkeypatch.setattr(service, "assemble", assemble_slowly)
    looking = threading.Thread(target=supply, args=(town,))
    looking.start()
    assert has_read.wait(10)
    (first,) = town.give((town.esme, command))
    executed.set()
    looking.join()
    assert first.response is not None
    (again,) = town.give((town.esme, command))
    assert again.response is None  # its counter is not above 7
    assert supply(town) == "off"


def test_what_may_yet_be_undone_is_not_seen(store: Store) -> None:
    town = Town(store=store)
    command = town.command("ECS43", {}, town.esme, 7)
    assert undone(town, command) == "on"
    assert town.give((town.esme, command))[0].response is not None
    assert supply(town) == "off"


def test_a_certificate_whose_first_transaction_failed_is_kept_with_the_next(store: Store) -> None:
    town = Town(store=store)
    second = gaining(lambda use: town.outside.certificate(SECOND_SUPPLIER, use))
    values = replacement(1, 7, RemotePartyRole.SUPPLIER, second, RemotePartyRole.TRANSITIONAL_COS)
    command = town.command("CS02bSupplierByTransCoS", values, town.esme, 1, COS_PARTY)
    undone(town, command)
    town.give((town.esme, command))
    assert restarted(town).ask("ECS42", {}, town.esme, 2, SECOND_SUPPLIER).success


def test_an_instruction_on_which_a_device_fails_holds_up_nobody() -> None:
    """It is taken back, logged and never tried again; what else is due, there and next door, is done."""
    town = Town(homes=2)
    ours, theirs = (plan.esme for plan in town.plans)
    due = START + timedelta(hours=1)
    for meter in (ours, theirs):
        values = {**tariff(switching_table([(0, 2)])), "execution_date_time": due}
        assert town.ask("ECS01a", values, meter, 1).success
    device = town.street.device(ours)
    (calendar, *_) = [what for _, what in schedule.held(device.memory)]
    schedule.hold(device.memory, due, calendar, b"no instruction")
    town.give((ours, town.command("ECS52", {}, ours, 9)))  # what it holds is durable
    town.clock.set(due)
    with town.street.store.transaction() as connection:
        told = Counter(eui for eui, _ in town.street.activate(connection, due))
    town.street.committed()
    assert (told[ours], told[theirs]) == (5, 6)
    assert town.street.next_due() is None
    assert [note for _, note in town.security_log(ours)] == ["defect: JSONDecodeError"]
    assert town.ask("ECS52", {}, ours, 10).success

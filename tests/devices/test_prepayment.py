"""Money at the emulated meters: what suppliers set and add, what is charged, and when the supply stops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gbsmart.devices import Supply, activate_emergency_credit, inspection, meter_for, restore_supply, top_up
from gbsmart.devices.accounting import LOCKED_FOR, MOST_WRONG
from gbsmart.devices.consumption import Home, Register, wh_from_litres
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.protection import add_mac
from gbsmart.gbcs.utrn import ValueClass, make_utrn
from gbsmart.ground import NEVER, NOW, Eui64, InvalidValue
from gbsmart.store import Store, open_store

from .test_esme import command_values, structure, vector
from .town import ACB, START, SUPPLIER, Town, public_town

EVENT = {"issuer_event_id": START}
LOW, OFFERED, ACTIVATED, EXHAUSTED = 0x810D, 0x8119, 0x81AB, 0x81AA
CUT_OFF, ARMED, ADDED_LOCALLY = 0x8F0F, 0x8F32, 0x810E
EXECUTED = 0x8F66
DAY = timedelta(days=1)


class Fuel:
    """One meter of a town, asked in its own use cases."""

    def __init__(self, town: Town, electricity: bool) -> None:
        self.town, self.electricity = town, electricity
        self.device = town.esme if electricity else town.gsme
        self.counter = 0

    def ask(self, use_case: str, **values: Any) -> Any:
        self.counter += 1
        given = values if self.electricity else {**EVENT, **values}
        return self.town.ask(use_case, given, self.device, self.counter)

    def adjust(self, amount: int, *, prepayment: bool = True) -> Any:
        if self.electricity:
            return self.ask("ECS04a", adjust_meter_balance=amount)
        return self.ask("GCS40a" if prepayment else "GCS40c", adjustment=amount)

    def reset(self, *, prepayment: bool = True) -> Any:
        return self.ask("ECS04b" if self.electricity else "GCS40b" if prepayment else "GCS40d")

    def prepayment(self, at: Any = NOW, threshold: int = 0, **flags: bool) -> Any:
        how = {"suspend_debt_disabled": False, "suspend_debt_emergency": False, **flags}
        common = {"disablement_threshold": threshold, "execution_date_time": at}
        if self.electricity:
            return self.ask("ECS03", credit_charges={**how, "twin_element": False}, **common)
        return self.ask("GCS03", debt_suspension=how, **common)

    def credit(self, at: Any = NOW) -> Any:
        if self.electricity:
            return self.ask("ECS02", credit_charges={"twin_element": False}, execution_date_time=at)
        return self.ask("GCS02", execution_date_time=at)

    def read(self) -> tuple[int, int, int]:
        """Meter balance, emergency credit and accumulated debt, as prepayment mode has them."""
        if self.electricity:
            held = self.ask("ECS19").values["prepayment_balances"]
            names = ("meter_balance", "emergency_credit_balance", "accumulated_debt_register")
        else:
            held = self.ask("GCS14").values
            names = ("credit_remaining", "emergency_credit_remaining", "accumulated_debt")
        balance, emergency, debt = (held[name] for name in names)
        return balance, emergency, debt

    def top_up(self, number: int, pence: int, maker: Eui64 = SUPPLIER) -> Any:
        """Send a UTRN of the supplier; the response."""
        digits = make_utrn(self.town.outside, maker, self.device, number << 32, pence, ValueClass.PENCE)
        return self.send(number, digits)

    def send(self, number: int, digits: str) -> Any:
        name = "CS01a" if self.electricity else "CS01b"
        return self.town.ask(name, {"utrn": digits}, self.device, number << 32)

    def utrn(self, number: int, pence: int) -> str:
        return make_utrn(self.town.outside, SUPPLIER, self.device, number << 32, pence, ValueClass.PENCE)

    @property
    def supply(self) -> Supply:
        state: Supply = self.town.street.device(self.device).state.supply
        return state

    def cost(self, start: Any, end: Any) -> int:
        """What the home uses between two moments costs at the first tariff, with standing charges (10^-5)."""
        home = Home(self.town.plans[0].seed)
        nights = (end.date() - start.date()).days
        if self.electricity:
            return home.electricity_wh(start, end) * 24_500 // 1_000 + 53_000 * nights
        litres = [home.register(Register.GAS_VOLUME, at) for at in (start, end)]
        wh = wh_from_litres(litres[1]) - wh_from_litres(litres[0])
        return wh * 6_300 // 1_000 + 29_000 * nights


@pytest.fixture(params=[True, False], ids=["ESME", "GSME"])
def fuel(request: pytest.FixtureRequest) -> Fuel:
    return Fuel(Town(), request.param)


def codes(town: Town, octets: list[bytes]) -> list[int]:
    return [town.read(each)["alert_code"] for each in octets]


def until(fuel: Fuel, moment: Any) -> list[tuple[int, Any]]:
    """Let time pass; the alerts, each with its moment."""
    fuel.town.clock.set(moment)
    with fuel.town.street.store.transaction() as connection:
        alerts = fuel.town.street.activate(connection, moment)
    fuel.town.street.committed()
    readings = [fuel.town.read(octets) for _, octets in alerts]
    return [(reading["alert_code"], reading["time"]) for reading in readings]


def do(fuel: Fuel, action: Callable[..., Any]) -> tuple[Any, list[int]]:
    """Let the consumer do something; what came of it, and the codes of the alerts."""
    town = fuel.town
    with town.street.store.transaction() as connection:
        done, alerts = town.street.perform(connection, fuel.device, action, town.clock.now())
    town.street.committed()
    return done, codes(town, alerts)


# --- the balance ---


def test_consumption_is_charged_at_the_tariff_in_force(fuel: Fuel) -> None:
    assert fuel.reset().success
    assert fuel.adjust(50_000_000).success
    assert fuel.prepayment().success
    later = START + timedelta(days=2, hours=7)
    fuel.town.clock.set(later)
    assert abs(fuel.read()[0] - (50_000_000 - fuel.cost(START, later))) <= 1


def test_a_new_price_counts_from_its_moment_on(fuel: Fuel) -> None:
    fuel.reset()
    fuel.adjust(100_000_000)
    fuel.prepayment()
    change, end = START + DAY, START + DAY * 2
    if fuel.electricity:
        free = {"standing_charge": {"scale": -5, "charge": 0}, "import_tariff": {"scale": -5, "prices": {}}}
        assert fuel.ask("ECS01b", **free, execution_date_time=change).success
    else:
        prices = {"prices": {1: 0}, "block_tariff": False, "thresholds_in_use": 0, "currency": 826}
        assert fuel.ask("GCS01b", **prices, standing_charge=0, execution_date_time=change).success
    alerts = until(fuel, end)
    assert alerts == [(EXECUTED, change)] * 2
    assert abs(fuel.read()[0] - (100_000_000 - fuel.cost(START, change))) <= 1


def test_a_price_for_later_is_cancelled(fuel: Fuel) -> None:
    for at in (START + DAY, NEVER):
        if fuel.electricity:
            values = {
                "standing_charge": {"scale": -5, "charge": 1},
                "import_tariff": {"scale": -5, "prices": {1: 9}},
            }
            assert fuel.ask("ECS01b", **values, execution_date_time=at).success
        else:
            values = {"prices": {1: 9}, "block_tariff": False, "thresholds_in_use": 0, "currency": 826}
            assert fuel.ask("GCS01b", **values, standing_charge=1, execution_date_time=at).success
    assert until(fuel, START + DAY * 2) == []


def test_what_a_gas_bill_counts_falls_by_what_the_supplier_adds() -> None:
    fuel = Fuel(Town(), electricity=False)

    def bill() -> int:
        from gbsmart.devices import gsme
        from gbsmart.devices.zcl import Subject

        device = fuel.town.street.device(fuel.device)
        found: int = gsme.server().read(Subject(device, fuel.town.clock.now()), "bill_to_date_delivered")
        return found

    assert fuel.reset(prepayment=False).success
    assert bill() == 0
    fuel.town.clock.set(START + DAY * 3)
    owed = bill()
    assert abs(owed - fuel.cost(START, START + DAY * 3)) <= 1
    assert fuel.adjust(10_000, prepayment=False).success
    assert bill() == owed - 10_000
    assert fuel.read()[0] == 0


def test_a_balance_that_would_not_fit_is_refused(fuel: Fuel) -> None:
    assert fuel.reset().success
    assert fuel.adjust(2**31 - 1).success
    assert not fuel.adjust(2**31 - 1).success


# --- payment mode ---


def test_without_credit_prepayment_stops_the_supply_at_once(fuel: Fuel) -> None:
    fuel.reset()
    (reaction,) = fuel.town.give((fuel.device, mode_command(fuel)))
    assert codes(fuel.town, reaction.alerts) == [LOW, OFFERED, CUT_OFF]
    assert fuel.supply is Supply.OFF


def mode_command(fuel: Fuel) -> bytes:
    fuel.counter += 1
    how = {"suspend_debt_disabled": True, "suspend_debt_emergency": False}
    common = {"disablement_threshold": 0, "execution_date_time": NOW}
    if fuel.electricity:
        values = {"credit_charges": {**how, "twin_element": False}, **common}
        return fuel.town.command("ECS03", values, fuel.device, fuel.counter)
    return fuel.town.command("GCS03", {**EVENT, "debt_suspension": how, **common}, fuel.device, fuel.counter)


def test_a_mode_for_later_is_held_by_the_device_and_told_of(fuel: Fuel) -> None:
    fuel.reset()
    fuel.adjust(900_000_000)
    at = START + DAY
    assert fuel.prepayment(at).success
    found = until(fuel, at)
    assert found == [(EXECUTED, at)] * (2 if fuel.electricity else 1)  # electricity: threshold and account
    assert fuel.credit(START + DAY * 2).success
    assert fuel.credit(NEVER).success
    assert until(fuel, START + DAY * 3) == []


def test_the_supply_is_armed_again_when_the_mode_returns_to_credit(fuel: Fuel) -> None:
    fuel.reset()
    fuel.prepayment()
    assert fuel.supply is Supply.OFF
    assert fuel.credit().success
    assert fuel.supply is Supply.ARMED


def test_arming_a_gas_meter_without_credit_is_answered_by_what_came_of_it() -> None:
    gas = Fuel(Town(), electricity=False)
    gas.reset()
    gas.adjust(1_000)
    gas.prepayment()
    assert gas.ask("GCS32").values["supply_status"] == Supply.OFF
    gas.adjust(-5_000)
    assert gas.ask("GCS39").values["supply_status"] == Supply.OFF
    assert gas.supply is Supply.OFF


# --- running out ---


def test_credit_runs_out_supply_stops_and_a_top_up_arms_it(fuel: Fuel) -> None:
    fuel.reset()
    fuel.adjust(500_000)
    fuel.prepayment()
    alerts = until(fuel, START + DAY * 20)
    assert [code for code, _ in alerts] == [LOW, OFFERED, CUT_OFF]
    ran_out = alerts[-1][1]
    charged = [fuel.cost(START, ran_out + timedelta(seconds=step)) for step in (-2, 0)]
    assert charged[0] <= 500_000 <= charged[1] + 1_000
    assert fuel.supply is Supply.OFF
    register = Register.ACTIVE_IMPORT if fuel.electricity else Register.GAS_VOLUME
    meter = fuel.town.street.device(fuel.device).state
    assert meter.reads(register, START + DAY * 20) == meter.reads(register, ran_out)

    balance = fuel.read()[0]
    assert balance < 0  # standing charges go on
    answered = fuel.top_up(1, 2_000)
    assert answered.success
    assert fuel.supply is Supply.ARMED
    assert fuel.read()[0] == balance + 2_000_000
    assert do(fuel, restore_supply()) == (True, [0x8161])
    assert fuel.supply is Supply.ON


def test_emergency_credit_carries_the_home_on_until_it_is_used_up(fuel: Fuel) -> None:
    fuel.prepayment()
    fuel.reset()
    assert do(fuel, activate_emergency_credit()) == (True, [ACTIVATED, 0x8168])
    assert do(fuel, activate_emergency_credit()) == (False, [])
    assert fuel.read()[1] == 500_000
    assert do(fuel, restore_supply())[0]
    alerts = until(fuel, START + DAY * 20)
    assert [code for code, _ in alerts] == [LOW, EXHAUSTED, CUT_OFF]
    assert fuel.read()[1] == 0
    fuel.top_up(1, 1_000)
    balance, emergency, _ = fuel.read()
    assert (emergency, fuel.supply) == (0, Supply.OFF if balance <= 0 else Supply.ARMED)


# --- top-ups ---


def refused(answer: Any) -> bool:
    return not answer.success or answer.values.get("result_type") == 1


def test_a_utrn_is_credited_once_and_forgeries_never(fuel: Fuel) -> None:
    fuel.prepayment()
    fuel.reset()
    assert not refused(fuel.top_up(6, 1_250))
    assert fuel.read()[0] == 1_250_000
    assert refused(fuel.send(7, fuel.utrn(6, 1_250)))
    assert refused(fuel.send(8, fuel.utrn(8, 1_250)[:-1] + str((int(fuel.utrn(8, 1_250)[-1]) + 1) % 10)))
    genuine = fuel.utrn(9, 1_250)
    done, alerts = do(fuel, top_up(genuine))
    assert (done.accepted, done.amount, alerts) == (True, 1_250_000, [ADDED_LOCALLY])
    assert refused(fuel.send(9, genuine))
    assert [code for code, _ in fuel.town.security_log(fuel.device)] == [0x8F51, 0x8F51]
    assert fuel.read()[0] == 2_500_000


def test_top_ups_count_in_a_space_of_their_own(fuel: Fuel) -> None:
    fuel.counter = 5_000
    assert fuel.reset().success
    assert not refused(fuel.top_up(1, 100))
    assert fuel.reset().success


def test_wrong_digits_again_and_again_suspend_entry_by_hand(fuel: Fuel) -> None:
    fuel.prepayment()
    forged = make_utrn(fuel.town.outside, SUPPLIER, fuel.town.gpf, 1 << 32, 500, ValueClass.PENCE)
    seen = [do(fuel, top_up(forged)) for _ in range(MOST_WRONG)]
    assert [alerts for _, alerts in seen] == [[0x8F63]] * (MOST_WRONG - 1) + [[0x8F63, 0x81C4]]
    done, alerts = do(fuel, top_up(fuel.utrn(1, 500)))
    assert (done.accepted, alerts) == (False, [0x81C5])
    fuel.town.clock.set(START + LOCKED_FOR)
    assert do(fuel, top_up(fuel.utrn(1, 500)))[0].accepted


def test_a_utrn_typed_in_at_the_ppmid_finds_its_meter(fuel: Fuel) -> None:
    """Also when it was used up, and whatever the other meter has used up."""
    home = fuel.town.street.home(fuel.town.plans[0].hub)
    other = Fuel(fuel.town, not fuel.electricity)
    assert not refused(other.top_up(3, 700))
    mine = fuel.utrn(3, 700)
    assert meter_for(home, mine).eui == fuel.device
    assert meter_for(home, other.utrn(3, 700)).eui == other.device
    assert do(fuel, top_up(mine))[0].accepted
    assert meter_for(fuel.town.street.home(home.plan.hub), mine).eui == fuel.device
    for neither in (
        "no digits",
        make_utrn(fuel.town.outside, SUPPLIER, fuel.town.gpf, 1 << 32, 5, ValueClass.PENCE),
    ):
        assert meter_for(home, neither).eui == fuel.town.esme


def test_only_a_meter_has_an_account(fuel: Fuel) -> None:
    town = fuel.town
    with pytest.raises(InvalidValue, match="no account"), town.street.store.transaction() as connection:
        town.street.perform(connection, town.gpf, restore_supply(), START)


# --- as the public messages are ---


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("folder", "scenario"),
    [
        ("1.2.1_ECS01b", "IMMEDIATE_BLOCK_SUCCESS"), ("1.2.1_GCS01b", "IMMEDIATE_TOU_SUCCESS"),
        ("1.5_ECS04a", "SUCCESS"), ("1.5_ECS04b", "SUCCESS"), ("1.5_GCS40a", "SUCCESS"),
        ("1.5_GCS40b", "SUCCESS"), ("1.5_GCS40c", "SUCCESS"), ("1.5_GCS40d", "SUCCESS"),
        ("1.6_ECS02", "IMMEDIATE_SINGLE_SUCCESS"), ("1.6_ECS03", "IMMEDIATE_SINGLE_SUCCESS"),
        ("1.6_ECS02", "FUTURE_DATED_TWIN_SUCCESS"), ("1.6_GCS02", "IMMEDIATE_SUCCESS"),
        ("1.6_GCS03", "IMMEDIATE_SUCCESS"), ("4.3_ECS19", "SUCCESS"),
    ],
)  # fmt: skip
def test_public_commands_are_answered_as_the_public_devices_do(
    corpus: Path, folder: str, scenario: str
) -> None:
    town = public_town(corpus)
    message = vector(corpus, folder, f"_{scenario}_COMMAND")
    answered = vector(corpus, folder, f"_{scenario}_RESPONSE")
    octets = add_mac(message, town.outside, ACB).encode()
    (reaction,) = town.give((message.header.recipient, octets))
    assert reaction.response is not None, reaction.log
    ours = Message.parse(reaction.response)
    assert town.read(reaction.response).success
    assert (ours.mac is None, ours.header.date_time is None) == (
        answered.mac is None, answered.header.date_time is None,
    )  # fmt: skip
    assert structure(ours.payload, ours) == structure(answered.payload, answered)


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("folder", "scenario", "device"),
    [
        ("2.2_CS01a", "SUCCESS", "esme"), ("2.2_CS01b", "SUCCESS", "gsme"),
        ("4.3_GCS14", "SUCCESS_RELIABLE_GPF", "gpf"), ("4.3_GCS14", "SUCCESS_RELIABLE_GSME", "gsme"),
    ],
)  # fmt: skip
def test_answers_have_the_structure_of_the_public_ones(
    corpus: Path, folder: str, scenario: str, device: str
) -> None:
    """Of top-ups, which only the device's own key can check, and of what the gas proxy mirrors."""
    town = Town()
    answered = vector(corpus, folder, f"_{scenario}_RESPONSE")
    meter = getattr(town, device)
    topping_up = folder.startswith("2.2")
    utrn = make_utrn(town.outside, SUPPLIER, meter, 3 << 32, 50, ValueClass.POUNDS)
    values = {"utrn": utrn} if topping_up else {}
    octets = town.command(folder.split("_")[1], values, meter, 3 << 32 if topping_up else 3)
    (reaction,) = town.give((meter, octets))
    assert reaction.response is not None, reaction.log
    ours = Message.parse(reaction.response)
    assert town.read(reaction.response).success
    assert ours.header.date_time is not None
    assert structure(ours.payload, ours) == structure(answered.payload, answered)


@pytest.mark.corpus
def test_a_refused_gas_top_up_is_answered_as_the_public_device_does(corpus: Path) -> None:
    fuel = Fuel(Town(), electricity=False)
    asked = command_values(vector(corpus, "2.2_CS01b", "_ERROR_COMMAND"))
    answer = fuel.send(7, asked["utrn"])
    assert answer.values["result_type"] == 1
    assert (answer.values["top_up_value"], answer.values["credit_remaining"]) == (-1, -1)


@pytest.mark.parametrize("electricity", [True, False])
def test_a_year_of_prepayment_passes(electricity: bool, tmp_path: Path) -> None:
    """A home that is topped up whenever its credit is low never goes dark; every penny is accounted for."""
    fuel = Fuel(Town(), electricity)
    fuel.reset()
    fuel.adjust(2_000_000)
    fuel.prepayment()
    moment, end, paid = START, START + DAY * 365, 2_000_000
    number = 0
    while moment < end:
        due = fuel.town.street.next_due()
        assert due is not None
        moment = min(due, end)
        if LOW in [code for code, _ in until(fuel, moment)]:
            number += 1
            done, _ = do(fuel, top_up(fuel.utrn(number, 8_000)))
            assert done.accepted
            paid += done.amount
    assert fuel.supply is Supply.ON
    assert abs(fuel.read()[0] - (paid - fuel.cost(START, end))) <= 1


def test_the_account_outlives_the_process(tmp_path: Path) -> None:
    store: Store = open_store(f"sqlite:///{tmp_path / 'homes.db'}")
    store.migrate("devices", "wan")
    fuel = Fuel(Town(store=store), electricity=True)
    fuel.prepayment()
    fuel.reset()
    fuel.adjust(700_000)
    again = Fuel(Town(store=store, enrol=False), electricity=True)
    again.counter = fuel.counter
    assert again.read()[0] == 700_000
    assert again.town.street.next_due() is not None


def test_credit_beyond_the_greatest_balance_is_refused_and_stays_good(fuel: Fuel) -> None:
    fuel.reset()
    fuel.prepayment()
    limit = "max_meter_balance" if fuel.electricity else "max_credit_limit"
    do(fuel, inspection.put({limit: 2_000_000}))
    assert do(fuel, top_up(fuel.utrn(1, 1_500)))[0].balance == 1_500_000
    second = fuel.utrn(2, 1_000)
    refused, said = do(fuel, top_up(second))
    assert (refused.accepted, said) == (False, [0x8F47])
    fuel.adjust(-1_000_000)
    assert do(fuel, top_up(second))[0].balance == 1_500_000


def test_counters_of_top_ups_and_of_other_commands_do_not_meet(fuel: Fuel) -> None:
    """Whichever space is far ahead, the other goes on where it was; each refuses what it has seen."""
    fuel.counter = 1 << 40
    assert fuel.adjust(1_000).success
    assert fuel.top_up(1, 500).success  # 2^32, far below
    assert fuel.top_up(1_000, 500).success  # 1,000 * 2^32, far above
    assert fuel.adjust(1_000).success
    name = "CS01a" if fuel.electricity else "CS01b"
    again = fuel.town.command(name, {"utrn": fuel.utrn(1_001, 500)}, fuel.device, 1_000 << 32)
    (reaction,) = fuel.town.give((fuel.device, again))
    assert reaction.response is None
    assert "is not above" in reaction.log[0].note


def test_a_good_entry_forgives_the_wrong_ones_before(fuel: Fuel) -> None:
    for number in range(1, 3):
        for _ in range(MOST_WRONG - 1):
            refused, said = do(fuel, top_up("0" * 20))
            assert not refused.accepted
            assert said == []
        assert do(fuel, top_up(fuel.utrn(number, 500)))[0].accepted

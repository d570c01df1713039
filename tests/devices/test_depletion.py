"""A gas meter's battery runs out, and people tamper with meters: what the supplier has set happens."""

from __future__ import annotations

import pytest

from gbsmart.devices import Supply, deplete, end_tampering, replace_battery, restore_supply, tamper
from gbsmart.devices.battery import FULL, LOW, days_left
from gbsmart.ground import InvalidValue

from .test_gas import GasMeter, do
from .town import Town

POWER_LOST, BATTERY_LOW, BATTERY_REPLACED = 0x8F1D, 0x8F1F, 0x8F82
BATTERY_COVER_OFF, BATTERY_COVER_ON, LOCKED = 0x8F73, 0x81A1, 0x81BE
LOCK, UNCHANGED = 0, 3


@pytest.fixture
def meter() -> GasMeter:
    return GasMeter()


def configure(meter: GasMeter, *, tamper: int = UNCHANGED, depletion: int = UNCHANGED) -> None:
    assert meter.ask(
        "GCS24a", uncontrolled_gas_flow_rate=0, stabilisation_period=10, measurement_period=60,
        supply_tamper_state=tamper, supply_depletion_state=depletion,
    ).success  # fmt: skip


@pytest.mark.parametrize(
    ("depletion", "moved", "supply"), [(LOCK, True, Supply.OFF), (UNCHANGED, False, Supply.ON)]
)
def test_a_depleted_battery_leaves_the_valve_as_the_supplier_has_set_it(
    meter: GasMeter, depletion: int, moved: bool, supply: Supply
) -> None:
    configure(meter, depletion=depletion)
    assert do(meter, deplete()) == (moved, [POWER_LOST])
    assert meter.supply is supply
    assert [row.code for row in meter.town.street.log(meter.town.gsme, "event")][-1] == POWER_LOST
    assert not do(meter, restore_supply())[0], "what was locked is not for the consumer to open"


def test_a_supply_that_was_off_is_opened_where_that_is_set(meter: GasMeter) -> None:
    configure(meter, depletion=2)
    assert meter.ask("GCS32").success
    assert meter.supply is Supply.OFF
    assert do(meter, deplete())[0]
    assert meter.supply is Supply.ON


def test_a_battery_runs_low_before_it_runs_out_and_is_replaced(meter: GasMeter) -> None:
    device, now = meter.town.street.device(meter.town.gsme), meter.town.clock.now()
    assert days_left(device, now) == FULL
    assert do(meter, deplete(LOW + 1)) == (False, [])
    assert do(meter, deplete(LOW)) == (False, [BATTERY_LOW])
    with pytest.raises(InvalidValue, match="a battery of 60 days"):
        do(meter, deplete(LOW + 1))
    assert do(meter, replace_battery()) == (False, [BATTERY_COVER_OFF, BATTERY_REPLACED, BATTERY_COVER_ON])
    assert days_left(device, now) == FULL
    logs = {
        log: [row.code for row in meter.town.street.log(meter.town.gsme, log)]
        for log in ("event", "security")
    }
    assert logs["security"] == [BATTERY_COVER_OFF, BATTERY_REPLACED], "as in the public test messages"
    assert logs["event"][-2:] == [BATTERY_LOW, BATTERY_COVER_ON]


def test_opening_the_battery_cover_is_tampering(meter: GasMeter) -> None:
    configure(meter, tamper=LOCK)
    done, alerts = do(meter, replace_battery())
    assert (done, alerts[:2]) == (True, [BATTERY_COVER_OFF, LOCKED])
    assert meter.supply is Supply.OFF


@pytest.mark.parametrize(
    ("way", "begins", "ends"),
    [("cover", 0x8F74, 0x81B9), ("magnet", 0x8F75, 0x81BC), ("tilt", 0x81C3, 0x81C2)],
)
def test_tampering_is_told_when_it_begins_and_when_it_ends(
    meter: GasMeter, way: str, begins: int, ends: int
) -> None:
    assert do(meter, end_tampering(way)) == (False, [])
    assert do(meter, tamper(way)) == (False, [begins])
    assert do(meter, end_tampering(way)) == (True, [ends])
    assert [row.code for row in meter.town.street.log(meter.town.gsme, "security")] == [begins]


def test_only_a_gas_meter_has_a_battery_and_is_tilted() -> None:
    town = Town()
    for action in (deplete(), replace_battery(), tamper("tilt")):
        with (
            pytest.raises(InvalidValue) as refused,
            town.street.store.transaction() as connection,
        ):
            town.street.perform(connection, town.esme, action, town.clock.now())
        assert refused.value.field == "device"

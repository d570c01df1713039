"""What a supplier has set to be shown in the home, or to sound: displays show it, meters sound."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from gbsmart.devices import Home, inspection, open_cover, restore_supply
from gbsmart.devices.events import SOUNDS_FOR

from .test_electricity import Meter
from .test_gas import GasMeter, do
from .test_prepayment import do as do_at
from .town import START, Town

NOT_OBEYED, COVER_REMOVED = 0x8162, 0x8F74
WAN, HAN, AUDIBLE = 0x08, 0x10, 0x40


def home(town: Town) -> Home:
    return town.street.home(town.plans[0].hub)


def state_of(town: Town, kind: str) -> dict[str, Any]:
    """What the state of a device says, by name."""
    device = home(town).devices[kind]
    return {each.name: each.value for each in inspection.values_of(device, town.clock.now())}


def test_an_event_that_nobody_has_set_is_neither_shown_nor_sounded() -> None:
    meter = Meter()
    do_at(meter, restore_supply())
    shot = home(meter.town).snapshot(meter.town.clock.now())
    assert (shot.notices, shot.alarms) == ((), ())


def test_an_electricity_meter_shows_and_sounds_what_its_supplier_has_chosen() -> None:
    meter = Meter()
    assert meter.ask("ECS25a1", supplier_han_alerts_changes={NOT_OBEYED: True}).success
    assert meter.ask("ECS25a2", supplier_alarms_changes={NOT_OBEYED: True}).success
    assert do_at(meter, restore_supply()) == (False, [NOT_OBEYED])
    town = meter.town
    shot = home(town).snapshot(town.clock.now())
    assert [(kind, each.code, each.moment) for kind, each in shot.notices] == [("ESME", NOT_OBEYED, START)]
    assert shot.screen is not None
    assert [each.code for each in shot.screen.electricity.notices] == [NOT_OBEYED]
    (alarm,) = shot.alarms
    assert (alarm.meter, alarm.heard.code, alarm.sounds) == ("ESME", NOT_OBEYED, True)
    assert state_of(town, "ESME")["alarm_sounds"] is True
    town.clock.set(START + SOUNDS_FOR)
    (alarm,) = home(town).snapshot(town.clock.now()).alarms
    assert alarm.sounds is False, "an alarm falls silent, and is remembered"
    assert state_of(town, "ESME")["last_alarm"]["code"] == "8162"


def test_what_is_told_over_the_wan_is_another_choice() -> None:
    meter = Meter()
    assert meter.ask("ECS25a", supplier_wan_alerts_changes={NOT_OBEYED: False}).success
    assert meter.ask("ECS25a1", supplier_han_alerts_changes={NOT_OBEYED: True}).success
    assert do_at(meter, restore_supply()) == (False, [])
    shot = home(meter.town).snapshot(meter.town.clock.now())
    assert [each.code for _, each in shot.notices] == [NOT_OBEYED]
    assert shot.alarms == ()
    assert meter.ask("ECS25a1", supplier_han_alerts_changes={NOT_OBEYED: False}).success
    do_at(meter, restore_supply())
    assert len(home(meter.town).snapshot(meter.town.clock.now()).notices) == 1


def test_a_gas_meters_events_are_shown_when_the_proxy_has_heard_of_them() -> None:
    meter = GasMeter()
    town = meter.town
    chosen = [{"event_configuration": 3 | HAN | AUDIBLE, "event_codes": [NOT_OBEYED]}]
    assert meter.ask("GCS20", event_settings=chosen).success
    assert do(meter, restore_supply()) == (False, []), "neither is it told over the WAN now"
    shot = home(town).snapshot(START)
    assert shot.notices == (), "the meter sleeps"
    assert [(each.meter, each.sounds) for each in shot.alarms] == [("GSME", True)], "but it sounds at once"
    later = home(town).snapshot(START + timedelta(minutes=30))
    assert [(kind, each.code) for kind, each in later.notices] == [("GSME", NOT_OBEYED)]


def test_an_event_of_a_command_is_felt_too() -> None:
    meter = Meter()
    assert meter.ask("ECS25a2", supplier_alarms_changes={0x8154: True}).success
    (alarm,) = home(meter.town).snapshot(START).alarms
    assert alarm.heard.code == 0x8154


def test_critical_events_are_not_for_the_home_to_choose() -> None:
    meter = GasMeter()
    chosen = [{"event_configuration": 3 | HAN | AUDIBLE, "event_codes": [COVER_REMOVED]}]
    assert not meter.ask("GCS20", event_settings=chosen).success
    assert do(meter, open_cover()) == (False, [COVER_REMOVED]), "it is told all the same"
    assert home(meter.town).snapshot(START).alarms == ()

"""The road under faults that are switched on: what is lost, late, twice, changed or out of order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest

from gbsmart.ground import Faults
from gbsmart.wan import LocalWan, Parcel
from gbsmart.wan.faults import FAULTS

from ..devices.town import Town
from .test_local import Dcc, parcel, settled, until

READ, SENSITIVE_TO_REPLAY = "ECS17b", "ECS43"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def on_the_road(
    test: Callable[[Town, Dcc, LocalWan, Faults], Coroutine[Any, Any, None]],
) -> Callable[[], None]:
    async def run() -> None:
        town, dcc = Town(2), Dcc()
        faults = Faults(FAULTS, town.clock, seed=1)
        async with LocalWan(town.street, town.clock, dcc, switched=faults) as wan:
            await test(town, dcc, wan, faults)

    def wrapped() -> None:
        asyncio.run(run())

    wrapped.__name__ = test.__name__
    return wrapped


async def pass_time(town: Town, seconds: float) -> None:
    town.clock.advance(seconds=seconds)
    await settled()


def names(parcels: list[Parcel]) -> list[str]:
    return [each.transport_id for each in parcels]


def executed(town: Town) -> int:
    return len(town.street.log(town.esme, "event"))


@pytest.mark.parametrize(
    ("fault", "direction", "done"),
    [
        ("wan-loss", "to-device", 1),
        ("wan-loss", "from-device", 2),
        ("han-loss", "to-device", 1),
        ("han-loss", "from-device", 2),
    ],
)
def test_what_is_lost_one_way_or_the_other(fault: str, direction: str, done: int) -> None:
    @on_the_road
    async def test(town: Town, dcc: Dcc, wan: LocalWan, faults: Faults) -> None:
        faults.on(fault, {"direction": direction, "times": 1, "device": town.esme})
        assert await wan.send([parcel(town, READ, 1)]) == []  # as far as the DCC can tell, it is there
        await settled()
        await wan.send([parcel(town, READ, 2)])
        assert names(await dcc.has(1)) == ["t2"]
        assert executed(town) == done
        assert faults.counters()[fault] == (2, 1)
        (hit,) = faults.hits()
        assert (hit.about, hit.where["device"]) == ("t1", str(town.esme))

    test()


@pytest.mark.parametrize("again", [False, True])
def test_what_was_lost_in_the_home_is_lost_and_what_was_lost_on_the_wan_its_hub_has(again: bool) -> None:
    @on_the_road
    async def test(town: Town, dcc: Dcc, wan: LocalWan, faults: Faults) -> None:
        faults.on("wan-loss" if again else "han-loss", {"direction": "from-device", "times": 1})
        command = parcel(town, READ, 1)
        await wan.send([command])
        await settled()
        await wan.send([command])
        await settled()
        assert names(dcc.parcels) == (["t1"] if again else [])

    test()


@pytest.mark.parametrize("fault", ["wan-delay", "han-delay"])
@pytest.mark.parametrize("direction", ["to-device", "from-device"])
def test_what_is_late_comes_then(fault: str, direction: str) -> None:
    @on_the_road
    async def test(town: Town, dcc: Dcc, wan: LocalWan, faults: Faults) -> None:
        faults.on(fault, {"direction": direction, "seconds": "10s"})
        await wan.send([parcel(town, READ, 1)])
        await settled()
        assert executed(town) == (direction == "from-device")
        due = wan.next_due()
        assert due == town.clock.now() + timedelta(seconds=10)
        assert wan.is_quiet()
        await pass_time(town, 9)
        assert dcc.parcels == []
        await pass_time(town, 1)
        assert names(await dcc.has(1)) == ["t1"]
        assert faults.counters()[fault] == (1, 1)

    test()


@on_the_road
async def test_jitter_is_drawn_from_the_seed(town: Town, dcc: Dcc, wan: LocalWan, faults: Faults) -> None:
    faults.on("wan-delay", {"direction": "to-device", "seconds": "1s", "jitter": "5s"})
    start, due = town.clock.now(), []
    for number in range(1, 4):
        await wan.send([parcel(town, READ, number)])
        await settled()
        moment = wan.next_due()
        assert moment is not None
        due.append((moment - start).total_seconds())
    assert all(1 <= each <= 6 for each in due)


@on_the_road
async def test_the_hub_executes_a_command_that_comes_twice_once(
    town: Town, dcc: Dcc, wan: LocalWan, faults: Faults
) -> None:
    faults.on("wan-duplication", {"direction": "to-device"})
    await wan.send([parcel(town, READ, 1)])
    await settled()
    assert names(dcc.parcels) == ["t1"]
    assert executed(town) == 1
    assert faults.counters()["wan-duplication"] == (1, 1)


@on_the_road
async def test_the_dcc_is_given_a_response_twice(town: Town, dcc: Dcc, wan: LocalWan, faults: Faults) -> None:
    faults.on("wan-duplication", {"direction": "from-device"})
    await wan.send([parcel(town, READ, 1)])
    first, second = await dcc.has(2)
    assert first == second


@on_the_road
async def test_a_device_refuses_a_command_that_it_gets_twice(
    town: Town, dcc: Dcc, wan: LocalWan, faults: Faults
) -> None:
    """Replay protection holds, whatever the road does."""
    faults.on("han-duplication", {"direction": "to-device"})
    await wan.send([parcel(town, SENSITIVE_TO_REPLAY, 1)])
    await settled()
    assert names(dcc.answers) == ["t1"]
    assert executed(town) == 1
    assert "is not above" in town.street.log(town.esme, "security")[0].note


@pytest.mark.parametrize("fault", ["wan-corruption", "han-corruption"])
def test_a_device_is_silent_on_a_corrupted_command(fault: str) -> None:
    @on_the_road
    async def test(town: Town, dcc: Dcc, wan: LocalWan, faults: Faults) -> None:
        faults.on(fault, {"direction": "to-device", "octets": 3, "times": 1})
        await wan.send([parcel(town, READ, 1)])
        await settled()
        assert dcc.answers == []
        assert executed(town) == 0
        assert len(town.street.log(town.esme, "security")) == 1
        await wan.send([parcel(town, READ, 2)])
        await dcc.answered(1)
        assert faults.counters()[fault] == (2, 1)

    test()


@pytest.mark.parametrize("fault", ["wan-corruption", "han-corruption"])
def test_a_response_arrives_corrupted_as_the_seed_says(fault: str) -> None:
    came: list[bytes] = []

    def read(told: dict[str, Any] | None) -> None:
        @on_the_road
        async def test(town: Town, dcc: Dcc, wan: LocalWan, faults: Faults) -> None:
            if told is not None:
                faults.on(fault, told)
            await wan.send([parcel(town, READ, 1)])
            (response,) = await dcc.has(1)
            came.append(response.octets)

        test()

    read(None)
    for _ in range(2):
        read({"direction": "from-device", "octets": 2})
    sound, changed, again = came
    assert changed == again
    assert len(changed) == len(sound)
    assert 1 <= sum(one != other for one, other in zip(sound, changed, strict=True)) <= 2


@pytest.mark.parametrize("fault", ["wan-reordering", "han-reordering"])
def test_a_command_that_is_overtaken_is_refused_as_a_replay(fault: str) -> None:
    @on_the_road
    async def test(town: Town, dcc: Dcc, wan: LocalWan, faults: Faults) -> None:
        faults.on(fault, {"direction": "to-device", "times": 1, "seconds": "60s"})
        await wan.send([parcel(town, SENSITIVE_TO_REPLAY, 1)])
        await settled()
        assert faults.counters()[fault] == (1, 0)  # nothing has overtaken it so far
        await wan.send([parcel(town, SENSITIVE_TO_REPLAY, 2)])
        await settled()
        assert names(dcc.answers) == ["t2"]
        assert "is not above" in town.street.log(town.esme, "security")[0].note
        assert faults.counters()[fault] == (2, 1)
        assert faults.hits()[0].detail == "overtaken by t2"

    test()


@pytest.mark.parametrize("fault", ["wan-reordering", "han-reordering"])
def test_a_response_is_overtaken(fault: str) -> None:
    @on_the_road
    async def test(town: Town, dcc: Dcc, wan: LocalWan, faults: Faults) -> None:
        faults.on(fault, {"direction": "from-device", "times": 1, "seconds": "60s"})
        await wan.send([parcel(town, READ, 1)])
        await settled()
        await wan.send([parcel(town, READ, 2)])
        await until(lambda: names(dcc.parcels) == ["t2", "t1"])
        assert faults.counters()[fault][1] == 1

    test()


@on_the_road
async def test_what_nothing_overtakes_comes_after_its_wait(
    town: Town, dcc: Dcc, wan: LocalWan, faults: Faults
) -> None:
    faults.on("wan-reordering", {"direction": "to-device", "seconds": "5s"})
    await wan.send([parcel(town, READ, 1)])
    await settled()
    assert dcc.parcels == []
    await pass_time(town, 5)
    assert names(await dcc.has(1)) == ["t1"]
    assert faults.counters()["wan-reordering"][1] == 0


@on_the_road
async def test_switches_of_hubs_devices_and_the_wan_are_faults_like_any(
    town: Town, dcc: Dcc, wan: LocalWan, faults: Faults
) -> None:
    wan.switch_hub(town.plans[1].hub, on=False)
    wan.switch_device(town.esme, alive=False)
    wan.down = True
    assert [each.fault.name for each in faults.switches()] == ["hub-off", "device-dead", "wan-down"]
    wan.down = False
    wan.switch_device(town.esme, alive=True)
    wan.switch_hub(town.plans[1].hub, on=True)
    assert not faults.awake
    faults.on("hub-off", {"hub": town.plans[0].hub})
    assert await wan.send([parcel(town, READ, 1)]) == ["t1"]
    assert faults.counters()["hub-off"] == (1, 1)


@on_the_road
async def test_a_dead_device_answers_when_the_fault_is_over(
    town: Town, dcc: Dcc, wan: LocalWan, faults: Faults
) -> None:
    faults.on("device-dead", {"device": town.esme, "lasting": "1h"})
    await wan.send([parcel(town, READ, 1)])
    await settled()
    for _ in range(3):
        await pass_time(town, 10)
    assert dcc.parcels == []
    assert faults.counters()["device-dead"] == (1, 1)  # once for the parcel, however often it is tried
    await pass_time(town, 3600)
    assert names(await dcc.has(1)) == ["t1"]


@on_the_road
async def test_a_sleepy_device_takes_messages_now_and_then(
    town: Town, dcc: Dcc, wan: LocalWan, faults: Faults
) -> None:
    faults.on("device-sleepy", {"device": town.esme, "seconds": "1h"})
    await wan.send([parcel(town, READ, 1)])
    await settled()
    due = wan.next_due()
    assert due is not None
    assert (due.minute, due.second) == (0, 0)
    await pass_time(town, (due - town.clock.now()).total_seconds())
    assert names(await dcc.has(1)) == ["t1"]


def test_the_same_seed_loses_the_same() -> None:
    lost: list[list[str]] = []

    @on_the_road
    async def test(town: Town, dcc: Dcc, wan: LocalWan, faults: Faults) -> None:
        faults.on("wan-loss", {"share": "0.4", "direction": "to-device"})
        for number in range(1, 21, 4):  # in batches here, as it happens
            await wan.send([parcel(town, READ, each) for each in range(number, number + 4)])
        await settled()
        lost.append(sorted(hit.about for hit in faults.hits()))

    test()
    test()
    assert 0 < len(lost[0]) < 20
    assert lost[0] == lost[1]

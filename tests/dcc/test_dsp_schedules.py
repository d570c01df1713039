"""DCC schedules (5.1 to 5.3): created, read, executed at their moments, and ended, each with its message."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from gbsmart import inventory, parties, registration
from gbsmart.dcc import RequestKey, dsp_schedules
from gbsmart.dcc.executions import execution
from gbsmart.duis import Request, RequestId, Response
from gbsmart.gbcs import Message, codec
from gbsmart.ground import Eui64
from gbsmart.parties import UserRole
from gbsmart.registration import Responsibility

if TYPE_CHECKING:
    from conftest import Scene

pytestmark = pytest.mark.anyio

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
GAINING = Eui64.parse("90-B3-D5-1F-30-03-00-00")
NETWORK = Eui64.parse("90-B3-D5-1F-30-02-00-00")
OTHER = Eui64.parse("00-DB-12-34-56-78-00-04")
ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
ESME, HUB = Eui64.parse("00-DB-12-34-56-78-90-A0"), Eui64.parse("00-DB-12-34-56-78-90-A2")
MPAN = "2000000000105"
MIDNIGHT, ONE = time(0, tzinfo=UTC), time(1, tzinfo=UTC)
YESTERDAY = {"start_date_offset": -1, "start_time": MIDNIGHT, "end_date_offset": 0, "end_time": MIDNIGHT}
DAILY = {
    "schedule_frequency": "Daily",
    "schedule_start_date": date(2026, 3, 2),
    "schedule_execution_start_time": ONE,
    "dsp_scheduled_service_reference": "4.6",
    "dsp_scheduled_service_reference_variant": "4.6.1",
    "device_id": ESME,
    "dsp_retrieve_import_daily_read_log": YESTERDAY,
}
"""The daily read log of the day before, at 01:00 UTC."""


def creation(scene: Scene, **changes: Any) -> Request:
    return scene.request("5.1", values={**DAILY, **changes})


async def created(scene: Scene, **changes: Any) -> tuple[Request, int]:
    """A 5.1 that was taken, and the id of its schedule."""
    request = creation(scene, **changes)
    answer = await scene.send(request)
    assert answer.response_code == "I0"
    return request, answer.values["dsp_schedule_id"]


async def until(scene: Scene, moment: datetime) -> None:
    """Go to a moment, and let happen what is due there."""
    scene.clock.set(moment)
    await scene.dcc.catch_up()


async def mail(scene: Scene, count: int, user: Eui64 = SUPPLIER) -> list[Response]:
    await scene.until(lambda: len(scene.mail(user)) >= count)
    return scene.mail(user)


async def test_a_schedule_is_read_back_as_it_was_created(scene: Scene) -> None:
    _, first = await created(scene)
    _, second = await created(scene, schedule_frequency="Monthly", schedule_end_date=date(2026, 9, 2))
    one = await scene.send(scene.request("5.2", values={"dsp_schedule_id": first}))
    entry = {"dsp_schedule_id": first, "dsp_schedule_details": DAILY}
    assert (one.response_code, one.values["dsp_schedules_read"]) == ("I0", (entry,))
    both = await scene.send(scene.request("5.2", values={"device_id": ESME}))
    assert [each["dsp_schedule_id"] for each in both.values["dsp_schedules_read"]] == [first, second]


async def test_a_deleted_schedule_is_gone_and_never_runs(scene: Scene) -> None:
    _, number = await created(scene)
    await created(scene)
    assert await scene.code(scene.request("5.3", values={"dsp_schedule_id": number})) == "I99"
    assert await scene.code(scene.request("5.2", values={"dsp_schedule_id": number})) == "E050201"
    assert await scene.code(scene.request("5.3", values={"dsp_schedule_id": number})) == "E050301"
    assert await scene.code(scene.request("5.3", values={"device_id": ESME})) == "I99"
    assert await scene.code(scene.request("5.3", values={"device_id": ESME})) == "W050301"
    assert await scene.code(scene.request("5.2", values={"device_id": ESME})) == "W050201"
    await until(scene, START + timedelta(days=3))
    assert scene.road.down == []


async def test_a_schedule_deleted_twice_at_once_is_deleted_once(scene: Scene) -> None:
    """Both find it; who writes second is told that it is gone, and has its RequestID used."""
    _, number = await created(scene)
    twice = [scene.request("5.3", values={"dsp_schedule_id": number}) for _ in range(2)]
    codes = await asyncio.gather(*map(scene.code, twice))
    assert sorted(codes) == ["E050301", "I99"]
    again = [await scene.code(each) for each in twice]  # byte for byte: the stored answer
    assert again == codes


async def test_another_users_schedule_is_its_own(scene: Scene) -> None:
    _, number = await created(scene)
    named = {"dsp_schedule_id": number}
    assert await scene.code(scene.by(NETWORK, scene.request("5.2", values=named))) == "E050202"
    assert await scene.code(scene.by(NETWORK, scene.request("5.3", values=named))) == "E050302"
    by_device = scene.by(NETWORK, scene.request("5.2", values={"device_id": ESME}))
    assert await scene.code(by_device) == "W050201"


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("E050101", {"schedule_start_date": date(2026, 3, 1)}),
        ("E050102", {"schedule_end_date": date(2026, 3, 1)}),
        ("E050103", {"dsp_scheduled_service_reference": "4.8"}),
        ("E050103", {"dsp_scheduled_service_reference_variant": "4.6.2"}),
        ("E050107", {"device_id": Eui64(bytes(8))}),
        ("E050108", {"device_id": HUB}),
    ],
)
async def test_what_cannot_be_executed_is_not_scheduled(
    scene: Scene, code: str, changes: dict[str, Any]
) -> None:
    assert await scene.code(creation(scene, **changes)) == code


async def test_who_may_not_read_may_not_schedule(scene: Scene) -> None:
    assert await scene.code(scene.by(NETWORK, creation(scene))) == "E050105"
    assert await scene.code(scene.by(GAINING, creation(scene))) == "E050110"


async def test_a_repeated_creation_makes_no_second_schedule(scene: Scene) -> None:
    request = creation(scene)
    octets = scene.signed(request)
    answers = [(await scene.post(octets, "serviceD")).content for _ in range(2)]
    assert answers[0] == answers[1]
    both = await scene.send(scene.request("5.2", values={"device_id": ESME}))
    assert len(both.values["dsp_schedules_read"]) == 1


async def test_no_more_schedules_than_an_answer_holds(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gbsmart.dcc.scheduling.MOST", 2)
    await created(scene)
    await created(scene)
    assert await scene.code(creation(scene)) == "E050109"


async def test_each_execution_is_one_message_of_its_own(scene: Scene) -> None:
    request, number = await created(scene)
    for day in (2, 3, 4):
        await until(scene, datetime(2026, 3, day, 0, 59, 59, tzinfo=UTC))
        assert len(scene.mail()) == day - 2
        await until(scene, datetime(2026, 3, day, 1, tzinfo=UTC))
        await mail(scene, day - 1)
    messages = scene.mail()
    assert [each.response_date_time.day for each in messages] == [2, 3, 4]
    assert {each.request_id for each in messages} == {request.request_id}
    assert {each.values["service_reference_variant"] for each in messages} == {"4.6.1"}
    assert {each.values["dsp_scheduled_message"]["dsp_schedule_id"] for each in messages} == {number}
    names = [each.response_id for each in messages]
    assert len(set(names)) == 3
    assert {(name.originator, name.target) for name in names if name} == {(ESME, SUPPLIER)}


async def test_an_execution_is_the_dccs_own_request(scene: Scene) -> None:
    """Mapping B: the Access Control Broker originates, with the User in the supplementary fields."""
    request, _ = await created(scene)
    for day in (2, 3):
        await until(scene, datetime(2026, 3, day, 1, tzinfo=UTC))
        await mail(scene, day - 1)
    commands = [Message.parse(parcel.octets) for parcel in scene.road.down]
    assert {command.header.originator for command in commands} == {ACB}
    assert commands[0].header.counter < commands[1].header.counter
    others = {(command.header.other.party, command.header.other.party_counter) for command in commands}
    assert others == {(SUPPLIER, request.request_id.counter)}
    readings = [codec.read(command) for command in commands]
    periods = [reading.values["read_log_period"] for reading in readings if reading]
    assert [(period["start"], period["end"]) for period in periods] == [
        (datetime(2026, 3, day, tzinfo=UTC), datetime(2026, 3, day + 1, tzinfo=UTC)) for day in (1, 2)
    ]


async def test_an_execution_that_nobody_answers_is_told_and_the_next_comes(scene: Scene) -> None:
    request, number = await created(scene)
    scene.road.answering = False
    await until(scene, datetime(2026, 3, 2, 1, tzinfo=UTC))
    await scene.until(lambda: len(scene.road.down) == 1)
    scene.road.answering = True
    await until(scene, datetime(2026, 3, 3, 1, 1, tzinfo=UTC))
    alert, message = sorted(await mail(scene, 2), key=lambda each: each.kind)
    assert (alert.response_code, alert.values["dcc_alert_code"]) == ("E31", "N11")
    assert alert.values["dcc_alert"]["command_failure"] == {
        "command_request_id": request.request_id, "dsp_schedule_id": number, "device_id": ESME,
    }  # fmt: skip
    assert message.values["dsp_scheduled_message"]["dsp_schedule_id"] == number


async def test_the_executions_of_days_that_were_missed_come_late_but_come(scene: Scene) -> None:
    await created(scene)
    await until(scene, datetime(2026, 3, 5, 6, tzinfo=UTC))
    assert len(await mail(scene, 4)) == 4


async def test_a_schedule_ends_with_its_end_date(scene: Scene) -> None:
    _, number = await created(scene, schedule_end_date=date(2026, 3, 3))
    await until(scene, START + timedelta(days=9))
    assert len(await mail(scene, 2)) == 2
    assert await scene.code(scene.request("5.2", values={"dsp_schedule_id": number})) == "E050201"


def change_supplier(scene: Scene) -> None:
    with scene.store.transaction() as connection:
        gained = Responsibility(
            MPAN, UserRole.IMPORT_SUPPLIER, f"P{GAINING.compact}", START + timedelta(hours=6)
        )
        registration.register(connection, gained, received_at=START)


def suspend_user(scene: Scene) -> None:
    with scene.store.transaction() as connection:
        parties.suspend(connection, SUPPLIER)


def suspend_device(scene: Scene) -> None:
    with scene.store.transaction() as connection:
        inventory.change_status(connection, ESME, "not on the products list", at=START)


REASONS = [(change_supplier, "E4"), (suspend_user, "E3"), (suspend_device, "E5")]


@pytest.mark.parametrize(("reason", "code", "alert"), [
    (*reason, alert) for reason, alert in zip(REASONS, ("N17", "N4", "N1"), strict=True)
])  # fmt: skip
async def test_a_schedule_that_may_not_be_executed_is_removed(
    scene: Scene, reason: Any, code: str, alert: str
) -> None:
    _, number = await created(scene)
    reason(scene)
    await until(scene, START + timedelta(days=5))
    (message,) = await mail(scene, 1)
    assert (message.response_code, message.values["dcc_alert_code"]) == (code, alert)
    removal = {"device_id": ESME, "dsp_schedule_id": number}
    assert message.values["dcc_alert"] == {"dsp_schedule_removal": removal}
    assert scene.road.down == []
    with scene.store.reading() as connection:
        assert dsp_schedules.active(connection, ESME, SUPPLIER) == []


@pytest.mark.parametrize(("reason", "code", "alert"), [
    (*reason, alert) for reason, alert in zip(REASONS, ("N7", "N5", "N3"), strict=True)
])  # fmt: skip
async def test_what_the_dcc_holds_is_refused_at_its_moment_for_the_same_reasons(
    scene: Scene, reason: Any, code: str, alert: str
) -> None:
    held = scene.request(values={"execution_date_time": START + timedelta(days=1)})
    assert await scene.code(held) == "I99"
    reason(scene)
    await until(scene, START + timedelta(days=1))
    (message,) = await mail(scene, 1)
    assert (message.response_code, message.values["dcc_alert_code"]) == (code, alert)
    assert message.values["dcc_alert"]["command_failure"]["command_request_id"] == held.request_id
    await scene.until(lambda: scene.state(held) == "delivered")


async def test_a_held_request_that_no_device_answers_is_told_as_such(scene: Scene) -> None:
    scene.road.answering = False
    held = scene.request(values={"execution_date_time": START + timedelta(days=1)})
    await scene.send(held)
    await until(scene, START + timedelta(days=1))
    await scene.until(lambda: len(scene.road.down) == 1)
    await until(scene, START + timedelta(days=1, hours=2))
    (message,) = await mail(scene, 1)
    assert (message.response_code, message.values["dcc_alert_code"]) == ("E30", "N10")


def test_months_are_counted_from_the_start_date() -> None:
    last = {"schedule_start_date": date(2026, 1, 31)}

    def days(frequency: str, runs: int) -> list[date]:
        values = {**last, "schedule_frequency": frequency}
        return [dsp_schedules.day_of(values, run) for run in range(runs)]

    assert days("Daily", 2)[1] == date(2026, 2, 1)
    assert days("Weekly", 2)[1] == date(2026, 2, 7)
    assert days("Monthly", 4) == [
        date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30),
    ]  # fmt: skip
    assert days("Quarterly", 3)[1:] == [date(2026, 4, 30), date(2026, 7, 31)]
    assert days("Half-Yearly", 3)[1:] == [date(2026, 7, 31), date(2027, 1, 31)]
    assert days("Yearly", 2)[1] == date(2027, 1, 31)


def test_a_schedule_without_a_time_is_executed_early_in_the_day() -> None:
    values = {key: value for key, value in DAILY.items() if key != "schedule_execution_start_time"}
    moments = [dsp_schedules.moment_of(values, number, 0) for number in range(1, 100)]
    assert all(moment and moment.date() == date(2026, 3, 2) and moment.hour < 6 for moment in moments)
    assert len(set(moments)) == 99


async def test_a_restart_between_falling_due_and_dispatch_loses_nothing(scene: Scene) -> None:
    await created(scene)
    scene.road.is_down = True
    await until(scene, datetime(2026, 3, 2, 1, tzinfo=UTC))
    await scene.dcc.stop()
    scene.road.is_down = False
    await scene.dcc.start()
    await mail(scene, 1)
    assert len(scene.road.down) == 1


def test_a_request_named_in_the_schedule_is_of_the_users_counter() -> None:
    made = execution(RequestKey(ACB, SUPPLIER, 7), DAILY, 1)
    assert made.request_id == RequestId(SUPPLIER, ESME, 7)
    assert (made.command_variant, made.service_reference_variant) == (9, "4.6.1")

"""What shows that an exchange did what its codes say.

A command changed the device, a reading is what the device or the home holds, a schedule ran. A proof
looks at the device as the control API tells it before and after, and at what the User opened; it fails
where that does not agree, and says in a few words what it saw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gbsmart.assembly.plan import (
    ACCESS_CONTROL_BROKER,
    IMPORT_SUPPLIER,
    NETWORK_OPERATOR,
    Premises,
)
from gbsmart.assembly.reading import plain
from gbsmart.devices import Device, schedule
from gbsmart.devices.consumption import Home, Register
from gbsmart.devices.zcl import kept
from gbsmart.gbcs.gbz import commands
from gbsmart.gbcs.gbz.zcl import read_time
from gbsmart.ground import Eui64
from gbsmart.keys import Keyring, KeyUse, RemotePartyRole
from gbsmart.trust.parties import TEST_USERS
from gbsmart.user.opening import Opened

Answers = tuple[Mapping[str, Any], ...]
"""Documents of the DCC as the npm parser has them."""

SOON, FAR = timedelta(minutes=10), timedelta(days=20)
"""From now, what a test waits for, by the clock of the system, and what it does not."""
HALF_HOUR, SIX_MINUTES = timedelta(minutes=30), timedelta(minutes=6)
_PENNY = 1_000
"""In millipence: what a meter may charge for while an exchange goes on."""


@dataclass(frozen=True)
class Seen:
    """An exchange that is over.

    ``now`` is when it began, ``consumption`` what the home uses: the truth that its meters tell. ``before``
    and ``after`` are the device and its account by the names of the control API; ``answers`` what the DCC
    said, the answer of the web service first; ``earlier`` those of the exchange that this one followed;
    ``opened`` what devices said, by the User's keys; ``ask`` makes a non-device request of a template and
    a body, and gives its answer.
    """

    now: datetime
    home: Premises
    keyring: Keyring
    device: Eui64
    consumption: Home
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    answers: Answers
    earlier: Answers
    opened: tuple[Opened, ...]
    ask: Callable[[str, Mapping[str, Any]], Mapping[str, Any]]

    @property
    def values(self) -> Mapping[str, Any]:
        """What the device answered, by name."""
        return self.opened[-1].values


Proof = Callable[[Seen], str]

_PUBLISHED = (
    commands.PUBLISH_BILLING_PERIOD,
    commands.PUBLISH_CHANGE_OF_TENANCY,
    commands.PUBLISH_CHANGE_OF_SUPPLIER,
)


def memory_of(device: Device) -> dict[str, Any]:
    """What a device keeps and the control API does not tell: commands that leave no attribute behind, by
    their names, and the instructions of commands that it holds until their moment."""
    held = {
        what: plain(moment)
        for moment, what in schedule.held(device.memory)
        if what.partition(":")[0] in device.servers
    }
    return {**{each.name: plain(kept(device, each)) for each in _PUBLISHED}, "instructions": held}


# --- the device is another than it was ---


def becomes(**wanted: Any) -> Proof:
    """The device holds these values now, and not before; of a mapping the entries named count."""

    def proof(seen: Seen) -> str:
        for name, value in wanted.items():
            assert not _holds(seen.before[name], value), f"{name} was {value} before"
            assert _holds(seen.after[name], value), f"{name} is {seen.after[name]}"
        return ", ".join(f"{name} becomes {_words(value)}" for name, value in wanted.items())

    return proof


def _holds(held: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(held, Mapping) and all(_holds(held.get(key), wanted[key]) for key in wanted)
    return bool(held == wanted)


def moves(name: str, by: int) -> Proof:
    """An amount of the account goes up by so much, in millipence (down: negative)."""

    def proof(seen: Seen) -> str:
        moved = seen.after[name] - seen.before[name]
        assert abs(moved - by) < _PENNY, f"{name} moved by {moved}"
        return f"{name} moves by {by:+,}"

    return proof


def settles(name: str) -> Proof:
    """An amount of the account comes to nothing."""

    def proof(seen: Seen) -> str:
        assert abs(seen.before[name]) > _PENNY, f"{name} was {seen.before[name]} before"
        assert abs(seen.after[name]) < _PENNY, f"{name} is {seen.after[name]}"
        return f"{name} goes from {seen.before[name]:,} to 0"

    return proof


def bills_on(*days: tuple[int | None, int]) -> Proof:
    """Billing periods end at the beginning of these days: month (or every) and day."""
    calendar = [
        {"time": "00:00:00+00:00", "date": {"year": None, "month": month, "day": day, "weekday": None}}
        for month, day in days
    ]
    return becomes(billing_calendar=calendar)


def holds(seen: Seen) -> str:
    """The device holds instructions until the moment far off, of which there were none."""
    assert not seen.before["instructions"]
    moments = set(seen.after["instructions"].values())
    assert moments == {plain((seen.now + FAR).replace(microsecond=0))}
    return f"held until {moments.pop()}"


def withdraws(seen: Seen) -> str:
    """What the exchange before has the device hold is withdrawn."""
    held = seen.before["instructions"]
    assert held
    assert not seen.after["instructions"]
    return f"what was held is withdrawn: {len(held)} instruction{'s' * (len(held) > 1)}"


def on_time(proof: Proof) -> Proof:
    """It came no earlier than asked."""

    def seen_then(seen: Seen) -> str:
        told = datetime.fromisoformat(seen.answers[-1]["header"]["responseDateTime"])
        assert told >= (seen.now + SOON).replace(microsecond=0)
        return f"{proof(seen)}, {SOON.seconds // 60} minutes later"

    return seen_then


def bills_every(months: int, start: int) -> Proof:
    """A gas meter's billing period of so many months, from a moment as ZigBee counts seconds."""
    period = {"billing_period_duration": months, "billing_period_start_time": start}
    return becomes(**{"Publish Billing Period": period})


# --- what was read is what is held ---


def reads(*names: str, **wanted: Any) -> Proof:
    """The answer has these values of the device, as they were meanwhile; and those that are named."""

    def proof(seen: Seen) -> str:
        found = plain(dict(seen.values))
        for name in names:
            assert _meanwhile(seen.before[name], found[name], seen.after[name]), f"{name}: {found[name]}"
        assert {name: found[name] for name in wanted} == wanted
        return ", ".join(f"{name} {_words(found[name])}" for name in (*names, *wanted))

    return proof


def _meanwhile(before: Any, found: Any, after: Any) -> bool:
    if isinstance(found, Mapping):
        return all(_meanwhile(before[key], found[key], after[key]) for key in found)
    if isinstance(found, int) and isinstance(before, int):
        return bool(min(before, after) <= found <= max(before, after))
    return found in (before, after)


def daily_reads(days: int) -> Proof:
    """The registers at each midnight of so many days until today's."""
    return lambda seen: _midnights(seen, days, midnight(seen.now))


def _midnights(seen: Seen, days: int, last: datetime) -> str:
    if "daily_read_log" in seen.values:
        register, rows = Register.ACTIVE_IMPORT, seen.values["daily_read_log"]
        found = [(read_time(row["time"]), row["active_import"]) for row in rows]
    else:
        register, rows = Register.GAS_VOLUME, seen.values["snapshots"]
        found = [(row["snapshot_time"], row["current_summation_delivered"]) for row in rows]
    moments = [last - timedelta(days=number) for number in reversed(range(days + 1))]
    assert found == [(each, seen.consumption.register(register, each)) for each in moments]
    return f"{len(found)} midnights, {found[-1][1]:,} at the last"


def half_hours_of_yesterday(seen: Seen) -> str:
    """48 half-hours and the one that today begins with, each what the home used in it."""
    start = midnight(seen.now) - timedelta(days=1)
    if "active_import_profile" in seen.values:
        register, log = Register.ACTIVE_IMPORT, seen.values["active_import_profile"]
        assert [read_time(row["time"]) for row in log] == [start + HALF_HOUR * n for n in range(len(log))]
        used = [row["primary"] for row in log]
    else:
        register, used = Register.GAS_VOLUME, seen.values["samples"]
        assert seen.values["sample_start_time"] == start
    assert len(used) >= 48
    whole = [start + HALF_HOUR * n for n in range(48)]
    assert used[:48] == [seen.consumption.used(register, each, each + HALF_HOUR) for each in whole]
    return f"48 half-hours, {sum(used[:48]):,} in all"


def voltages_of_yesterday(seen: Seen) -> str:
    """The average voltage of each half-hour."""
    start, log = midnight(seen.now) - timedelta(days=1), seen.values["phase_1_voltage_profile"]
    assert [read_time(row["time"]) for row in log] == [start + HALF_HOUR * n for n in range(49)]
    found = [row["voltage"] for row in log]
    assert found == [seen.consumption.voltage(1, read_time(row["time"]), HALF_HOUR) for row in log]
    return f"49 voltages, {min(found)} to {max(found)}"


def gas_by_six_minutes(seen: Seen) -> str:
    """The last four hours of a gas meter."""
    start, found = seen.values["sample_start_time"], seen.values["samples"]
    assert len(found) == 41
    moments = [start + SIX_MINUTES * n for n in range(40)]
    assert found[:40] == [
        seen.consumption.used(Register.GAS_VOLUME, each, each + SIX_MINUTES) for each in moments
    ]
    return f"40 times 6 minutes, {sum(found[:40]):,} in all"


def billed(seen: Seen) -> str:
    """The alert that ends a billing period holds the register as it was then."""
    ends, values = (seen.now + SOON).replace(microsecond=0), seen.values
    assert values["time"] == ends
    if "billing_data" in values:
        found = values["billing_data"]["billing_data_log"][-1]["active_import"]
        before, after = (each["import_registers"]["active_import"] for each in (seen.before, seen.after))
    else:
        found = values["current_summation_delivered"]
        before, after = (each["current_summation_delivered"] for each in (seen.before, seen.after))
    assert before <= found <= after
    return f"the period ends {SOON.seconds // 60} minutes later, alert 8F0A, {found - before:,} more"


# --- who is there ---

_HOLDERS = {
    RemotePartyRole.SUPPLIER: IMPORT_SUPPLIER,
    RemotePartyRole.NETWORK_OPERATOR: NETWORK_OPERATOR,
    RemotePartyRole.ACCESS_CONTROL_BROKER: ACCESS_CONTROL_BROKER,
    RemotePartyRole.LOAD_CONTROLLER: TEST_USERS[3].eui,
}


_USES = {
    ("1", None): KeyUse.DIGITAL_SIGNATURE,
    ("00001", None): KeyUse.KEY_AGREEMENT,
    ("00001", 1): KeyUse.TOP_UP,
}
"""What a cell's key is for, by its key usage and cell usage."""


def credentials_of(*roles: RemotePartyRole) -> Proof:
    """Each cell of these parties holds the party's certificate of that use."""

    def proof(seen: Seen) -> str:
        found = seen.values["credentials"]
        assert [row["role"] for row in found] == list(roles)
        for role, row in zip(roles, found, strict=True):
            holder = _HOLDERS[role]
            assert row["certificates"]
            for each in row["certificates"]:
                use = _USES[each["key_usage"], each["cell_usage"]]
                assert bytes(each["holder"]) == bytes(holder)
                assert bytes(each["key_id"]) == seen.keyring.certificate(holder, use).key_id
        return f"certificates of {', '.join(role.name.lower().replace('_', ' ') for role in roles)}"

    return proof


def joined_to(*fields: str) -> Proof:
    """The device's log names just these devices of the home."""

    def proof(seen: Seen) -> str:
        values = seen.values.get("device_log") or seen.values
        rows = next(values[name] for name in ("joined", "active_devices", "devices") if name in values)
        assert {Eui64(row["device_id"]) for row in rows} == {getattr(seen.home, each) for each in fields}
        return f"joined: {', '.join(fields)}"

    return proof


def firmware_of_the_inventory(seen: Seen) -> str:
    """The version that the device says is that which the client finds in the inventory."""
    answer = seen.ask("8.2_READ_INVENTORY", {"ReadInventory": {"DeviceID": str(seen.device)}})
    (registered,) = (
        each
        for each in answer["body"]["ResponseMessage"]["DSPInventory"]["Device"]
        if each["DeviceID"] == str(seen.device)
    )
    said = seen.values.get("firmware_version", seen.values.get("current_meter_id"))
    assert said.hex().upper() == str(registered["DeviceFirmwareVersion"]).upper()
    return f"firmware {said.hex().upper()}, as in the inventory"


def whole_home(seen: Seen) -> str:
    """The inventory has every device of the home, and the meter is commissioned."""
    listed = seen.answers[0]["body"]["ResponseMessage"]["DSPInventory"]["Device"]
    found = {each["DeviceID"]: each.get("DeviceStatus") for each in listed}
    assert set(found) == {str(eui) for eui, _ in seen.home.devices}
    assert found[str(seen.device)] == "Commissioned"
    return f"{len(found)} devices, the meter {found[str(seen.device)]}"


# --- schedules ---


def number_of(answers: Answers) -> int:
    """The DSPScheduleID that answers a 5.1."""
    return int(answers[0]["body"]["ResponseMessage"]["DSPScheduleID"])


def created(seen: Seen) -> str:
    """The schedule has a number."""
    return f"schedule {number_of(seen.answers)}"


def executed(seen: Seen) -> str:
    """The schedule ran: its message names it, and holds what the meter read on the day before."""
    message = seen.answers[-1]["body"]["ResponseMessage"]["DSPScheduledMessage"]
    number = number_of(seen.answers)
    assert int(message["DSPScheduleID"]) == number
    return f"schedule {number} delivers {_midnights(seen, 1, midnight(seen.now + SOON))}"


def told(device: str) -> Proof:
    """A schedule is as it was asked for in the 5.1 before."""

    def proof(seen: Seen) -> str:
        read = seen.answers[0]["body"]["ResponseMessage"]["DSPSchedulesRead"]["DSPSchedules"]
        number = number_of(seen.earlier)
        listed = read if isinstance(read, list) else [read]
        details = {int(each["DSPScheduleID"]): each["DSPScheduleDetails"] for each in listed}[number]
        assert details["DeviceID"] == str(getattr(seen.home, device))
        assert (details["ScheduleFrequency"], details["ScheduleStartDate"]) == (
            "Daily", str(seen.now.date() + timedelta(days=1)),
        )  # fmt: skip
        assert details["DSPScheduledServiceReferenceVariant"] == "4.6.1"
        return f"{len(listed)} schedule{'s' * (len(listed) > 1)}, among them {number} for the {device}"

    return proof


def gone(seen: Seen) -> str:
    """The client finds the schedule of the 5.1 before no more."""
    number = number_of(seen.earlier)
    answer = seen.ask("5.2_READ_SCHEDULE", {"ReadSchedule": {"DSPScheduleID": str(number)}})
    assert answer["header"]["responseCode"] == "E050201"
    return f"schedule {number} is found no more"


# --- moments and words ---


def midnight(moment: datetime) -> datetime:
    """The beginning of its day, UTC."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = (f"{key} {_words(each)}" for key, each in value.items() if not str(key).endswith("_unit"))
        return f"({', '.join(parts)})"
    if isinstance(value, list):
        return "1 entry" if len(value) == 1 else f"{len(value)} entries"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value).strip()

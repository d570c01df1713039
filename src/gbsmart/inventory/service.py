"""The verbs of the Smart Metering Inventory, each in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, or_, select, update

from gbsmart import registration
from gbsmart.ground import Eui64, InvalidValue, NotFound
from gbsmart.inventory import tables
from gbsmart.inventory.model import (
    DEVICE_STATUS,
    REMOVED,
    Device,
    DeviceStatus,
    DeviceType,
    ListStatus,
    StatusEvent,
)
from gbsmart.parties import User, UserRole
from gbsmart.store import Sql, from_micros

INVENTORY_ANSWER_LIMIT = 17
"""Devices in one Read Inventory answer (DUIS schema): a CHF and the 16 entries of its log."""

_KINDS: dict[str, Any] = {
    "type": DeviceType,
    "status": DeviceStatus,
    "held_status": DeviceStatus,
    "cpl_status": ListStatus,
    "firmware_version_status": ListStatus,
}
_FIELDS = tuple(field.name for field in fields(Device) if field.name != "id")

# Read for every request, so not by SQLAlchemy's expressions.
_FIND = Sql("SELECT {fields} FROM smi_device WHERE device = :device", fields=", ".join(_FIELDS))
_POINTS = Sql(
    "SELECT import_mpxn, secondary_import_mpan, export_mpan FROM smi_device WHERE hub = :hub OR device = :hub"
)
_STORED: dict[str, Any] = {**_KINDS, "hub": Eui64, "owner": Eui64, "date_commissioned": from_micros}


def add_device(
    connection: Connection, new: Device, *, at: datetime, cause: str = "", actor: Eui64 | None = None
) -> None:
    """Enter a device (12.2, or the DCC for a hub); raises :class:`InvalidValue` when it is there."""
    if find(connection, new.id) is not None:
        raise InvalidValue(f"{new.id} is already in the inventory", field="id")
    connection.execute(insert(tables.smi_device).values(device=new.id, **_columns(new)))
    _record(connection, StatusEvent(new.id, at, "added", "", new.status or "", cause, actor))
    if new.hub is not None:
        _open_association(connection, new.id, new.hub, at)


def add_devices(connection: Connection, new: Iterable[Device], *, at: datetime, cause: str = "") -> None:
    """Enter many devices at once, as :func:`add_device` does; those that are there already stay."""
    there = set(connection.execute(select(tables.smi_device.c.device)).scalars())
    missing = [each for each in new if each.id not in there]
    if not missing:
        return
    connection.execute(insert(tables.smi_device), [{"device": each.id, **_columns(each)} for each in missing])
    connection.execute(
        insert(tables.device_status_event),
        [_event_row(StatusEvent(each.id, at, "added", "", each.status or "", cause)) for each in missing],
    )
    behind = [{"device": each.id, "hub": each.hub, "since": at} for each in missing if each.hub is not None]
    if behind:
        connection.execute(insert(tables.han_association), behind)


def find(connection: Connection, device_id: Eui64) -> Device | None:
    """The device of this id, or None."""
    row = _FIND.row(connection, {"device": device_id})
    return None if row is None else _read(device_id, row)


@lru_cache(maxsize=8192)
def _read(device_id: Eui64, row: tuple[Any, ...]) -> Device:
    """The device of a row. A request looks its device up several times, and making one is dear."""
    values: dict[str, Any] = dict(zip(_FIELDS, row, strict=True))
    for name, kind in _STORED.items():
        if values[name] is not None:
            values[name] = kind(values[name])
    return Device(device_id, **values)


def device(connection: Connection, device_id: Eui64) -> Device:
    """The device of this id; raises :class:`NotFound` with response code E19."""
    found = find(connection, device_id)
    if found is None:
        raise NotFound(f"{device_id} is not in the Smart Metering Inventory", response_code="E19")
    return found


def change_device(connection: Connection, device_id: Eui64, **changes: object) -> Device:
    """Replace details of a device (8.4, 11.2, 11.3), named as :class:`Device` names them.

    Its status and hub have verbs of their own. Raises :class:`InvalidValue` for a detail that does not
    fit the device, :class:`NotFound` (E19).
    """
    if closed := sorted({"id", "status", "held_status", "hub"} & changes.keys()):
        raise InvalidValue("this is not changed as a detail", field=closed[0])
    before = device(connection, device_id)
    values: dict[str, Any] = {name: changes.get(name, getattr(before, name)) for name in _FIELDS}
    after = Device(device_id, **values)
    statement = update(tables.smi_device).where(tables.smi_device.c.device == device_id)
    connection.execute(statement.values(**_columns(after)))
    return after


def change_status(
    connection: Connection,
    device_id: Eui64,
    event: str,
    *,
    at: datetime,
    cause: str = "",
    actor: Eui64 | None = None,
    history: bool = False,
) -> DeviceStatus | None:
    """Apply an event of :data:`DEVICE_STATUS` and record it; the new status, or None.

    None means that the event changes nothing in the present status, or that another transaction
    changed the status first. ``history`` allows the steps that only old records may take. A status
    that returns from a suspension is the one held before. Raises :class:`NotFound` (E19).
    """
    before = device(connection, device_id)
    if before.status is None:
        return None
    step = None
    for guard in _guards(before, history):
        step = step or DEVICE_STATUS.step(before.status.value, event, guard)
    if step is None or step.target == REMOVED:
        return None
    target = DeviceStatus(step.target)
    values: dict[str, object] = {"status": target.value}
    values["held_status"] = before.status.value if target is DeviceStatus.SUSPENDED else None
    if "date commissioned" in step.effect:
        values["date_commissioned"] = at
    unchanged = (tables.smi_device.c.device == device_id) & (
        tables.smi_device.c.status == before.status.value
    )
    if not connection.execute(update(tables.smi_device).where(unchanged).values(**values)).rowcount:
        return None
    _record(connection, StatusEvent(device_id, at, event, before.status, target, cause, actor))
    return target


def remove_device(
    connection: Connection, device_id: Eui64, *, at: datetime, cause: str = "", actor: Eui64 | None = None
) -> None:
    """Delete a device that never joined, or that was decommissioned; its history stays.

    Raises :class:`InvalidValue` in another status, :class:`NotFound` (E19).
    """
    before = device(connection, device_id)
    status = before.status.value if before.status else ""
    if before.status is not None and DEVICE_STATUS.step(status, "delete") is None:
        raise InvalidValue(f"a device that is {status} cannot be deleted", field="status")
    _close_association(connection, device_id, at)
    connection.execute(delete(tables.smi_device).where(tables.smi_device.c.device == device_id))
    _record(connection, StatusEvent(device_id, at, "delete", status, REMOVED, cause, actor))


def associate(connection: Connection, device_id: Eui64, hub: Eui64, *, at: datetime) -> None:
    """Put a device behind a hub (8.11 Add, 8.12.1); an earlier association ends."""
    if device(connection, hub).type is not DeviceType.CHF:
        raise InvalidValue(f"{hub} is not a Communications Hub Function", field="hub")
    if device(connection, device_id).hub == hub:
        return
    _close_association(connection, device_id, at)
    _open_association(connection, device_id, hub, at)
    connection.execute(
        update(tables.smi_device).where(tables.smi_device.c.device == device_id).values(hub=hub)
    )


def dissociate(connection: Connection, device_id: Eui64, *, at: datetime) -> None:
    """Take a device from its hub (8.11 Remove)."""
    _close_association(connection, device_id, at)
    connection.execute(
        update(tables.smi_device).where(tables.smi_device.c.device == device_id).values(hub=None)
    )


def devices_behind(connection: Connection, hub: Eui64) -> list[Device]:
    """The hub itself, then every device on its HAN by id."""
    member = or_(tables.smi_device.c.hub == hub, tables.smi_device.c.device == hub)
    found = _devices(connection, select(tables.smi_device).where(member))
    return sorted(found, key=lambda one: (one.id != hub, one.id))


def devices_linked_to(connection: Connection, mpxns: Iterable[str]) -> list[Device]:
    """The meters that measure any of these metering points."""
    wanted = list(mpxns)
    columns = (
        tables.smi_device.c.import_mpxn,
        tables.smi_device.c.secondary_import_mpan,
        tables.smi_device.c.export_mpan,
    )
    linked = or_(*(column.in_(wanted) for column in columns))
    return _devices(connection, select(tables.smi_device).where(linked))


def devices_at(
    connection: Connection, *, uprn: str = "", postcode: str = "", address_identifier: str = ""
) -> list[Device]:
    """The meters at premises, by UPRN or by postcode and address identifier."""
    points = registration.points_at(
        connection, uprn=uprn, postcode=postcode, address_identifier=address_identifier
    )
    return devices_linked_to(connection, (point.mpxn for point in points))


def read_inventory(
    connection: Connection,
    *,
    device_id: Eui64 | None = None,
    mpxn: str = "",
    uprn: str = "",
    postcode: str = "",
    address_identifier: str = "",
) -> list[Device]:
    """The answer to Read Inventory (8.2): whole HANs, each CHF first; at most 17 devices, [] for none.

    Asked by one of: device, metering point, UPRN, or postcode with address identifier. A device with no
    hub is answered alone (basis: our own rule; the samples agree).
    """
    if device_id is not None:
        one = find(connection, device_id)
        asked = [] if one is None else [one]
    elif mpxn:
        asked = devices_linked_to(connection, [mpxn])
    else:
        asked = devices_at(connection, uprn=uprn, postcode=postcode, address_identifier=address_identifier)
    answer: dict[Eui64, Device] = {}
    for found in asked:
        hub = found.id if found.type is DeviceType.CHF else found.hub
        members = devices_behind(connection, hub) if hub is not None else [found]
        answer.update((member.id, member) for member in members)
    return list(answer.values())[:INVENTORY_ANSWER_LIMIT]


def qualifying_roles(
    connection: Connection, user: User, asked: Device, *, at: datetime, or_later: bool = False
) -> frozenset[UserRole]:
    """The roles of ``user`` in which registration data makes it responsible for a device at ``at``.

    A meter is asked for by its own metering points; a hub and what else is on its HAN by those of the
    meters there (basis: M). Other Users and Load Controllers have no such test and are not returned.
    """
    mpxns = set(asked.mpxns)
    hub = asked.id if asked.type is DeviceType.CHF else asked.hub
    if not mpxns and hub is not None:
        mpxns = {point for row in _POINTS.rows(connection, {"hub": hub}) for point in row if point}
    return registration.qualifying_roles(connection, user, mpxns, at=at, or_later=or_later)


def status_history(connection: Connection, device_id: Eui64) -> list[StatusEvent]:
    """Every step of a device's status, oldest first, also after its deletion."""
    events = tables.device_status_event
    rows = connection.execute(select(events).where(events.c.device == device_id).order_by(events.c.id))
    return [
        StatusEvent(row.device, row.at, row.event, row.source, row.target, row.cause, row.actor)
        for row in rows
    ]


def _guards(before: Device, history: bool) -> tuple[str, ...]:
    held = f"was {before.held_status}" if before.held_status else ""
    return (before.type.device_class, held, "", *(("history",) if history else ()))


def _record(connection: Connection, event: StatusEvent) -> None:
    connection.execute(insert(tables.device_status_event).values(**_event_row(event)))


def _event_row(event: StatusEvent) -> dict[str, object]:
    return {each.name: getattr(event, each.name) for each in fields(StatusEvent)}


def _open_association(connection: Connection, device_id: Eui64, hub: Eui64, at: datetime) -> None:
    connection.execute(insert(tables.han_association).values(device=device_id, hub=hub, since=at))


def _close_association(connection: Connection, device_id: Eui64, at: datetime) -> None:
    here = tables.han_association
    running = (here.c.device == device_id) & here.c.until.is_(None)
    connection.execute(update(here).where(running).values(until=at))


def _devices(connection: Connection, wanted: Select[Any]) -> list[Device]:
    return [_device(row) for row in connection.execute(wanted.order_by(tables.smi_device.c.device))]


def _device(row: Row[Any]) -> Device:
    values = {name: getattr(row, name) for name in _FIELDS}
    for name, kind in _KINDS.items():
        if values[name] is not None:
            values[name] = kind(values[name])
    return Device(row.device, **values)


def _columns(value: Device) -> dict[str, object]:
    return {name: getattr(value, name) for name in _FIELDS}

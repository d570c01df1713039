"""What a User was promised, held against what the stores of the DCC and of the devices say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from gbsmart.dcc import commands, ledger, messages
from gbsmart.dcc.model import OUTCOMES, REQUEST, RequestKey
from gbsmart.dcc.tables import delivery
from gbsmart.dcc.tables import request as requests
from gbsmart.devices.device import ACTIONED, NOT_ACTIONED
from gbsmart.devices.tables import device_log
from gbsmart.duis import RequestId, parse_response
from gbsmart.ground import Eui64
from gbsmart.store import Store, open_store
from gbsmart.wan.tables import State, wan_parcel

UNKNOWN = "outcome unknown"
"""The outcome of which nobody can say whether the device did it."""


@dataclass
class Witness:
    """What the User saw: what it was promised, and what it was brought.

    ``kept`` are the messages about each request that the journal keeps, each once; ``documents`` are all
    octets that ever came, ``deliveries`` how often anything came.
    """

    acknowledged: dict[RequestKey, RequestId] = field(default_factory=dict)
    variants: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    deliveries: int = 0
    documents: set[bytes] = field(default_factory=set)
    kept: dict[RequestKey, list[bytes]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class Told(NamedTuple):
    """A request as the ledger has it: its outcome, how often it got one, and its command."""

    state: str
    outcome: str
    decided: int
    counter: int | None
    response: bytes | None


def left(store: Store) -> str:
    """What is still under way at the DCC, or ""."""
    states = select(requests.c.state, func.count()).group_by(requests.c.state)
    with store.reading() as connection:
        unfinished = {
            state: number for state, number in connection.execute(states).all() if state not in REQUEST.final
        }
        pending = connection.execute(
            select(func.count()).select_from(delivery).where(delivery.c.state == "pending")
        ).scalar_one()
    if pending:
        unfinished["pending delivery"] = pending
    return ", ".join(f"{number} {state}" for state, number in unfinished.items())


def judge(folder: Path, witness: Witness, outcomes: Counter[str], faults: list[str]) -> None:
    """Add to ``outcomes`` what became of the requests, and to ``faults`` what is wrong."""
    faults += witness.faults
    with open_store(f"sqlite:///{folder / 'dcc.db'}").reading() as connection:
        told = {key: _told(connection, key) for key in witness.acknowledged}
        everything = connection.execute(select(func.count()).select_from(requests)).scalar_one()
    if everything != len(told):
        faults.append(f"the DCC has {everything} requests, the User has {len(told)} acknowledgements")
    for key, one in told.items():
        outcomes[one.outcome if one else "lost"] += 1
        faults += (f"{key}: {fault}" for fault in _faults(one, witness.kept[key]))
    with open_store(f"sqlite:///{folder / 'homes.db'}").reading() as connection:
        faults += _device_faults(connection, told)
    if len(witness.documents) != sum(map(len, witness.kept.values())):
        faults.append(
            f"{len(witness.documents)} different documents were delivered, "
            f"{sum(map(len, witness.kept.values()))} messages kept"
        )


def _told(connection: Connection, key: RequestKey) -> Told | None:
    found = ledger.find(connection, key)
    if found is None:
        return None
    history = ledger.history(connection, key)
    decided = sum(event.target in OUTCOMES for event in history)
    answer = next((event.message for event in history if event.name == "respond"), None)
    response = None if answer is None else messages.content_of(connection, key.device, answer)
    command = commands.find(connection, key)
    counter = None if command is None else command.counter
    return Told(found.state, found.outcome or "", decided, counter, response)


def _faults(one: Told | None, messages: Sequence[bytes]) -> Iterator[str]:
    """What is wrong with one acknowledged request and what the User has of it."""
    if one is None:
        yield "acknowledged, and lost"
        return
    if one.decided != 1 or one.outcome not in OUTCOMES:
        yield f"{one.decided} outcomes, the last {one.outcome or 'none'}, in state {one.state}"
    if one.state != "delivered":
        yield f"ends in state {one.state}"
    if len(messages) != 1:
        yield f"{len(messages)} messages instead of 1"
        return
    response = parse_response(messages[0]).message
    if one.outcome == "answered" and response.gbcs_payload != one.response:
        yield "the User was not given what the device answered"
    if one.outcome != "answered" and response.kind != "DCCAlertMessage":
        yield f"{one.outcome}, and the User was given a {response.kind}"


def _device_faults(connection: Connection, told: dict[RequestKey, Told | None]) -> Iterator[str]:
    """What the devices' own store says: each command executed at most once, and what was answered, once."""
    rows = connection.execute(select(device_log)).all()
    executed = Counter(
        (Eui64(row.device), int.from_bytes(row.detail[2:10], "big"))
        for row in rows
        if row.code in (ACTIONED, NOT_ACTIONED)
    )
    parcels = {
        row.transport_id: row
        for row in connection.execute(select(wan_parcel).where(wan_parcel.c.command.is_not(None)))
    }
    for (device, counter), times in executed.items():
        if times != 1:
            yield f"{device} executed the command with counter {counter} {times} times"
    for row in rows:
        if row.log == "security":
            yield f"{Eui64(row.device)} refused a command: {row.code:04X} {row.note}"
    for key, one in told.items():
        if one is None:
            continue
        parcel = parcels.pop(key.transport_id, None)
        times = executed.pop((key.device, one.counter or 0), 0)
        answered = parcel is not None and parcel.state in (State.ANSWERED, State.TAKEN)
        if times != answered:
            yield f"{key}: executed {times} times, and the hub holds {'a' if answered else 'no'} response"
        held = None if parcel is None else parcel.response
        if one.outcome == "answered" and (held is None or bytes(held) != one.response):
            yield f"{key}: the ledger's response is not the one that the hub holds"
        if one.outcome not in ("answered", UNKNOWN) and times:
            yield f"{key}: executed, although {one.outcome}"
    if parcels or executed:
        yield f"{len(parcels)} parcels and {len(executed)} executions belong to no request"

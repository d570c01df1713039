"""The state machines of the pipeline, and who is known to which device."""

from __future__ import annotations

import pytest

from gbsmart.dcc.model import COMMAND, DELIVERY, OUTCOMES, REQUEST, STANDINGS, RequestKey
from gbsmart.ground import Eui64, InvalidValue, Machine
from gbsmart.inventory import DeviceType
from gbsmart.keys import RemotePartyRole
from gbsmart.parties import UserRole


def walk(machine: Machine, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Every loop-free way from the end of ``path`` to a final state."""
    steps = {step.target for step in machine.transitions if step.source == path[-1]} - set(path)
    if path[-1] in machine.final:
        return [path]
    return [way for target in steps for way in walk(machine, (*path, target))]


def test_every_request_passes_exactly_one_outcome() -> None:
    ways = walk(REQUEST, (REQUEST.initial,))
    assert {way[-1] for way in ways} == REQUEST.final
    assert [way for way in ways if len(OUTCOMES.intersection(way)) != 1] == []


def test_a_built_command_is_never_built_again() -> None:
    for way in walk(COMMAND, (COMMAND.initial,)):
        assert way.count("built") <= 1
    assert {step.source for step in COMMAND.transitions if step.target == "built"} == {"queued"}


def test_the_machines_can_be_drawn() -> None:
    for machine in (REQUEST, COMMAND, DELIVERY):
        assert machine.diagram().count("-->") == len(machine.transitions) + 1 + len(machine.final)


def test_request_ids_are_read_and_written() -> None:
    text = "90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:18446744073709551615"
    key = RequestKey.parse(text)
    assert str(key) == text
    assert key == (Eui64.parse("00-DB-12-34-56-78-90-A0"), Eui64.parse("90-B3-D5-1F-30-01-00-00"), 2**64 - 1)
    for bad in ("", "a:b", text + "0", text.replace("1844", "-184")):
        with pytest.raises(InvalidValue):
            RequestKey.parse(bad)


def test_a_transport_id_names_its_request() -> None:
    key = RequestKey.parse("90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:18446744073709551615")
    assert key.transport_id == "90b3d51f30010000-00db1234567890a0-18446744073709551615"
    assert RequestKey.of_transport(key.transport_id) == key
    for other in ("", "t1", key.transport_id.upper(), key.transport_id + "0", "alert-00db1234567890a0-1"):
        assert RequestKey.of_transport(other) is None


def test_known_parties() -> None:
    importer = STANDINGS[UserRole.IMPORT_SUPPLIER, DeviceType.HCALCS]
    assert importer.is_known_for("8.7.1")
    assert not importer.is_known_for("11.2")
    assert not STANDINGS[UserRole.GAS_TRANSPORTER, DeviceType.GSME].is_known_for("14.1")
    assert STANDINGS[UserRole.GAS_TRANSPORTER, DeviceType.GPF].cell is RemotePartyRole.NETWORK_OPERATOR
    assert not any(standing.cell for (role, _), standing in STANDINGS.items() if role is UserRole.OTHER_USER)
    assert (UserRole.IMPORT_SUPPLIER, DeviceType.GSME) not in STANDINGS
    assert {standing.basis for standing in STANDINGS.values()} <= {"V", "M", "I"}

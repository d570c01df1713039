from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gbsmart.gbcs.dlms.moments import write_day_month
from gbsmart.gbcs.gbz import commands
from gbsmart.gbcs.gbz.attributes import ATTRIBUTES, Attribute, attribute_name
from gbsmart.gbcs.gbz.bindings import day_month
from gbsmart.gbcs.gbz.commands import COMMANDS, Cluster, Command
from gbsmart.gbcs.gbz.message import walk_zcl
from gbsmart.gbcs.gbz.zcl import (
    DATE,
    OCTETS,
    TEXT,
    TYPES,
    UINT8,
    UINT16,
    Field,
    Layout,
    Part,
    Repeat,
    Scalar,
    Switch,
    read_date,
    read_time,
    read_values,
    write_date,
    write_time,
)
from gbsmart.gbcs.tree import Leaf, Node
from gbsmart.ground import DayMonth, DayOfMonth, InvalidValue, MalformedMessage

EACH = pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)


def encoded(nodes: Iterable[Node]) -> bytes:
    return b"".join(node.encode() for node in nodes)


def leaves(nodes: Iterable[Node]) -> Iterator[Leaf]:
    for node in nodes:
        yield from node.leaves()


# Every command: values -> octets -> values


def values_of_type(kind: Any) -> st.SearchStrategy[Any]:
    if isinstance(kind, Scalar):
        bits = 8 * kind.width
        half = 1 << bits - 1
        return st.integers(-half, half - 1) if kind.signed else st.integers(0, (1 << bits) - 1)
    latin = st.characters(codec="latin-1")
    return st.text(latin, max_size=40) if kind.text else st.binary(max_size=40)


def all_parts(parts: Iterable[Part]) -> Iterator[Part]:
    for part in parts:
        yield part
        if isinstance(part, Switch):
            for case in part.cases.values():
                yield from all_parts(case)


@st.composite
def values_of(draw: st.DrawFn, parts: Sequence[Part]) -> dict[str, Any]:
    """Values for ``parts``, with none for counts of rows and, now and then, none for what is fixed."""
    counts = {part.count for part in all_parts(parts) if isinstance(part, Repeat)}
    choices = {part.on: sorted(part.cases) for part in parts if isinstance(part, Switch)}
    values: dict[str, Any] = {}
    for part in parts:
        if isinstance(part, Repeat):
            values[part.name] = draw(st.lists(values_of(part.of), max_size=min(part.mask, 12)))
        elif isinstance(part, Switch):
            chosen: int = values[part.on]
            values |= draw(values_of(part.cases[chosen]))
        elif part.name in choices:
            values[part.name] = draw(st.sampled_from(choices[part.name]))
        elif part.name not in counts and (part.fixed is None or draw(st.booleans())):
            values[part.name] = draw(values_of_type(part.type))
    return {name: value for name, value in values.items() if name not in counts}


def says(read: Any, wanted: Any) -> bool:
    """Whether what was read holds every value that was written, row by row."""
    if isinstance(wanted, dict):
        return all(says(read[name], value) for name, value in wanted.items())
    if isinstance(wanted, list):
        return len(wanted) == len(read) and all(map(says, read, wanted))
    return bool(read == wanted)


@EACH
@settings(max_examples=20)
@given(data=st.data())
def test_values_survive_writing_and_walking(command: Command, data: st.DataObject) -> None:
    parts = command.layout.parts
    values = data.draw(values_of(parts))
    octets = command.layout.write(values)
    frame_control = 0x09 if command.to_client else 0x01
    nodes = walk_zcl(octets, 0, len(octets), command.cluster, frame_control, command.id)
    read = read_values(nodes)
    assert encoded(nodes) == octets
    assert says(read, values)
    assert command.layout.write(read) == octets
    counts = {part.count for part in all_parts(parts) if isinstance(part, Repeat)}
    for part in parts:
        if isinstance(part, Field) and part.fixed is not None and part.name not in {*values, *counts}:
            assert read[part.name] == part.fixed


@EACH
@settings(max_examples=20)
@given(data=st.data())
def test_a_command_cut_short_or_prolonged_is_refused(command: Command, data: st.DataObject) -> None:
    octets = command.layout.write(data.draw(values_of(command.layout.parts)))
    if any(isinstance(part, Repeat) and not part.count for part in command.layout.parts):
        octets += b"\xff"  # rows to the end: half a row is what can be wrong
        cut = len(octets)
    else:
        cut = data.draw(st.integers(0, len(octets) - 1))
        with pytest.raises(MalformedMessage) as raised:
            command.layout.walk(octets + b"\x00", 0, len(octets) + 1)
        assert raised.value.offset == len(octets)
    with pytest.raises(MalformedMessage) as raised:
        command.layout.walk(octets, 0, cut)
    assert raised.value.offset is not None
    assert 0 <= raised.value.offset <= cut


# The registry


def test_every_exported_command_is_registered_once() -> None:
    exported = [each for name in commands.__all__ if isinstance(each := getattr(commands, name), Command)]
    assert len(exported) == len(COMMANDS) == 59
    assert {id(each) for each in exported} == {id(each) for each in COMMANDS.values()}
    assert len({each.name for each in exported}) == len(exported)
    assert {each.cluster for each in exported} == set(Cluster) - {Cluster.BASIC}


@EACH
def test_every_field_is_named_once_and_has_a_known_type(command: Command) -> None:
    check_parts(command.layout.parts, set())


def check_parts(parts: Sequence[Part], names: set[str]) -> None:
    """Names are in snake case, used once on each path, and declared before they are referred to."""
    for part in parts:
        if isinstance(part, Switch):
            assert part.on in names
            for case in part.cases.values():
                check_parts(case, set(names))
            continue
        assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", part.name)
        assert part.name not in names
        if isinstance(part, Repeat):
            assert part.of
            assert not part.count or part.count in names
            check_parts(part.of, set())
        else:
            assert part.type in TYPES.values()
            if part.fixed is not None:
                assert part.write(part.fixed, part.name)
        names.add(part.name)


def test_every_attribute_is_named_once_in_its_cluster_and_has_a_known_type() -> None:
    assert len(ATTRIBUTES) == 69
    assert len({(each.cluster, each.name) for each in ATTRIBUTES.values()}) == 69
    assert len({(each.cluster, each.title) for each in ATTRIBUTES.values()}) == 69
    for place, each in ATTRIBUTES.items():
        assert place == (each.cluster, each.id)
        assert each.type in TYPES.values()
        assert each.meaning
        assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", each.name)


@given(st.lists(st.sampled_from(list(ATTRIBUTES.values())), max_size=8), st.data())
def test_attribute_records_walk_and_write_themselves(chosen: list[Attribute], data: st.DataObject) -> None:
    octets = b""
    for each in chosen:
        octets += each.id.to_bytes(2, "little")
        if data.draw(st.booleans()):
            octets += b"\xc0"
        else:
            value = data.draw(values_of_type(each.type))
            octets += bytes((0, each.type.tag)) + each.type.write(value)
    records = walk_zcl(octets, 0, len(octets), Cluster.METERING, 0x08, 0x01)
    numbers = [leaf.value for leaf in leaves(records) if leaf.name == "attribute_id"]
    assert numbers == [each.id for each in chosen]
    assert encoded(records) == octets


def test_an_attribute_is_called_as_zigbee_calls_it() -> None:
    assert attribute_name(0x0702, 0x0014) == "SupplyStatus"
    assert attribute_name(0x0702, 0x0999) == "attribute 0999"


# Values


def test_leaves_say_what_they_mean() -> None:
    layout = commands.CHANGE_SUPPLY.layout
    octets = layout.write({"issuer_event_id": 0, "proposed_supply_status": 1})
    walked = leaves(layout.walk(octets, 0, len(octets)))
    status = next(leaf for leaf in walked if leaf.name == "proposed_supply_status")
    assert (status.value, status.meaning) == (1, "0 close the valve, 1 arm the supply")


def test_times_and_dates_are_zigbee_numbers() -> None:
    moment = datetime(2015, 6, 1, 12, 30, tzinfo=UTC)
    assert read_time(write_time(moment)) == moment
    assert DATE.write(write_date(DayMonth(2016, 12, 25))) == bytes((116, 12, 25, 0xFF))
    assert DATE.kind.show(write_date(DayMonth(None, 3, None, 7))) == "*-03-* weekday 7"
    with pytest.raises(InvalidValue):
        write_time(datetime(1999, 1, 1, tzinfo=UTC))


IMPOSSIBLE = [DayMonth(2016, 13, 1), DayMonth(2016, 1, 32), DayMonth(2016, 0, 1), DayMonth(2016, 1, 1, 8)]


@pytest.mark.parametrize("impossible", [DayMonth(2155, 1, 1), DayMonth(1899), *IMPOSSIBLE])
def test_a_date_that_cannot_be_written_is_refused(impossible: DayMonth) -> None:
    with pytest.raises(InvalidValue):
        day_month("start").write(impossible)


@pytest.mark.parametrize("impossible", [DayMonth(65535, 1, 1), DayMonth(-1), *IMPOSSIBLE])
def test_a_cosem_date_that_cannot_be_written_is_refused(impossible: DayMonth) -> None:
    with pytest.raises(InvalidValue):
        write_day_month(impossible)


@pytest.mark.parametrize("octets", ["740D01FF", "740120FF", "7400FEFF", "7401FE00"])
def test_a_number_that_is_no_date_is_not_read_as_one(octets: str) -> None:
    with pytest.raises(ValueError, match=" is no "):
        read_date(int.from_bytes(bytes.fromhex(octets), "little"))
    assert read_date(int.from_bytes(bytes.fromhex("FF01FEFF"), "little")) == DayMonth(
        None, 1, DayOfMonth.LAST
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "issuer_event_id"),
        ({"issuer_event_id": 0, "proposed_supply_status": 256}, "proposed_supply_status"),
        ({"issuer_event_id": "now", "proposed_supply_status": 1}, "issuer_event_id"),
    ],
)
def test_writing_names_the_field_at_fault(values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValue) as raised:
        commands.CHANGE_SUPPLY.layout.write(values)
    assert raised.value.field == field


def test_writing_names_the_row_at_fault() -> None:
    with pytest.raises(InvalidValue) as raised:
        commands.PUBLISH_TOP_UP_LOG.layout.write({"top_ups": [{"top_up_code": b"1", "top_up_amount": 5}]})
    assert raised.value.field == "top_ups.0.top_up_time"


@pytest.mark.parametrize("value", [7, None, "\u20ac", b"x" * 255])
def test_a_string_takes_only_what_fits_into_it(value: Any) -> None:
    with pytest.raises(InvalidValue):
        TEXT.write(value)
    with pytest.raises(InvalidValue):
        OCTETS.write(value)


def test_a_count_follows_from_the_rows_and_may_not_differ() -> None:
    counted = Repeat("rows", (Field("x", UINT16),), "count", mask=0x0F)
    layout = Layout((Field("count", UINT8, 0xA0), counted))
    rows = [{"x": 1}, {"x": 2}]
    assert layout.write({"rows": rows}) == b"\xa2\x01\x00\x02\x00"
    assert layout.write({"rows": rows, "count": 2}) == b"\x02\x01\x00\x02\x00"
    for wrong in ({"rows": rows, "count": 3}, {"rows": rows * 8}, {"count": 1}):
        with pytest.raises(InvalidValue) as raised:
            layout.write(wrong)
        assert raised.value.field == "rows"


def test_a_sub_payload_that_gbcs_does_not_use_is_refused() -> None:
    layout = commands.SET_EVENT_CONFIGURATION.layout
    with pytest.raises(InvalidValue) as unwritable:
        layout.write({"issuer_event_id": 0, "event_configuration": 0, "configuration_control": 2})
    assert unwritable.value.field == "configuration_control"
    with pytest.raises(MalformedMessage) as unreadable:
        layout.walk(bytes(9) + b"\x02\x00", 0, 11)
    assert (unreadable.value.where, unreadable.value.offset) == ("configuration_control", 9)

"""Values for every declared form, derived from the shapes that declare it.

A new form is tested the moment it is declared. A shape that nothing here knows raises
:class:`NoStrategy`, so that a new kind of shape cannot slip by untested.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, time
from functools import partial
from typing import Any, TypeAlias

from hypothesis import strategies as st

from gbsmart.gbcs.asn1 import ber
from gbsmart.gbcs.asn1 import shapes as asn1
from gbsmart.gbcs.asn1.bodies import AsnBody, AsnChoice, AsnNothing, AsnResponse, AsnValue
from gbsmart.gbcs.dlms import arrays, protected, shapes
from gbsmart.gbcs.dlms import data as axdr
from gbsmart.gbcs.dlms.access import AccessRequest, AccessResponse
from gbsmart.gbcs.dlms.items import Item
from gbsmart.gbcs.dlms.notification import Notification
from gbsmart.gbcs.form import Body, Outcome
from gbsmart.gbcs.gbz import bodies, zcl
from gbsmart.gbcs.gbz.alert import GbzAlert, GbzCommandAlert
from gbsmart.gbcs.gbz.answers import NOT_FOUND, GbzResponse
from gbsmart.gbcs.gbz.bindings import Binding, Bound, fixed_fields
from gbsmart.gbcs.gbz.bodies import GbzCommand, Read, Send
from gbsmart.gbcs.gbz.commands import Command
from gbsmart.ground import NEVER, NOW, DayMonth, GbsmartError
from gbsmart.ground.when import DayOfMonth

Strategy: TypeAlias = st.SearchStrategy[Any]
MANY = 4
"""As many elements as lists get here, where the form allows them."""


class NoStrategy(LookupError):
    """A shape that this module does not know: teach it."""


# Moments and numbers

MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
ZIGBEE_MOMENTS = st.integers(0, 0xFFFFFFFF).map(zcl.read_time)
WHENS = st.sampled_from([NOW, NEVER]) | MOMENTS
DAYS = st.none() | st.integers(1, 31) | st.sampled_from(DayOfMonth)
DAY_MONTHS = st.builds(
    DayMonth,
    st.none() | st.integers(0, 0xFFFE),
    st.none() | st.integers(1, 12),
    DAYS,
    st.none() | st.integers(1, 7),
)
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), tzinfo=st.just(UTC))
SHORT = st.binary(max_size=24)
CODES = st.integers(1, 255)
"""What is not success."""


def signed(octets: int) -> Strategy:
    return st.integers(-(1 << 8 * octets - 1), (1 << 8 * octets - 1) - 1)


def unsigned(octets: int) -> Strategy:
    return st.integers(0, (1 << 8 * octets) - 1)


# DLMS

_NUMBERS = {
    axdr.BOOLEAN: unsigned(1), axdr.ENUM: unsigned(1),
    axdr.UNSIGNED_8: unsigned(1), axdr.UNSIGNED_16: unsigned(2), axdr.UNSIGNED_32: unsigned(4),
    axdr.UNSIGNED_64: unsigned(8),
    axdr.INTEGER_8: signed(1), axdr.INTEGER_16: signed(2), axdr.INTEGER_32: signed(4),
    axdr.INTEGER_64: signed(8),
}  # fmt: skip
_SCALARS: Mapping[int, Strategy] = {
    **_NUMBERS,
    axdr.OCTET_STRING: SHORT,
    axdr.VISIBLE_STRING: st.text(st.characters(max_codepoint=0xFF), max_size=12),
    axdr.UTF8_STRING: st.text(max_size=12),
    axdr.BIT_STRING: st.text("01", max_size=20),
    axdr.NULL: st.none(),
}

_INSTRUCTION = st.fixed_dictionaries(
    {
        "message_code": unsigned(2), "counter": unsigned(8), "class_id": unsigned(2),
        "instance": st.binary(min_size=6, max_size=6), "attribute": unsigned(1),
    }
)  # fmt: skip

_CREDIT_CHARGES = st.fixed_dictionaries({"twin_element": st.booleans()}) | st.fixed_dictionaries(
    {name: st.booleans() for name in ("twin_element", "suspend_debt_disabled", "suspend_debt_emergency")}
)

_BLOCK = st.lists(unsigned(4), min_size=8, max_size=8)
_CONTROLLER = st.fixed_dictionaries({"controller": st.integers(1, 5)})
_LEVEL = st.fixed_dictionaries(
    {
        "controller": st.integers(1, 5), "commanded_state_level": st.integers(0, 100),
        "input_from_controlled_load": st.booleans(),
    }
)  # fmt: skip
_DIGITS = st.text("0123456789", min_size=13, max_size=13)
_CHANNELS = st.lists(
    st.fixed_dictionaries(
        {
            "time": unsigned(4), "code": unsigned(2),
            "operating_channel": st.text("01", min_size=32, max_size=32),
            "scan_trigger": st.binary(min_size=1, max_size=1),
        }
    ),
    max_size=MANY,
)  # fmt: skip


def _codes(first: int) -> Strategy:
    return st.integers(first, first + 255)


ISOS: dict[str, Strategy] = {
    "date-time": MOMENTS,
    "date-time of what may not have been": st.sampled_from([NEVER, None]) | MOMENTS,
    "date-time with its weekday": MOMENTS,
    "date-time, now or never": WHENS,
    "date with wildcards": DAY_MONTHS,
    "season start: a date with wildcards, and a time": st.tuples(DAY_MONTHS, TIMES),
    "daily reset": st.booleans(),
    "non-disablement script": st.sampled_from(["START", "STOP"]),
    "one threshold": signed(4),
    "block registers and counters": st.fixed_dictionaries(
        {f"block_{block}{what}": _BLOCK for block in range(1, 5) for what in ("", "_counters")}
    ),
    "period of each day": st.fixed_dictionaries(
        {"start_time": TIMES, "end_time": TIMES}, optional={"first_index": st.integers(1, 0xFFFE)}
    ),
    "import MPANs": st.fixed_dictionaries(
        {"import_mpan": _DIGITS}, optional={"secondary_import_mpan": _DIGITS}
    ),
    "MPAN": st.just("") | _DIGITS,
    "sub-GHz channel log": _CHANNELS,
    "undelivered message": st.fixed_dictionaries(
        {
            "originator": st.binary(min_size=8, max_size=8),
            "recipient": st.binary(min_size=8, max_size=8),
            "cra": unsigned(1),
            "counter": unsigned(8),
        }
    ),
    "controller and level": _LEVEL,
    "action of the auxiliary calendar": _LEVEL
    | st.fixed_dictionaries({"controller": st.integers(1, 5), "switch_on": st.booleans()}),
    **{f"controller to {how}": _CONTROLLER for how in ("switch on", "switch off", "return to its calendar")},
    **{f"codes from {first:04X}": st.sets(_codes(first)).map(sorted) for first in (0x8000, 0x8100)},
    **{
        f"changes of codes from {first:04X}": st.dictionaries(_codes(first), st.booleans())
        for first in (0x8000, 0x8100)
    },
    "time of day": TIMES,
    "seconds since 2000": ZIGBEE_MOMENTS,
    "name": st.text(st.characters(max_codepoint=0xFF), max_size=8),
    "octet": unsigned(1),
    "future dated instruction": _INSTRUCTION,
    "UTRN": st.from_regex(r"[0-9]{20}", fullmatch=True, alphabet="0123456789"),
    "credit and charge configuration": _CREDIT_CHARGES,
}
"""Conversions by name: those over single leaves, and over structures of which few are allowed; those over
other structures follow from what they convert."""


def shape(of: Any) -> Strategy:
    """Values of any DLMS shape."""
    maker = _DLMS.get(type(of))
    if maker is None:
        raise NoStrategy(f"no strategy for {of!r}")
    return maker(of)


def _iso(of: shapes.Iso) -> Strategy:
    if of.name in ISOS:
        return ISOS[of.name]
    if isinstance(of.of, shapes.Scalar):
        raise NoStrategy(f"no strategy for the conversion {of.name!r}")
    return shape(of.of).map(of.read)


def _struct(of: shapes.Struct) -> Strategy:
    required: dict[str, Strategy] = {}
    trailing: list[tuple[str, Strategy]] = []
    for name, member in of.members:
        if isinstance(member, shapes.Opt):
            trailing.append((name, shape(member.of)))
        elif name:
            required[name] = shape(member)
    present = st.integers(0, len(trailing))
    return present.flatmap(lambda count: st.fixed_dictionaries(required | dict(trailing[:count])))


def _array(of: arrays.Array) -> Strategy:
    return st.lists(shape(of.of), min_size=of.least, max_size=max(of.least, min(of.most, MANY)))


def _counted(of: arrays.Counted) -> Strategy:
    rows = shape(of.of).map(lambda row: {name: value for name, value in row.items() if name != "index"})
    return st.lists(rows, max_size=min(of.most, MANY))


def _matrix(of: arrays.Matrix) -> Strategy:
    prices = signed(2).filter(lambda price: price != of.absent)
    return st.dictionaries(st.sampled_from(list(of.cells)), prices, max_size=8)


def _compact(of: arrays.Compact) -> Strategy:
    def rows(columns: list[Any]) -> Strategy:
        cells = {
            name: _SCALARS[tag]
            if not times
            else st.lists(_SCALARS[tag], min_size=times[0], max_size=times[0])
            for name, tag, *times in columns
        }
        return st.lists(st.fixed_dictionaries(cells), max_size=MANY)

    bare = [column for column in of.columns if column[0] not in of.optional]
    # without a row nothing tells whether the optional columns are there
    return rows(bare) | rows(list(of.columns)) if of.optional else rows(bare)


def _protected_request(of: protected.ProtectedRequest) -> Strategy:
    return shape(protected.PERIOD) if of.period else st.none()


_DLMS: dict[type, Callable[[Any], Strategy]] = {
    shapes.Scalar: lambda of: _SCALARS[of.tag],
    shapes.Flag: lambda _: st.booleans(),
    shapes.Const: lambda _: st.none(),
    shapes.Yes: lambda _: st.none(),
    shapes.Nullable: lambda of: st.none() | shape(of.of),
    shapes.Either: lambda of: shape(of.of) | shape(of.before),
    shapes.Iso: _iso,
    shapes.Struct: _struct,
    arrays.Array: _array,
    arrays.Counted: _counted,
    arrays.Matrix: _matrix,
    arrays.Compact: _compact,
    protected.ProtectedRequest: _protected_request,
    protected.ProtectedAnswer: lambda of: shape(of.sealed),
    protected.SealedValue: lambda of: shape(of.of),
    protected.Protection: lambda _: st.none(),
}  # fmt: skip


def _request(body: AccessRequest) -> Strategy:
    required: dict[str, Strategy] = {}
    optional: dict[str, Strategy] = {}
    apart: list[Strategy] = []
    for item in body.items:
        if item.selected is not None:
            required.setdefault(item.selected_by, shape(item.selected))
        if item.among:
            required.setdefault(item.chosen_by, st.integers(1, len(item.among)))
        if item.argument is None:
            continue
        if item.valueless:
            if item.optional:
                optional[item.name] = st.booleans()
        elif item.parts:
            apart.append(shape(item.argument))
        else:
            (optional if item.optional else required).setdefault(item.name, shape(item.argument))
    whole = st.fixed_dictionaries(required, optional=optional)
    return st.tuples(whole, *apart).map(
        lambda drawn: {name: value for each in drawn for name, value in each.items()}
    )


@st.composite
def _response(draw: st.DrawFn, body: AccessResponse) -> Outcome:
    count = len(body.items)
    results = draw(
        st.just(())
        | st.just((0,) * count)
        | st.lists(st.just(0) | CODES, min_size=count, max_size=count).map(tuple)
        | st.tuples(st.integers(0, count - 1), CODES).map(
            lambda at: (0,) * at[0] + (at[1],) * (count - at[0])
        )
    )
    values: dict[str, Any] = {}
    for item, code in zip(body.items, results or (0,) * count, strict=True):
        if not code and item.answer is not None:
            values.update(_answer(draw, item))
    return Outcome(values, results)


def _answer(draw: st.DrawFn, item: Item) -> dict[str, Any]:
    value = draw(shape(item.answer))
    return value if item.spread else {item.name: value}


# ASN.1


def asn(of: Any) -> Strategy:
    """Values of any ASN.1 shape; an absent optional member is None or has no key."""
    if isinstance(of, asn1.Primitive):
        return _PRIMITIVES[of.universal]
    if isinstance(of, asn1.Null):
        return st.none()
    if isinstance(of, asn1.Certificate):
        return CERTIFICATES
    if isinstance(of, asn1.SeqOf):
        return st.lists(asn(of.of), max_size=MANY)
    if isinstance(of, asn1.Optional):
        return st.none() | asn(of.of)
    if isinstance(of, asn1.Seq):
        members = {name: member for name, member in of.members if name}
        return st.fixed_dictionaries(
            {name: asn(member) for name, member in members.items() if not isinstance(member, asn1.Optional)},
            optional={
                name: asn(member) for name, member in members.items() if isinstance(member, asn1.Optional)
            },
        )
    raise NoStrategy(f"no strategy for {of!r}")


def _alternative(name: str, member: Any) -> Strategy:
    return asn(member).map(lambda value: Outcome({name: value} if name else {}))


_PRIMITIVES: Mapping[int, Strategy] = {
    ber.BOOLEAN: unsigned(1),
    ber.INTEGER: signed(8) | signed(1),
    ber.ENUMERATED: unsigned(1),
    ber.BIT_STRING: st.text("01", max_size=20),
    ber.OCTET_STRING: st.binary(max_size=140),
    ber.NULL: st.none(),
    ber.GENERALIZED_TIME: MOMENTS,
}


def _tlv(tag: int, content: bytes) -> bytes:
    return bytes((tag,)) + ber.write_ber_length(len(content), wide=False) + content


def certificate(filling: bytes) -> bytes:
    """The outline of an X.509 certificate: what tells one, and nothing that would make it usable."""
    to_be_signed = _tlv(0x30, _tlv(0x02, b"\x01") + _tlv(0x04, filling))
    algorithm = _tlv(0x30, _tlv(0x06, bytes.fromhex("2a8648ce3d040302")))
    return _tlv(0x30, to_be_signed + algorithm + _tlv(0x03, b"\x00" + filling))


CERTIFICATES = st.binary(max_size=300).map(certificate)


# GBZ


def field(of: zcl.Field) -> Strategy:
    """Wire values of a ZCL field, the special ones among them."""
    if of.type is zcl.DATE:
        parts = (
            st.none() | st.integers(1900, 2154),
            st.none() | st.integers(1, 12),
            st.none() | st.integers(1, 31),
            st.none() | st.integers(1, 7),
        )
        return st.builds(DayMonth, *parts).map(zcl.write_date)
    if isinstance(of.type, zcl.Text):
        return st.text(st.characters(max_codepoint=0xFF), max_size=12) if of.type.text else SHORT
    return signed(of.type.width) if of.type.signed else unsigned(of.type.width)


def _repeat(of: zcl.Repeat) -> Strategy:
    row = st.fixed_dictionaries({part.name: field(part) for part in of.of})
    return st.lists(row, max_size=min(MANY, of.mask), unique_by=lambda row: next(iter(row.values())))


def _part(command: Command, name: str, fixed: Mapping[str, int]) -> zcl.Field | zcl.Repeat:
    def search(parts: Any) -> zcl.Field | zcl.Repeat | None:
        for part in parts:
            if isinstance(part, zcl.Switch):
                found = search(part.cases[fixed[part.on]])
                if found is not None:
                    return found
            elif part.name == name:
                return part  # type: ignore[no-any-return]
        return None

    found = search(command.layout.parts)
    if found is None:
        raise NoStrategy(f"{command.name} has no part {name}")
    return found


def bound(command: Command, name: str, binding: Bound, fixed: Mapping[str, int]) -> Strategy:
    """Values of the domain that a field can hold, from its wire values through its own conversion."""
    part = _part(command, name, fixed)
    stands = partial(_stands, binding)
    if isinstance(part, zcl.Repeat):
        raw = _repeat(part).filter(stands)
    elif isinstance(part.type, zcl.Scalar) and part.type.width == 1:
        raw = st.sampled_from([value for value in range(256) if stands(value)])
    elif isinstance(part.type, zcl.Scalar) and part.type.width == 2:
        raw = st.sampled_from([value for value in range(1 << 16) if stands(value)])
    else:
        raw = field(part).filter(stands)
        if special := [
            value for value in (0, 0xFFFFFFFE, 0xFFFFFFFF) if _fits(part, value) and stands(value)
        ]:
            raw = st.sampled_from(special) | raw
    return raw.map(binding.read)


def moments(binding: Bound) -> Strategy:
    """Values of the domain that a From Date Time can hold, the special ones among them."""
    special = [value for value in (0, 0xFFFFFFFE, 0xFFFFFFFF) if _stands(binding, value)]
    return (st.sampled_from([1, *special]) | st.integers(1, 0xFFFFFFFD)).map(binding.read)


def _stands(binding: Bound, value: Any) -> bool:
    try:
        return bool(binding.write(binding.read(value)) == value)
    except (GbsmartError, KeyError, ValueError, OverflowError):
        return False


def _fits(part: zcl.Field, value: int) -> bool:
    return isinstance(part.type, zcl.Scalar) and value >> (8 * part.type.width - part.type.signed) == 0


def _bindings(
    command: Command, fields: Mapping[str, Binding], fixed: Mapping[str, int]
) -> dict[str, Strategy]:
    found: dict[str, Strategy] = {}
    for name, binding in fields.items():
        if isinstance(binding, Bound) and binding.name not in found:
            found[binding.name] = bound(command, name, binding, fixed)
    return found


def _gbz_command(body: GbzCommand) -> Strategy:
    required: dict[str, Strategy] = {}
    optional: dict[str, Strategy] = {}
    for part in body.components:
        if isinstance(part, Read):
            continue
        names = _bindings(part.command, part.fields, fixed_fields(part.command, part.fields, part.fixed))
        if part.from_date_time is not None:
            names[part.from_date_time.name] = moments(part.from_date_time)
        if part.each:
            event = names.pop("issuer_event_id", None)
            if event is not None:
                required.setdefault("issuer_event_id", event)
            least = 0 if any(not bodies.may_be_left_out(each) for each in body.components) else 1
            optional[part.each] = st.lists(st.fixed_dictionaries(names), min_size=least, max_size=MANY)
        else:
            for name, values in names.items():
                (optional if name == part.given else required).setdefault(name, values)
    # a list of rows is counted elsewhere, so a form that counts it needs it
    counted = {
        name for part in body.components if isinstance(part, Send) and part.each for name in [part.each]
    }
    required |= {name: optional.pop(name) for name in counted}
    return st.fixed_dictionaries(required, optional=optional)


@st.composite
def _gbz_response(draw: st.DrawFn, body: GbzResponse) -> Outcome:
    outcome = Outcome({})
    results: list[int] = []
    answers: list[dict[str, int]] = []
    failed = False
    for sequence, part in enumerate(body.components):
        plain = isinstance(part, Send) and part.answer is None
        if failed or plain or draw(st.integers(0, 4)) == 0:
            row = _default_response(draw, part, sequence, refused=not plain, skipped=failed)
            answers.append(row)
            empty = isinstance(part, Send) and part.may_find_nothing and row["status"] == NOT_FOUND
            results.append(0 if empty else row["status"])
            failed = failed or results[-1] != 0
            continue
        results.append(0)
        if isinstance(part, Send):
            assert part.answer is not None
            of = fixed_fields(part.answer, part.answer_fields or {}, part.answer_fixed)
            rows = st.fixed_dictionaries(_bindings(part.answer, part.answer_fields or {}, of))
            alike = sum(isinstance(each, Send) and each.answers == part.answers for each in body.components)
            if part.answers:
                most = MANY if alike == 1 else 1
                outcome.values.setdefault(part.answers, []).extend(
                    draw(st.lists(rows, min_size=1, max_size=most))
                )
            else:
                answered = draw(rows)
                outcome.values.update(answered)
                results[-1] = bodies.FAILURE if part.refused(answered) else 0
        else:
            _attributes(draw, part, outcome)
    if answers:
        outcome.values["answers"] = answers
    outcome.results = draw(st.sampled_from([tuple(results), ()]))
    return outcome


def _default_response(
    draw: st.DrawFn, part: Send | Read, sequence: int, *, refused: bool, skipped: bool
) -> dict[str, int]:
    command = part.command.id if isinstance(part, Send) else 0
    status = draw(CODES if refused else st.just(0) | CODES)
    if skipped:
        command, status = bodies.NOT_EXECUTED
    cluster = int(part.command.cluster if isinstance(part, Send) else part.cluster)
    control = draw(st.sampled_from([0x00, 0x08, 0x10, 0x18]))
    return {
        "sequence": sequence, "cluster": cluster, "command": command, "status": status,
        "frame_control": control,
    }  # fmt: skip


def _attributes(draw: st.DrawFn, part: Read, outcome: Outcome) -> None:
    for attribute in part.attributes:
        if draw(st.integers(0, 5)) == 0:
            outcome.attribute_errors[attribute.name] = draw(CODES)
        else:
            outcome.values[attribute.name] = draw(field(zcl.Field(attribute.name, attribute.type)))


_ALERT_CONTENT: Mapping[str, Strategy] = {
    "content": st.binary(min_size=1, max_size=40),
    "reason": unsigned(2),
    "message_code": unsigned(2),
    "originator_counter": unsigned(8),
    "cluster": unsigned(2),
    "frame_control": unsigned(1),
    "command": unsigned(1),
}


def _gbz_alert(body: GbzAlert) -> Strategy:
    content = body.content
    instructions = (0x8F66, 0x8F67)
    others = unsigned(2).filter(lambda code: code not in instructions)
    codes = st.sampled_from(instructions) if "message_code" in content else others
    named = {name: _ALERT_CONTENT[leaf] for leaf, name in content.items()}
    return st.fixed_dictionaries({"alert_code": codes, "time": ZIGBEE_MOMENTS, **named})


def _command_alert(body: GbzCommandAlert) -> Strategy:
    fixed = fixed_fields(body.command, body.bindings)
    named = _bindings(body.command, body.bindings, fixed)
    codes = unsigned(2).filter(lambda code: code not in (0x8F66, 0x8F67))
    return st.fixed_dictionaries({"alert_code": codes, "time": ZIGBEE_MOMENTS, **named})


# Bodies


def body(of: Body) -> Strategy:
    """Values of one body of a form: a mapping, or an Outcome for a response."""
    if isinstance(of, AccessRequest):
        return _request(of)
    if isinstance(of, AccessResponse):
        return _response(of)
    if isinstance(of, Notification):
        return shape(of.shape)
    if isinstance(of, AsnBody):
        return asn(of.shape)
    if isinstance(of, AsnResponse):
        return asn(of.shape).map(lambda values: Outcome(values))
    if isinstance(of, AsnNothing):
        return st.just({})
    if isinstance(of, AsnValue):
        return st.fixed_dictionaries({of.name: asn(of.shape)})
    if isinstance(of, AsnChoice):
        return st.one_of(*(_alternative(name, member) for name, member in of.alternatives))
    if isinstance(of, GbzCommand):
        return _gbz_command(of)
    if isinstance(of, GbzResponse):
        return _gbz_response(of)
    if isinstance(of, GbzCommandAlert):
        return _command_alert(of)
    if isinstance(of, GbzAlert):
        return _gbz_alert(of)
    raise NoStrategy(f"no strategy for {type(of).__name__}")

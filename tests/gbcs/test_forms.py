"""The law of every declared form: what is written is read again as what it means."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gbsmart.gbcs import codec, forms
from gbsmart.gbcs.asn1.bodies import AsnChoice
from gbsmart.gbcs.dlms.access import AccessResponse
from gbsmart.gbcs.envelope import Cra, Header, Message, OtherInformation
from gbsmart.gbcs.form import Body, Form, Outcome
from gbsmart.gbcs.message_codes import message_code, message_codes
from gbsmart.gbcs.protection import data_secret, seal
from gbsmart.gbcs.shape import SEALED, Context, Sealed
from gbsmart.ground import InvalidValue, MalformedMessage, NotFound

from . import values
from .keyring import vectors
from .messages import DEVICE, METER, SUPPLIER, USER, headers, reading, writing


class Direction(NamedTuple):
    form: Form
    cra: Cra
    body: Body


def _bodies() -> Iterator[Direction]:
    """Every declared body, once where several forms share it."""
    seen: set[int] = set()
    for form in forms.all_forms():
        for cra in Cra:
            body = form.body(cra)
            if body is not None and id(body) not in seen:
                seen.add(id(body))
                yield Direction(form, cra, body)


BODIES = list(_bodies())


def few(examples: int) -> settings:
    """Few for each of some hundreds of bodies: every run draws others."""
    return settings(
        max_examples=examples,
        suppress_health_check=[HealthCheck.too_slow],
        deadline=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
    )


every_body = pytest.mark.parametrize(
    "direction", BODIES, ids=[f"{each.form.name} {each.cra.name.lower()}" for each in BODIES]
)


@every_body
@few(6)
@given(data=st.data())
def test_what_is_written_is_read_again(direction: Direction, data: st.DataObject) -> None:
    form, cra, body = direction
    given_values = data.draw(values.body(body))
    header = data.draw(headers(cra, form.code))
    octets = body.put(given_values, writing(header, wide_lengths=data.draw(st.booleans())))
    tree = codec.walk_payload(octets, 0, len(octets), cra)
    assert tree.encode() == octets
    assert body.recognises(tree)
    canonical = body.canonical(given_values)
    assert body.take(tree, reading(header)) == canonical
    assert body.canonical(canonical) == canonical
    held = canonical.values if isinstance(canonical, Outcome) else canonical
    assert set(held) <= set(body.fields())


@every_body
@few(4)
@given(data=st.data())
def test_a_message_finds_its_form_and_is_written_again(direction: Direction, data: st.DataObject) -> None:
    form, cra, body = direction
    header = data.draw(headers(cra, form.code))
    octets = body.put(data.draw(values.body(body)), writing(header))
    found = codec.read(Message(header, octets), USER)
    assert found is not None
    assert found.form.body(cra) is body
    ring = USER if cra != Cra.COMMAND else None
    assert codec.rewrite(found, ring) == octets
    closed = codec.read(Message(header, octets))
    assert closed is not None
    assert codec.rewrite(closed) == octets, "whoever has no key can still pass it on"


@contextlib.contextmanager
def naming(*values: str) -> Iterator[None]:
    """Whatever is refused inside is refused because of one of ``values``."""
    try:
        yield
    except InvalidValue as refused:
        assert set(values) & set(refused.field.split(".")), refused  # noqa: PT017 - refusing is allowed, not due
        raise


@every_body
@few(4)
@given(data=st.data())
def test_a_missing_value_is_named(direction: Direction, data: st.DataObject) -> None:
    """Take any one value away: either the form can do without, or the error names that value."""
    form, cra, body = direction
    drawn = data.draw(values.body(body))
    held = dict(drawn.values if isinstance(drawn, Outcome) else drawn)
    if not held.keys() - {"answers"}:
        return
    gone = data.draw(st.sampled_from(sorted(held.keys() - {"answers"})))
    del held[gone]
    less = Outcome(held, drawn.results, drawn.attribute_errors) if isinstance(drawn, Outcome) else held
    missing = body.fields() if isinstance(body, AsnChoice) else (gone,)  # another alternative would do
    with contextlib.suppress(InvalidValue), naming(*missing):
        body.put(less, writing(data.draw(headers(cra, form.code))))


ANYTHING = st.one_of(
    st.none(), st.integers(), st.floats(), st.text(max_size=3), st.binary(max_size=3),
    st.just({300: 1}), st.lists(st.none() | st.just({}), min_size=1, max_size=2), st.datetimes(),
)  # fmt: skip


@every_body
@few(4)
@given(data=st.data())
def test_a_value_of_another_kind_is_refused_and_breaks_nothing(
    direction: Direction, data: st.DataObject
) -> None:
    form, cra, body = direction
    drawn = data.draw(values.body(body))
    held = dict(drawn.values if isinstance(drawn, Outcome) else drawn)
    if held:
        held[data.draw(st.sampled_from(sorted(held)))] = data.draw(ANYTHING)
    other = _with_other_codes(drawn, held, data) if isinstance(drawn, Outcome) else held
    with contextlib.suppress(InvalidValue):
        codec.payload(form, data.draw(headers(cra, form.code)), other, seal=bytes)


def _with_other_codes(drawn: Outcome, held: dict[str, Any], data: st.DataObject) -> Outcome:
    """An outcome whose codes need not be codes, nor its default responses what they are."""
    codes = st.integers(-1, 300) | st.sampled_from(["x", None])
    if data.draw(st.booleans()):
        numbers = st.integers(-1, 70_000) | st.none()
        row = {"sequence": st.integers(0, 2), "cluster": numbers, "command": numbers, "status": numbers}
        held["answers"] = data.draw(st.lists(st.fixed_dictionaries(row), max_size=2))
    if data.draw(st.booleans()):
        held[SEALED] = Sealed(bytes(data.draw(st.sampled_from([0, 70_000]))))
    results = data.draw(st.just(drawn.results) | st.lists(codes, max_size=2).map(tuple))
    names = st.sampled_from(sorted(held) or ["x"])
    errors = data.draw(st.just(drawn.attribute_errors) | st.dictionaries(names, codes))
    return Outcome(held, results, errors)


def _seals(direction: Direction) -> bool:
    """Whether an answer is encrypted to the party that asked: of GBZ, where lists only grow, one form."""
    body = direction.body
    if isinstance(body, AccessResponse):
        return any(item.spread for item in body.items)
    return direction.form.name == "GCS13a" and direction.cra == Cra.RESPONSE


SEALING = [each for each in BODIES if _seals(each)]


@pytest.mark.parametrize("direction", SEALING, ids=[each.form.name for each in SEALING])
@few(4)
@given(data=st.data())
def test_sealed_values_need_a_key_on_both_sides(direction: Direction, data: st.DataObject) -> None:
    form, cra, body = direction
    outcome = data.draw(
        values.body(body).filter(lambda outcome: outcome.success and "answers" not in outcome.values)
    )
    header = data.draw(headers(cra, form.code))
    octets = body.put(outcome, writing(header))
    closed = body.take(codec.walk_payload(octets, 0, len(octets), cra), Context(header))
    assert any(isinstance(value, Sealed) for value in closed.values.values())
    with pytest.raises(InvalidValue, match="no key"):
        body.put(outcome, Context(header))


@pytest.mark.parametrize(
    ("name", "plaintext"),
    [("ECS17b", b"\x02\x01\x77"), ("ECS17b", b"\x02\x01\x11\x05"), ("GCS13a", b"\x00\x00\x00\x99")],
    ids=["no data type", "other data", "no ZCL type"],
)
def test_a_fault_inside_a_sealed_value_is_told_at_the_octets_that_hold_it(
    name: str, plaintext: bytes
) -> None:
    form = forms.form(name)
    assert form.response is not None
    header = Header(Cra.RESPONSE, 1000, METER, SUPPLIER, OtherInformation(form.code))
    sealed = seal(header, plaintext, data_secret(header, DEVICE))
    octets = form.response.put(Outcome({"sealed": Sealed(sealed)}), writing(header))
    held_at = octets.index(sealed) - 2  # the octet-string's tag or ciphered information's length
    with pytest.raises(MalformedMessage, match="of what is sealed") as refused:
        codec.read(Message(header, octets), USER)
    assert refused.value.offset == held_at


def test_forms_have_one_name_each() -> None:
    names = [form.name for form in forms.all_forms()]
    assert len(names) == len(set(names))
    assert forms.form("ECS17b").code == 0x0027
    assert forms.form("ECS17b").title == message_code(0x0027).title
    with pytest.raises(NotFound):
        forms.form("ECS17z")


# Found by the soak.


def test_a_response_is_no_more_components_than_its_command() -> None:
    form = forms.form("GCS25")
    assert form.response is not None
    header = Header(Cra.RESPONSE, 1000, METER, SUPPLIER, OtherInformation(form.code))
    with pytest.raises(InvalidValue) as refused:
        form.response.put(Outcome({}, (0, 0, 0)), writing(header))
    assert refused.value.field == "answers.0"
    answers = [
        {"sequence": number, "cluster": 0x0700, "command": 9, "status": 0, "frame_control": 0}
        for number in (0, 1)
    ]
    with pytest.raises(InvalidValue) as refused:
        form.response.put(Outcome({"answers": answers}, (0, 0, 0)), writing(header))
    assert refused.value.field == "answers.2"


def test_a_request_to_read_attributes_is_no_answer() -> None:
    form = forms.form("GCS13a")
    assert form.command is not None
    assert form.response is not None
    header = Header(Cra.COMMAND, 1000, SUPPLIER, METER, OtherInformation(form.code))
    octets = form.command.put({}, writing(header))
    tree = codec.walk_payload(octets, 0, len(octets), Cra.COMMAND)
    assert form.command.recognises(tree)
    assert not form.response.recognises(tree)


def test_a_command_that_wants_no_default_response_is_of_no_form() -> None:
    form = forms.form("GCS13a")
    assert form.command is not None
    header = Header(Cra.COMMAND, 1000, SUPPLIER, METER, OtherInformation(form.code))
    octets = bytearray(form.command.put({}, writing(header)))
    octets[8] |= 0x10  # frame control: disable default response
    assert codec.read(Message(header, bytes(octets))) is None


@pytest.mark.parametrize(
    ("name", "payload", "reason"),
    [
        pytest.param("GCS32", "0109 00", "1 components", id="no answer at all"),
        pytest.param("GCS25", "0109 01 01 0700 0005 08 00 0B 08 00", "2 components", id="one of two"),
        pytest.param(
            "GCS01a", "0109 01 01 0707 0005 00 00 0B 00 00", "at least 5 components", id="one of many"
        ),
        pytest.param("GCS09", "0109 01 01 0708 0005 08 01 0B 08 00", "sequence 1", id="another's answer"),
    ],
)
def test_a_device_answers_every_component_in_order(name: str, payload: str, reason: str) -> None:
    form = forms.form(name)
    header = Header(Cra.RESPONSE, 1000, METER, SUPPLIER, OtherInformation(form.code))
    with pytest.raises(MalformedMessage, match=reason):
        codec.read(Message(header, bytes.fromhex(payload)))


@pytest.mark.corpus
def test_a_form_is_verified_where_there_are_test_messages_of_all_that_it_has(corpus: Path) -> None:
    """Commands under one code differ; what answers them may look alike, and is then any of theirs."""
    met: set[tuple[str | int, Cra]] = set()
    for name, octets in vectors(corpus).items():
        message = Message.parse(octets)
        found = codec.read(message)
        assert found is not None, name
        met |= {(found.form.name, message.header.cra), (found.form.code, message.header.cra)}
    for form in forms.all_forms():
        has: set[tuple[str | int, Cra]] = {
            (form.name if cra == Cra.COMMAND else form.code, cra) for cra in Cra if form.body(cra) is not None
        }
        assert form.verified == (has <= met), form.name


def test_every_message_code_but_those_of_the_home_alone_has_a_form() -> None:
    without = {one.use_case for one in message_codes().values() if one.code not in forms.by_code()}
    assert without == {"PECS01", "PECS02", "PECS03", "HECS01"}

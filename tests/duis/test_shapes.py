"""Documents of a known shape are read as all others are, and nothing else is taken for one."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gbsmart.duis import (
    NON_DEVICE,
    ORDINARY,
    SCHEMA_VERSION,
    Request,
    build_request,
    parse_request,
    parse_xml,
    read_request,
)
from gbsmart.duis import request as requests
from gbsmart.duis.examples import examples
from gbsmart.duis.versions import edition
from gbsmart.ground import NOW, GbsmartError

from .examples import read_registers
from .test_requests import corpus_requests

SIGNED = (
    b'<sr:Request xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway" schemaVersion="5.4">'
    b"\n <sr:Header>"
    b"<sr:RequestID>90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:1000</sr:RequestID>"
    b"<sr:CommandVariant>1</sr:CommandVariant><sr:ServiceReference>4.1</sr:ServiceReference>"
    b"<sr:ServiceReferenceVariant>4.1.1</sr:ServiceReferenceVariant></sr:Header>"
    b"<sr:Body><sr:ReadInstantaneousImportRegisters/></sr:Body>"
    b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Any>%s</ds:Any></ds:Signature></sr:Request>'
)
"""The signature is not looked at when a request is read."""


def the_long_way(octets: bytes) -> Request:
    return read_request(parse_xml(octets, NON_DEVICE))


def parsed(octets: bytes) -> Request:
    """As the DCC reads it; and others must see it so."""
    request = parse_request(octets, shared=True).message
    assert parse_request(octets).message == request
    return request


def outcome(octets: bytes, read) -> object:
    try:
        return read(octets)
    except GbsmartError as problem:
        return str(problem), problem.response_code


def is_known(octets: bytes) -> bool:
    look = requests._SHAPES.look(octets, ORDINARY)
    return look is not None and look.known is not None


def learnt(octets: bytes) -> bytes:
    """The document, after the service has met its shape twice."""
    for _ in range(2):
        parse_request(octets)
    assert is_known(octets)
    return octets


def test_a_shape_is_known_once_it_was_met_twice() -> None:
    """Of whichever numbers: they are what its leaves say."""
    first, second, third = (
        build_request(read_registers(counter)).replace(b"<sr:Request ", b'<sr:Request xmlns:once="urn:once" ')
        for counter in (1, 2, 3)
    )
    assert not is_known(first)
    parse_request(first)
    assert not is_known(second)
    parse_request(second)
    assert is_known(third)
    assert parse_request(third).message == the_long_way(third)


CHARGE = re.compile(rb"(?<=<sr:StandingCharge>)\d+")


def test_what_requests_have_in_common_is_shared_by_who_changes_none() -> None:
    learnt(TARIFF)
    first, second, third = (
        parse_request(CHARGE.sub(charge, TARIFF), shared=True).message for charge in (b"7", b"8", b"8")
    )
    for request, charge in ((first, 7), (second, 8), (third, 8)):
        assert request == the_long_way(CHARGE.sub(b"%d" % charge, TARIFF))
    assert first.values["elec_tariff_elements"] is third.values["elec_tariff_elements"]
    assert second.values is not third.values


def test_what_is_not_shared_is_the_readers_own() -> None:
    octets = learnt(TARIFF)
    first = parse_request(octets).message
    first.values["elec_tariff_elements"]["currency_units"] = "ECB"
    for shared in (False, True):
        assert parse_request(octets, shared=shared).message == the_long_way(octets)
    assert type(parse_request(octets).message.values["elec_tariff_elements"]) is dict


def test_a_leaf_may_come_to_say_nothing_and_something_again() -> None:
    named = re.compile(rb"(?<=<sr:SeasonName>)\w*")
    octets = learnt(named.sub(b"Winter", TARIFF))
    for name in (b"", b"Summer", b"", b"Winter"):
        document = named.sub(name, octets)
        assert is_known(document)
        assert parse_request(document).message == the_long_way(document)


def test_a_tree_is_made_when_it_is_asked_for() -> None:
    octets = learnt(build_request(read_registers()))
    parsed = parse_request(octets)
    assert etree.tostring(parsed.root) == etree.tostring(parse_xml(octets))
    assert parsed.root is parsed.root


def test_one_markup_may_be_read_in_several_ways() -> None:
    """All Signed Pre-Commands have the same: what they are is said by their header."""
    for _ in range(3):
        for variant in ("1.1.1", "6.15.1", "7.1"):
            body = {"execution_date_time": NOW, "gbcs_payload": variant.encode()}
            request = Request(read_registers().request_id, 5, variant, body)
            assert parse_request(build_request(request)).message == request


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b">4.1.1<", b">4.1.2<", "Command Variant 1 of 4.1.2 needs ReadInstantaneousImportTOUMatrices"),
        (b">4.1<", b">4.2<", "says '4.2', not the 4.1 of 4.1.1"),
        (b">1<", b">77<", "says 77, not 1 to 9"),
        (b":1000<", b":x<", "RequestID"),
        (b"\n <sr:Header>", b"\n x<sr:Header>", "holds text where only elements belong"),
        (b"Header>\n", b"Header>x", "holds text where only elements belong"),
        (b":1000<", b":1\x000<", "not well-formed"),
        (b":1000<", b":1&lt;<", "RequestID"),
        (b":1000</sr:RequestID", b":1000<sr:RequestID", "not well-formed"),
        (b":1000</sr", b":1000/sr", "not well-formed"),
        (b":1000<", b":1000<!-- --><", None),
        (b":1000<", b":<![CDATA[1000]]><", None),
        (b"5.4", b"5.9", "says schemaVersion '5.9'"),
        (b"Registers/>", b"Registers></sr:ReadInstantaneousImportRegisters>", None),
    ],
)
def test_what_is_wrong_with_a_document_of_a_known_shape_is_said(
    old: bytes, new: bytes, message: str | None
) -> None:
    octets = learnt(SIGNED.replace(b"</sr:Header>", b"</sr:Header>\n") % b"x")
    changed = octets.replace(old, new, 1)
    assert changed != octets
    found = outcome(changed, parsed)
    assert found == outcome(changed, the_long_way)
    assert isinstance(found, Request) if message is None else message in str(found)


def test_what_the_signature_says_is_of_no_shape() -> None:
    learnt(SIGNED % b"one")
    assert is_known(SIGNED % b"two and three")
    assert not is_known(SIGNED % b"<ds:Two/>")


def test_a_document_that_is_large_or_holds_more_than_ascii_is_read_the_long_way() -> None:
    for octets in (SIGNED % "é".encode(), SIGNED % (b"x" * 40_000)):
        for _ in range(3):
            assert parse_request(octets).message == read_registers()
        assert not is_known(octets)


def test_a_line_may_end_as_others_end_it() -> None:
    octets = learnt(SIGNED.replace(b"Header>", b"Header>\n") % b"x")
    for end in (b"\r\n", b"\r"):
        assert is_known(octets.replace(b"\n", end))
        assert parse_request(octets.replace(b"\n", end)).message == read_registers()


def test_only_the_latest_shapes_are_kept() -> None:
    for number in range(300):
        space = b" " * (number + 1)
        learnt(build_request(read_registers()).replace(b"<sr:Body>", b"<sr:Body>" + space))
    assert len(requests._SHAPES._met) <= 256
    assert max(map(len, requests._SHAPES._known.values())) == 64
    assert sum(map(len, requests._SHAPES._known.values())) <= 256


TARIFF = build_request(
    Request(read_registers().request_id, 4, "1.1.1", next(examples(edition(SCHEMA_VERSION).body("1.1.1"))))
)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_a_document_changed_anywhere_is_read_as_if_its_shape_were_not_known(data: st.DataObject) -> None:
    octets = bytearray(learnt(data.draw(st.sampled_from([SIGNED % b"x", TARIFF]))))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(octets) - 1))
        new = data.draw(
            st.sampled_from([b"", b"<", b">", b"/", b"&", b" ", b"\r", b"!", b"0", b'"', b"\xff"])
        )
        octets[at : at + data.draw(st.integers(0, 2))] = new
    changed = bytes(octets)
    assert outcome(changed, parsed) == outcome(changed, the_long_way)


def test_a_shape_in_use_is_found_first_however_many_are_alike() -> None:
    octets = learnt(build_request(read_registers()))
    for number in range(60):
        learnt(octets.replace(b"<sr:Body>", b"<sr:Body>" + b"\t" * (number + 1)))
        assert is_known(octets)
    kind = requests._SHAPES.look(octets, ORDINARY).kind
    assert requests._SHAPES._known[kind][0] is requests._SHAPES.look(octets, ORDINARY).known


NUMBER = re.compile(rb"(?<=>)\d+(?=<)")


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_whatever_leaves_say_one_after_another_is_read(data: st.DataObject) -> None:
    document = learnt(TARIFF)
    count = len(NUMBER.findall(document))
    for _ in range(4):
        said = data.draw(st.dictionaries(st.integers(0, count - 1), st.integers(0, 9), max_size=5))
        document = with_numbers(document, said)
        assert outcome(document, parsed) == outcome(document, the_long_way)


def with_numbers(document: bytes, said: dict[int, int]) -> bytes:
    """The document with other numbers in some of its leaves."""
    places = iter(range(len(document)))
    return NUMBER.sub(lambda found: b"%d" % said.get(next(places), int(found[0])), document)


@pytest.mark.corpus
def test_every_request_of_the_corpus_is_read_the_same_once_its_shape_is_known(corpus: Path) -> None:
    known = 0
    for name, commented in corpus_requests(corpus).items():
        octets = re.sub(b"<!--.*?-->", b"", commented)
        expected = the_long_way(octets)
        for _ in range(3):
            assert parse_request(octets, limits=NON_DEVICE).message == expected, name
        look = requests._SHAPES.look(octets, NON_DEVICE)
        known += look is not None and look.known is not None
    assert known > 200

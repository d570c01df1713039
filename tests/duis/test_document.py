import base64

import pytest
from lxml import etree

from gbsmart.duis import NON_DEVICE, Limits, build_request, parse_request, parse_xml
from gbsmart.ground import MalformedMessage

from .examples import read_registers

PLAIN = build_request(read_registers())


def refusal(document: bytes, **limits: int) -> MalformedMessage:
    with pytest.raises(MalformedMessage) as refused:
        parse_xml(document, Limits(**{"octets": 1 << 20, **limits}))
    return refused.value


def test_entities_that_multiply_are_refused_before_parsing() -> None:
    laughs = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
    assert str(refusal(laughs)) == (
        "a DOCTYPE or entity declaration is not allowed (at octet 0) Remove it: DUIS documents need none."
    )


def test_an_external_entity_is_refused(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    document = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><a>&x;</a>'
    assert refusal(document.encode()).offset == 21


def test_an_entity_that_is_not_declared_is_refused() -> None:
    assert "not well-formed" in str(refusal(b"<a>&x;</a>"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp500"])
def test_an_encoding_cannot_hide_a_doctype(encoding: str) -> None:
    document = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a []><a/>'.encode(encoding)
    refusal(document)


def test_another_encoding_is_refused_by_name() -> None:
    assert str(refusal(b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>')) == (
        "the encoding ISO-8859-1 is not allowed Send UTF-8."
    )


def test_the_encoding_that_is_claimed_does_not_count() -> None:
    # UTF-7 would turn the plus sign into something else; the octets are read as UTF-8 or not at all
    refusal(b'<?xml version="1.0" encoding="UTF-7"?><a>+ADw-b/+AD4-</a>')


def test_a_document_beyond_its_octets_is_refused() -> None:
    assert str(refusal(PLAIN, octets=100)) == f"the document has {len(PLAIN)} octets; 100 are allowed"


def test_deep_nesting_is_refused() -> None:
    assert parse_xml(b"<a>" * 64 + b"</a>" * 64) is not None
    assert str(refusal(b"<a>" * 65 + b"</a>" * 65)) == "elements stand more than 64 deep"
    assert parse_xml(b"<a>" * 63 + b"<a/>" * 99 + b"</a>" * 63) is not None
    assert str(refusal(b"<a>" * 64 + b"<a/>" + b"</a>" * 64)) == "elements stand more than 64 deep"
    refusal(b"<a>" * 10_000 + b"</a>" * 10_000)


def test_many_elements_or_attributes_are_refused() -> None:
    assert "more than 40000 tags and attributes" in str(refusal(b"<a>" + b"<b/>" * 40_000 + b"</a>"))
    many = b" ".join(b'a%d=""' % number for number in range(40_000))
    assert "more than 40000 tags and attributes" in str(refusal(b"<a " + many + b"/>"))


def test_what_would_make_canonical_form_slow_is_refused() -> None:
    # each costs its square: a thousand declarations over a thousand elements took seconds
    declarations = b" ".join(b'xmlns:n%d="urn:%d"' % (number, number) for number in range(33))
    assert str(refusal(b"<a " + declarations + b"/>")) == "the document declares more than 32 namespaces"
    attributes = b" ".join(b'a%d=""' % number for number in range(513))
    assert str(refusal(b"<a><b " + attributes + b"/></a>")) == "an element has more than 512 attributes"
    assert parse_xml(b"<a>" + b'<b c="" d=""/>' * 512 + b"</a>") is not None


def test_a_processing_instruction_is_refused() -> None:
    assert refusal(b"<a><?b c?></a>").offset == 3
    assert refusal(b'<?xml version="1.0"?><?xml-stylesheet href="x"?><a/>').offset == 21


def test_a_syntax_error_says_where() -> None:
    assert refusal(b"<a>\n <b></a>").where == "line 2, column 9"
    assert refusal(b"").reason.startswith("the document is not well-formed XML")


def test_comments_and_character_data_sections_do_not_split_a_value() -> None:
    document = PLAIN.replace(b"4.1.1", b"4.<!-- a -->1<![CDATA[.1]]>")
    assert parse_request(document).message == read_registers()


def test_an_inclusion_is_not_followed() -> None:
    document = b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/hostname"/></a>'
    assert len(etree.tostring(parse_xml(document))) == len(document)


def test_a_firmware_image_of_the_largest_size_is_read() -> None:
    image = base64.b64encode(bytes(10_240_000))
    root = parse_xml(b"<a><b>" + image + b"</b></a>", NON_DEVICE)
    assert len(root[0].text) == len(image)
    assert "1048576 are allowed" in str(refusal(b"<a>" + image + b"</a>"))

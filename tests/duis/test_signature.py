import base64
import hashlib
import html
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gbsmart.duis import (
    DigestMismatch,
    Request,
    RequestId,
    SignatureError,
    SignatureInvalid,
    SignatureMalformed,
    SignatureMissing,
    SignerUnknown,
    build_request,
    is_signed,
    parse_request,
    parse_xml,
    service,
    sign,
    verify,
)
from gbsmart.duis.document import SR
from gbsmart.duis.signature import _DECLARATION as DECLARATION
from gbsmart.duis.signature import _unsigned
from gbsmart.ground import Eui64, GbsmartError, ManualClock
from gbsmart.keys import KeyUse, MemoryKeyring, UnknownCertificate

from .conftest import NOW
from .examples import ESME, USER, read_registers

PLAIN = build_request(read_registers())
DS = "http://www.w3.org/2000/09/xmldsig#"


@pytest.fixture(scope="module")
def signed(keyring: MemoryKeyring) -> bytes:
    return sign(PLAIN, keyring, USER)


def refusal(document: bytes, keyring: MemoryKeyring) -> SignatureError:
    root = parse_xml(document)
    with pytest.raises(SignatureError) as refused:
        verify(root, keyring)
    with pytest.raises(type(refused.value)):
        verify(root, keyring, document)
    return refused.value


# --- what is signed is found good ---


def test_the_signer_is_returned(signed: bytes, keyring: MemoryKeyring) -> None:
    document = parse_request(signed)
    assert verify(document.root, keyring) == keyring.certificate(USER, KeyUse.XML_SIGNATURE)
    assert verify(document.root, keyring, signed) == keyring.certificate(USER, KeyUse.XML_SIGNATURE)
    assert document.message == read_registers()


def test_a_document_sent_as_it_was_signed_is_not_written_in_canonical_form_again(
    signed: bytes, keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(*_: object, **__: object) -> bytes:
        raise AssertionError("canonical form was written")

    root = parse_xml(signed)
    monkeypatch.setattr("gbsmart.duis.signature.canonical", written)
    assert verify(root, keyring, signed).holder == USER
    assert verify(root, keyring, signed + b"\n").holder == USER
    with pytest.raises(AssertionError):  # an element's own spaces are not canonical: the tree is asked
        verify(root, keyring, signed.replace(b"<sr:Header>", b"<sr:Header >"))


def test_the_tree_is_left_as_it_was(signed: bytes, keyring: MemoryKeyring) -> None:
    root = parse_xml(signed.replace(b"</ds:Signature>", b"</ds:Signature>\n"))
    before = etree.tostring(root)
    with pytest.raises(DigestMismatch):
        verify(root, keyring)
    assert etree.tostring(root) == before
    verify(parse := parse_xml(signed), keyring)
    verify(parse, keyring)


def test_signing_is_only_an_addition(signed: bytes) -> None:
    start = signed.index(b"<ds:Signature")
    end = signed.index(b"</ds:Signature>") + len(b"</ds:Signature>")
    assert signed[:start] + signed[end:] == PLAIN


def test_white_space_comments_and_an_older_signature_go(signed: bytes, keyring: MemoryKeyring) -> None:
    loose = signed.replace(b"><", b">\n  <!-- a --><").replace(b"?>\n  <!-- a -->", b"?>")
    assert sign(loose, keyring, USER) == signed


def test_a_name_of_the_issuer_with_spaces_is_the_same_name(signed: bytes, keyring: MemoryKeyring) -> None:
    issuer = keyring.certificate(USER, KeyUse.XML_SIGNATURE).issuer
    assert "," in issuer
    loose = signed.replace(issuer.encode(), issuer.replace(",", " , ").encode())
    assert verify(parse_xml(loose), keyring).holder == USER


def test_line_ends_in_the_signature_value_are_dropped(signed: bytes, keyring: MemoryKeyring) -> None:
    value = signed[signed.index(b"<ds:SignatureValue>") + 19 : signed.index(b"</ds:SignatureValue>")]
    wrapped = signed.replace(value, value[:76] + b"&#13;\n" + value[76:])
    assert verify(parse_xml(wrapped), keyring).holder == USER


def test_white_space_inside_signed_info_is_part_of_it(keyring: MemoryKeyring) -> None:
    # a signer that indents its signature: the general reading, not the quick comparison
    document = _signed_by_hand(keyring, indent="\n  ")
    assert verify(parse_xml(document), keyring).holder == USER
    changed = document.replace(b"<ds:SignedInfo>\n  ", b"<ds:SignedInfo>\n ")
    assert type(refusal(changed, keyring)) is SignatureInvalid


def test_text_after_the_signature_counts(keyring: MemoryKeyring) -> None:
    document = _signed_by_hand(keyring, tail="\n")
    assert verify(parse_xml(document), keyring).holder == USER


def _signed_by_hand(keyring: MemoryKeyring, indent: str = "", tail: str = "") -> bytes:
    head, end = PLAIN.decode().split("?>", 1)[1][: -len("</sr:Request>")], "</sr:Request>"
    digest = base64.b64encode(hashlib.sha256((head + tail + end).encode()).digest()).decode()
    inner = indent.join(
        [
            "",
            '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:CanonicalizationMethod>',
            '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"></ds:SignatureMethod>',
            '<ds:Reference URI=""><ds:Transforms>',
            '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>',
            '</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>',
            f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>",
        ]
    )
    value = keyring.sign(USER, f'<ds:SignedInfo xmlns:ds="{DS}">{inner}'.encode(), KeyUse.XML_SIGNATURE)
    certificate = keyring.certificate(USER, KeyUse.XML_SIGNATURE)
    return (
        f'{head}<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>{inner}'
        f"<ds:SignatureValue>{base64.b64encode(value).decode()}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>"
        f"<ds:X509IssuerSerial><ds:X509IssuerName>{certificate.issuer}</ds:X509IssuerName>"
        f"<ds:X509SerialNumber>{certificate.serial}</ds:X509SerialNumber></ds:X509IssuerSerial>"
        f"</ds:X509Data></ds:KeyInfo></ds:Signature>{tail}{end}"
    ).encode()


# --- what is not is refused ---


def test_any_change_shows(signed: bytes, keyring: MemoryKeyring) -> None:
    for old, new in (
        (b":1000<", b":1001<"),
        (b"<sr:Header>", b"<sr:Header> "),
        (b' schemaVersion="5.4"', b' schemaVersion="5.3"'),
        (b"<sr:Request ", b'<sr:Request xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '),
    ):
        refused = refusal(signed.replace(old, new), keyring)
        assert type(refused) is DigestMismatch
        assert refused.response_code == "E47"


def test_another_key_shows(signed: bytes, keyring: MemoryKeyring, private_key) -> None:
    start = signed.index(b"<ds:SignatureValue>") + 19
    other = base64.b64encode(bytes(31) + b"\1" + bytes(31) + b"\1")
    assert type(refusal(signed[:start] + other + signed[start + 88 :], keyring)) is SignatureInvalid
    zero = base64.b64encode(bytes(64))
    assert type(refusal(signed[:start] + zero + signed[start + 88 :], keyring)) is SignatureInvalid


def test_an_unknown_signer_has_its_own_code(signed: bytes) -> None:
    with pytest.raises(SignerUnknown, match="no certificate of issuer") as refused:
        verify(parse_xml(signed), MemoryKeyring(ManualClock(NOW)))
    assert refused.value.response_code == "E46"


def test_an_unknown_signer_is_found_before_the_document_is_digested(
    signed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gbsmart.duis import signature

    monkeypatch.setattr(signature, "_without", lambda *_: pytest.fail("work for a stranger"))
    with pytest.raises(SignerUnknown):
        verify(parse_xml(signed), MemoryKeyring(ManualClock(NOW)))


def test_an_unsigned_document_is_refused(keyring: MemoryKeyring) -> None:
    assert not is_signed(parse_xml(PLAIN))
    assert type(refusal(PLAIN, keyring)) is SignatureMissing


def test_nobody_signs_without_a_key(keyring: MemoryKeyring) -> None:
    with pytest.raises(UnknownCertificate):
        sign(PLAIN, keyring, Eui64(ESME))


def test_two_signatures_are_refused(signed: bytes, keyring: MemoryKeyring) -> None:
    signature = signed[signed.index(b"<ds:Signature") : signed.index(b"</sr:Request>")]
    twice = signed.replace(b"</sr:Request>", signature + b"</sr:Request>")
    assert "the document holds 2 signatures" in str(refusal(twice, keyring))
    inside = signed.replace(b"</sr:Body>", signature + b"</sr:Body>")
    assert "the document holds 2 signatures" in str(refusal(inside, keyring))
    hidden = signed.replace(b"</ds:KeyInfo>", signature + b"</ds:KeyInfo>")
    assert type(refusal(hidden, keyring)) is SignatureMalformed


def test_a_wrapped_document_is_refused(signed: bytes, keyring: MemoryKeyring) -> None:
    """The signed request moved inside a forged one, in the places where wrapping attacks put it."""
    original = signed[signed.index(b"<sr:Request") :]
    forged = PLAIN.replace(b":1000<", b":6666<")
    in_body = forged.replace(b"</sr:Body>", original + b"</sr:Body>")
    assert "not the last child of the document element" in str(refusal(in_body, keyring))
    as_sibling = forged.replace(b"</sr:Request>", original + b"</sr:Request>")
    assert type(refusal(as_sibling, keyring)) is SignatureMalformed
    signature = signed[signed.index(b"<ds:Signature") : signed.index(b"</sr:Request>")]
    whole = original.replace(signature, b"")
    moved = signature.replace(b"</ds:Signature>", b"<ds:Object>" + whole + b"</ds:Object></ds:Signature>")
    assert (
        type(refusal(forged.replace(b"</sr:Request>", moved + b"</sr:Request>"), keyring))
        is SignatureMalformed
    )
    lone = forged.replace(b"</sr:Request>", signature + b"</sr:Request>")
    assert type(refusal(lone, keyring)) is DigestMismatch


def test_a_signature_that_is_not_last_is_refused(signed: bytes, keyring: MemoryKeyring) -> None:
    followed = signed.replace(b"</sr:Request>", b"<sr:More/></sr:Request>")
    assert "not the last child of the document element" in str(refusal(followed, keyring))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'URI=""', b'URI="#a"', "Reference of the signature says {'URI': '#a'}, not {'URI': ''}"),
        (b' URI=""', b"", "Reference of the signature says {}"),
        (b"ecdsa-sha256", b"hmac-sha256", "SignatureMethod of the signature says"),
        (b"xml-exc-c14n#", b"xml-exc-c14n#WithComments", "CanonicalizationMethod of the signature says"),
        (b"#enveloped-signature", b"#base64", "Transform of the signature says"),
        (b"xmlenc#sha256", b"xmlenc#sha512", "DigestMethod of the signature says"),
        (
            b"</ds:Transforms>",
            b"<ds:Transform Algorithm='x'/></ds:Transforms>",
            "Transforms of the signature has 2",
        ),
        (b"</ds:SignedInfo>", b"<ds:Reference URI=''/></ds:SignedInfo>", "SignedInfo of the signature has 4"),
        (b"<ds:Signature ", b"<ds:Signature Id='a' ", "Signature of the signature says {'Id': 'a'}"),
        (b"</ds:KeyInfo>", b"<ds:KeyValue/></ds:KeyInfo>", "KeyInfo of the signature has 2 elements, not 1"),
        (b"</ds:X509Data>", b"<ds:X509Certificate/></ds:X509Data>", "X509Data of the signature has 2"),
        (
            b"X509SerialNumber>5",
            b"X509SerialNumber>0x5",
            "X509SerialNumber says '0x5.*', not a decimal number",
        ),
        (b"DigestValue>", b"DigestValu>", "has DigestValu where DigestValue belongs"),
        (b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA", "SignatureValue has 67 octets, not 64"),
        (b"<ds:SignatureValue>", b"<ds:SignatureValue>!", "SignatureValue is not base64"),
        (b"<ds:DigestValue>", b"<ds:DigestValue>A", "DigestValue is not base64|DigestValue has"),
    ],
)
def test_any_other_form_is_refused(
    signed: bytes, keyring: MemoryKeyring, old: bytes, new: bytes, message: str
) -> None:
    assert old in signed
    with pytest.raises(SignatureMalformed) as refused:
        verify(parse_xml(signed.replace(old, new)), keyring)
    import re

    assert re.search(message.replace("{", r"\{").replace("}", r"\}"), str(refused.value))


@pytest.mark.parametrize("element", [b"<sr:Header", b"<ds:SignedInfo", b"<ds:Reference"])
def test_nobody_can_have_signed_what_has_no_canonical_form(
    signed: bytes, keyring: MemoryKeyring, element: bytes
) -> None:
    root = parse_xml(signed.replace(element, element + b' xmlns="relative"'))
    with pytest.raises(SignatureMalformed, match="a namespace name is not absolute"):
        verify(root, keyring)
    assert is_signed(root)


def test_octets_changed_anywhere_never_pass_and_never_break(signed: bytes, keyring: MemoryKeyring) -> None:
    honest = read_registers()
    chance = random.Random(5)
    pieces = (b"<", b">", b'"', b"&#0;", b"<!-- -->", b"<![CDATA[]]>", b"\0", b"\xff", b' xmlns="x"', b"")
    for _ in range(3000):
        document = bytearray(signed)
        at = chance.randrange(len(document))
        document[at : at + chance.choice((0, 1, 5))] = chance.choice(
            (*pieces, bytes([chance.randrange(256)]))
        )
        try:
            read = parse_request(bytes(document))
        except GbsmartError:
            continue
        verdicts = set()
        for octets in (b"", bytes(document)):  # the tree alone, or with what it was read from
            try:
                verdicts.add(verify(read.root, keyring, octets).holder)
            except GbsmartError as wrong:
                verdicts.add(type(wrong))
        assert len(verdicts) == 1
        if verdicts != {USER}:
            continue
        assert read.message == honest


def test_an_empty_signature_is_refused(keyring: MemoryKeyring) -> None:
    empty = PLAIN.replace(b"</sr:Request>", f'<ds:Signature xmlns:ds="{DS}"/></sr:Request>'.encode())
    assert type(refusal(empty, keyring)) is SignatureMalformed


def test_a_digest_in_a_comment_is_not_what_is_signed(signed: bytes, keyring: MemoryKeyring) -> None:
    split = signed.replace(b"<ds:DigestValue>", b"<ds:DigestValue><!-- a -->")
    assert verify(parse_xml(split), keyring).holder == USER  # canonical form has no comments


def test_what_was_just_built_is_signed_without_parsing_it_again(keyring: MemoryKeyring) -> None:
    from datetime import UTC, datetime

    from gbsmart.duis import RequestId, acknowledgement, build_response, sign_built

    target = Eui64.parse("00-DB-12-34-56-78-90-A0")
    premises = {"post_code": "AB1 2CD", "address_identifier": 'Flat <1> & "2"\r'}
    device = {
        "device_id": target,
        "device_type": "ESME",
        "device_manufacturer": "A>B",
        "device_model": "é",
        "property_filter": premises,
    }
    payloads = ({}, {"gbcs_payload": bytes(range(256))}, {"dsp_inventory": (device,)})
    for payload in payloads:
        built = build_response(
            acknowledgement(
                RequestId(USER, target, 7), "8.2", "I0", datetime(2026, 1, 1, tzinfo=UTC), **payload
            )
        )
        assert sign_built(built, keyring, USER) == sign(built, keyring, USER)


NAMES = st.sampled_from(["sr:A", "q:B", "r:C", "D"])
TEXTS = st.text(st.sampled_from("a <>&\"'\r\n\t\u00a0é"), max_size=4)


def _written(tree: tuple[str, dict[str, str], list[object]]) -> str:
    name, attributes, content = tree
    held = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items())
    inner = "".join(html.escape(one) if isinstance(one, str) else _written(one) for one in content)
    return f"<{name}{held}>{inner}</{name}>"


ELEMENTS = st.recursive(
    st.tuples(NAMES, st.dictionaries(st.sampled_from(["n", "q:m"]), TEXTS, max_size=2), st.lists(TEXTS)),
    lambda inner: st.tuples(NAMES, st.just({}), st.lists(TEXTS | inner, max_size=3)),
    max_leaves=6,
).map(_written)


@given(parts=st.lists(ELEMENTS, max_size=3), declared=st.sampled_from(["sr", "x"]))
def test_what_was_kept_unread_is_signed_without_parsing_it_again(parts: list[str], declared: str) -> None:
    """Whatever the XML is, it is written in canonical form."""
    spaces = f'xmlns:q="urn:q" xmlns:r="urn:r" xmlns:sr="{SR}"'
    if declared != "sr":
        spaces += f' xmlns:{declared}="{SR}"'
    name = f"{declared}:{service('12.2').body_element}"
    content = parse_xml(f"<{name} {spaces}>{''.join(parts)}</{name}>".encode())
    built = build_request(Request(RequestId(USER, ESME, 7), 8, "12.2", content=content))
    assert built == DECLARATION + _unsigned(built)

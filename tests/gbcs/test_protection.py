from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.gbcs.alert_codes import alert_codes
from gbsmart.gbcs.catalogue import Protection, commands
from gbsmart.gbcs.envelope import SENT_WITHOUT_MAC, Cra, Header, Message, MessageKind, OtherInformation
from gbsmart.gbcs.protection import (
    DEVICE_TO_DEVICE,
    SECURITY_HEADER,
    Check,
    NotAuthentic,
    add_mac,
    data_parties,
    decrypt,
    encrypt,
    mac,
    mac_parties,
    other_info,
    seal,
    secret_between,
    sign,
    transaction_id,
    unseal,
    verify_mac,
    verify_signature,
)
from gbsmart.ground import Eui64, InvalidValue, MalformedMessage
from gbsmart.keys import KeyNotHeld, KeyUse, SharedSecret, UnknownCertificate

from .keyring import FolderKeyring, MemoryKeyring, certificate_of, vectors

ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
STRANGER = Eui64.parse("90-B3-D5-1F-30-02-00-00")
METER = Eui64.parse("00-DB-12-34-56-78-90-A0")
PPMID = Eui64.parse("00-DB-12-34-56-78-90-A4")

USES = (KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT)


def made_up_keys() -> dict[tuple[Eui64, KeyUse], ec.EllipticCurvePrivateKey]:
    holders = (ACB, SUPPLIER, STRANGER, METER, PPMID)
    return {(holder, use): ec.generate_private_key(ec.SECP256R1()) for holder in holders for use in USES}


KEYS = made_up_keys()


def keyring_of(*holders: Eui64) -> MemoryKeyring:
    """Everybody's certificates, and the private keys of ``holders``."""
    ring = MemoryKeyring()
    for (holder, use), key in KEYS.items():
        ring.public[holder, use] = certificate_of(holder, key.public_key())
        if holder in holders:
            ring.private[holder, use] = key
    return ring


def header(
    cra: Cra = Cra.COMMAND,
    originator: Eui64 = SUPPLIER,
    recipient: Eui64 = METER,
    code: int = 0x004F,
    **supplementary: object,
) -> Header:
    return Header(cra, 1000, originator, recipient, OtherInformation(code, **supplementary))  # type: ignore[arg-type]


COMMAND = Message(header(), b"\xd9\x20")
RESPONSE = Message(header(Cra.RESPONSE, METER, SUPPLIER), b"\xda\x20")


# A critical command on its way: the User signs, the DCC adds the MAC, the device checks both.


def test_a_critical_command_is_signed_by_the_user_and_maced_by_the_acb() -> None:
    signed = sign(replace(COMMAND, null_signature=True), keyring_of(SUPPLIER))
    assert signed.kind is MessageKind.SIGNED_PRE_COMMAND
    command = Message.parse(add_mac(signed, keyring_of(ACB), ACB).encode())

    device = keyring_of(METER)
    assert command.kind is MessageKind.COMMAND
    assert verify_mac(command, device, ACB) is Check.VALID
    certificate = device.certificate(SUPPLIER, KeyUse.DIGITAL_SIGNATURE)
    assert verify_signature(command, certificate) is Check.VALID


def test_a_response_is_maced_for_its_recipient_and_the_dcc_cannot_check_it() -> None:
    response = Message.parse(add_mac(RESPONSE, keyring_of(METER), ACB).encode())
    assert response.null_signature
    assert verify_mac(response, keyring_of(SUPPLIER), ACB) is Check.VALID
    assert verify_mac(response, keyring_of(ACB), ACB) is Check.NO_KEY


@pytest.mark.parametrize("code", sorted(DEVICE_TO_DEVICE))
def test_two_devices_key_their_messages_without_the_acb(code: int) -> None:
    between = Message(header(originator=PPMID, code=code), b"\x01\x09")
    assert mac_parties(between.header, ACB) == (PPMID, METER)
    maced = add_mac(between, keyring_of(PPMID), ACB)
    assert verify_mac(maced, keyring_of(METER), ACB) is Check.VALID
    assert verify_mac(maced, keyring_of(ACB), ACB) is Check.NO_KEY


def test_what_is_not_there_is_absent_and_not_invalid() -> None:
    ring = keyring_of(METER)
    assert verify_mac(COMMAND, ring, ACB) is Check.ABSENT
    assert verify_signature(COMMAND, ring.certificate(SUPPLIER, KeyUse.DIGITAL_SIGNATURE)) is Check.ABSENT


def test_a_new_signature_leaves_no_old_mac() -> None:
    command = add_mac(COMMAND, keyring_of(ACB), ACB)
    assert sign(command, keyring_of(SUPPLIER)).mac is None


def test_a_signature_by_another_party_is_invalid() -> None:
    ring = keyring_of(SUPPLIER)
    signed = sign(COMMAND, ring)
    assert verify_signature(signed, ring.certificate(STRANGER, KeyUse.DIGITAL_SIGNATURE)) is Check.INVALID
    own = ring.certificate(SUPPLIER, KeyUse.DIGITAL_SIGNATURE)
    assert verify_signature(signed, replace(own, holder=STRANGER)) is Check.INVALID


@given(st.data())
def test_no_octet_of_a_protected_message_can_change(data: st.DataObject) -> None:
    ring = keyring_of(ACB, SUPPLIER, METER)
    octets = bytearray(add_mac(sign(COMMAND, ring), ring, ACB).encode())
    at = data.draw(st.integers(0, len(octets) - 1))
    octets[at] ^= data.draw(st.integers(1, 255))
    try:
        altered = Message.parse(bytes(octets))
    except MalformedMessage:
        return
    assert verify_mac(altered, ring, ACB) in (Check.INVALID, Check.NO_KEY)


def test_a_secret_comes_from_whichever_side_is_held() -> None:
    info = other_info(SUPPLIER, transaction_id(1, 1000), METER)
    ours = secret_between(keyring_of(ACB), ACB, METER).derive(info)
    theirs = secret_between(keyring_of(METER), ACB, METER).derive(info)
    assert ours == theirs
    with pytest.raises(KeyNotHeld):
        secret_between(keyring_of(SUPPLIER), ACB, METER)
    alone = keyring_of(ACB)
    del alone.public[METER, KeyUse.KEY_AGREEMENT]
    with pytest.raises(UnknownCertificate):
        secret_between(alone, ACB, METER)


# Sensitive data: sealed by the device, opened by the party it is for and by nobody else.

HEADERS = {
    "known remote party": header(Cra.RESPONSE, METER, SUPPLIER),
    "unknown remote party": header(Cra.RESPONSE, METER, ACB, party=STRANGER, party_counter=7),
    "unknown remote party, own counter": header(
        Cra.RESPONSE, METER, ACB, party=STRANGER, party_counter=7, party_originator_counter=9
    ),
    "alert": header(Cra.ALERT, METER, SUPPLIER),
}


@pytest.mark.parametrize("head", HEADERS.values(), ids=HEADERS)
@given(plaintext=st.binary(max_size=200))
def test_sealed_data_opens_only_for_its_party(head: Header, plaintext: bytes) -> None:
    device, party = data_parties(head)
    sealed = encrypt(head, plaintext, keyring_of(METER))
    assert device == METER
    assert sealed.startswith(SECURITY_HEADER)
    assert len(sealed) == 5 + len(plaintext) + 12
    assert decrypt(head, sealed, keyring_of(party)) == plaintext
    with pytest.raises(KeyNotHeld):
        decrypt(head, sealed, keyring_of(ACB))


def test_a_device_seals_with_the_certificate_that_the_command_brought() -> None:
    head = HEADERS["unknown remote party"]
    device = keyring_of(METER)
    brought = device.public.pop((STRANGER, KeyUse.KEY_AGREEMENT))
    with pytest.raises(UnknownCertificate):
        encrypt(head, b"reading", device)
    assert decrypt(head, encrypt(head, b"reading", device, brought), keyring_of(STRANGER)) == b"reading"


def test_sealing_binds_the_counter_that_its_form_names() -> None:
    secret = SharedSecret(bytes(32))
    plain, own = HEADERS["unknown remote party"], HEADERS["unknown remote party, own counter"]
    assert seal(plain, b"x", secret) != seal(own, b"x", secret)
    assert seal(own, b"x", secret) == seal(replace(own, counter=5), b"x", secret)
    assert seal(plain, b"x", secret) != seal(replace(plain, counter=5), b"x", secret)


@pytest.mark.parametrize("at", [5, 8, -1])
def test_altered_sealed_data_is_not_authentic(at: int) -> None:
    head = HEADERS["alert"]
    sealed = bytearray(encrypt(head, b"reading", keyring_of(METER)))
    sealed[at] ^= 1
    with pytest.raises(NotAuthentic):
        decrypt(head, bytes(sealed), keyring_of(SUPPLIER))


@pytest.mark.parametrize(
    "sealed", [b"", b"\x30" + bytes(20), b"\x31" + bytes(15), SECURITY_HEADER + bytes(11)]
)
def test_sealed_data_has_one_frame(sealed: bytes) -> None:
    with pytest.raises(MalformedMessage):
        unseal(HEADERS["alert"], sealed, SharedSecret(bytes(32)))


def test_commands_carry_no_sealed_data() -> None:
    with pytest.raises(InvalidValue):
        data_parties(COMMAND.header)


# The public vectors.


@pytest.fixture(scope="module")
def ring(corpus: Path) -> FolderKeyring:
    return FolderKeyring(corpus / "keystore")


@pytest.fixture(scope="module")
def parsed(corpus: Path) -> dict[str, Message]:
    return {name: Message.parse(data) for name, data in vectors(corpus).items()}


@pytest.mark.corpus
def test_every_signature_verifies(ring: FolderKeyring, parsed: dict[str, Message]) -> None:
    found = Counter(
        verify_signature(m, ring.certificate(m.header.originator, KeyUse.DIGITAL_SIGNATURE))
        for m in parsed.values()
        if m.signature is not None
    )
    assert found == {Check.VALID: 405}


@pytest.mark.corpus
def test_every_mac_verifies_but_those_between_devices(
    ring: FolderKeyring, parsed: dict[str, Message]
) -> None:
    found = Counter(
        (verify_mac(m, ring, ACB), m.header.message_code in DEVICE_TO_DEVICE) for m in parsed.values()
    )
    assert found == {(Check.VALID, False): 676, (Check.NO_KEY, True): 4, (Check.ABSENT, False): 396}


@pytest.mark.corpus
def test_every_command_gets_the_same_mac_again(ring: FolderKeyring, parsed: dict[str, Message]) -> None:
    again = 0
    for message in parsed.values():
        if (
            message.header.cra == Cra.COMMAND
            and message.mac
            and message.header.message_code not in DEVICE_TO_DEVICE
        ):
            assert add_mac(message.with_mac(None), ring, ACB) == message
            again += 1
    assert again == 415


@pytest.mark.corpus
def test_every_pre_command_becomes_its_command(
    corpus: Path, ring: FolderKeyring, parsed: dict[str, Message]
) -> None:
    rebuilt = 0
    for name, command_octets in vectors(corpus).items():
        pre_command = (
            parsed.get(name.replace("_COMMAND", "_PRECOMMAND")) if name.endswith("_COMMAND") else None
        )
        if pre_command is None:
            continue
        command = parsed[name]
        assert pre_command.signed_octets() == command.signed_octets(), name
        signed = replace(pre_command, signature=command.signature)
        whole = signed if command.mac is None else add_mac(signed, ring, ACB)
        assert whole.encode() == command_octets, name
        rebuilt += 1
    assert rebuilt == 155


@pytest.mark.corpus
def test_a_pre_command_signed_again_verifies(ring: FolderKeyring, parsed: dict[str, Message]) -> None:
    name, message = next(
        (n, m) for n, m in parsed.items() if n.startswith("ECS42") and n.endswith("PRECOMMAND")
    )
    signed = Message.parse(sign(message, ring).encode())
    certificate = ring.certificate(message.header.originator, KeyUse.DIGITAL_SIGNATURE)
    assert verify_signature(signed, certificate) is Check.VALID, name


def sealed_objects(message: Message) -> Iterator[bytes]:
    """Whatever in a payload starts as sealed data does: behind a GBZ length or an octet-string's."""
    payload = message.payload
    for found in re.finditer(re.escape(SECURITY_HEADER), payload):
        at = found.start()
        if payload.startswith(b"\x01\x09") or payload[at - 3] == 0x82:
            yield payload[at : at + int.from_bytes(payload[at - 2 : at], "big")]
        else:
            assert payload[at - 2] in (0x09, 0x81)
            yield payload[at : at + payload[at - 1]]


@pytest.mark.corpus
def test_every_sealed_object_opens_and_seals_the_same(
    ring: FolderKeyring, parsed: dict[str, Message]
) -> None:
    opened: Counter[str] = Counter()
    for name, message in parsed.items():
        if message.header.cra == Cra.COMMAND:
            continue
        for sealed in sealed_objects(message):
            plaintext = decrypt(message.header, sealed, ring)
            assert encrypt(message.header, plaintext, ring) == sealed, name
            opened[name] += 1
    assert (opened.total(), len(opened)) == (46, 36)


@pytest.mark.corpus
def test_the_key_is_bound_to_titles_flag_and_counter(ring: FolderKeyring, parsed: dict[str, Message]) -> None:
    command = next(m for n, m in parsed.items() if n.startswith("ECS42") and n.endswith("_COMMAND"))
    head = command.header
    info = other_info(head.originator, transaction_id(head.cra, head.counter), head.recipient)
    assert info.hex() == "6085740608030090b3d51f30010000090100000000000003e800db1234567890a0"
    assert mac(command, secret_between(ring, ACB, head.recipient)) == command.mac


ECS12_COMMAND = (
    "DD000000000000541100000000DF0901000000000000000208123456789ABCDEF008FFFFFFFFFFFFFFFE0002002220D92000"
    "0002000102000100005E2C03020201090C07DF0105FF000000008000FF000F1DD00D6745EBD8E0A663A4"
)
ECS12_RESPONSE = (
    "DD000000000000401100000000DF0902000000000000000208FFFFFFFFFFFFFFFE08123456789ABCDEF0000200220CDA2000"
    "000200000100010200000B3C1B312CEAE9C130060E29"
)


@pytest.mark.corpus
@pytest.mark.parametrize("octets", [ECS12_COMMAND, ECS12_RESPONSE])
def test_the_ecs12_sample(ring: FolderKeyring, octets: str) -> None:
    message = Message.parse(bytes.fromhex(octets))
    assert verify_mac(message, ring, Eui64.parse("abababababababab")) is Check.VALID


def test_what_is_sent_without_mac_or_between_devices_is_said_alike_in_the_rules() -> None:
    def protected_by(*protections: Protection) -> set[int]:
        return {code for code, rules in commands().items() if rules.command in protections}

    assert protected_by(Protection.DEVICE_MAC) == DEVICE_TO_DEVICE
    assert protected_by(Protection.SIGNATURE, Protection.MAC_OR_SIGNATURE) == SENT_WITHOUT_MAC


def test_the_answer_to_every_replacement_of_credentials_is_dated() -> None:
    """Public messages answer ten of the twelve message codes, all of them with a date-time."""
    replacements = [code for code, rules in commands().items() if rules.use_case in ("CS02b", "CS02g")]
    assert len(replacements) == 12
    assert all(commands()[code].dated for code in replacements)


def test_alerts_of_a_use_case_are_protected_alike() -> None:
    """In a public message a hub signs that firmware was transferred (CCS08), so also that it was not."""
    of_code: dict[int, set[str]] = {}
    for row in alert_codes().values():
        for code in row.message_codes:
            of_code.setdefault(code, set()).add(row.protection)
    assert of_code[0x0128] == {"signature"}
    mixed = [code for code, protections in of_code.items() if len(protections) > 1]
    assert mixed == [0x1000], "generic critical alerts: what sources say of a hub's contradicts itself"

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import assume, given
from hypothesis import strategies as st

from gbsmart.gbcs.envelope import Cra, Message
from gbsmart.gbcs.utrn import (
    CACHE_SIZE,
    InvalidUtrn,
    SeenCounters,
    TopUp,
    TopUpCheck,
    Utrn,
    ValueClass,
    check_digit,
    check_utrn,
    make_utrn,
    parse_utrn,
    recover_counter,
    top_up_secret,
    utrn_mac,
)
from gbsmart.ground import Eui64, InvalidValue
from gbsmart.keys import KeyNotHeld, KeyUse

from .keyring import FolderKeyring, MemoryKeyring, certificate_of, vectors

SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
ESME = Eui64.parse("00-DB-12-34-56-78-90-A0")
GSME = Eui64.parse("00-DB-12-34-56-78-90-A1")

WORKED = [
    (ESME, 0x100000000, ValueClass.POUNDS, 100, "73943333457189043313"),
    (ESME, 0x400000000, ValueClass.PENCE, 1234, "73947252416745201637"),
    (ESME, 0x100000000, ValueClass.POUNDS, 8191, "73943680956463432551"),
    (ESME, 0x300000000, ValueClass.POUNDS, 10, "73946144332040217315"),
    (GSME, 0x600000000, ValueClass.PENCE, 1250, "73950067887105178605"),
]

TOP_UP_KEY, METER_KEY = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))


def keyring_of(holder: Eui64) -> MemoryKeyring:
    ring = MemoryKeyring()
    ring.public[SUPPLIER, KeyUse.TOP_UP] = certificate_of(SUPPLIER, TOP_UP_KEY.public_key())
    ring.public[ESME, KeyUse.KEY_AGREEMENT] = certificate_of(ESME, METER_KEY.public_key())
    if holder == SUPPLIER:
        ring.private[SUPPLIER, KeyUse.TOP_UP] = TOP_UP_KEY
    else:
        ring.private[ESME, KeyUse.KEY_AGREEMENT] = METER_KEY
    return ring


SHOP, METER = keyring_of(SUPPLIER), keyring_of(ESME)

utrns = st.builds(
    Utrn, st.integers(0, 1023), st.integers(0, 3), st.integers(0, 8191), st.binary(min_size=4, max_size=4)
)
digit_strings = st.text("0123456789", min_size=19, max_size=19)


@given(utrns)
def test_a_utrn_is_read_as_it_was_written(utrn: Utrn) -> None:
    text = str(utrn)
    assert len(text) == 20
    assert text[:2] in ("73", "74", "75")
    assert parse_utrn(text) == utrn
    assert parse_utrn(f"{text[:4]} {text[4:8]}-{text[8:]}") == utrn


@given(digit_strings, st.integers(0, 18), st.integers(1, 9))
def test_the_check_digit_finds_any_single_wrong_digit(digits: str, at: int, change: int) -> None:
    wrong = digits[:at] + str((int(digits[at]) + change) % 10) + digits[at + 1 :]
    assert check_digit(wrong) != check_digit(digits)


@given(digit_strings, st.integers(0, 17))
def test_the_check_digit_finds_neighbours_swapped(digits: str, at: int) -> None:
    assume(digits[at] != digits[at + 1])
    swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    assert check_digit(swapped) != check_digit(digits)


@pytest.mark.parametrize(
    "text",
    ["", "7394333345718904331", "7394333345718904331x", "73943333457189043314", "\u0667" * 20, "1" * 20],
)
def test_other_digits_are_no_utrn(text: str) -> None:
    with pytest.raises(InvalidUtrn):
        parse_utrn(text)


def test_numbers_outside_the_range_are_no_utrn() -> None:
    for digits in ("0000000000000000000", "9999999999999999999"):
        with pytest.raises(InvalidUtrn, match="range"):
            parse_utrn(digits + check_digit(digits))


def test_a_value_in_pounds_or_pence() -> None:
    assert Utrn(0, ValueClass.POUNDS, 10, bytes(4)).pence == 1000
    assert Utrn(0, ValueClass.PENCE, 1250, bytes(4)).pence == 1250
    assert Utrn(0, 2, 1, bytes(4)).pence is None


@given(st.integers(0, 0xFFFFFFFF), st.integers(-512, 512))
def test_a_counter_close_to_the_highest_is_recovered_from_its_ten_bits(highest: int, step: int) -> None:
    counter = highest + step
    assume(0 <= counter < 1 << 32)
    recovered = recover_counter(highest, counter % 1024)
    assert recovered % 1024 == counter % 1024
    assert recovered == counter or abs(step) == 512


def test_the_published_recovery_example() -> None:
    assert recover_counter(2458896167, 812) == 2458896172


@pytest.mark.parametrize(("highest", "bits", "counter"), [(0, 600, 600), (0xFFFFFFFF, 0, 0xFFFFFC00)])
def test_recovery_stays_within_32_bits(highest: int, bits: int, counter: int) -> None:
    assert recover_counter(highest, bits) == counter


@given(st.integers(1, 400), st.integers(0, 8191), st.sampled_from(ValueClass))
def test_a_meter_knows_what_its_supplier_made(step: int, value: int, value_class: ValueClass) -> None:
    seen = SeenCounters(floor=5000)
    text = make_utrn(SHOP, SUPPLIER, ESME, (5000 + step) << 32, value, value_class)
    found = check_utrn(text, METER, SUPPLIER, ESME, seen)
    assert found == TopUpCheck(TopUp.GENUINE, (5000 + step) << 32, parse_utrn(text))
    again = check_utrn(text, METER, SUPPLIER, ESME, seen.accept(5000 + step))
    assert again.outcome is TopUp.DUPLICATE


def outcome(text: str, seen: SeenCounters) -> TopUp:
    return check_utrn(text, METER, SUPPLIER, ESME, seen).outcome


def test_what_a_meter_refuses() -> None:
    seen = SeenCounters(floor=10)
    genuine = make_utrn(SHOP, SUPPLIER, ESME, 11 << 32, 20, ValueClass.POUNDS)
    utrn = parse_utrn(genuine)
    assert outcome(genuine[:-1] + str((int(genuine[-1]) + 1) % 10), seen) is TopUp.NOT_A_UTRN
    richer = Utrn(utrn.counter_bits, utrn.value_class, 21, utrn.mac)
    assert outcome(str(richer), seen) is TopUp.NOT_AUTHENTIC
    assert outcome(genuine, SeenCounters(floor=11)) is TopUp.TOO_OLD
    unused = Utrn(11, 2, 20, bytes(4))
    made = utrn_mac(top_up_secret(SHOP, SUPPLIER, ESME), SUPPLIER, ESME, 11 << 32, unused.high)
    assert outcome(str(Utrn(11, 2, 20, made)), seen) is TopUp.UNUSED_VALUE_CLASS


def test_an_older_number_is_accepted_until_the_cache_is_full() -> None:
    seen = SeenCounters(floor=10).accept(50)
    late = make_utrn(SHOP, SUPPLIER, ESME, 12 << 32, 20, ValueClass.POUNDS)
    assert outcome(late, seen) is TopUp.GENUINE
    for counter in range(20, 20 + CACHE_SIZE):
        seen = seen.accept(counter)
    assert len(seen.accepted) == CACHE_SIZE
    assert outcome(late, seen) is TopUp.TOO_OLD


@pytest.mark.parametrize(
    ("counter", "value", "field"),
    [(1, 1, "counter"), (-1, 1, "counter"), (1 << 64, 1, "counter"), (0, 8192, "value")],
)
def test_what_no_utrn_can_say(counter: int, value: int, field: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        make_utrn(SHOP, SUPPLIER, ESME, counter, value, ValueClass.PENCE)
    assert caught.value.field == field


def test_the_ordinary_key_agreement_key_makes_no_top_ups() -> None:
    ring = MemoryKeyring()
    ring.private[SUPPLIER, KeyUse.KEY_AGREEMENT] = TOP_UP_KEY
    with pytest.raises(KeyNotHeld):
        make_utrn(ring, SUPPLIER, ESME, 1 << 32, 1, ValueClass.PENCE)


@pytest.mark.corpus
@pytest.mark.parametrize(("device", "counter", "value_class", "value", "text"), WORKED)
def test_the_worked_top_ups(
    corpus: Path, device: Eui64, counter: int, value_class: ValueClass, value: int, text: str
) -> None:
    ring = FolderKeyring(corpus / "keystore")
    assert make_utrn(ring, SUPPLIER, device, counter, value, value_class) == text
    found = check_utrn(text, ring, SUPPLIER, device, SeenCounters())
    assert found == TopUpCheck(TopUp.GENUINE, counter, parse_utrn(text))


@pytest.mark.corpus
def test_the_top_ups_carried_by_vectors(corpus: Path) -> None:
    ring = FolderKeyring(corpus / "keystore")
    outcomes: Counter[TopUp] = Counter()
    for name, data in vectors(corpus).items():
        message = Message.parse(data)
        head = message.header
        carried = re.search(rb"\x14(\d{20})", message.payload)
        if not carried or head.message_code not in (0x0007, 0x0097) or head.cra != Cra.COMMAND:
            continue
        seen = SeenCounters(floor=(head.counter >> 32) - 1)
        found = check_utrn(carried[1].decode(), ring, head.originator, head.recipient, seen)
        outcomes[found.outcome] += 1
        if found.outcome is TopUp.GENUINE:
            assert found.counter == head.counter
        else:
            assert "CS01b_2.2_ERROR" in name, (name, found)
    assert outcomes == {TopUp.GENUINE: 2, TopUp.NOT_A_UTRN: 1}

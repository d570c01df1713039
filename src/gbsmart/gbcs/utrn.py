"""Prepayment top-ups: the Unique Transaction Reference Number, made, read and verified (GBCS section 14).

A UTRN is 20 decimal digits: 19 of the PPTD (the 64-bit PTUT plus a constant) and a check digit. The PTUT
holds ten bits of the supplier's UTRN counter, a value, and four octets of a MAC that only the supplier
and the meter can make.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from hmac import compare_digest
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gbsmart.gbcs.header import Cra
from gbsmart.gbcs.protection import initialisation_vector, other_info, secret_between, transaction_id
from gbsmart.ground import Eui64, InvalidValue
from gbsmart.keys import Keyring, KeyUse, SharedSecret

PPTD_BASE: Final = 7394156990786306048
"""Added to a PTUT so that its decimal form always has 19 digits and starts with 73, 74 or 75."""

LARGEST_VALUE: Final = 8191
CACHE_SIZE: Final = 100
"""How many UTRN counters a device remembers (assumed: not confirmed by a published example)."""

_COUNTER_MODULUS: Final = 1 << 10


class ValueClass(IntEnum):
    """The unit of a top-up's value."""

    PENCE = 0
    POUNDS = 1


class InvalidUtrn(InvalidValue):
    """Digits that are no UTRN: of another length, out of range, or with a wrong check digit."""


@dataclass(frozen=True, slots=True)
class Utrn:
    """What a UTRN says. ``counter_bits`` is the UTRN counter modulo 1024; ``value`` is in ``value_class``.

    ``value_class`` 2 and 3 are not used by GBCS but can be written; :attr:`pence` is ``None`` for them.
    """

    counter_bits: int
    value_class: int
    value: int
    mac: bytes

    @property
    def pence(self) -> int | None:
        """The value in pence."""
        if self.value_class == ValueClass.PENCE:
            return self.value
        return self.value * 100 if self.value_class == ValueClass.POUNDS else None

    @property
    def high(self) -> bytes:
        """The first four octets of the PTUT: what the MAC covers of it."""
        return (self.counter_bits << 15 | self.value_class << 13 | self.value).to_bytes(4, "big")

    @property
    def ptut(self) -> int:
        """The 64-bit Prepayment Top Up Token."""
        return int.from_bytes(self.high + self.mac, "big")

    @property
    def pptd(self) -> str:
        """The 19 Prepayment Top Up Decimal digits."""
        return str(self.ptut + PPTD_BASE)

    def __str__(self) -> str:
        return self.pptd + check_digit(self.pptd)


def parse_utrn(text: str) -> Utrn:
    """Read 20 digits (spaces and hyphens between them are ignored); raises :class:`InvalidUtrn`."""
    digits = text.replace(" ", "").replace("-", "")
    if len(digits) != 20 or not (digits.isascii() and digits.isdigit()):
        raise InvalidUtrn("a UTRN has 20 decimal digits", field="utrn")
    if check_digit(digits[:19]) != digits[19]:
        raise InvalidUtrn("the check digit does not fit: a digit is mistyped", field="utrn")
    ptut = int(digits[:19]) - PPTD_BASE
    if not 0 <= ptut < 1 << 57:
        raise InvalidUtrn("the number is outside the range of UTRNs", field="utrn")
    high = ptut >> 32
    return Utrn(high >> 15, high >> 13 & 3, high & LARGEST_VALUE, (ptut & 0xFFFFFFFF).to_bytes(4, "big"))


def make_utrn(
    keyring: Keyring, supplier: Eui64, device: Eui64, counter: int, value: int, value_class: ValueClass
) -> str:
    """The UTRN of one top-up, made with the supplier's top-up key (GBCS 14).

    ``counter`` is the 64-bit originator counter of the top-up: the UTRN counter in its high 32 bits, zero
    in the low. ``value`` is 0 to 8,191 pence or pounds. Raises
    :class:`~gbsmart.ground.InvalidValue`, :class:`~gbsmart.keys.KeyNotHeld` or
    :class:`~gbsmart.keys.UnknownCertificate`.
    """
    if not 0 <= counter < 1 << 64 or counter & 0xFFFFFFFF:
        raise InvalidValue("has the UTRN counter in its high 32 bits and zero in the low", field="counter")
    if not 0 <= value <= LARGEST_VALUE:
        raise InvalidValue(f"{value} is not from 0 to {LARGEST_VALUE}", field="value")
    utrn = Utrn((counter >> 32) % _COUNTER_MODULUS, ValueClass(value_class), value, bytes(4))
    made = utrn_mac(top_up_secret(keyring, supplier, device), supplier, device, counter, utrn.high)
    return str(Utrn(utrn.counter_bits, utrn.value_class, value, made))


def top_up_secret(keyring: Keyring, supplier: Eui64, device: Eui64) -> SharedSecret:
    """The secret of the supplier's top-up key and the device's key-agreement key, from either side."""
    return secret_between(keyring, supplier, device, a_use=KeyUse.TOP_UP)


def utrn_mac(secret: SharedSecret, supplier: Eui64, device: Eui64, counter: int, high: bytes) -> bytes:
    """The four MAC octets of a PTUT whose first four octets are ``high``: the end of the GMAC tag."""
    transaction = transaction_id(Cra.COMMAND, counter)
    key = secret.derive(other_info(supplier, transaction, device))
    covered = b"".join((b"\x11\x00\x00\x00\x00\x00", supplier, device, transaction, high))
    return AESGCM(key).encrypt(initialisation_vector(supplier), b"", covered)[-4:]


class TopUp(Enum):
    """What a device makes of the digits it was given."""

    GENUINE = "genuine"
    NOT_A_UTRN = "not a UTRN"
    DUPLICATE = "duplicate"
    TOO_OLD = "too old"
    NOT_AUTHENTIC = "not authentic"
    UNUSED_VALUE_CLASS = "unused value class"


@dataclass(frozen=True, slots=True)
class TopUpCheck:
    """The outcome, with the full 64-bit counter and the contents as far as they could be read."""

    outcome: TopUp
    counter: int | None = None
    utrn: Utrn | None = None


@dataclass(frozen=True, slots=True)
class SeenCounters:
    """A device's cache of the UTRN counters (32-bit) it has accepted, in rising order.

    A value: :meth:`accept` gives the next one. While it is not full its empty places stand for ``floor``,
    the counter that the supplier's credentials set.
    """

    floor: int = 0
    accepted: tuple[int, ...] = ()

    @property
    def highest(self) -> int:
        """The highest counter in the cache."""
        return max((self.floor, *self.accepted))

    @property
    def lowest(self) -> int:
        """The lowest counter in the cache: at or below it nothing is accepted any more."""
        return self.floor if len(self.accepted) < CACHE_SIZE else max(self.floor, self.accepted[0])

    def accept(self, utrn_counter: int) -> SeenCounters:
        """With ``utrn_counter`` in the place of the lowest."""
        return SeenCounters(self.floor, tuple(sorted({*self.accepted, utrn_counter}))[-CACHE_SIZE:])


def recover_counter(highest: int, counter_bits: int) -> int:
    """The UTRN counter nearest to ``highest`` whose low ten bits are ``counter_bits`` (GBCS 14).

    Both are 32-bit counters, without the 32 zero bits below them. Where the nearest is below zero or
    above 32 bits, the only one that can be meant is 1,024 further on or back.
    """
    low = highest % _COUNTER_MODULUS
    near = highest - low + counter_bits
    if counter_bits < low - 512:
        near += _COUNTER_MODULUS
    elif counter_bits > low + 512:
        near -= _COUNTER_MODULUS
    if near < 0:
        return near + _COUNTER_MODULUS
    return near - _COUNTER_MODULUS if near >= 1 << 32 else near


def check_utrn(
    text: str,
    keyring: Keyring,
    supplier: Eui64,
    device: Eui64,
    seen: SeenCounters,
    near: int | None = None,
) -> TopUpCheck:
    """What a device makes of a UTRN: format and check digit, then counter, MAC and value class.

    The full counter is taken to be nearest to ``near``: the counter of the command that brought the UTRN
    (assumed), or where it was typed in the highest seen. The limits on the value and the credit itself are
    the meter's business. Raises :class:`~gbsmart.keys.KeyNotHeld` or
    :class:`~gbsmart.keys.UnknownCertificate` if there is no key to check with.
    """
    try:
        utrn = parse_utrn(text)
    except InvalidUtrn:
        return TopUpCheck(TopUp.NOT_A_UTRN)
    utrn_counter = recover_counter(seen.highest if near is None else near, utrn.counter_bits)
    counter = utrn_counter << 32
    if utrn_counter in seen.accepted:
        return TopUpCheck(TopUp.DUPLICATE, counter, utrn)
    if utrn_counter <= seen.lowest:
        return TopUpCheck(TopUp.TOO_OLD, counter, utrn)
    expected = utrn_mac(top_up_secret(keyring, supplier, device), supplier, device, counter, utrn.high)
    if not compare_digest(expected, utrn.mac):
        return TopUpCheck(TopUp.NOT_AUTHENTIC, counter, utrn)
    if utrn.pence is None:
        return TopUpCheck(TopUp.UNUSED_VALUE_CLASS, counter, utrn)
    return TopUpCheck(TopUp.GENUINE, counter, utrn)


def is_for(check: TopUpCheck, keyring: Keyring, supplier: Eui64, device: Eui64) -> bool:
    """Whether a UTRN that was checked was made for this device, even where it may not be used (again)."""
    if check.utrn is None or check.counter is None:
        return False
    secret = top_up_secret(keyring, supplier, device)
    expected = utrn_mac(secret, supplier, device, check.counter, check.utrn.high)
    return compare_digest(expected, check.utrn.mac)


_PERMUTATION = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)
_PRODUCT = (
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
_INVERSE = "1267583094"


def check_digit(digits: str) -> str:
    """The check digit of 19 PPTD digits: GBCS's own variant of Verhoeff's, not the textbook one."""
    interim = 0
    for position, digit in enumerate(digits, start=4):
        permuted = int(_PERMUTATION[position % 8][int(digit)])
        interim = int(_PRODUCT[interim][permuted])
    return _INVERSE[interim]

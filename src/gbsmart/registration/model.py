"""Metering points, who is responsible for them, and the check digits of their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gbsmart.ground import InvalidValue
from gbsmart.parties import UserRole


class Fuel(StrEnum):
    """What a metering point supplies."""

    ELECTRICITY = "E"
    GAS = "G"


@dataclass(frozen=True, slots=True)
class MeteringPoint:
    """An MPAN (13 digits) or MPRN (6 to 10 digits), with its premises as registration data gives them."""

    mpxn: str
    fuel: Fuel
    export: bool = False
    uprn: str = ""
    postcode: str = ""
    address_identifier: str = ""

    def __post_init__(self) -> None:
        lengths = (13,) if self.fuel is Fuel.ELECTRICITY else range(6, 11)
        if not self.mpxn.isdecimal() or len(self.mpxn) not in lengths:
            raise InvalidValue("an MPAN has 13 digits and an MPRN 6 to 10", field="mpxn")
        if self.export and self.fuel is Fuel.GAS:
            raise InvalidValue("gas is not exported", field="export")


@dataclass(frozen=True, slots=True)
class Responsibility:
    """``party`` is responsible in ``role`` for a metering point from ``starts`` until before ``ends``."""

    mpxn: str
    role: UserRole
    party: str
    starts: datetime
    ends: datetime | None = None


_MPAN_PRIMES = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)


def mpan_check_digit(mpan: str) -> bool:
    """Whether the 13th digit of ``mpan`` is right (basis: M; test MPANs often fail it)."""
    total = sum(int(digit) * prime for digit, prime in zip(mpan[:12], _MPAN_PRIMES, strict=True))
    return total % 11 % 10 == int(mpan[12])


def mprn_check_digits(mprn: str) -> bool:
    """Whether the last two digits of ``mprn`` are right (basis: M; test MPRNs often fail it)."""
    return int(mprn[:-2]) % 11 == int(mprn[-2:])

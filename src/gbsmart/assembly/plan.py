"""The plan of a demonstration street: which devices stand in which home, and who serves it.

Everything follows from the home's number, so that a street of any size is the same street for ever.
Premises, metering points and names are made up; the Users are those of the key set.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from gbsmart.gbcs.versions import NEWEST, check_version
from gbsmart.ground import Eui64, NotFound
from gbsmart.inventory import DeviceType, is_esme_variant
from gbsmart.trust import parties
from gbsmart.trust.parties import TEST_USERS

IMPORT_SUPPLIER, SECOND_SUPPLIER, NETWORK_OPERATOR, LOAD_CONTROLLER, OTHER_USER = (
    user.eui for user in TEST_USERS
)
ACCESS_CONTROL_BROKER = parties.ACCESS_CONTROL_BROKER.eui

MOST_HOMES = 10_000
"""How many homes a street may have."""
_PREFIX = bytes.fromhex("00DB1234")
"""The company prefix of public test devices; the home's number and the device follow."""
_IN_A_HOME = (
    DeviceType.CHF, DeviceType.GPF, DeviceType.ESME, DeviceType.GSME,
    DeviceType.PPMID, DeviceType.HCALCS, DeviceType.IHD,
)  # fmt: skip
_LAST_OCTETS = (2, 3, 0, 1, 4, 5, 7)
"""Of their EUI-64s, as public test devices have them; 6 is kept for a stand-alone auxiliary controller."""
_STAND_ALONE = "AG"
"""The letters of a stand-alone auxiliary controller."""
_MPAN_PRIMES = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)


_Letters = Annotated[str, Field(description="the electricity meter's variant: its letters, such as B or CDE")]
_Controller = Annotated[bool, Field(description="whether a stand-alone auxiliary controller stands there")]
_Export = Annotated[bool, Field(description="whether it exports electricity, by an MPAN of its own")]
_Version = Annotated[str, Field(description="the version of GBCS that its devices speak")]


class Fitting(BaseModel):
    """What may be special in a home; without it a home has a single-element meter and no more."""

    model_config = ConfigDict(frozen=True)

    meter: _Letters = "A"
    sapc: _Controller = False
    export: _Export = False
    gbcs_version: _Version = NEWEST

    @field_validator("meter")
    @classmethod
    def _known(cls, letters: str) -> str:
        if not is_esme_variant(letters) or "G" in letters:
            raise ValueError(f"{letters!r} is no variant of an electricity meter")
        return letters

    @field_validator("gbcs_version")
    @classmethod
    def _spoken(cls, number: str) -> str:
        try:
            return check_version(number)
        except NotFound as unknown:
            raise ValueError(f"{unknown.message}. {unknown.remedy}") from None


PLAIN = Fitting()
"""A home with nothing special."""


class Premises(NamedTuple):
    """One home: its devices and its two metering points."""

    number: int
    chf: Eui64
    gpf: Eui64
    esme: Eui64
    gsme: Eui64
    ppmid: Eui64
    hcalcs: Eui64
    ihd: Eui64
    mpan: str
    mprn: str
    uprn: str
    postcode: str
    house: str
    fitting: Fitting = PLAIN
    sapc: Eui64 | None = None
    export_mpan: str = ""

    @property
    def devices(self) -> tuple[tuple[Eui64, DeviceType], ...]:
        """Each device with its type in the inventory, where a stand-alone controller is an ESME."""
        found = tuple((getattr(self, kind.lower()), kind) for kind in _IN_A_HOME)
        return found if self.sapc is None else (*found, (self.sapc, DeviceType.ESME))

    def variant_of(self, device: Eui64) -> str:
        """The letters of what the inventory calls an ESME; "" for every other device."""
        return {self.esme: self.fitting.meter, self.sapc: _STAND_ALONE}.get(device, "")


def plan_street(count: int) -> Iterator[Premises]:
    """Homes 1 to ``count``."""
    return map(plan_home, range(1, count + 1))


def plan_home(number: int, fitting: Fitting = PLAIN) -> Premises:
    """The home of a number from 1 to :data:`MOST_HOMES`."""
    head = _PREFIX + b"\xc0" + number.to_bytes(2, "big")
    chf, gpf, esme, gsme, ppmid, hcalcs, ihd = (Eui64(head + bytes((last,))) for last in _LAST_OCTETS)
    return Premises(
        number, chf, gpf, esme, gsme, ppmid, hcalcs, ihd, _mpan(number), _mprn(number),
        uprn=str(100_000_000_000 + number), postcode=f"GB{1 + number // 1000} {number % 9 + 1}SM",
        house=str(number),
        fitting=fitting,
        sapc=Eui64(head + b"\x06") if fitting.sapc else None,
        export_mpan=_mpan(MOST_HOMES + number) if fitting.export else "",
    )  # fmt: skip


def _mpan(number: int) -> str:
    """A 13-digit MPAN core of distributor 10 with its check digit."""
    core = f"10{number:010}"
    check = sum(int(digit) * prime for digit, prime in zip(core, _MPAN_PRIMES, strict=True)) % 11 % 10
    return core + str(check)


def _mprn(number: int) -> str:
    """A 10-digit MPRN with its two check digits."""
    core = f"4{number:07}"
    return f"{core}{int(core) % 11:02}"

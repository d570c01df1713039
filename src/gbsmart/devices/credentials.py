"""A device's security credentials: trust anchor cells, counters, and what a cell's certificate is used for.

A cell is (remote party role, key usage, cell usage) and holds one organisation certificate (GBCS 13).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from gbsmart.devices.memory import Memory
from gbsmart.ground import Eui64
from gbsmart.keys import (
    Certificate,
    KeyUse,
    RemotePartyRole,
    RenewableKeyring,
    SharedSecret,
    UnknownCertificate,
)

MANAGEMENT, TOP_UP = 0, 1
"""Cell usages."""


UTRN_CACHE, UTRN_FLOOR = "utrn", "utrn-floor"
"""Slots of the UTRN counters that a meter has accepted, and of the one below which it accepts none."""


class Cell(NamedTuple):
    """A trust anchor cell; ``key_usage`` is the KeyUsage BIT STRING as text (``00001``: key agreement)."""

    role: int
    key_usage: str
    cell_usage: int = MANAGEMENT

    @property
    def slot(self) -> str:
        """Its slot of the device's memory."""
        return _slot_of(self)


@lru_cache(maxsize=256)
def _slot_of(which: Cell) -> str:
    return f"cell/{which.role}/{which.key_usage}/{which.cell_usage}"


_USAGE: Final[Mapping[KeyUse, tuple[str, int]]] = {
    KeyUse.DIGITAL_SIGNATURE: ("1", MANAGEMENT),
    KeyUse.KEY_AGREEMENT: ("00001", MANAGEMENT),
    KeyUse.TOP_UP: ("00001", TOP_UP),
}
ROOT: Final = Cell(RemotePartyRole.ROOT, "000001")


@lru_cache(maxsize=256, typed=True)  # a role as a number is told from its name
def cell(role: int, use: KeyUse) -> Cell:
    """The cell of a role for a key use."""
    return Cell(role, *_USAGE[use])


def use_of(which: Cell) -> KeyUse | None:
    """What the key of a cell's certificate is used for; None for the root's."""
    return next((use for use, usage in _USAGE.items() if usage == which[1:]), None)


class CertificatePool:
    """The certificates in the cells of many devices, each held once and known by its SHA-256 digest.

    ``new`` are the (digest, DER) of those that the store may not hold yet.
    """

    def __init__(self, certificates: Iterable[Certificate] = ()) -> None:
        self._held: dict[bytes, Certificate] = {}
        self.new: list[tuple[bytes, bytes]] = []
        for certificate in certificates:
            self.add(certificate)
        self.saved()

    def add(self, certificate: Certificate) -> bytes:
        """Hold a certificate; its digest."""
        digest = sha256(certificate.der).digest()
        if digest not in self._held:
            self._held[digest] = certificate
            self.new.append((digest, certificate.der))
        return digest

    def __getitem__(self, digest: bytes) -> Certificate:
        return self._held[digest]

    def saved(self) -> None:
        """All that were new are durable; until this is said, they are written with every batch."""
        self.new.clear()


class Credentials:
    """The cells and counters of one device, and its own keys behind the keyring.

    It is a :class:`~gbsmart.keys.Keyring` of its own: the certificates are those of its cells, the
    private keys those of the device alone.
    """

    def __init__(
        self, device: Eui64, memory: Memory, pool: CertificatePool, keyring: RenewableKeyring
    ) -> None:
        self.device = device
        self.pool = pool
        self._memory = memory
        self._keyring = keyring

    # --- cells ---

    def in_cell(self, which: Cell) -> Certificate | None:
        """The certificate in a cell, or None where the device has no such cell."""
        digest = self._memory.get(which.slot)
        return None if digest is None else self.pool[digest]

    def fill(self, which: Cell, certificate: Certificate) -> None:
        """Put a certificate in a cell."""
        self._memory.put(which.slot, self.pool.add(certificate))

    def cells(self, role: int | None = None) -> Iterator[tuple[Cell, Certificate]]:
        """Every filled cell (of one role), with its certificate."""
        for slot in self._memory.under("cell/" if role is None else f"cell/{role}/"):
            _, number, usage, cell_usage = slot.split("/")
            which = Cell(int(number), usage, int(cell_usage))
            held = self.in_cell(which)
            assert held is not None
            yield which, held

    def role_of(self, originator: Eui64, roles: Iterable[RemotePartyRole]) -> RemotePartyRole | None:
        """The first of ``roles`` whose signing or key agreement cell names ``originator``."""
        for role in roles:
            for use in (KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT):
                held = self.in_cell(cell(role, use))
                if held is not None and held.holder == originator:
                    return role
        return None

    # --- counters ---

    def counter(self, role: int, *, top_up: bool = False) -> int:
        """The highest originator counter accepted from a role; top-ups have a space of their own."""
        return self._memory.number(_counter_slot(role, top_up))

    def accept(self, role: int, counter: int, *, top_up: bool = False) -> None:
        """Note the counter of an accepted command."""
        self._memory.put_number(_counter_slot(role, top_up), counter)

    def set_floor(self, role: int, floor: int, *, top_up: bool = False) -> None:
        """Begin anew for a role: what is above ``floor`` will be accepted, UTRNs too where it is theirs."""
        self.accept(role, floor, top_up=top_up)
        if top_up:
            self._memory.put_number(UTRN_FLOOR, floor >> 32)
            self._memory.drop(UTRN_CACHE)

    def next_counter(self) -> int:
        """The device's own next originator counter, for an alert."""
        counter = self._memory.number("counter/own") + 1
        self._memory.put_number("counter/own", counter)
        return counter

    # --- keyring ---

    def certificate(self, holder: Eui64, use: KeyUse) -> Certificate:
        """The certificate of a remote party in one of the cells; raises :class:`UnknownCertificate`."""
        for which, held in self.cells():
            if held.holder == holder and use_of(which) == use:
                return held
        raise UnknownCertificate(f"no cell of {self.device} holds a certificate of {holder} for {use}")

    def by_serial(self, serial: int, issuer: str | None = None) -> Certificate:
        """The certificate with this serial number in one of the cells."""
        for _, held in self.cells():
            if held.serial == serial and issuer in (None, held.issuer):
                return held
        raise UnknownCertificate(f"no cell of {self.device} holds the certificate {serial:032X}")

    def own(self, use: KeyUse) -> Certificate:
        """The device's own certificate; raises :class:`UnknownCertificate`."""
        return self._keyring.certificate(self.device, use)

    def renew(self, use: KeyUse) -> bytes:
        """Make the device a new key pair; its request for a certificate (PKCS#10)."""
        return self._keyring.renew(self.device, use)

    def pending(self, use: KeyUse) -> EllipticCurvePublicKey | None:
        """The public key of the pair that waits for its certificate."""
        return self._keyring.pending(self.device, use)

    def take_into_use(self, certificate: Certificate) -> None:
        """Use the pair that waits for this certificate from now on; raises :class:`KeyNotHeld`."""
        self._keyring.take_into_use(certificate)

    def holds(self, holder: Eui64, use: KeyUse) -> bool:
        """Only the device's own private keys are here."""
        return holder == self.device and self._keyring.holds(holder, use)

    def sign(self, holder: Eui64, data: bytes, use: KeyUse = KeyUse.DIGITAL_SIGNATURE) -> bytes:
        """The device's signature."""
        return self._keyring.sign(holder, data, use)

    def agree(self, holder: Eui64, peer: Certificate, use: KeyUse = KeyUse.KEY_AGREEMENT) -> SharedSecret:
        """The secret between the device and the holder of ``peer``."""
        return self._keyring.agree(holder, peer, use)


def _counter_slot(role: int, top_up: bool) -> str:
    return f"counter/{role}/top-up" if top_up else f"counter/{role}"

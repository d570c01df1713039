"""A test town: an SMKI of its own, organisations with keys, homes on a store, and commands to them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from gbsmart.devices import HomePlan, Street, certificates_by_cell
from gbsmart.gbcs import catalogue, codec, forms
from gbsmart.gbcs.catalogue import Protection
from gbsmart.gbcs.envelope import Cra, Header, Message, OtherInformation
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.message_codes import message_code
from gbsmart.gbcs.protection import Check, add_mac, sign, verify_mac, verify_signature
from gbsmart.gbcs.versions import NEWEST, last_with
from gbsmart.ground import Eui64, ManualClock
from gbsmart.keys import Certificate, KeyEntry, KeySet, KeyUse, MemoryKeyring, import_folder
from gbsmart.store import Store, metadata, open_store
from gbsmart.trust import TestSmki

START = datetime(2020, 3, 1, 12, 10, tzinfo=UTC)
"""When the certificates of the public test messages are in force."""
ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
SECOND_SUPPLIER = Eui64.parse("90-B3-D5-1F-30-03-00-00")
NETWORK_OPERATOR = Eui64.parse("90-B3-D5-1F-30-02-00-00")
LOAD_CONTROLLER = Eui64.parse("90-B3-D5-1F-30-01-00-08")
OTHER_USER = Eui64.parse("00-DB-12-34-56-78-00-04")
COS_PARTY = Eui64.parse("90-B3-D5-1F-30-00-00-04")


def seeded_bytes(seed: str) -> Callable[[int], bytes]:
    """Repeatable randomness for keys: tests only."""
    state = [hashlib.sha256(seed.encode()).digest()]

    def draw(count: int) -> bytes:
        out = b""
        while len(out) < count:
            state[0] = hashlib.sha256(state[0]).digest()
            out += state[0]
        return out[:count]

    return draw


def plan(number: int) -> HomePlan:
    """The devices of home ``number``."""
    base = bytes.fromhex("00DB1234") + (number << 4).to_bytes(4, "big")
    hub, gpf, esme, gsme, ppmid, hcalcs, ihd = (
        Eui64(base[:7] + bytes((base[7] | place,))) for place in (2, 3, 0, 1, 4, 5, 7)
    )
    return HomePlan(hub, gpf, esme, gsme, number, ppmid, hcalcs, ihd)


@cache
def smki() -> TestSmki:
    return TestSmki.create(ManualClock(START), seeded_bytes("town"))


@cache
def identities(home: HomePlan) -> tuple[KeyEntry, ...]:
    return tuple(identity(eui, use) for eui, kind in home.devices() if kind != "IHD" for use in _OWN_KEYS)


def identity(device: Eui64, use: KeyUse) -> KeyEntry:
    """A device's own key, the same in every process, whatever homes were made there before."""
    seed = hashlib.sha256(f"{device} {use}".encode()).digest()
    key = ec.derive_private_key(int.from_bytes(seed), ec.SECP256R1())
    return KeyEntry(smki().issue_device(device, use, key.public_key()), use, key)


_OWN_KEYS = (KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT)


_PUBLIC = [Eui64(bytes.fromhex(f"00DB1234567890A{place}")) for place in range(6)]
PUBLIC = HomePlan(_PUBLIC[2], _PUBLIC[3], _PUBLIC[0], _PUBLIC[1], 9, _PUBLIC[4], _PUBLIC[5])
"""A home of the devices that public test messages are for."""


@dataclass
class Town:
    """Homes and the keyrings of everyone: ``outside`` has the organisations', ``inside`` the devices'."""

    homes: int = 1
    store: Store | None = None
    enrol: bool = True
    clock: Any = field(default_factory=lambda: ManualClock(START))
    variant: str = "A"
    """The letters of its electricity meters."""
    gbcs_version: str = NEWEST
    known: KeySet | None = None
    """Organisations other than the town's own, for one home whose devices are those of public tests."""

    def __post_init__(self) -> None:
        given = self.known or smki().key_set()
        self.plans = [PUBLIC] if self.known else [self._plan(number) for number in range(1, self.homes + 1)]
        self.outside = MemoryKeyring(self.clock, given.policy)
        self.inside = MemoryKeyring(self.clock)
        self.outside.add_entries(e for e in given.entries if not e.certificate.is_device)
        for each in self.plans:
            for entry in identities(each):
                self.inside.add_entry(entry)
                self.outside.add(entry.certificate)
        if self.store is None:
            self.store = open_store("sqlite://")
            metadata.create_all(self.store.engine)
        self.street = Street(self.store, self.clock, self.inside)
        self._given = given
        if self.enrol:
            self.enrol_all()

    def _plan(self, number: int) -> HomePlan:
        return plan(number)._replace(variant=self.variant, gbcs_version=self.gbcs_version)

    def enrol_all(self) -> None:
        """Install and commission the homes."""
        self.street.enrol(self.plans, certificates_by_cell(self._in_cells(self._given)))

    @staticmethod
    def _in_cells(given: KeySet) -> list[KeyEntry]:
        """The first supplier's certificates before the second's."""
        return sorted(given.entries, key=lambda entry: entry.certificate.holder == SECOND_SUPPLIER)

    @property
    def esme(self) -> Eui64:
        return self.plans[0].esme

    @property
    def gsme(self) -> Eui64:
        return self.plans[0].gsme

    @property
    def gpf(self) -> Eui64:
        return self.plans[0].gpf

    # --- the User's and the DCC's side ---

    def message(
        self, name: str, values: Mapping[str, Any], device: Eui64, counter: int,
        originator: Eui64 = SUPPLIER, other: OtherInformation | None = None,
    ) -> Message:  # fmt: skip
        form = forms.form(name)
        header = Header(Cra.COMMAND, counter, originator, device, other or OtherInformation(form.code))
        return Message(header, codec.payload(form, header, values))

    def protect(self, message: Message) -> bytes:
        rules = catalogue.message(message.header.message_code)
        if rules.critical:
            message = sign(message, self.outside)
        if rules.command is Protection.SIGNATURE:
            return message.encode()
        return add_mac(message, self.outside, ACB).encode()

    def command(self, *arguments: Any, **named: Any) -> bytes:
        return self.protect(self.message(*arguments, **named))

    # --- the devices' side ---

    def give(self, *messages: tuple[Eui64, bytes]) -> list[Any]:
        """Execute messages in one transaction; the reactions."""
        with self.street.store.transaction() as connection:
            reactions = self.street.execute(connection, messages, self.clock.now())
        self.street.committed()
        return reactions

    def ask(
        self, name: str, values: Mapping[str, Any], device: Eui64, counter: int, originator: Eui64 = SUPPLIER
    ) -> Outcome:
        """Send a command and read its response as the User does, after checking what protects it."""
        (reaction,) = self.give((device, self.command(name, values, device, counter, originator)))
        assert reaction.response is not None, reaction.log
        return self.read(reaction.response)

    def read(self, octets: bytes) -> Any:
        """The values of a response or alert; fails unless its signature or MAC verifies."""
        message = Message.parse(octets)
        if message.mac is not None:
            assert verify_mac(message, self.outside, ACB) is Check.VALID
        else:
            signer = self.outside.certificate(message.header.originator, KeyUse.DIGITAL_SIGNATURE)
            assert verify_signature(message, signer) is Check.VALID
        reading = codec.read(message, self.outside)
        assert reading is not None, f"no form reads {message.header.message_code:04X}"
        return reading.values

    def security_log(self, device: Eui64) -> list[tuple[int, str]]:
        return [(row.code, row.note) for row in self.street.log(device, "security")]


def town_with(name: str) -> Town:
    """A town whose devices are of the newest version that has this form."""
    return Town(gbcs_version=last_with(message_code(forms.form(name).code).use_case))


def public_town(corpus: Path) -> Town:
    """A home of the public test devices, in whose cells are the public organisations' certificates.

    The public keys come without authorities; the issuing authority is taken from a test message.
    """
    keys = import_folder(corpus / "keystore")
    folder = corpus / "rtds" / "6.15.1_CS02bSupplierBySupplier"
    (found,) = folder.glob("*_IMMEDIATE_SUCCESS_COMMAND_GBCS.HEX")
    reading = codec.read(Message.parse(bytes.fromhex(found.read_text().strip())))
    assert reading is not None
    issuing = Certificate.from_der(reading.values["path_certificates"][0])
    return Town(known=KeySet((*keys.entries, KeyEntry(issuing, None)), policy=keys.policy))

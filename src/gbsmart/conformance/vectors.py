"""Published test data as files: GBCS messages in hexadecimal, and the keys that belong to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from gbsmart.ground import Eui64, InvalidValue, MalformedMessage, ManualClock, NotFound
from gbsmart.keys import KeySet, MemoryKeyring, RemotePartyRole, import_folder

_SUFFIX = "_GBCS"


class Vector(NamedTuple):
    """One message of a test set. ``file`` is its path in the set's folder."""

    file: str
    name: str
    octets: bytes


def read_vectors(folder: Path) -> Iterator[Vector]:
    """Every ``*.HEX`` file under ``folder``, in order.

    Raises :class:`NotFound` where there is none, :class:`MalformedMessage` for one that is not hexadecimal.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix.upper() == ".HEX")
    if not paths:
        raise NotFound(f"{folder} holds no .HEX file", remedy="Give the folder of the test messages.")
    for path in paths:
        file = path.relative_to(folder).as_posix()
        try:
            octets = bytes.fromhex(path.read_text("ascii"))
        except ValueError:
            raise MalformedMessage("not hexadecimal", where=file) from None
        yield Vector(file, path.stem.removesuffix(_SUFFIX), octets)


class VectorKeys(NamedTuple):
    """The keyring of a test set, and who its Access Control Broker and its CoS Party are."""

    keyring: MemoryKeyring
    acb: Eui64
    cos: Eui64 | None = None


def read_keys(folder: Path) -> VectorKeys:
    """The keys in ``folder``, on a clock of their own: the day on which the newest of them began.

    Published certificates expire; results must not change with the day on which they are checked.
    Raises :class:`NotFound` or :class:`InvalidValue` where the set has no ACB.
    """
    keys = import_folder(folder)
    began = [entry.certificate.not_before for entry in keys.entries]
    clock = ManualClock(max(began, default=datetime(2000, 1, 1, tzinfo=UTC)))
    keyring = MemoryKeyring(clock, on_expired=lambda _: None)
    keyring.add_set(keys)
    return VectorKeys(
        keyring, _broker(keys), next(iter(_holders(keys, RemotePartyRole.TRANSITIONAL_COS)), None)
    )


def _holders(keys: KeySet, role: RemotePartyRole) -> set[Eui64]:
    holders = {entry.certificate.holder for entry in keys.organisations() if entry.certificate.role == role}
    return {holder for holder in holders if holder is not None}


def _broker(keys: KeySet) -> Eui64:
    found = _holders(keys, RemotePartyRole.ACCESS_CONTROL_BROKER)
    if len(found) != 1:
        raise InvalidValue(
            f"the key set has {len(found)} Access Control Brokers, not one",
            field="keys",
            remedy="Give the folder of keys that the messages were made with.",
        )
    return found.pop()


def first_difference(one: bytes, other: bytes) -> int:
    """The first octet at which two octet strings differ (the end of the shorter, if only there)."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))

"""Opening a User's keys from files: a folder of PEM and DER files, or the JSON form of client libraries."""

from __future__ import annotations

from pathlib import Path

from gbsmart.ground import Clock
from gbsmart.keys import MemoryKeyring, import_folder, import_json


def open_keys(path: Path, clock: Clock) -> MemoryKeyring:
    """The keyring over what ``path`` holds; raises :class:`~gbsmart.ground.NotFound` where it is missing.

    Expired certificates of such a set stand, with a warning, as test sets need it.
    """
    key_set = import_folder(path) if path.is_dir() else import_json(path)
    keyring = MemoryKeyring(clock)
    keyring.add_set(key_set)
    return keyring

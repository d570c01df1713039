"""Opening a User's keys from files: a folder of PEM and DER files, or the JSON form of client libraries."""

from __future__ import annotations

from pathlib import Path

from gbsmart.ground import Clock
from gbsmart.keys import MemoryKeyring, import_folder, import_json


def open_keys(path: Path, clock: Clock) -> MemoryKeyring:
    """The keyring over what ``path`` holds; raises :class:`~gbsmart.ground.NotFound` where it is missing.

    A folder may hold JSON files beside PEM and DER files; all count. Expired certificates of such a set
    stand, with a warning, as test sets need it.
    """
    if path.is_dir():
        key_set = import_folder(path).merged(import_json(each) for each in sorted(path.glob("*.json")))
    else:
        key_set = import_json(path)
    keyring = MemoryKeyring(clock)
    keyring.add_set(key_set)
    return keyring

"""What a transformation needs and the requests of a test set do not hold: by name, with the reason.

From a table that comes with the set, from ``facts.csv`` beside this module, from the keys of the set, and,
for what the DCC keeps in its stores, from other messages of the set: never from the payload of the message
that is compared.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from gbsmart.conformance.vectors import Vector, VectorKeys
from gbsmart.duis import Request
from gbsmart.gbcs import Message, codec, forms
from gbsmart.gbcs.message_codes import message_code
from gbsmart.gbcs.versions import NEWEST, last_with
from gbsmart.ground import Eui64, GbsmartError, MalformedMessage, NotFound
from gbsmart.keys import KeyUse, UnknownCertificate
from gbsmart.translation import Facts, other_device

DIFFERS = "differs"
"""The fact that a vector was not made from its request; its value names what differs."""


class Row(NamedTuple):
    """One row of the table of facts: for which device or scenario, what, and why."""

    scope: str
    fact: str
    value: str
    because: str


@cache
def fact_table() -> tuple[Row, ...]:
    """The facts that the test set's requests do not hold; of several that fit, the first counts."""
    return _read(files("gbsmart.conformance").joinpath("facts.csv").read_text("utf-8"))


def facts_beside(folder: Path) -> tuple[Row, ...]:
    """The table ``facts.csv`` in a folder or beside it; nothing where there is none.

    Raises :class:`MalformedMessage` where it has other columns.
    """
    file = next((file for each in (folder, folder.parent) if (file := each / "facts.csv").is_file()), None)
    if file is None:
        return ()
    try:
        return _read(file.read_text("utf-8"))
    except TypeError:
        raise MalformedMessage(f"needs the columns {', '.join(Row._fields)}", where=str(file)) from None


def _read(text: str) -> tuple[Row, ...]:
    return tuple(Row(**row) for row in csv.DictReader(text.splitlines()))


def _rows(pair: str, device: str, own: Sequence[Row] = ()) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in reversed([row for row in (*own, *fact_table()) if row.fact != DIFFERS]):
        kind, _, pattern = row.scope.partition(":")
        if fnmatchcase(device if kind == "device" else pair, pattern):
            found[row.fact] = row.value
    return found


def _version_of(pair: str) -> str:
    """The newest GBCS version that has the use case which a pair is named after [assumed: no set says it]."""
    try:
        return last_with(message_code(forms.form(pair.partition("_")[0]).code).use_case)
    except NotFound:  # it is named after one of several scenarios: none of these has ended
        return NEWEST


def facts_of(pair: str, device: str, own: Sequence[Row] = ()) -> dict[str, Any]:
    """What the test set means by a request of this name to this device, by name of the fact."""
    found: dict[str, Any] = {"device_type": "unknown", **_rows(pair, device, own)}
    found.setdefault("gbcs_version", _version_of(pair))
    found.pop("device_log", None)
    found.pop("certificate", None)
    found["now"] = datetime.fromisoformat(found["now"])
    if "party" in found:
        found["party"] = Eui64.parse(found["party"])
    return found


def facts_for(
    name: str,
    request: Request,
    keys: VectorKeys,
    vectors: Mapping[str, Vector],
    *,
    known: bool,
    own: Sequence[Row] = (),
) -> Facts:
    """The facts under which the message of this name was made; raises :class:`GbsmartError`.

    ``own`` are those that come with the test set; they go before the others.
    """
    found = facts_of(name, str(request.request_id.target), own)
    if (holder := _rows(name, "", own).get("certificate")) is not None:
        found["certificate"] = _key_agreement(Eui64.parse(holder), keys)
    if (other := other_device(request.values or {})) is not None:
        found["other_device_type"] = facts_of("", str(other), own)["device_type"]
        named = Eui64.parse(found.get("other_device_certificate") or str(other))
        found["other_device_certificate"] = _key_agreement(named, keys)
    if (stored := _rows(name, "", own).get("device_log")) is not None:
        found["device_log"] = _last_backup(stored, vectors)
    return Facts(acb=keys.acb, cos=keys.cos, known=known, **found)


def _key_agreement(device: Eui64, keys: VectorKeys) -> bytes | None:
    try:
        return keys.keyring.certificate(device, KeyUse.KEY_AGREEMENT).der
    except UnknownCertificate:
        return None


_BACKUPS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "CS14": lambda alert: {
        "network_id": alert["device_log"]["device_id"], "devices": alert["device_log"]["devices"],
    },
    "GCS62": lambda alert: alert["joined"],
}  # fmt: skip
"""Alert by which a device backs up its log to what restores it."""


def _last_backup(name: str, vectors: Mapping[str, Vector]) -> Any:
    """The log in the alert of this name, which the DCC would have kept; None where the set has none."""
    try:
        reading = codec.read(Message.parse(vectors[name].octets))
    except (KeyError, GbsmartError):
        return None
    return None if reading is None else _BACKUPS[reading.form.name](reading.values)


def shown(facts: Mapping[str, Any]) -> dict[str, str]:
    """Facts that were used as text; octets by their count."""
    return {name: _shown(value) for name, value in facts.items()}


def _shown(value: Any) -> str:
    octets = isinstance(value, bytes) and not isinstance(value, Eui64)
    return f"{len(value)} octets" if octets else str(value)

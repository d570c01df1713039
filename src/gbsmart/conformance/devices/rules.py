"""The rules by which samples are made fit for our own homes: a table, ``rules.csv`` beside this module.

A row is for samples by name and for types of device, both as file name patterns. What it says:

``only``     the content of the sample is for these types of device alone (``ESME|SAPC``)
``home``     what is special in the home: ``meter`` the letters of its electricity meter (``B``), ``export``
``user``     who asks, by name (``other user``), where it is not who asks in the sample
``status``   the device's status in the inventory before
``set``      an element's text (``Element``, ``Element=pattern`` where only some texts are replaced),
             or an attribute's (``Element@index``)
``given``    what the device holds before, past any command: a value by name, or ``supply``
``holds``    a party whose certificates are in the cells of a role before (``SUPPLIER``)
``image``    the hash of a firmware image that the device holds before
``backup``   a type of device of the home that backs its log up before
``apart``    a type of device of the home that it is not joined to before
``first``    a sample that is sent before
``held``     a sample that is sent before, to be carried out far from now
``new``      that the device has then forgotten its device log, as one that takes the place of another
``outcome``  what comes of it, where the test set does not say
``nothing``  that a write leaves nothing behind that could be read

Texts hold names in braces: ``{soon}``, ``{far}``, ``{home.ppmid}``, ``{utrn}``: see
:class:`~gbsmart.conformance.devices.preparation.Setting`. Of several rows for one thing the first counts.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Row(NamedTuple):
    """One row: for which samples and types of device, what, and why."""

    request: str
    device_type: str
    rule: str
    name: str
    value: str
    because: str


class Rules:
    """The table, asked by sample and type of device."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows

    def only(self, request: str) -> frozenset[str]:
        """The types of device that a sample's content is for; none for all."""
        found = next(self._rows("only", request, "*"), None)
        return frozenset(found.value.split("|")) if found else frozenset()

    def value(self, rule: str, request: str, device_type: str, default: str = "") -> str:
        """What a rule without names says."""
        found = next(self._rows(rule, request, device_type), None)
        return found.value if found else default

    def values(self, rule: str, request: str, device_type: str) -> dict[str, str]:
        """What a rule with names says: of several rows for one name the first counts."""
        found: dict[str, str] = {}
        for row in self._rows(rule, request, device_type):
            found.setdefault(row.name, row.value)
        return found

    def _rows(self, rule: str, request: str, device_type: str) -> Iterator[Row]:
        for row in self.rows:
            mine = row.rule == rule and fnmatchcase(request, row.request)
            if mine and (device_type == "*" or fnmatchcase(device_type, row.device_type)):
                yield row


@cache
def rules() -> Rules:
    """The table as it is installed."""
    text = files("gbsmart.conformance.devices").joinpath("rules.csv").read_text("utf-8")
    return Rules(tuple(Row(**row) for row in csv.DictReader(text.splitlines())))

"""The cells of the table: which request goes to which type of device, and what is expected of it.

A sample of the test set was made for one device. It goes to every type that the catalogue names for its
variant, except where a rule says that its content is for some types only. What is expected of the sample's
own type is what the response of the same name says: the form, and the result of every item. For another type
the test set holds no response: then it is success, in the form that the request becomes for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from gbsmart.conformance.devices.rules import Rules
from gbsmart.conformance.duis import Document
from gbsmart.conformance.facts import facts_of
from gbsmart.conformance.vectors import Vector, VectorKeys
from gbsmart.duis import NON_DEVICE, Request, parse_request
from gbsmart.gbcs import Message, codec
from gbsmart.gbcs.form import Outcome
from gbsmart.ground import GbsmartError

SUCCESS = "success"
"""What is expected of a type of device that the test set has no response of."""
_READS = ("Read ", "Retrieve ")


class Asked(NamedTuple):
    """Which part of the table: a variant, a type of device, request names (as a file name pattern)."""

    variant: str = "*"
    device_type: str = "*"
    request: str = "*"


@dataclass(slots=True)
class Cell:
    """One request to one type of device, and how it went.

    ``read_back`` of a write is what it changed: by another Service Request (under its variant) and as the
    device holds it (``device``); None for what only reads.
    """

    variant: str
    device_type: str
    request: str
    outcome: str
    expected: str
    read_back: Mapping[str, Any] | None = None

    @property
    def is_unexpected(self) -> bool:
        """Whether it went otherwise than the test set says, or a write left nothing behind."""
        if self.expected == SUCCESS:
            return not self.outcome.endswith(f": {SUCCESS}")
        return self.outcome != self.expected or (self.read_back == {} and self.outcome.endswith(SUCCESS))


@dataclass(slots=True)
class Report:
    """The table."""

    cells: list[Cell] = field(default_factory=list)

    @property
    def unexpected(self) -> list[Cell]:
        """The cells that went otherwise than expected."""
        return [cell for cell in self.cells if cell.is_unexpected]

    def as_json(self) -> dict[str, Any]:
        """The report as plain data: this is an interface, its names stay."""
        return {"cells": [asdict(cell) for cell in self.cells], "unexpected": len(self.unexpected)}


class Sample(NamedTuple):
    """A device request of the test set: its name, the request, the type of device it was made for, the
    response of the same name where there is one."""

    name: str
    request: Request
    device_type: str
    response: Vector | None

    @property
    def writes(self) -> bool:
        """Whether it is to change something: its name in the catalogue does not say that it reads."""
        return not self.request.service.name.startswith(_READS)


def read_samples(documents: Iterable[Document], vectors: Iterable[Vector]) -> Iterator[Sample]:
    """The device requests of a test set; raises :class:`~gbsmart.ground.MalformedMessage`."""
    by_name = {vector.name: vector for vector in vectors}
    for document in documents:
        request = parse_request(document.octets, limits=NON_DEVICE).message
        if request.service.non_device:
            continue
        facts = facts_of(document.name, str(request.request_id.target))
        response = by_name.get(f"{document.name}_RESPONSE")
        yield Sample(document.name, request, facts["device_type"], response)


def planned(samples: Iterable[Sample], rules: Rules, asked: Asked) -> list[tuple[Sample, str]]:
    """Each sample with each type of device that it goes to, in the order of the catalogue's variants."""
    found = [
        (sample, kind)
        for sample in samples
        if fnmatchcase(sample.request.service_reference_variant, asked.variant)
        and fnmatchcase(sample.name, asked.request)
        for kind in sorted(rules.only(sample.name) or sample.request.service.device_types)
        if fnmatchcase(kind, asked.device_type)
    ]
    return sorted(found, key=lambda each: (_numbers(each[0]), each[1], each[0].name))


def _numbers(sample: Sample) -> list[int]:
    return [*map(int, sample.request.service_reference_variant.split("."))]


def expected_of(sample: Sample, device_type: str, keys: VectorKeys) -> str:
    """What the test set says that such a device answers to a sample."""
    if sample.response is None or device_type != sample.device_type:
        return SUCCESS
    try:
        message = Message.parse(sample.response.octets)
        reading = codec.read(message, keys.keyring)
    except GbsmartError as fault:
        return f"unreadable: {fault.message}"
    if reading is None:
        return undeclared(message)
    assert isinstance(reading.values, Outcome)
    return told(reading.form.name, reading.values)


def undeclared(message: Message) -> str:
    """A response of which no form is declared: all that can be said is its message code."""
    return f"a response {message.header.message_code:04X} of no declared form"


def told(form: str, outcome: Outcome | None) -> str:
    """A response in words: its form, and which of its items or values failed with which code."""
    if outcome is None:
        return f"{form}: {SUCCESS}"
    failed = [f"item {index + 1} code {code}" for index, code in enumerate(outcome.results) if code]
    failed += [f"{name} code {code}" for name, code in outcome.attribute_errors.items()]
    return f"{form}: {', '.join(failed) or SUCCESS}"

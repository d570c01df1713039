"""What DUIS names: Service Request variants, Command Variants, response codes and DCC Alerts.

The facts are package data (``data/*.csv``), read on first use. Each carries its *basis*: ``S`` found
in a source, ``V`` verified on test vectors, ``X`` fixed by the XML schema, ``M`` remembered, ``I``
inferred. Remembered and inferred facts are shown as assumed, so that a correction is one cell of a
table and nobody takes them for the text of the Smart Energy Code (Appendices AD and E).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, KeysView, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from gbsmart.ground import NotFound

T = TypeVar("T")

ASSUMED = frozenset({"M", "I", "X"})
"""The bases of a meaning that no source confirms (``X``: only the existence of the code is known)."""


class UserRole(StrEnum):
    """The User Roles of SEC Section A, as Service Requests are made eligible by role."""

    IMPORT_SUPPLIER = "IS"
    EXPORT_SUPPLIER = "ES"
    GAS_SUPPLIER = "GS"
    ELECTRICITY_DISTRIBUTOR = "ED"
    GAS_TRANSPORTER = "GT"
    REGISTERED_SUPPLIER_AGENT = "RSA"
    OTHER_USER = "OU"
    LOAD_CONTROLLER = "LC"


SAPC = "SAPC"


def device_type_of(presented: str, esme_variant: str) -> str:
    """The type of a device for which services are: the inventory presents a stand-alone auxiliary
    proportional controller (SAPC) as an ESME, told by the letter G of its variant (basis: I)."""
    return SAPC if presented == "ESME" and "G" in esme_variant else presented


class WebService(StrEnum):
    """The DCC's three web services for requests, by the last part of their path."""

    TRANSFORM = "serviceT"
    SEND_COMMAND = "serviceS"
    NON_DEVICE = "serviceD"


class FutureDating(StrEnum):
    """Who holds a future-dated request until its time."""

    DCC = "dcc"
    DEVICE = "device"


class CommandVariant(NamedTuple):
    """One way of sending a Service Request (Appendix AD): what goes in, and where."""

    number: int
    takes: str
    web_service: WebService | None
    signed_pre_command: bool
    local: bool
    """Whether a Command for local delivery is returned."""


COMMAND_VARIANTS: Mapping[int, CommandVariant] = MappingProxyType(
    {
        row.number: row
        for row in (
            CommandVariant(1, "request", WebService.SEND_COMMAND, False, False),
            CommandVariant(2, "request", WebService.NON_DEVICE, False, True),
            CommandVariant(3, "request", WebService.SEND_COMMAND, False, True),
            CommandVariant(4, "critical request", WebService.TRANSFORM, False, False),
            CommandVariant(5, "Signed Pre-Command", WebService.SEND_COMMAND, True, False),
            CommandVariant(6, "Signed Pre-Command", WebService.NON_DEVICE, True, True),
            CommandVariant(7, "Signed Pre-Command", WebService.SEND_COMMAND, True, True),
            CommandVariant(8, "non-device request", WebService.NON_DEVICE, False, False),
            CommandVariant(9, "internal to the DCC", None, False, False),
        )
    }
)
"""Command Variant number to its row; 9 is never accepted from a User."""


@dataclass(frozen=True, slots=True)
class ServiceRequestVariant:
    """One of the 129 Service Request variants (Appendix E; the body element from the XML schema).

    ``device_types`` of a non-device request are those named in its body. They are remembered (basis M);
    the Command Variants are verified on test vectors; the rest is found in a source.
    """

    variant: str
    name: str
    body_element: str
    critical: bool
    non_device: bool
    on_demand: bool
    future_dated: frozenset[FutureDating]
    execution_date_time: str
    """``optional``, ``mandatory`` or ``none``: whether the body takes an ExecutionDateTime."""
    scheduled: bool
    command_variants: frozenset[int]
    roles: frozenset[UserRole]
    targets_device: bool
    device_types: frozenset[str]
    use_cases: tuple[str, ...]
    reference: str
    """The Service Reference: the first two numbers of the variant (``4.1`` of ``4.1.1``)."""

    @property
    def kind(self) -> str:
        """``critical``, ``non-critical`` or ``non-device``."""
        return "non-device" if self.non_device else "critical" if self.critical else "non-critical"

    def web_service(self, command_variant: int) -> WebService | None:
        """Where this request goes with ``command_variant``; ``None`` where it is not allowed (E12)."""
        return (
            COMMAND_VARIANTS[command_variant].web_service
            if command_variant in self.command_variants
            else None
        )


class Stage(StrEnum):
    """When a response code can reach the User."""

    ACKNOWLEDGEMENT = "acknowledgement"
    ASYNCHRONOUS = "asynchronous"
    EITHER = "either"
    ALERT = "alert"
    """In the header of a DCC Alert, and nowhere else."""


@dataclass(frozen=True, slots=True)
class ResponseCode:
    """A DUIS response code: information (I), warning (W) or error (E)."""

    code: str
    kind: str
    scope: str
    """``common``, ``smets1``, or the Service Reference that the code belongs to."""
    name: str
    meaning: str
    stage: Stage
    action: str
    basis: str

    @property
    def assumed(self) -> bool:
        """Whether the meaning is a placeholder: the spelling is right, the meaning unconfirmed."""
        return self.basis in ASSUMED


@dataclass(frozen=True, slots=True)
class DccAlert:
    """A DCC Alert code (N1 to N999, AD1), its payload element(s) and who receives it."""

    code: str
    meaning: str
    payload: str
    recipient: str
    basis: str

    @property
    def assumed(self) -> bool:
        """Whether the meaning is a placeholder: the spelling is right, the meaning unconfirmed."""
        return self.basis in ASSUMED


class Failure(NamedTuple):
    """One failure after acknowledgement gives one message: this DCC Alert, with this response code."""

    name: str
    alert: str
    response_code: str
    basis: str


class Fault(NamedTuple):
    """One check that a request can fail, and the response code that says so."""

    name: str
    response_code: str
    basis: str
    meaning: str


def service(variant: str) -> ServiceRequestVariant:
    """The Service Request variant named ``variant`` (``"4.1.1"``); raises :class:`NotFound`."""
    return _find(service_requests(), variant, "Service Reference Variant")


def response_code(code: str) -> ResponseCode:
    """The response code ``code`` (``"E2"``); raises :class:`NotFound`."""
    return _find(response_codes(), code, "DUIS response code")


def dcc_alert(code: str) -> DccAlert:
    """The DCC Alert ``code`` (``"N13"``); raises :class:`NotFound`."""
    return _find(dcc_alerts(), code, "DCC Alert code")


def failure(name: str) -> Failure:
    """The alert and response code that report the failure ``name``; raises :class:`NotFound`."""
    return _find(failures(), name, "failure")


def fault(name: str) -> Fault:
    """The response code that reports the failed check ``name``; raises :class:`NotFound`."""
    return _find(faults(), name, "fault")


@cache
def service_requests() -> Mapping[str, ServiceRequestVariant]:
    """All 129 variants, in the order of the Code."""
    return _table("services", "variant", _service)


@cache
def service_references() -> KeysView[str]:
    """The Service References that the variants belong to, in the order of the Code."""
    return dict.fromkeys(each.reference for each in service_requests().values()).keys()


@cache
def response_codes() -> Mapping[str, ResponseCode]:
    """All 194 response codes."""
    return _table("response_codes", "code", _response_code)


@cache
def dcc_alerts() -> Mapping[str, DccAlert]:
    """All 66 DCC Alerts."""
    return _table("dcc_alerts", "code", lambda row: DccAlert(**row))


@cache
def failures() -> Mapping[str, Failure]:
    """The failures that reach a User after the acknowledgement, each as one DCC Alert."""
    return _table("failures", "failure", lambda row: Failure(*row.values()))


@cache
def faults() -> Mapping[str, Fault]:
    """The checks of a request, and the response code of each."""
    return _table("faults", "fault", lambda row: Fault(*row.values()))


def _find(table: Mapping[str, T], key: str, what: str) -> T:
    try:
        return table[key]
    except KeyError:
        raise NotFound(f"{key!r} is not a {what}") from None


def _table(name: str, key: str, make: Callable[[dict[str, str]], T]) -> Mapping[str, T]:
    with resources.files("gbsmart.duis").joinpath("data", f"{name}.csv").open(encoding="utf-8") as lines:
        return MappingProxyType({row[key]: make(row) for row in csv.DictReader(lines)})


def _service(row: dict[str, str]) -> ServiceRequestVariant:
    return ServiceRequestVariant(
        variant=row["variant"],
        name=row["name"],
        body_element=row["body_element"],
        critical=row["critical"] == "yes",
        non_device=row["non_device"] == "yes",
        on_demand=row["on_demand"] == "yes",
        future_dated=frozenset(FutureDating(holder) for holder in _split(row["future_dated"])),
        execution_date_time=row["execution_date_time"],
        scheduled=row["scheduled"] == "yes",
        command_variants=frozenset(int(number) for number in _split(row["command_variants"])),
        roles=frozenset(UserRole(role) for role in _split(row["roles"])),
        targets_device=row["target"] == "device",
        device_types=frozenset(_split(row["device_types"])),
        use_cases=_split(row["use_cases"]),
        reference=".".join(row["variant"].split(".")[:2]),
    )


def _response_code(row: dict[str, str]) -> ResponseCode:
    stage = Stage(row.pop("stage"))
    return ResponseCode(stage=stage, **row)


def _split(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()

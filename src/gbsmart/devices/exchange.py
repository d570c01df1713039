"""One command in a device: who asked under which rules, when, and how to seal what is sensitive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from gbsmart.devices.meddling import Failing
from gbsmart.devices.payload import Payload
from gbsmart.gbcs.catalogue import MessageRules
from gbsmart.gbcs.envelope import Header
from gbsmart.gbcs.shape import Context
from gbsmart.gbcs.tree import Node
from gbsmart.ground import GbsmartError
from gbsmart.keys import RemotePartyRole

if TYPE_CHECKING:
    from gbsmart.devices.device import Device

EVENT, SECURITY, POWER, AUXILIARY = "event", "security", "power", "auxiliary"
"""The logs of devices; the last two are of electricity alone."""


class LogEntry(NamedTuple):
    """An entry of a device's log, by the name of that; ``code`` is the event's (GBCS 16.2)."""

    moment: datetime
    log: str
    code: int
    detail: bytes = b""
    note: str = ""


@dataclass(slots=True)
class Reaction:
    """What a device does about one thing that happened: its answer (or silence), alerts, log entries."""

    response: bytes | None = None
    alerts: list[bytes] = field(default_factory=list)
    log: list[LogEntry] = field(default_factory=list)


@dataclass(slots=True)
class Exchange:
    """An admitted command while it is executed.

    ``header`` and ``payload`` are the command's, ``answering`` is the response's header. ``seal``
    encrypts to the remote party that asked; it raises :class:`~gbsmart.keys.UnknownCertificate` where none
    of its certificates is known.
    """

    device: Device
    rules: MessageRules
    role: RemotePartyRole
    header: Header
    payload: bytes
    answering: Header
    now: datetime
    seal: Callable[[bytes], bytes]
    reaction: Reaction
    failing: Failing | None = None
    """The item that is to fail, by a fault that is switched on."""
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    """What is done once the response is made: under the keys that the command found."""

    def check_item(self, item: int) -> None:
        """Raises :class:`CannotDo` for an item (from 1) that is to fail."""
        if self.failing is not None and (code := self.failing.at(item)) is not None:
            raise CannotDo(code, "a fault that is switched on")

    def octets(self, node: Node) -> bytes:
        """What the command says there, as it came."""
        return self.payload[node.offset : node.offset + node.length]

    @property
    def context(self) -> Context:
        """The context in which values of the command are read."""
        return Context(self.header)

    @property
    def reply(self) -> Context:
        """The context in which values of the response are written."""
        return Context(self.answering, seal=self.seal)


class Done(NamedTuple):
    """A command's outcome: the response's payload, and whether every item of it succeeded."""

    payload: bytes
    success: bool


class Server(Protocol):
    """Executes the payloads of one family (DLMS, GBZ or ASN.1) on a device."""

    def execute(self, payload: Payload, exchange: Exchange) -> Done:
        """Carry the command out and say what came of it; never raises for what a command asks."""
        ...

    def activate(self, device: Device, instruction: bytes, moment: datetime, reaction: Reaction) -> None:
        """Carry out a pending instruction whose moment has come, with its alert."""
        ...


class CannotDo(GbsmartError):
    """An item of a command that this device cannot carry out; ``code`` is the family's result code."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(message or f"result {code}")
        self.code = code

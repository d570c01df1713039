"""What the hubs need to know of the homes behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from gbsmart.ground import Eui64
from gbsmart.store import Store

T = TypeVar("T")


class Reaction(Protocol):
    """What a device does about a message: its response (None: silence) and alerts."""

    @property
    def response(self) -> bytes | None:
        """The response."""
        ...

    @property
    def alerts(self) -> Sequence[bytes]:
        """The alerts, in order."""
        ...


class Premises(Protocol):
    """The devices behind the hubs, on the same store as the hubs' buffer."""

    store: Store

    def hub_of(self, device: Eui64) -> Eui64 | None:
        """The hub that a device is behind."""
        ...

    def next_contact(self, device: Eui64, now: datetime) -> datetime:
        """When a device next takes messages."""
        ...

    def execute(
        self, connection: Connection, arrivals: Sequence[tuple[Eui64, bytes]], now: datetime
    ) -> Sequence[Reaction]:
        """Give messages to devices, in order, within the transaction."""
        ...

    def perform(
        self, connection: Connection, eui: Eui64, action: Callable[..., T], now: datetime
    ) -> tuple[T, Sequence[bytes]]:
        """Let somebody do something at a device: what came of it, and the alerts."""
        ...

    def next_due(self) -> datetime | None:
        """When a device next does something of its own accord."""
        ...

    def activate(self, connection: Connection, now: datetime) -> Sequence[tuple[Eui64, bytes]]:
        """Let devices do what is due: their alerts."""
        ...

    def committed(self) -> None:
        """The transaction is durable."""
        ...

    def undo(self) -> None:
        """The transaction failed: forget what it did."""
        ...

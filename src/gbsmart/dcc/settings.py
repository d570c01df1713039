"""What an operator of the DCC may choose: identities, waits, sizes and batches."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from gbsmart.gbcs.versions import NEWEST
from gbsmart.ground import Eui64
from gbsmart.inventory import DeviceType

PORT = 8079
"""Where Users look for the DCC's request services unless they are told otherwise."""

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Settings:
    """The DCC's settings. Waits run on the DCC's clock (their defaults are assumed; basis I).

    ``acb`` is the Access Control Broker: target of non-device requests, originator for Users that a
    device does not know, signer of what goes to Users. ``official_schema`` is a folder with the DUIS
    schemas, checked besides our own declarations.
    """

    acb: Eui64 = field(default_factory=lambda: Eui64.parse("90-B3-D5-1F-30-00-00-02"))
    cos: Eui64 = field(default_factory=lambda: Eui64.parse("90-B3-D5-1F-30-00-00-04"))
    """The CoS Party, which originates what changes a device's supplier."""
    gbcs_version: str = NEWEST
    """Of devices whose model does not say; said with their Pre-Commands."""
    official_schema: Path | None = None

    deliver_within: timedelta = timedelta(minutes=5)
    """How long the way to a device is tried before N12."""
    answer_within: timedelta = _HOUR
    """How long a device has to answer before N13."""
    sleepy_answer_within: timedelta = _DAY
    """The same for the device types in ``sleepy``, which wake now and then."""
    sleepy: frozenset[DeviceType] = frozenset({DeviceType.GSME})
    scheduled_answer_within: timedelta = _DAY
    """How long any device has to answer an execution of a DCC schedule before N11."""
    outcome_within: timedelta = _DAY
    """How long after its execution time a future-dated command has to report before N14."""
    signature_within: timedelta = timedelta(days=7)
    """How long a Pre-Command is kept for its Signed Pre-Command."""
    predecessor_within: timedelta = _DAY
    """How long a sequenced request waits for its predecessor."""
    furthest_execution: timedelta = timedelta(days=30)
    """How far ahead a request may be dated."""

    dispatch_retry: timedelta = timedelta(seconds=5)
    lease: timedelta = timedelta(seconds=30)
    """After it, the lanes of a worker that died are taken over (deliveries ``delivery_timeout`` later)."""
    lanes_per_round: int = 200
    commands_per_lane: int = 8

    delivery_first_retry: timedelta = timedelta(seconds=1)
    """The wait after a User's service first fails; it doubles with every failure."""
    delivery_longest_retry: timedelta = timedelta(minutes=5)
    deliver_to_user_within: timedelta = _DAY
    """After it, a message is retained for the User and not sent any more."""
    delivery_timeout: float = 30.0
    """Seconds of wall time that a User's service has to take one message."""
    deliveries_per_round: int = 100

    sweep_every: timedelta = timedelta(seconds=1)
    """How often deadlines are looked at."""
    look_every: timedelta = timedelta(seconds=5)
    """How often idle workers look for work that no bell announced."""

    @property
    def originators(self) -> frozenset[Eui64]:
        """The DCC's parties that originate Commands, each under counters of its own."""
        return frozenset((self.acb, self.cos))

    def wait_for_answer(self, device_type: DeviceType) -> timedelta:
        """How long a device of this type has to answer."""
        return self.sleepy_answer_within if device_type in self.sleepy else self.answer_within

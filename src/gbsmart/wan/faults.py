"""The faults of the road that can be switched on: between the DCC and a hub (WAN), and in a home (HAN).

What each does is in :mod:`gbsmart.wan.meddling` and :mod:`gbsmart.wan.local`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple

from gbsmart.ground import Fault, Kind, Parameter

WAN: Final = "WAN"
HAN: Final = "HAN"
TO_DEVICE, FROM_DEVICE = "to-device", "from-device"
_DAY: Final = 86_400

HUB: Final = Parameter("hub", Kind.EUI64, "only this communications hub and what is behind it")
DEVICE: Final = Parameter("device", Kind.EUI64, "only this device")
DIRECTION: Final = Parameter(
    "direction", Kind.CHOICE, "only one way", choices=(TO_DEVICE, FROM_DEVICE)
)  # fmt: skip
_KEYS: Final = (HUB, DEVICE, DIRECTION)


class Leg(NamedTuple):
    """The faults of one leg of the road."""

    loss: Fault
    delay: Fault
    duplication: Fault
    corruption: Fault
    reordering: Fault


def _leg(where: str, lost: str, twice: str) -> Leg:
    prefix = where.lower()
    return Leg(
        Fault(
            f"{prefix}-loss", where,
            f"{lost} The User gets N13 once the device's time to answer is over.",
            keys=_KEYS, loses=True,
        ),
        Fault(
            f"{prefix}-delay", where,
            "A command, response or alert arrives late.",
            (
                Parameter("seconds", Kind.DURATION, "how late", timedelta(seconds=2), greatest=_DAY),
                Parameter("jitter", Kind.DURATION, "up to so much later still", timedelta(), greatest=_DAY),
            ),
            _KEYS,
        ),
        Fault(f"{prefix}-duplication", where, twice, keys=_KEYS),
        Fault(
            f"{prefix}-corruption", where,
            "Octets of a command, response or alert arrive changed. A device is silent on such a command;"
            " the DCC discards such a response where it can check it (N13), else the User finds it not"
            " genuine.",
            (Parameter("octets", Kind.COUNT, "how many octets are changed", 1, least=1, greatest=1_000),),
            _KEYS, loses=True,
        ),
        Fault(
            f"{prefix}-reordering", where,
            "What is sent next arrives before this. A device takes no command with a counter below the"
            " highest it has seen: of those protected against replay the one overtaken ends with N13.",
            (
                Parameter(
                    "seconds", Kind.DURATION, "how long it waits at most for one that overtakes it",
                    timedelta(seconds=2), greatest=_DAY,
                ),
            ),
            _KEYS,
        ),
    )  # fmt: skip


WAN_LEG: Final = _leg(
    WAN,
    "A command never reaches its hub though the DCC handed it over, or what a hub sends never reaches"
    " the DCC.",
    "A parcel arrives twice under one transport id: the hub executes a command once, the DCC takes a"
    " response once.",
)
HAN_LEG: Final = _leg(
    HAN,
    "A command never reaches the device though its hub had it, or what the device says never reaches its"
    " hub.",
    "A device gets a command twice, or its hub what it says. The device refuses the second of a command"
    " that is protected against replay, in silence; the DCC takes one response.",
)  # fmt: skip

WAN_DOWN: Final = Fault(
    "wan-down", WAN,
    "The DCC reaches no hub. Commands wait and are tried again until N12; what devices say waits at"
    " their hubs.",
    standing=True,
)  # fmt: skip
HUB_OFF: Final = Fault(
    "hub-off", WAN,
    "The hub does not answer the DCC (N12 after a while), and what it holds stays where it is.",
    keys=(HUB,), standing=True,
)  # fmt: skip
DEVICE_DEAD: Final = Fault(
    "device-dead", HAN,
    "The device takes nothing and says nothing: its hub keeps what is for it. The User gets N13; a late"
    " answer is discarded.",
    keys=(HUB, DEVICE), standing=True,
)  # fmt: skip
DEVICE_SLEEPY: Final = Fault(
    "device-sleepy", HAN,
    "The device takes messages from its hub only now and then, as a gas meter on its battery does.",
    (
        Parameter(
            "seconds", Kind.DURATION, "the time between two wake-ups", timedelta(minutes=30), least=1,
            greatest=_DAY,
        ),
    ),
    (HUB, DEVICE), standing=True,
)  # fmt: skip

FAULTS: Final = (*WAN_LEG, WAN_DOWN, HUB_OFF, *HAN_LEG, DEVICE_DEAD, DEVICE_SLEEPY)

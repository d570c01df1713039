"""The objectives of the Code (SEC C1), by which proposals are judged; in our words.

The Charging Objectives and their numbers are from memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from gbsmart.ground import InvalidValue

GENERAL = MappingProxyType(
    {
        "a": "Smart metering systems are provided, installed, operated and work together efficiently.",
        "b": "The DCC meets the objectives and duties of its licence.",
        "c": "Consumers can manage their use of energy with the information that they get.",
        "d": "There is competition in supplying energy and in what belongs to it.",
        "e": "Networks can be renewed so that supply stays secure and sustainable.",
        "f": "Data and systems are protected and secure.",
        "g": "The Code is administered and implemented efficiently and openly.",
        "h": "Arrangements for alternative home area networks are set up and work.",
    }
)
CHARGING = MappingProxyType(
    {
        "1": "Charges do not hold back the rollout to premises that must have smart meters.",
        "2": "Charges follow costs as far as practical, discriminate against nobody and leave competition.",
    }
)


class Verdict(StrEnum):
    """What a change does to an objective."""

    BETTER = "better"
    NEUTRAL = "neutral"
    WORSE = "worse"


class Finding(NamedTuple):
    """How a change does against one objective, and why."""

    objective: str
    verdict: Verdict
    reason: str


def findings(lines: Iterable[str], *, field: str) -> list[Finding]:
    """Read findings written as ``d: better: suppliers compete on service``; one objective a line.

    Raises :class:`InvalidValue` for a line that is none, and for an objective that is judged twice.
    """
    found: dict[str, Finding] = {}
    for line in lines:
        objective, verdict, reason = (part.strip() for part in (line + "::").split(":", 2))
        reason = reason.rstrip(":").strip()
        if objective not in GENERAL and objective not in CHARGING:
            known = ", ".join((*GENERAL, *CHARGING))
            raise InvalidValue(f"{objective!r} is no objective", field=field, remedy=f"There are {known}.")
        if verdict not in set(Verdict):
            raise InvalidValue(
                f"{verdict!r} is no verdict on objective {objective}", field=field,
                remedy=f"Write {objective}: {'|'.join(Verdict)}: why.",
            )  # fmt: skip
        if not reason:
            raise InvalidValue(f"objective {objective} is judged without a reason", field=field)
        if objective in found:
            raise InvalidValue(f"objective {objective} is judged twice", field=field)
        found[objective] = Finding(objective, Verdict(verdict), reason)
    return list(found.values())

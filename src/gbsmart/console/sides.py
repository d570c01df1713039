"""What each side of a journey knew and checked: the User, the DCC and the device."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gbsmart.console.documents import Checked
from gbsmart.console.model import Heard, HomeSource, Journey, LogLine, SendSource
from gbsmart.dcc.access import CHECKS, ENVELOPE_CHECKS
from gbsmart.dcc.model import RequestKey
from gbsmart.duis import fault
from gbsmart.ground import NotFound

_AFTERWARDS = timedelta(seconds=5)
"""How long after the last step an entry of a device that did not answer still belongs to the journey."""

ORDER = (
    *("certificate", "signature"),
    *(each.fault for each in ENVELOPE_CHECKS),
    "duplicate",
    *(each.fault for each in CHECKS),
)
"""The DCC's checks of a request, in the order in which it makes them."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Beside the steps: what the User received, what the DCC checked, what the device logged."""

    heard: tuple[Heard, ...]
    checks: tuple[Checked, ...]
    device: str
    log: tuple[LogLine, ...]


async def sides_of(journey: Journey, homes: HomeSource, sender: SendSource | None) -> Sides:
    """The three sides of a journey, as far as they are here."""
    heard = tuple(await sender.heard(journey.request.id)) if sender is not None else ()
    kind = ""
    log: tuple[LogLine, ...] = ()
    try:
        device = await homes.device(RequestKey.parse(journey.request.id).device)
    except NotFound:  # the DCC itself, or a device whose home is elsewhere
        pass
    else:
        kind = device.kind
        if journey.steps:
            first, last = journey.steps[0].at, _last_at_device(journey)
            log = tuple(line for line in reversed(device.log) if first <= line.at <= last)
    return Sides(heard, dcc_checks(journey), kind, log)


def _last_at_device(journey: Journey) -> datetime:
    """Until when an entry of the device's log may be of this journey: what comes later is of others."""
    said = [step.at for step in journey.steps if step.sender == "Device"]
    return max(said) if said else journey.steps[-1].at + _AFTERWARDS


def dcc_checks(journey: Journey) -> tuple[Checked, ...]:
    """Each check of the DCC: passed, failed, or not reached because one before it failed."""
    request = journey.request
    refused = request.outcome == "refused"
    found: list[Checked] = []
    for name in ORDER:
        known = fault(name)
        what = f"{name.replace('_', ' ')} ({known.response_code})"
        if refused and any(each.tone == "bad" for each in found):
            found.append(Checked(what, "not reached"))
        elif refused and known.response_code == request.code:
            found.append(Checked(what, _reason(journey) or known.meaning, "bad"))
        else:
            found.append(Checked(what, "passed", "good"))
    if refused and not any(each.tone == "bad" for each in found):
        return tuple(Checked(each.what, "") for each in found)  # refused by what is not in this list
    return tuple(found)


def _reason(journey: Journey) -> str:
    """What the ledger says of the refusal."""
    return next((event.detail for event in journey.events if event.name == "refuse"), "")

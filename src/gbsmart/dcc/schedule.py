"""Schedule: when an acknowledged request goes to its lane.

At once; or at its execution time, where the DCC holds it; or after its predecessor has succeeded, where
it is sequenced (DUIS 7.4 and 7.7).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from gbsmart import duis
from gbsmart.dcc import lanes, ledger, success
from gbsmart.dcc.access import Case
from gbsmart.dcc.model import RequestKey
from gbsmart.dcc.refusal import Refused
from gbsmart.dcc.settings import Settings
from gbsmart.duis import FutureDating
from gbsmart.ground import NEVER, NOW, Eui64

TO_THE_LANE = (("acknowledge", ""), ("queue", ""))
"""The steps of a request that goes to its lane at once: most do."""
TO_THE_USER = (("issue pre-command", ""),)
"""The step of a critical request, whose Pre-Command the User is to sign."""
TO_ITS_END = (("acknowledge", ""), ("complete", "CV1 to the DCC itself"))
"""The steps of a request that the DCC itself carries out at once."""


def check_sequence(case: Case) -> None:
    """Refuse a sequence header that cannot be built on (E42, E43: assumed codes)."""
    request = case.request
    if request.preceding is None and not request.first_in_sequence:
        return
    if request.preceding is not None and request.first_in_sequence:
        raise Refused("preceding_duplicate", "the first of a sequence names no predecessor")
    if request.command_variant in (4, 8) or case.execution not in (None, NOW):
        raise Refused("preceding_invalid", "such a request cannot be part of a sequence")
    if request.preceding is not None and request.preceding.originator != case.key.originator:
        raise Refused("preceding_invalid", "the predecessor is another User's request")


def preceding(case: Case) -> RequestKey | None:
    """The request that must succeed first."""
    named = case.request.preceding
    return None if named is None else RequestKey(named.target, named.originator, named.counter)


def _is_for_the_dcc_to_hold(case: Case) -> bool:
    """Whether the DCC, not the device, keeps what is dated. Of a variant that names both (6.23), the device
    does: the public cancellation of one goes to a device."""
    return case.service.future_dated == {FutureDating.DCC}


def is_held(case: Case) -> bool:
    """Whether the DCC keeps the request until its execution time."""
    return isinstance(case.execution, datetime) and _is_for_the_dcc_to_hold(case)


def is_cancellation(case: Case) -> bool:
    """Whether the request only takes back what the DCC holds (execution time 3000-12-31)."""
    return case.execution is NEVER and _is_for_the_dcc_to_hold(case)


def is_immediate(case: Case) -> bool:
    """Whether nothing keeps the request from its lane."""
    return case.request.preceding is None and not is_held(case)


def accept(connection: Connection, case: Case, originator: Eui64, state: str) -> bool:
    """Acknowledge a request in ``state`` and give it its place; False where its predecessor has failed.

    Then nothing has been written.
    """
    at, settings, key = case.at, case.settings, case.key
    if is_held(case):
        assert isinstance(case.execution, datetime)
        ledger.advance(connection, key, "acknowledge", at=at, state=state, code=duis.ACKNOWLEDGED)
        ledger.advance(connection, key, "hold", at=at, state="acknowledged", due=case.execution)
        return True
    after = preceding(case)
    if after is not None:
        success.look(connection, after)
    place = lanes.enqueue(connection, key, originator, at=at, after=after)
    if place is lanes.Place.PREDECESSOR_FAILED:
        return False
    ledger.advance(connection, key, "acknowledge", at=at, state=state, code=duis.ACKNOWLEDGED)
    if place is lanes.Place.WAITING:
        due = at + settings.predecessor_within
        ledger.advance(connection, key, "wait for predecessor", at=at, state="acknowledged", due=due)
    else:
        queued(connection, key, "queue", "acknowledged", at=at, settings=settings)
    return True


def queued(
    connection: Connection, key: RequestKey, event: str, state: str, *, at: datetime, settings: Settings
) -> None:
    """Record that a request is in its lane; from now the time runs in which it must be delivered."""
    ledger.advance(connection, key, event, at=at, state=state, due=at + settings.deliver_within)

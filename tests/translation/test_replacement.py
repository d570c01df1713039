"""What the DCC replaces of its own accord becomes the public messages, for which there is no request."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gbsmart.gbcs import Message, codec
from gbsmart.ground import NEVER, InvalidValue, ManualClock
from gbsmart.keys import RemotePartyRole
from gbsmart.translation.replacement import (
    CONTINGENCY,
    COS_PARTY,
    RECOVERY,
    WAN_PROVIDER,
    Authority,
    Cell,
    Floor,
    replacement,
)
from gbsmart.trust import TestSmki

from .test_transform import ACB, ESME, vector

ROLE = RemotePartyRole
NONE_CHANGED: dict[RemotePartyRole, Floor] = {}
EVERYONES = {
    ROLE.RECOVERY: Floor(0), ROLE.SUPPLIER: Floor(0, 0), ROLE.NETWORK_OPERATOR: Floor(0),
    ROLE.ACCESS_CONTROL_BROKER: Floor(0), ROLE.TRANSITIONAL_COS: Floor(0),
}  # fmt: skip


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "authority", "floors", "time_checks"),
    [
        ("CS02bAnyExceptAbnormalRootByRecovery_NA_SUCCESS", RECOVERY, EVERYONES, False),
        ("CS02bTransCoSByTransCoS_NA_SUCCESS", COS_PARTY, NONE_CHANGED, False),
        ("CS02bWPByWP_NA_SUCCESS", WAN_PROVIDER, {ROLE.WAN_PROVIDER: Floor(0)}, True),
    ],
)
def test_an_authority_replaces_certificates(
    corpus: Path, name: str, authority: Authority, floors: dict[RemotePartyRole, Floor], time_checks: bool
) -> None:
    theirs = Message.parse(vector(corpus, f"{name}_COMMAND"))
    reading = codec.read(theirs)
    assert reading is not None
    cells = [
        Cell(ROLE(each["cell"]["role"]), each["cell"]["key_usage"], each["certificate"],
             each["cell"]["cell_usage"])
        for each in reading.values["replacements"]
    ]  # fmt: skip
    header = theirs.header
    ours = replacement(
        authority, header.originator, header.recipient, header.counter, cells,
        reading.values["path_certificates"], floors=floors, time_checks=time_checks,
    )  # fmt: skip
    assert (ours.header, ours.payload) == (theirs.header, theirs.payload)


def test_the_contingency_key_is_opened_by_a_symmetric_key_and_no_cell_authorises_it() -> None:
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
    root = TestSmki.create(clock, random.Random(7).randbytes).authorities[0]
    cells = [Cell(ROLE.ROOT, "000001", root.certificate.der)]
    made = replacement(CONTINGENCY, ACB, ESME, 9, cells, [], at=NEVER, symmetric_key=bytes(16))
    reading = codec.read(made)
    assert reading is not None
    control = reading.values["control"]
    assert (made.header.message_code, control["mode"]) == (0x0109, 9)
    assert (control["symmetric_key"], control["authorising_cell"]) == (bytes(16), None)
    assert reading.values["execution_date_time"].year == 9999
    with pytest.raises(InvalidValue, match="Contingency Key"):
        replacement(CONTINGENCY, ACB, ESME, 9, cells, [])
    with pytest.raises(InvalidValue, match="Contingency Key"):
        replacement(RECOVERY, ACB, ESME, 9, cells, [], symmetric_key=bytes(16))

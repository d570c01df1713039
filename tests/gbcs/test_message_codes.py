"""The message codes of GBCS, and what each is for."""

from __future__ import annotations

import pytest

from gbsmart.gbcs.message_codes import message_code, message_codes, purposes
from gbsmart.ground import NotFound


def test_every_message_code_says_what_it_is_for() -> None:
    assert list(purposes()) == list(message_codes())
    for code, purpose in purposes().items():
        assert 30 < len(purpose) < 330, f"{code:04X}"
        assert purpose[0].isupper(), f"{code:04X}"
        assert purpose.endswith("."), f"{code:04X}"
    assert len(set(purposes().values())) > 230


def test_what_only_the_home_area_network_carries_is_described_too() -> None:
    home_only = [code for code, row in message_codes().items() if row.family == "ZSE"]
    assert [message_code(code).use_case for code in home_only] == ["PECS01", "PECS02", "PECS03", "HECS01"]
    assert all("home network" in purposes()[code] for code in home_only)


def test_a_code_that_is_none_is_refused() -> None:
    with pytest.raises(NotFound, match="0005 is no message code"):
        message_code(5)

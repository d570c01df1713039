"""What devices hold until later is told in words, not by the names of their memory."""

from __future__ import annotations

import pytest

from gbsmart.console.held import held_for


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("BILLING:calendar", "end of the billing period"),
        ("DLMS:001400000d0000ff0a", "activation of the activity calendar 0-0:13.0.0.255"),
        ("ASN1:mode 1", "replacement of credentials, mode 1"),
        ("GBZ:zcl/0700100/1", "what was published to the price cluster"),
        ("ELSE:unknown", "ELSE:unknown"),
    ],
)
def test_it_is_told_in_words(what: str, words: str) -> None:
    assert held_for(what) == words

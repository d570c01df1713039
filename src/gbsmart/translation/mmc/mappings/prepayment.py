"""Prepayment: answers that say more than a result (Service References 1.6, 2.2), and what meters hold."""

from __future__ import annotations

from gbsmart.translation.mmc.mapping import response

_EMPTY = "the Rsp element is empty: the result stands in DebugInfo"

MAPPINGS = (
    *response(
        "GCS02", "GCS03",
        left_out=dict.fromkeys(
            ("friendly_credit", "emergency_credit_limit", "emergency_credit_threshold"), _EMPTY
        ),
    ),
    *response(
        "CS01b",
        left_out=dict.fromkeys(
            ("result_type", "top_up_value", "source_of_top_up", "credit_remaining"), _EMPTY
        ),
    ),
)  # fmt: skip

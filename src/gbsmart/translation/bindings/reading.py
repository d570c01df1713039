"""Reading requests (Service References 4.x)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from gbsmart.ground import InvalidValue
from gbsmart.translation.binding import Body, From, Ledger, binding

_HALF_HOUR = timedelta(minutes=30)
_LONGEST = timedelta(days=397)
"""The longest period that a log covers: 13 months (SMETS 5.7.5.24)."""

_PERIOD = "read_log_period"


def _checked(period: Mapping[str, Any]) -> Mapping[str, Any]:
    """A period that begins before it ends, in whole seconds (DUIS E51)."""
    if period["start_date_time"] > period["end_date_time"]:
        raise InvalidValue("it ends before it starts", field=_PERIOD, response_code="E51")
    return {name: moment.replace(microsecond=0) for name, moment in period.items()}


def _period(period: Mapping[str, Any]) -> dict[str, Any]:
    checked = _checked(period)
    return {"start": checked["start_date_time"], "end": checked["end_date_time"]}


def _samples(period: Mapping[str, Any]) -> int:
    """How many half-hours begin in the period, both ends included; a log holds no more than 13 months."""
    checked = _checked(period)
    length = min(checked["end_date_time"] - checked["start_date_time"], _LONGEST)
    return int(length // _HALF_HOUR) + 1


_LOG = {"read_log_period": From(_PERIOD, _period, "a period")}
_FROM = {"start": From(_PERIOD, lambda period: _period(period)["start"], "the start of a period")}
_TO = {"end": From(_PERIOD, lambda period: _period(period)["end"], "the end of a period")}


def _three_phases(_body: Body, facts: Ledger) -> bool:
    """Whether the inventory has the meter as a polyphase one (variant C)."""
    return "C" in facts["esme_variant"]


BINDINGS = (
    binding("4.1.1", "ECS17b", "ESME"),
    binding("4.1.1", "GCS13a", "GSME", "GPF"),
    binding("4.2", "ECS17a", "ESME"),
    binding("4.6.1", "ECS21a", "ESME", fields=_LOG),
    binding("4.6.1", "GCS16a", "GSME", "GPF", fields={**_FROM, **_TO}),
    binding("4.8.1", "ECS22b", "ESME", fields=_LOG),
    binding(
        "4.8.1", "GCS17", "GSME", "GPF",
        fields={**_FROM, "number_of_samples": From(_PERIOD, _samples, "a number of half-hours")},
    ),
    binding("4.10", "ECS23b", "ESME", fields=_LOG, when=_three_phases),
    binding("4.10", "ECS23", "ESME", fields=_LOG),
    binding("4.10", "GCS18", "GSME"),
    binding("4.11.1", "ECS24", "ESME"),
    binding("4.11.1", "GCS21f", "GSME", "GPF"),
)  # fmt: skip

"""Reading requests (Service References 4.x, and 14.1, which has a gas meter take samples to be read)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from gbsmart.ground import NEVER, InvalidValue, When
from gbsmart.translation.binding import ISSUER_EVENT_ID, Binding, From, Source, binding, three_phases

_HALF_HOUR = timedelta(minutes=30)
_LONGEST = timedelta(days=397)
"""The longest period that a log covers: 13 months (SMETS 5.7.5.24)."""

_LAST = datetime(3000, 12, 31, tzinfo=UTC)

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


def _days(period: Mapping[str, Any]) -> int:
    """How many days the period touches, both ends included."""
    checked = _checked(period)
    return int((checked["end_date_time"].date() - checked["start_date_time"].date()).days) + 1


def _end(period: Mapping[str, Any]) -> When:
    """The end of a period; the last moment that DUIS knows stands for none."""
    end: datetime = _period(period)["end"]
    return NEVER if end >= _LAST else end


LOG = {"read_log_period": From(_PERIOD, _period, "a period")}
_FROM = {"start": From(_PERIOD, lambda period: _period(period)["start"], "the start of a period")}
_TO = {"end": From(_PERIOD, lambda period: _period(period)["end"], "the end of a period")}
PERIOD_OF_GAS: Mapping[str, Source] = {**_FROM, **_TO}
_OPEN_PERIOD = {**_FROM, "end": From(_PERIOD, _end, "the end of a period")}


def _reads(variant: str, electricity: str, gas: str = "") -> tuple[Binding, ...]:
    """What is read whole: the use case of each fuel."""
    of_gas = (binding(variant, gas),) if gas else ()
    return binding(variant, electricity), *of_gas


def _log(
    variant: str, electricity: str, gas: str = "", period: Mapping[str, Source] = PERIOD_OF_GAS
) -> tuple[Binding, ...]:
    """What is read from one moment to another."""
    of_gas = (binding(variant, gas, fields=period),) if gas else ()
    return binding(variant, electricity, fields=LOG), *of_gas


BINDINGS = (
    *_reads("4.1.1", "ECS17b", "GCS13a"),
    *_reads("4.1.2", "ECS17d", "GCS13c"),
    *_reads("4.1.3", "ECS17e"),
    binding("4.1.4", "GCS13b"),
    *_reads("4.2", "ECS17a"),
    *_reads("4.3", "ECS19", "GCS14"),
    *_log("4.4.2", "ECS20b", "GCS15b"),
    *_log("4.4.3", "ECS20c", "GCS15c"),
    *_log("4.4.4", "ECS20a", "GCS15d", _OPEN_PERIOD),
    *_log("4.4.5", "ECS20d", "GCS15e", _OPEN_PERIOD),
    *_log("4.6.1", "ECS21a", "GCS16a"),
    *_log("4.6.2", "ECS21c"),
    *_log(
        "4.8.1", "ECS22b", "GCS17",
        {**_FROM, "number_of_samples": From(_PERIOD, _samples, "a number of half-hours")},
    ),
    *_log("4.8.2", "ECS22c"),
    *_log("4.8.3", "ECS22a"),
    binding("4.10", "ECS23b", fields=LOG, when=three_phases),
    binding("4.10", "ECS23", fields=LOG),
    binding("4.10", "GCS18"),
    *_reads("4.11.1", "ECS24", "GCS21f"),
    *_reads("4.11.2", "ECS24b"),
    *_reads("4.12.1", "ECS18b"),
    *_reads("4.12.2", "ECS18a"),
    *_reads("4.13", "ECS26a", "GCS21b"),
    *_log("4.14", "ECS21b", "GCS16b"),
    *_reads("4.15", "ECS27"),
    *_reads("4.16", "ECS17c"),
    binding("4.17", "ECS66", fields=LOG),
    binding(
        "4.17", "GCS61",
        fields={**_FROM, "number_of_samples": From(_PERIOD, _days, "a number of days")},
    ),
    binding("4.18", "ECS82"),
    binding("4.18", "GCS60a"),
    binding("4.18", "GCS60", "GSME"),
    binding("14.1", "GCS31", fields={"issuer_event_id": ISSUER_EVENT_ID}),
)  # fmt: skip

"""The single values of which examples are made: by name where the name says something, else counting up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from gbsmart.ground import NOW, DayMonth


class NoExample(LookupError):
    """A shape that has no example: teach it."""


def outline_of_certificate() -> bytes:
    """The outline of an X.509 certificate: what tells one, and nothing that would make it usable."""
    algorithm = bytes.fromhex("300a06082a8648ce3d040302")
    inside = bytes.fromhex("3003020101") + algorithm + bytes.fromhex("03020000")
    return b"\x30" + bytes((len(inside),)) + inside


@dataclass(frozen=True)
class Setting:
    """What examples are about: ``given`` are values that are known, by name; moments are at ``now``."""

    now: datetime = datetime(2026, 4, 1, tzinfo=UTC)
    given: Mapping[str, Any] = field(default_factory=dict)


class Leaves:
    """Gives out single values of one example, in order."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self._count = 0

    @property
    def now(self) -> datetime:
        """The moment of the example."""
        return self.setting.now

    def next(self) -> int:
        """A number that no earlier value of the example has."""
        self._count += 1
        return self._count

    def take(self, name: str, fits: Callable[[Any], bool], *others: Any) -> Any:
        """The first that fits of what is known under ``name`` and of ``others``.

        Raises :class:`NoExample` where nothing does.
        """
        for value in (*self._known(name), *others):
            if fits(value):
                return value
        raise NoExample(f"no example of {name}")

    def number(self, name: str, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``."""
        counted = 1_000 * self.next()
        small = max(low, min(high, self._count))
        found: int = self.take(
            name,
            lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high,
            counted,
            small,
        )
        return found

    def _known(self, name: str) -> Iterator[Any]:
        if name in self.setting.given:
            yield self.setting.given[name]
        if name in BY_NAME:
            known = BY_NAME[name]
            yield self.now + known if isinstance(known, timedelta) else known
        for ending, value in BY_ENDING.items():
            if name.endswith(ending):
                yield value


_ORGANISATION = bytes.fromhex("90B3D51F30010000")
_DEVICE = bytes.fromhex("00DB123456789A01")

BY_NAME: Mapping[str, Any] = MappingProxyType(
    {
        "alert_code": 0x8154,
        "event_code": 0x8154,
        "code": 0x8154,
        "status": 0,
        "result": 0,
        "outcome": 0,
        "message_code": 0x0019,
        "execution_date_time": NOW,
        "supply_state": 2,
        "mode": 1,
        "scaler": -5,
        "action": 1,
        "day": 1,
        "week": 1,
        "device_id": _DEVICE,
        "devices_id": _DEVICE,
        "other_device_id": _DEVICE,
        "existing_id": _ORGANISATION,
        "replacing_id": _ORGANISATION,
        "supplier_name": "Example Energy",
        "supplier_telephone_number": "0800 000 0000",
        "supplier_message": "Your tariff changes on 1 May.",
        "customer_identification_number": "1234",
        "firmware_version": bytes.fromhex("00000001"),
        "device_identifier": _DEVICE,
        "meter_variant": b"A",
        "model_type": b"EXAMPLE",
        "manufacturer_identifier": b"EXM",
        "key_usage": "1",
        "role": 2,
        "duration": 30,
        "level": 50,
        "days_of_week": "1111111",
        "special_days": "1",
        **dict.fromkeys(
            ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tier"), 1
        ),
        "start": 0,
        "start_time": 0,
        "price_tier": 1,
        "week_id_ref": 1,
        "day_id_ref": 1,
        "debt_type": 2,
        "issuer_event_id": timedelta(0),
        "active_price_issued": timedelta(0),
        "issuer_calendar_id": 1,
        "billing_periodicity": 0x22,
        "billing_periods": 1,
        "scale": -5,
        "charge": 5_000,
        "debt_recovery_period_1": 86_400,
        "debt_recovery_period_2": 86_400,
        "debt_recovery_rate_cap_period": 604_800,
        "debt_recovery_per_payment": 2_000,
        "debt_recovery_frequency_1": 1,
        "debt_recovery_frequency_2": 1,
        "price_trailing_digit": 0x50,
        "currency": 826,
        "tariff_unit_of_measure": 0,
        "threshold_divisor": 1_000,
        "threshold_multiplier": 1,
        "date": DayMonth(None, 12, 25),
        "supplier_alert_codes": 0x8154,
    }
)
"""Values by the whole name; a difference of times is one from now."""

BY_ENDING: Mapping[str, Any] = MappingProxyType(
    {
        "_type_and_identifier": bytes(8),
        "_device_id": _DEVICE,
        "_image_hash": bytes(range(32)),
        "_hash": bytes(range(32)),
        "hashed_link_key": bytes(range(16)),
    }
)
"""Values by how the name ends."""

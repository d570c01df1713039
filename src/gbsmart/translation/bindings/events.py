"""Logs of events, and what a meter does at each event (Service References 3.3, 6.13 and 6.22)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gbsmart.gbcs.forms.gas_logs import EVENT_LOG, GSME_EVENT_LOG, GSME_SECURITY_LOG, SECURITY_LOG
from gbsmart.translation.binding import (
    ISSUER_EVENT_ID,
    Binding,
    Fixed,
    From,
    binding,
    has,
    refusal,
)
from gbsmart.translation.bindings.reading import LOG, PERIOD_OF_GAS

# --- logs ---

_WHICH = "log_to_read"


def _gas_log(form: str, name: str, log: int, *only: str) -> Binding:
    return binding(
        "6.13", form, *only, fields={"log_id": Fixed(log), **PERIOD_OF_GAS}, when=has(_WHICH, name)
    )


# --- behaviours ---

_SUPPLIER = ("supplier_esme_common", "supplier_esme_poly_phase")
_NETWORK_OPERATOR = (
    "network_operator_esme_common", "network_operator_esme_single_phase", "network_operator_esme_poly_phase",
)  # fmt: skip


def _code(field: str) -> int:
    """The event code that a field is named after (``x81b7``)."""
    return int(field[1:], 16)


def _changes(groups: Mapping[str, Mapping[str, str]]) -> dict[int, bool]:
    """Event code to whether something is to be done at it from now on; what is not named stays."""
    return {
        _code(name): setting == "Enable" for group in groups.values() for name, setting in group.items()
    }  # fmt: skip


def _electricity(form: str, element: str, field: str) -> Binding:
    return binding("6.22", form, fields={field: From(element, _changes, "settings by event")}, when=element)


_LOGGED, _TO_THE_WAN, _TO_THE_HOME, _ALARMED = 0x03, 0x08, 0x10, 0x40
_BEHAVIOURS = {
    "event_log": _LOGGED, "wan_alert": _TO_THE_WAN, "han_alert": _TO_THE_HOME, "alarm": _ALARMED,
}  # fmt: skip


def _by_behaviour(settings: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    """The events that are treated alike, together; which come first is free [assumed: as they are asked]."""
    found: dict[int, list[int]] = {}
    for name, setting in settings.items():
        wanted = sum(bits for each, bits in _BEHAVIOURS.items() if setting.get(each) == "Enable")
        found.setdefault(wanted, []).append(_code(name))
    return [{"event_configuration": wanted, "event_codes": codes} for wanted, codes in found.items()]


def _of_alerts(settings: Mapping[str, str]) -> list[dict[str, Any]]:
    """The earlier form of a gas supplier's request: alerts over the WAN alone [assumed]."""
    return _by_behaviour({name: {"wan_alert": setting} for name, setting in settings.items()})


def _gas(element: str, convert: Any) -> Binding:
    return binding(
        "6.22", "GCS20", when=element,
        fields={
            "issuer_event_id": ISSUER_EVENT_ID, "event_settings": From(element, convert, "settings by event")
        },
    )  # fmt: skip


BINDINGS = (
    binding("3.3", "ECS15c", when=has("esme_event_log_type", "ALCS")),
    binding("3.3", "ECS15a"),
    binding("3.3", "CS11"),
    binding("6.13", "ECS35a", fields=LOG, when=has(_WHICH, "Event")),
    binding("6.13", "ECS35b", fields=LOG, when=has(_WHICH, "Security")),
    binding("6.13", "ECS35e", fields=LOG, when=has(_WHICH, "PowerEvent")),
    binding("6.13", "ECS35g", fields=LOG, when=has(_WHICH, "ALCSEvent"), unspoken="E061305"),
    binding("6.13", "ECS35f", fields=LOG, when=has(_WHICH, "ALCSEvent"), unspoken="E061305"),
    binding("6.13", "ECS35c", fields=LOG, when=has(_WHICH, "Event")),
    binding("6.13", "ECS35d", fields=LOG, when=has(_WHICH, "Security")),
    _gas_log("CS10a", "Event", EVENT_LOG),
    _gas_log("CS10b", "Security", SECURITY_LOG),
    _gas_log("CS10a", "GSMEEvent", GSME_EVENT_LOG, "GPF"),
    _gas_log("CS10b", "GSMESecurity", GSME_SECURITY_LOG, "GPF"),
    _electricity("ECS25a", "electricity_supplier_alerts", "supplier_wan_alerts_changes"),
    _electricity("ECS25a1", "electricity_supplier_han_alert_settings", "supplier_han_alerts_changes"),
    _electricity("ECS25a2", "electricity_supplier_alarm_settings", "supplier_alarms_changes"),
    _electricity("ECS25a3", "electricity_supplier_logging_settings", "supplier_logging_changes"),
    _electricity("ECS25b", "electricity_network_operator_alerts", "network_operator_wan_alerts_changes"),
    _electricity(
        "ECS25b3", "electricity_network_operator_logging_settings", "network_operator_logging_changes"
    ),
    _gas("gas_supplier_alert_event_settings", _by_behaviour),
    _gas("gas_supplier_alerts", _of_alerts),
)  # fmt: skip
_OF_ELECTRICITY = (
    "electricity_supplier_alerts", "electricity_supplier_han_alert_settings",
    "electricity_supplier_alarm_settings", "electricity_supplier_logging_settings",
    "electricity_network_operator_alerts", "electricity_network_operator_logging_settings",
)  # fmt: skip
_OF_GAS = ("gas_supplier_alert_event_settings", "gas_supplier_alerts")
_OTHER_FUEL = "E062201"
REFUSALS = (
    refusal("6.13", {_WHICH: "E061301"}),
    refusal("6.22", dict.fromkeys(_OF_GAS, _OTHER_FUEL), "ESME"),
    refusal("6.22", dict.fromkeys(_OF_ELECTRICITY, _OTHER_FUEL), "GSME"),
)

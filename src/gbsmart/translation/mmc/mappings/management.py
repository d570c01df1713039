"""Device management: identity, firmware, device logs (Service References 6.2.4, 8.9, 11.2)."""

from __future__ import annotations

from gbsmart.gbcs.forms.management import DEVICE_TYPES
from gbsmart.translation.mmc.conversions import eui, octets_hex, text_of
from gbsmart.translation.mmc.mapping import Each, Row, label, of, response

_TAMPER = label({True: "Locked", False: "Unchanged"})
_GAS_STATES = label({0: "Locked", 3: "Unchanged"})
_IDENTIFIER: Row = {"DeviceIdentifier": of("device_identifier", by=eui)}
_ORIGINATOR: Row = {"DeviceIdentifier": of("header.originator", by=eui)}
_MODEL: Row = {
    "ModelType": of("model_type", by=text_of(8)),
    "ManufacturerIdentifier": of("manufacturer_identifier", by=text_of(32)),
}
_ELECTRICITY: Row = {
    "Electricity": {
        "SupplyTamperState": of("supply_locks_on_tamper", by=_TAMPER),
        "MeterVariant": of("meter_variant", by=text_of(1)),
    }
}
_GAS: Row = {
    **_ORIGINATOR,
    "ModelType": of("model_identifier", by=text_of(8)),
    "ManufacturerIdentifier": of("manufacturer_name", by=text_of(32)),
    "Gas": {
        "SupplyTamperState": of("supply_tamper_state", by=_GAS_STATES),
        "SupplyDepletionState": of("supply_depletion_state", by=_GAS_STATES),
    },
}
DEVICE_TYPE = label({**DEVICE_TYPES, 6: "Type2"})
DEVICE: Row = {"DeviceID": of("device_id", by=eui), "DeviceType": of("device_type", by=DEVICE_TYPE)}

_HUB_LOG: Row = {
    "CHFDeviceLog": {
        "CHFDeviceLogEntry": Each("active_devices", {
            "DeviceID": of("device_id", by=eui),
            "LastCommunicationsDateTime": "last_communication",
            "SubGHzLinkQuality": "average_rssi",
        })
    }
}  # fmt: skip
_CONNECTED: Row = {
    "DeviceID": of("device_id", by=eui), "DeviceSecurityDetails": of("hashed_link_key", by=octets_hex)
}  # fmt: skip

MAPPINGS = (
    *response("ECS26e", row={**_IDENTIFIER, **_MODEL, **_ELECTRICITY}),
    *response("ECS26i", row={**_IDENTIFIER, **_MODEL}),
    *response("ECS26m", row={**_ORIGINATOR, **_MODEL, **_ELECTRICITY}),
    *response("ECS26n", row={**_ORIGINATOR, **_MODEL}),
    *response("GCS21e", row=_GAS, left_out={"hw_version": "MMC has no element for it"}),
    *response("GCS21m", row=_GAS),
    *response("ECS52", row={"FirmwareVersion": of("firmware_version", by=octets_hex)}),
    *response("GCS38", row={"FirmwareVersion": of("current_meter_id", by=octets_hex)}),
    *response(
        "CS08",
        row={"FirmwareVersion": of("firmware_version", by=octets_hex)},
        left_out={"status": "MessageSuccess tells it"},
    ),
    *response(
        "CS07",
        row={"DeviceLogEntries": {"LogEntry": Each("joined", DEVICE)}},
        left_out={"status": "MessageSuccess tells it"},
    ),
    *response("CCS05CCS04", "CCS06", row=_HUB_LOG),
    *response(
        "CCS07",
        row={
            "CHFConnectedDeviceLog": {
                "CHFCurrentConnectedDeviceLogEntry": Each("device_log.devices", _CONNECTED),
                "CHFHistoricConnectedDeviceLogEntry": Each("historic_log.devices", _CONNECTED),
            }
        },
    ),
)

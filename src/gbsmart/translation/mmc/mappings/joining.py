"""Joining, leaving, restored logs, and what says nothing but a code (8.7, 8.8, 8.12.2, 11.3, 14.1)."""

from __future__ import annotations

from gbsmart.gbcs.forms.joining import JOIN_STATUS, UNJOIN_STATUS
from gbsmart.translation.mmc import statuses
from gbsmart.translation.mmc.conversions import eui, octets_hex
from gbsmart.translation.mmc.mapping import Each, of, response
from gbsmart.translation.mmc.mappings.alerts import ACTIVATION_STATUS
from gbsmart.translation.mmc.mappings.management import DEVICE_TYPE

_JOINED = statuses.of_list(JOIN_STATUS)
_LEFT = statuses.of_list(UNJOIN_STATUS)

MAPPINGS = (
    *response(
        "CS03A1", "CS03A2", "CS03B", "CS03C", row={"joinResponseCode": of("status", by=_JOINED)}
    ),
    *response("CS04AC", "CS04B", row={"unjoinResponseCode": of("status", by=_LEFT)}),
    *response(
        "GCS59",
        row={
            "RestoreDeviceLogOutcome": Each("restored", {
                "DeviceLogEntry": {
                    "DeviceID": of("device.device_id", by=eui),
                    "DeviceType": of("device.device_type", by=DEVICE_TYPE),
                },
                "joinResponseCode": of("status", by=_JOINED),
            })
        },
    ),
    *response(
        "CS06",
        row={
            "ActivateImageResponseCode": of("activation.result", by=ACTIVATION_STATUS),
            "FirmwareVersion": of("activation.firmware_version", by=octets_hex),
        },
    ),
    *response("GCS31", row={"SampleID": "sample_id"}),
)  # fmt: skip

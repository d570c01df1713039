"""Device alerts: what each adds to its code and time (GBCS section 16).

Alerts to the Access Control Broker have no Payload: the DCC makes DCC Alerts of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from gbsmart.translation.mmc import statuses
from gbsmart.translation.mmc.conversions import octets_hex, text_of
from gbsmart.translation.mmc.mapping import Each, Row, alert, label, of
from gbsmart.translation.mmc.mappings.reading import ESME_BILLING, GSME_BILLING

ACTIVATION_STATUS = statuses.of_list(
    {0: "success", 1: "noImageHeld", 2: "hashMismatch", 3: "activationFailure"}
)
"""What came of activating a firmware image."""


def _octets(width: int) -> Callable[[int], bytes]:
    """A number as the octets that MMC shows in hexadecimal."""
    return lambda number: number.to_bytes(width, "big")


_WARNING = label(
    dict(
        enumerate(
            (
                "Other", "Error Non Volatile Memory", "Error Program Execution", "Error Program Storage",
                "Error RAM", "Error Unexpected Hardware Reset", "Error Watchdog",
                "Error Metrology Firmware Verification Failure", "Error Measurement Fault",
                "Unspecified Smart Meter Operational Integrity Error",
            )
        )
    )
)  # fmt: skip


def _warning(reason: bytes | int) -> str | None:
    return _WARNING(reason if isinstance(reason, int) else int.from_bytes(reason, "big"))


_HASH: Row = {"FirmwareVerificationDeviceAlert": {"ManufacturerImageHash": "manufacturer_image_hash"}}
_INTEGRITY: Row = {"SmartMeterIntegrityIssueWarningDeviceAlert": {"Warning": of("reason", by=_warning)}}

_INPUT = 2
"""The high nibble of a controller's number where the level is that of its input, not its output."""


def _controller(number: int) -> int:
    return number & 0x0F


def _input(number: int) -> dict[str, Any] | None:
    return {} if number >> 4 == _INPUT else None


_LEVEL: Row = {
    "AuxiliaryControllerN": of("controller", by=_controller),
    "ResultingLevel": "level",
    "InputFromControlledLoad": of("controller", by=_input),
}


_FULL = 100
"""The highest level, in per cent."""


def _level_of(name: str) -> Callable[[str], int | None]:
    """A conversion of the JSON in which an auxiliary controller tells its state to one level of it."""

    def convert(text: str) -> int | None:
        try:
            level = int(json.loads(text)[name])
        except (ValueError, KeyError, TypeError):
            return None
        return level if 0 <= level <= _FULL else None

    return convert


def state(path: str, longest: int) -> Row:
    """The state of an auxiliary controller, told by the text at ``path``, of which MMC takes ``longest``."""
    return {
        "OutputState": of(path, by=_level_of("outputState")),
        "InputState": of(path, by=_level_of("inputState")),
        "StateAndAssociatedInformation": of(path, by=text_of(longest)),
    }


def _to_the_broker(*forms: str, leaves_out: tuple[str, ...]) -> Any:
    return alert(*forms, left_out=dict.fromkeys(leaves_out, "an alert to the Access Control Broker"))


MAPPINGS = (
    *alert("FDRA-DLMS", "FDRA-ZigBee", row=_HASH),
    *alert("MIIWA-DLMS", "MIIWA-ZigBee", row=_INTEGRITY),
    *alert(
        "ECS68",
        row={
            "BillingDataLogDeviceAlert": {
                "ESMEBillingDataLogEntry": Each("billing_data.billing_data_log", ESME_BILLING, most=1)
            }
        },
    ),
    *alert(
        "GCS53",
        row={"BillingDataLogDeviceAlert": {"GSMEBillingDataLogEntry": GSME_BILLING}},
        left_out=dict.fromkeys(
            ("snapshot_id", "total_snapshots_found", "snapshot_cause"),
            "MMC shows when the snapshot was taken and what it holds",
        ),
    ),
    *alert(
        "FD-DLMS",
        row={
            "FutureDatedCommandOutcomeDeviceAlert": {
                "COSEMFutureDatedAlert": {
                    "FutureDatedCommandMessageCode": of("instruction.message_code", by=_octets(2)),
                    "FutureDatedCommandOriginatorCounter": "instruction.counter",
                    "DLMSCOSEMFDInstructionIdentification": {
                        "ClassId": of("instruction.class_id", by=_octets(2)),
                        "InstanceId": "instruction.instance",
                        "AttributeId": of("instruction.attribute", by=_octets(1)),
                    },
                }
            }
        },
    ),
    *alert(
        "FD-ZigBee",
        row={
            "FutureDatedCommandOutcomeDeviceAlert": {
                "GBZFutureDatedAlert": {
                    "FutureDatedCommandMessageCode": of("message_code", by=_octets(2)),
                    "FutureDatedCommandOriginatorCounter": "originator_counter",
                    "GBZFDInstructionIdentification": {
                        "ExtendedHeaderClusterID": of("cluster", by=_octets(2)),
                        "FrameControl": of("frame_control", by=_octets(1)),
                        "CommandIdentifier": of("command", by=_octets(1)),
                    },
                }
            }
        },
    ),
    *alert(
        "CS06 alert",
        row={
            "FutureDatedCommandOutcomeDeviceAlert": {
                "FirmwareActivationDeviceAlert": {
                    "ExecutionDateTime": "time",
                    "OriginatorCounterFromCommand": "counter",
                    "ActivateImageResponseCode": of("activation.result", by=ACTIVATION_STATUS),
                    "FirmwareVersion": of("activation.firmware_version", by=octets_hex),
                }
            }
        },
    ),
    *alert(
        "ECS80",
        row={
            "SupplyOutageRestoreAlert": {
                "interruptionValue": "outage_start", "restorationValue": "restored"
            }
        },
    ),
    *alert(
        "ECS100",
        row={
            "CommandNotSupportedbyDevice": {
                "MessageCodeofCommandReceived": of("rejected_command", by=lambda octets: octets[:2]),
                "OriginatorCounterfromCommandReceived": of(
                    "rejected_command", by=lambda octets: int.from_bytes(octets[2:], "big")
                ),
            }
        },
    ),
    *alert(
        "ECS101",
        row={
            "LimitAPCLevelCommandProcessedDeviceAlert": {
                "APCLimitPeriodStart": "start", "APCLimitPeriodEnd": "end", **_LEVEL
            }
        },
    ),
    *alert("ECS102", row={"LimitAPCLevelEndedDeviceAlert": _LEVEL}),
    *alert("ECS200", row={"OperationalUpdateDeviceAlert": state("state", 1200)}),
    *_to_the_broker("CS14", leaves_out=("device_log",)),
    *_to_the_broker("GCS62", leaves_out=("joined",)),
    *_to_the_broker("DBCH06", leaves_out=("suspended_device_id",)),
    *_to_the_broker("DBCH07", leaves_out=("sub_ghz_channel",)),
    *_to_the_broker("DBCH08", leaves_out=("sub_ghz_scan",)),
    *_to_the_broker("DBCH09", leaves_out=("sub_ghz_configuration",)),
    *_to_the_broker("8F84 alert", leaves_out=("undelivered",)),
    *_to_the_broker("DBCH10", leaves_out=("discarded_message",)),
    *_to_the_broker("DBCH11", leaves_out=("refused_device_id",)),
    *_to_the_broker("CCS08", leaves_out=("device_id", "firmware_version", "result")),
    *_to_the_broker("CS09", leaves_out=("firmware_version", "status")),
)  # fmt: skip

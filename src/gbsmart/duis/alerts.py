"""DCC Alerts: the payload of each, declared (Appendix AD; XML schema 5.4)."""

from __future__ import annotations

from gbsmart.duis.lexical import Integer, OneOf, Text
from gbsmart.duis.responses.smets1 import S1SP_ALERT
from gbsmart.duis.schedules import SCHEDULE_ID
from gbsmart.duis.schema import EMPTY, Choice, Complex, Element, Group, Many, Record
from gbsmart.duis.services.radio import channel, configuration
from gbsmart.duis.terms import (
    CERTIFICATE_TYPE,
    CERTIFICATE_TYPES,
    CODE,
    DAY,
    DEVICE,
    DEVICE_TYPE,
    ESME_VARIANT,
    EUI,
    EUIS,
    FIRMWARE_VERSION,
    FLOOR,
    FREE,
    ID,
    METERING_POINTS,
    MOMENT,
    MPXN,
    OCTETS,
    REMOTE_PARTY_ROLE,
)

_STATUS_CHANGE = Record(
    Choice(
        (
            Element(
                "MeterIdentity",
                Record(
                    Element("MeterMPxNs", METERING_POINTS),
                    ESME_VARIANT,
                ),
            ),
            Element(
                "MeterDecommissioningOrWithdrawal",
                Record(
                    Element("MeterDecommissionOrWithdrawal", METERING_POINTS),
                    Many(
                        Element("AssociatedType1Device", Record(DEVICE, DEVICE_TYPE)),
                        0,
                        7,
                        "associated_type1_devices",
                    ),
                ),
            ),
            Element("DeviceRemovedFromInventory", EMPTY),
            Element("CHFDecommissioning", EMPTY),
            Element("DeviceSuspended", EMPTY),
            Element("DeviceRestored", EMPTY),
            Element(
                "RecoveryCompleteACBCredentials",
                Record(
                    Many(
                        Element("SupplierCertificateType", CERTIFICATE_TYPE),
                        1,
                        3,
                        "supplier_certificate_types",
                    ),
                    Many(
                        Element("NetworkOperatorCertificateType", OneOf(CERTIFICATE_TYPES[:2])),
                        0,
                        2,
                        "network_operator_certificate_types",
                    ),
                ),
            ),
            Element("RecoveryComplete", EMPTY),
        )
    )
)

_LOG_DEVICES = Record(
    Element("OldCHFDeviceID", EUI),
    Element("NewCHFDeviceID", EUI),
    Element("OldGPFDeviceID", EUI),
    Element("NewGPFDeviceID", EUI),
)

_BREACH = Record(Element("RequestID", ID), Element("QuarantineEventRef", Integer(1 - 10**20, 10**20 - 1)))

_SCAN_TRIGGER = Element(
    "ScanTrigger",
    OneOf(
        (
            "RemotePartyCommand",
            "GSMERequest",
            "GSMEMissedItsCurfew",
            "GSMEMissingForTheLastDay",
            "CHDetectedMessageFailureProblems",
            "CHDetectedMessageRetryProblems",
            "SubGHzNon-GSMEDeviceRequest",
            "SMHANFormation",
        )
    ),
    note="Why the hub looked for a better channel.",
)
_SCAN_OUTCOME = OneOf(
    (
        "ScanRequestAccepted",
        "HHTConnected",
        "DutyCycleUsageIsTooHigh",
        "JoiningIsCurrentlyPermitted",
        "GSMEOTADistributionUnderway",
        "TooManyScansToday",
        "TooManyCommandsToday",
        "TooManyScansThisWeek",
    )
)
_OPERATING_CHANNEL = Record(
    Choice(
        (
            Element("OperatingLowerBandSubGHzChannel", channel(0, 61)),
            Element("OperatingUpperBandSubGHzChannel", channel(0, 26)),
        )
    )
)

_DUAL_BAND = Record(
    Element("CHFDeviceID", EUI),
    Element("DeviceAlertCode", CODE),
    Element("GBCSHexadecimalMessageCode", CODE, optional=True),
    Choice(
        (
            Element("LimitedDutyCycleActionTaken", Record(Element("DeviceIDToSuspend", EUI))),
            Element(
                "SubGHzChannelChanged",
                Record(Element("OperatingSubGHzChannel", _OPERATING_CHANNEL), _SCAN_TRIGGER),
            ),
            Element(
                "SubGHzChannelScanRequestAssessmentOutcome",
                Record(Element("StatusCode", _SCAN_OUTCOME), _SCAN_TRIGGER),
            ),
            Element("SubGHzConfigurationChanged", configuration("The settings of the hub, as they are now.")),
            Element(
                "MessageDiscardedDueToDutyCycleManagement",
                Record(
                    Element("RequestID", ID),
                    Element("CRAFlag", OneOf(("Command", "Response", "Alert")), field="cra_flag"),
                ),
            ),
            Element(
                "NoMoreSubGHzDeviceCapacity",
                Record(DEVICE, Element("DeviceType", DEVICE_TYPE.content, optional=True)),
            ),
        ),
        optional=True,
    ),
    note="A hub reports something of its radio band below 1 GHz.",
)

_PAYLOADS: dict[str, Complex] = {
    "PowerOutageEvent": Record(
        Element("CommsHubDeviceID", EUI),
        Element("StartDateTime", MOMENT),
        Element("MPxN", MPXN),
    ),
    "DeviceStatusChangeEvent": Record(DEVICE, Element("DeviceStatusChange", _STATUS_CHANGE)),
    "DSPScheduleRemoval": Record(DEVICE, Element("DSPScheduleID", SCHEDULE_ID)),
    "CommandFailure": Record(
        Element("CommandRequestID", ID),
        Element("DSPScheduleID", SCHEDULE_ID, optional=True),
        DEVICE,
    ),
    "FirmwareDistributionFailure": Record(Element("UpdateFirmwareRequestID", ID), Element("MeterIDs", EUIS)),
    "UpdateHANDeviceLogResult": Record(Element("UpdateHANDeviceLogServiceRequestID", ID)),
    "ChangeOfSupplier": Record(
        Choice(
            (
                Group(
                    (
                        Element("ChangeOfSupplierServiceRequestID", ID),
                        Element("ECoSErrorCode", Text(3, 3), optional=True),
                    )
                ),
                Element(
                    "DeviceChangeOfSupplier",
                    Record(DEVICE, DEVICE_TYPE, Element("MPxNs", METERING_POINTS)),
                ),
            )
        )
    ),
    "DeviceLogRestored": Record(
        Element("RestoredDate", DAY),
        Choice((Element("CHFDeviceLog", _LOG_DEVICES), Element("GPFDeviceLog", _LOG_DEVICES))),
    ),
    "PPMIDAlert": Record(
        DEVICE,
        Element("DeviceAlertCode", CODE),
        Element("Timestamp", MOMENT, optional=True),
        Element(
            "PPMIDFirmwareUpgradeAlert",
            Record(
                FIRMWARE_VERSION,
                Element("ActivateImageResultCode", OneOf(("ActivationSuccess", "ActivationFailure"))),
            ),
            optional=True,
        ),
    ),
    "SecurityCredentialsUpdated": Record(
        DEVICE,
        Element("RemotePartyRole", REMOTE_PARTY_ROLE),
        Element(
            "RemotePartySeqNumberChange",
            Record(
                Element("RemotePartyFloorSeqNumber", FLOOR),
                Element("RemotePartyPrepaymentTopUpFloorSeqNumber", FLOOR, optional=True),
            ),
            optional=True,
        ),
        Many(
            Element(
                "Certificates",
                Record(
                    Element("CertificateType", CERTIFICATE_TYPE),
                    Element("CertificateHash", OCTETS),
                ),
            ),
            1,
            3,
            "certificates",
        ),
    ),
    "PPMIDRemoval": Record(Element("PPMIDDeviceID", EUI), Element("CHFDeviceID", EUI)),
    "QuarantinedRequest": Record(
        Choice(
            (
                Element("ADUserThresholdBreach", _BREACH),
                Element("ADDCCThresholdBreach", _BREACH),
                Element("ADAttributeLimitsBreach", _BREACH),
            )
        )
    ),
    "FirmwareVersionMismatch": Record(
        DEVICE,
        DEVICE_TYPE,
        Element("FirmwareVersionSMI", Text(1, 8)),
        Element("FirmwareVersionDevice", Text(1, 8)),
    ),
    "DualBandCHAlert": _DUAL_BAND,
    "S1SPAlertDSP": S1SP_ALERT,
    "SMETS1CHFirmwareNotification": Record(
        DEVICE,
        FIRMWARE_VERSION,
        Element("FirmwareVersionUpdateStatus", OneOf(("UpdateRequested", "ActivationSuccessful"))),
    ),
    "ALCSHCALCSConfigurationChange": Record(
        Element("ESMEDeviceID", EUI),
        ESME_VARIANT,
        Element("DeviceGBCSVersion", FREE, optional=True),
    ),
    "FirmwareUpgradeRequested": Record(DEVICE_TYPE, FIRMWARE_VERSION, Element("DeviceList", EUIS)),
    "CSPFirmwareDeliveryStatus": Record(
        Element("UpdateFirmwareRequestID", ID),
        Element("CommsHubDeviceID", EUI),
        Element("TargetDeviceID", EUI),
        FIRMWARE_VERSION,
        Element("TimeStamp", MOMENT),
        Element("CommsHubTransferStatus", OneOf(("Success", "Failure"))),
    ),
    "CommsHubAlert": Record(
        Element("CommsHubDeviceID", EUI),
        Element("AlertCode", CODE),
        Element("TimeStamp", MOMENT, optional=True),
        Element(
            "FirmwareTransferAlert",
            Record(
                Element("UpdateFirmwareRequestID", ID, optional=True),
                Element("OtherDeviceID", EUI),
                FIRMWARE_VERSION,
                Element(
                    "TransferResponseCode",
                    OneOf(
                        (
                            "FileTransferSuccess",
                            "FirmwareImageDiscarded",
                            "HardwareVersionMismatch",
                            "FileTransferFailure",
                        )
                    ),
                ),
            ),
            optional=True,
        ),
    ),
    "ECoSAlert": Record(
        Element("AlertID", ID),
        Element("RequestID", ID, optional=True),
        Element("ECoSAlertCode", FREE),
        DEVICE,
        Element("AdditionalInformation", FREE, optional=True),
    ),
    "CommsHubFirmwareActivation": Record(DEVICE, FIRMWARE_VERSION),
    "CoSCertificateAlert": Record(
        DEVICE, Element("CertificateSerialNumber", Integer(None, None), optional=True)
    ),
    "DUISVersionMismatch": Record(
        Choice(
            (
                Element(
                    "DCCAlertVersionMismatch",
                    Record(
                        Element("DCCAlertCode", FREE),
                        Element("DeviceID", EUI, optional=True),
                        Element("RequestID", ID, optional=True),
                    ),
                ),
                Element(
                    "ServiceResponseVersionMismatch",
                    Record(
                        Element("RequestID", ID),
                        Element("ServiceReference", FREE),
                        Element("ServiceReferenceVariant", FREE),
                        Element("ServiceRequestDUISVersion", FREE),
                    ),
                ),
            )
        ),
        Element("ServiceUserDUISVersion", FREE),
    ),
}
DCC_ALERT = Record(Choice(tuple(Element(name, payload) for name, payload in _PAYLOADS.items())))
"""The payload of a DCC Alert: one of 24."""

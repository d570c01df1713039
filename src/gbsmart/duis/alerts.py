"""DCC Alerts: the payload of each, declared (Appendix AD; XML schema 5.4)."""

from __future__ import annotations

from gbsmart.duis.lexical import Base64, DateTime, Day, Eui, Euis, Hex, Identifier, Integer, OneOf, Text
from gbsmart.duis.schedules import SCHEDULE_ID
from gbsmart.duis.schema import EMPTY, OPAQUE, Choice, Complex, Element, Group, Many, Record

_ID, _EUI, _MOMENT, _HEX = Identifier(), Eui(), DateTime(), Hex()
_FIRMWARE_VERSION = Element("FirmwareVersion", Text(1, 8))
_DEVICE = Element("DeviceID", _EUI)
_FLOOR = Integer(0, (1 << 63) - 1)

DEVICE_TYPES = ("ESME", "GSME", "GPF", "CHF", "HCALCS", "PPMID", "IHD", "CAD")
REMOTE_PARTY_ROLES = (
    "ACB",
    "NetworkOperator",
    "Recovery",
    "Root",
    "Supplier",
    "TransCoS",
    "LoadController",
)
CERTIFICATE_TYPES = ("DigitalSigning", "KeyAgreement", "KeyAgreementTopUp")
MPXN = Text(1, 13)
MPAN = Text(13, 13)
_DEVICE_TYPE = Element("DeviceType", OneOf(DEVICE_TYPES))
ESME_VARIANT = Element("ESMEVariant", Text(1, 4), optional=True)


DEVICE_IDS = Euis()

METERING_POINTS = Record(
    Element("ImportMPxN", MPXN, field="import_mpxn"),
    Element("SecondaryImportMPAN", MPAN, optional=True),
    Element("ExportMPAN", MPAN, optional=True),
)

_STATUS_CHANGE = Record(
    Choice(
        (
            Element(
                "MeterIdentity",
                Record(
                    Element("MeterMPxNs", METERING_POINTS, field="meter_mpxns"),
                    ESME_VARIANT,
                ),
            ),
            Element(
                "MeterDecommissioningOrWithdrawal",
                Record(
                    Element("MeterDecommissionOrWithdrawal", METERING_POINTS),
                    Many(
                        Element("AssociatedType1Device", Record(_DEVICE, _DEVICE_TYPE)),
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
                        Element("SupplierCertificateType", OneOf(CERTIFICATE_TYPES)),
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
    Element("OldCHFDeviceID", _EUI),
    Element("NewCHFDeviceID", _EUI),
    Element("OldGPFDeviceID", _EUI),
    Element("NewGPFDeviceID", _EUI),
)

_BREACH = Record(Element("RequestID", _ID), Element("QuarantineEventRef", Integer(1 - 10**20, 10**20 - 1)))

_PAYLOADS: dict[str, Complex] = {
    "PowerOutageEvent": Record(
        Element("CommsHubDeviceID", _EUI),
        Element("StartDateTime", _MOMENT),
        Element("MPxN", MPXN, field="mpxn"),
    ),
    "DeviceStatusChangeEvent": Record(_DEVICE, Element("DeviceStatusChange", _STATUS_CHANGE)),
    "DSPScheduleRemoval": Record(_DEVICE, Element("DSPScheduleID", SCHEDULE_ID)),
    "CommandFailure": Record(
        Element("CommandRequestID", _ID),
        Element("DSPScheduleID", SCHEDULE_ID, optional=True),
        _DEVICE,
    ),
    "FirmwareDistributionFailure": Record(
        Element("UpdateFirmwareRequestID", _ID), Element("MeterIDs", DEVICE_IDS, field="meter_ids")
    ),
    "UpdateHANDeviceLogResult": Record(Element("UpdateHANDeviceLogServiceRequestID", _ID)),
    "ChangeOfSupplier": Record(
        Choice(
            (
                Group(
                    (
                        Element("ChangeOfSupplierServiceRequestID", _ID),
                        Element("ECoSErrorCode", Text(3, 3), field="ecos_error_code", optional=True),
                    )
                ),
                Element(
                    "DeviceChangeOfSupplier",
                    Record(_DEVICE, _DEVICE_TYPE, Element("MPxNs", METERING_POINTS, field="mpxns")),
                ),
            )
        )
    ),
    "DeviceLogRestored": Record(
        Element("RestoredDate", Day()),
        Choice((Element("CHFDeviceLog", _LOG_DEVICES), Element("GPFDeviceLog", _LOG_DEVICES))),
    ),
    "PPMIDAlert": Record(
        _DEVICE,
        Element("DeviceAlertCode", _HEX),
        Element("Timestamp", _MOMENT, optional=True),
        Element(
            "PPMIDFirmwareUpgradeAlert",
            Record(
                _FIRMWARE_VERSION,
                Element("ActivateImageResultCode", OneOf(("ActivationSuccess", "ActivationFailure"))),
            ),
            optional=True,
        ),
    ),
    "SecurityCredentialsUpdated": Record(
        _DEVICE,
        Element("RemotePartyRole", OneOf(REMOTE_PARTY_ROLES)),
        Element(
            "RemotePartySeqNumberChange",
            Record(
                Element("RemotePartyFloorSeqNumber", _FLOOR),
                Element("RemotePartyPrepaymentTopUpFloorSeqNumber", _FLOOR, optional=True),
            ),
            optional=True,
        ),
        Many(
            Element(
                "Certificates",
                Record(
                    Element("CertificateType", OneOf(CERTIFICATE_TYPES)),
                    Element("CertificateHash", Base64(20)),
                ),
            ),
            1,
            3,
            "certificates",
        ),
    ),
    "PPMIDRemoval": Record(Element("PPMIDDeviceID", _EUI), Element("CHFDeviceID", _EUI)),
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
        _DEVICE,
        _DEVICE_TYPE,
        Element("FirmwareVersionSMI", Text(1, 8)),
        Element("FirmwareVersionDevice", Text(1, 8)),
    ),
    "DualBandCHAlert": OPAQUE,
    "S1SPAlertDSP": OPAQUE,
    "SMETS1CHFirmwareNotification": Record(
        _DEVICE,
        _FIRMWARE_VERSION,
        Element("FirmwareVersionUpdateStatus", OneOf(("UpdateRequested", "ActivationSuccessful"))),
    ),
    "ALCSHCALCSConfigurationChange": Record(
        Element("ESMEDeviceID", _EUI),
        ESME_VARIANT,
        Element("DeviceGBCSVersion", Text(), optional=True),
    ),
    "FirmwareUpgradeRequested": Record(_DEVICE_TYPE, _FIRMWARE_VERSION, Element("DeviceList", DEVICE_IDS)),
    "CSPFirmwareDeliveryStatus": Record(
        Element("UpdateFirmwareRequestID", _ID),
        Element("CommsHubDeviceID", _EUI),
        Element("TargetDeviceID", _EUI),
        _FIRMWARE_VERSION,
        Element("TimeStamp", _MOMENT),
        Element("CommsHubTransferStatus", OneOf(("Success", "Failure"))),
    ),
    "CommsHubAlert": Record(
        Element("CommsHubDeviceID", _EUI),
        Element("AlertCode", _HEX),
        Element("TimeStamp", _MOMENT, optional=True),
        Element(
            "FirmwareTransferAlert",
            Record(
                Element("UpdateFirmwareRequestID", _ID, optional=True),
                Element("OtherDeviceID", _EUI),
                _FIRMWARE_VERSION,
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
        Element("AlertID", _ID),
        Element("RequestID", _ID, optional=True),
        Element("ECoSAlertCode", Text(), field="ecos_alert_code"),
        _DEVICE,
        Element("AdditionalInformation", Text(), optional=True),
    ),
    "CommsHubFirmwareActivation": Record(_DEVICE, _FIRMWARE_VERSION),
    "CoSCertificateAlert": Record(
        _DEVICE, Element("CertificateSerialNumber", Integer(0, (1 << 160) - 1), optional=True)
    ),
    "DUISVersionMismatch": Record(
        Choice(
            (
                Element(
                    "DCCAlertVersionMismatch",
                    Record(
                        Element("DCCAlertCode", Text()),
                        Element("DeviceID", _EUI, optional=True),
                        Element("RequestID", _ID, optional=True),
                    ),
                ),
                Element(
                    "ServiceResponseVersionMismatch",
                    Record(
                        Element("RequestID", _ID),
                        Element("ServiceReference", Text()),
                        Element("ServiceReferenceVariant", Text()),
                        Element("ServiceRequestDUISVersion", Text()),
                    ),
                ),
            )
        ),
        Element("ServiceUserDUISVersion", Text()),
    ),
}
_FIELDS = {"ECoSAlert": "ecos_alert", "CoSCertificateAlert": "cos_certificate_alert"}

DCC_ALERT = Record(
    Choice(tuple(Element(name, payload, _FIELDS.get(name, "")) for name, payload in _PAYLOADS.items()))
)
"""The payload of a DCC Alert: one of 24; two (dual band hub, SMETS1) are kept as XML."""

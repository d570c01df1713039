"""DCC Alerts: the payload of each, declared (Appendix AD; XML schema 5.4)."""

from __future__ import annotations

from gbsmart.duis.lexical import Integer, OneOf, Text
from gbsmart.duis.responses.dual_band import DUAL_BAND_ALERT
from gbsmart.duis.responses.smets1 import S1SP_ALERT
from gbsmart.duis.schedules import SCHEDULE_ID
from gbsmart.duis.schema import EMPTY, Choice, Complex, Element, Group, Many, Record
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
                        Element(
                            "SupplierCertificateType",
                            CERTIFICATE_TYPE,
                            note="What in the supplier's cells is the ACB's now.",
                        ),
                        1,
                        3,
                        "supplier_certificate_types",
                    ),
                    Many(
                        Element(
                            "NetworkOperatorCertificateType",
                            OneOf(CERTIFICATE_TYPES[:2]),
                            note="What in the network operator's cells is the ACB's now.",
                        ),
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
    Element("OldCHFDeviceID", EUI, note="The hub that was replaced."),
    Element("NewCHFDeviceID", EUI, note="The hub that took its place."),
    Element("OldGPFDeviceID", EUI, note="The gas proxy function that was replaced."),
    Element("NewGPFDeviceID", EUI, note="The one that took its place."),
)

_BREACH = Record(
    Element("RequestID", ID, note="The request that this is about."),
    Element("QuarantineEventRef", Integer(1 - 10**20, 10**20 - 1), note="The DCC's reference of the case."),
)

_PAYLOADS: dict[str, Complex] = {
    "PowerOutageEvent": Record(
        Element("CommsHubDeviceID", EUI, note="The communications hub."),
        Element("StartDateTime", MOMENT, note="Since when."),
        Element("MPxN", MPXN, note="The metering point."),
        note="A home has lost power.",
    ),
    "DeviceStatusChangeEvent": Record(
        DEVICE,
        Element("DeviceStatusChange", _STATUS_CHANGE),
        note="A device has another status in the inventory.",
    ),
    "DSPScheduleRemoval": Record(
        DEVICE,
        Element("DSPScheduleID", SCHEDULE_ID, note="The schedule that is meant."),
        note="A DCC schedule has ended.",
    ),
    "CommandFailure": Record(
        Element("CommandRequestID", ID, note="The request that failed."),
        Element("DSPScheduleID", SCHEDULE_ID, optional=True, note="The schedule that is meant."),
        DEVICE,
        note="A request came to nothing, or its answer did not come.",
    ),
    "FirmwareDistributionFailure": Record(
        Element("UpdateFirmwareRequestID", ID, note="The request that brought the firmware."),
        Element("MeterIDs", EUIS, note="The devices that did not get it."),
        note="Firmware did not reach devices.",
    ),
    "UpdateHANDeviceLogResult": Record(
        Element("UpdateHANDeviceLogServiceRequestID", ID, note="The request (8.11)."),
        note="What came of letting a device onto a home area network, or off it.",
    ),
    "ChangeOfSupplier": Record(
        Choice(
            (
                Group(
                    (
                        Element(
                            "ChangeOfSupplierServiceRequestID", ID, note="The request (6.23) that failed."
                        ),
                        Element(
                            "ECoSErrorCode", Text(3, 3), optional=True, note="What the CoS Party says of it."
                        ),
                    )
                ),
                Element(
                    "DeviceChangeOfSupplier",
                    Record(DEVICE, DEVICE_TYPE, Element("MPxNs", METERING_POINTS)),
                ),
            )
        ),
        note="A change of supplier failed, or a device has another supplier.",
    ),
    "DeviceLogRestored": Record(
        Element("RestoredDate", DAY, note="The day on which it was."),
        Choice((Element("CHFDeviceLog", _LOG_DEVICES), Element("GPFDeviceLog", _LOG_DEVICES))),
        note="A new hub, or gas proxy function, has what the old one remembered.",
    ),
    "PPMIDAlert": Record(
        DEVICE,
        Element("DeviceAlertCode", CODE, note="That of GBCS section 16.2."),
        Element("Timestamp", MOMENT, optional=True, note="When the device noted it."),
        Element(
            "PPMIDFirmwareUpgradeAlert",
            Record(
                FIRMWARE_VERSION,
                Element(
                    "ActivateImageResultCode",
                    OneOf(("ActivationSuccess", "ActivationFailure")),
                    note="Whether the device runs it now.",
                ),
            ),
            optional=True,
        ),
        note="A prepayment display reports something.",
    ),
    "SecurityCredentialsUpdated": Record(
        DEVICE,
        Element("RemotePartyRole", REMOTE_PARTY_ROLE, note="Whose cells are meant."),
        Element(
            "RemotePartySeqNumberChange",
            Record(
                Element("RemotePartyFloorSeqNumber", FLOOR, note="The counter from which it takes commands."),
                Element(
                    "RemotePartyPrepaymentTopUpFloorSeqNumber",
                    FLOOR,
                    optional=True,
                    note="The same for top-ups.",
                ),
            ),
            optional=True,
        ),
        Many(
            Element(
                "Certificates",
                Record(
                    Element("CertificateType", CERTIFICATE_TYPE, note="Which cell of the role."),
                    Element("CertificateHash", OCTETS, note="Of the certificate that the cell holds now."),
                ),
            ),
            1,
            3,
            "certificates",
        ),
        note="A device holds other certificates than before.",
    ),
    "PPMIDRemoval": Record(
        Element("PPMIDDeviceID", EUI, note="The prepayment display."),
        Element("CHFDeviceID", EUI, note="The communications hub."),
        note="A prepayment display has left the home area network.",
    ),
    "QuarantinedRequest": Record(
        Choice(
            (
                Element("ADUserThresholdBreach", _BREACH),
                Element("ADDCCThresholdBreach", _BREACH),
                Element("ADAttributeLimitsBreach", _BREACH),
            )
        ),
        note="A request waits for a decision: it went beyond an anomaly threshold.",
    ),
    "FirmwareVersionMismatch": Record(
        DEVICE,
        DEVICE_TYPE,
        Element("FirmwareVersionSMI", Text(1, 8), note="What the inventory had said."),
        Element("FirmwareVersionDevice", Text(1, 8), note="What the device runs."),
        note="A device runs other firmware than the inventory had said.",
    ),
    "DualBandCHAlert": DUAL_BAND_ALERT,
    "S1SPAlertDSP": S1SP_ALERT,
    "SMETS1CHFirmwareNotification": Record(
        DEVICE,
        FIRMWARE_VERSION,
        Element(
            "FirmwareVersionUpdateStatus",
            OneOf(("UpdateRequested", "ActivationSuccessful")),
            note="How far it is.",
        ),
        note="The firmware of a SMETS1 hub is changed.",
    ),
    "ALCSHCALCSConfigurationChange": Record(
        Element("ESMEDeviceID", EUI, note="The electricity meter."),
        ESME_VARIANT,
        Element("DeviceGBCSVersion", FREE, optional=True, note="The version of GBCS that it speaks."),
        note="The auxiliary loads of a meter are configured otherwise.",
    ),
    "FirmwareUpgradeRequested": Record(
        DEVICE_TYPE,
        FIRMWARE_VERSION,
        Element("DeviceList", EUIS, note="The devices that are to get it."),
        note="Another supplier has firmware brought to devices.",
    ),
    "CSPFirmwareDeliveryStatus": Record(
        Element("UpdateFirmwareRequestID", ID, note="The request that brought the firmware."),
        Element("CommsHubDeviceID", EUI, note="The communications hub."),
        Element("TargetDeviceID", EUI, note="The device that the firmware is for."),
        FIRMWARE_VERSION,
        Element("TimeStamp", MOMENT, note="When it was noted."),
        Element("CommsHubTransferStatus", OneOf(("Success", "Failure")), note="Whether the hub has it."),
        note="How far firmware has come on its way to a device.",
    ),
    "CommsHubAlert": Record(
        Element("CommsHubDeviceID", EUI, note="The communications hub."),
        Element("AlertCode", CODE, note="That of GBCS section 16.2."),
        Element("TimeStamp", MOMENT, optional=True, note="When it was noted."),
        Element(
            "FirmwareTransferAlert",
            Record(
                Element(
                    "UpdateFirmwareRequestID",
                    ID,
                    optional=True,
                    note="The request that brought the firmware.",
                ),
                Element("OtherDeviceID", EUI, note="The device that the firmware is for."),
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
                    note="What came of it.",
                ),
            ),
            optional=True,
        ),
        note="A communications hub reports something.",
    ),
    "ECoSAlert": Record(
        Element("AlertID", ID, note="Of the alert itself."),
        Element("RequestID", ID, optional=True, note="The request that this is about."),
        Element("ECoSAlertCode", FREE, note="What the CoS Party reports."),
        DEVICE,
        Element("AdditionalInformation", FREE, optional=True, note="What else is to be said."),
        note="The CoS Party reports something.",
    ),
    "CommsHubFirmwareActivation": Record(
        DEVICE, FIRMWARE_VERSION, note="A communications hub runs other firmware."
    ),
    "CoSCertificateAlert": Record(
        DEVICE,
        Element(
            "CertificateSerialNumber",
            Integer(None, None),
            optional=True,
            note="Of the certificate that is meant.",
        ),
        note="A certificate of a change of supplier needs attention.",
    ),
    "DUISVersionMismatch": Record(
        Choice(
            (
                Element(
                    "DCCAlertVersionMismatch",
                    Record(
                        Element("DCCAlertCode", FREE, note="Of the alert that cannot be said in it."),
                        Element("DeviceID", EUI, optional=True, note="The device that is meant."),
                        Element("RequestID", ID, optional=True, note="The request that this is about."),
                    ),
                ),
                Element(
                    "ServiceResponseVersionMismatch",
                    Record(
                        Element("RequestID", ID, note="The request that this is about."),
                        Element("ServiceReference", FREE, note="Of the request."),
                        Element("ServiceReferenceVariant", FREE, note="Of the request."),
                        Element("ServiceRequestDUISVersion", FREE, note="That of the request."),
                    ),
                ),
            )
        ),
        Element("ServiceUserDUISVersion", FREE, note="The version that the User takes."),
        note="What there is to say cannot be said in the User's DUIS version.",
    ),
}
DCC_ALERT = Record(Choice(tuple(Element(name, payload) for name, payload in _PAYLOADS.items())))
"""The payload of a DCC Alert: one of 24."""

"""What a communications hub with two radio bands reports of the one below 1 GHz (DCC Alert N54)."""

from __future__ import annotations

from gbsmart.duis.lexical import OneOf
from gbsmart.duis.schema import Choice, Element, Record
from gbsmart.duis.services.radio import channel, configuration
from gbsmart.duis.terms import CODE, DEVICE, DEVICE_TYPE, EUI, ID

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

DUAL_BAND_ALERT = Record(
    Element("CHFDeviceID", EUI, note="The communications hub."),
    Element("DeviceAlertCode", CODE, note="That of GBCS section 16.2."),
    Element("GBCSHexadecimalMessageCode", CODE, optional=True, note="Of the GBCS message that said so."),
    Choice(
        (
            Element(
                "LimitedDutyCycleActionTaken",
                Record(Element("DeviceIDToSuspend", EUI, note="The device that is to keep silent.")),
            ),
            Element(
                "SubGHzChannelChanged",
                Record(Element("OperatingSubGHzChannel", _OPERATING_CHANNEL), _SCAN_TRIGGER),
            ),
            Element(
                "SubGHzChannelScanRequestAssessmentOutcome",
                Record(
                    Element("StatusCode", _SCAN_OUTCOME, note="What the hub makes of the request to scan."),
                    _SCAN_TRIGGER,
                ),
            ),
            Element("SubGHzConfigurationChanged", configuration("The settings of the hub, as they are now.")),
            Element(
                "MessageDiscardedDueToDutyCycleManagement",
                Record(
                    Element("RequestID", ID, note="The request that this is about."),
                    Element(
                        "CRAFlag",
                        OneOf(("Command", "Response", "Alert")),
                        field="cra_flag",
                        note="What kind of message it was.",
                    ),
                ),
            ),
            Element(
                "NoMoreSubGHzDeviceCapacity",
                Record(
                    DEVICE,
                    Element(
                        "DeviceType", DEVICE_TYPE.content, optional=True, note="What kind of device it is."
                    ),
                ),
            ),
        ),
        optional=True,
    ),
    note="A hub reports something of its radio band below 1 GHz.",
)

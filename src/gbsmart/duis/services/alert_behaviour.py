"""Service Reference 6.22: which events a device logs and shows, and for which it sends alerts.

The codes are those of GBCS section 16.2. What is not named stays as it is.
"""

from __future__ import annotations

from gbsmart.duis.lexical import OneOf
from gbsmart.duis.schema import Choice, Complex, Content, Element, Record

_SUPPLIER = (
    "810D 810E 8119 8145 8154 8155 8161 8162 8168 8183 81A0 81A1 81A2 81A3 81A4 81A5 81A6 81A7 81A8 "
    "81A9 81AA 81AB 81AC 81AD 81AE 81AF 81B0 81B1 81B2 81B3 81B8 81B9 81BA 81BB 81BC 81BD 81BE 81C0 "
    "81C1 81C4 81C5 81C6"
)
_SUPPLIER_POLYPHASE = "81B7"
_NETWORK = "8014 8015"
_NETWORK_SINGLE_PHASE = "8002 8006 8020 8024 8028 802C 8085 8089 808D 8091 8095 8099 8010"
_NETWORK_POLYPHASE = (
    "8003 8004 8005 8007 8008 8009 8021 8022 8023 8025 8026 8027 8029 802A 802B 802D 802E 802F 8086 "
    "8087 8088 808A 808B 808C 808E 808F 8090 8092 8093 8094 8096 8097 8098 809A 809B 809C 8011 8016 "
    "8013"
)
_GAS_SUPPLIER = (
    "810D 810E 8119 8145 8154 8155 8168 8183 8184 81A1 81A4 81A5 81A6 81A7 81A8 81A9 81AA 81AB 81AC "
    "81AD 81AE 81AF 81B0 81B1 81B2 81B3 81B4 81B5 81B6 81B9 81BA 81BC 81BD 81BE 81BF 81C0 81C2 81C3 "
    "81C4 81C5"
)
_GAS_SETTINGS = (
    "810D 810E 8119 8145 8154 8155 8161 8162 8168 8183 8184 81A0 81A1 81A4 81A5 81A6 81A7 81A8 81A9 "
    "81AA 81AB 81AC 81AD 81AE 81AF 81B0 81B1 81B2 81B3 81B4 81B5 81B6 81B9 81BA 81BC 81BD 81BE 81BF "
    "81C0 81C2 81C3 81C4 81C5 81C6"
)

_SETTING = OneOf(("Disable", "Enable"))
_SETTINGS = Record(
    Element("WANAlert", _SETTING, note="An alert over the WAN."),
    Element("HANAlert", _SETTING, note="An alert to devices in the home."),
    Element("EventLog", _SETTING, note="An entry in a log."),
    Element("Alarm", _SETTING, note="An alarm on the device itself."),
)


def _codes(codes: str, setting: Content) -> Record:
    """An optional element for each alert code."""
    return Record(
        *(
            Element(f"x{code}", setting, optional=True, note=f"The event of alert code {code}.")
            for code in codes.split()
        )
    )


_ELECTRICITY_SUPPLIER = Record(
    Element("SupplierESMECommon", _codes(_SUPPLIER, _SETTING), optional=True),
    Element("SupplierESMEPolyPhase", _codes(_SUPPLIER_POLYPHASE, _SETTING), optional=True),
)
_NETWORK_OPERATOR = Record(
    Element("NetworkOperatorESMECommon", _codes(_NETWORK, _SETTING), optional=True),
    Choice(
        (
            Element("NetworkOperatorESMESinglePhase", _codes(_NETWORK_SINGLE_PHASE, _SETTING)),
            Element("NetworkOperatorESMEPolyPhase", _codes(_NETWORK_POLYPHASE, _SETTING)),
        ),
        optional=True,
    ),
)

BODIES: dict[str, Complex] = {
    "6.22": Record(
        Choice(
            (
                Element("ElectricitySupplierAlerts", _ELECTRICITY_SUPPLIER, note="Alerts over the WAN."),
                Element(
                    "ElectricitySupplierHANAlertSettings",
                    _ELECTRICITY_SUPPLIER,
                    note="Alerts to devices in the home.",
                ),
                Element("ElectricitySupplierAlarmSettings", _ELECTRICITY_SUPPLIER, note="Alarms."),
                Element("ElectricitySupplierLoggingSettings", _ELECTRICITY_SUPPLIER, note="Entries in logs."),
                Element("ElectricityNetworkOperatorAlerts", _NETWORK_OPERATOR, note="Alerts over the WAN."),
                Element(
                    "ElectricityNetworkOperatorLoggingSettings", _NETWORK_OPERATOR, note="Entries in logs."
                ),
                Element("GasSupplierAlerts", _codes(_GAS_SUPPLIER, _SETTING), note="Alerts over the WAN."),
                Element(
                    "GasSupplierAlertEventSettings",
                    _codes(_GAS_SETTINGS, _SETTINGS),
                    note="All four behaviours, event by event.",
                ),
            )
        ),
        note="Sets what a meter does when something happens, event by event.",
    ),
}

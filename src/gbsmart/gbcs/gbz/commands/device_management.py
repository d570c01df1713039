"""Device Management cluster 0708: tenancy, supplier, MPRN, PIN, event settings. The GSME is the client."""

from __future__ import annotations

from gbsmart.gbcs.gbz.commands.declaration import (
    COMMAND_INDEX,
    ISSUER_EVENT_ID,
    PROVIDER_ID,
    Cluster,
    declare,
)
from gbsmart.gbcs.gbz.commands.price import TARIFF_TYPE
from gbsmart.gbcs.gbz.zcl import (
    BITMAP8,
    BITMAP32,
    ENUM8,
    OCTETS,
    UINT8,
    UINT16,
    UINT32,
    UTC_TIME,
    Field,
    Repeat,
    Switch,
)

_EVENT_CONFIGURATION = Field(
    "event_configuration", BITMAP8,
    meaning="bits 0 to 2 the log (3 event log, 0 none), bit 3 alert to the WAN, bit 4 alert to the HAN, "
    "bit 6 audible",
)  # fmt: skip
_EVENT_ID = Field("event_id", UINT16, meaning="GBCS event or alert code")

PUBLISH_CHANGE_OF_TENANCY = declare(
    Cluster.DEVICE_MANAGEMENT, 0x00, "Publish Change of Tenancy",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    TARIFF_TYPE,
    Field("implementation_date_time", UTC_TIME, meaning="data from before are not for the consumer"),
    Field("proposed_tenancy_change_control", BITMAP32, 0x200, "clear the consumer's data on displays"),
    to_client=True,
)  # fmt: skip
PUBLISH_CHANGE_OF_SUPPLIER = declare(
    Cluster.DEVICE_MANAGEMENT, 0x01, "Publish Change of Supplier",
    Field("current_provider_id", UINT32, 0, "not used"),
    ISSUER_EVENT_ID,
    TARIFF_TYPE,
    Field("proposed_provider_id", UINT32, 0, "not used"),
    Field("provider_change_implementation_time", UTC_TIME, 0, "0: at once"),
    Field("provider_change_control", BITMAP32, 0x1800, "nothing is reset"),
    Field("proposed_provider_name", OCTETS, meaning="supplier's name, 1 to 15 characters"),
    Field("proposed_provider_contact_details", OCTETS, meaning="supplier's telephone, 1 to 18 characters"),
    to_client=True,
)  # fmt: skip
REQUEST_NEW_PASSWORD_RESPONSE = declare(
    Cluster.DEVICE_MANAGEMENT, 0x02, "Request New Password Response",
    ISSUER_EVENT_ID,
    Field("implementation_date_time", UTC_TIME, 0, "0: at once"),
    Field("duration_in_minutes", UINT16, 0, "0: until changed", "min"),
    Field("password_type", ENUM8, 2, "2 privacy PIN of the consumer's menu"),
    Field("password", OCTETS, b"", "empty: no PIN"),
    to_client=True,
)  # fmt: skip
UPDATE_SITE_ID = declare(
    Cluster.DEVICE_MANAGEMENT, 0x03, "Update SiteID",
    ISSUER_EVENT_ID,
    Field("site_id_time", UTC_TIME, 0, "0: at once"),
    PROVIDER_ID,
    Field("site_id", OCTETS, meaning="MPRN"),
    to_client=True,
)  # fmt: skip
SET_EVENT_CONFIGURATION = declare(
    Cluster.DEVICE_MANAGEMENT, 0x04, "Set Event Configuration",
    ISSUER_EVENT_ID,
    Field("start_date_time", UTC_TIME, 0, "0: at once"),
    _EVENT_CONFIGURATION,
    Field("configuration_control", ENUM8, 0, "0: for the events listed"),
    Switch("configuration_control", {0: (
        Field("number_of_events", UINT8),
        Repeat("events", (_EVENT_ID,), count="number_of_events"),
    )}),
    to_client=True,
)  # fmt: skip
GET_EVENT_CONFIGURATION = declare(
    Cluster.DEVICE_MANAGEMENT, 0x05, "Get Event Configuration",
    Field("event_id", UINT16, 0x81FF, "81FF: of every event that can be set"),
    to_client=True,
)  # fmt: skip
UPDATE_CIN = declare(
    Cluster.DEVICE_MANAGEMENT, 0x06, "Update CIN",
    ISSUER_EVENT_ID,
    Field("cin_time", UTC_TIME, 0, "0: at once"),
    PROVIDER_ID,
    Field("customer_id_number", OCTETS, meaning="shown to the consumer: four digits"),
    to_client=True,
)  # fmt: skip
REPORT_EVENT_CONFIGURATION = declare(
    Cluster.DEVICE_MANAGEMENT, 0x04, "Report Event Configuration",
    COMMAND_INDEX,
    Field("total_commands", UINT8, 1, "parts of the answer"),
    Repeat("event_configurations", (_EVENT_ID, _EVENT_CONFIGURATION)),
)  # fmt: skip

COMMANDS = (
    PUBLISH_CHANGE_OF_TENANCY,
    PUBLISH_CHANGE_OF_SUPPLIER,
    REQUEST_NEW_PASSWORD_RESPONSE,
    UPDATE_SITE_ID,
    SET_EVENT_CONFIGURATION,
    GET_EVENT_CONFIGURATION,
    UPDATE_CIN,
    REPORT_EVENT_CONFIGURATION,
)

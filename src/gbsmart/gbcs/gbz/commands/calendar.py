"""Calendar cluster 0707: tariff switching table and non-disablement calendar. The GSME is the client."""

from __future__ import annotations

from gbsmart.gbcs.days import WEEKDAYS
from gbsmart.gbcs.gbz.commands.declaration import (
    AT_ONCE_OR_CANCEL_CALENDAR,
    CALENDAR_TYPE,
    COMMAND_INDEX,
    ISSUER_EVENT_ID,
    PROVIDER_ID,
    TOTAL_NUMBER_OF_COMMANDS,
    Cluster,
    declare,
)
from gbsmart.gbcs.gbz.zcl import (
    BOOLEAN,
    DATE,
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

TARIFF_CALENDAR, NON_DISABLEMENT_CALENDAR = 0x00, 0x03
CURRENT_TARIFF_CALENDAR_ID, CURRENT_NON_DISABLEMENT_CALENDAR_ID = 0xFFFFFFFF, 0xFFFFFFFE
CALENDAR_CANCELLED = 0xFFFFFFFE
"""The start that withdraws what is pending of calendar, special days, price matrix and block thresholds."""

_CALENDAR_WANTED = Field(
    "issuer_calendar_id", UINT32, meaning="FFFFFFFF tariff switching table, FFFFFFFE non-disablement calendar"
)  # fmt: skip
_ISSUER_CALENDAR_ID = Field(
    "issuer_calendar_id", UINT32, meaning="ties the parts of one calendar together", unit="s since 2000"
)
_SWITCH_TIME = Field("start_time", UINT16, meaning="after midnight UTC", unit="min")
_CALENDAR_START = Field("start_time", UTC_TIME, meaning=AT_ONCE_OR_CANCEL_CALENDAR)

GET_DAY_PROFILES = declare(
    Cluster.CALENDAR, 0x01, "Get Day Profiles",
    PROVIDER_ID,
    _CALENDAR_WANTED,
    Field("start_day_id", UINT8, 1, "from the first"),
    Field("number_of_days", UINT8, 0, "0: all"),
)  # fmt: skip
GET_WEEK_PROFILES = declare(
    Cluster.CALENDAR, 0x02, "Get Week Profiles",
    PROVIDER_ID,
    _CALENDAR_WANTED,
    Field("start_week_id", UINT8, 1, "from the first"),
    Field("number_of_weeks", UINT8, 0, "0: all"),
)  # fmt: skip
GET_SEASONS = declare(Cluster.CALENDAR, 0x03, "Get Seasons", PROVIDER_ID, _CALENDAR_WANTED)
GET_SPECIAL_DAYS = declare(
    Cluster.CALENDAR, 0x04, "Get Special Days",
    Field("start_time", UTC_TIME, 0, "0: in force and pending"),
    Field("number_of_events", UINT8, 0, "0: all"),
    CALENDAR_TYPE,
    PROVIDER_ID,
    _CALENDAR_WANTED,
)  # fmt: skip
PUBLISH_CALENDAR = declare(
    Cluster.CALENDAR, 0x00, "Publish Calendar",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    _ISSUER_CALENDAR_ID,
    _CALENDAR_START,
    CALENDAR_TYPE,
    Field("calendar_time_reference", UINT8, 0, "0 UTC"),
    Field("calendar_name", OCTETS, b"", "not used"),
    Field("number_of_seasons", UINT8),
    Field("number_of_week_profiles", UINT8),
    Field("number_of_day_profiles", UINT8),
    to_client=True,
)  # fmt: skip
PUBLISH_DAY_PROFILE = declare(
    Cluster.CALENDAR, 0x01, "Publish Day Profile",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    _ISSUER_CALENDAR_ID,
    Field("day_id", UINT8, meaning="from 1"),
    Field("total_number_of_schedule_entries", UINT8),
    COMMAND_INDEX,
    TOTAL_NUMBER_OF_COMMANDS,
    CALENDAR_TYPE,
    Switch("calendar_type", {
        TARIFF_CALENDAR: (Repeat("day_schedule_entries", (
            _SWITCH_TIME,
            Field("price_tier", ENUM8, meaning="tier in force from then on"),
        ), count="total_number_of_schedule_entries"),),
        NON_DISABLEMENT_CALENDAR: (Repeat("day_schedule_entries", (
            _SWITCH_TIME,
            Field("friendly_credit_enable", BOOLEAN, meaning="1: no disablement from then on"),
        ), count="total_number_of_schedule_entries"),),
    }),
    to_client=True,
)  # fmt: skip
PUBLISH_WEEK_PROFILE = declare(
    Cluster.CALENDAR, 0x02, "Publish Week Profile",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    _ISSUER_CALENDAR_ID,
    Field("week_id", UINT8, meaning="from 1"),
    *(
        Field(f"day_id_ref_{day}", UINT8, meaning=f"day profile of {day.capitalize()}")
        for day in WEEKDAYS
    ),
    to_client=True,
)  # fmt: skip
PUBLISH_SEASONS = declare(
    Cluster.CALENDAR, 0x03, "Publish Seasons",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    _ISSUER_CALENDAR_ID,
    COMMAND_INDEX,
    TOTAL_NUMBER_OF_COMMANDS,
    Repeat("seasons", (
        Field("season_start_date", DATE, meaning="first day; may hold wildcards"),
        Field("week_id_ref", UINT8, meaning="week profile of the season"),
    )),
    to_client=True,
)  # fmt: skip
PUBLISH_SPECIAL_DAYS = declare(
    Cluster.CALENDAR, 0x04, "Publish Special Days",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    _ISSUER_CALENDAR_ID,
    _CALENDAR_START,
    CALENDAR_TYPE,
    Field("total_number_of_special_days", UINT8),
    COMMAND_INDEX,
    TOTAL_NUMBER_OF_COMMANDS,
    Repeat("special_days", (
        Field("special_day_date", DATE, meaning="may hold wildcards"),
        Field("day_id_ref", UINT8, meaning="day profile instead of the week's"),
    ), count="total_number_of_special_days"),
    to_client=True,
)  # fmt: skip

COMMANDS = (
    GET_DAY_PROFILES,
    GET_WEEK_PROFILES,
    GET_SEASONS,
    GET_SPECIAL_DAYS,
    PUBLISH_CALENDAR,
    PUBLISH_DAY_PROFILE,
    PUBLISH_WEEK_PROFILE,
    PUBLISH_SEASONS,
    PUBLISH_SPECIAL_DAYS,
)

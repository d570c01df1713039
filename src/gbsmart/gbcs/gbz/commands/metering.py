"""Metering cluster 0702: snapshots, logs of consumption, supply. The GSME is the server."""

from __future__ import annotations

from gbsmart.gbcs.gbz.commands.declaration import (
    COMMAND_INDEX,
    ISSUER_EVENT_ID,
    PROVIDER_ID,
    TOTAL_NUMBER_OF_COMMANDS,
    Cluster,
    declare,
)
from gbsmart.gbcs.gbz.zcl import (
    BITMAP8,
    BITMAP32,
    ENUM8,
    UINT8,
    UINT16,
    UINT24,
    UINT32,
    UINT48,
    UTC_TIME,
    Field,
    Repeat,
    Switch,
)

SNAPSHOT_CAUSE = Field(
    "snapshot_cause", BITMAP32,
    meaning="bit 0 daily, bit 1 end of billing period, bits 3, 13, 14 change of tariff or payment mode",
)  # fmt: skip
SNAPSHOT_WANTED = (
    Field("earliest_start_time", UTC_TIME, meaning="no snapshot before"),
    Field("latest_end_time", UTC_TIME, meaning="no snapshot after"),
    Field("snapshot_offset", UINT8, meaning="which of the snapshots found, from 0"),
    SNAPSHOT_CAUSE,
)
SNAPSHOT_HEADER = (
    Field("snapshot_id", UINT32, meaning="given by the device"),
    Field("snapshot_time", UTC_TIME, meaning="when it was taken"),
    Field("total_snapshots_found", UINT8),
    COMMAND_INDEX,
    TOTAL_NUMBER_OF_COMMANDS,
    SNAPSHOT_CAUSE,
)
NOT_STARTED = 0xFFFF
"""The sample id of a meter that did not start sampling."""
_SAMPLE_ID = Field("sample_id", UINT16, meaning="0 half-hourly profile, 1 daily consumption, 2 network data")
_SAMPLE_TYPE = Field("sample_type", ENUM8, 0, "0 consumption")
_SUPPLY_STATE = "0 locked, 3 unchanged"

GET_SNAPSHOT = declare(Cluster.METERING, 0x06, "Get Snapshot", *SNAPSHOT_WANTED)
START_SAMPLING = declare(
    Cluster.METERING, 0x07, "Start Sampling",
    ISSUER_EVENT_ID,
    Field("start_sampling_time", UTC_TIME, 0, "0: at once"),
    _SAMPLE_TYPE,
    Field("sample_request_interval", UINT16, 360, "between samples", "s"),
    Field("max_number_of_samples", UINT16, 41, "four hours, both ends included"),
)  # fmt: skip
GET_SAMPLED_DATA = declare(
    Cluster.METERING, 0x08, "Get Sampled Data",
    _SAMPLE_ID,
    Field("earliest_sample_time", UTC_TIME, meaning="no sample before"),
    _SAMPLE_TYPE,
    Field("number_of_samples", UINT16, meaning="at most so many"),
)  # fmt: skip
CHANGE_SUPPLY = declare(
    Cluster.METERING, 0x0B, "Change Supply",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    Field("request_date_time", UTC_TIME, 0, "not used"),
    Field("implementation_date_time", UTC_TIME, 0, "0: at once"),
    Field("proposed_supply_status", ENUM8, meaning="0 close the valve, 1 arm the supply"),
    Field("supply_control_bits", BITMAP8, 1, "bit 0: acknowledge"),
)  # fmt: skip
SET_SUPPLY_STATUS = declare(
    Cluster.METERING, 0x0D, "Set Supply Status",
    ISSUER_EVENT_ID,
    Field("supply_tamper_state", ENUM8, meaning=f"supply after tampering: {_SUPPLY_STATE}"),
    Field("supply_depletion_state", ENUM8, meaning=f"supply when the battery is flat: {_SUPPLY_STATE}"),
    Field("supply_uncontrolled_flow_state", ENUM8, 0, "0 off on uncontrolled flow"),
    Field("load_limit_supply_state", ENUM8, 3, "3 unchanged"),
)  # fmt: skip
SET_UNCONTROLLED_FLOW_THRESHOLD = declare(
    Cluster.METERING, 0x0E, "Set Uncontrolled Flow Threshold",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    Field("uncontrolled_flow_threshold", UINT16, meaning="flow that counts as uncontrolled at restoring"),
    Field("unit_of_measure", ENUM8, 1, "1 m3/h"),
    Field("multiplier", UINT16, 1, "of the threshold"),
    Field("divisor", UINT16, meaning="of the threshold"),
    Field("stabilisation_period", UINT8, meaning="wait before measuring", unit="0.1 s"),
    Field("measurement_period", UINT16, meaning="for how long flow is measured", unit="s"),
)  # fmt: skip
PUBLISH_SNAPSHOT = declare(
    Cluster.METERING, 0x06, "Publish Snapshot",
    *SNAPSHOT_HEADER,
    Field("snapshot_payload_type", ENUM8, 6, "6 registers by tier and by block"),
    Switch("snapshot_payload_type", {6: (
        Field("current_summation_delivered", UINT48, meaning="consumption register"),
        Field("number_of_tiers_in_use", UINT8, 4),
        Repeat("tiers", (
            Field("tier_summation", UINT48, meaning="tariff TOU register, tier by tier"),
        ), count="number_of_tiers_in_use"),
        Field("number_of_tiers_and_blocks_in_use", BITMAP8, 0x14, "high nibble tiers, low nibble blocks"),
        Repeat("blocks", (
            Field("block_summation", UINT48, meaning="tariff block counter, block by block"),
        ), count="number_of_tiers_and_blocks_in_use", mask=0x0F),
    )}),
    to_client=True,
    sensitive=True,
)  # fmt: skip
GET_SAMPLED_DATA_RESPONSE = declare(
    Cluster.METERING, 0x07, "Get Sampled Data Response",
    _SAMPLE_ID,
    Field("sample_start_time", UTC_TIME, meaning="of the first sample"),
    _SAMPLE_TYPE,
    Field("sample_request_interval", UINT16, meaning="between samples; FFFF: a day", unit="s"),
    Field("number_of_samples", UINT16),
    Repeat("samples", (
        Field("sample", UINT24, meaning="consumption in the interval; FFFFFF is missing"),
    ), count="number_of_samples"),
    to_client=True,
    sensitive=True,
)  # fmt: skip
SUPPLY_STATUS_RESPONSE = declare(
    Cluster.METERING, 0x0C, "Supply Status Response",
    PROVIDER_ID,
    ISSUER_EVENT_ID,
    Field("implementation_date_time", UTC_TIME, 0, "as the command said"),
    Field("supply_status", ENUM8, meaning="0 off, 1 armed, 2 on"),
    to_client=True,
)  # fmt: skip
START_SAMPLING_RESPONSE = declare(
    Cluster.METERING, 0x0D, "Start Sampling Response",
    Field("sample_id", UINT16, meaning="2 network data; FFFF: sampling was not started"),
    to_client=True,
)  # fmt: skip

COMMANDS = (
    GET_SNAPSHOT,
    START_SAMPLING,
    GET_SAMPLED_DATA,
    CHANGE_SUPPLY,
    SET_SUPPLY_STATUS,
    SET_UNCONTROLLED_FLOW_THRESHOLD,
    PUBLISH_SNAPSHOT,
    GET_SAMPLED_DATA_RESPONSE,
    SUPPLY_STATUS_RESPONSE,
    START_SAMPLING_RESPONSE,
)

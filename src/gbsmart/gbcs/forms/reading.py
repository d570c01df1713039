"""Reading use cases: registers, profiles, the tariff in force (Service References 4.x)."""

from __future__ import annotations

from collections.abc import Mapping

from gbsmart.gbcs.dlms.access import AccessRequest, AccessResponse, Item, read, read_selected
from gbsmart.gbcs.dlms.objects.logs import (
    DAILY_READ_LOG,
    OVER_VOLTAGE,
    RANGE,
    UNDER_VOLTAGE,
    VOLTAGE_PERIOD,
    VOLTAGE_PROFILE,
)
from gbsmart.gbcs.dlms.objects.registers import (
    ACTIVE_IMPORT_PROFILE,
    EXPORT_REGISTERS,
    IMPORT_REGISTERS,
)
from gbsmart.gbcs.dlms.objects.tariff import (
    ACTIVE_TARIFF_PRICE,
    ACTIVE_TARIFF_PRICE_SCALE,
    CURRENCY,
    DAYS,
    IMPORT_TARIFF,
    SEASONS,
    SPECIAL_DAYS,
    STANDING_CHARGE,
    THRESHOLDS,
    WEEKS,
)
from gbsmart.gbcs.dlms.protected import read_protected
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.gbz.answers import GbzResponse
from gbsmart.gbcs.gbz.attributes import attributes
from gbsmart.gbcs.gbz.bindings import Binding, Derived, count, moment, numbers, plain
from gbsmart.gbcs.gbz.bodies import GbzCommand, Read, Send
from gbsmart.gbcs.gbz.commands import (
    GET_SAMPLED_DATA,
    GET_SAMPLED_DATA_RESPONSE,
    GET_SNAPSHOT,
    PUBLISH_SNAPSHOT,
)
from gbsmart.gbcs.gbz.commands.declaration import Cluster


def dlms_form(name: str, code: int, *items: Item) -> Form:
    """A DLMS use case whose response follows from its command."""
    return Form(name, code, AccessRequest(*items), AccessResponse(*items))


def gbz_form(name: str, code: int, *components: Send | Read) -> Form:
    """A GBZ use case whose response follows from its command."""
    return Form(name, code, GbzCommand(*components), GbzResponse(*components))


ECS17A = dlms_form("ECS17a", 0x0026, *read(*EXPORT_REGISTERS))
ECS17B = dlms_form(
    "ECS17b", 0x0027,
    *read_protected(8, IMPORT_REGISTERS),
)  # fmt: skip
ECS21A = dlms_form(
    "ECS21a", 0x0033,
    *read_protected(5, DAILY_READ_LOG, period="read_log_period"),
)  # fmt: skip
ECS22B = dlms_form(
    "ECS22b", 0x0037,
    *read_protected(7, ACTIVE_IMPORT_PROFILE, period="read_log_period"),
)  # fmt: skip


def _voltage(phase: int) -> list[Item]:
    """Counters and log of one phase."""
    return [
        *read(*UNDER_VOLTAGE[phase], *OVER_VOLTAGE[phase]),
        *read_selected(RANGE, "read_log_period", VOLTAGE_PROFILE[phase]),
        *read(VOLTAGE_PERIOD[phase]),
    ]


ECS23 = dlms_form("ECS23", 0x0039, *_voltage(1))
ECS23B = dlms_form("ECS23b", 0x00BC, *_voltage(1), *_voltage(2), *_voltage(3))
ECS24 = dlms_form(
    "ECS24", 0x003A,
    *read(
        ACTIVE_TARIFF_PRICE, ACTIVE_TARIFF_PRICE_SCALE, SEASONS, WEEKS, DAYS, SPECIAL_DAYS,
        *THRESHOLDS, CURRENCY, STANDING_CHARGE, IMPORT_TARIFF,
    ),
)  # fmt: skip

GCS13A = gbz_form(
    "GCS13a", 0x0074,
    Read(attributes(Cluster.METERING, 0x0302, 0x0301, 0x0300, 0x0000), sealed=True),
)  # fmt: skip

_ONE_TIER = 0x10
SNAPSHOT: Mapping[str, Binding] = {
    "snapshot_id": plain("snapshot_id"),
    "snapshot_time": moment("snapshot_time"),
    "total_snapshots_found": plain("total_snapshots_found"),
    "snapshot_cause": plain("snapshot_cause"),
    "current_summation_delivered": plain("current_summation_delivered"),
    "number_of_tiers_in_use": count("tiers"),
    "tiers": numbers("tiers", "tier_summation"),
    "number_of_tiers_and_blocks_in_use": Derived(lambda values: _ONE_TIER | len(values["blocks"])),
    "blocks": numbers("blocks", "block_summation"),
}
"""A snapshot of a gas meter's registers (10^-3 m3): in all, by tier and by block."""

DAILY_SNAPSHOTS, _DAILY = 31, 1
GCS16A = gbz_form(
    "GCS16a", 0x0077,
    *(
        Send(
            GET_SNAPSHOT,
            {"earliest_start_time": moment("start"), "latest_end_time": moment("end")},
            {"snapshot_offset": offset, "snapshot_cause": _DAILY},
            answer=PUBLISH_SNAPSHOT, answer_fields=SNAPSHOT, answers="snapshots",
            may_find_nothing=True, sealed=True, quiet=True,
        )
        for offset in range(DAILY_SNAPSHOTS)
    ),
)  # fmt: skip

_SAMPLES: Mapping[str, Binding] = {
    "sample_start_time": moment("sample_start_time"),
    "sample_request_interval": plain("sample_request_interval"),
    "number_of_samples": count("samples"),
    "samples": numbers("samples", "sample"),
}
_HALF_HOURLY, _NETWORK = 0, 2
GCS17 = gbz_form(
    "GCS17", 0x0078,
    Send(
        GET_SAMPLED_DATA,
        {"earliest_sample_time": moment("start"), "number_of_samples": plain("number_of_samples")},
        {"sample_id": _HALF_HOURLY},
        answer=GET_SAMPLED_DATA_RESPONSE, answer_fields=_SAMPLES,
        answer_fixed={"sample_id": _HALF_HOURLY}, may_find_nothing=True, sealed=True, quiet=True,
    ),
)  # fmt: skip
GCS18 = gbz_form(
    "GCS18", 0x0079,
    Send(
        GET_SAMPLED_DATA, {},
        {"sample_id": _NETWORK, "earliest_sample_time": 1, "number_of_samples": 41},
        answer=GET_SAMPLED_DATA_RESPONSE, answer_fields=_SAMPLES,
        answer_fixed={"sample_id": _NETWORK}, may_find_nothing=True, sealed=True,
    ),
)  # fmt: skip
"""Everything that the gas meter's network data log holds: 4 hours of samples, 6 minutes apart."""

FORMS = (ECS17A, ECS17B, ECS21A, ECS22B, ECS23, ECS23B, ECS24, GCS13A, GCS16A, GCS17, GCS18)

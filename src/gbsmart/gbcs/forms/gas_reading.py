"""Reading a gas meter, or the proxy's copy of it: registers, snapshots, logs, samples (SRV 4.x, 14.1).

Volumes are in 10^-3 m3, money in 10^-5 of the currency.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.reading import gbz_form
from gbsmart.gbcs.gbz.attributes import attributes
from gbsmart.gbcs.gbz.bindings import (
    EVENT,
    Binding,
    Derived,
    count,
    moment,
    numbers,
    plain,
    rows,
    text,
    until,
)
from gbsmart.gbcs.gbz.bodies import Read, Send
from gbsmart.gbcs.gbz.commands import (
    GET_DEBT_REPAYMENT_LOG,
    GET_PREPAY_SNAPSHOT,
    GET_SAMPLED_DATA,
    GET_SAMPLED_DATA_RESPONSE,
    GET_SNAPSHOT,
    GET_TOP_UP_LOG,
    PUBLISH_DEBT_LOG,
    PUBLISH_PREPAY_SNAPSHOT,
    PUBLISH_SNAPSHOT,
    PUBLISH_TOP_UP_LOG,
    START_SAMPLING,
    START_SAMPLING_RESPONSE,
    Command,
)
from gbsmart.gbcs.gbz.commands.declaration import Cluster
from gbsmart.gbcs.gbz.commands.metering import NOT_STARTED

GCS13A = gbz_form(
    "GCS13a", 0x0074,
    Read(attributes(Cluster.METERING, 0x0302, 0x0301, 0x0300, 0x0000), sealed=True),
)  # fmt: skip
GCS13B = gbz_form(
    "GCS13b", 0x00B8,
    Read(
        attributes(Cluster.METERING, 0x0700, 0x0701, 0x0702, 0x0703, 0x0302, 0x0301, 0x0300), sealed=True
    ),
)  # fmt: skip
GCS13C = gbz_form(
    "GCS13c", 0x00B6,
    Read(
        attributes(Cluster.METERING, 0x0302, 0x0301, 0x0300, 0x0100, 0x0102, 0x0104, 0x0106), sealed=True
    ),
)  # fmt: skip

_ONE_TIER = 0x10
_TAKEN: Mapping[str, Binding] = {
    "snapshot_id": plain("snapshot_id"),
    "snapshot_time": moment("snapshot_time"),
    "total_snapshots_found": plain("total_snapshots_found"),
    "snapshot_cause": plain("snapshot_cause"),
}
SNAPSHOT: Mapping[str, Binding] = {
    **_TAKEN,
    "current_summation_delivered": plain("current_summation_delivered"),
    "number_of_tiers_in_use": count("tiers"),
    "tiers": numbers("tiers", "tier_summation"),
    "number_of_tiers_and_blocks_in_use": Derived(lambda values: _ONE_TIER | len(values["blocks"])),
    "blocks": numbers("blocks", "block_summation"),
}
"""A snapshot of a gas meter's registers: in all, by tier and by block."""
PREPAYMENT_SNAPSHOT: Mapping[str, Binding] = {
    **_TAKEN,
    "accumulated_debt": plain("accumulated_debt_register"),
    "type_1_debt_remaining": plain("time_debt_register_1"),
    "type_2_debt_remaining": plain("time_debt_register_2"),
    "type_3_debt_remaining": plain("payment_debt_register"),
    "emergency_credit_remaining": plain("emergency_credit_balance"),
    "credit_remaining": plain("meter_balance"),
}
"""A snapshot of a gas meter's balances and debts."""


class _Kind(NamedTuple):
    """What snapshots hold: who is asked how, and under what name the answers are listed."""

    get: Command
    publish: Command
    fields: Mapping[str, Binding]
    name: str


_REGISTERS = _Kind(GET_SNAPSHOT, PUBLISH_SNAPSHOT, SNAPSHOT, "snapshots")
_PREPAYMENT = _Kind(GET_PREPAY_SNAPSHOT, PUBLISH_PREPAY_SNAPSHOT, PREPAYMENT_SNAPSHOT, "prepayment_snapshots")
_DAILY, _END_OF_BILLING_PERIOD, _CHANGE_OF_TARIFF_OR_MODE = 0x0001, 0x0002, 0x6008
DAYS_KEPT, BILLING_PERIODS_KEPT = 31, 12
"""How many snapshots are asked for: as many as a meter keeps, one by one."""


def _snapshots(kind: _Kind, cause: int, kept: int) -> Iterator[Send]:
    """A component for each snapshot of this cause that there may be; one that is not there is not found."""
    for offset in range(kept):
        yield Send(
            kind.get,
            {"earliest_start_time": moment("start"), "latest_end_time": until("end")},
            {"snapshot_offset": offset, "snapshot_cause": cause},
            answer=kind.publish, answer_fields=kind.fields, answers=kind.name,
            may_find_nothing=True, sealed=True, quiet=True,
        )  # fmt: skip


GCS15B = gbz_form(
    "GCS15b", 0x00C3,
    *_snapshots(_PREPAYMENT, _CHANGE_OF_TARIFF_OR_MODE, BILLING_PERIODS_KEPT),
    *_snapshots(_REGISTERS, _CHANGE_OF_TARIFF_OR_MODE, BILLING_PERIODS_KEPT),
)  # fmt: skip
GCS15C = gbz_form(
    "GCS15c", 0x0076,
    *_snapshots(_REGISTERS, _END_OF_BILLING_PERIOD, BILLING_PERIODS_KEPT),
    *_snapshots(_PREPAYMENT, _END_OF_BILLING_PERIOD, BILLING_PERIODS_KEPT),
)  # fmt: skip
GCS16A = gbz_form("GCS16a", 0x0077, *_snapshots(_REGISTERS, _DAILY, DAYS_KEPT))
GCS16B = gbz_form("GCS16b", 0x0096, *_snapshots(_PREPAYMENT, _DAILY, DAYS_KEPT))

GCS15D = gbz_form(
    "GCS15d", 0x00C4,
    Send(
        GET_DEBT_REPAYMENT_LOG, {"latest_end_time": until("end")},
        answer=PUBLISH_DEBT_LOG,
        answer_fields={
            "collections": rows(
                "log_entries",
                collection_time=moment("timestamp"), amount_collected=plain("amount"),
                debt_type=plain("debt_type"), outstanding_debt=plain("outstanding_debt"),
            ),
        },
        may_find_nothing=True, sealed=True, quiet=True, from_date_time=moment("start"),
    ),
)  # fmt: skip
"""The last ten payments towards the payment-based debt."""
GCS15E = gbz_form(
    "GCS15e", 0x00C5,
    Send(
        GET_TOP_UP_LOG, {"latest_end_time": until("end")},
        answer=PUBLISH_TOP_UP_LOG,
        answer_fields={
            "top_ups": rows(
                "log_entries",
                top_up_code=text("utrn"), top_up_amount=plain("amount"), top_up_time=moment("timestamp"),
            ),
        },
        may_find_nothing=True, quiet=True, from_date_time=moment("start"),
    ),
)  # fmt: skip
"""The last five top-ups."""

_SAMPLES: Mapping[str, Binding] = {
    "sample_start_time": moment("sample_start_time"),
    "sample_request_interval": plain("sample_request_interval"),
    "number_of_samples": count("samples"),
    "samples": numbers("samples", "sample"),
}
_HALF_HOURLY, _DAY_BY_DAY, _NETWORK = 0, 1, 2


def _sampled(sample: int, fields: Mapping[str, Binding], fixed: Mapping[str, int], *, quiet: bool) -> Send:
    """One log of consumption in equal intervals."""
    return Send(
        GET_SAMPLED_DATA, fields, {"sample_id": sample, **fixed},
        answer=GET_SAMPLED_DATA_RESPONSE, answer_fields=_SAMPLES, answer_fixed={"sample_id": sample},
        may_find_nothing=True, sealed=True, quiet=quiet,
    )  # fmt: skip


_WANTED = {"earliest_sample_time": moment("start"), "number_of_samples": plain("number_of_samples")}
GCS17 = gbz_form("GCS17", 0x0078, _sampled(_HALF_HOURLY, _WANTED, {}, quiet=True))
GCS18 = gbz_form(
    "GCS18", 0x0079,
    _sampled(_NETWORK, {}, {"earliest_sample_time": 1, "number_of_samples": 41}, quiet=False),
)  # fmt: skip
"""Everything that the gas meter's network data log holds: 4 hours of samples, 6 minutes apart."""
GCS61 = gbz_form("GCS61", 0x00A0, _sampled(_DAY_BY_DAY, _WANTED, {}, quiet=True))

GCS31 = gbz_form(
    "GCS31", 0x0080,
    Send(
        START_SAMPLING, EVENT,
        answer=START_SAMPLING_RESPONSE, answer_fields={"sample_id": plain("sample_id")},
        refusal={"sample_id": NOT_STARTED},
    ),
)  # fmt: skip
"""Begins the network data log that GCS18 reads."""


def _balance(name: str, code: int) -> Form:
    """The balance in credit mode (what has been used) and that in prepayment mode."""
    return gbz_form(
        name, code, Read(attributes(Cluster.METERING, 0x0A00)), Read(attributes(Cluster.PREPAYMENT, 0x0001))
    )


GCS60 = _balance("GCS60", 0x008D)
GCS60A = _balance("GCS60a", 0x012A)

FORMS = (
    GCS13A, GCS13B, GCS13C, GCS15B, GCS15C, GCS15D, GCS15E, GCS16A, GCS16B, GCS17, GCS18, GCS31,
    GCS60, GCS60A, GCS61,
)  # fmt: skip

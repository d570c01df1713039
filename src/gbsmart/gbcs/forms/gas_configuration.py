"""What a gas meter is set up with (Service References 6.2, 6.6, 6.7, 6.20.1, 6.22).

Numbers stand as they are on the wire: a calorific value in 0.1 MJ/m3, a conversion factor in 10^-5, a flow
in m3/h (GCS24) or 10^-4 m3/h (GCS24a).
"""

from __future__ import annotations

from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.reading import gbz_form
from gbsmart.gbcs.gbz.attributes import attributes
from gbsmart.gbcs.gbz.bindings import EVENT, count, moment, numbers, plain, rows, text
from gbsmart.gbcs.gbz.bodies import Read, Send
from gbsmart.gbcs.gbz.commands import (
    GET_BILLING_PERIOD,
    GET_EVENT_CONFIGURATION,
    PUBLISH_BILLING_PERIOD,
    PUBLISH_CALORIFIC_VALUE,
    PUBLISH_CONVERSION_FACTOR,
    REPORT_EVENT_CONFIGURATION,
    SET_EVENT_CONFIGURATION,
    SET_SUPPLY_STATUS,
    SET_UNCONTROLLED_FLOW_THRESHOLD,
    UPDATE_SITE_ID,
)
from gbsmart.gbcs.gbz.commands.declaration import Cluster

GCS21A = gbz_form(
    "GCS21a", 0x007B,
    Read(attributes(Cluster.PRICE, 0x0306, 0x0305, 0x0304, 0x0303, 0x0302)),
    Read(attributes(Cluster.METERING, 0x0B13, 0x0B12, 0x0B11, 0x0B10, 0x0B14, 0x0B15)),
)  # fmt: skip
GCS21J = gbz_form("GCS21j", 0x00BF, Read(attributes(Cluster.PREPAYMENT, 0x0000)))
GCS46 = gbz_form("GCS46", 0x0089, Read(attributes(Cluster.METERING, 0x0307)))


def _billing_calendar(name: str, code: int) -> Form:
    """The billing calendar in force, as GCS25 and GCS25a set it."""
    return gbz_form(
        name, code,
        Send(
            GET_BILLING_PERIOD, {},
            answer=PUBLISH_BILLING_PERIOD,
            answer_fields={
                **EVENT,
                "billing_period_start_time": moment("billing_period_start"),
                "billing_period_duration": plain("billing_periods"),
                "billing_period_duration_type": plain("billing_periodicity"),
            },
            may_find_nothing=True,
        ),
    )  # fmt: skip


GCS21D = _billing_calendar("GCS21d", 0x009D)
GCS21K = _billing_calendar("GCS21k", 0x00DA)

GCS23 = gbz_form(
    "GCS23", 0x007C,
    Send(PUBLISH_CONVERSION_FACTOR, {**EVENT, "conversion_factor": plain("conversion_factor")}),
    Send(PUBLISH_CALORIFIC_VALUE, {**EVENT, "calorific_value": plain("calorific_value")}),
)  # fmt: skip


def _gas_flow(name: str, code: int, divisor: int) -> Form:
    """The flow that counts as uncontrolled, in parts of ``divisor``, and what tampering does to supply."""
    return gbz_form(
        name, code,
        Send(
            SET_UNCONTROLLED_FLOW_THRESHOLD,
            {
                **EVENT,
                "uncontrolled_flow_threshold": plain("uncontrolled_gas_flow_rate"),
                "stabilisation_period": plain("stabilisation_period"),
                "measurement_period": plain("measurement_period"),
            },
            {"divisor": divisor},
        ),
        Send(
            SET_SUPPLY_STATUS,
            {
                **EVENT,
                "supply_tamper_state": plain("supply_tamper_state"),
                "supply_depletion_state": plain("supply_depletion_state"),
            },
        ),
    )  # fmt: skip


GCS24 = _gas_flow("GCS24", 0x007D, 1)
GCS24A = _gas_flow("GCS24a", 0x00FC, 10_000)
GCS41 = gbz_form("GCS41", 0x0087, Send(UPDATE_SITE_ID, {**EVENT, "site_id": text("import_mprn")}))

GCS20 = gbz_form(
    "GCS20", 0x00AD,
    Send(
        SET_EVENT_CONFIGURATION,
        {
            **EVENT,
            "event_configuration": plain("event_configuration"),
            "number_of_events": count("event_codes"),
            "events": numbers("event_codes", "event_id"),
        },
        each="event_settings",
    ),
)  # fmt: skip
"""A component for each way of treating events, with the codes of those that are to be treated so."""
GCS20R = gbz_form(
    "GCS20r", 0x00F1,
    Send(
        GET_EVENT_CONFIGURATION, {},
        answer=REPORT_EVENT_CONFIGURATION,
        answer_fields={
            "event_configurations": rows(
                "event_settings",
                event_id=plain("event_code"), event_configuration=plain("event_configuration"),
            ),
        },
    ),
)  # fmt: skip

FORMS = (
    GCS20, GCS20R, GCS21A, GCS21D, GCS21J, GCS21K, GCS23, GCS24, GCS24A, GCS41, GCS46,
)  # fmt: skip

"""Device management: identity, clock, firmware, logs of the network, credentials held.

Service References 6.2.4, 6.11, 6.24.1, 8.9, 11.2 and 11.3. Some use cases have two forms that differ in
their message code or by a few items: which one a device takes goes by its GBCS version.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gbsmart.gbcs.asn1.ber import INTEGER
from gbsmart.gbcs.asn1.bodies import AsnBody, AsnChoice, AsnNothing, AsnResponse
from gbsmart.gbcs.asn1.shapes import INT, OCTETS, TIME, Null, Optional, Seq, SeqOf, primitive
from gbsmart.gbcs.dlms.items import call, read
from gbsmart.gbcs.dlms.objects.identity import (
    DEVICE_IDENTIFIER,
    FIRMWARE_VERSION,
    MANUFACTURER,
    METER_VARIANT,
    MODEL_TYPE,
    SUPPLY_TAMPER_STATE,
)
from gbsmart.gbcs.dlms.objects.network import ACTIVE_DEVICES, READ_DEVICE_LOG, READ_HISTORIC_LOG
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.credentials import CELL, KEY_USAGE, ROLE, STATUS_CODE, status_code
from gbsmart.gbcs.forms.reading import dlms_form, gbz_form
from gbsmart.gbcs.gbz.attributes import attributes
from gbsmart.gbcs.gbz.bodies import Read
from gbsmart.gbcs.gbz.commands.declaration import Cluster

DEVICE_TYPES: Mapping[int, str] = {
    0: "GSME", 1: "ESME", 2: "CHF", 3: "GPF", 4: "HCALCS", 5: "PPMID", 6: "Type 2",
}  # fmt: skip
"""Types of devices as a device log numbers them."""
DONE, FAILED = 0, 1
OUTCOME = primitive(INTEGER, labels={DONE: "success", FAILED: "failure"})
OF_DEVICE = primitive(INTEGER, labels=DEVICE_TYPES)


def _activated(values: Mapping[str, Any]) -> tuple[int, ...]:
    """A firmware image that is to be activated later is accepted without a code."""
    activation = values.get("activation")
    return (activation["result"] if activation else 0,)


def _clock(values: Mapping[str, Any]) -> tuple[int, ...]:
    """A clock that is not reliable afterwards was not set."""
    return (values["clock_status"],)


def _statuses(values: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(each["status"] for each in values["credentials"])


_TYPE = attributes(Cluster.BASIC, 0x0004, 0x0005)
_AND_HARDWARE = attributes(Cluster.BASIC, 0x0003)
_STATES = attributes(Cluster.METERING, 0x0608, 0x0607)

_READ_CREDENTIALS = AsnBody(Seq(("authorising_cell", CELL), ("roles", SeqOf(ROLE))))
_HELD = Seq(
    ("key_usage", KEY_USAGE),
    ("cell_usage", Optional(INT)),
    ("holder", OCTETS),
    ("key_id", OCTETS),
)
_CREDENTIALS = AsnChoice(
    _statuses,
    (
        "credentials",
        SeqOf(
            Seq(
                ("role", ROLE), ("status", STATUS_CODE),
                ("counter", Optional(INT)), ("certificates", Optional(SeqOf(_HELD))),
            )
        ),
    ),
)  # fmt: skip
ACTIVATION = Seq(
    (
        "result",
        primitive(
            INTEGER, labels={0: "success", 1: "noImageHeld", 2: "hashMismatch", 3: "activationFailure"}
        ),
    ),
    ("firmware_version", OCTETS),
)
"""What came of activating a firmware image, and the version that runs after it."""
_CLOCK_STATUS = primitive(INTEGER, labels={0: "reliable", 1: "invalid", 2: "unreliable"})

JOINED_DEVICE = Seq(("device_id", OCTETS), ("device_type", OF_DEVICE))
"""An entry of a device's log of those that it is joined to."""
_JOINED = Optional(SeqOf(JOINED_DEVICE))

FORMS = (
    dlms_form("ECS26e", 0x003F, *read(
        DEVICE_IDENTIFIER, METER_VARIANT, MODEL_TYPE, MANUFACTURER, SUPPLY_TAMPER_STATE
    )),
    dlms_form("ECS26i", 0x0092, *read(DEVICE_IDENTIFIER, MODEL_TYPE, MANUFACTURER)),
    dlms_form("ECS26m", 0x00F9, *read(METER_VARIANT, MODEL_TYPE, MANUFACTURER, SUPPLY_TAMPER_STATE)),
    dlms_form("ECS26n", 0x00FA, *read(MODEL_TYPE, MANUFACTURER)),
    gbz_form("GCS21e", 0x009E, Read(_TYPE + _AND_HARDWARE), Read(_STATES)),
    gbz_form("GCS21m", 0x00FB, Read(_TYPE), Read(_STATES)),
    Form("CS02a", 0x0008, _READ_CREDENTIALS, _CREDENTIALS),
    Form("CS02f", 0x011B, _READ_CREDENTIALS, _CREDENTIALS),
    dlms_form("CCS05CCS04", 0x0004, *read(ACTIVE_DEVICES)),
    dlms_form("CCS06", 0x010F, *read(ACTIVE_DEVICES)),
    dlms_form("CCS07", 0x00FE, *call(READ_DEVICE_LOG, READ_HISTORIC_LOG)),
    Form(
        "CS07", 0x0013, AsnNothing(),
        AsnResponse(Seq(("status", OUTCOME), ("joined", _JOINED)), status_code),
    ),
    dlms_form("ECS52", 0x0059, *read(FIRMWARE_VERSION)),
    gbz_form("GCS38", 0x0084, Read(attributes(Cluster.METERING, 0x0206))),
    Form(
        "CS06", 0x0012,
        AsnBody(Seq(("firmware_hash", OCTETS), ("counter", INT), ("execution_date_time", Optional(TIME)))),
        AsnChoice(_activated, ("", Null()), ("activation", ACTIVATION)),
    ),
    Form(
        "GCS28", 0x007F,
        AsnBody(Seq(("current_date_time", TIME), ("latest_date_time", TIME))),
        AsnResponse(Seq(("device_time", TIME), ("clock_status", _CLOCK_STATUS)), _clock),
    ),
    Form(
        "CS08", 0x0129, AsnNothing(),
        AsnResponse(Seq(("firmware_version", OCTETS), ("status", OUTCOME)), status_code),
    ),
)  # fmt: skip

"""The faults of devices that can be switched on: what they refuse, answer wrongly, or do not answer.

Which command they are about is told when they are switched on: by a form's name, or a message code. What
each does is in :mod:`gbsmart.devices.meddling`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

from gbsmart.devices.results import AsnStatus, Status
from gbsmart.gbcs import catalogue, forms
from gbsmart.gbcs.dlms.apdu import Result
from gbsmart.ground import Fault, InvalidValue, Kind, Parameter
from gbsmart.keys import Spoil

DEVICES: Final = "Devices"


def _form(text: str) -> str:
    """The name of a form; raises :class:`~gbsmart.ground.NotFound`."""
    return forms.form(text).name


def _code(text: str) -> str:
    """A message code of a command in four hex digits; raises what looking it up raises."""
    try:
        number = int(text, 16)
    except ValueError:
        raise InvalidValue(
            f"{text!r} is not a message code", field="code", remedy="Write four hex digits."
        ) from None
    return f"{catalogue.message(number).code:04X}"


DEVICE: Final = Parameter("device", Kind.EUI64, "only this device")
TYPE: Final = Parameter(
    "type", Kind.CHOICE, "only devices of this type",
    choices=("ESME", "GSME", "GPF", "CHF", "PPMID", "HCALCS", "IHD"),
)  # fmt: skip
CODE: Final = Parameter("code", Kind.TEXT, "only commands of this message code (hex)", check=_code)
FORM: Final = Parameter("form", Kind.TEXT, "only commands of this form, by its name", check=_form)
KEYS: Final = (DEVICE, TYPE, CODE, FORM)
ITEM: Final = Parameter("item", Kind.COUNT, "which item or component, counted from 1", 1, least=1)


def named(code: IntEnum) -> str:
    """A result code as it is chosen: ``object-undefined``."""
    return code.name.lower().replace("_", "-")


def _result(codes: Iterable[IntEnum], default: IntEnum) -> Parameter:
    failing = tuple(named(each) for each in codes if each.name != "SUCCESS")
    return Parameter("result", Kind.CHOICE, "the result it answers", named(default), choices=failing)


DLMS_RESULT: Final = Fault(
    "dlms-result", DEVICES,
    "The device carries an item of a DLMS command out with this result; those after it are not done. The"
    " User gets the response, which says so.",
    (_result(Result, Result.TEMPORARY_FAILURE), ITEM), KEYS,
)  # fmt: skip
ZCL_STATUS: Final = Fault(
    "zcl-status", DEVICES,
    "The device answers a component of a GBZ command with this ZCL status; those after it are not done,"
    " unless it is not-found.",
    (_result(Status, Status.HARDWARE_FAILURE), ITEM), KEYS,
)  # fmt: skip
ASN1_STATUS: Final = Fault(
    "asn1-status", DEVICES,
    "The device answers with this status for one cell of a command that replaces credentials, and leaves"
    " the cell as it is.",
    (_result(AsnStatus, AsnStatus.OTHER), ITEM), KEYS,
)  # fmt: skip
REFUSES: Final = Fault(
    "device-refuses", DEVICES,
    "The device takes the command for one that fails a check: it does nothing and says nothing, but for an"
    " entry in its security log, and an alert where its type has one. The User gets N13.",
    (
        Parameter(
            "reason", Kind.CHOICE, "the check", "no-authority",
            choices=("no-authority", "not-authentic", "not-trusted", "not-supported", "format-failed"),
        ),
    ),
    KEYS,
)  # fmt: skip
SILENT: Final = Fault(
    "device-silent", DEVICES,
    "The device does what it is told, and its response is never sent: the User gets N13, and the change is"
    " made all the same.",
    keys=KEYS, loses=True,
)  # fmt: skip
WRONG_COUNTER: Final = Fault(
    "device-wrong-counter", DEVICES,
    "The device does what it is told, and answers under another counter than the command's: the DCC"
    " discards it as no answer (N13).",
    (Parameter("by", Kind.COUNT, "how much higher", 1, least=1, greatest=2**32),),
    KEYS,
)  # fmt: skip
CREDENTIALS: Final = Fault(
    "device-credentials", "Certificates",
    "The device finds another certificate in a cell than that with which it checks a command: it does"
    " nothing and says nothing (N13), but for an entry in its security log.",
    (
        Parameter(
            "how", Kind.CHOICE, "what it finds", Spoil.OTHER_KEY.value,
            choices=(Spoil.OTHER_KEY.value, Spoil.UNKNOWN.value),
        ),
    ),
    (
        *KEYS[:3],
        Parameter(
            "whose", Kind.CHOICE, "only that of the User who signed it, or of the DCC that made its MAC",
            choices=("user", "dcc"),
        ),
    ),
)  # fmt: skip

FAULTS: Final = (DLMS_RESULT, ZCL_STATUS, ASN1_STATUS, REFUSES, SILENT, WRONG_COUNTER, CREDENTIALS)

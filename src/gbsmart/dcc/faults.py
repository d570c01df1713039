"""The faults of the DCC that can be switched on: on its User Interface, and in the certificates it sees.

What each does is in :mod:`gbsmart.dcc.meddling`, and for certificates in :mod:`gbsmart.dcc.certificates`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from gbsmart.dcc.model import RequestKey
from gbsmart.duis import WebService, service
from gbsmart.ground import Fault, InvalidValue, Kind, Parameter
from gbsmart.keys import Spoil

INTERFACE: Final = "User interface"
CERTIFICATES: Final = "Certificates"
_HOUR, _DAY = 3_600, 86_400


def _variant(text: str) -> str:
    """A Service Reference Variant of the catalogue; raises :class:`~gbsmart.ground.NotFound`."""
    return service(text).variant


def _address(text: str) -> str:
    """What may stand in a header; raises :class:`~gbsmart.ground.InvalidValue`."""
    if not text.isascii():
        raise InvalidValue("an address is written in ASCII", field="location")
    return text


USER: Final = Parameter("user", Kind.EUI64, "only this User")
DEVICE: Final = Parameter("device", Kind.EUI64, "only requests for, or messages about, this device")
VARIANT: Final = Parameter("variant", Kind.TEXT, "only this Service Reference Variant", check=_variant)
SERVICE: Final = Parameter(
    "service", Kind.CHOICE, "only this web service", choices=tuple(each.value for each in WebService)
)
MESSAGE: Final = Parameter(
    "message", Kind.CHOICE, "only messages that end a request (outcome), or only others (alert)",
    choices=("outcome", "alert"),
)  # fmt: skip

_REQUEST: Final = (USER, DEVICE, VARIANT, SERVICE)
_DELIVERY: Final = (USER, DEVICE, MESSAGE)


def _seconds(meaning: str, default: int, greatest: int = _DAY) -> Parameter:
    """On the machine's clock where a connection waits, on the DCC's where a message does."""
    return Parameter("seconds", Kind.DURATION, meaning, timedelta(seconds=default), greatest=greatest)


# --- what Users ask for ---

HTTP_STATUS: Final = Fault(
    "http-status", INTERFACE,
    "The DCC answers with another HTTP status than 200 and takes nothing; the same document may be sent"
    " again.",
    (
        Parameter(
            "status", Kind.CHOICE, "the HTTP status", "503",
            choices=("300", "301", "302", "307", "308", "408", "429", "500", "502", "503", "504"),
        ),
        Parameter("retry-after", Kind.COUNT, "seconds in a Retry-After header (with 408, 429 or 503)", 1,
                  greatest=_DAY),
        Parameter(
            "location", Kind.TEXT, "the address in a Location header (with a status of the 300s)",
            check=_address,
        ),
    ),
    _REQUEST,
)  # fmt: skip
ACKNOWLEDGEMENT_LOST: Final = Fault(
    "acknowledgement-lost", INTERFACE,
    "The DCC takes the request and closes the connection without an answer. The response comes all the"
    " same; the same document sent again gets the stored acknowledgement.",
    keys=_REQUEST,
)  # fmt: skip
ACKNOWLEDGEMENT_LATE: Final = Fault(
    "acknowledgement-late", INTERFACE,
    "The DCC takes the request at once and answers late: past the User's time-out, where it is longer.",
    (_seconds("how late", 5),),
    _REQUEST,
)  # fmt: skip
RESPONSE_FIRST: Final = Fault(
    "response-first", INTERFACE,
    "The response of the request is delivered to the User's service before the request is acknowledged.",
    (_seconds("how long the acknowledgement waits for that at most", 10),),
    _REQUEST,
)  # fmt: skip
ANSWER_SLOW: Final = Fault(
    "answer-slow", INTERFACE,
    "The octets of the DCC's answer come in small pieces, spread over a time.",
    (
        _seconds("how long the whole answer takes", 5, _HOUR),
        Parameter("pieces", Kind.COUNT, "in how many pieces", 10, least=2, greatest=1_000),
    ),
    _REQUEST,
)  # fmt: skip

# --- what Users are sent ---

RECEIVER_DOWN: Final = Fault(
    "receiver-down", INTERFACE,
    "The DCC cannot reach the User's receive service. What is for it waits, is tried again with growing"
    " pauses, and comes in order once the fault is over; other Users do not notice.",
    keys=(USER,), standing=True,
)  # fmt: skip
DELIVERY_LATE: Final = Fault(
    "delivery-late", INTERFACE,
    "A message reaches the User late, and those behind it wait with it.",
    (_seconds("how late", 5),),
    _DELIVERY,
)  # fmt: skip
DELIVERY_DUPLICATED: Final = Fault(
    "delivery-duplicated", INTERFACE,
    "A message that the User's service has taken is delivered again, octet for octet.",
    (Parameter("copies", Kind.COUNT, "how many times more", 1, least=1, greatest=100),),
    _DELIVERY,
)  # fmt: skip
DELIVERY_REORDERED: Final = Fault(
    "delivery-reordered", INTERFACE,
    "A message is delivered after those that came after it.",
    (_seconds("how long it waits at most for one that overtakes it", 2),),
    _DELIVERY,
)  # fmt: skip
DELIVERY_SLOW: Final = Fault(
    "delivery-slow", INTERFACE,
    "The octets of a message come to the User's service in small pieces, spread over a time.",
    (
        _seconds("how long the whole message takes", 5, _HOUR),
        Parameter("pieces", Kind.COUNT, "in how many pieces", 10, least=2, greatest=1_000),
    ),
    _DELIVERY,
)  # fmt: skip

# --- certificates ---


def _how(*leaving_out: Spoil) -> Parameter:
    choices = tuple(each.value for each in Spoil if each not in leaving_out)
    return Parameter("how", Kind.CHOICE, "how it has gone wrong", Spoil.EXPIRED.value, choices=choices)


XML_CERTIFICATE: Final = Fault(
    "user-xml-certificate", CERTIFICATES,
    "The DCC finds the certificate gone wrong that signs the User's XML, and refuses the request.",
    (_how(),), (USER, DEVICE, VARIANT),
)  # fmt: skip
SIGNING_CERTIFICATE: Final = Fault(
    "user-signing-certificate", CERTIFICATES,
    "The DCC finds the certificate gone wrong with which the User signs Pre-Commands, and refuses the"
    " Signed Pre-Command.",
    (_how(),), (USER, DEVICE),
)  # fmt: skip
DEVICE_CERTIFICATE: Final = Fault(
    "device-certificate", CERTIFICATES,
    "The DCC finds a certificate of the device gone wrong. Before a command: none is sent (N12), or one"
    " that the device does not answer (other-key: N13). On a response or alert that it can check: it is"
    " discarded (N13).",
    (_how(Spoil.WRONG_ROLE),),
    (
        DEVICE,
        Parameter(
            "before", Kind.CHOICE, "only as it makes a command, or only as it takes what the device sends",
            choices=("command", "response"),
        ),
    ),
)  # fmt: skip

FAULTS: Final = (
    HTTP_STATUS, ACKNOWLEDGEMENT_LOST, ACKNOWLEDGEMENT_LATE, RESPONSE_FIRST, ANSWER_SLOW,
    RECEIVER_DOWN, DELIVERY_LATE, DELIVERY_DUPLICATED, DELIVERY_REORDERED, DELIVERY_SLOW,
    XML_CERTIFICATE, SIGNING_CERTIFICATE, DEVICE_CERTIFICATE,
)  # fmt: skip


def request_of(about: str) -> str:
    """What a hit is about, with a parcel by the RequestID of its command, where it has one."""
    key = RequestKey.of_transport(about)
    return about if key is None else str(key)

"""Rendering: a response or device alert as an MMC document (SEC H11, Parse and Correlate).

A function of the message and of the keys at hand. What the keys do not open is handed over as it is,
in GBCSData; so is a whole message that no mapping row is declared for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gbsmart.duis import service, service_requests
from gbsmart.gbcs import Cra, Message, codec
from gbsmart.gbcs.alert_codes import alert_codes
from gbsmart.gbcs.codec import Reading
from gbsmart.gbcs.dlms.moments import read_date_time
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.header import Header
from gbsmart.gbcs.sealed import sealed_parts
from gbsmart.gbcs.shape import Context, Sealed
from gbsmart.gbcs.tree import Node
from gbsmart.ground import InvalidValue
from gbsmart.keys import Keyring
from gbsmart.translation.mmc.conversions import code
from gbsmart.translation.mmc.debug import debug_info
from gbsmart.translation.mmc.elements import SCHEMA_VERSION
from gbsmart.translation.mmc.mapping import ResponseMapping, filled
from gbsmart.translation.mmc.mappings import alert_mapping, response_mapping
from gbsmart.translation.mmc.writing import write_document

_UNRELIABLE, _INVALID, _FROM_GSME, _NOT_STATED = 0x02, 0x01, 0x04, 0xFF


def render(message: Message | bytes, keyring: Keyring | None = None, *, variant: str = "") -> bytes:
    """The MMC document of a response or device alert.

    ``keyring`` opens sensitive values where it holds the key of the party that they are sealed for.
    ``variant`` is the Service Reference Variant that was asked, needed where one use case serves several.
    Raises :class:`~gbsmart.ground.MalformedMessage` for what is no message, and :class:`InvalidValue` for a
    command, and for a value that MMC cannot hold.
    """
    parsed = Message.parse(message) if isinstance(message, bytes) else message
    if parsed.header.cra == Cra.COMMAND:
        raise InvalidValue("a command has no MMC form", field="message")
    reading = codec.read(parsed, keyring)
    payload = codec.walk_payload(parsed.payload, 0, len(parsed.payload), parsed.header.cra)
    if parsed.header.cra == Cra.ALERT:
        return _document(parsed.header, "", {"DeviceAlertMessage": _alert(parsed, reading, payload)})
    variant = variant or _only_variant(reading)
    body = {"ResponseMessage": _response(parsed, reading, payload, variant)}
    return _document(parsed.header, variant, body)


def _document(header: Header, variant: str, body: Mapping[str, Any]) -> bytes:
    return write_document(
        {"@schemaVersion": SCHEMA_VERSION, "Header": _header(header, variant), "Body": body}
    )


def _header(header: Header, variant: str) -> dict[str, Any]:
    other = header.other
    return {
        "BusinessOriginatorID": str(header.originator),
        "BusinessTargetID": str(header.recipient),
        "OriginatorCounter": header.counter,
        "SupplementaryRemotePartyID": None if other.party is None else str(other.party),
        "SupplementaryRemotePartyCounter": other.party_counter,
        "SupplementaryOriginatorCounter": other.party_originator_counter,
        "GBCSHexadecimalMessageCode": header.message_code.to_bytes(2, "big"),
        "ServiceReference": service(variant).reference if variant else None,
        "ServiceReferenceVariant": variant or None,
        "Timestamp": None if header.date_time is None else _timestamp(header.date_time),
    }


def _timestamp(octets: bytes) -> dict[str, Any] | None:
    """The time of a response and whose it is, from the clock status [assumed: these three bits]."""
    try:
        content: dict[str, Any] = {"": read_date_time(octets)}
    except ValueError:
        return None
    status = octets[-1]
    if status == _NOT_STATED:
        return content
    said = "invalid" if status & _INVALID else "unreliable" if status & _UNRELIABLE else "reliable"
    return {**content, "@isFromGSME": bool(status & _FROM_GSME) or None, "@ClockStatus": said}


def variants_of(form: str) -> tuple[str, ...]:
    """The Service Reference Variants that a form answers.

    The catalogue names a use case after its form, where one form serves several purposes with the purpose
    after it (``ECS47Activate``).
    """
    return tuple(
        name
        for name, facts in service_requests().items()
        if any(case == form or _for_a_purpose(case, form) for case in facts.use_cases)
    )


def _for_a_purpose(case: str, form: str) -> bool:
    return case.startswith(form) and case[len(form) :][:1].isupper()


_ELEMENTS: Mapping[str, str] = {
    "6.2.3": "ReadDeviceConfigurationDataBillingCalendarRsp",
    "6.14.3": "UpdateDeviceConfigurationALCSchedulerRsp",
}
"""Rsp elements that are not named after the request's body; that of 6.14.3 is a guess: MMC has none."""


def rsp_element(variant: str) -> str:
    """The Rsp element of a Service Reference Variant."""
    return _ELEMENTS.get(variant) or f"{service(variant).body_element}Rsp"


def _only_variant(reading: Reading | None) -> str:
    variants = variants_of(reading.form.name) if reading else ()
    return variants[0] if len(variants) == 1 else ""


def _response(message: Message, reading: Reading | None, payload: Node, variant: str) -> dict[str, Any]:
    mapped = response_mapping(reading.form) if reading else None
    if reading is None or mapped is None or not (element := _element(mapped, reading, variant)):
        return {"GBCSData": [_whole(message)]}
    outcome: Outcome = reading.values
    row = filled(mapped.row, values_of(reading)) or {}
    return {
        "GBCSData": list(_sealed(payload, reading)),
        "SMETSData": {element: {"@MessageSuccess": outcome.success, **row}},
        "DebugInfo": debug_info(payload, Context(message.header, unseal=reading.context.unseal)),
    }


def _element(mapped: ResponseMapping, reading: Reading, variant: str) -> str:
    known = variant or next(iter(variants_of(reading.form.name)), "")
    return rsp_element(known) if known else mapped.element


def _alert(message: Message, reading: Reading | None, payload: Node) -> dict[str, Any]:
    mapped = alert_mapping(reading.form) if reading else None
    if reading is None or mapped is None:
        return {"GBCSData": [_whole(message)]}
    values = reading.values
    return {
        "GBCSData": list(_sealed(payload, reading)),
        "DeviceAlertContent": {
            "GBCSHexAlertCode": code(values["alert_code"]),
            "AlertDescription": _alert_description(values["alert_code"]),
            "Timestamp": values["time"],
            "Payload": filled(mapped.row, values_of(reading)),
        },
    }


def values_of(reading: Reading) -> dict[str, Any]:
    """What mapping rows take from: the form's values, and of the header who sent them."""
    values = reading.values.values if isinstance(reading.values, Outcome) else reading.values
    return {**values, "header": {"originator": reading.message.header.originator}}


def _alert_description(number: int) -> str:
    """What an alert or event code means; the code itself for one that GBCS does not have."""
    known = alert_codes().get(number)
    return known.name if known else f"{number:04X}"


def _whole(message: Message) -> dict[str, Any]:
    return {"@format": "plain", "@sequence": 0, "@name": "message", "@type": "gbcs", "": message.encode()}


def _sealed(payload: Node, reading: Reading) -> Iterator[dict[str, Any]]:
    """What stays sealed, for whoever holds the key."""
    if not _holds_sealed(reading.values):
        return
    for sequence, part in enumerate(sealed_parts(payload)):
        kind = "zigbeeCiphered" if part.node.name == "sealed" else "dlms"
        name = f"sealed {sequence}"
        yield {"@format": "encrypted", "@sequence": sequence, "@name": name, "@type": kind, "": part.octets}


def _holds_sealed(values: Any) -> bool:
    if isinstance(values, Outcome):
        return _holds_sealed(values.values)
    if isinstance(values, Mapping):
        return any(map(_holds_sealed, values.values()))
    if isinstance(values, list):
        return any(map(_holds_sealed, values))
    return isinstance(values, Sealed)

"""One request end to end, told as one object: every step with its party, the GBCS messages, the values."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from gbsmart.assembly.system import System
from gbsmart.console import Journey
from gbsmart.dcc.model import REQUEST
from gbsmart.duis import build_request
from gbsmart.gbcs import Cra, Message
from gbsmart.ground import Eui64, GbsmartError, InvalidValue
from gbsmart.user import Answer

_LOOKS, _BETWEEN_LOOKS = 40, 0.025

Report = dict[str, Any]
"""``{"request_id", "variant", "device", "steps": [{"name", "at", "party", "bytes"}], "response_code",
"gbcs": {"message_code", "command_hex", "response_hex"}, "values": {name: {"value", "unit"}}}``"""


async def read_meter(system: System, device: Eui64, variant: str = "4.1.1") -> Report:
    """Ask ``device`` for ``variant`` as the system's demonstrator, and report the whole way.

    Raises :class:`InvalidValue` where the variant needs more than a device, and what
    :attr:`System.demonstrator` and :meth:`gbsmart.user.AsyncUser.request` raise.
    """
    user = system.demonstrator
    try:
        draft = user.draft(variant, device)
        build_request(draft)
    except InvalidValue as lacking:
        raise InvalidValue(
            f"{variant} needs more than a device: {lacking.reason}",
            field=lacking.field,
            remedy="gbsmart read asks for what needs no more, such as 4.1.1; gbsmart duis send sends "
            "any request that you write.",
        ) from None
    answer = await user.answer(await user.send(draft))
    journey = await _settled(system, str(answer.exchange.original.request_id))
    return report(answer, device, variant, journey)


async def _settled(system: System, request_id: str) -> Journey:
    """The journey once the DCC has noted that its Response was taken, which the User knows first."""
    for _ in range(_LOOKS):
        journey = await system.journeys.journey(request_id)
        if journey.request.state in REQUEST.final:
            return journey
        await asyncio.sleep(_BETWEEN_LOOKS)
    return journey


def report(answer: Answer, device: Eui64, variant: str, journey: Journey) -> Report:
    """The report of an answered request; ``bytes`` counts octets, 0 where nothing was said."""
    documents = journey.documents
    return {
        "request_id": journey.request.id,
        "variant": variant,
        "device": str(device),
        "steps": [
            {
                "name": step.name,
                "at": _written(step.at),
                "party": step.sender,
                "bytes": len(documents[step.document].octets) if step.document is not None else 0,
            }
            for step in journey.steps
        ],
        "response_code": answer.response_code,
        "gbcs": _messages(journey),
        "values": {
            name: {"value": plain(quantity.value), "unit": quantity.unit}
            for name, quantity in answer.quantities.items()
        },
    }


def _messages(journey: Journey) -> dict[str, str]:
    """The command as it went to the device, and the device's response."""
    found = {"message_code": "", "command_hex": "", "response_hex": ""}
    for document in journey.documents:
        if document.kind != "gbcs":
            continue
        try:
            message = Message.parse(document.octets)
        except GbsmartError:
            continue
        name = {Cra.COMMAND: "command_hex", Cra.RESPONSE: "response_hex"}.get(message.header.cra)
        if name == "response_hex" or (name == "command_hex" and message.mac is not None):
            found[name] = document.octets.hex().upper()
            found["message_code"] = f"{message.header.message_code:04X}"
    return found


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plain(value: Any) -> Any:
    """A value of the domain as a report holds it: JSON."""
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Eui64):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return _written(value)
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return str(value)

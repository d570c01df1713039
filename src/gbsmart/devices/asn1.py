"""An ASN.1 server: it answers what a device is asked about itself, and replaces its credentials (GBCS 13).

What is asked is known by what the answer holds, so that nothing here knows a use case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from gbsmart.devices.credentials import MANAGEMENT, Cell
from gbsmart.devices.device import Device
from gbsmart.devices.exchange import Done, Exchange, Reaction
from gbsmart.devices.identity import MAKES
from gbsmart.devices.replacement import CredentialServer
from gbsmart.devices.results import AsnStatus
from gbsmart.gbcs import codec
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.forms.management import DEVICE_TYPES, DONE
from gbsmart.gbcs.tree import Node
from gbsmart.ground import MalformedMessage

Answer: TypeAlias = Callable[[Mapping[str, Any], Exchange], Any]
_NUMBERS: Final = {kind: number for number, kind in DEVICE_TYPES.items()}
_TYPE_2: Final = _NUMBERS["Type 2"]


def _credentials(values: Mapping[str, Any], exchange: Exchange) -> list[dict[str, Any]]:
    """What the cells of each role hold, and the highest counter accepted from it."""
    asker = values["authorising_cell"]
    held = exchange.device.credentials.in_cell(
        Cell(asker["role"], asker["key_usage"], asker["cell_usage"] or MANAGEMENT)
    )
    if held is None or held.holder != exchange.header.originator:
        raise MalformedMessage("another cell than the originator's", where="authorising_cell")
    return [_of_role(role, exchange.device) for role in values["roles"]]


def _of_role(role: int, device: Device) -> dict[str, Any]:
    # signing before key agreement, and top-up last
    cells = sorted(device.credentials.cells(role), key=lambda held: (held[0].key_usage != "1", held[0]))
    if not cells:
        return {"role": role, "status": AsnStatus.NO_SUCH_CELL, "counter": None, "certificates": None}
    return {
        "role": role,
        "status": AsnStatus.SUCCESS,
        "counter": device.credentials.counter(role),
        "certificates": [
            {
                "key_usage": which.key_usage,
                "cell_usage": None if which.cell_usage == MANAGEMENT else which.cell_usage,
                "holder": bytes(certificate.holder or bytes(8)),
                "key_id": certificate.key_id,
            }
            for which, certificate in cells
        ],
    }


def _joined(_values: Mapping[str, Any], exchange: Exchange) -> list[dict[str, Any]]:
    """The devices that this one is joined to."""
    return [
        {"device_id": bytes(eui), "device_type": _NUMBERS.get(kind, _TYPE_2)}
        for eui, kind in exchange.device.joined
    ]


ANSWERS: Final[Mapping[str, Answer]] = {
    "credentials": _credentials,
    "joined": _joined,
    "firmware_version": lambda _, exchange: MAKES[exchange.device.kind].firmware,
    "status": lambda *_: DONE,
}
"""Value of a response to where it comes from."""


class AsnServer:
    """Serves the ASN.1 commands of any type of device."""

    def __init__(self) -> None:
        self._replacement = CredentialServer()

    def execute(self, payload: Node, exchange: Exchange) -> Done:
        """Answer a question, or do what else is asked."""
        found = codec.find_form(exchange.header, payload)
        response = None if found is None else found[0].response
        if found is None or response is None or not ANSWERS.keys() >= set(response.fields()):
            return self._replacement.execute(payload, exchange)
        asked = found[1].take(payload, exchange.context)
        outcome = Outcome({name: ANSWERS[name](asked, exchange) for name in response.fields()})
        # a question about what a device lacks is answered too
        return Done(response.put(outcome, exchange.reply), success=True)

    def activate(self, device: Device, instruction: bytes, moment: datetime, reaction: Reaction) -> None:
        """Carry out a replacement whose moment has come."""
        self._replacement.activate(device, instruction, moment, reaction)

"""An ASN.1 server: it answers what a device is asked about itself, and replaces its credentials (GBCS 13).

What is asked is known by what the answer holds, so that nothing here knows a use case.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from gbsmart.devices import device_clock, device_log, firmware, own_credentials
from gbsmart.devices.credentials import MANAGEMENT, Cell
from gbsmart.devices.device import Device
from gbsmart.devices.exchange import Done, Exchange, Reaction
from gbsmart.devices.identity import firmware_of
from gbsmart.devices.payload import Payload
from gbsmart.devices.replacement import CredentialServer
from gbsmart.devices.results import AsnStatus
from gbsmart.gbcs import codec
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.forms.management import DONE
from gbsmart.ground import MalformedMessage

Answer: TypeAlias = Callable[[Mapping[str, Any], Exchange], Any]
Work: TypeAlias = Callable[[Mapping[str, Any], Exchange], Outcome]


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


ANSWERS: Final[Mapping[str, Answer]] = {
    "credentials": _credentials,
    "joined": lambda _, exchange: device_log.entries(exchange.device),
    "firmware_version": lambda _, exchange: firmware_of(exchange.device),
    "status": lambda *_: DONE,
}
"""Value of a response to where it comes from, where all that is asked is to tell."""

WORK: Final[Mapping[tuple[str, str], Work]] = {
    ("key_usage", "certification_request"): own_credentials.new_pair,
    ("device_certificate", "status"): own_credentials.install,
    ("key_usage", "device_certificate"): own_credentials.held,
    ("join_method", "status"): device_log.join,
    ("other_device_id", "status"): device_log.leave,
    ("joined", "restored"): device_log.restore,
    ("firmware_hash", "activation"): firmware.activate,
    ("current_date_time", "device_time"): device_clock.take,
}
"""What a command is to do, by the first value that it holds and the first that answers it."""


class AsnServer:
    """Serves the ASN.1 commands of any type of device."""

    def __init__(self) -> None:
        self._replacement = CredentialServer()

    def execute(self, payload: Payload, exchange: Exchange) -> Done:
        """Answer a question, or do what else is asked."""
        found = codec.find_form(exchange.header, payload.tree)
        response = None if found is None else found[0].response
        if found is None or response is None:
            return self._replacement.execute(payload, exchange)
        first = (next(iter(found[1].fields()), ""), next(iter(response.fields()), ""))
        if (work := WORK.get(first)) is not None:
            done = work(found[1].take(payload.tree, exchange.context), exchange)
            return Done(response.put(done, exchange.reply), done.success)
        if not ANSWERS.keys() >= set(response.fields()):
            return self._replacement.execute(payload, exchange)
        asked = found[1].take(payload.tree, exchange.context)
        outcome = Outcome({name: ANSWERS[name](asked, exchange) for name in response.fields()})
        # a question about what a device lacks is answered too
        return Done(response.put(outcome, exchange.reply), success=True)

    def activate(self, device: Device, instruction: bytes, moment: datetime, reaction: Reaction) -> None:
        """Carry out a replacement whose moment has come, or run the firmware that was to be run."""
        held = json.loads(instruction)
        if "firmware_hash" in held:
            firmware.come_due(device, held, moment, reaction)
        else:
            self._replacement.activate(device, instruction, moment, reaction)

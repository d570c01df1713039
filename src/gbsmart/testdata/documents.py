"""The DUIS documents of a set: what a User sends to the DCC, and what the DCC tells the User.

They are signed where the key set holds the XML-signing key of who sends them.
"""

from __future__ import annotations

from collections.abc import Callable

from gbsmart import duis
from gbsmart.dcc import KEPT_BY_THE_DCC
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.protection import sign
from gbsmart.ground import Eui64
from gbsmart.keys import KeyNotHeld, RemotePartyRole, UnknownCertificate
from gbsmart.testdata.cases import LATER, Case
from gbsmart.testdata.scene import Scene
from gbsmart.user import signed_pre_command

# --- from the User ---


def request(scene: Scene, case: Case) -> bytes:
    """The Service Request."""
    return _of_user(scene, case.request)


def signed(scene: Scene, case: Case, pre_command: bytes) -> bytes | None:
    """The Signed Pre-Command; None where the User's signing key is not held."""
    try:
        message = sign(Message.parse(pre_command), scene.keyring)
    except (KeyNotHeld, UnknownCertificate):
        return None
    return _of_user(scene, signed_pre_command(case.request, message))


def _of_user(scene: Scene, asked: duis.Request) -> bytes:
    return _signed(duis.sign, duis.build_request(asked), scene, asked.request_id.originator)


# --- from the DCC ---


def pre_command(scene: Scene, case: Case, octets: bytes) -> bytes:
    """The answer to a critical request: its Pre-Command, to be held against the request and signed."""
    version = case.facts.gbcs_version
    return _of_dcc(scene, duis.pre_command(case.request.request_id, case.variant, scene.now, octets, version))


def acknowledgement(scene: Scene, case: Case) -> bytes:
    """The answer to what is sent to a device: that it is taken."""
    return _of_dcc(
        scene, duis.acknowledgement(case.request.request_id, case.variant, duis.ACKNOWLEDGED, scene.now)
    )


def response(scene: Scene, case: Case, octets: bytes) -> bytes:
    """What the User is told of a device's answer."""
    number = str(case.translation.facts.get("customer_identification_number", ""))
    return _of_dcc(
        scene,
        duis.device_response(
            case.request.request_id, _response_id(case), case.variant, scene.now, octets, number=number
        ),
    )


def outcome(scene: Scene, case: Case, octets: bytes, code: int, number: int, total: int) -> bytes:
    """What the User is told of an alert on instruction ``number`` of ``total`` of a future-dated command."""
    return _of_dcc(
        scene,
        duis.instruction_outcome(
            case.request.request_id, _response_id(case), case.variant, scene.now + LATER, octets, code,
            number, total,
        ),
    )  # fmt: skip


def alert(scene: Scene, octets: bytes, code: int) -> bytes | None:
    """What a User is told of an alert: its addressee, or the supplier of the home; None of what none is."""
    if code in KEPT_BY_THE_DCC:
        return None
    header = Message.parse(octets).header
    user = header.recipient
    if user == scene.acb:
        user = header.other.party or scene.parties[RemotePartyRole.SUPPLIER]
    named = duis.ResponseId(header.originator, user, header.counter)
    return _of_dcc(scene, duis.device_alert(named, scene.now, octets, code))


def _response_id(case: Case) -> duis.ResponseId:
    asked = case.request.request_id
    return duis.ResponseId(asked.target, asked.originator, asked.counter)


def _of_dcc(scene: Scene, said: duis.Response) -> bytes:
    return _signed(duis.sign_built, duis.build_response(said), scene, scene.acb)


def _signed(how: Callable[..., bytes], document: bytes, scene: Scene, signer: Eui64) -> bytes:
    try:
        return how(document, scene.keyring, signer)
    except (KeyNotHeld, UnknownCertificate):
        return document

"""The messages of a set, built from examples and protected with the scene's keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

from gbsmart.duis import build_request, signature
from gbsmart.gbcs import catalogue, codec, forms
from gbsmart.gbcs.alert_codes import alert_code
from gbsmart.gbcs.catalogue import MessageRules, Protection
from gbsmart.gbcs.contingency import is_by_contingency
from gbsmart.gbcs.dlms.moments import write_date_time
from gbsmart.gbcs.envelope import Cra, Header, Message, OtherInformation
from gbsmart.gbcs.examples import Setting, alert_codes_of, example, refusal
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.message_codes import message_code
from gbsmart.gbcs.protection import DEVICE_TO_DEVICE, add_mac, data_secret, seal, sign
from gbsmart.ground import Eui64
from gbsmart.keys import Certificate, KeyNotHeld, KeyUse, RemotePartyRole, UnknownCertificate
from gbsmart.keys import sign as sign_octets
from gbsmart.testdata.cases import COUNTER, LATER, Case
from gbsmart.testdata.scene import Scene
from gbsmart.translation import mmc

_RELIABLE, _NOT_STATED = 0x00, 0xFF
_ALERT_COUNTER = 3_000
_EXECUTED, _NOT_EXECUTED = 0x8F66, 0x8F67
"""The alert codes by which a device says that a future-dated command was carried out, or was not."""


class NotMade(Exception):
    """A message of a set that cannot be made, and why."""


class Told(NamedTuple):
    """A response or alert as it goes out, and its document."""

    name: str
    octets: bytes
    mmc: bytes


# --- commands ---


def request_document(scene: Scene, case: Case) -> bytes:
    """The Service Request, signed where the User's XML-signing key is held."""
    document = build_request(case.request)
    try:
        return signature.sign(document, scene.keyring, case.request.request_id.originator)
    except (KeyNotHeld, UnknownCertificate):
        return document


def precommand(case: Case) -> bytes | None:
    """The Pre-Command that the User is to sign; None where the request is not critical."""
    if not case.translation.critical or not case.translation.known:
        return None
    return case.translation.message().encode()


def command(scene: Scene, case: Case) -> bytes:
    """The Command as the device gets it; raises :class:`NotMade` where a key is missing."""
    unprotected = case.translation.message(case.dcc_counter)
    return protected_command(scene, unprotected, catalogue.message(unprotected.header.message_code))


def protected_command(scene: Scene, message: Message, rules: MessageRules) -> bytes:
    """A command under the protection that its rules ask for; raises :class:`NotMade`."""
    broker = message.header.originator == scene.acb
    signed = rules.critical or (rules.command is Protection.MAC_OR_SIGNATURE and not broker)
    macked = rules.command is not Protection.SIGNATURE and not (
        rules.command is Protection.MAC_OR_SIGNATURE and signed
    )
    try:
        if is_by_contingency(message):
            message = _by_contingency(scene, message)
        elif signed:
            message = sign(message, scene.keyring)
        return (add_mac(message, scene.keyring, scene.acb) if macked else message).encode()
    except (KeyNotHeld, UnknownCertificate) as missing:
        raise NotMade(str(missing)) from None


def _by_contingency(scene: Scene, message: Message) -> Message:
    """A command under the contingency key, which is nobody's."""
    if scene.contingency is None:
        raise NotMade("the key set has no contingency key")
    signature = sign_octets(scene.contingency.private_key, message.signed_octets())
    return replace(message, signature=signature, mac=None, null_signature=False)


# --- responses ---


def responses(scene: Scene, sent: Message, form: Form, scenario: str, variant: str) -> Iterator[Told]:
    """The answer of a device that does what it is asked, and of one that refuses."""
    setting = Setting(scene.now, _known(scene, sent.header))
    found = {"": example(form, Cra.RESPONSE, setting), "ERROR": refusal(form, setting)}
    for kind, outcome in found.items():
        if outcome is not None:
            name = scenario.replace("SUCCESS", kind) if kind else scenario
            octets = _response(scene, sent.header, form, outcome)
            yield Told(f"{name}_RESPONSE", octets, mmc.render(octets, scene.keyring, variant=variant))


def _response(scene: Scene, asked: Header, form: Form, outcome: Any) -> bytes:
    rules = catalogue.message(asked.message_code)
    other = asked.other
    status = _RELIABLE if rules.states_reliability else _NOT_STATED
    header = Header(
        Cra.RESPONSE, asked.counter, asked.recipient, asked.originator,
        OtherInformation(rules.code, other.party, other.party_counter, other.party_originator_counter),
        write_date_time(scene.now, status) if rules.dated else None,
    )  # fmt: skip
    certificate = None if other.certificate is None else Certificate.from_der(other.certificate)
    message = _written(scene, form, header, outcome, certificate)
    signed = rules.response is Protection.SIGNATURE or (
        rules.response is Protection.AS_COMMAND and asked.originator != scene.acb
    )
    return _protected(scene, message, signed=signed)


def _written(
    scene: Scene, form: Form, header: Header, values: Any, certificate: Certificate | None = None
) -> Message:
    def encrypt(plaintext: bytes) -> bytes:
        return seal(header, plaintext, data_secret(header, scene.keyring, certificate))

    try:
        return Message(header, codec.payload(form, header, values, encrypt))
    except (KeyNotHeld, UnknownCertificate) as missing:
        raise NotMade(str(missing)) from None


def _protected(scene: Scene, message: Message, *, signed: bool) -> bytes:
    try:
        if signed:
            return sign(message, scene.keyring).encode()
        return add_mac(replace(message, null_signature=True), scene.keyring, scene.acb).encode()
    except (KeyNotHeld, UnknownCertificate) as missing:
        raise NotMade(str(missing)) from None


def _known(scene: Scene, asked: Header) -> Mapping[str, Any]:
    """What an answer says that follows from who asked whom."""
    device, party = asked.recipient, asked.other.party or asked.originator
    given: dict[str, Any] = {
        "device_id": bytes(device), "devices_id": bytes(device), "existing_id": bytes(party),
        "replacing_id": bytes(party), "message_code": asked.message_code, "counter": asked.counter,
    }  # fmt: skip
    with suppress(UnknownCertificate):
        given["device_certificate"] = scene.certificate(device, KeyUse.DIGITAL_SIGNATURE)
    return given


# --- alerts ---

OUTCOME_FORMS: Mapping[str, str] = {"DLMS": "FD-DLMS", "GBZ": "FD-ZigBee"}
"""The alert by which a device says what came of a future-dated command, by the family of that."""


def executions(scene: Scene, sent: Message, scenario: str) -> Iterator[Told]:
    """The alerts by which a device says what came of a future-dated command."""
    code = message_code(sent.header.message_code)
    name = OUTCOME_FORMS.get(code.family)
    if name is None:
        return
    instruction = {
        "message_code": code.code, "counter": sent.header.counter, "class_id": 1,
        "instance": bytes.fromhex("0000600100FF"), "attribute": 2,
    }  # fmt: skip
    for which, came in ((_EXECUTED, "SUCCESS"), (_NOT_EXECUTED, "ERROR")):
        given = {
            "alert_code": which, "instruction": instruction, "message_code": code.code,
            "originator_counter": sent.header.counter,
        }  # fmt: skip
        values = example(forms.form(name), Cra.ALERT, Setting(scene.now + LATER, given))
        octets = _alert(scene, forms.form(name), sent.header.recipient, sent.header.originator, values)
        told = scenario.replace("SUCCESS", came)
        yield Told(f"{which:04X}_{told}_ALERT", octets, mmc.render(octets, scene.keyring))


def alerts(scene: Scene, form: Form) -> Iterator[Told]:
    """Every alert of a form, by alert code: to the supplier, or to the Broker from a device that has none."""
    for code in alert_codes_of(form):
        device = _raised_by(form, alert_code(code).raised_by)
        values = example(form, Cra.ALERT, Setting(scene.now, {"alert_code": code}))
        to = scene.acb if device == "CHF" else scene.parties[RemotePartyRole.SUPPLIER]
        octets = _alert(scene, form, scene.devices[device], to, values)
        yield Told(f"{code:04X}_ALERT", octets, mmc.render(octets, scene.keyring))


def _raised_by(form: Form, raised_by: str) -> str:
    """A device that sends this form and raises this code."""
    devices = message_code(form.code).devices
    return next((device for device in devices if device in raised_by.split()), devices[0])


def _alert(scene: Scene, form: Form, device: Eui64, to: Eui64, values: Any) -> bytes:
    header = Header(Cra.ALERT, _ALERT_COUNTER, device, to, OtherInformation(form.code))
    signed = alert_code(values["alert_code"]).protection == "signature"
    return _protected(scene, _written(scene, form, header, values), signed=signed)


# --- commands that no Service Request asks for ---

_BY_ROLE = (
    RemotePartyRole.SUPPLIER, RemotePartyRole.NETWORK_OPERATOR, RemotePartyRole.LOAD_CONTROLLER,
    RemotePartyRole.TRANSITIONAL_COS, RemotePartyRole.WAN_PROVIDER, RemotePartyRole.RECOVERY,
    RemotePartyRole.ACCESS_CONTROL_BROKER,
)  # fmt: skip

_CUSTODIANS = Eui64.parse("70-B3-D5-1F-30-00-17-FF")
"""Whom public test messages name as the sender of what the contingency key signs."""


def unasked(scene: Scene, form: Form) -> Message:
    """The command of a form that is made from no Service Request, unprotected; raises :class:`NotMade`."""
    rules = catalogue.message(form.code)
    device = scene.devices[rules.devices[0]]
    if form.code in DEVICE_TO_DEVICE:
        originator = scene.devices["PPMID"]
    elif RemotePartyRole.ROOT in rules.roles:
        originator = _CUSTODIANS
    else:
        role = next((role for role in _BY_ROLE if role in rules.roles and role in scene.parties), None)
        if role is None:
            raise NotMade("the key set has none of the parties that may send it")
        originator = scene.parties[role]
    header = Header(Cra.COMMAND, COUNTER, originator, device, OtherInformation(form.code))
    given = {"counter": COUNTER, "certificate": next(iter(scene.authorities()), None)}
    if originator == _CUSTODIANS and scene.contingency is not None:
        given["symmetric_key"] = scene.contingency.symmetric_key
    setting = Setting(scene.now, {name: value for name, value in given.items() if value is not None})
    message = _written(scene, form, header, example(form, Cra.COMMAND, setting))
    return replace(message, null_signature=True)

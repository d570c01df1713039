"""The messages of a set, built from examples and protected with the scene's keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import Any, NamedTuple

from gbsmart.gbcs import catalogue, codec, forms
from gbsmart.gbcs.alert_codes import alert_code
from gbsmart.gbcs.catalogue import MessageRules, Protection
from gbsmart.gbcs.contingency import is_by_contingency
from gbsmart.gbcs.dlms.moments import write_date_time
from gbsmart.gbcs.envelope import Cra, Header, Message, OtherInformation
from gbsmart.gbcs.examples import Setting, alert_codes_of, example, refusal
from gbsmart.gbcs.form import Form, Outcome
from gbsmart.gbcs.instructions import EXECUTED, NOT_EXECUTED, future_dated_instructions, outcome_form
from gbsmart.gbcs.message_codes import message_code
from gbsmart.gbcs.protection import DEVICE_TO_DEVICE, add_mac, data_secret, seal, sign
from gbsmart.ground import Eui64
from gbsmart.keys import Certificate, KeyNotHeld, KeyUse, RemotePartyRole, UnknownCertificate
from gbsmart.keys import sign as sign_octets
from gbsmart.testdata import credentials
from gbsmart.testdata.cases import ALERT_COUNTER, COUNTER, LATER, Case, utrn_of
from gbsmart.testdata.scene import Scene
from gbsmart.translation import mmc

_RELIABLE, _NOT_STATED = 0x00, 0xFF
_UNASKED = 1_000_000
"""Where the counters begin of what no Service Request asks for: behind those of the cases."""
_OF_A_FORM = 1_000
_FAILED = {"result": 1, "status": 5}
"""What an alert of failure says of a firmware, or of a certificate."""


class NotMade(Exception):
    """A message of a set that cannot be made, and why."""


class Told(NamedTuple):
    """A response or alert as it goes out, and as MMC; ``code`` is that of an alert."""

    name: str
    octets: bytes
    mmc: bytes
    code: int = 0


class Execution(NamedTuple):
    """The alert on one instruction of a future-dated command: which of how many it is about."""

    told: Told
    number: int
    total: int


# --- commands ---


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
    for kind, outcome in _answers(scene, sent, form):
        name = scenario.replace("SUCCESS", kind) if kind else scenario
        octets = _response(scene, sent.header, form, outcome)
        yield Told(f"{name}_RESPONSE", octets, mmc.render(octets, scene.keyring, variant=variant))


def _answers(scene: Scene, sent: Message, form: Form) -> Iterator[tuple[str, Outcome]]:
    """Success, and the refusal where there can be one: a command held for later is refused by nobody yet."""
    setting = Setting(scene.now, _known(scene, sent.header))
    asked = _asked(sent)
    later = asked.get("execution_date_time") is not None
    if credentials.replaces_certificates(form):
        told = None if later else credentials.outcome(scene, asked, done=True)
        yield "", Outcome({"outcome": told})
        if not later:
            yield "ERROR", Outcome({"outcome": credentials.outcome(scene, asked, done=False)})
        return
    done, refused = example(form, Cra.RESPONSE, setting), refusal(form, setting)
    if _activates_firmware(asked):
        if later:
            yield "", done
            return
        done = Outcome({"activation": _activation(executed=True)}, (0,))
    yield "", done
    if refused is not None:
        yield "ERROR", refused


def _asked(sent: Message) -> Mapping[str, Any]:
    """The values of an ASN.1 command, which say what its answer repeats; those of others are not needed."""
    if message_code(sent.header.message_code).family != "ASN1":
        return {}
    reading = codec.read(sent)
    return {} if reading is None else reading.values


def _activates_firmware(asked: Mapping[str, Any]) -> bool:
    return "firmware_hash" in asked


def _activation(*, executed: bool) -> dict[str, Any]:
    """What a device says of its firmware: the version that it runs then."""
    given = {} if executed else _FAILED
    values = example(forms.form("CS06 alert"), Cra.ALERT, Setting(given=given))
    activation: dict[str, Any] = values["activation"]
    return activation


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


def executions(scene: Scene, case: Case, sent: Message) -> Iterator[Execution]:
    """The alerts by which a device says what came of each instruction of a future-dated command."""
    counters = count(case.alert_counter)
    form, at = outcome_form(sent.header.message_code), scene.now + LATER
    instructions = future_dated_instructions(sent, at)
    for code, came in ((EXECUTED, "SUCCESS"), (NOT_EXECUTED, "ERROR")):
        for number, (title, named) in enumerate(instructions, 1):
            said = named or _outcome(scene, sent, executed=code == EXECUTED)
            values = {"alert_code": code, "time": at, **said}
            between = sent.header.recipient, sent.header.originator, next(counters)
            octets = _alert(scene, form, *between, values)
            name = f"{code:04X}_{case.scenario.replace('SUCCESS', came)}_ALERT{_suffix(title)}"
            told = Told(name, octets, mmc.render(octets, scene.keyring), code)
            yield Execution(told, number, len(instructions))


def _outcome(scene: Scene, sent: Message, *, executed: bool) -> dict[str, Any]:
    """What came of an ASN.1 command, which is one instruction."""
    asked = _asked(sent)
    if _activates_firmware(asked):
        return {"counter": asked["counter"], "activation": _activation(executed=executed)}
    return {"outcome": credentials.outcome(scene, asked, done=executed)}


def _suffix(title: str) -> str:
    """What an instruction is about, in the manner of the official names; nothing where it is all there is."""
    words = re.findall(r"[A-Za-z0-9]+", re.sub(r"\(.*?\)|:.*", "", title))
    return "".join(f"_{word.upper()}" for word in words)


def alerts(scene: Scene, form: Form) -> Iterator[Told]:
    """Every alert of a form, by alert code: to the supplier, or to the Broker from a device that has none."""
    for counter, code in enumerate(alert_codes_of(form), ALERT_COUNTER + _place_of(form)):
        device = _raised_by(form, alert_code(code).raised_by)
        failed = _FAILED if code == NOT_EXECUTED else {}
        values = example(form, Cra.ALERT, Setting(scene.now, {"alert_code": code, **failed}))
        to = scene.acb if device == "CHF" else scene.parties[RemotePartyRole.SUPPLIER]
        octets = _alert(scene, form, scene.devices[device], to, counter, values)
        yield Told(f"{code:04X}_ALERT", octets, mmc.render(octets, scene.keyring), code)


def _raised_by(form: Form, raised_by: str) -> str:
    """A device that sends this form and raises this code."""
    devices = message_code(form.code).devices
    return next((device for device in devices if device in raised_by.split()), devices[0])


def _place_of(form: Form) -> int:
    """The place of a form from which its counters follow, behind that of every case."""
    names = [each.name for each in forms.all_forms()]
    return _UNASKED + names.index(form.name) * _OF_A_FORM


def _alert(scene: Scene, form: Form, device: Eui64, to: Eui64, counter: int, values: Any) -> bytes:
    header = Header(Cra.ALERT, counter, device, to, OtherInformation(form.code))
    signed = alert_code(values["alert_code"]).protection == "signature"
    return _protected(scene, _written(scene, form, header, values), signed=signed)


# --- commands that no Service Request asks for ---

_SUPPLIER = RemotePartyRole.SUPPLIER
_BY_ROLE = (
    _SUPPLIER, RemotePartyRole.NETWORK_OPERATOR, RemotePartyRole.LOAD_CONTROLLER,
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
    counter = COUNTER + _place_of(form)
    header = Header(Cra.COMMAND, counter, originator, device, OtherInformation(form.code))
    values: Any
    if credentials.replaces_certificates(form):
        values = credentials.command(scene, form, header, rules.devices[0])
        if values is None:
            raise NotMade("the key set has no certificate that it may replace")
    else:
        given = {
            "counter": counter,
            "certificate": next(iter(scene.authorities()), None),
            "utrn": utrn_of(scene, scene.parties[_SUPPLIER], rules.devices[0], _place_of(form)),
        }
        setting = Setting(scene.now, {name: value for name, value in given.items() if value is not None})
        values = example(form, Cra.COMMAND, setting)
    message = _written(scene, form, header, values)
    return replace(message, null_signature=True)

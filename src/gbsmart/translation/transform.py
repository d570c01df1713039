"""Transform: a Service Request to the Pre-Command or Command that it asks for (SEC H4).

A function of the request and of named facts, never of anything else, and it says which facts it used.
Who originates the message follows from whether the User is a Known Remote Party of the device: if so,
its own id and the counter of its RequestID; if not, the Access Control Broker with a counter of its
own, the User going into the supplementary fields (DUIS mapping A and B); some variants the DCC sends in its
own right, naming no User (mapping C).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gbsmart.duis import Request, RequestId
from gbsmart.gbcs import Cra, Header, Message, OtherInformation, catalogue, codec, forms
from gbsmart.gbcs.form import Form
from gbsmart.ground import Eui64, GbsmartError, InvalidValue, MalformedMessage
from gbsmart.keys import Certificate, RemotePartyRole
from gbsmart.translation.binding import Binding, Body, Facts, Ledger, Mark, Sender
from gbsmart.translation.bindings import by_variant, refusals

_BROKER = RemotePartyRole.ACCESS_CONTROL_BROKER


class NoTranslation(GbsmartError):
    """No binding row is declared for this variant and device: a gap of ours, or a wrong device type."""

    def __init__(self, variant: str, device_type: str) -> None:
        super().__init__(
            f"Service Reference Variant {variant} has no GBCS form for device type {device_type}."
        )
        self.variant = variant
        self.device_type = device_type


@dataclass(slots=True)
class Translation:
    """What a Service Request asks of its device, ready to be written under a header.

    ``facts`` are the facts used, by name. The counter of a party of the DCC's is asked for only when a
    message is written, because it is allocated at dispatch. Where the message is not the User's own,
    ``party`` is the User in its supplementary fields: None where the DCC asks in its own right.
    """

    form: Form
    values: Mapping[str, Any]
    request_id: RequestId
    critical: bool
    known: bool
    originator: Eui64
    party: Eui64 | None
    facts: dict[str, Any]
    certificate: bytes | None = None
    says_counter: bool = False
    """Whether the payload says the header's counter again."""

    @property
    def signed_by_dcc(self) -> bool:
        """Whether the party of the DCC's that originates it also signs it: no User will."""
        return not self.known and catalogue.message(self.form.code).critical

    def header(self, dcc_counter: int | None = None) -> Header:
        """The command's grouping header; raises :class:`InvalidValue` where a counter is missing."""
        _, target, counter = self.request_id
        other = OtherInformation(self.form.code)
        if self.known:
            return Header(Cra.COMMAND, counter, self.originator, target, other)
        if dcc_counter is None:
            raise InvalidValue("what the DCC originates needs a counter of its own")
        if self.party is not None:
            other = OtherInformation(
                self.form.code, party=self.party, party_counter=counter, certificate=self.certificate
            )
        return Header(Cra.COMMAND, dcc_counter, self.originator, target, other)

    def message(self, dcc_counter: int | None = None) -> Message:
        """The unprotected message: a Pre-Command (with its null signature octet) where critical."""
        header = self.header(dcc_counter)
        values = _with_counter(self.values, header.counter) if self.says_counter else self.values
        payload = codec.payload(self.form, header, values)
        return Message(header, payload, null_signature=True)


def transform(request: Request, facts: Facts) -> Translation:
    """The translation of ``request``; raises :class:`NoTranslation` and :class:`InvalidValue`.

    A Signed Pre-Command is not transformed: it is already the message.
    """
    body = request.values if request.values is not None else {}
    ledger = Ledger(facts)
    row = _row(request.service_reference_variant, body, ledger)
    row.check(body)
    critical = request.service.critical
    asked_by_user = row.sender is Sender.USER
    known = asked_by_user and bool(ledger["known"])
    if critical and not known:
        raise InvalidValue("a critical request needs the User's credentials on the device", field="RequestID")
    form = forms.form(row.form)
    if asked_by_user and not known and _BROKER not in catalogue.message(form.code).roles:
        raise InvalidValue(
            f"only a party with credentials on the device may send {form.name}", field="RequestID"
        )
    user = request.request_id.originator
    values = {}
    for name, source in row.fields.items():
        value = source.value(body, ledger)
        if value is not Mark.LEFT_OUT:
            values[name] = value
    certificate = _certificate(form, body, user, known, ledger) if asked_by_user else None
    party = None
    if asked_by_user and not known:
        party = ledger["party"] if facts.party else user
    return Translation(
        form, values, request.request_id, critical, known,
        user if known else _dcc_party(row.sender, facts), party, ledger.used, certificate,
        row.says_counter,
    )  # fmt: skip


def _dcc_party(sender: Sender, facts: Facts) -> Eui64:
    """Who originates what is not the User's own."""
    if sender is not Sender.COS_PARTY:
        return facts.acb
    if facts.cos is None:
        raise InvalidValue("nobody is known as the CoS Party", field="cos")
    return facts.cos


def _with_counter(values: Mapping[str, Any], counter: int) -> dict[str, Any]:
    """The values with the header's counter where they say it again."""
    return {
        name: counter if value is Mark.COUNTER
        else _with_counter(value, counter) if isinstance(value, Mapping)
        else value
        for name, value in values.items()
    }  # fmt: skip


def sender(variant: str) -> Sender:
    """Who originates what this variant asks for."""
    return next((row.sender for row in by_variant().get(variant, ())), Sender.USER)


def in_own_right(variant: str) -> bool:
    """Whether the DCC sends what this variant asks for as its own, whoever asks (DUIS mapping C)."""
    return sender(variant) is not Sender.USER


_CERTIFICATE = "ka_public_security_credentials"


def _certificate(
    form: Form, body: Mapping[str, Any], user: Eui64, known: bool, facts: Ledger
) -> bytes | None:
    """What a device is to seal its answer to, where it has no certificate of the User (DUIS E52).

    A request may bring the certificate; where its body has no place for it or leaves it out, it is the one
    among the facts [assumed: the DCC has it from the SMKI Repository].
    """
    given: bytes | None = body.get(_CERTIFICATE)
    if given is not None and known:
        raise InvalidValue(
            "the device knows the User and has its certificate", field=_CERTIFICATE, response_code="E52"
        )
    if known or not catalogue.message(form.code).sensitive:
        return None
    if given is None:
        certificate: bytes | None = facts["certificate"]
        return certificate
    _check_certificate(given, user)
    return given


def _check_certificate(der: bytes, user: Eui64) -> None:
    """Raise :class:`InvalidValue` unless it is a key agreement certificate of the User (DUIS E53)."""
    try:
        certificate = Certificate.from_der(der)
    except MalformedMessage as fault:
        raise InvalidValue(fault.message, field=_CERTIFICATE, response_code="E53") from None
    if certificate.holder != user or "keyAgreement" not in certificate.key_usage:
        raise InvalidValue(
            f"it is no key agreement certificate of {user}", field=_CERTIFICATE, response_code="E53"
        )


def _row(variant: str, body: Body, facts: Ledger) -> Binding:
    """The first row that is for such a request and whose form the device's GBCS version has."""
    lacking = None
    for row in by_variant().get(variant, ()):
        if row.fits(body, facts):
            if row.is_spoken(facts):
                return row
            lacking = lacking or row
    if lacking is not None:
        raise InvalidValue(
            f"devices of GBCS {facts['gbcs_version']} have no {lacking.form}", response_code=lacking.unspoken
        )
    for refusal in refusals().get(variant, ()):
        refusal.check(body, facts)
    raise NoTranslation(variant, str(facts["device_type"]))

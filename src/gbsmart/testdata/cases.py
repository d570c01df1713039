"""Cases: for each way in which a Service Request becomes a form, an example request and the facts beside it.

They come from the binding rows. For each row and type of device, examples of the body and circumstances (who
asks, what the device is) are tried, the plainest first, until the row is the one that a transformation takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice, product
from typing import Any

from gbsmart.dcc import STANDINGS
from gbsmart.devices import CELLS, cell
from gbsmart.duis import (
    FutureDating,
    Request,
    RequestId,
    ServiceRequestVariant,
    UserRole,
    service,
    service_requests,
)
from gbsmart.duis.examples import Setting, examples
from gbsmart.duis.schema import Record
from gbsmart.duis.services import body
from gbsmart.gbcs import catalogue, forms
from gbsmart.gbcs.utrn import ValueClass, make_utrn
from gbsmart.gbcs.versions import turning_points
from gbsmart.ground import NEVER, NOW, Eui64, GbsmartError
from gbsmart.inventory import DeviceType
from gbsmart.keys import KeyNotHeld, KeyUse, RemotePartyRole, UnknownCertificate
from gbsmart.testdata.credentials import replaced_role
from gbsmart.testdata.scene import USER_ROLES, Scene
from gbsmart.translation import Facts, NoTranslation, Translation, transform
from gbsmart.translation.bindings import by_variant

_GAS = ("GSME", "GPF")
_WITHOUT_SUPPLIER = ("CHF", "PPMID")
"""Devices that hold no credentials of a supplier."""
_TRIES = (6, 120)
"""Examples of one body that are tried under each of the circumstances: few first, for most need no more."""
COUNTER = 1_000
"""From where the originator counters of commands rise: each has its own, so that one device takes them all.

A response has its command's, an alert one of the device's own.
"""
_DCC_COUNTER, ALERT_COUNTER = 2_000, 3_000
_OF_A_VARIANT, _OF_A_WAY, _OF_A_MOMENT = 1_000, 50, 5
"""How many counters lie between the first of two variants, of two of its ways, and of their moments."""
LATER = timedelta(days=30)
"""How far ahead a future-dated case is."""


@dataclass(frozen=True)
class Case:
    """One request to one device and what it becomes; ``scenario`` is the last part of its name.

    ``place`` is its place among all cases, from which its counters follow.
    """

    variant: str
    form: str
    device_type: str
    request: Request
    facts: Facts
    translation: Translation
    place: int
    scenario: str = "SUCCESS"

    @property
    def name(self) -> str:
        """The name that its messages share: use case, variant, scenario."""
        return f"{self.form}_{self.variant}_{self.scenario}"

    @property
    def service(self) -> ServiceRequestVariant:
        """The Service Request variant."""
        return service(self.variant)

    @property
    def dcc_counter(self) -> int | None:
        """The counter of a party of the DCC's, where one originates the command."""
        return None if self.translation.known else _DCC_COUNTER + self.place

    @property
    def alert_counter(self) -> int:
        """The device's own counter of the first alert about it."""
        return ALERT_COUNTER + self.place


@dataclass(slots=True)
class Cases:
    """Every case, and the rows for which none was found, each with the reason."""

    found: list[Case] = field(default_factory=list)
    missing: list[tuple[str, str, str, str]] = field(default_factory=list)


def cases_of(scene: Scene, variant: str) -> Cases:
    """The cases of one variant, plainest timing first."""
    cases = Cases()
    rows = by_variant().get(variant, ())
    ways = dict.fromkeys((row.form, device) for row in rows for device in sorted(row.device_types))
    first = list(service_requests()).index(variant) * _OF_A_VARIANT
    for place, (form, device) in enumerate(ways):
        several = sum(name == form for name, _ in ways) > 1
        case = _case(scene, variant, form, device, first + place * _OF_A_WAY)
        if isinstance(case, str):
            cases.missing.append((variant, form, device, case))
        else:
            cases.found += _timed(scene, case, f"{device}_" if several else "")
    return cases


def _case(scene: Scene, variant: str, form: str, device: str, place: int) -> Case | str:
    """The plainest case, or why there is none."""
    circumstances = list(_circumstances(scene, variant, form, device))
    reason = "no example of its body is one" if circumstances else _nobody(variant)
    for tries, (facts, user) in product(_TRIES, circumstances):
        setting = Setting(scene.now, _given(scene, facts, user, device, form, place), _about(device))
        for values in islice(_bodies(variant, setting), tries):
            try:
                case = _made(scene, variant, device, values, facts, user, place)
            except NoTranslation:
                continue
            except (GbsmartError, KeyError) as refused:
                reason = str(refused)
                continue
            if case.translation.form.name == form:
                return replace(case, form=form)
    return reason


def _made(
    scene: Scene, variant: str, device: str, values: Mapping[str, Any], facts: Facts, user: Eui64, place: int
) -> Case:
    facts = _of_other_device(scene, facts)
    counter = _utrn_counter(place) if variant == "2.2" else COUNTER + place
    command_variant = 4 if service(variant).critical else min(service(variant).command_variants)
    request = Request(RequestId(user, scene.devices[device], counter), command_variant, variant, values)
    translation = transform(request, facts)
    case = Case(variant, translation.form.name, device, request, facts, translation, place)
    translation.message(case.dcc_counter)  # it can be written
    return case


def _timed(scene: Scene, case: Case, prefix: str) -> Iterator[Case]:
    """The case now; where the device itself keeps what is dated, also for later, and taken back."""
    values = case.request.values or {}
    dated = FutureDating.DEVICE in case.service.future_dated and "execution_date_time" in values
    if not dated:
        yield replace(case, scenario=f"{prefix}SUCCESS")
        return
    moments = {"IMMEDIATE": NOW, "FUTURE_DATED": scene.now + LATER, "CANCELLATION": NEVER}
    for number, (name, moment) in enumerate(moments.items()):
        try:
            made = _made(
                scene, case.variant, case.device_type, {**values, "execution_date_time": moment}, case.facts,
                case.request.request_id.originator, case.place + number * _OF_A_MOMENT,
            )  # fmt: skip
        except GbsmartError:
            continue
        yield replace(made, form=case.form, scenario=f"{prefix}{name}_SUCCESS")


# --- circumstances ---


def _nobody(variant: str) -> str:
    roles = ", ".join(role.value for role in service(variant).roles)
    return f"the key set has none of the parties that may ask for it (User Roles {roles})"


def _circumstances(scene: Scene, variant: str, form: str, device: str) -> Iterator[tuple[Facts, Eui64]]:
    """Who might ask and what the device might be, the usual first."""
    rules = catalogue.message(forms.form(form).code)
    others = ("", *scene.devices) if _names_another_device(variant) else ("",)
    letters_of = ("A", "C") if device == "ESME" else ("",)
    for role, version, letters, other in product(
        _roles(variant, device, rules.roles), turning_points(), letters_of, others
    ):
        party = USER_ROLES[role]
        user = scene.parties.get(party)
        if user is None:
            continue
        known = party in rules.roles and (service(variant).critical or _is_known(role, device, variant))
        certificate = _certificate(scene, user, KeyUse.KEY_AGREEMENT)
        cos = scene.parties.get(RemotePartyRole.TRANSITIONAL_COS)
        facts = Facts(
            now=scene.now, acb=scene.acb, device_type=device, known=known, role=role,
            esme_variant=letters, gbcs_version=version,
            certificate=None if known else certificate, cos=cos,
            other_device_type=other, customer_identification_number="1234", device_log=_LOGS.get(form),
        )  # fmt: skip
        yield facts, user


def _is_known(role: str, device: str, variant: str) -> bool:
    """Whether the Command is the User's own, by what the DCC goes by; else it is the Broker's."""
    counts_as = DeviceType("ESME" if device == "SAPC" else device)
    standing = STANDINGS.get((UserRole(role), counts_as))
    return standing is not None and standing.is_known_for(variant)


def _names_another_device(variant: str) -> bool:
    declared = body(variant)
    return isinstance(declared, Record) and bool(declared.known & {"other_device_id", "device_id"})


_USUAL = ("IS", "GS", "ED", "GT", "LC", "ES", "RSA", "OU")


def _roles(variant: str, device: str, originators: tuple[RemotePartyRole, ...]) -> list[str]:
    """The User Roles that may ask, the one that usually does first, then those whose party may originate it.

    8.5 has none, and is asked by a supplier.
    """
    usual = ("GS", "GT", *_USUAL) if device in _GAS else _USUAL
    allowed = {role.value for role in service(variant).roles} or {"IS", "GS"}
    able = [role for role in _USUAL if USER_ROLES[role] in originators]
    return [*dict.fromkeys([role for role in usual if role in allowed] + able)]


_LOGS: Mapping[str, Any] = {
    "CCS03": {
        "network_id": bytes(range(8)),
        "devices": [{"device_id": bytes.fromhex("00DB1234567890A0"), "hashed_link_key": bytes(range(16))}],
    },
    "GCS59": [{"device_id": bytes.fromhex("00DB1234567890A1"), "device_type": 1}],
}
"""What the DCC has backed up, by the form that restores it."""


def _of_other_device(scene: Scene, facts: Facts) -> Facts:
    if not facts.other_device_type:
        return facts
    other = scene.devices[facts.other_device_type]
    return replace(facts, other_device_certificate=_certificate(scene, other, KeyUse.KEY_AGREEMENT))


def _certificate(scene: Scene, holder: Eui64, use: KeyUse) -> bytes | None:
    try:
        return scene.certificate(holder, use)
    except UnknownCertificate:
        return None


# --- bodies ---


def _bodies(variant: str, setting: Setting) -> Iterator[Mapping[str, Any]]:
    return examples(body(variant), setting)


def _about(device: str) -> tuple[str, ...]:
    return ("Gas", device) if device in _GAS else ("Elec", device)


_REPLACED = {
    RemotePartyRole.NETWORK_OPERATOR: "NetworkOperator",
    RemotePartyRole.LOAD_CONTROLLER: "LoadController",
}
_REPLACEMENTS = {
    "digital_signing_certificate": KeyUse.DIGITAL_SIGNATURE,
    "key_agreement_certificate": KeyUse.KEY_AGREEMENT,
    "key_agreement_top_up_certificate": KeyUse.TOP_UP,
}
"""The certificates for the cells of a device, where it has these cells."""


def _given(scene: Scene, facts: Facts, user: Eui64, device: str, form: str, place: int) -> dict[str, Any]:
    """What the body of a request is to hold, where it has a place for it."""
    role = replaced_role(forms.form(form)) or USER_ROLES[facts.role]
    given: dict[str, Any] = {
        "certificate": next(iter(scene.authorities()), None),
        "device_certificate": _certificate(scene, scene.devices[device], KeyUse.DIGITAL_SIGNATURE),
        "utrn": utrn_of(scene, user, device, place),
    }
    for name, use in _REPLACEMENTS.items():
        if cell(role, use) in CELLS[device]:
            given[name] = _certificate(scene, scene.parties.get(role, user), use)
    if device in _WITHOUT_SUPPLIER:
        given["remote_party_role"] = "ACB"
    elif role in _REPLACED:
        given["remote_party_role"] = _REPLACED[role]
    if facts.other_device_type:
        given["other_device_id"] = given["device_id"] = scene.devices[facts.other_device_type]
    if device in _GAS:
        given["import_mpxn"] = "4000000101"
    return {name: value for name, value in given.items() if value is not None}


def _utrn_counter(place: int) -> int:
    """A UTRN has the upper half of its command's counter."""
    return COUNTER + place << 32


def utrn_of(scene: Scene, supplier: Eui64, device: str, place: int) -> str | None:
    """A top-up of a device by its supplier; None where the supplier's key is not held."""
    try:
        return make_utrn(
            scene.keyring,
            supplier,
            scene.devices[device],
            _utrn_counter(place),
            25,
            value_class=ValueClass.POUNDS,
        )
    except (KeyNotHeld, UnknownCertificate):
        return None

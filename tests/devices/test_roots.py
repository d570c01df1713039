"""A device's root of trust is replaced: in the ordinary way, or by the contingency key after a compromise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from gbsmart.devices.credentials import ROOT, Cell
from gbsmart.devices.enrolment import CELLS
from gbsmart.devices.replacement import MODES
from gbsmart.gbcs import Cra, Header, Message, OtherInformation, catalogue, codec, forms
from gbsmart.gbcs.forms.credentials import MODES as MODE_NAMES
from gbsmart.ground import Eui64
from gbsmart.keys import Certificate, sign
from gbsmart.trust import TestSmki

from .town import SUPPLIER, Town, seeded_bytes, smki

OPERATOR = Eui64.parse("70-B3-D5-1F-30-00-17-FF")
"""Who sends the contingency command: in no cell of the device."""
NO_ANCHOR, BAD = 10, 5


def after(town: Town) -> TestSmki:
    """The SMKI that is to be trusted instead."""
    return TestSmki.create(town.clock, seeded_bytes("the SMKI after"))


def replacements(cells: list[tuple[Cell, Certificate]]) -> list[dict[str, Any]]:
    return [
        {
            "certificate": certificate.der,
            "cell": {
                "role": which.role, "key_usage": which.key_usage, "cell_usage": which.cell_usage or None,
            },
        }
        for which, certificate in cells
    ]  # fmt: skip


def every_cell(town: Town, device: Eui64, new: TestSmki) -> list[tuple[Cell, Certificate]]:
    """The cells of a device with the certificates that the same holders have under another root."""
    issued = {(e.certificate.holder, e.use): e.certificate for e in new.entries}
    cells = []
    for which, held in town.street.device(device).credentials.cells():
        use = next((e.use for e in smki().entries if e.certificate == held and e.use is not None), None)
        cells.append(
            (which, new.organisation_root.certificate if which == ROOT else issued[held.holder, use])
        )
    return cells


def contingency(
    town: Town, device: Eui64, new: TestSmki, cells: list[tuple[Cell, Certificate]], **control: Any
) -> bytes:
    """The command of the contingency key, counter 5000."""
    form = forms.form("CS02bAnyByContingency")
    header = Header(Cra.COMMAND, 5_000, OPERATOR, device, OtherInformation(form.code))
    values = {
        "control": {
            "mode": 9, "counter": 5_000, "floor": 0, "symmetric_key": smki().contingency_symmetric_key,
            "changes": [{"role": 2, "floor": 0, "specialist_floors": None}], **control,
        },
        "replacements": replacements(cells),
        "path_certificates": [new.organisation_issuing.certificate.der],
    }  # fmt: skip
    message = Message(header, codec.payload(form, header, values))
    return replace(message, signature=sign(smki().contingency_key, message.signed_octets())).encode()


def test_the_contingency_key_replaces_the_root_and_all_that_is_under_it() -> None:
    town = Town()
    town.ask("ECS43", {}, town.esme, 900)
    new = after(town)
    cells = every_cell(town, town.esme, new)
    assert {which for which, _ in cells} == set(CELLS["ESME"])
    (reaction,) = town.give((town.esme, contingency(town, town.esme, new, cells)))
    outcome = town.read(reaction.response).values["outcome"]
    assert [each["status"] for each in outcome["replacements"]] == [0] * len(cells)
    assert outcome["changes"][0]["role"] == 0
    (root,) = [each for each in outcome["replacements"] if each["cell"]["role"] == 0]
    assert root["replacing_id"] == bytes(8)
    assert root["replacing_key_id"] == new.organisation_root.certificate.key_id
    town.outside.add_entries(new.entries)  # everybody uses the new certificates
    for entry in new.entries:
        town.outside.put_in_force(entry.certificate)
    assert town.ask("ECS43", {}, town.esme, 1, SUPPLIER).success  # above the floor that was set


@pytest.mark.parametrize("role", ["the root alone", "a cell alone"])
def test_each_cell_is_checked_under_the_root_that_it_comes_with(role: str) -> None:
    town = Town()
    new = after(town)
    cells = every_cell(town, town.esme, new)
    chosen = [one for one in cells if (one[0] == ROOT) == (role == "the root alone")]
    (reaction,) = town.give((town.esme, contingency(town, town.esme, new, chosen)))
    outcome = town.read(reaction.response).values["outcome"]
    statuses = {each["status"] for each in outcome["replacements"]}
    assert statuses == ({0} if role == "the root alone" else {NO_ANCHOR})


def test_another_key_than_the_contingency_key_is_not_trusted() -> None:
    town = Town()
    new = after(town)
    wrong = contingency(town, town.esme, new, [], symmetric_key=bytes(32))
    (reaction,) = town.give((town.esme, wrong))
    assert reaction.response is None
    spoiled = bytearray(contingency(town, town.esme, new, []))
    spoiled[-1] ^= 1
    (reaction,) = town.give((town.esme, bytes(spoiled)))
    assert reaction.response is None
    assert {note for _, note in town.security_log(town.esme)} == {
        "the signature is not by the contingency key of the root"
    }


def linked(new: TestSmki) -> Certificate:
    """The new root's key, certified by the root before it."""
    parsed = x509.load_der_x509_certificate(new.organisation_root.certificate.der)
    before = smki().organisation_root
    builder = (
        x509.CertificateBuilder().subject_name(parsed.subject).issuer_name(before.name)
        .public_key(parsed.public_key()).serial_number(77)
        .not_valid_before(parsed.not_valid_before_utc).not_valid_after(parsed.not_valid_after_utc)
    )  # fmt: skip
    for extension in parsed.extensions:
        builder = builder.add_extension(extension.value, critical=extension.critical)
    signed = builder.sign(before.private_key, SHA256())
    return Certificate.from_der(signed.public_bytes(Encoding.DER))


def ordinary(mode: int, role: int, path: list[Certificate], new: Certificate) -> dict[str, Any]:
    return {
        "control": {
            "mode": mode, "counter": 1,
            "authorising_cell": {"role": role, "key_usage": "1", "cell_usage": None},
        },
        "replacements": replacements([(ROOT, new)]),
        "path_certificates": [each.der for each in path],
    }  # fmt: skip


@pytest.mark.parametrize("with_link", [True, False])
def test_a_supplier_replaces_the_root_by_one_that_the_present_root_certifies(with_link: bool) -> None:
    town = Town()
    new = after(town)
    path = [linked(new)] if with_link else [new.organisation_issuing.certificate]
    values = ordinary(0, 2, path, new.organisation_root.certificate)
    outcome = town.ask("CS02bRootBySupplier", values, town.esme, 1)
    assert outcome.results == ((0,) if with_link else (NO_ANCHOR,))
    held = town.street.device(town.esme).credentials.in_cell(ROOT)
    before = smki().organisation_root.certificate
    assert held == (new.organisation_root.certificate if with_link else before)


def test_the_wan_provider_replaces_the_root_of_a_hub() -> None:
    town = Town()
    new, hub = after(town), town.plans[0].hub
    provider = next(e.certificate.holder for e in smki().entries if e.certificate.role == 6)
    assert provider is not None
    values = ordinary(1, 6, [linked(new)], new.organisation_root.certificate)
    assert town.ask("CS02bRootByWP", values, hub, 1, provider).success


def test_what_is_no_root_takes_no_root_s_place() -> None:
    town = Town()
    organisation = next(e.certificate for e in smki().entries if e.certificate.role == 2)
    for number, certificate in enumerate((organisation, smki().organisation_issuing.certificate), 1):
        values = ordinary(0, 2, [smki().organisation_issuing.certificate], certificate)
        values["control"]["counter"] = number
        assert town.ask("CS02bRootBySupplier", values, town.esme, number).results == (BAD,)


CODES = {**{mode: 0x0100 + mode for mode in range(10)}, 10: 0x0125, 11: 0x0126}


def test_every_mode_is_served_under_a_message_code_that_its_authoriser_may_use() -> None:
    assert MODES.keys() == set(range(len(MODE_NAMES)))
    for number, mode in MODES.items():
        assert mode.authoriser in catalogue.message(CODES[number]).roles

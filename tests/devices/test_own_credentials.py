"""A device's own certificates: a new key pair, its certificate, and what the device signs with then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gbsmart.gbcs import Message, codec
from gbsmart.gbcs.protection import Check, verify_mac, verify_signature
from gbsmart.ground import Eui64
from gbsmart.keys import Certificate, KeyEntry, KeyUse, use_of

from .town import ACB, Town, public_town, smki

DS, KA = "1", "00001"
BAD, OTHER_DEVICE, BAD_USAGE, NO_PAIR, OTHER_KEY = 1, 2, 3, 4, 5


def renewed(town: Town, device: Eui64, usage: str = DS, counter: int = 1) -> Certificate:
    """The certificate that the SMKI issues on a device's request."""
    asked = town.ask("CS02c", {"key_usage": usage}, device, counter)
    return smki().issue_on_request(asked.values["certification_request"])


def installed(town: Town, device: Eui64, certificate: bytes, counter: int = 2) -> int:
    return int(town.ask("CS02d", {"device_certificate": certificate}, device, counter).values["status"])


def known(town: Town, certificate: Certificate) -> None:
    """Everybody is told of a new certificate."""
    town.outside.succeed(KeyEntry(certificate, use_of(certificate)))


def held(town: Town, device: Eui64, usage: str, counter: int) -> bytes:
    der: bytes = town.ask("CS02e", {"key_usage": usage}, device, counter).values["device_certificate"]
    return der


def test_after_the_new_certificate_the_device_signs_with_the_new_key() -> None:
    town = Town()
    before = town.outside.certificate(town.esme, KeyUse.DIGITAL_SIGNATURE)
    certificate = renewed(town, town.esme)
    assert held(town, town.esme, DS, 2) == before.der
    assert installed(town, town.esme, certificate.der, 3) == 0  # the answer is still under the old pair
    (reaction,) = town.give((town.esme, town.command("CS02e", {"key_usage": DS}, town.esme, 4)))
    answer = Message.parse(reaction.response)
    assert verify_signature(answer, before) is Check.INVALID
    assert verify_signature(answer, certificate) is Check.VALID
    known(town, certificate)
    assert held(town, town.esme, DS, 5) == certificate.der


def test_after_a_new_key_agreement_certificate_macs_and_secrets_are_of_the_new_pair() -> None:
    town = Town()
    certificate = renewed(town, town.esme, KA)
    assert installed(town, town.esme, certificate.der) == 0
    old = town.command("ECS17b", {}, town.esme, 3)
    (reaction,) = town.give((town.esme, old))
    assert reaction.response is None  # its MAC is not by the pair in use
    known(town, certificate)
    (reaction,) = town.give((town.esme, town.command("ECS17b", {}, town.esme, 4)))
    answer = Message.parse(reaction.response)
    assert verify_mac(answer, town.outside, ACB) is Check.VALID
    assert town.read(reaction.response).success


@pytest.mark.parametrize(("usage", "done", "not_done"), [(DS, 0x8F4D, 0x8F4C), (KA, 0x8F4F, 0x8F4E)])
def test_the_security_log_tells_of_a_new_certificate(usage: str, done: int, not_done: int) -> None:
    town = Town()
    certificate = renewed(town, town.esme, usage)
    assert installed(town, town.gsme, certificate.der) == OTHER_DEVICE
    assert installed(town, town.esme, certificate.der) == 0
    assert town.security_log(town.gsme) == [(not_done, "")]
    assert town.security_log(town.esme) == [(done, "")]


def test_the_private_key_is_in_no_memory_of_the_device() -> None:
    town = Town()
    certificate = renewed(town, town.esme)
    device = town.street.device(town.esme)
    slots = set(device.memory)
    installed(town, town.esme, certificate.der)
    assert set(device.memory) == slots
    assert not [slot for slot in slots if slot.startswith("own/")]


def test_the_same_certificate_twice_is_taken_twice() -> None:
    town = Town()
    certificate = renewed(town, town.esme)
    assert installed(town, town.esme, certificate.der, 2) == 0
    known(town, certificate)
    assert installed(town, town.esme, certificate.der, 3) == 0


def strange(town: Town, case: str) -> bytes:
    """A certificate that is not the one for the pair that waits."""
    key = smki().new_private_key().public_key()
    if case == "unreadable":
        return bytes.fromhex("30153003020101300a06082a8648ce3d04030203020000")
    if case == "another device":
        return smki().issue_device(town.gsme, KeyUse.DIGITAL_SIGNATURE, key).der
    if case == "an organisation":
        return next(e.certificate.der for e in smki().entries)
    if case == "another use":
        return smki().issue_device(town.esme, KeyUse.KEY_AGREEMENT, key).der
    return smki().issue_device(town.esme, KeyUse.DIGITAL_SIGNATURE, key).der


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("unreadable", BAD), ("another device", OTHER_DEVICE), ("an organisation", OTHER_DEVICE),
        ("another use", NO_PAIR), ("another key", OTHER_KEY),
    ],
)  # fmt: skip
def test_another_certificate_is_refused_and_changes_nothing(case: str, status: int) -> None:
    town = Town()
    certificate = renewed(town, town.esme)
    assert installed(town, town.esme, strange(town, case)) == status
    assert installed(town, town.esme, certificate.der, 3) == 0


def test_a_certificate_without_a_pair_is_refused() -> None:
    town = Town()
    assert installed(town, town.esme, strange(town, "another key")) == NO_PAIR


@pytest.mark.parametrize("name", ["CS02c", "CS02e"])
def test_no_device_has_a_pair_for_signing_certificates(name: str) -> None:
    town = Town()
    assert town.ask(name, {"key_usage": "000001"}, town.esme, 1).values["status"] == 1


def test_every_device_with_keys_renews_them() -> None:
    town = Town()
    plan = town.plans[0]
    for device in (plan.esme, plan.gsme, plan.hcalcs):
        assert device is not None
        assert installed(town, device, renewed(town, device).der) == 0
    for device in (plan.hub, plan.ppmid):  # which the DCC alone asks
        assert device is not None
        asked = town.ask("CS02c", {"key_usage": DS}, device, 1, ACB)
        certificate = smki().issue_on_request(asked.values["certification_request"])
        values = {"device_certificate": certificate.der}
        assert town.ask("CS02d", values, device, 2, ACB).success


def test_the_public_errors_are_the_devices(corpus: Path) -> None:
    town = public_town(corpus)
    values = read(corpus, "6.15.2_CS02d", "ERROR_COMMAND")
    outcome = town.ask("CS02d", values, town.esme, 2_000)
    assert outcome.values == read(corpus, "6.15.2_CS02d", "ERROR_RESPONSE").values == {"status": BAD_USAGE}


def read(corpus: Path, folder: str, kind: str) -> Any:
    (found,) = (corpus / "rtds" / folder).glob(f"*_{kind}_GBCS.HEX")
    reading = codec.read(Message.parse(bytes.fromhex(found.read_text().strip())))
    assert reading is not None
    return reading.values

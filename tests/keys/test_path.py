"""Path validation, fault by fault."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from lxml import etree

from gbsmart.ground import Eui64, ManualClock
from gbsmart.keys import Certificate, PathFault, PathInvalid, validate_path
from gbsmart.trust import TestSmki
from gbsmart.trust.profiles import (
    ORGANISATION_AGREEMENT,
    ORGANISATION_ISSUING,
    TEST_POLICIES,
    Fields,
    authority_name,
    organisation_name,
    unsigned,
)
from gbsmart.trust.smki import Authority

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SMKI = TestSmki.create(ManualClock(NOW), random.Random(1).randbytes)
OTHER = TestSmki.create(ManualClock(NOW), random.Random(2).randbytes)
ROOT, ISSUING = (authority.certificate for authority in SMKI.authorities[:2])
HOLDER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
LEAF = next(entry.certificate for entry in SMKI.entries if entry.certificate.holder == HOLDER)
POLICY = TEST_POLICIES["organisation"]


def fault_of(act: Callable[[], object]) -> PathFault:
    with pytest.raises(PathInvalid) as caught:
        act()
    return caught.value.fault


def fields(
    key: EllipticCurvePublicKey, issuer: Authority, subject: x509.Name, policy: str = POLICY
) -> Fields:
    return Fields(subject, issuer.name, key, 5, NOW, policy, issuer.certificate.key_id)


def test_from_an_organisation_to_the_root() -> None:
    assert validate_path(LEAF, [ISSUING], [ROOT], moment=NOW) == (LEAF, ISSUING, ROOT)
    assert validate_path(LEAF, [], [ISSUING], moment=NOW) == (LEAF, ISSUING)
    assert validate_path(LEAF, [ROOT, ISSUING], [ROOT], moment=NOW, policy=POLICY) == (LEAF, ISSUING, ROOT)


def test_from_a_device_to_the_device_root() -> None:
    _, _, root, issuing = (authority.certificate for authority in SMKI.authorities)
    for entry in SMKI.device(HOLDER):
        assert validate_path(entry.certificate, [issuing], [root], moment=NOW)[-1] == root
        act = partial(validate_path, entry.certificate, [ISSUING], [ROOT], moment=NOW)
        assert fault_of(act) is PathFault.NO_TRUST_ANCHOR


def test_without_the_issuing_authority_there_is_no_path() -> None:
    assert fault_of(lambda: validate_path(LEAF, [], [ROOT], moment=NOW)) is PathFault.NO_TRUST_ANCHOR


def test_another_smki_of_the_same_names_is_no_anchor() -> None:
    other_issuing, other_root = OTHER.organisation_issuing.certificate, OTHER.organisation_root.certificate
    assert other_issuing.subject == ISSUING.subject
    fault = fault_of(lambda: validate_path(LEAF, [other_issuing], [other_root], moment=NOW))
    assert fault is PathFault.NO_TRUST_ANCHOR


def test_an_altered_signature() -> None:
    altered = Certificate.from_der(LEAF.der[:-1] + bytes([LEAF.der[-1] ^ 1]))
    assert fault_of(lambda: validate_path(altered, [ISSUING], [ROOT], moment=NOW)) is PathFault.BAD_SIGNATURE


def test_time_counts_only_when_asked() -> None:
    late = LEAF.not_after + timedelta(seconds=1)
    assert fault_of(lambda: validate_path(LEAF, [ISSUING], [ROOT], moment=late)) is PathFault.NOT_IN_FORCE
    assert validate_path(LEAF, [ISSUING], [ROOT], moment=None)


def test_an_organisation_cannot_issue() -> None:
    entry = next(e for e in SMKI.entries if e.certificate == LEAF)
    assert entry.private_key
    party = Authority(LEAF, entry.private_key)
    key = SMKI.new_private_key().public_key()
    forged = party.sign(unsigned(ORGANISATION_AGREEMENT, fields(key, party, organisation_name(HOLDER, 2))))
    fault = fault_of(lambda: validate_path(forged, [LEAF, ISSUING], [ROOT], moment=NOW))
    assert fault is PathFault.NOT_AN_AUTHORITY


def test_no_authority_below_an_issuing_authority() -> None:
    key = SMKI.new_private_key()
    issuing = SMKI.organisation_issuing
    built = unsigned(ORGANISATION_ISSUING, fields(key.public_key(), issuing, authority_name("G2", 7)))
    below = Authority(issuing.sign(built), key)
    leaf_key = SMKI.new_private_key().public_key()
    leaf = below.sign(unsigned(ORGANISATION_AGREEMENT, fields(leaf_key, below, organisation_name(HOLDER, 2))))
    chain = [below.certificate, ISSUING]
    assert fault_of(lambda: validate_path(leaf, chain, [ROOT], moment=NOW)) is PathFault.TOO_LONG


def test_another_policy_and_an_unknown_critical_extension() -> None:
    key = SMKI.new_private_key().public_key()
    issuing = SMKI.organisation_issuing
    subject = organisation_name(HOLDER, 2)
    strange = issuing.sign(unsigned(ORGANISATION_AGREEMENT, fields(key, issuing, subject, "1.2.3")))
    assert fault_of(lambda: validate_path(strange, [ISSUING], [ROOT], moment=NOW)) is PathFault.POLICY
    act = partial(validate_path, strange, [], [ISSUING], moment=NOW, policy=POLICY)
    assert fault_of(act) is PathFault.POLICY
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\x05\x00")
    built = unsigned(ORGANISATION_AGREEMENT, fields(key, issuing, subject)).add_extension(
        unknown, critical=True
    )
    leaf = issuing.sign(built)
    assert fault_of(lambda: validate_path(leaf, [ISSUING], [ROOT], moment=NOW)) is PathFault.UNKNOWN_EXTENSION


@pytest.mark.corpus
def test_the_corpus_under_its_issuing_authority(corpus: Path) -> None:
    issuing = next(
        certificate
        for path in sorted((corpus / "duis-requests").rglob("*.[xX]*"))
        for certificate in certificates_in(path)
        if certificate.role == 7
    )
    assert issuing.serial == 0x71872BDBC82789BC1401CE01BA06ADA3
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    outcomes = {}
    for path in sorted((corpus / "keystore").glob("90*.pem")):
        certificate = Certificate.from_pem(path.read_text())
        try:
            validate_path(certificate, [], [issuing], moment=None)
            outcomes[path.stem] = "valid"
        except PathInvalid as error:
            outcomes[path.stem] = error.fault.name
    # the load controller's files name Z1 but are not signed by it
    assert {name for name, outcome in outcomes.items() if outcome != "valid"} == {
        "90b3d51f30010008-ds",
        "90b3d51f30010008-ka",
    }
    supplier = Certificate.from_pem((corpus / "keystore" / "90b3d51f30010000-ds.pem").read_text())
    assert validate_path(supplier, [], [issuing], moment=moment)[-1] == issuing
    expired = fault_of(lambda: validate_path(supplier, [], [issuing], moment=NOW))
    assert expired is PathFault.NOT_IN_FORCE
    bad = Certificate.from_der(issuing.der[:-1] + bytes([issuing.der[-1] ^ 1]))
    assert (
        fault_of(lambda: validate_path(supplier, [bad], [ROOT], moment=moment)) is PathFault.NO_TRUST_ANCHOR
    )


def certificates_in(path: Path) -> list[Certificate]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    found = etree.parse(str(path), parser).xpath("//*[local-name()='Certificate'][not(*)]")
    assert isinstance(found, list)
    return [
        Certificate.from_der(base64.b64decode(element.text or ""))
        for element in found
        if isinstance(element, etree._Element)
    ]

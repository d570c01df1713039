"""Two independent implementations of XML signatures agree with ours, in both directions."""

from __future__ import annotations

from pathlib import Path

import pytest
import signxml
import xmlsec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree

from gbsmart.duis import NON_DEVICE, build_request, parse_request, sign, verify
from gbsmart.keys import KeyUse, MemoryKeyring

from .conftest import NOW
from .examples import USER, read_registers

PLAIN = build_request(read_registers())
DS = "http://www.w3.org/2000/09/xmldsig#"
EXACT = signxml.SignatureConfiguration(
    signature_methods=frozenset({signxml.SignatureMethod.ECDSA_SHA256}),
    digest_algorithms=frozenset({signxml.DigestAlgorithm.SHA256}),
    default_reference_c14n_method=signxml.CanonicalizationMethod.CANONICAL_XML_1_0,
    verification_time=NOW,
    require_x509=False,
)


def key_info(keyring: MemoryKeyring) -> etree._Element:
    certificate = keyring.certificate(USER, KeyUse.XML_SIGNATURE)
    info = etree.Element(f"{{{DS}}}KeyInfo", nsmap={"ds": DS})
    data = etree.SubElement(info, f"{{{DS}}}X509Data")
    cited = etree.SubElement(data, f"{{{DS}}}X509IssuerSerial")
    etree.SubElement(cited, f"{{{DS}}}X509IssuerName").text = certificate.issuer
    etree.SubElement(cited, f"{{{DS}}}X509SerialNumber").text = str(certificate.serial)
    return info


def accepted_by_xmlsec(document: bytes, certificate_pem: bytes) -> bool:
    root = etree.fromstring(document)
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(certificate_pem, xmlsec.KeyFormat.CERT_PEM)
    try:
        context.verify(root.find(f"{{{DS}}}Signature"))
    except xmlsec.Error:
        return False
    return True


def test_xmlsec_accepts_ours(keyring: MemoryKeyring, certificate_pem: bytes) -> None:
    signed = sign(PLAIN, keyring, USER)
    assert accepted_by_xmlsec(signed, certificate_pem)
    assert not accepted_by_xmlsec(signed.replace(b":1000<", b":1001<"), certificate_pem)


@pytest.mark.corpus
def test_xmlsec_accepts_every_kind_of_request(
    corpus: Path, keyring: MemoryKeyring, certificate_pem: bytes
) -> None:
    for path in sorted((corpus / "duis-requests").iterdir()):
        signed = sign(path.read_bytes(), keyring, USER)
        assert accepted_by_xmlsec(signed, certificate_pem), path.name
        assert verify(parse_request(signed, limits=NON_DEVICE).root, keyring).holder == USER


def test_we_accept_those_of_xmlsec(keyring: MemoryKeyring, private_key: ec.EllipticCurvePrivateKey) -> None:
    root = etree.fromstring(PLAIN)
    signature = xmlsec.template.create(
        root, xmlsec.Transform.EXCL_C14N, xmlsec.Transform.ECDSA_SHA256, ns="ds"
    )
    reference = xmlsec.template.add_reference(signature, xmlsec.Transform.SHA256, uri="")
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    root.append(signature)
    context = xmlsec.SignatureContext()
    pem = private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context.key = xmlsec.Key.from_memory(pem, xmlsec.KeyFormat.PEM)
    context.sign(signature)
    signature.append(key_info(keyring))
    assert verify(parse_request(etree.tostring(root)).root, keyring).holder == USER


def test_signxml_accepts_ours(keyring: MemoryKeyring, certificate_pem: bytes) -> None:
    signed = etree.fromstring(sign(PLAIN, keyring, USER))
    result = signxml.XMLVerifier().verify(
        signed, x509_cert=certificate_pem.decode(), ca_pem_file=certificate_pem, expect_config=EXACT
    )
    assert result.signed_data == PLAIN.split(b"?>", 1)[1]


def test_we_accept_those_of_signxml(keyring: MemoryKeyring, private_key: ec.EllipticCurvePrivateKey) -> None:
    signer = signxml.XMLSigner(
        signature_algorithm=signxml.SignatureMethod.ECDSA_SHA256,
        digest_algorithm=signxml.DigestAlgorithm.SHA256,
        c14n_algorithm=signxml.CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    signed = signer.sign(
        etree.fromstring(PLAIN),
        key=private_key,
        key_info=key_info(keyring),
        exclude_c14n_transform_element=True,
    )
    assert verify(parse_request(etree.tostring(signed)).root, keyring).holder == USER

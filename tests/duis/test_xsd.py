"""The generated XML schema: what standard validators make of it."""

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from gbsmart.duis import Request, RequestId, build_request, service_requests
from gbsmart.duis.xsd import XSD, write_folder

from .examples import ESME, USER

VALIDATOR = Path(__file__).parent / "Validator.java"
NAME = f"{{{XSD}}}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema")
    write_folder(path)
    return path


@pytest.fixture(scope="module")
def schema(folder: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(folder / "duis-5.4.xsd"))


@pytest.fixture(scope="module")
def tree(folder: Path) -> etree._Element:
    return etree.parse(folder / "duis-5.4.xsd").getroot()


def test_every_variant_has_its_element(tree: etree._Element) -> None:
    body = tree.find(f"{NAME}element[@name='Request']").find(f".//{NAME}element[@name='Body']")
    names = [each.get("name") for each in body.findall(f"{NAME}complexType/{NAME}choice/{NAME}element")]
    assert names == [*(each.body_element for each in service_requests().values()), "SignedPreCommand"]


def test_what_is_alike_is_written_once(tree: etree._Element) -> None:
    anonymous = [
        etree.tostring(each, method="c14n")
        for kind in ("complexType", "simpleType")
        for each in tree.iter(f"{NAME}{kind}")
        if each.get("name") is None
    ]
    assert max(Counter(anonymous).values()) == 1


def test_what_is_built_is_valid_and_what_cannot_be_is_not(schema: etree.XMLSchema) -> None:
    built = build_request(Request(RequestId(USER, ESME, 1000), 1, "2.2", {"utrn": "0" * 20}))
    assert schema.validate(etree.fromstring(built))
    assert not schema.validate(etree.fromstring(built.replace(b"0" * 20, b"0" * 19)))
    assert not schema.validate(etree.fromstring(built.replace(b"UTRN>", b"Utrn>")))


def test_a_validator_in_java_says_the_same(folder: Path, tmp_path: Path) -> None:
    """Xerces, as every JDK has it, reads the schema by the rules that libxml2 does not check."""
    if (java := shutil.which("java")) is None:
        pytest.skip("there is no Java on this machine")
    good = build_request(Request(RequestId(USER, ESME, 1000), 1, "2.2", {"utrn": "0" * 20}))
    (tmp_path / "good.xml").write_bytes(good)
    (tmp_path / "bad.xml").write_bytes(good.replace(b"0" * 20, b"0" * 19))
    arguments = [folder / "duis-5.4.xsd", tmp_path / "good.xml", tmp_path / "bad.xml"]
    ran = subprocess.run(
        [java, str(VALIDATOR), *map(str, arguments)], capture_output=True, text=True, check=True, timeout=120
    )
    assert ran.stdout.split() == ["valid", "invalid"]


@pytest.mark.corpus
def test_the_requests_of_the_corpus_are_valid(schema: etree.XMLSchema, corpus: Path) -> None:
    documents = sorted((corpus / "duis-requests").rglob("*.XML"))
    assert len(documents) == 259
    assert not [path.name for path in documents if not schema.validate(etree.parse(path))]

"""The check of MMC documents reads them by itself, and fails where a value is not what it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from gbsmart.conformance.mmc import Expected, expected, has_data, shows
from gbsmart.conformance.vectors import read_keys
from gbsmart.gbcs import Message, codec
from gbsmart.gbcs.codec import Reading
from gbsmart.translation import mmc

RESPONSES = {
    "4.11.1_ECS24/ECS24_4.11.1_SUCCESS_RESPONSE": 100,
    "4.6.1_ECS21a/ECS21a_4.6.1_TWIN_SUCCESS_RESPONSE": 150,
    "6.24.1_CS02aMAC/CS02aMAC_6.24.1_SUCCESS_RESPONSE": 20,
    "NA_ECS68/ECS68_NA_8F0A_TWIN_ALERT": 80,
}


def reading_and_document(corpus: Path, name: str) -> tuple[Reading, etree._Element]:
    octets = bytes.fromhex((corpus / "rtds" / f"{name}_GBCS.HEX").read_text())
    keyring = read_keys(corpus / "keystore").keyring
    reading = codec.read(Message.parse(octets), keyring)
    assert reading is not None
    return reading, etree.fromstring(mmc.render(octets, keyring))


@pytest.mark.corpus
@pytest.mark.parametrize("name", RESPONSES)
def test_every_value_is_found_and_none_once_it_is_broken(corpus: Path, name: str) -> None:
    reading, root = reading_and_document(corpus, name)
    assert has_data(root, reading)
    values = list(expected(reading))
    assert len(values) >= RESPONSES[name]
    assert all(shows(root, each) for each in values)
    for each in root.iter():
        if each.text:
            each.text = f"1{each.text}" if each.text[0] != "1" else f"2{each.text}"
    broken = [each for each in values if not each.attribute and each.value != ""]
    assert broken
    assert not any(shows(root, each) for each in broken)


@pytest.mark.corpus
def test_a_missing_element_is_missed(corpus: Path) -> None:
    reading, root = reading_and_document(corpus, next(iter(RESPONSES)))
    charge = root.find(".//{*}StandingCharge")
    parent = charge.getparent()
    assert parent is not None
    parent.remove(charge)
    missed = [each for each in expected(reading) if not shows(root, each)]
    assert [each.path[-1][0] for each in missed] == ["StandingCharge"]


@pytest.mark.parametrize("text", ["5fe6E2Fd", "e5 f7 ba 13 61 5d"])
def test_octets_are_read_in_both_ways_where_a_text_could_be_either(text: str) -> None:
    """Base64 of six octets may look like the hex of four."""
    root = etree.Element("a")
    etree.SubElement(root, "b").text = text
    assert shows(root, Expected((("b", 0),), "", bytes.fromhex("e5f7ba13615d")))
    assert not shows(root, Expected((("b", 0),), "", b"other"))

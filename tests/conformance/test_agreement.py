"""Our XML schema, the official one and our reader give the same verdict on changed documents."""

from pathlib import Path

import pytest

from gbsmart.conformance.agreement import KEPT_AS_XML, Agreement, compare, reasons
from gbsmart.conformance.duis import read_documents

pytestmark = pytest.mark.corpus


def agreement(corpus: Path, *, enough: int, seed: int = 0) -> Agreement:
    folders = (corpus / "duis-requests", corpus / "duis-responses")
    documents = [each.octets for folder in folders for each in read_documents(folder)]
    return compare(documents, corpus / "schema", enough=enough, seed=seed)


def test_thousands_of_changed_documents_have_one_verdict(corpus: Path) -> None:
    found = agreement(corpus, enough=5_000)
    assert found.accepted_by_both >= 5_000
    assert found.rejected_by_both >= 5_000
    assert found.unexplained() == []
    assert {each.reason for each in found.differences} == {KEPT_AS_XML}, "MMC inside SMETS1 responses"
    differences = sum(each.count for each in found.differences)
    assert found.accepted_by_both + found.rejected_by_both + differences == found.mutations
    readings = sum(each.count for each in found.reader_differences)
    assert found.reader_accepted + found.reader_rejected + readings == found.mutations


def test_the_same_seed_gives_the_same_result(corpus: Path) -> None:
    first = agreement(corpus, enough=60)
    assert first == agreement(corpus, enough=60)
    assert first != agreement(corpus, enough=60, seed=1)


def test_every_known_difference_has_its_reason() -> None:
    assert all(row.reason and row.accepted_by != row.refused_by for row in reasons())


def test_a_schema_that_says_something_else_is_found_out(corpus: Path, tmp_path: Path) -> None:
    """The official schema with one word changed: the differences name the element, and no reason."""
    for path in (corpus / "schema").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    official = tmp_path / "duis-5.4.xsd"
    text = official.read_text(encoding="utf-8")
    assert text.count('value="GBP"') > 1
    official.write_text(text.replace('value="GBP"', 'value="GBX"'), encoding="utf-8")
    documents = [each.octets for each in read_documents(corpus / "duis-requests") if b">GBP<" in each.octets]
    found = compare(documents, tmp_path, enough=300)
    named = [(each.accepted_by, each.refused_by) for each in found.unexplained() if "GBP" in each.says]
    assert ("ours", "official") in named

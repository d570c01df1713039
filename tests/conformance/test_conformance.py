"""The two conformance reports on the public test data, and what they say of data that is broken."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gbsmart.conformance import duis, facts
from gbsmart.conformance.commands import app
from gbsmart.conformance.facts import DIFFERS, fact_table
from gbsmart.conformance.vectors import first_difference, read_keys, read_vectors
from gbsmart.ground import MalformedMessage, NotFound


def report(*arguments: str | Path) -> tuple[int, dict]:
    result = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(result.output)


@pytest.mark.corpus
def test_every_message_conforms(corpus: Path) -> None:
    code, found = report(
        "rtds", corpus / "rtds", "--keys", corpus / "keystore", "--schema", corpus / "schema"
    )
    shown = found.pop("mmc")
    assert (shown["rendered"], shown["schema_valid"]) == (500, 500)
    assert shown["with_data"] == 496
    assert [each.split("/")[0] for each in shown["raw_only"]] == [
        "NA_CS02bAnyByContingency", "NA_CS02bAnyExceptAbnormalRootByRecovery", "NA_PCS01", "NA_PCS02"
    ]  # fmt: skip
    assert shown["values_shown"] == shown["values_mapped"] > 10_000
    assert found == {
        "vectors": 1076,
        "walked": 1076,
        "named": 1076,
        "reencoded": 1076,
        "macs": {"present": 680, "valid": 676, "invalid": 0, "no_key": 4},
        "signatures": {"present": 405, "valid": 405, "invalid": 0, "no_key": 0},
        "decrypted": 46,
        "failures": [],
    }
    assert code == 0


@pytest.fixture
def altered(corpus: Path, tmp_path: Path) -> Path:
    """Four vectors: one whole, one with another payload octet, one with another MAC, one cut short."""
    source = corpus / "rtds" / "4.1.1_ECS17b"
    text = (source / "ECS17b_4.1.1_SINGLE_SUCCESS_COMMAND_GBCS.HEX").read_text().strip()
    (tmp_path / "whole_GBCS.HEX").write_text(text)
    (tmp_path / "mac_GBCS.HEX").write_text(text[:-2] + f"{int(text[-2:], 16) ^ 1:02X}")
    (tmp_path / "short_GBCS.HEX").write_text(text[:-2])
    payload = text.index("D9200003E8")
    (tmp_path / "invoke_GBCS.HEX").write_text(text[:payload] + "D9200003E9" + text[payload + 10 :])
    return tmp_path


@pytest.mark.corpus
def test_what_is_wrong_is_told_with_its_stage(corpus: Path, altered: Path) -> None:
    code, found = report("rtds", altered, "--keys", corpus / "keystore")
    assert code == 1
    assert (found["vectors"], found["walked"], found["reencoded"]) == (4, 3, 2)
    assert found["macs"] == {"present": 2, "valid": 1, "invalid": 1, "no_key": 0}
    assert [(each["file"], each["stage"]) for each in found["failures"]] == [
        ("invoke_GBCS.HEX", "read"),
        ("mac_GBCS.HEX", "MAC"),
        ("short_GBCS.HEX", "parse"),
    ]
    assert all(each["error"] for each in found["failures"])


@pytest.mark.corpus
def test_the_requests_become_the_messages(corpus: Path) -> None:
    code, found = report(
        "duis", corpus / "duis-requests", "--rtds", corpus / "rtds", "--keys", corpus / "keystore",
        "--schema", corpus / "schema", "--responses", corpus / "duis-responses", "--mutations", 200,
    )  # fmt: skip
    assert (found["requests"], found["parsed"], found["rebuilt"]) == (259, 259, 259)
    assert found["official_schema_valid"] == 259
    assert found["schema_valid"] == 259
    agreement = found["schema_agreement"]
    assert min(agreement["accepted_by_both"], agreement["rejected_by_both"]) >= 200
    assert all(each["reason"] for each in agreement["differences"] + agreement["reader_differences"])
    assert (found["compared"], found["not_covered"], found["identical"]) == (241, 0, 221)
    assert found["identical"] == found["compared"] - len(found["differences"])
    assert all(each["offset"] is not None and each["reason"] for each in found["differences"])
    masked = [each for each in found["differences"] if each["reason"].startswith("certificates: ")]
    assert len(masked) == 12, "CS02b, CS02g and one CS03C"
    (reordered,) = [each["request"] for each in found["differences"] if "another order" in each["reason"]]
    assert reordered == "GCS20_6.22_SUCCESS"
    (difference,) = [each for each in found["differences"] if each["request"] == "GCS09_3.2_SUCCESS"]
    assert difference["vector"] == "3.2_GCS09/GCS09_3.2_SUCCESS_COMMAND_GBCS.HEX"
    assert difference["reason"].startswith("restriction_date_time: the request says 2015-02-01T00:00:00Z")
    assert difference["offset"] > 0
    assert difference["expected"] != difference["got"]
    assert code == 0, "the differences are the test set's own"
    parts = {
        each["request"]: {part.partition(": ")[0] for part in each["reason"].split("; ")}
        for each in found["differences"]
    }
    listed = {
        row.scope.removeprefix("pair:"): set(row.value.split()) for row in fact_table() if row.fact == DIFFERS
    }
    assert listed == parts, "a difference that is put down to the test set is there, and is no more than that"


@pytest.mark.corpus
def test_a_message_that_cannot_be_read_is_a_difference(corpus: Path, tmp_path: Path) -> None:
    name = "ECS42_7.1_SUCCESS"
    request = corpus / "duis-requests" / f"{name}_REQUEST_DUIS.XML"
    (tmp_path / request.name).write_bytes(request.read_bytes())
    (tmp_path / f"{name}_PRECOMMAND_GBCS.HEX").write_text("DF0901")
    code, found = report("duis", tmp_path, "--rtds", tmp_path, "--keys", corpus / "keystore")
    assert code == 1
    (difference,) = found["differences"]
    assert "the octets end inside the grouping header" in difference["reason"]


@pytest.mark.corpus
def test_a_request_to_a_device_of_unknown_type_is_a_difference(corpus: Path, tmp_path: Path) -> None:
    name = "ECS42_7.1_SUCCESS"
    request = (corpus / "duis-requests" / f"{name}_REQUEST_DUIS.XML").read_text("utf-8")
    stranger = request.replace("00-DB-12-34-56-78-90-A0", "00-DB-12-34-56-78-90-AF")
    (tmp_path / f"{name}_REQUEST_DUIS.XML").write_text(stranger, "utf-8")
    code, found = report("duis", tmp_path, "--rtds", corpus / "rtds", "--keys", corpus / "keystore")
    assert code == 1
    (difference,) = found["differences"]
    assert "unknown" in difference["reason"]
    assert (found["compared"], found["not_covered"]) == (0, 1)


@pytest.mark.corpus
def test_facts_are_listed_for_every_pair(corpus: Path) -> None:
    _, found = report(
        "duis", corpus / "duis-requests", "--rtds", corpus / "rtds", "--keys", corpus / "keystore"
    )
    assert found["official_schema_valid"] is None
    assert len(found["facts"]) == found["compared"]
    assert found["facts"]["ECS42_7.1_SUCCESS"] == {"device_type": "ESME", "known": "True"}
    assert found["facts"]["GCS32_7.2_SUCCESS"]["now"] == "2015-01-01 00:00:00+00:00"


@pytest.mark.corpus
def test_a_person_reads_tables(corpus: Path) -> None:
    shown = CliRunner().invoke(app, ["rtds", str(corpus / "rtds"), "--keys", str(corpus / "keystore")])
    assert shown.exit_code == 0
    assert "676 valid, 0 invalid, 4 without key" in shown.output


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no \.HEX file"):
        list(read_vectors(tmp_path))
    (tmp_path / "a.hex").write_text("DF 0g")
    with pytest.raises(MalformedMessage, match="not hexadecimal"):
        list(read_vectors(tmp_path))


def test_the_first_difference() -> None:
    assert first_difference(b"abc", b"abd") == 2
    assert first_difference(b"abc", b"ab") == 2


@pytest.mark.corpus
def test_every_fact_is_needed_by_a_pair(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it a message is another than its vector, or none."""
    documents = list(duis.read_documents(corpus / "duis-requests"))
    vectors = list(read_vectors(corpus / "rtds"))
    keys = read_keys(corpus / "keystore")
    rows = fact_table()
    for row in rows:
        if row.fact == DIFFERS or row.fact == "now" or row.scope.startswith("device:"):
            continue
        rest = tuple(other for other in rows if other is not row)
        monkeypatch.setattr(facts, "fact_table", lambda rest=rest: rest)
        meant = [each for each in documents if fnmatchcase(each.name, row.scope.removeprefix("pair:"))]
        report = duis.check_requests(meant, vectors, keys)
        assert report.surprises(), row


def test_every_fact_says_why() -> None:
    rows = fact_table()
    assert rows
    assert all(row.because for row in rows)

"""Requests of the public test set, sent to emulated devices: what is expected, and what is found."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gbsmart.conformance.commands import app
from gbsmart.conformance.devices.cells import Asked, Cell, planned, read_samples
from gbsmart.conformance.devices.rules import rules
from gbsmart.conformance.duis import read_documents
from gbsmart.conformance.vectors import read_vectors
from gbsmart.duis import service_requests

pytestmark = pytest.mark.corpus


def cells(corpus: Path, **asked: str) -> dict[tuple[str, str], Mapping[str, Any]]:
    options = [part for name, value in asked.items() for part in (f"--{name.replace('_', '-')}", value)]
    folders = [corpus / "duis-requests", "--rtds", corpus / "rtds", "--keys", corpus / "keystore"]
    result = CliRunner().invoke(app, ["devices", *map(str, folders), *options, "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    found = json.loads(result.output)
    assert (found["unexpected"] > 0) == (result.exit_code == 1)
    assert all(set(each) == set(Cell.__slots__) for each in found["cells"])
    return {(each["request"], each["device_type"]): each for each in found["cells"]}


def test_a_reading_is_answered_by_every_type_of_device(corpus: Path) -> None:
    found = cells(corpus, request="ECS17b_4.1.1*")
    for kind, form in (("ESME", "ECS17b"), ("GSME", "GCS13a"), ("GPF", "GCS13a")):
        cell = found["ECS17b_4.1.1_SINGLE_SUCCESS", kind]
        assert (cell["outcome"], cell["read_back"]) == (f"{form}: success", None)
    assert found["ECS17b_4.1.1_DSP_FUTURE_DATED", "ESME"]["outcome"] == "ECS17b: success"
    assert found["ECS17b_4.1.1", "ESME"]["outcome"] == "refused: E17"
    assert all(cell["outcome"] == cell["expected"] for cell in found.values())


def test_a_write_is_read_back(corpus: Path) -> None:
    """At once, at its moment, and where a cancellation takes back what was to come."""
    found = cells(corpus, variant="1.1.1", device_type="GSME")
    now = found["GCS01a_1.1.1_IMMEDIATE_TOU_SUCCESS", "GSME"]
    assert now["outcome"] == now["expected"] == "GCS01a: success"
    assert now["read_back"]["device"]["standing_charge"] == 22_465
    later = found["GCS01a_1.1.1_FUTURE_DATED_BLOCK_SUCCESS", "GSME"]
    assert later["read_back"]["device"]["standing_charge"] > 0
    cancelled = found["GCS01a_1.1.1_CANCELLATION_BLOCK_SUCCESS", "GSME"]
    assert "gone" in cancelled["read_back"]["device"].values()


def test_every_supporting_type_of_device_has_a_cell(corpus: Path) -> None:
    samples = list(read_samples(read_documents(corpus / "duis-requests"), read_vectors(corpus / "rtds")))
    places = {
        (sample.request.service_reference_variant, kind)
        for sample, kind in planned(samples, rules(), Asked())
    }
    device_services = [each for each in service_requests().values() if not each.non_device]
    wanted = {(each.variant, kind) for each in device_services for kind in each.device_types}
    assert wanted - places == set()


def test_the_documentation_has_a_figure_for_every_supporting_type_of_device() -> None:
    page = (Path(__file__).parents[2] / "docs" / "device-conformance.md").read_text(encoding="utf-8")
    rows = [line.strip("| \n").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    (_, _, *types), *found = rows
    figures = {(row[0], kind): figure for row in found for kind, figure in zip(types, row[2:], strict=True)}
    for service in service_requests().values():
        for kind in () if service.non_device else types:
            supported = kind in service.device_types
            assert bool(re.fullmatch(r"\d+ of \d+", figures[service.variant, kind])) == supported


@pytest.mark.timeout(400)
def test_every_device_answers_every_request_as_the_test_set_says(corpus: Path) -> None:
    found = cells(corpus)
    assert len(found) >= 520
    unexpected = {key: Cell(**each) for key, each in found.items() if Cell(**each).is_unexpected}
    assert {key: (cell.outcome, cell.expected) for key, cell in unexpected.items()} == {}


def test_every_rule_is_for_some_request(corpus: Path) -> None:
    samples = list(read_samples(read_documents(corpus / "duis-requests"), read_vectors(corpus / "rtds")))
    idle = [
        row
        for row in rules().rows
        if not any(
            fnmatchcase(sample.name, row.request)
            and any(fnmatchcase(kind, row.device_type) for kind in sample.request.service.device_types)
            for sample in samples
        )
    ]
    assert idle == []

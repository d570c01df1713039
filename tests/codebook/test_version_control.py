"""The version-control table is worked out from events, and says what the printed one says."""

from __future__ import annotations

import csv
import itertools
from datetime import timedelta

import pytest
from sqlalchemy import Connection
from tests.conftest import SHARED

from gbsmart import codebook
from gbsmart.codebook import moment_of, version_at, version_row, versions
from gbsmart.codebook.version_control import COLUMNS
from gbsmart.ground import NotFound

PROSE = ("legal_basis", "reason", "notes")


def test_it_is_the_reference_table_row_by_row(library: Connection) -> None:
    sheet = SHARED / "reference" / "code-versions.csv"
    if not sheet.is_file():
        pytest.skip("needs the reference table beside the checkout")
    with sheet.open(encoding="utf-8", newline="") as file:
        printed = list(csv.DictReader(file))
    lists = [name for name in COLUMNS if name not in PROSE and any(";" in row[name] for row in printed)]
    lists.append("schedules_inferred")  # it never names two, and is a list as its neighbours are
    expected = [
        {
            name: [each.strip() for each in cell.split(";") if each] if name in lists else cell
            for name, cell in row.items()
        }
        for row in printed
    ]
    assert [version_row(each) for each in versions(library)] == expected


def test_there_are_51_versions_and_24_modifications(library: Connection) -> None:
    rows = [version_row(each) for each in versions(library)]
    assert len(rows) == 51
    assert [rows[0]["version"], rows[-1]["version"]] == ["1.0", "6.3"]
    assert len({name for row in rows for name in row["modifications"]}) == 24


def test_a_row_with_two_grounds_has_both(library: Connection) -> None:
    row = {each.number: version_row(each) for each in versions(library)}["4.14"]
    assert row["kind"] == ["SoS direction", "transitional X5/X6"]
    assert row["legal_basis"] == "s88(1) and s89 Energy Act 2008 | SEC X3.1 + X5 + X6"
    assert row["designated"] == ["Section Z", "Appendix T", "Appendix U", "Appendix V"]
    assert row["redesignated"] == ["Appendix A", "Appendix B", "Appendix C"]
    assert row["sections"] == ["Z"]
    assert row["appendices"] == ["T", "U", "V", "A", "B", "C"]
    assert row["decision_date"] == ""


def test_what_follows_from_a_title_is_kept_apart(library: Connection) -> None:
    row = {each.number: version_row(each) for each in versions(library)}["4.8"]
    assert row["appendices"] == []
    assert row["appendices_inferred"] == ["I"]
    assert row["base_version"] == ["4.7", "4.6"]


def test_a_version_stands_from_midnight_in_london(library: Connection) -> None:
    all_of_them = versions(library)
    for before, each in itertools.pairwise(all_of_them):
        day = moment_of(version_row(each)["implementation_date"])
        assert version_at(library, day).number == each.number
        assert version_at(library, day - timedelta(microseconds=1)).number == before.number
    assert version_at(library, moment_of("2016-08-17T23:59:59")).number == "4.14"
    assert version_at(library, moment_of("2016-08-17T23:00:00+00:00")).number == "4.15"


def test_before_the_first_there_was_none(library: Connection) -> None:
    with pytest.raises(NotFound, match="designated on 2013-09-23"):
        version_at(library, moment_of("2013-09-22"))


def test_both_databases_work_it_out_alike(either_library: Connection, library: Connection) -> None:
    assert [version_row(each) for each in versions(either_library)] == [
        version_row(each) for each in versions(library)
    ]


def test_seeding_again_changes_nothing(library: Connection) -> None:
    before = versions(library)
    codebook.seed(library)
    assert versions(library) == before

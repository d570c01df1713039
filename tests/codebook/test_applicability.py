"""Which version of a specification applies on a day, and which text prevails (SEC A2, A3)."""

from __future__ import annotations

from datetime import date

import pytest

from gbsmart.codebook.applicability import applicable, specification_versions
from gbsmart.codebook.precedence import prevails
from gbsmart.ground import InvalidValue, NotFound


def versions(specification: str, day: date, *, installable: bool = True) -> set[str]:
    return {
        each.specification.version
        for each in applicable(specification, day)
        if each.installable or not installable
    }


def test_a_meter_is_installed_under_a_version_of_its_installation_period() -> None:
    assert versions("SMETS1", date(2018, 12, 5)) == {"1.2"}
    assert versions("SMETS1", date(2018, 12, 6)) == set()
    assert versions("SMETS1", date(2018, 12, 6), installable=False) == {"1.2"}
    assert versions("SMETS2", date(2018, 1, 31)) == {"2.0"}
    assert versions("SMETS2", date(2018, 2, 1)) == {"2.0", "3.0", "4.0"}
    assert versions("smets2", date(2023, 4, 28)) == {"4.2", "5.0"}


def test_a_version_of_gbcs_goes_with_it_while_it_is_valid() -> None:
    (before,) = applicable("SMETS2", date(2018, 1, 31))
    assert before.gbcs == ("1.0", "1.1")
    after = next(each for each in applicable("SMETS2", date(2018, 5, 8)))
    assert (after.specification.version, after.gbcs) == ("2.0", ("1.1",))


def test_every_version_names_versions_of_gbcs_that_there_are() -> None:
    known = {each.version for each in specification_versions() if each.specification == "GBCS"}
    for each in specification_versions():
        assert set(each.gbcs) <= known, each
        assert each.installation_until is None or each.installation_until > each.designated


def test_there_are_no_others() -> None:
    with pytest.raises(NotFound, match="There are SMETS1, SMETS2, CHTS, GBCS"):
        applicable("SMETS3", date(2020, 1, 1))


@pytest.mark.parametrize(
    ("one", "other", "prevailing"),
    [
        ("H4.8", "Appendix AC 3.2", "H4.8"),
        ("Schedule 8", "H4", "H4"),
        ("Appendix AB", "Schedule 9", "Schedule 9"),
        ("DCC Licence 22", "X5", "DCC Licence 22"),
        ("H4", "H5", ""),
    ],
)
def test_the_higher_text_prevails(one: str, other: str, prevailing: str) -> None:
    assert prevails(one, other).ref == prevailing
    assert prevails(other, one).ref == prevailing


def test_what_names_no_text_is_refused() -> None:
    with pytest.raises(InvalidValue, match="no reference to the Code"):
        prevails("", "H4")

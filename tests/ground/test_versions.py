"""Versions and their changes say what they rest on."""

from __future__ import annotations

import pytest

from gbsmart.ground import Change, Version


class Renamed(Change):
    """A change that says something."""

    @property
    def says(self) -> str:
        return "it is called otherwise"


@pytest.mark.parametrize(
    ("basis", "assumed"), [("S", False), ("V", False), ("X", False), ("M", True), ("I", True)]
)
def test_what_is_remembered_or_inferred_is_assumed(basis: str, assumed: bool) -> None:
    assert Version("9.0", None, basis).assumed is assumed
    assert Renamed(since="9.0", basis=basis).assumed is assumed


def test_a_change_that_says_nothing_is_none() -> None:
    with pytest.raises(TypeError, match="says"):
        Change(since="9.0", basis="S")  # type: ignore[abstract]

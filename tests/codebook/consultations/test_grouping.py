"""Responses as they are published: by stretches of the alphabet, by respondent, by part."""

from __future__ import annotations

import pytest

from gbsmart.codebook.consultations.grouping import bundles_of, group_of, respondents
from gbsmart.codebook.consultations.shipped import rows


@pytest.mark.parametrize(
    ("label", "first", "last", "part"),
    [
        ("A-D", "A", "D", 0),
        ("S", "S", "S", 0),
        ("EDF", "EDF", "EDF", 0),
        ("Energy UK - Haven Power", "Energy UK", "Haven Power", 0),
        ("NPower - part 3", "NPower", "NPower", 3),
        ("SSE & Scotia", "SSE & Scotia", "SSE & Scotia", 0),
    ],
)
def test_a_label_says_whose_responses_it_holds(label: str, first: str, last: str, part: int) -> None:
    group = group_of(label)
    assert (group.first, group.last, group.part) == (first, last, part)


@pytest.mark.parametrize(
    ("respondent", "labels"),
    [
        ("British Gas", ["British Gas - Electricity North West"]),
        ("Co-operative Energy", ["British Gas - Electricity North West"]),
        ("EDF Energy", ["EDF Energy - part 1", "EDF Energy - part 2"]),
        ("Good Energy", ["Energy UK - Haven Power"]),
        ("NPower", ["NPower - part 1", "NPower - part 2", "NPower - part 3", "NPower - part 4"]),
        ("Xoserve", ["Smart DCC - Xoserve"]),
        ("Scotia", ["SSE & Scotia"]),
    ],
)
def test_the_bundles_of_a_respondent_are_found(respondent: str, labels: list[str]) -> None:
    published = [
        row["respondents"]
        for row in rows("documents")
        if row["consultation"] == "C-SEC2" and row["kind"] == "responses"
    ]
    assert bundles_of(respondent, published) == labels


def test_letters_hold_every_name_that_begins_with_them() -> None:
    published = ["A-D", "EDF", "E-O", "S", "U-Z"]
    assert bundles_of("Drax", published) == ["A-D"]
    assert bundles_of("E.ON", published) == ["E-O"]
    assert bundles_of("EDF", published) == ["EDF"]
    assert bundles_of("Scottish Power", published) == ["S"]
    assert bundles_of("Reading Borough", published) == []


def test_respondents_are_those_that_labels_name() -> None:
    found = respondents(["SSE & Scotia", "NPower - part 1", "NPower - part 2", "A-D"])
    assert found == ["NPower", "Scotia", "SSE"]

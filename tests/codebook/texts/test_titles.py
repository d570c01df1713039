"""A short clause is text, though it ends without a stop; a heading is the heading of what follows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.codebook.texts import Kind, Paragraph, Place, Source, TextClause, read_text, split
from gbsmart.codebook.texts.titles import is_title

TITLES = (
    "General", "Duty to answer", "SERVICES", "Obligations of the DCC", "Requests for services",
    "Cases in which a Party may withdraw", "Matters that are confidential", "When consent is needed",
    "Persons who May be Members", "What the DCC is to Do",
)  # fmt: skip
WHO = ("The DCC", "Each Party", "A User which is a Supplier Party", "Smart meters that are installed")
DOES = ("shall answer", "must keep records", "may ask for more", "will be told", "is not bound by it")
clauses_in_lower_case = st.builds("{} {}".format, st.sampled_from(WHO), st.sampled_from(DOES))


def of(text: str, document: str) -> dict[str, TextClause]:
    return {each.ref: each for each in split(read_text(text.encode(), "text.txt"), document).clauses}


@given(clauses_in_lower_case)
def test_a_clause_without_a_number_stays_with_the_one_before(clause: str) -> None:
    found = of(f"H4.1 This is the first.\n\n{clause}\n\nH4.2 This is the second.", "H")
    assert (found["H4.1"].text, found["H4.2"].heading) == (f"This is the first.\n{clause}", "")


@given(clauses_in_lower_case)
def test_a_clause_with_a_number_is_the_text_of_that(clause: str) -> None:
    found = of(f"1 General\n\n1.1 This is the first.\n\n2 {clause}\n\n3 Others", "Schedule 8")
    headings = {ref: each.heading for ref, each in found.items() if each.heading}
    assert headings == {"Schedule 8 1": "General", "Schedule 8 3": "Others"}
    assert found["Schedule 8 2"].text == clause


@pytest.mark.parametrize("title", TITLES)
def test_a_heading_is_that_of_the_clause_that_follows(title: str) -> None:
    found = of(f"H4.1 This is the first.\n\n{title}\n\nH4.2 This is the second.", "H")
    assert (found["H4.1"].text, found["H4.2"].heading) == ("This is the first.", title)
    assert of(f"1 {title}\n\n1.1 This is the first.", "Schedule 8")["Schedule 8 1"].heading == title


@pytest.mark.parametrize("clause", ["each Party complies", "The DCC shall answer", "the DCC shall answer"])
@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.HEADING])
def test_a_clause_that_word_numbers_is_text_whatever_its_style(clause: str, kind: Kind) -> None:
    numbers = ("H4", "H4.1", "H5")
    lines = [Paragraph(clause, Place(0, at), number, kind) for at, number in enumerate(numbers)]
    found = split(Source(tuple(lines)), "H").clauses
    assert [(each.ref, each.heading, each.text) for each in found[1:]] == [
        (number, "", clause) for number in numbers
    ]


@given(clauses_in_lower_case)
def test_no_clause_is_a_title(clause: str) -> None:
    assert not is_title(clause)
    assert is_title(clause.title()), "in a title's capitals it is one"

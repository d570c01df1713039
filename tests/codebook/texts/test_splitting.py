"""A text is split by the Code's numbering, and every paragraph of it is in one place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gbsmart.codebook.texts import Kind, Paragraph, Place, Source, Split, read_text, split


def of(text: str, document: str = "") -> Split:
    return split(read_text(text.encode(), "text.txt"), document)


def refs(found: Split) -> list[str]:
    return [each.ref for each in found.clauses]


def test_a_consolidated_text_says_itself_where_its_documents_begin() -> None:
    found = of(
        "SECTION G: SECURITY\n\nG1 GENERAL\n\nG1.1 The DCC is secure.\n\n"
        "SCHEDULE 5: ACCESSION INFORMATION\n\n1 Particulars\n\n"
        "1.1 Each Party gives its name.\n\n(a) In full.\n\n"
        "APPENDIX AC\n\nINVENTORY PROCEDURES\n\n1.1 The inventory is kept.\n\n"
        "ANNEX A: FORMS\n\n1.1 Forms are kept too."
    )
    assert refs(found) == [
        "G", "G1", "G1.1", "Schedule 5", "Schedule 5 1", "Schedule 5 1.1", "Schedule 5 1.1(a)", "Appendix AC",
        "Appendix AC 1", "Appendix AC 1.1", "Appendix AC Annex A", "Appendix AC Annex A 1",
        "Appendix AC Annex A 1.1",
    ]  # fmt: skip
    headings = {each.ref: each.heading for each in found.clauses if each.heading}
    assert headings["Appendix AC"] == "INVENTORY PROCEDURES"
    assert headings["Appendix AC Annex A"] == "FORMS"
    assert not found.left_out


def test_inserted_provisions_keep_their_letters() -> None:
    assert refs(of("D9A VARIATIONS\n\nD9A.1 One.\n\nD9A.1A Two.\n\n(a) x;\n\n(aa) y;\n\n(b) z.", "D")) == [
        "D", "D9A", "D9A.1", "D9A.1A", "D9A.1A(a)", "D9A.1A(aa)", "D9A.1A(b)",
    ]  # fmt: skip


def test_an_i_is_a_letter_or_a_numeral_by_what_comes_next() -> None:
    letters = "".join(f"({mark}) x;\n\n" for mark in "abcdefghij")
    assert refs(of(f"H1.1 Thus:\n\n{letters}", "H"))[-2:] == ["H1.1(i)", "H1.1(j)"]
    eight = "".join(f"({mark}) x;\n\n" for mark in "abcdefgh")
    assert refs(of(f"H1.1 Thus:\n\n{eight}(i) one;\n\n(ii) two.", "H"))[-2:] == ["H1.1(h)(i)", "H1.1(h)(ii)"]


def test_definitions_are_provisions_of_the_clause_that_lists_them() -> None:
    found = of(
        'A1 DEFINITIONS\n\nA1.1 In this Code:\n\nDue Day means a day.\n\n"Owner", in respect of a thing, '
        "means the person:\n\n(a) who has it; or\n\n(b) who is to have it.\n\n"
        "Period has the meaning given in B1.1.",
        "A",
    )
    assert refs(found)[2:] == [
        "A1.1",
        "A1.1:DueDay",
        "A1.1:Owner",
        "A1.1:Owner(a)",
        "A1.1:Owner(b)",
        "A1.1:Period",
    ]
    owner = next(each for each in found.clauses if each.term == "Owner")
    assert owner.text == "in respect of a thing, means the person:"


def test_a_line_that_begins_with_a_reference_begins_no_clause() -> None:
    found = of(
        "H4.1 This is done as Section\nH4.8 and paragraph\n(a) of H4.9 say, and under\nH5.1 it is not.", "H"
    )
    assert refs(found) == ["H", "H4", "H4.1"]


def test_what_has_no_place_is_told_with_page_and_line() -> None:
    found = of("H4.1 One.\n\n(c) What?\n\nIts tail.\n\nG4.1 Elsewhere.\n\fH4.2 Two.\n\nH4.1 Again.", "H")
    assert refs(found) == ["H", "H4", "H4.1", "H4.2"]
    assert [(each.text, str(each.place), each.reason) for each in found.faults] == [
        ("(c) What?", "page 1, line 3", "no sub-paragraph before it leads to (c) in H4.1"),
        ("Its tail.", "page 1, line 5", "it follows what has no place"),
        ("G4.1 Elsewhere.", "page 1, line 7", "G4.1 is no provision of Section H"),
        ("H4.1 Again.", "page 2, line 3", "H4.1 stands there twice, first at page 1, line 1"),
    ]


def test_a_text_without_a_document_has_no_places() -> None:
    found = of("The DCC answers.")
    assert found.faults[0].reason == "nothing before it says to which document of the Code it belongs"


def test_another_document_than_the_one_that_is_loaded_is_told() -> None:
    found = of("SECTION G: SECURITY\n\nG1.1 The DCC is secure.", "H")
    assert found.faults[0].reason == "it begins Section G, and Section H is what is loaded"


LINES = st.sampled_from(
    [
        "SECTION H: SERVICES", "SECTION G: SECURITY", "SCHEDULE 8", "APPENDIX AC", "ANNEX A", "H4 SERVICES",
        "H4.1 One.", "H4.2 Two:", "H4.1(a)", "G1.1 Secure.", "1 General", "1.1 Thing.", "2.7 Other.",
        "(a) a;", "(b) b:", "(i) i;", "(ii) ii.", "(A) A.", "(z) z", "Due Day means a day.",
        "A heading", "and so on.", "H4.8 and H4.9 too",
    ]
)  # fmt: skip
KINDS = st.sampled_from(list(Kind))


@given(
    st.lists(st.tuples(LINES, KINDS, st.booleans())), st.sampled_from(["", "H", "Schedule 8", "Appendix AC"])
)
def test_every_paragraph_is_in_one_place(lines: list[tuple[str, Kind, bool]], document: str) -> None:
    paragraphs = tuple(
        Paragraph(text, Place(0, index), kind=kind, bold=text if bold else "")
        for index, (text, kind, bold) in enumerate(lines)
    )
    found = split(Source(paragraphs), document)
    placed = [index for clause in found.clauses for index in clause.paragraphs]
    left = [each.place.line for each in found.left_out]
    assert sorted([*placed, *left]) == list(range(len(paragraphs)))
    known = {each.ref for each in found.clauses}
    assert len(known) == len(found.clauses)
    assert all(each.parent in known or not each.parent for each in found.clauses)


@given(st.lists(st.tuples(LINES, KINDS)))
def test_no_word_is_lost(lines: list[tuple[str, Kind]]) -> None:
    paragraphs = tuple(
        Paragraph(text, Place(0, index), kind=kind) for index, (text, kind) in enumerate(lines)
    )
    found = split(Source(paragraphs), "H")
    for clause in found.clauses:
        said = f"{clause.ref} {clause.number} {clause.heading} {clause.text}".replace(":", "").split()
        for index in clause.paragraphs:
            words = paragraphs[index].text.removeprefix("SECTION ").replace(":", "").split()
            assert all(
                word in said or word in ("ANNEX", "SCHEDULE", "APPENDIX", "A", "8", "AC") for word in words
            )


def test_a_cover_and_a_list_of_contents_are_no_provisions() -> None:
    found = of(
        "SPECIMEN CODE\n\nCONTENTS\n\n"
        "SECTION G: SECURITY\n\nG1 General 1\n\nG2 Users 2\n\nSECTION H: SERVICES\n\nH1 Entry 3\n\n"
        "SECTION G: SECURITY\n\nG1 GENERAL\n\nG1.1 One.\n\nG2 USERS\n\nG2.1 Two.\n\n"
        "SECTION H: SERVICES\n\nH1 ENTRY\n\nH1.1 Three."
    )
    assert not found.faults
    assert refs(found) == ["G", "G1", "G1.1", "G2", "G2.1", "H", "H1", "H1.1"]
    assert [(each.text, each.reason) for each in found.left_out][-2:] == [
        ("SPECIMEN CODE", "it stands before the first document"),
        ("CONTENTS", "it stands before the first document"),
    ]
    assert next(each for each in found.clauses if each.ref == "G2").heading == "USERS"

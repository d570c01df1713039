"""PDF and plain text: what the printer broke is mended, what he added is left out and listed."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfWriter
from tests.codebook.texts.files import pdf_file

from gbsmart.codebook.texts import EncryptedText, UnreadableText, read_text, split

PAGES = [
    [
        "Smart Energy Code - specimen",
        "SECTION H: DCC SERVICES",
        "H4 PROCESSING SERVICE REQUESTS",
        "Duty to answer",
        "H4.1 The DCC answers each Service Request that it takes from a User in the order in which",
        "the requests came, and does so within the time that Section",
        "H4.8 allows for it, unless:",
        "(a) the request is for a later day; or",
        "(b) the interoper-",
        "Page 1 of 3",
    ],
    [
        "Smart Energy Code - specimen",
        "ability of the thing asked for is in doubt, as its half-",
        "yearly check has shown. In that case the half of it that is known is told at once, with the",
        "yearly sum.",
        "H4.2 No answer is sent twice.",
        "Page 2 of 3",
    ],
    ["Smart Energy Code - specimen", "H5 INVENTORY", "H5.1 The inventory is kept.", "Page 3 of 3"],
]


FIRST = (
    "H4.1 The DCC answers each Service Request that it takes from a User in the order in which the requests"
    " came, and does so within the time that Section H4.8 allows for it, unless:"
)
SECOND = (
    "(b) the interoperability of the thing asked for is in doubt, as its half-yearly check has shown. In that"
    " case the half of it that is known is told at once, with the yearly sum."
)


def test_a_pdf_reads_as_if_it_had_no_pages() -> None:
    source = read_text(pdf_file(PAGES), "h.pdf")
    assert [each.text for each in source.paragraphs] == [
        "SECTION H: DCC SERVICES",
        "H4 PROCESSING SERVICE REQUESTS",
        "Duty to answer",
        FIRST,
        "(a) the request is for a later day; or",
        SECOND,
        "H4.2 No answer is sent twice.",
        "H5 INVENTORY",
        "H5.1 The inventory is kept.",
    ]
    assert str(source.paragraphs[6].place) == "page 2, line 5"
    assert [(each.text, each.reason) for each in source.left_out[:2]] == [
        ("Smart Energy Code - specimen", "header or footer"), ("Page 1 of 3", "page number"),
    ]  # fmt: skip
    assert len(source.left_out) == 6


def test_it_splits_into_provisions() -> None:
    found = split(read_text(pdf_file(PAGES), "h.pdf"), "H")
    assert [each.ref for each in found.clauses] == [
        "H", "H4", "H4.1", "H4.1(a)", "H4.1(b)", "H4.2", "H5", "H5.1",
    ]  # fmt: skip
    assert found.clauses[2].heading == "Duty to answer"
    assert not found.faults


def test_a_pdf_of_pictures_is_told() -> None:
    with pytest.raises(UnreadableText, match="holds no text"):
        read_text(pdf_file([[], []]), "scan.pdf")


def test_an_encrypted_pdf_is_told() -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(EncryptedText, match=r"encrypted \(h\.pdf\)\. *Save|encrypted \(h\.pdf\)"):
        read_text(out.getvalue(), "h.pdf")


@pytest.mark.parametrize(
    "octets", [b"%PDF-1.4 and no more", pdf_file(PAGES)[:700], b"%PDF-1.7\n" + bytes(500)]
)
def test_a_broken_pdf_is_told(octets: bytes) -> None:
    with pytest.raises(UnreadableText, match=r"h\.pdf"):
        read_text(octets, "h.pdf")


def test_plain_text_is_read_in_the_encodings_that_people_have() -> None:
    text = "H4.1 The \u201cDCC\u201d answers \u2013 at once."
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert read_text(text.encode(encoding), "h.txt").paragraphs[0].text == text
    with pytest.raises(UnreadableText, match="no text"):
        read_text(b"\x00\x01\x02", "h.txt")


def test_markdown_is_read_without_its_marks() -> None:
    source = read_text(
        b"---\nauthor: me\n---\n# Section H: DCC Services\n\n## H4 Processing\n\n### Duty\n\n"
        b"H4.1 The DCC *answers*\neach request\\[s\\]:\n- (a) at once;[^1]\n- (b) in order.\n\n"
        b"**Due Day** means a day.\n\n"
        b"| Kind | Days |\n|---|---|\n| One | 14 |\n\n<!-- not\nyet -->\n\n[^1]: Or soon.\n",
        "h.md",
    )
    assert [each.line for each in source.paragraphs] == [
        "Section H: DCC Services", "H4 Processing", "Duty", "H4.1 The DCC answers each request[s]:",
        "(a) at once;[1]", "(b) in order.", "Due Day means a day.", "| Kind | Days |", "| One | 14 |",
        "[1] Or soon.",
    ]  # fmt: skip
    assert {each.reason for each in source.left_out} == {"front matter", "rule of a table", "comment"}
    found = split(source, "H")
    assert [each.ref for each in found.clauses] == [
        "H", "H4", "H4.1", "H4.1(a)", "H4.1(b)", "H4.1:DueDay",
    ]  # fmt: skip
    assert found.clauses[2].heading == "Duty"


def test_lines_that_many_pages_share_are_no_headers_within_the_text() -> None:
    pages = [
        ["The Code", f"H{page}.1 The DCC answers:", "(a) at once; or", "(b) in its order."]
        for page in range(1, 6)
    ]
    found = split(read_text(pdf_file(pages), "h.pdf"), "H")
    assert [each.ref for each in found.clauses if "(" in each.ref] == [
        f"H{page}.1({mark})" for page in range(1, 6) for mark in "ab"
    ]
    assert {each.text for each in found.left_out} == {"The Code"}

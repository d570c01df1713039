"""Word files are read as they print: numbers, tables, notes, and either state of tracked changes."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from tests.codebook.texts.files import number_as_the_code_does, numbered, tracked, word_file

from gbsmart.codebook.texts import EncryptedText, Kind, TextTooLarge, UnreadableText, View, read_text, split


def lines(octets: bytes, view: View = View.NEW) -> list[str]:
    return [paragraph.line for paragraph in read_text(octets, "text.docx", view).paragraphs]


def test_automatic_numbers_are_read_as_word_prints_them(section_h: bytes) -> None:
    assert lines(section_h) == [
        "SECTION H: DCC SERVICES",
        "H4 PROCESSING SERVICE REQUESTS",
        "Duty to answer",
        "H4.1 The DCC answers each Service Request that it takes:",
        "(a) within its time;",
        "(b) in its order, where:",
        "(i) one is asked for; or",
        "(ii) the sender:",
        "(A) is a User; and",
        "(B) says so.",
        "H4.2 No answer is sent twice.",
        "H5 INVENTORY",
        "H5.1 The DCC keeps the inventory.",
    ]


def test_they_lead_to_the_provisions(section_h: bytes) -> None:
    found = {each.ref: each for each in split(read_text(section_h, "h.docx"), "H").clauses}
    assert list(found) == [
        "H", "H4", "H4.1", "H4.1(a)", "H4.1(b)", "H4.1(b)(i)", "H4.1(b)(ii)", "H4.1(b)(ii)(A)",
        "H4.1(b)(ii)(B)", "H4.2", "H5", "H5.1",
    ]  # fmt: skip
    assert found["H4.1"].heading == "Duty to answer"
    assert found["H4.1(b)(ii)(B)"].parent == "H4.1(b)(ii)"
    assert found["H4.2"].text == "No answer is sent twice."


def test_a_list_restarts_where_a_start_is_set_and_where_a_higher_level_counts_on() -> None:
    def make(document: object) -> None:
        number_as_the_code_does(document)
        for level in (0, 1, 2, 2, 1, 2):
            numbered(document, level, f"Level {level}.")

    assert [line.split()[0] for line in lines(word_file(make))] == ["H4", "H4.1", "(a)", "(b)", "H4.2", "(a)"]


def test_tables_lay_out_definitions_clauses_or_facts() -> None:
    def make(document: object) -> None:
        table = document.add_table(rows=3, cols=2)  # type: ignore[attr-defined]
        for row, (one, two) in zip(
            table.rows,
            [
                ("Due Day", "means the day by which a thing is done."),
                ("H4.9", "The DCC waits."),
                ("Days", "14"),
            ],
            strict=True,
        ):
            row.cells[0].text, row.cells[1].text = one, two

    source = read_text(word_file(make), "text.docx")
    assert [each.line for each in source.paragraphs] == [
        "Due Day means the day by which a thing is done.", "H4.9 The DCC waits.", "| Days | 14 |",
    ]  # fmt: skip
    assert source.paragraphs[0].bold == "Due Day"
    assert source.paragraphs[1].number == "H4.9"


def test_tracked_changes_give_both_texts() -> None:
    added = '<w:ins w:id="1" w:author="A"><w:r><w:t xml:space="preserve"> promptly</w:t></w:r></w:ins>'
    removed = (
        '<w:del w:id="2" w:author="A"><w:r><w:delText xml:space="preserve"> slowly</w:delText></w:r></w:del>'
    )

    def make(document: object) -> None:
        paragraph = document.add_paragraph("H4.1 The DCC answers")  # type: ignore[attr-defined]
        tracked(paragraph, added + removed)
        paragraph.add_run(" and well.")

    source = read_text(word_file(make), "text.docx")
    assert source.change_marked
    assert source.paragraphs[0].text == "H4.1 The DCC answers promptly and well."
    assert lines(word_file(make), View.OLD) == ["H4.1 The DCC answers slowly and well."]


def test_a_paragraph_mark_that_was_put_in_joins_two_in_the_old_text() -> None:
    def make(document: object) -> None:
        first = document.add_paragraph()  # type: ignore[attr-defined]
        tracked(
            first, '<w:pPr><w:rPr><w:ins w:id="1" w:author="A"/></w:rPr></w:pPr><w:r><w:t>One.</w:t></w:r>'
        )
        document.add_paragraph(" Two.")  # type: ignore[attr-defined]

    assert lines(word_file(make)) == ["One.", "Two."]
    assert lines(word_file(make), View.OLD) == ["One. Two."]


def test_what_is_printed_around_the_text_is_listed() -> None:
    def make(document: object) -> None:
        document.add_paragraph("H4.1 The DCC answers.")  # type: ignore[attr-defined]
        document.sections[0].header.paragraphs[0].text = "Draft for comment"  # type: ignore[attr-defined]
        hidden = document.add_paragraph("Shown").add_run(" and hidden")  # type: ignore[attr-defined]
        hidden.font.hidden = True

    source = read_text(word_file(make), "text.docx")
    assert [(each.text, each.reason) for each in source.left_out] == [
        (" and hidden", "hidden in the text"), ("Draft for comment", "header of the file"),
    ]  # fmt: skip
    assert not any(each.fault for each in source.left_out)


def test_a_footnote_follows_the_paragraph_that_refers_to_it() -> None:
    plain = word_file(lambda document: tracked(
        document.add_paragraph("H4.1 The DCC answers"),
        '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>.</w:t></w:r>',
    ))  # fmt: skip
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    notes = (
        f'<w:footnotes xmlns:w="{w}"><w:footnote w:id="2"><w:p><w:r><w:t>Or says why not.</w:t></w:r></w:p>'
    )
    relation = (
        '<Relationship Id="rId90" Target="footnotes.xml" Type="http://schemas.openxmlformats.org/officeDocument'
        '/2006/relationships/footnotes"/></Relationships>'
    )
    made = changed(plain, "word/_rels/document.xml.rels", "</Relationships>", relation)
    made = with_part(made, "word/footnotes.xml", f"{notes}</w:footnote></w:footnotes>")
    found = read_text(made, "text.docx").paragraphs
    assert [(each.text, each.kind) for each in found] == [
        ("H4.1 The DCC answers[2].", Kind.TEXT), ("[2] Or says why not.", Kind.FOOTNOTE),
    ]  # fmt: skip


def test_entities_are_refused(section_h: bytes) -> None:
    hostile = changed(
        section_h, "word/document.xml", "<w:document", '<!DOCTYPE x [<!ENTITY e "lol">]><w:document'
    )
    with pytest.raises(UnreadableText, match=r"entities \(h\.docx, word/document\.xml\)"):
        read_text(hostile, "h.docx")


def test_a_zip_bomb_is_refused_unread(section_h: bytes) -> None:
    with pytest.raises(TextTooLarge, match="200 times its size"):
        read_text(with_part(section_h, "word/media/image.xml", "<a>" + " " * 4_000_000), "h.docx")


@pytest.mark.parametrize(
    ("octets", "error"),
    [
        (b"PK\x03\x04 and then nothing", UnreadableText),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), EncryptedText),
        (b"{\\rtf1 text}", UnreadableText),
        (b"", UnreadableText),
    ],
)
def test_what_is_no_word_file_is_told(octets: bytes, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"text\.docx"):
        read_text(octets, "text.docx")


def test_an_archive_that_is_no_word_file_is_told() -> None:
    with pytest.raises(UnreadableText, match="no Word document"):
        read_text(with_part(None, "readme.txt", "hello"), "text.docx")


def changed(octets: bytes, part: str, old: str, new: str) -> bytes:
    """A Word file with a part edited."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        text = archive.read(part).decode()
    assert old in text
    return with_part(octets, part, text.replace(old, new, 1))


def with_part(octets: bytes | None, part: str, text: str) -> bytes:
    """A Word file with a part replaced or put in."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        if octets is not None:
            with zipfile.ZipFile(io.BytesIO(octets)) as archive:
                for each in archive.namelist():
                    if each != part:
                        made.writestr(each, archive.read(each))
        made.writestr(part, text)
    return out.getvalue()


def test_styles_number_their_paragraphs_too() -> None:
    def make(document: object) -> None:
        number_as_the_code_does(document)
        for level, style in enumerate(("Heading 1", "Heading 2", "List Bullet")):
            properties = document.styles[style].element.get_or_add_pPr()  # type: ignore[attr-defined]
            for old in properties.findall(qn("w:numPr")):
                properties.remove(old)
            numbers = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'
            properties.append(parse_xml(numbers))
        document.add_paragraph("SERVICES", "Heading 1")  # type: ignore[attr-defined]
        document.add_paragraph("The DCC answers:", "Heading 2")  # type: ignore[attr-defined]
        document.add_paragraph("at once.", "List Bullet")  # type: ignore[attr-defined]
        numbered(document, 2, "or soon.")
        plain = numbered(document, 0, "Not in the list.")
        plain._p.pPr.numPr.numId.val = 0  # type: ignore[attr-defined]

    assert lines(word_file(make)) == [
        "H4 SERVICES", "H4.1 The DCC answers:", "(a) at once.", "(b) or soon.", "Not in the list.",
    ]  # fmt: skip


def test_a_row_put_in_or_taken_out_of_a_table_is_in_one_state_only() -> None:
    def make(document: object) -> None:
        table = document.add_table(rows=3, cols=2)  # type: ignore[attr-defined]
        for count, (row, change) in enumerate(zip(table.rows, ("ins", "del", ""), strict=True)):
            row.cells[0].text, row.cells[1].text = "Row", str(count)
            if change:
                row._tr.get_or_add_trPr().append(
                    parse_xml(f'<w:{change} {nsdecls("w")} w:id="1" w:author="A"/>')
                )

    assert lines(word_file(make)) == ["| Row | 0 |", "| Row | 2 |"]
    assert lines(word_file(make), View.OLD) == ["| Row | 1 |", "| Row | 2 |"]


def test_content_controls_links_and_text_boxes_are_read() -> None:
    w = nsdecls("w")
    link = "<w:hyperlink><w:r><w:t>Section G</w:t></w:r></w:hyperlink>"
    inner = '<w:sdt><w:sdtContent><w:r><w:t xml:space="preserve"> and more</w:t></w:r></w:sdtContent></w:sdt>'
    boxed = "<w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent>"
    control = f"<w:sdt {w}><w:sdtContent><w:p><w:r><w:t>H4.2 Held.</w:t></w:r></w:p></w:sdtContent></w:sdt>"

    def make(document: object) -> None:
        paragraph = document.add_paragraph("H4.1 See ")  # type: ignore[attr-defined]
        tracked(paragraph, f"{link}{inner}<w:r><w:pict>{boxed}</w:pict></w:r>")
        document.element.body.insert(1, parse_xml(control))  # type: ignore[attr-defined]

    assert lines(word_file(make)) == ["H4.1 See Section G and more", "In a box", "H4.2 Held."]

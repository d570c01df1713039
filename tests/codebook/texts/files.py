"""Files made for these tests: Word with the numbering of the Code, and PDF pages."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

LEVELS = (
    ("decimal", "H%1"), ("decimal", "H%1.%2"), ("lowerLetter", "(%3)"), ("lowerRoman", "(%4)"),
    ("upperLetter", "(%5)"),
)  # fmt: skip


def word_file(make: Callable[..., None]) -> bytes:
    """A Word file that ``make`` fills in."""
    document = Document()
    make(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def number_as_the_code_does(document: object) -> None:
    """Give the file list 77: H1, H1.1, (a), (i), (A), as Section H is numbered."""
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{4 if level == 0 else 1}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for level, (form, text) in enumerate(LEVELS)
    )
    numbering = document.part.numbering_part.element  # type: ignore[attr-defined]
    abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>')
    numbering.insert(0, abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))


def numbered(document: object, level: int, text: str) -> object:
    """A paragraph in list 77."""
    paragraph = document.add_paragraph(text)  # type: ignore[attr-defined]
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
    )
    return paragraph


def tracked(paragraph: object, xml: str) -> None:
    """Put runs, written as XML, at the end of a paragraph."""
    holder = parse_xml(f"<w:p {nsdecls('w')}>{xml}</w:p>")
    for child in list(holder):
        paragraph._p.append(child)  # type: ignore[attr-defined]


def pdf_file(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF of pages of lines, each line where a printer would put it; "" leaves a line empty."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for lines in pages:
        drawn = "".join(
            f"BT /F1 10 Tf 1 0 0 1 60 {800 - 14 * index} Tm ({_escaped(line)}) Tj ET\n"
            for index, line in enumerate(lines)
            if line
        ).encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    return out + head + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (count, len(out))


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")

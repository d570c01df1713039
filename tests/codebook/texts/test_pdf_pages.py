"""A PDF that would take for ever, or all memory, is refused with the page that does."""

from __future__ import annotations

import zlib

import pytest
from tests.codebook.texts.files import pdf_file

from gbsmart.codebook.texts.pdf_pages import Bounds, pages_of
from gbsmart.codebook.texts.source import MEGABYTE, TextTooLarge


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, table, len(objects) + 1, start)
    )


def stream(drawn: bytes) -> bytes:
    """A stream object."""
    packed = zlib.compress(drawn, 9)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


def two_pages(drawn: bytes) -> bytes:
    """A page that says Hello, and one that draws this."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>"
    )
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
        page % 6,
        page % 7,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        stream(b"BT /F1 10 Tf (Hello) Tj ET"),
        stream(drawn),
    )


SLOW = two_pages(b"BT /F1 10 Tf " + b"(x) Tj " * 240_000)
"""Its second page takes seconds; pypdf itself bounds how much more one may take."""


def test_each_page_has_its_text() -> None:
    assert [each.strip() for each in pages_of(pdf_file([["one"], [], ["three", "more"]]))] == [
        "one", "", "three\nmore",
    ]  # fmt: skip


def test_a_page_that_takes_for_ever_is_named() -> None:
    with pytest.raises(TextTooLarge, match=r"takes too long to read \(page 2\)") as refusal:
        pages_of(SLOW, Bounds(page_seconds=1.5))
    assert "Take the page out" in refusal.value.remedy


def test_the_whole_has_its_time_too() -> None:
    with pytest.raises(TextTooLarge, match="takes too long"):
        pages_of(SLOW, Bounds(seconds=0))


def test_a_page_that_takes_all_memory_is_named() -> None:
    packed = two_pages(b"BT /F1 10 Tf " + b"(x) Tj " * 10_000_000)
    with pytest.raises(TextTooLarge, match=r"too much memory to read \(page 2\)"):
        pages_of(packed, Bounds(memory=256 * MEGABYTE))

"""Likely errata of a text are told with the provision in which they stand."""

from __future__ import annotations

from gbsmart.codebook.texts import Slip, read_text, slips, split


def of(text: str) -> list[Slip]:
    return slips(split(read_text(text.encode(), "h.txt"), "H").clauses)


def test_what_is_in_order_has_no_slips() -> None:
    assert of(
        "H1 FIRST\n\nH1.1 As H1.2(b) says, and G3.9:\n\n(a) x;\n\n(aa) y;\n\n(b) z.\n\nH1.1A More.\n\n"
        "H1.2 Thus:\n\n(a) x; or\n\n(b) y.\n\nH2 SECOND\n\nH2A THIRD\n\nH3 FOURTH"
    ) == []  # fmt: skip


def test_skipped_numbers_and_references_to_nothing() -> None:
    assert of("H1.1 As H1.2 and H1.4(b) say.\n\nH1.4 Thus:\n\n(a) x;\n\n(c) y.") == [
        Slip("H1.1", "H1.2", "there is no H1.2"),
        Slip("H1.1", "H1.4(b)", "H1.4 has no (b)"),
        Slip("H1.4", "H1.4", "follows H1.1"),
        Slip("H1.4(c)", "(c)", "follows (a)"),
    ]


def test_a_term_may_be_defined_once() -> None:
    assert of('H1.1 Here:\n\n"Due Day" means one.\n\nH2.1 There:\n\n"Due Day" means two.') == [
        Slip("H2.1:DueDay", "Due Day", "is defined by H1.1:DueDay too")
    ]

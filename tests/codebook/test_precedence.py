"""Which text prevails, by whatever name it is called."""

from __future__ import annotations

import pytest

from gbsmart.codebook.precedence import prevails
from gbsmart.ground import InvalidValue


@pytest.mark.parametrize(
    ("one", "other", "ref"),
    [
        ("H4.8", "Appendix AC", "H4.8"),
        ("sch-8", "section h", "section h"),
        ("ETAD", "H14", "H14"),
        ("GBCS", "H4.8", "H4.8"),
        ("GBCS 2.0", "Appendix J", "GBCS 2.0"),
        ("DCC Licence 22", "A1", "DCC Licence 22"),
        ("Schedule 8", "GBCS 2.0", ""),
    ],
)
def test_the_higher_text_prevails(one: str, other: str, ref: str) -> None:
    assert prevails(one, other).ref == prevails(other, one).ref == ref


@pytest.mark.parametrize("name", ["nonsense", "7", "the Code of Practice"])
def test_what_is_no_text_is_refused(name: str) -> None:
    with pytest.raises(InvalidValue, match="names no text"):
        prevails(name, "H4.8")

"""A file that several tests read."""

from __future__ import annotations

import pytest
from tests.codebook.texts.files import number_as_the_code_does, numbered, word_file


@pytest.fixture(scope="session")
def section_h() -> bytes:
    """A piece of a Section H of our own, in Word, with automatic numbers."""

    def make(document: object) -> None:
        number_as_the_code_does(document)
        document.add_paragraph("SECTION H: DCC SERVICES")  # type: ignore[attr-defined]
        numbered(document, 0, "PROCESSING SERVICE REQUESTS")
        document.add_heading("Duty to answer", 3)  # type: ignore[attr-defined]
        numbered(document, 1, "The DCC answers each Service Request that it takes:")
        numbered(document, 2, "within its time;")
        numbered(document, 2, "in its order, where:")
        numbered(document, 3, "one is asked for; or")
        numbered(document, 3, "the sender:")
        numbered(document, 4, "is a User; and")
        numbered(document, 4, "says so.")
        numbered(document, 1, "No answer is sent twice.")
        numbered(document, 0, "INVENTORY")
        numbered(document, 1, "The DCC keeps the inventory.")

    return word_file(make)

"""A PDF as a browser prints it, with its header and footer."""

from __future__ import annotations

from typing import Any

import pytest
from tests.console.looking import CHROMIUM, FLAGS

from gbsmart.codebook.texts import read_text, split

pytestmark = [pytest.mark.chromium, pytest.mark.xdist_group("printing")]

CLAUSE = """<h3>Duty Number {0}</h3>
<p>H4.{0}&emsp;The DCC answers each Service Request that it takes from a User in the
order in which they came, and does so within the time that Section H4.{0} allows for it, unless:</p>
<p>(a)&emsp;the request is for a later day and the sender has said so in the way that is set out elsewhere;
or</p>
<p>(b)&emsp;the request is void.</p>"""
ANSWERS = (
    "The DCC answers each Service Request that it takes from a User in the order in which they came, and does"
    " so within the time that Section H4.{} allows for it, unless:"
)
PAGE, PAGES = '<span class="pageNumber"></span>', '<span class="totalPages"></span>'
AROUND = '<div style="font-size:9px">{}</div>'


@pytest.fixture(scope="module")
def printed() -> bytes:
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium-headless-shell")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright: make setup")
    with playwright.sync_playwright() as driver:
        browser: Any = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        body = "".join(CLAUSE.format(number) for number in range(1, 31))
        page.set_content(f"<h1>SECTION H: DCC SERVICES</h1><h2>H4 PROCESSING SERVICE REQUESTS</h2>{body}")
        octets: bytes = page.pdf(
            format="A4", display_header_footer=True,
            header_template=AROUND.format("A specimen of the Code"),
            footer_template=AROUND.format(f"Page {PAGE} of {PAGES}"),
            margin=dict.fromkeys(("top", "bottom", "left", "right"), "70px"),
        )  # fmt: skip
        browser.close()
    return octets


def test_it_reads_as_it_was_written(printed: bytes) -> None:
    found = split(read_text(printed, "h.pdf"), "H")
    assert found.faults == ()
    assert len(found.clauses) == 2 + 30 * 3
    by_ref = {each.ref: each for each in found.clauses}
    for number in range(1, 31):
        clause = by_ref[f"H4.{number}"]
        assert clause.heading == f"Duty Number {number}"
        assert clause.text == ANSWERS.format(number)
        assert by_ref[f"H4.{number}(b)"].text == "the request is void."
    assert {each.reason for each in found.left_out} == {"header or footer", "page number"}

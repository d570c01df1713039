"""The documentation site: it builds, and nothing in it comes from another host."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.xdist_group("site")  # it is built once
LOADED = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?(https?:)?//|<link\b[^>]*href=["']?(https?:)?//"""
)
FROM_ELSEWHERE = {
    "a script that the theme fetches for diagrams": 'class="mermaid"',
    "a repository's facts": "__source",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        check=True,
        capture_output=True,
    )
    return folder


def test_every_page_in_the_folder_is_in_the_navigation_and_built(site: Path) -> None:
    navigation = (ROOT / "mkdocs.yml").read_text()
    for page in (ROOT / "docs").glob("*.md"):
        assert f": {page.name}\n" in navigation, page.name
        assert (site / ("" if page.stem == "index" else page.stem) / "index.html").is_file()


def test_the_reference_is_built_from_the_declarations(site: Path) -> None:
    page = (site / "reference" / "service-requests" / "index.html").read_text(encoding="utf-8")
    assert "Read Instantaneous Import Registers" in page


def test_procedures_are_drawn_from_their_declarations(site: Path) -> None:
    for place in ("modifications", "reference/procedures"):
        page = (site / place / "index.html").read_text(encoding="utf-8")
        assert 'class="states"' in page
        assert "panel determined" in page
        assert "<!-- states" not in page


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert pages
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not LOADED.search(text), page
        for what, sign in FROM_ELSEWHERE.items():
            assert sign not in text, f"{page}: {what}"
    for sheet in site.rglob("*.css"):
        assert not re.search(r"""(?:@import|url\()\s*["']?(?:https?:)?//""", sheet.read_text()), sheet

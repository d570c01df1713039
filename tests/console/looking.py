"""A browser that looks at pages: what it complains of, and screenshots for people to look at.

With ``--screenshots`` they are kept in ``build/screenshots``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
AXE = ROOT / ".interop" / "node_modules" / "axe-core" / "axe.min.js"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first has no windows and tabs to draw, and takes half the time of the others."""
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    # no connections but those of the test
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def tab(browser: Any, scheme: str, **options: Any) -> Iterator[Any]:
    """A new page in a colour scheme. It collects ``complaints``: errors of scripts, of policy, of loading."""
    options.setdefault("viewport", {"width": 1200, "height": 800})
    context = browser.new_context(color_scheme=scheme, **options)
    opened = context.new_page()
    opened.scheme, opened.keeps = scheme, browser.keeps
    opened.complaints = []
    complain = opened.complaints.append
    opened.on("console", lambda message: complain(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    context.close()


def in_scheme(page: Any, scheme: str) -> None:
    """Show the page that is open in another colour scheme."""
    page.emulate_media(color_scheme=scheme)
    page.scheme = scheme


def keep(page: Any, name: str, *, whole: bool = True) -> None:
    """Take a screenshot, where asked for: of the whole page, or (in a third of the time) of the window."""
    if not page.keeps:
        return
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{page.scheme}.png", full_page=whole)


def assert_sound(page: Any) -> None:
    """No script error, nothing that the policy blocked, nothing wider than the window."""
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Any) -> list[str]:
    """What axe-core finds wrong by WCAG 2.2 A and AA, in words; skips the test where there is no axe-core."""
    if not AXE.is_file():
        pytest.skip("needs axe-core: npm install in .interop, of tests/interop/package.json")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())  # by the debugger: the page's own policy stays as it is
    found = page.evaluate(
        "async options => (await axe.run(document, options)).violations",
        {"runOnly": WCAG, "resultTypes": ["violations"]},
    )
    return [
        f"{each['id']} ({each['impact']}): {each['help']}: {node['target']} {node['failureSummary']}"
        for each in found
        for node in each["nodes"][:3]
    ]


def unseen_focus(page: Any, most: int = 40) -> list[str]:
    """What takes the focus by Tab without showing it."""
    page.evaluate("document.activeElement?.blur?.()")
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            """() => { const e = document.activeElement; if (!e || e === document.body) return null;
            const s = getComputedStyle(e); const box = e.getBoundingClientRect();
            return [e.outerHTML.slice(0, 80), s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2,
                box.width > 0 && box.height > 0]; }"""
        )
        if shown is None:
            break
        if not (shown[1] and shown[2]):
            found.append(shown[0])
    return found

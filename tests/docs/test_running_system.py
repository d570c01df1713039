"""The documentation's snippets that need a running system, run against one with its real addresses."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from gbsmart.assembly import FREE_PORTS, Settings, System
from gbsmart.assembly.plan import IMPORT_SUPPLIER
from gbsmart.assembly.user_keys import entries_of, write_private

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```python[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
NEEDS_SYSTEM = "# needs a running system"

SNIPPETS = {
    page.name: found
    for page in PAGES
    if (found := [body for body in FENCE.findall(page.read_text()) if NEEDS_SYSTEM in body])
}


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What the snippets write, and what it is here: a system as ``gbsmart up --receive`` starts it."""
    folder = tmp_path_factory.mktemp("system")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = Settings(
        data=folder / "data",
        wake_interval=0.2,
        receive={str(IMPORT_SUPPLIER): f"http://127.0.0.1:{port}/"},
        **FREE_PORTS,  # type: ignore[arg-type]
    )
    write_private(folder / "keys.json", entries_of([IMPORT_SUPPLIER], settings))
    with start_blocking_portal("asyncio") as portal:
        system = System(settings)
        with portal.wrap_async_context_manager(system):
            yield {
                "http://127.0.0.1:8079": system.url("DCC"),
                "http://127.0.0.1:8083": system.url("SMKI repository"),
                "http://127.0.0.1:8080": system.url("Console"),
                "8082": str(port),
                '"keys.json"': repr(str(folder / "keys.json")),
            }


@pytest.mark.parametrize("page", sorted(SNIPPETS))
def test_snippets_that_need_a_running_system(
    page: str, addresses: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "documentation"}
    for body in SNIPPETS[page]:
        for shown, here in addresses.items():
            body = body.replace(shown, here)
        exec(compile(body, page, "exec"), names)


def test_the_readme_reads_a_meter() -> None:
    assert any(".read(" in body for body in SNIPPETS["README.md"])

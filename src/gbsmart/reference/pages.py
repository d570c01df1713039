"""The pages by name; each is written when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import NamedTuple


class Page(NamedTuple):
    """A page of the reference: its name, its title, and where its text is made."""

    name: str
    title: str
    target: str

    def text(self) -> str:
        """The page as Markdown, from its title on."""
        module, _, name = self.target.partition(":")
        write: Callable[[], str] = getattr(import_module(module), name)
        return f"# {self.title}\n\n{write()}"


_ROOM = "gbsmart.reference"
PAGES: Mapping[str, Page] = {
    page.name: page
    for page in (
        Page("service-requests", "Service Requests", f"{_ROOM}.service_requests:text"),
        Page("bodies", "Bodies of Service Requests", f"{_ROOM}.bodies:text"),
        Page("device-messages", "Device messages", f"{_ROOM}.device_messages:text"),
        Page("codes", "Response codes and alerts", f"{_ROOM}.codes:text"),
        Page("settings", "Settings", f"{_ROOM}.settings:text"),
    )
}
"""In the order of the documentation."""

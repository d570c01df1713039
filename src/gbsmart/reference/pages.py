"""The pages by name; each is written when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple, TypeAlias

Objects: TypeAlias = dict[str, list[dict[str, Any]]]
"""Data for programs: lists of objects by name; an object's first value is what it is found by."""


class Page(NamedTuple):
    """A page of the reference: its name, its title, and the module that makes its text and its data."""

    name: str
    title: str
    module: str

    def text(self) -> str:
        """The page as Markdown, from its title on."""
        write: Callable[[], str] = import_module(self.module).text
        return f"# {self.title}\n\n{write()}"

    def data(self) -> Objects:
        """What the page says, for programs."""
        make: Callable[[], Objects] = import_module(self.module).data
        return make()


_ROOM = "gbsmart.reference"
PAGES: Mapping[str, Page] = {
    page.name: page
    for page in (
        Page("service-requests", "Service Requests", f"{_ROOM}.service_requests"),
        Page("bodies", "Bodies of Service Requests", f"{_ROOM}.bodies"),
        Page("device-messages", "Device messages", f"{_ROOM}.device_messages"),
        Page("codes", "Response codes and alerts", f"{_ROOM}.codes"),
        Page("duis-versions", "DUIS versions", f"{_ROOM}.duis_versions"),
        Page("gbcs-versions", "GBCS versions", f"{_ROOM}.gbcs_versions"),
        Page("procedures", "Procedures", f"{_ROOM}.procedures"),
        Page("systems", "Systems of the Code", f"{_ROOM}.systems"),
        Page("faults", "Faults on demand", f"{_ROOM}.faults"),
        Page("settings", "Settings", f"{_ROOM}.settings"),
    )
}
"""In the order of the documentation."""

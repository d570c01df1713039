"""A page before it is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gbsmart.web.json_twin import as_json


@dataclass(frozen=True, slots=True)
class Page:
    """What one address shows: a view-model, and the template that draws it.

    ``extra`` holds drawings made from the model (plots, fragments of HTML) that the template needs and
    the JSON twin does not. ``twin`` is the JSON where it is not simply the model's. With a ``location`` a
    browser is sent on to that address (after a form was taken); the JSON twin is not. ``headers`` go out
    with any of them, and ``cookies`` (what ``Set-Cookie`` says).
    """

    title: str
    template: str
    model: Any
    extra: Mapping[str, Any] = field(default_factory=dict)
    twin: Any = None
    status: int = 200
    location: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Sequence[str] = ()

    def json(self) -> Any:
        """The JSON twin."""
        return as_json(self.model if self.twin is None else self.twin)

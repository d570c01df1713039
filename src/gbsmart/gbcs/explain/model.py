"""What an explanation is made of: rows that tile the octets, checks, faults, opened contents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from rich.table import Table


class RowKind(StrEnum):
    """What a row stands for."""

    VALUE = "value"
    FRAME = "frame"  # tags, lengths and counts before the rows one level deeper
    GROUP = "group"  # rows that stand together, with no octets of their own
    FAULT = "fault"  # from the octet at which the message breaks a rule
    UNREAD = "unread"  # octets that could not be given a name


class Part(NamedTuple):
    """Some octets of a row by their own name: ``tag``, ``length``, ``count``, ``content``."""

    offset: int
    length: int
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the ``octets`` from ``offset`` on, and what they are.

    ``span`` counts also the octets of the rows below it. ``type`` is the format's own name for the
    value's type, ``value`` how it reads and ``meaning`` what it stands for.
    """

    kind: RowKind
    offset: int
    octets: bytes
    span: int
    depth: int
    name: str
    type: str = ""
    value: str = ""
    meaning: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def length(self) -> int:
        """How many octets are this row's own."""
        return len(self.octets)

    def to_json(self) -> dict[str, Any]:
        """The row as JSON values; see :meth:`Explanation.to_json`."""
        return {
            "kind": str(self.kind),
            "offset": self.offset,
            "length": self.length,
            "hex": self.octets.hex(),
            "span": self.span,
            "depth": self.depth,
            "name": self.name,
            "type": self.type,
            "value": self.value,
            "meaning": self.meaning,
            "parts": [part._asdict() for part in self.parts],
        }


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, at which octet, in which field."""

    offset: int
    reason: str
    where: str = ""

    def to_json(self) -> dict[str, Any]:
        """The fault as JSON values."""
        return {"offset": self.offset, "reason": self.reason, "where": self.where}


@dataclass(frozen=True, slots=True)
class Opened:
    """Octets inside the message that have a reading of their own: decrypted data.

    ``at`` is the offset of the row that holds them; the offsets of ``rows`` start again from 0.
    """

    at: int
    title: str
    octets: bytes
    rows: tuple[Row, ...]

    def to_json(self) -> dict[str, Any]:
        """The content as JSON values."""
        return {
            "at": self.at,
            "title": self.title,
            "octets": self.octets.hex(),
            "rows": [row.to_json() for row in self.rows],
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """A message, every octet of it named.

    The rows tile ``octets`` from first to last, in order, without gap or overlap; so do the rows of each
    of ``opened``. ``use_case`` and ``title`` are of the message code; ``form`` is the name of the form
    that read the payload, "" where none is declared. ``signature`` and ``mac`` are ``valid``, ``invalid``,
    ``absent``, ``no key``, or "" where nothing was given to check with. A message that breaks a rule has
    a ``fault`` and is explained up to it. ``notes`` are facts about the whole.
    """

    octets: bytes
    kind: str
    message_code: int | None
    use_case: str
    title: str
    form: str
    rows: tuple[Row, ...]
    signature: str = ""
    mac: str = ""
    opened: tuple[Opened, ...] = ()
    fault: Fault | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def heading(self) -> str:
        """One line: what the message is."""
        code = "" if self.message_code is None else f", message code {self.message_code:04X}"
        name = " ".join(part for part in (self.use_case, self.kind) if part)
        return f"{name}{code}" + (f": {self.title}" if self.title else "")

    def flat(self) -> Iterator[tuple[Row, Opened | None]]:
        """Every row, each opened content after the row that holds it."""
        inside = list(self.opened)
        for row in self.rows:
            yield row, None
            while inside and inside[0].at < row.offset + row.length:
                content = inside.pop(0)
                for each in content.rows:
                    yield each, content

    def to_json(self) -> dict[str, Any]:
        """The explanation as JSON values; keys are only ever added.

        ``{"kind", "message_code" (four hex digits or null), "use_case", "title", "form", "octets" (hex),
        "length", "signature", "mac", "fault": null or {"offset", "reason", "where"}, "notes": [...],
        "rows": [{"kind", "offset", "length", "hex", "span", "depth", "name", "type", "value", "meaning",
        "parts": [{"offset", "length", "name"}]}], "opened": [{"at", "title", "octets", "rows"}]}``
        """
        return {
            "kind": self.kind,
            "message_code": None if self.message_code is None else f"{self.message_code:04X}",
            "use_case": self.use_case,
            "title": self.title,
            "form": self.form,
            "octets": self.octets.hex(),
            "length": len(self.octets),
            "signature": self.signature,
            "mac": self.mac,
            "fault": self.fault.to_json() if self.fault else None,
            "notes": list(self.notes),
            "rows": [row.to_json() for row in self.rows],
            "opened": [content.to_json() for content in self.opened],
        }

    def to_table(self) -> Table:
        """A table for the terminal (rich)."""
        from gbsmart.gbcs.explain.table import table

        return table(self)

    def to_html(self, prefix: str = "x") -> str:
        """A fragment of HTML: the octets and the rows, linked with each other.

        It holds no style and no script, and works without either; element ids start with ``prefix``,
        so that several fragments can share a page.
        """
        from gbsmart.gbcs.explain.html import fragment

        return fragment(self, prefix)

"""What is handed in with an act, read from JSON or from a form.

A form names the value of a field ``given.NAME``, a file ``document.KIND`` (or ``document.`` with its kind in
``kind``), its title ``title.KIND``, and beside them ``reason``, ``capacity``, ``seen`` and, where documents
are confidential, ``confidential``. A moment without a zone is London's, since that is how a browser's own
field writes it.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Value

from gbsmart.accounts import Capacity
from gbsmart.ground import InvalidValue
from gbsmart.procedures.desk import Handed
from gbsmart.procedures.model import NewDocument
from gbsmart.procedures.record import LONGEST_KIND, LONGEST_TITLE, title_of_file
from gbsmart.web import Parts, Takes

_GIVEN, _DOCUMENT, _TITLE = "given.", "document.", "title."
_OF_DOCUMENTS = ("confidential", "kind")
_PLAIN = "text/plain"


class DocumentHanded(BaseModel):
    """A document, in base64."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: str = Value(min_length=1, max_length=LONGEST_KIND)
    title: str = Value(
        default="", max_length=LONGEST_TITLE, description="without it, the file's name as words"
    )
    file_name: str = Value(default="", max_length=LONGEST_TITLE)
    content: str = Value(description="its octets in base64", json_schema_extra={"contentEncoding": "base64"})
    media_type: str = Value(default=_PLAIN, max_length=100)
    confidential: bool = False


class HandedIn(Takes):
    """What every act takes besides the case and the act."""

    given: dict[str, Any] = Value(default={}, description="the values of the act's fields")
    reason: str = Value(default="", max_length=20_000)
    documents: list[DocumentHanded] = []
    capacity: str = Value(default="", description="such as party:SUP1, where several would do")

    def handed(self, seen: int | None = None) -> Handed:
        """The same as values; raises :class:`InvalidValue`."""
        return Handed(
            self.given, self.reason, [_document(n, each) for n, each in enumerate(self.documents)],
            Capacity.parse(self.capacity) if self.capacity else None, seen,
        )  # fmt: skip


def _document(number: int, each: DocumentHanded) -> NewDocument:
    try:
        octets = base64.b64decode(each.content, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidValue("no base64", field=f"documents.{number}.content") from None
    title = each.title or title_of_file(each.file_name) or each.kind
    return NewDocument(each.kind, title, octets, each.media_type, each.confidential, each.file_name)


def handed_json(parts: Parts) -> dict[str, Any]:
    """A form as the JSON that would say the same."""
    said: dict[str, Any] = {"given": {}, "documents": []}
    for name, values in parts.fields.items():
        if name.startswith(_GIVEN):
            said["given"][name.removeprefix(_GIVEN)] = values if len(values) > 1 else values[0]
        elif name not in _OF_DOCUMENTS and not name.startswith(_TITLE) and values[-1]:
            said[name] = values[-1]
    confidential = bool(parts.one("confidential"))
    for file in parts.files:
        if not file.field.startswith(_DOCUMENT):
            raise InvalidValue("no file is taken here", field=file.field)
        named = file.field.removeprefix(_DOCUMENT)
        kind = named or parts.one("kind")
        said["documents"].append(
            {
                "kind": kind, "title": parts.one(_TITLE + named).strip(),
                "file_name": file.name[:LONGEST_TITLE], "media_type": file.media_type,
                "content": base64.b64encode(file.octets).decode(), "confidential": confidential,
            }
        )  # fmt: skip
    return said

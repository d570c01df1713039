"""Forms with files (``multipart/form-data``, RFC 7578), and plain ones, read whole and within bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.message import Message
from typing import NamedTuple
from urllib.parse import parse_qsl

from starlette.requests import Request

from gbsmart.ground import InvalidValue
from gbsmart.web.form import read_octets, refuse_nul

_MOST_PARTS = 500
_LONGEST_HEAD = 4096


class File(NamedTuple):
    """A file of a form: the field, the name that the file has where it comes from, its kind and octets."""

    field: str
    name: str
    media_type: str
    octets: bytes


class Parts(NamedTuple):
    """What a form holds: every value of each field in order, and the files."""

    fields: Mapping[str, Sequence[str]]
    files: Sequence[File]

    def one(self, name: str) -> str:
        """The last value of a field, "" where it has none."""
        return (self.fields.get(name) or [""])[-1]


async def read_parts(request: Request, largest: int) -> Parts:
    """The form of a request; raises :class:`InvalidValue` for one that is too large or no form."""
    kind, boundary = _content_type(request.headers.get("content-type", ""))
    octets = await read_octets(request, largest, field="form")
    if kind == "multipart/form-data" and boundary:
        return _multipart(octets, boundary)
    if kind != "application/x-www-form-urlencoded":
        raise InvalidValue("not a form", field="form")
    try:
        pairs = parse_qsl(
            octets.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_PARTS, errors="strict"
        )
    except ValueError:
        raise InvalidValue("not a form", field="form") from None
    refuse_nul(pairs, "form")
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return Parts(fields, ())


def _multipart(octets: bytes, boundary: bytes) -> Parts:
    pieces = (b"\r\n" + octets).split(b"\r\n--" + boundary)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--") or len(pieces) > _MOST_PARTS:
        raise InvalidValue("not a form, or cut off", field="form")
    fields: dict[str, list[str]] = {}
    files = []
    for piece in pieces[1:-1]:
        head, there, body = piece.partition(b"\r\n\r\n")
        name, file_name, media_type = _head(head)
        if not there or not name:
            raise InvalidValue("a part of it has no name", field="form")
        if file_name is None:
            fields.setdefault(name, []).append(_text(name, body))
        elif file_name or body:  # a browser sends a part for a file that nobody chose
            files.append(File(name, file_name, media_type, body))
    return Parts(fields, files)


def _head(head: bytes) -> tuple[str, str | None, str]:
    """The field's name, the file's name (None where it is no file) and the media type of a part."""
    if len(head) > _LONGEST_HEAD:
        raise InvalidValue("a part of it has no name", field="form")
    read: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        read[name.strip().lower()] = value.strip()
    disposition = _header("content-disposition", read.get("content-disposition", ""))
    field = _plain(disposition.get_param("name", "", "content-disposition"))
    file_name = disposition.get_param("filename", None, "content-disposition")
    media_type = read.get("content-type", "application/octet-stream").partition(";")[0].strip()
    return field, None if file_name is None else _plain(file_name), media_type


def _content_type(header: str) -> tuple[str, bytes]:
    read = _header("content-type", header)
    boundary = read.get_param("boundary", "")
    return read.get_content_type() if header else "", _plain(boundary).encode("ascii", "replace")


def _header(name: str, value: str) -> Message:
    message = Message()
    message[name] = value.replace("\n", " ").replace("\r", " ")
    return message


def _plain(value: object) -> str:
    return value if isinstance(value, str) else ""


def _text(name: str, body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise InvalidValue("is no text", field=name) from None
    refuse_nul(text, name)
    return text

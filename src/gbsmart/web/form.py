"""Forms as browsers send them, read whole and within bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from starlette.requests import Request

from gbsmart.ground import InvalidValue

LARGEST = 1 << 20
"""Octets of a form unless a page says otherwise."""
_MOST_FIELDS = 20_000


async def read_form(request: Request, *, largest: int = LARGEST, field: str = "form") -> dict[str, str]:
    """The fields of a form (``application/x-www-form-urlencoded``) by name; the last of a name counts.

    Raises :class:`InvalidValue`, under the name ``field``, for one that is too large or no form.
    """
    octets = await read_octets(request, largest, field)
    try:
        given = dict(
            parse_qsl(
                octets.decode("ascii"),
                keep_blank_values=True,
                max_num_fields=_MOST_FIELDS,
                errors="strict",
            )
        )
    except ValueError:
        raise InvalidValue("not a form", field=field) from None
    refuse_nul(given, field)
    return given


def refuse_nul(value: object, field: str) -> None:
    """Raise :class:`InvalidValue` where a text within ``value`` has the character NUL.

    No text of people has it, and PostgreSQL keeps none that does.
    """
    if isinstance(value, str):
        if "\0" in value:
            raise InvalidValue("no text has the character NUL", field=field)
    elif isinstance(value, Mapping):
        for name, each in value.items():
            refuse_nul(name, field)
            refuse_nul(each, field)
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for each in value:
            refuse_nul(each, field)


async def read_octets(request: Request, largest: int, field: str) -> bytes:
    """The body of a request; raises :class:`InvalidValue`, under ``field``, where it is too large."""
    octets = bytearray()
    async for chunk in request.stream():
        octets += chunk
        if len(octets) > largest:
            raise InvalidValue(f"more than {largest:,} octets", field=field)
    return bytes(octets)

"""How parcels travel between DCC and street over TCP: frames with their length before them.

A frame is 4 octets of length, a kind, a 4-octet number that its answer repeats, and a body. Either side
sends parcels; ``SENT`` answers ``SEND`` with the transport ids that were missed, ``TAKEN`` answers ``UP``,
``DOWN`` refuses either, ``FAILED`` says that it is not known what became of them.
"""

from __future__ import annotations

import struct
from asyncio import IncompleteReadError, StreamReader
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

from gbsmart.ground import Eui64, MalformedMessage
from gbsmart.wan.link import Parcel

LARGEST: Final = 64 * 1024 * 1024
_HEAD: Final = struct.Struct(">IBI")
_PARCEL: Final = struct.Struct(">8s8s?HI")


class Kind(IntEnum):
    """What a frame says."""

    SEND = 1  # parcels for devices
    SENT = 2  # the transport ids whose hub does not answer
    UP = 3  # responses and alerts
    TAKEN = 4
    DOWN = 5  # not now, and nothing was taken: a reason
    FAILED = 6  # something broke on the way: a reason


class Frame(NamedTuple):
    """One frame."""

    kind: Kind
    number: int
    body: bytes


def write_frame(frame: Frame) -> bytes:
    """The octets of a frame."""
    return _HEAD.pack(len(frame.body), frame.kind, frame.number) + frame.body


async def read_frame(reader: StreamReader) -> Frame | None:
    """The next frame, or None where the stream has ended or broken; raises :class:`MalformedMessage`."""
    try:
        length, kind, number = _HEAD.unpack(await reader.readexactly(_HEAD.size))
        if length > LARGEST or kind not in Kind.__members__.values():
            raise MalformedMessage(f"no frame of kind {kind} and {length} octets", offset=0)
        return Frame(Kind(kind), number, await reader.readexactly(length))
    except (IncompleteReadError, OSError):  # also a time-out or a lost route
        return None


def write_parcels(parcels: Iterable[Parcel]) -> bytes:
    """Parcels, one after the other."""
    out = []
    for parcel in parcels:
        name = parcel.transport_id.encode()
        head = _PARCEL.pack(parcel.hub, parcel.device, parcel.alert, len(name), len(parcel.octets))
        out.append(head + name + parcel.octets)
    return b"".join(out)


def read_parcels(body: bytes) -> list[Parcel]:
    """The inverse of :func:`write_parcels`; raises :class:`MalformedMessage`."""
    parcels: list[Parcel] = []
    at = 0
    while at < len(body):
        if at + _PARCEL.size > len(body):
            raise MalformedMessage("a parcel is cut short", offset=at)
        hub, device, alert, name, size = _PARCEL.unpack_from(body, at)
        start = at + _PARCEL.size
        at = start + name + size
        if at > len(body):
            raise MalformedMessage("a parcel runs past its frame", offset=start)
        transport_id = body[start : start + name].decode("utf-8", "replace")
        parcels.append(Parcel(Eui64(hub), Eui64(device), transport_id, body[start + name : at], alert))
    return parcels


def write_names(names: Sequence[str]) -> bytes:
    """Transport ids."""
    return "\n".join(names).encode()


def read_names(body: bytes) -> list[str]:
    """The inverse of :func:`write_names`."""
    return body.decode().split("\n") if body else []

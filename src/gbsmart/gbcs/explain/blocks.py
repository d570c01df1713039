"""The blocks of General Block Transfer as rows (GBCS 7.2.11)."""

from __future__ import annotations

from gbsmart.gbcs.blocks import Block
from gbsmart.gbcs.explain.annotate import use_case
from gbsmart.gbcs.explain.model import Part, Row, RowKind
from gbsmart.gbcs.lengths import write_length


def block_rows(octets: bytes, block: Block) -> tuple[Row, ...]:
    """The rows of one block, which has been read from ``octets`` without fault."""
    to = block.transfer
    data = len(block.data)
    header = len(octets) - data - len(write_length(data)) - 11
    row = _Rows(octets)
    row.add(1, "routing header", "tag", "DD", "General Block Transfer: a part of a longer message")
    row.add(1, "transaction identifier", "length", "9 octets")
    row.add(1, "CRA flag", "command/response/alert flag", to.cra.name.lower())
    row.add(8, "originator counter", "unsigned 64", str(to.counter))
    row.add(1, "originator", "length", "8 octets")
    row.add(8, "originator", "EUI-64", str(to.originator))
    row.add(1, "recipient", "length", "8 octets")
    row.add(8, "recipient", "EUI-64", str(to.recipient))
    row.add(1, "date-time", "length", "empty")
    row.add(1, "other information", "length", "2 octets")
    row.add(2, "message code", "message code", f"{to.message_code:04X}", use_case(to.message_code))
    row.add(1, "key information", "flag", "none")
    row.add(header - row.at, "routing header length", "length", f"{len(octets) - header} octets")
    row.add(1, "security control", "unsigned 8", "0", "no protection of its own: the whole message has it")
    row.add(4, "invocation counter", "unsigned 32", "0")
    row.add(1, "general-block-transfer", "tag", "E0")
    row.add(1, "block control", "bits", f"{octets[row.at]:08b}", _control(block))
    row.add(2, "block number", "unsigned 16", str(block.number))
    row.add(2, "block number acknowledged", "unsigned 16", str(block.acknowledged))
    row.add(len(write_length(data)), "block data", "length", f"{data} octets" if data else "empty")
    if data:
        row.add(data, "block data", "octets", block.data.hex(), f"part {block.number} of the message")
    return tuple(row.rows)


def _control(block: Block) -> str:
    words = ["last block" if block.last else "more blocks follow"]
    if block.streaming:
        words.append("streaming")
    return ", ".join([*words, f"window {block.window}"])


class _Rows:
    def __init__(self, octets: bytes) -> None:
        self.octets = octets
        self.at = 0
        self.rows: list[Row] = []

    def add(self, length: int, name: str, kind: str, value: str, meaning: str = "") -> None:
        octets = self.octets[self.at : self.at + length]
        frame = kind in ("tag", "length")
        parts = (Part(self.at, length, kind if frame else "value"),)
        row_kind = RowKind.FRAME if frame else RowKind.VALUE
        self.rows.append(Row(row_kind, self.at, octets, length, 0, name, kind, value, meaning, parts))
        self.at += length

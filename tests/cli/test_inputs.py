"""One reader for hex, base64, files and standard input."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gbsmart.cli.inputs import read_octets
from gbsmart.duis import acknowledgement, build_response
from gbsmart.ground import InvalidValue, NotFound

from .conftest import ESME, SUPPLIER

OCTETS = bytes.fromhex("DF090100000000000003E8")


@given(st.binary(min_size=1, max_size=200))
def test_hex_survives(octets: bytes) -> None:
    assert read_octets(octets.hex()) == octets
    assert read_octets(octets.hex(" ").upper()) == octets
    assert read_octets(f"0x{octets.hex()}") == octets
    assert read_octets(octets.hex("-")) == octets


@given(st.sampled_from([b"\xdf\x09", b"\xdd\x00"]), st.binary(min_size=3, max_size=200))
def test_the_base64_of_a_message_survives(first: bytes, rest: bytes) -> None:
    """It is never hex too: what GBCS lets a message begin with has a ``w`` or ``Q`` in its base64."""
    octets = first + rest
    assert read_octets(base64.b64encode(octets).decode()) == octets


@pytest.mark.parametrize(
    "content",
    [OCTETS.hex().encode(), base64.b64encode(OCTETS), OCTETS, OCTETS.hex("\n").encode() + b"\r\n"],
    ids=["hex", "base64", "octets", "lines"],
)
def test_a_file_may_hold_any_of_them(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "message"
    path.write_bytes(content)
    assert read_octets(str(path)) == OCTETS


def test_a_document_gives_the_message_inside(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from gbsmart.duis import RequestId

    request_id = RequestId(SUPPLIER, ESME, 1)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    path = tmp_path / "response.xml"
    path.write_bytes(build_response(acknowledgement(request_id, "4.1.1", "I0", at, gbcs_payload=OCTETS)))
    assert read_octets(str(path)) == OCTETS
    path.write_bytes(build_response(acknowledgement(request_id, "4.1.1", "I99", at)))
    with pytest.raises(InvalidValue, match="holds 0 GBCS messages"):
        read_octets(str(path))
    for text in ("\u00e9", "AAA"):
        path.write_text(f"<a><GBCSPayload>{text}</GBCSPayload></a>", encoding="utf-8")
        with pytest.raises(InvalidValue, match="GBCSPayload: is not base64"):
            read_octets(str(path))


def test_what_is_nothing_of_this_is_named() -> None:
    with pytest.raises(NotFound, match=r"'no/such/file' is neither hex nor base64"):
        read_octets("no/such/file")
    with pytest.raises(NotFound, match=r"\.\.\.' is neither"):
        read_octets("?" * 5000)

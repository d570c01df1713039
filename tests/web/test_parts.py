"""Forms with files, as browsers send them and as nobody should."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from gbsmart.ground import InvalidValue
from gbsmart.web import read_parts


async def _tell(request: Request) -> Response:
    try:
        parts = await read_parts(request, largest=100_000)
    except InvalidValue as wrong:
        return JSONResponse(str(wrong), 422)
    files = [[each.field, each.name, each.media_type, each.octets.hex()] for each in parts.files]
    return JSONResponse({"fields": dict(parts.fields), "files": files})


CLIENT = TestClient(Starlette(routes=[Route("/", _tell, methods=["POST"])]))
BOUNDARY = {"content-type": "multipart/form-data; boundary=b"}


@given(octets=st.binary(max_size=300), text=st.text(st.characters(exclude_characters="\0"), max_size=50))
def test_what_is_sent_is_read(octets: bytes, text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    sent = httpx.Request(
        "POST", "http://x/", data={"note": text, "kind": ["a", "b"]},
        files={"paper": ("Grün.pdf", octets, "application/pdf")},
    )  # fmt: skip
    told = CLIENT.post("/", content=sent.read(), headers=dict(sent.headers)).json()
    assert told["fields"] == {"note": [text], "kind": ["a", "b"]}
    assert told["files"] == [["paper", "Grün.pdf", "application/pdf", octets.hex()]]


def test_a_plain_form_is_read_too_and_a_file_that_nobody_chose_is_none() -> None:
    assert CLIENT.post("/", data={"a": ["1", "2"]}).json()["fields"] == {"a": ["1", "2"]}
    none = b'--b\r\nContent-Disposition: form-data; name="paper"; filename=""\r\n\r\n\r\n--b--\r\n'
    assert CLIENT.post("/", content=none, headers=BOUNDARY).json() == {"fields": {}, "files": []}


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (b"", "cut off"),
        (b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx', "cut off"),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", "no name"),
        (b'--b\r\nContent-Disposition: form-data; name="a"\r\n--b--', "no name"),
        (b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--b--', "a: is no text"),
        (b"x" * 100_001, "more than 100,000 octets"),
    ],
)
def test_what_is_no_form_is_refused(octets: bytes, said: str) -> None:
    answer = CLIENT.post("/", content=octets, headers=BOUNDARY)
    assert answer.status_code == 422
    assert said in answer.json()


def test_anything_else_is_no_form() -> None:
    assert CLIENT.post("/", json={"a": 1}).status_code == 422
    assert (
        CLIENT.post("/", content=b"a=\xff", headers={"content-type": "multipart/form-data"}).status_code
        == 422
    )


@pytest.mark.parametrize("as_parts", [False, True])
def test_no_field_has_the_character_nul(as_parts: bool) -> None:
    """PostgreSQL keeps none, and what SQLite keeps must not be other than what it keeps."""
    files = {"paper": ("a.txt", b"a\0b", "text/plain")} if as_parts else None
    refused = CLIENT.post("/", data={"note": "a\0b"}, files=files)
    assert (refused.status_code, "the character NUL" in refused.text) == (422, True)
    assert CLIENT.post("/", data={"note": "ab"}, files=files).status_code == 200

"""The public Java signing tool and ours accept each other's documents. It is run, never read."""

from __future__ import annotations

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gbsmart.duis import build_request, parse_request, sign, verify
from gbsmart.keys import MemoryKeyring

from .conftest import USER
from .examples import read_registers

TOOL = (
    Path(__file__).parents[2]
    / ".interop"
    / "node_modules"
    / "@smartdcc"
    / "duis-sign-wrap"
    / "dist"
    / "tool.jar"
)
PLAIN = build_request(read_registers())

pytestmark = [
    pytest.mark.java,
    pytest.mark.corpus,
    pytest.mark.skipif(shutil.which("java") is None, reason="needs java"),
    pytest.mark.skipif(
        not TOOL.is_file(),
        reason="needs the signing tool: npm install in .interop, of tests/interop/package.json",
    ),
]


def run(verb: str, document: bytes) -> subprocess.CompletedProcess[bytes]:
    command = [
        "java",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        str(TOOL),
        f"uk.co.smartdcc.boxed.xmldsig.{verb}",
        "-",
    ]
    return subprocess.run(command, input=document, capture_output=True, check=False, timeout=60)


def test_the_tool_accepts_ours(corpus_keys: MemoryKeyring) -> None:
    signed = sign(PLAIN, corpus_keys, USER)
    done = run("Validate", signed)
    assert done.returncode == 0, done.stderr
    assert b"passed signature check" in done.stderr
    assert done.stdout.strip() == PLAIN.split(b"?>", 1)[1]


def test_the_tool_refuses_what_was_changed(corpus_keys: MemoryKeyring) -> None:
    done = run("Validate", sign(PLAIN, corpus_keys, USER).replace(b":1000<", b":1001<"))
    assert done.returncode != 0
    assert b"failed signature check" in done.stderr


def test_we_accept_those_of_the_tool(corpus_keys: MemoryKeyring) -> None:
    done = run("Sign", PLAIN)
    assert done.returncode == 0, done.stderr
    document = parse_request(done.stdout)
    assert verify(document.root, corpus_keys).holder == USER
    # it takes the time for the counter, and leaves the rest alone
    assert re.sub(rb":\d+<", b":0<", build_request(document.message)) == re.sub(rb":\d+<", b":0<", PLAIN)


def test_bodies_of_every_declared_kind_pass_both_ways(corpus: Path, corpus_keys: MemoryKeyring) -> None:
    pattern = re.compile(r"_(1\.1\.1|3\.2|7\.1|7\.2|8\.2)_|^8\.2_")
    requests = [p for p in sorted((corpus / "duis-requests").iterdir()) if pattern.search(p.name)]
    assert len(requests) == 11

    def both_ways(path: Path) -> None:
        message = parse_request(path.read_bytes()).message
        done = run("Validate", sign(build_request(message), corpus_keys, USER))
        assert done.returncode == 0, (path.name, done.stderr)
        theirs = parse_request(run("Sign", path.read_bytes()).stdout)
        assert verify(theirs.root, corpus_keys).holder == USER
        assert theirs.message.values == message.values

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(both_ways, requests))

"""Devices know objects, not use cases: no use case is named and no message code is written in their code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gbsmart.devices
from gbsmart.gbcs.message_codes import message_codes

CODE = sorted(Path(gbsmart.devices.__file__).parent.rglob("*.py"))
USE_CASE = re.compile(r"\b(?:[EGPHC]CS|CCS|DBCH)\d+[a-z]?\w*|\bCS\d\d[a-zA-Z]*")
FOUR_DIGITS = re.compile(r"0[xX][0-9A-Fa-f]{4}\Z")


def literals(tree: ast.AST, source: str) -> Iterator[tuple[int, str]]:
    """Whole numbers as they are written, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) is int:
            yield node.lineno, ast.get_source_segment(source, node) or ""


def compared_codes(tree: ast.AST) -> Iterator[int]:
    """Lines on which a message code is compared with, or looked up by, a constant."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            code = any(
                isinstance(side, ast.Attribute) and side.attr in ("code", "message_code") for side in sides
            )
            if code and any(isinstance(side, ast.Constant) and type(side.value) is int for side in sides):
                yield node.lineno


@pytest.mark.parametrize("file", CODE, ids=lambda file: file.name)
def test_no_use_case_and_no_message_code(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    assert not USE_CASE.findall(source)
    tree = ast.parse(source)
    codes = message_codes()
    written = [
        (line, text) for line, text in literals(tree, source)
        if FOUR_DIGITS.match(text) and int(text, 16) in codes
    ]  # fmt: skip
    assert not written
    assert not list(compared_codes(tree))


def test_the_rule_would_notice() -> None:
    source = "if header.message_code == 39: pass\nx = 0x0027\n"
    tree = ast.parse(source)
    assert list(compared_codes(tree)) == [1]
    assert [text for _, text in literals(tree, source) if FOUR_DIGITS.match(text)] == ["0x0027"]
    assert USE_CASE.findall("ECS17b GCS13a CS02b DBCH01 CCS08") == [
        "ECS17b",
        "GCS13a",
        "CS02b",
        "DBCH01",
        "CCS08",
    ]

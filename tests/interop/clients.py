"""The public clients as programs that a test talks to, a line at a time.

The packages run as they are published and are never read; what drives them (``client.cjs``,
``SigningTool.java``) is ours, and calls what they make public.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

HERE = Path(__file__).parent
INSTALLED = HERE.parents[1] / ".interop" / "node_modules"
JAR = INSTALLED / "@smartdcc/duis-sign-wrap/dist/tool.jar"

PUBLIC_KEYS = INSTALLED / "@smartdcc/dccboxed-keystore/keystore.json"
"""The public test organisations with their private keys, as the client brings them."""


def listed(
    variant: str, template: str, device: str, use_case: str, client: str, keys: str, code: str, seen: str = ""
) -> tuple[str, str]:
    """A property of a test that stands in the list which the suite prints at its end."""
    line = f"{variant:<7} {template:<28} {device:<7} {use_case:<7} {client:<17} {keys:<9} {code:<6} {seen}"
    return "interoperability", line.rstrip()


def skip_unless_installed() -> None:
    """Skip the test where the machine has not what the public clients need."""
    for program in ("node", "javac"):
        if shutil.which(program) is None:
            pytest.skip(f"needs {program} on the PATH")
    if not JAR.is_file():
        pytest.skip("needs the clients: npm install in .interop, of tests/interop/package.json")


class _Program:
    """A child process that answers every line with a line."""

    def __init__(self, *command: object, **environment: str) -> None:
        self._process = subprocess.Popen(
            [*map(str, command)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"the client ended with {self._process.wait()}"
        return answer


class SigningTool(_Program):
    """``@smartdcc/duis-sign-wrap``'s Java tool; on the class path, keys before the jar win over its own."""

    def __init__(self, class_path: str) -> None:
        quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
        super().__init__("java", *quick, "-cp", class_path, HERE / "SigningTool.java")

    def sign(self, document: str, *options: str) -> str:
        """The document signed by the originator of its RequestID; under a new counter unless preserved."""
        return self._run("Sign", document, *options)

    def validate(self, document: str) -> str:
        """The document held against the schema and its signature, without the latter."""
        return self._run("Validate", document)

    def _run(self, program: str, document: str, *options: str) -> str:
        given = base64.b64encode(document.encode()).decode()
        result, said, complained = self._ask(" ".join((program, given, *options))).split()
        texts = ["" if each == "=" else base64.b64decode(each).decode() for each in (said, complained)]
        assert result == "SUCCESS", texts[1]
        return texts[0]


class Client(_Program):
    """The npm packages: templates, parser, keystore, and HTTP both ways."""

    def __init__(self) -> None:
        super().__init__("node", HERE / "client.cjs", NODE_PATH=str(INSTALLED))

    def do(self, verb: str, **asked: Any) -> dict[str, Any]:
        """What the client answers; fails with its own words."""
        answer: dict[str, Any] = json.loads(self._ask(json.dumps({"do": verb, **asked})))
        assert "error" not in answer, answer["error"]
        return answer

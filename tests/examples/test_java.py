"""The Java examples, compiled and run against a running system as their user would."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gbsmart.assembly.harness import RunningDcc, running

JAVA = Path(__file__).resolve().parents[2] / "examples" / "java"
NEEDED = ("junit-jupiter-api", "junit-jupiter-engine", "junit-platform-console", "opentest4j")

pytestmark = [
    pytest.mark.java,
    pytest.mark.timeout(300),
    pytest.mark.skipif(shutil.which("javac") is None, reason="no Java compiler"),
]


@pytest.fixture
def dcc(tmp_path: Path) -> Iterator[RunningDcc]:
    with running(tmp_path / "data") as system:
        yield system


def jars() -> list[Path]:
    """The jars of JUnit 5: of Debian's package, or in the folder that ``GBSMART_JUNIT`` names."""
    folder = Path(os.environ.get("GBSMART_JUNIT", "/usr/share/java"))
    found = [each for each in sorted(folder.glob("*.jar")) if not each.is_symlink() or each.exists()]
    wanted = ("junit-jupiter", "junit-platform", "opentest4j", "apiguardian", "picocli", "univocity")
    return [each for each in found if each.name.startswith(wanted)]


def compiled(folder: Path, *names: str, path: str = "") -> None:
    options = ["-classpath", path] if path else []
    sources = [str(JAVA / f"{name}.java") for name in names]
    strict = ["--release", "11", "-Xlint:all,-path,-classfile", "-Werror"]
    command = ["javac", *strict, *options, "-d", str(folder), *sources]
    subprocess.run(command, check=True, capture_output=True, timeout=200)


def test_without_a_framework(dcc: RunningDcc, tmp_path: Path) -> None:
    compiled(tmp_path, "GbsmartControl", "Try")
    said = subprocess.run(
        ["java", "-cp", str(tmp_path), "Try", dcc.urls["Console"]],
        check=True, capture_output=True, text=True, timeout=200,
    ).stdout  # fmt: skip
    assert said.split("\n")[:3] == ["read: I0", "complete: true", "refused: E19"]


@pytest.mark.skipif(
    not all(any(jar.name.startswith(name) for jar in jars()) for name in NEEDED), reason="no JUnit 5"
)
def test_with_junit(dcc: RunningDcc, tmp_path: Path) -> None:
    path = os.pathsep.join(map(str, jars()))
    compiled(tmp_path, "GbsmartControl", "MeterTest", path=path)
    done = subprocess.run(
        ["java", f"-Dgbsmart.console={dcc.urls['Console']}", "-cp", f"{tmp_path}{os.pathsep}{path}",
         "org.junit.platform.console.ConsoleLauncher", "--select-class", "MeterTest"],
        capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 tests successful" in done.stdout

"""The wheel: everything that the program needs is in it, and it works away from the sources."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("wheel")  # it is built once
ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src" / "gbsmart"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from these sources, with what is installed here (no network)."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("needs hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel holds."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return folder


def gbsmart(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program of the wheel: an isolated Python that sees it and its dependencies, no sources."""
    program = (
        "import sys\n"
        f"sys.path[:0] = [{str(installed)!r}]\n"
        f"sys.path[1:] = [p for p in sys.path[1:] if p != {str(ROOT / 'src')!r}]\n"
        "import gbsmart\n"
        f"assert gbsmart.__file__.startswith({str(installed)!r}), gbsmart.__file__\n"
        "from gbsmart.cli import main\n"
        "main()\n"
    )
    command = [sys.executable, "-I", "-c", program, *arguments]
    return subprocess.run(command, cwd=installed, capture_output=True, text=True, check=False, timeout=60)


def test_it_holds_every_file_of_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    wanted = {
        path.relative_to(SOURCES.parent).as_posix()
        for path in SOURCES.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - names == set()
    kinds = {Path(name).suffix for name in names if name.startswith("gbsmart/")}
    assert {".py", ".csv", ".html", ".css", ".js"} <= kinds
    assert "gbsmart/py.typed" in names


def test_it_names_its_command_and_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        texts = {name.split("/")[1]: packed.read(name) for name in packed.namelist() if ".dist-info/" in name}
    assert b"gbsmart = gbsmart.cli:main" in texts["entry_points.txt"]
    assert b"License-Expression: Apache-2.0" in texts["METADATA"]


def test_it_says_its_version(installed: Path) -> None:
    done = gbsmart(installed, "version")
    assert done.returncode == 0, done.stderr
    assert "0." in done.stdout


def test_a_reading_and_its_explanation(installed: Path) -> None:
    """A whole system runs from the wheel: migrations, tables, templates and all."""
    done = gbsmart(installed, "read", "--json", "--console", "http://127.0.0.1:9")
    assert done.returncode == 0, done.stdout + done.stderr
    reading = json.loads(done.stdout)
    assert reading["response_code"] == "I0"

    done = gbsmart(installed, "gbcs", "explain", reading["gbcs"]["command_hex"])
    assert done.returncode == 0, done.stderr
    assert "ECS17b" in done.stdout


@pytest.mark.parametrize("page", ["/", "/explain"])
def test_the_console_finds_its_templates(installed: Path, page: str) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import asyncio, tempfile, pathlib, urllib.request\n"
        "from gbsmart.assembly import Settings, System\n"
        "async def look(folder):\n"
        "    ports = dict(dcc_port=0, repository_port=0, console_port=0, user_port=0)\n"
        "    async with System(Settings(data=pathlib.Path(folder), **ports)) as system:\n"
        "        url = system.url('Console') + sys.argv[2]\n"
        "        text = await asyncio.to_thread(lambda: urllib.request.urlopen(url).read())\n"
        "        assert b'<html' in text, text\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    asyncio.run(look(folder))\n"
    )
    command = [sys.executable, "-I", "-c", program, str(installed), page]
    done = subprocess.run(command, cwd=installed, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr

"""Runs a Containerfile's steps in a fresh Debian root, then what the compose file starts, and checks it.

``sudo .venv/bin/python containers/exercise.py``, on Debian with debootstrap and a PostgreSQL server on
this machine. No container runtime is needed, and nothing is kept. The steps are read from the files
themselves, so that what is exercised is what is shipped. How apt and pip reach their packages is this
machine's configuration, lent to the root for the time of the run.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import yaml

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
ADMINISTRATOR = os.environ.get(
    "GBSMART_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
SOURCES = (".list", ".sources")
PORTS = ("DCC", "REPOSITORY", "CONSOLE", "USER")
_COPIED = (
    "/etc/apt/sources.list.d", "/etc/apt/apt.conf.d", "/etc/apt/auth.conf.d", "/etc/apt/trusted.gpg.d",
    "/etc/pip.conf", "/etc/xdg/pip", "/etc/resolv.conf",
)  # fmt: skip
"""How this machine reaches packages: copies, so that what packages write stays in the root."""
_AUTHORITIES = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
_LENT_BUNDLE = "/root/lent-authorities.crt"
_CHROOT = shutil.which("chroot") or "/usr/sbin/chroot"
_PASSED = re.compile(r"(PIP_|SSL_|REQUESTS_CA|CURL_CA|(https?|no)_proxy\Z)", re.IGNORECASE)


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """(keyword, rest) of each instruction of a Containerfile."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n", " ", "\n".join(lines)).splitlines():
        keyword, _, rest = line.strip().partition(" ")
        if keyword:
            yield keyword.upper(), rest.strip()


class Root:
    """A Debian root as a container would have it: its files, and what the instructions set."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        self.user = "root"
        self.workdir = "/"
        self.told: dict[str, Any] = {}

    def follow(self, keyword: str, rest: str) -> None:
        """Carry out one instruction; one that is not known here ends the run."""
        print(f"== {keyword} {rest[:100]}", flush=True)
        if keyword == "FROM":
            self._begin(rest)
        elif keyword == "RUN":
            self.run(["/bin/sh", "-ec", rest], check=True)
        elif keyword == "COPY":
            *sources, target = rest.split()
            for source in sources:
                self._copy(PROJECT / source, self.inside(target), is_folder=target.endswith("/"))
        elif keyword == "WORKDIR":
            self.workdir = rest
            self.inside(rest).mkdir(parents=True, exist_ok=True)
        elif keyword == "ENV":
            self.environment |= dict(each.split("=", 1) for each in shlex.split(rest))
        elif keyword == "USER":
            self.user = rest
        elif keyword in ("ENTRYPOINT", "CMD"):
            self.told[keyword] = json.loads(rest)
        elif keyword == "HEALTHCHECK":
            self.told[keyword] = json.loads(rest.partition("CMD ")[2])
        elif keyword not in ("EXPOSE", "VOLUME"):
            raise SystemExit(f"{keyword} is not exercised: teach containers/exercise.py what it does")

    def inside(self, path: str) -> Path:
        """A path of the root, relative ones from its working folder."""
        return self.folder / str(Path("/", self.workdir, path)).lstrip("/")

    def command(self, *words: str) -> list[str]:
        """A command in the root, as the user of now and in the working folder."""
        enter = 'cd "$1" && shift && exec "$@"'
        change = [_CHROOT, f"--userspec={self.user}", str(self.folder)]
        return [*change, "/bin/sh", "-c", enter, "sh", self.workdir, *words]

    def run(self, words: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command in the root to its end."""
        return subprocess.run(self.command(*words), env=self.seen(), text=True, **options)

    def seen(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment in the root: its own, and how this machine reaches package registries."""
        passed = {name: value for name, value in os.environ.items() if _PASSED.match(name)}
        if Path(_BUNDLE).exists():
            passed |= dict.fromkeys(_AUTHORITIES, _LENT_BUNDLE)
        home = "/root" if self.user == "root" else "/data"
        return passed | {"HOME": home, "LC_ALL": "C.UTF-8"} | self.environment | dict(more or {})

    def _begin(self, image: str) -> None:
        name, _, tag = image.partition(":")
        assert name == "debian", f"{image}: only Debian can be made from packages"
        suite = tag.removesuffix("-slim")
        command = ["debootstrap", "--variant=minbase", suite, str(self.folder), _mirror()]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        self.folder.chmod(0o755)  # it is everybody's root
        for path in filter(Path.exists, map(Path, _COPIED)):
            self._copy(path, self.folder / str(path).lstrip("/"), is_folder=False)
        if list(Path("/etc/apt/sources.list.d").glob("*.sources")):
            self.inside("/etc/apt/sources.list").unlink()  # debootstrap's, which says the same again
        if Path(_BUNDLE).exists():
            self._copy(Path(_BUNDLE), self.inside(_LENT_BUNDLE), is_folder=False)
        for path in ("/dev", "/proc"):
            subprocess.run(["mount", "--rbind", path, str(self.inside(path))], check=True)
        for path in _named_by_pip():
            self._lend(Path(path))

    def _lend(self, path: Path) -> None:
        """Show a file or folder of this machine in the root, to be read only."""
        target = self.inside(str(path))
        if target.exists():
            return
        if path.is_dir():
            target.mkdir(parents=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch()
        subprocess.run(["mount", "--bind", str(path), str(target)], check=True)
        subprocess.run(["mount", "-o", "remount,ro,bind", str(target)], check=True)

    def _copy(self, source: Path, target: Path, *, is_folder: bool) -> None:
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, target, dirs_exist_ok=True, ignore=ignored)
            return
        if is_folder or target.is_dir():
            target = target / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def _mirror() -> str:
    """Where this machine takes Debian's packages from."""
    places = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    text = "\n".join(place.read_text() for place in places if place.suffix in SOURCES and place.exists())
    found = re.search(r"^(?:URIs:|deb(?: \[[^]]*\])?)\s+(\S+)", text, re.MULTILINE)
    return found[1] if found else "http://deb.debian.org/debian"


def _named_by_pip() -> set[str]:
    """Files and folders of this machine that pip's configuration names."""
    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    paths = (Path(each) for each in re.findall(r"(?<![\w/:])(?:file://)?(/[\w./-]+)", told))
    return {str(path) for path in paths if path.exists()} - {_BUNDLE}


def serve(root: Root) -> None:
    """Start what the compose file starts, against this machine's PostgreSQL, and see that it works."""
    compose = yaml.safe_load((HERE / "compose.yaml").read_text())["services"]
    password = secrets.token_hex(16)
    values = {"GBSMART_DATABASE_PASSWORD": password}
    told = {
        name: re.sub(r"\$\{(\w+)[^}]*\}", lambda match: values[match[1]], value)
        for service in compose.values()
        for name, value in service["environment"].items()
    }
    server = ADMINISTRATOR.replace("+psycopg", "")
    with psycopg.connect(server, autocommit=True) as administrator:
        suffix = f"_{secrets.token_hex(4)}"
        name = told["POSTGRES_DB"] + suffix
        administrator.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        administrator.execute(f"CREATE DATABASE {name} OWNER {name}")
        try:
            host = re.sub(r".*@", "", server).rpartition("/")[0]
            url = told["GBSMART_DATABASE"].replace("@database/", f"@{host}/")
            url = url.replace("//gbsmart:", f"//{name}:").removesuffix("gbsmart") + name
            _serve(root, {"GBSMART_DATABASE": url})
            with psycopg.connect(server.rpartition("/")[0] + f"/{name}") as connection:
                row = connection.execute("SELECT count(*) FROM request").fetchone()
                assert row == (1,), row
        finally:
            administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
            administrator.execute(f"DROP ROLE {name}")


def _serve(root: Root, told: Mapping[str, str]) -> None:
    ports = dict(zip(PORTS, _free_ports(len(PORTS)), strict=True))
    told = {**told, **{f"GBSMART_{name}_PORT": str(port) for name, port in ports.items()}}
    words = [*root.told["ENTRYPOINT"], *root.told["CMD"]]
    print(f"== {' '.join(words)}", flush=True)
    process = subprocess.Popen(root.command(*words), env=root.seen(told))
    try:
        for _ in range(120):
            check = root.command(*root.told["HEALTHCHECK"])
            if subprocess.run(check, env=root.seen(told), capture_output=True, check=False).returncode == 0:
                break
            assert process.poll() is None, f"it ended with {process.returncode}"
            time.sleep(0.5)
        else:
            raise SystemExit("it never became healthy")
        console = f"http://127.0.0.1:{ports['CONSOLE']}"
        asked = urllib.request.Request(
            f"{console}/control/v1/read", b"{}", {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked) as answer:
            print(json.dumps(json.load(answer)["values"]))
        with urllib.request.urlopen(f"{console}/metrics") as answer:
            assert b"gbsmart_requests_total" in answer.read()
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=30)
    assert code == 0, f"told to end, it ended with {code}"


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def main() -> None:
    """Make the root in a mount namespace of its own, so that nothing lent outlives the run."""
    if os.environ.get("_GBSMART_EXERCISE") is None:
        folder = Path(tempfile.mkdtemp(prefix="gbsmart-root-"))
        environment = {**os.environ, "_GBSMART_EXERCISE": str(folder)}
        command = ["unshare", "--mount", "--propagation", "private", sys.executable, __file__]
        try:
            raise SystemExit(subprocess.run(command, env=environment, check=False).returncode)
        finally:
            shutil.rmtree(folder)
    begun = time.monotonic()
    root = Root(Path(os.environ["_GBSMART_EXERCISE"]))
    for keyword, rest in instructions((HERE / "Containerfile").read_text()):
        root.follow(keyword, rest)
    serve(root)
    print(f"The Containerfile's steps and what it starts work ({time.monotonic() - begun:.0f} s).")


if __name__ == "__main__":
    main()

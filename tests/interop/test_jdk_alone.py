"""The documentation's adapter in Java, which needs a Java Development Kit and nothing else."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from gbsmart.assembly import Settings, System
from gbsmart.assembly.plan import IMPORT_SUPPLIER
from gbsmart.assembly.user_keys import entries_of
from gbsmart.keys import export_folder

from .clients import listed

pytestmark = [pytest.mark.java, pytest.mark.timeout(120)]

PAGE = Path(__file__).parents[2] / "docs" / "clients.md"


def test_the_documentations_adapter_reads_and_disables(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    if shutil.which("java") is None:
        pytest.skip("needs java on the PATH")
    programs = re.findall(r"^```java\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (program,) = (each for each in programs if "class Adapter " in each)
    (tmp_path / "Adapter.java").write_text(program, "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = Settings(
        data=tmp_path / "data",
        receive={str(IMPORT_SUPPLIER): f"http://127.0.0.1:{port}/"},
        dcc_port=0,
        repository_port=0,
        console_port=0,
        user_port=0,
    )
    export_folder(entries_of([IMPORT_SUPPLIER], settings), tmp_path / "keys", private_keys=True)
    with start_blocking_portal("asyncio") as portal:
        system = System(settings)
        with portal.wrap_async_context_manager(system):
            meter = str(system.street_plan[0].esme)
            command = ("java", "Adapter.java", system.url("DCC"), "keys", meter, str(port))
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
            supply = system.street.home(system.street_plan[0].chf).devices["ESME"].state.supply.name.lower()
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "4.1.1 serviceS: I99",
        "delivered: I0",
        "7.2 serviceT: I0",
        "7.2 serviceS: I99",
        "delivered: I0",
    ]
    assert supply == "off"
    for variant, seen in (("4.1.1", "a Response is delivered"), ("7.2", "supply becomes off")):
        what = (variant, "of the documentation", "esme", "", "JDK alone", "generated", "I0", seen)
        record_property(*listed(*what))

"""A public client library, run as it is, finds and retrieves certificates from the repository."""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn

from gbsmart.ground import Eui64, SystemClock
from gbsmart.keys import KeyUse, export_json
from gbsmart.trust import MemoryRepository, TestSmki, repository_app

PACKAGE = "@smartdcc/dccboxed-keystore"
DEVICE = Eui64.parse("00-DB-12-34-56-78-90-A4")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")

SCRIPT = f"""
const {{ BoxedKeyStore, KeyUsage }} = require('{PACKAGE}');
const [address, backing, device, serial, supplier] = process.argv.slice(2);
const shown = (found) => found && found.map((one) => ({{
  eui: one.eui.toString(), serial: one.serial.toString(), role: one.role ?? null,
  pem: one.certificate ? one.certificate.toString() : null, hasKey: one.privateKey !== undefined,
}}));
(async () => {{
  const store = await BoxedKeyStore.new(address, undefined, backing);
  try {{
    const certificate = 'certificate', DS = KeyUsage.digitalSignature, KA = KeyUsage.keyAgreement;
    console.log(JSON.stringify({{
      bySerial: shown([await store.query({{ serial: BigInt(serial), lookup: certificate }})]),
      agrees: shown(await store.query({{ eui: device, keyUsage: KA, lookup: certificate }})),
      signs: shown(await store.query({{ eui: device, keyUsage: DS, lookup: certificate }})),
      unknown: await store.query({{ eui: 'ff-ff-ff-ff-ff-ff-ff-fe', keyUsage: DS, lookup: certificate }}),
      supplier: shown(await store.query({{ eui: supplier, keyUsage: DS, role: 2, lookup: certificate }})),
      supplierKey: shown(await store.query({{ eui: supplier, keyUsage: DS, role: 2, lookup: 'privateKey' }})),
    }}));
  }} finally {{ await store.cleanup(); }}
}})().catch((error) => {{ console.error(error); process.exit(1); }});
"""


@pytest.fixture(scope="session")
def keystore_package() -> Path:
    """The folder the client is installed in; skips where it is not."""
    folder = Path(__file__).resolve().parents[2] / ".interop"
    if shutil.which("node") is None:
        pytest.skip("needs node on the PATH")
    if not (folder / "node_modules" / PACKAGE).is_dir():
        pytest.skip("needs the client: npm install in .interop, of tests/interop/package.json")
    return folder


@pytest.fixture(scope="module")
def smki() -> TestSmki:
    return TestSmki.create(SystemClock(start=datetime(2026, 3, 1, tzinfo=UTC)), random.Random(1).randbytes)


@pytest.fixture
def address(smki: TestSmki) -> Iterator[tuple[str, dict[KeyUse, int]]]:
    repository = MemoryRepository(SystemClock(start=datetime(2026, 3, 1, tzinfo=UTC)))
    entries = smki.device(DEVICE)
    repository.lodge_all(entry.certificate for entry in (*smki.entries, *entries))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(repository_app(repository), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        serials = {entry.use: entry.certificate.serial for entry in entries if entry.use}
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/", serials
        server.should_exit = True
        thread.join()


@pytest.mark.node
def test_the_public_client_finds_and_retrieves(
    keystore_package: Path, smki: TestSmki, address: tuple[str, dict[KeyUse, int]], tmp_path: Path
) -> None:
    url, serials = address
    backing = tmp_path / "organisations.json"
    backing.write_text(export_json(smki.entries, private_keys=True))
    script = keystore_package / f"client-{os.getpid()}.js"
    script.write_text(SCRIPT)
    try:
        arguments = [url, backing, DEVICE.compact, serials[KeyUse.DIGITAL_SIGNATURE], SUPPLIER.compact]
        done = subprocess.run(
            ["node", script, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        script.unlink()
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)

    for name, use in (("agrees", KeyUse.KEY_AGREEMENT), ("signs", KeyUse.DIGITAL_SIGNATURE)):
        (found,) = answer[name]
        assert (found["eui"], found["serial"]) == (DEVICE.compact, str(serials[use]))
        assert found["role"] is None
        assert found["pem"].startswith("-----BEGIN CERTIFICATE-----")
    assert answer["bySerial"][0]["serial"] == str(serials[KeyUse.DIGITAL_SIGNATURE])
    assert answer["unknown"] is None
    ours = next(e for e in smki.entries if e.name == "supplier 1 digitalSignature")
    assert [found["serial"] for found in answer["supplier"]] == [str(ours.certificate.serial)]
    assert [found["hasKey"] for found in answer["supplierKey"]] == [True]

"""The machine's own limits: how fast OpenSSL signs and verifies P-256 here, now."""

from __future__ import annotations

import re
import shutil
import subprocess

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks.measuring import Task

_BATCH = 400
_MESSAGE = bytes(range(250))


def verifying() -> Task:
    """P-256 verifications by the ``cryptography`` library: DER signature, key object at hand."""
    key = ec.generate_private_key(ec.SECP256R1())
    algorithm = ec.ECDSA(SHA256())
    signature, public = key.sign(_MESSAGE, algorithm), key.public_key()

    def run() -> int:
        for _ in range(_BATCH):
            public.verify(signature, _MESSAGE, algorithm)
        return _BATCH

    return run


def signing() -> Task:
    """P-256 signatures by the ``cryptography`` library."""
    key = ec.generate_private_key(ec.SECP256R1())
    algorithm = ec.ECDSA(SHA256())

    def run() -> int:
        for _ in range(_BATCH):
            key.sign(_MESSAGE, algorithm)
        return _BATCH

    return run


def openssl_speed() -> tuple[float, float] | None:
    """(sign, verify) a second by the ``openssl`` command; None where there is none."""
    program = shutil.which("openssl")
    if program is None:
        return None
    run = subprocess.run(
        [program, "speed", "-seconds", "1", "ecdsap256"], capture_output=True, text=True, check=False
    )
    found = re.search(r"nistp256\)\s+\S+s\s+\S+s\s+([\d.]+)\s+([\d.]+)", run.stdout)
    return (float(found[1]), float(found[2])) if found else None

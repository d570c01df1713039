"""Where the tests find the public corpus, and what happens when it is not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("GBSMART_SHARED", Path(__file__).resolve().parents[2] / "shared"))
CORPUS = SHARED / "corpus"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of public test data (vectors, keys, requests, schemas); skips where it is absent."""
    if not (CORPUS / "rtds").is_dir():
        pytest.skip("needs the public corpus: set GBSMART_SHARED to the folder that holds corpus/")
    return CORPUS

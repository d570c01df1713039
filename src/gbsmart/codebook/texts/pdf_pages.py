"""The text of a PDF's pages, found in a process of its own that may be ended.

A page of a few octets can be drawn so that to read it takes for ever, or all memory. The process (this module
as a program) reads the file from its standard input and writes a line of JSON for each page as it is done;
who waits for it ends it when a page takes too long, and so knows which.
"""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import NamedTuple

from gbsmart.codebook.texts.source import (
    MAX_TEXT,
    MEGABYTE,
    EncryptedText,
    TextTooLarge,
    UnreadableText,
)

_MAX_PAGES = 5_000
_REFUSALS = {each.__name__: each for each in (EncryptedText, TextTooLarge, UnreadableText)}
_SPLIT = "Take the page out of the file, or give its text as .docx, .md or .txt."
_DECRYPT = "Save it without a password."


class Bounds(NamedTuple):
    """What reading a PDF may take."""

    page_seconds: float = 60.0
    seconds: float = 1800.0
    memory: int = 2048 * MEGABYTE


BOUNDS = Bounds()


def pages_of(octets: bytes, bounds: Bounds = BOUNDS) -> list[str]:
    """The text of each page; raises :class:`UnreadableText`, which names the page that went over a bound."""
    command = [sys.executable, "-m", __name__, str(bounds.memory)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:  # noqa: S603 ours
        said: SimpleQueue[bytes] = SimpleQueue()
        threads = [
            threading.Thread(target=_give, args=(reader, octets)),
            threading.Thread(target=_take, args=(reader, said)),
        ]
        for each in threads:
            each.start()
        try:
            return list(_told(said, bounds))
        finally:
            reader.kill()
            for each in threads:
                each.join()


def _give(reader: subprocess.Popen[bytes], octets: bytes) -> None:
    assert reader.stdin is not None
    with suppress(OSError):  # it has ended: what it said tells why
        reader.stdin.write(octets)
        reader.stdin.close()


def _take(reader: subprocess.Popen[bytes], said: SimpleQueue[bytes]) -> None:
    assert reader.stdout is not None
    for line in reader.stdout:
        said.put(line)
    said.put(b"")


def _told(said: SimpleQueue[bytes], bounds: Bounds) -> Iterator[str]:
    end, number, size = time.monotonic() + bounds.seconds, 0, 0
    while True:
        where = f"page {number}" if number else "before its first page"
        try:
            line = said.get(timeout=max(0.0, min(bounds.page_seconds, end - time.monotonic())))
        except Empty:
            raise TextTooLarge("the PDF takes too long to read", where=where, remedy=_SPLIT) from None
        if not line:
            raise TextTooLarge("the PDF cannot be read within bounds", where=where, remedy=_SPLIT)
        told = json.loads(line)
        if told is None:
            return
        if isinstance(told, list):
            kind, reason, remedy = told
            raise _REFUSALS[kind](reason, where=where if number else "", remedy=remedy)
        size += len(told)
        if size > MAX_TEXT:
            raise TextTooLarge(f"the PDF holds more than {MAX_TEXT} characters", where=where)
        if number:
            yield told
        number += 1


# --- the program ---


def _read(octets: bytes) -> Iterator[object]:
    """What is written: "" once it is open, each page's text, None; or a refusal with kind, reason, remedy."""
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError, WrongPasswordError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    encrypted = ["EncryptedText", "the PDF is encrypted", _DECRYPT]
    try:
        reader = PdfReader(io.BytesIO(octets))
        if reader.is_encrypted:
            yield encrypted
            return
        if len(reader.pages) > _MAX_PAGES:
            yield ["TextTooLarge", f"the PDF has more than {_MAX_PAGES} pages", ""]
            return
        yield ""
        for page in reader.pages:
            yield page.extract_text()
        yield None
    except (FileNotDecryptedError, WrongPasswordError):
        yield encrypted
    except MemoryError:
        yield ["TextTooLarge", "the PDF takes too much memory to read", _SPLIT]
    except Exception as error:  # noqa: BLE001 pypdf raises many kinds for a broken file
        yield ["UnreadableText", f"the PDF is damaged: {error}", ""]


def _main(memory: int) -> None:
    try:
        import resource
    except ImportError:  # where there are no such bounds, time alone is bounded
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    for each in _read(sys.stdin.buffer.read()):
        sys.stdout.write(json.dumps(each) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main(int(sys.argv[1]))

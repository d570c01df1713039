"""The User without an event loop: the same calls, in a plain program."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from time import sleep

import pytest
from anyio.from_thread import start_blocking_portal

from gbsmart.gbcs.form import Outcome
from gbsmart.keys import MemoryKeyring
from gbsmart.user import AsyncUser, DeviceRefused, User

from .conftest import CLOCK, QUICK
from .dcc import ESME, SUPPLIER, Dcc, Faults
from .test_receiving import power_outage


@pytest.fixture
def running(dcc: Dcc) -> Iterator[Dcc]:
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(dcc):
        yield dcc


def test_three_lines_read_a_meter(running: Dcc, user_keys: MemoryKeyring) -> None:
    with User.connect(running.url, SUPPLIER, user_keys, clock=CLOCK, patience=QUICK) as user:
        running.receive_url = user.receive_url
        reading = user.read("00-DB-12-34-56-78-90-A0")
        assert reading.quantities["active_import"] == (1_234_567, "Wh")
        assert user.request("7.2", ESME).outcome
        running.faults = Faults(outcome=Outcome({}, (1,)))
        with pytest.raises(DeviceRefused):
            user.request("7.2", ESME)


def test_messages_are_iterated(running: Dcc, user_keys: MemoryKeyring) -> None:
    with start_blocking_portal() as portal, User.connect(running.url, SUPPLIER, user_keys) as user:
        running.receive_url = user.receive_url
        coming = user.messages()
        portal.call(running.deliver, running.signed(power_outage()))
        assert next(coming).alert_code == "AD1"


def test_leaving_ends_what_other_threads_wait_for(running: Dcc, user_keys: MemoryKeyring) -> None:
    running.faults = Faults(silent=True)
    seen: list[object] = []
    with User.connect(running.url, SUPPLIER, user_keys, clock=CLOCK, patience=QUICK) as user:
        exchange = user.send(user.draft("4.1.1", ESME))

        def listen() -> None:
            seen.extend(user.messages())

        def wait() -> None:
            with pytest.raises(RuntimeError, match="closed while this call waited"):
                user.answer(exchange, wait=timedelta(hours=1))

        waiting = [Thread(target=work, daemon=True) for work in (listen, wait)]
        for thread in waiting:
            thread.start()
        sleep(0.1)  # until both wait
    for thread in waiting:
        thread.join(timeout=5)
        assert not thread.is_alive()
    assert seen == []


def test_an_interrupt_ends_a_program_that_waits_for_messages() -> None:
    program = """
import os, signal, threading
from gbsmart.ground import Eui64, SystemClock
from gbsmart.keys import MemoryKeyring
from gbsmart.user import User

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may ignore it in a child
with User.connect("http://127.0.0.1:1", Eui64(bytes(8)), MemoryKeyring(SystemClock())) as user:
    threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT]).start()
    for message in user.messages():
        pass
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=20, check=False)
    assert ended.stderr.rstrip().endswith(b"KeyboardInterrupt")


def test_a_misspelt_option_fails_at_once() -> None:
    with pytest.raises(TypeError, match="recieve"):
        User.connect("http://127.0.0.1:1", SUPPLIER, MemoryKeyring(CLOCK), recieve=None)


def test_it_must_be_entered_first() -> None:
    with pytest.raises(RuntimeError, match="with statement"):
        User.connect("http://127.0.0.1:1", SUPPLIER, MemoryKeyring(CLOCK)).read(ESME)


def test_every_call_of_the_async_user_is_there() -> None:
    def calls(kind: type) -> set[str]:
        return {name for name, member in inspect.getmembers(kind) if not name.startswith("_") and member}

    of_the_event_loop = {"device_type", "is_quiet"}
    assert calls(AsyncUser) - calls(User) == of_the_event_loop

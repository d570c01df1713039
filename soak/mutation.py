"""Broken messages and documents: whatever comes in, only declared errors come out.

Each item is one whole thing broken at random and put through every reader of its family. Its randomness
comes from the seed and its number alone, so that one item can be run again by itself.
"""

from __future__ import annotations

import contextlib
import faulthandler
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from types import FrameType

from gbsmart.duis import build_request, parse_request, parse_response, parse_xml, sign, verify
from gbsmart.gbcs import Message, codec
from gbsmart.gbcs.blocks import Block, Reassembly, join
from gbsmart.gbcs.envelope import read_messages
from gbsmart.gbcs.explain import explain
from gbsmart.gbcs.protection import verify_mac, verify_signature
from gbsmart.gbcs.sealed import SealedPart, open_sealed
from gbsmart.gbcs.shape import Context
from gbsmart.gbcs.tree import Node
from gbsmart.ground import GbsmartError
from gbsmart.keys import KeyUse
from soak import Options, Verdict
from soak.mutations import DOCUMENTS, OCTETS, mutate
from soak.seeds import ACB, CORPUS, USER, Seed, Seeds, load

FULL, SAMPLE = 100_000, 3_000
LONGEST = 5.0
"""Seconds one item may take; the slowest of 100,000 takes a few hundredths on a busy machine."""
GROWTH = 128
"""MiB by which the process may grow once every kind of item has been seen."""
WARM_UP = 0.05


class Hang(BaseException):
    """An item took too long. No handler of ordinary errors may swallow it."""


def _alarm(_number: int, _frame: FrameType | None) -> None:
    raise Hang


Check = Callable[[bytes], object]


class Item:
    """One broken thing: what it was, and the readers it goes through."""

    def __init__(self, kind: str, seed: Seed, octets: bytes, checks: tuple[Check, ...]) -> None:
        self.kind = kind
        self.seed = seed
        self.octets = octets
        self.checks = checks

    def run(self) -> Iterator[tuple[str, bool]]:
        """Each check's name, and whether it accepted; raises what should not have been raised."""
        for check in self.checks:
            try:
                check(self.octets)
            except GbsmartError:
                yield check.__name__, False
            else:
                yield check.__name__, True


class Breaker:
    """Makes items out of seeds."""

    def __init__(self, seeds: Seeds, seed: int) -> None:
        self.seeds = seeds
        self.seed = seed
        self._messages = [each.octets for each in seeds.messages]
        self._documents = [each.octets for each in seeds.documents]
        self._sealed = list(self._sealed_parts())

    def _sealed_parts(self) -> Iterator[tuple[Seed, Message, Node, tuple[SealedPart, Node]]]:
        for seed in self.seeds.messages:
            message = Message.parse(seed.octets)
            tree = codec.walk_payload(message.payload, 0, len(message.payload), message.header.cra)
            for part in open_sealed(tree, message.header, self.seeds.keyring):
                yield seed, message, tree, part

    def item(self, number: int) -> Item:
        """The item of this number."""
        random = Random(f"{self.seed}:{number}")
        draw = random.random()
        if draw < 0.30:
            return self._message(random)
        if draw < 0.60:
            return self._payload(random)
        if draw < 0.65:
            return self._plaintext(random)
        if draw < 0.72:
            return self._blocks(random)
        return self._document(random)

    def _message(self, random: Random) -> Item:
        seed = random.choice(self.seeds.messages)
        octets = mutate(seed.octets, random, OCTETS, self._messages)
        return Item("message", seed, octets, (self.walk, self.read, self.several, self.protect, self.explain))

    def _payload(self, random: Random) -> Item:
        """A broken payload in a sound envelope: so that it is not the envelope that stops it."""
        seed = random.choice(self.seeds.messages)
        message = Message.parse(seed.octets)
        other = Message.parse(random.choice(self._messages)).payload
        payload = mutate(message.payload, random, OCTETS, [other])[:0xFF00]
        octets = replace(message, payload=payload).encode()
        return Item("payload", seed, octets, (self.walk, self.read, self.explain))

    def _plaintext(self, random: Random) -> Item:
        """A broken plaintext inside an encrypted part that opens."""
        if not self._sealed:
            return self._message(random)
        seed, message, tree, part = random.choice(self._sealed)
        plain = mutate(part[1].encode(), random, OCTETS, self._messages)

        def unsealed(octets: bytes) -> None:
            found = codec.find_form(message.header, tree)
            if found is not None:
                found[1].take(tree, Context(message.header, unseal=lambda _: octets))
            part[0].walk(octets)

        return Item("plaintext", seed, plain, (unsealed,))

    def _blocks(self, random: Random) -> Item:
        if not self.seeds.blocks:
            return self._message(random)
        seed = random.choice(self.seeds.blocks)
        octets = mutate(seed.octets, random, OCTETS, [random.choice(self.seeds.blocks).octets])
        return Item("blocks", seed, octets, (self.join, self.collect, self.explain))

    def _document(self, random: Random) -> Item:
        seed = random.choice(self.seeds.documents)
        octets = mutate(seed.octets, random, DOCUMENTS, self._documents)
        return Item("document", seed, octets, (self.request, self.response, self.verify, self.sign))

    # --- the readers ---

    def walk(self, octets: bytes) -> None:
        tree = codec.walk(octets)
        assert tree.encode() == octets, "what walks is written again as it was"

    def read(self, octets: bytes) -> None:
        reading = codec.read(Message.parse(octets), self.seeds.keyring)
        if reading is not None:
            with contextlib.suppress(GbsmartError):
                codec.rewrite(reading, self.seeds.keyring)

    def several(self, octets: bytes) -> None:
        read_messages(octets)

    def protect(self, octets: bytes) -> None:
        message = Message.parse(octets)
        verify_mac(message, self.seeds.keyring, ACB)
        if message.signature is not None:
            certificate = self.seeds.keyring.certificate(message.header.originator, KeyUse.DIGITAL_SIGNATURE)
            verify_signature(message, certificate)

    def explain(self, octets: bytes) -> None:
        explain(octets, self.seeds.keyring, ACB).to_json()

    def join(self, octets: bytes) -> None:
        join(map(Block.parse, _unframed(octets)))

    def collect(self, octets: bytes) -> None:
        """As a carrier does: every block that reads, in whatever order they came."""
        state: Reassembly | None = None
        for each in _unframed(octets):
            with contextlib.suppress(GbsmartError):
                block = Block.parse(each)
                state = Reassembly.start(block) if state is None else state.add(block)
        if state is not None and state.complete:
            state.message()

    def request(self, octets: bytes) -> None:
        request = parse_request(octets).message
        build_request(request)

    def response(self, octets: bytes) -> None:
        parse_response(octets)

    def verify(self, octets: bytes) -> None:
        verify(parse_xml(octets), self.seeds.keyring)

    def sign(self, octets: bytes) -> None:
        verify(parse_xml(sign(octets, self.seeds.keyring, USER)), self.seeds.keyring)


def _unframed(octets: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(octets):
        size = int.from_bytes(octets[at : at + 2], "big")
        yield octets[at + 2 : at + 2 + size]
        at += 2 + size


class Run:
    """A whole soak, with its watch on time and memory."""

    def __init__(self, breaker: Breaker, count: int) -> None:
        self.breaker = breaker
        self.count = count
        self.found: dict[str, str] = {}
        self.accepted: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.slowest = (0.0, -1)
        self.warm = 0

    def go(self, numbers: range) -> None:
        """Run these items."""
        signal.signal(signal.SIGALRM, _alarm)
        for number in numbers:
            if number % 500 == 0:  # the alarm cannot interrupt what never returns to Python
                faulthandler.dump_traceback_later(120, exit=True)
            if number == int(self.count * WARM_UP):
                self.warm = _peak()
            self._item(number)
        faulthandler.cancel_dump_traceback_later()

    def _item(self, number: int) -> None:
        item = self.breaker.item(number)
        self.seen[item.kind] += 1
        began = time.perf_counter()
        signal.setitimer(signal.ITIMER_REAL, LONGEST)
        try:
            for name, accepted in item.run():
                self.accepted[name] += accepted
        except Hang:
            self._fault(number, item, f"hangs: over {LONGEST} s")
        except Exception as escaped:  # noqa: BLE001 - what this soak looks for
            frame = traceback.extract_tb(escaped.__traceback__)[-1]
            place = f"{frame.filename.rpartition('/src/')[2]}:{frame.lineno} {frame.name}"
            self._fault(number, item, f"{type(escaped).__name__}: {escaped} in {place}")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        self.slowest = max(self.slowest, (time.perf_counter() - began, number))

    def _fault(self, number: int, item: Item, what: str) -> None:
        key = f"{item.kind} {what.rpartition(' in ')[2]}"
        self.found.setdefault(key, f"{what[:300]} [{item.kind} of {item.seed.name}; --item {number}]")

    def verdict(self) -> Verdict:
        """What was found."""
        growth = _peak() - self.warm
        seconds, number = self.slowest
        verdict = Verdict(faults=list(self.found.values()))
        verdict.lines = [
            f"{sum(self.seen.values()):,} items: {_listed(self.seen)}",
            f"still accepted by: {_listed(self.accepted)}",
            f"slowest {seconds * 1000:.0f} ms (item {number}); grew by {growth} MiB after the first items",
        ]
        if growth > GROWTH:
            verdict.faults.append(f"memory grew by {growth} MiB, more than {GROWTH}")
        return verdict


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.most_common())


def _peak() -> int:
    """The most memory this process has held, in MiB."""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit


def run(options: Options) -> Verdict:
    """Break many things, or the one item asked for."""
    count = options.count or (SAMPLE if options.sample else FULL)
    breaker = Breaker(load(), options.seed)
    if options.item is not None:
        item = breaker.item(options.item)
        shown = item.octets if item.kind == "document" else item.octets.hex()
        print(f"  {item.kind} of {item.seed.name}: {shown!r}")
        for name, accepted in item.run():
            print(f"  {name}: {'accepted' if accepted else 'refused'}")
        return Verdict()
    soak = Run(breaker, count)
    soak.go(range(count))
    verdict = soak.verdict()
    if not (CORPUS / "rtds").is_dir():
        verdict.lines.insert(0, "made-up seeds only: the public test data is not there")
    return verdict

"""Faults on demand: the register of those that are switched on, which every part asks where it can fail.

A decision is a function of the seed, the fault, the key of the occasion (which User, device, variant) and
the number of that occasion among those of the same key. So the same seed gives the same faults, however
tasks interleave; only a limit ``total`` depends on what comes first. Nothing is on unless it was switched
on, and it is off again after a restart.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from gbsmart.ground.clock import Clock
from gbsmart.ground.errors import InvalidValue, NotFound
from gbsmart.ground.fault import Fault

_log = logging.getLogger(__name__)

REMEMBERED: Final = 1_000
"""How many hits are remembered, the newest."""


class Hit(NamedTuple):
    """That a fault struck: when, what, under which switch. ``about`` names the request or parcel."""

    number: int
    at: datetime
    fault: str
    switch: int
    where: Mapping[str, str]
    about: str
    detail: str


@dataclass(slots=True)
class Switch:
    """A fault that is on, as it was told: ``given`` by name, and what has become of it.

    ``met`` counts the occasions that it was narrowed to, ``hits`` those that it struck.
    """

    number: int
    fault: Fault
    given: Mapping[str, Any]
    since: datetime
    met: int = 0
    hits: int = 0
    _occasions: dict[tuple[str, ...], tuple[int, int]] = field(default_factory=dict, repr=False)

    @property
    def until(self) -> datetime | None:
        """When it ends by itself."""
        lasting = self.given.get("lasting")
        return None if lasting is None else self.since + lasting

    def over(self, now: datetime) -> bool:
        """Whether it has ended by itself, or struck as often as it may."""
        total = self.given.get("total")
        return (self.until is not None and now >= self.until) or (total is not None and self.hits >= total)

    def shown(self) -> dict[str, str]:
        """What it was told, as text."""
        takes = self.fault.takes()
        return {name: takes[name].show(value) for name, value in self.given.items()}

    def is_about(self, where: Mapping[str, Any]) -> bool:
        """Whether an occasion is among those that it was narrowed to."""
        return all(
            key.name not in self.given or self.given[key.name] == where.get(key.name)
            for key in self.fault.keys
        )


class Strike:
    """A fault that strikes an occasion: ``strike["seconds"]`` is what it was told, or the default.

    What it then draws (:meth:`draw`) follows from the seed as the decision does.
    """

    __slots__ = ("_about", "_faults", "_recorded", "_where", "digest", "switch")

    def __init__(
        self, faults: Faults, switch: Switch, where: Mapping[str, Any], about: str, digest: bytes
    ) -> None:
        self._faults = faults
        self.switch = switch
        self._where = where
        self._about = about
        self.digest = digest
        self._recorded = False

    def __getitem__(self, name: str) -> Any:
        if name in self.switch.given:
            return self.switch.given[name]
        return self.switch.fault.takes()[name].default

    def draw(self, below: int, what: str = "") -> int:
        """A number from 0 to ``below`` - 1."""
        drawn = blake2b(self.digest + what.encode(), digest_size=8).digest()
        return int.from_bytes(drawn) % below

    def record(self, detail: str = "") -> None:
        """Count it, log it and remember it, once: it has had its effect."""
        if not self._recorded:
            self._recorded = True
            self._faults._note(self.switch, self._where, self._about, detail)


class Faults:
    """The faults that may be switched on here, and those that are.

    ``awake`` says whether any is: where nothing is on, asking costs the look at it. ``clock`` is the
    system's, on which switches last. Safe to ask from several threads.
    """

    def __init__(self, declared: Iterable[Fault] = (), clock: Clock | None = None, seed: int = 0) -> None:
        self.declared: Mapping[str, Fault] = {fault.name: fault for fault in declared}
        self.seed = seed
        self.awake = False
        self.clock = clock
        self._on: dict[str, list[Switch]] = {}
        self._counters = {name: [0, 0] for name in self.declared}
        self._hits: deque[Hit] = deque(maxlen=REMEMBERED)
        self._recorded: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._number = self._hit_number = 0
        self._lock = threading.Lock()

    # --- switching ---

    def on(self, name: str, given: Mapping[str, Any] | None = None) -> Switch:
        """Switch a fault on, told ``given`` (texts or values). The same fault may be on several times.

        Raises :class:`NotFound` for a name that no fault has here, :class:`InvalidValue` for what it
        cannot be told.
        """
        fault = self.declaration(name)
        values = _read(fault, given or {})
        assert self.clock is not None, "whoever declares faults has a clock"
        with self._lock:
            self._number += 1
            switch = Switch(self._number, fault, values, self.clock.now())
            self._on.setdefault(name, []).append(switch)
            self.awake = True
        _log.warning("fault %s is switched on (%d): %s", name, switch.number, switch.shown() or "always")
        return switch

    def off(self, name: str) -> int:
        """Switch a fault off, wherever it is on, or one switch by its number; how many there were.

        Raises :class:`NotFound` for what is neither.
        """
        if not name.isdecimal():
            self.declaration(name)
        with self._lock:
            gone = [
                each
                for switches in self._on.values()
                for each in switches
                if name in (each.fault.name, str(each.number))
            ]
            self._drop(gone)
        if not gone and name.isdecimal():
            raise NotFound(f"no switch {name} is on")
        for each in gone:
            _log.warning("fault %s is switched off (%d)", each.fault.name, each.number)
        return len(gone)

    def withdraw(self, switch: Switch) -> None:
        """Switch one switch off, if it is on still."""
        with self._lock:
            self._drop([switch])

    def clear(self) -> None:
        """Switch everything off, and forget counters and hits: the same seed then gives the same again."""
        with self._lock:
            self._drop([each for switches in self._on.values() for each in switches])
            self._counters = {name: [0, 0] for name in self.declared}
            self._hits.clear()
            self._recorded.clear()
            self._number = self._hit_number = 0

    def reseed(self, seed: int) -> None:
        """Decide by another seed from now on; every count of occasions begins anew."""
        with self._lock:
            self.seed = seed
            for each in (each for switches in self._on.values() for each in switches):
                each._occasions.clear()

    def declaration(self, name: str) -> Fault:
        """A fault by its name; raises :class:`NotFound`."""
        try:
            return self.declared[name]
        except KeyError:
            raise NotFound(
                f"there is no fault {name!r} here", remedy=f"There are {', '.join(self.declared)}."
            ) from None

    # --- asking ---

    def strike(self, fault: Fault, *, about: str = "", detail: str = "", **where: Any) -> Strike | None:
        """Whether a fault strikes this occasion; if so it is counted, logged and remembered."""
        found = self.decide(fault, about=about, **where) if self.awake else None
        if found is not None:
            found.record(detail)
        return found

    def decide(self, fault: Fault, *, about: str = "", **where: Any) -> Strike | None:
        """The same for an effect that may still fail to come: the caller records it when it has come.

        An occasion of a standing fault is recorded once for each ``about``.
        """
        if not self.awake or fault.name not in self._on:
            return None
        assert self.clock is not None
        now = self.clock.now()
        with self._lock:
            for switch in self._on.get(fault.name, ()):
                if switch.is_about(where) and not switch.over(now):
                    digest = self._decide(switch, where, about)
                    if digest is not None:
                        return Strike(self, switch, where, about, digest)
        return None

    # --- looking ---

    def switches(self) -> list[Switch]:
        """Everything that is on, in the order of switching on."""
        with self._lock:
            found = [each for switches in self._on.values() for each in switches]
        return sorted(found, key=lambda each: each.number)

    def counters(self) -> Mapping[str, tuple[int, int]]:
        """Of each fault: the occasions met while it was on, and those it struck, since the last clear."""
        with self._lock:
            return {name: (met, hits) for name, (met, hits) in self._counters.items()}

    def hits(self, limit: int = REMEMBERED) -> Sequence[Hit]:
        """The newest hits, newest first."""
        with self._lock:
            return list(self._hits)[::-1][:limit]

    # --- the register's own ---

    def _decide(self, switch: Switch, where: Mapping[str, Any], about: str) -> bytes | None:
        """The digest from which an occasion's numbers are drawn; ``None`` where it is not struck."""
        fault, given = switch.fault, switch.given
        if fault.standing:
            return b""
        key = tuple(str(where.get(each.name, "")) for each in fault.keys)
        met, hits = switch._occasions.get(key, (0, 0))
        met += 1
        switch.met += 1
        self._counters[fault.name][0] += 1
        text = "\n".join((str(self.seed), fault.name, str(met), *key))
        digest = blake2b(text.encode(), digest_size=16).digest()
        struck = (
            met % given.get("every", 1) == 0
            and hits < given.get("times", met)
            and int.from_bytes(digest[:8]) < given.get("share", 1) * 2**64
        )
        switch._occasions[key] = (met, hits + struck)
        return digest if struck else None

    def _note(self, switch: Switch, where: Mapping[str, Any], about: str, detail: str) -> None:
        name = switch.fault.name
        assert self.clock is not None
        with self._lock:
            if switch.fault.standing:
                if about and (name, about) in self._recorded:
                    return
                self._recorded[name, about] = None
                if len(self._recorded) > REMEMBERED:
                    self._recorded.popitem(last=False)
                switch.met += 1
                self._counters[name][0] += 1
            switch.hits += 1
            self._counters[name][1] += 1
            self._hit_number += 1
            named = {key: str(value) for key, value in where.items() if value not in (None, "")}
            now = self.clock.now()
            self._hits.append(Hit(self._hit_number, now, name, switch.number, named, about, detail))
        said = " ".join(f"{key}={value}" for key, value in named.items())
        _log.warning("fault %s strikes %s (%s) %s", name, about or "-", said, detail)

    def _drop(self, gone: Iterable[Switch]) -> None:
        for each in gone:
            left = [one for one in self._on.get(each.fault.name, ()) if one is not each]
            if left:
                self._on[each.fault.name] = left
            else:
                self._on.pop(each.fault.name, None)
        self.awake = bool(self._on)


NO_FAULTS: Final = Faults()
"""Nothing can be switched on in it: what a part is given by default."""


def _read(fault: Fault, given: Mapping[str, Any]) -> dict[str, Any]:
    takes = fault.takes()
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in takes:
            raise InvalidValue(
                f"{fault.name} is not told this", field=name, remedy=f"It takes {', '.join(takes)}."
            )
        if value not in (None, ""):
            values[name] = takes[name].read(value)
    if "share" in values and "every" in values:
        raise InvalidValue("give a share or every so many-th, not both", field="share")
    return values

"""The bench: a system of our own with a home for each cell, in which the requests go their whole way.

Every cell has a home to itself, so that what one changes the next does not see. All that needs no other
moment goes first, some cells at a time; then the clock goes to the moment that the others wait for.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from gbsmart.assembly.harness import QUICK
from gbsmart.assembly.homes import Homes
from gbsmart.assembly.plan import Fitting, Premises
from gbsmart.assembly.settings import FREE_PORTS, settings_of
from gbsmart.assembly.system import System
from gbsmart.assembly.travel import travel
from gbsmart.conformance.devices.cells import (
    SUCCESS,
    Asked,
    Cell,
    Report,
    Sample,
    expected_of,
    planned,
    read_samples,
    told,
    undeclared,
)
from gbsmart.conformance.devices.evidence import changes, readers_of, shown, state_of
from gbsmart.conformance.devices.preparation import (
    SOON,
    Site,
    device_of,
    is_for_later,
    party_of,
    prepared,
    user_of,
)
from gbsmart.conformance.devices.rules import Rules
from gbsmart.conformance.devices.rules import rules as installed_rules
from gbsmart.conformance.duis import Document
from gbsmart.conformance.facts import facts_of
from gbsmart.conformance.vectors import Vector, VectorKeys
from gbsmart.dcc.backups import last_backup
from gbsmart.devices import Supply, cell, inspection
from gbsmart.devices.sapc import KIND as SAPC
from gbsmart.duis import Request
from gbsmart.ground import Eui64, GbsmartError, InvalidValue, NotFound
from gbsmart.inventory.tables import smi_device
from gbsmart.keys import FileKeyStore, KeyUse, MemoryKeyring, RemotePartyRole
from gbsmart.translation import Facts, NoTranslation, Translation, other_device, transform
from gbsmart.trust import TestSmki
from gbsmart.trust.parties import TEST_USERS, TRANSITIONAL_COS
from gbsmart.user import (
    AsyncUser,
    DeviceRefused,
    Exchange,
    NoResponse,
    Opened,
    Refused,
    TimedOut,
)
from gbsmart.user.exchange import raise_failure
from gbsmart.user.expectation import expectation, is_response

MORNING = datetime(2015, 1, 1, 6, tzinfo=UTC)
"""When the bench begins: the day of the test set, whose requests name days around it."""
_AT_A_TIME = 8
_NEW_VERSION = bytes.fromhex("00000002")
"""Of the firmware images that devices hold."""
_LOOK_EVERY = 0.01  # seconds of the machine's time
_DCC_WAITS = 20.0  # seconds, for a device: a busy machine is slow
_PATIENCE = timedelta(minutes=1)
"""How long a User waits on the bench."""


async def check_devices(
    documents: Iterable[Document], vectors: Iterable[Vector], keys: VectorKeys, asked: Asked
) -> Report:
    """Ask every device that a test set's requests are for; raises :class:`NotFound` where none is asked."""
    samples = list(read_samples(documents, vectors))
    places = planned(samples, installed_rules(), asked)
    if not places:
        raise NotFound("no request of the test set is for such a cell", remedy="Ask for fewer at a time.")
    fittings = {number: _fitting(*place) for number, place in enumerate(places, 1)}
    async with _system(fittings) as system:
        bench = _Bench(system, samples, keys, installed_rules())
        return Report(await bench.run(places))


def _fitting(sample: Sample, device_type: str) -> Fitting:
    """What the home of a cell needs: by the rules, and by what the test set means by the request."""
    meant = facts_of(sample.name, "")
    said = installed_rules().values("home", sample.name, device_type)
    letters = {"meter": meant["esme_variant"]} if "esme_variant" in meant else {}
    return Fitting.model_validate(
        {"gbcs_version": meant["gbcs_version"], "sapc": device_type == SAPC, **letters, **said}
    )


@asynccontextmanager
async def _system(fittings: dict[int, Fitting]) -> AsyncIterator[System]:
    homes = len(fittings)
    with tempfile.TemporaryDirectory(prefix="gbsmart-conformance-") as folder:
        own = {"data": Path(folder) / "data", "homes": homes, "clock_start": MORNING}
        settings = settings_of({**FREE_PORTS, **QUICK, **own, "response_wait": _DCC_WAITS})
        settings.data.mkdir()
        special = {"fittings": fittings}
        Homes.fresh(settings).model_copy(update=special).save(settings.data)
        async with System(settings) as system:
            yield system


def _smki(system: System) -> TestSmki:
    """The test SMKI of the system's own keys."""
    folder = system.settings.key_store
    with FileKeyStore.with_key_file(folder / "keys.db", folder / "keys.key") as store:
        return TestSmki.open(store, system.clock, os.urandom)


class _Bench:
    """A running system, and what is the same for every cell."""

    def __init__(self, system: System, samples: Sequence[Sample], keys: VectorKeys, rules: Rules) -> None:
        self.system = system
        self.samples = samples
        self.keys = keys
        self.rules = rules
        self.certificates = system.keys.dcc(system.clock)
        self.smki = _smki(system)
        self.authority = self.smki.organisation_issuing.certificate
        self.renewed = MemoryKeyring(system.clock)
        for party in TEST_USERS:
            self.renewed.add_entries(self.smki.organisation(party))
        self._gate = asyncio.Semaphore(_AT_A_TIME)
        self._under_way = 0

    async def run(self, places: Sequence[tuple[Sample, str]]) -> list[Cell]:
        """Ask for every cell; in the order of ``places``."""
        mine = [
            _Attempt(self, sample, kind, home)
            for (sample, kind), home in zip(places, self.system.street_plan, strict=True)
        ]
        self._under_way = len(mine)
        asking = [asyncio.create_task(self._attend(each)) for each in mine]
        while self._under_way:
            await asyncio.sleep(_LOOK_EVERY)
        if not all(each.done() for each in asking):
            await travel(self.system, SOON + timedelta(minutes=1))
        await asyncio.gather(*asking)
        return [each.cell for each in mine]

    async def _attend(self, attempt: _Attempt) -> None:
        try:
            try:
                async with self._gate:
                    await attempt.ask()
            finally:
                self._under_way -= 1
            if attempt.waits:
                await attempt.outcome()
        except GbsmartError as fault:
            attempt.cell.outcome = attempt.failure(fault)


class _Attempt:
    """One cell: a sample, for a type of device, in a home of its own."""

    def __init__(self, bench: _Bench, sample: Sample, device_type: str, home: Premises) -> None:
        self._bench = bench
        self._system = bench.system
        self._rules = bench.rules
        self._sample = sample
        self._kind = device_type
        self._home = home
        self._request: Request | None = None
        self._exchange: Exchange | None = None
        self._before: dict[str, Any] = {}
        self._issued = ""
        self.waits = False
        """Whether what it causes is not complete before a later moment."""
        self.cell = Cell(
            sample.request.service_reference_variant, device_type, sample.name, "",
            self._says("outcome") or expected_of(sample, device_type, bench.keys),
            {} if sample.writes and not self._says("nothing") else None,
        )  # fmt: skip

    def _says(self, rule: str, default: str = "") -> str:
        return self._rules.value(rule, self._sample.name, self._kind, default)

    # --- asking ---

    async def ask(self) -> None:
        """Prepare home and request, send it, and see what comes of it at once."""
        device_of(self._home, self._kind)
        self._user = user_of(self._sample, self._kind, self._rules, self._system.users)
        await self._arrange()
        await self._precede()
        if self._says("new"):
            device = device_of(self._home, self._kind)
            await self._backed_up(device)
            await self._system.wan.perform(device, inspection.forget_devices())
        self._request = await self._prepared(self._sample, self._user)
        self._expect()
        self._before = await self._state()
        self._exchange = await self._user.send(self._request)
        self.waits = is_for_later(self._request)
        if not self.waits or expectation(self._request).instructions:
            self._tell(await self._response(self._user, self._exchange))
        if not self.waits:
            await self._look()

    async def outcome(self) -> None:
        """See what comes of a request at the moment for which it was asked."""
        assert self._exchange is not None
        assert self._request is not None
        if expectation(self._request).instructions:
            await self._user.answer(self._exchange, wait=_PATIENCE)
        else:
            self._tell(await self._response(self._user, self._exchange, SOON))
        await self._look()

    async def _prepared(self, sample: Sample, user: AsyncUser, execution: str = "") -> Request:
        site = Site(self._home, self._bench.certificates, self._bench.renewed, self._bench.authority)
        return await prepared(sample, self._kind, site, user, self._rules, execution, self._issued)

    async def _arrange(self) -> None:
        """Have the home as the rules want it before, past any command."""
        device = device_of(self._home, self._kind)
        if status := self._says("status"):
            with self._system.store.transaction() as connection:
                here = smi_device.c.device == device
                connection.execute(update(smi_device).where(here).values(status=status))
        for role, party in self._rules.values("holds", self._sample.name, self._kind).items():
            held = {
                cell(RemotePartyRole[role], use): self._bench.certificates.certificate(party_of(party), use)
                for use in (KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT)
            }
            await self._system.wan.perform(device, inspection.hold(held))
        if image := self._says("image"):
            await self._system.wan.perform(device, inspection.hold_image(bytes.fromhex(image), _NEW_VERSION))
        if other := self._says("apart"):
            parted = inspection.part(device_of(self._home, other))
            await self._system.wan.perform(device, parted)
        if backed := self._says("backup"):
            await self._system.wan.perform(device_of(self._home, backed), inspection.back_up())
        given = self._rules.values("given", self._sample.name, self._kind)
        if supply := given.pop("supply", ""):
            await self._system.wan.perform(device, inspection.switch(Supply[supply.upper()]))
        if given:
            values = {name: json.loads(value) for name, value in given.items()}
            await self._system.wan.perform(device, inspection.put(values))

    async def _precede(self) -> None:
        """Send the samples that are to be sent before: at once, or to be carried out far from now."""
        for rule, execution in (("first", ""), ("held", "{far}")):
            if name := self._says(rule):
                await self._send_before(name, execution)

    async def _backed_up(self, device: Eui64) -> None:
        """Wait until the DCC has the backup of a device's log."""
        deadline = self._system.clock.now() + _PATIENCE
        while self._system.clock.now() < deadline:
            with self._system.store.reading() as connection:
                if last_backup(connection, self.cell.variant, device) is not None:
                    return
            await asyncio.sleep(_LOOK_EVERY)
        raise NotFound(f"{device} has not backed its log up")

    async def _send_before(self, name: str, execution: str) -> None:
        """Send a sample and have it answered; where the device asks for a certificate, it is issued."""
        sample = next(each for each in self._bench.samples if each.name == name)
        user = user_of(sample, self._kind, self._rules, self._system.users)
        self._request = request = await self._prepared(sample, user, execution)
        opened = await self._response(user, await user.send(request))
        if opened.outcome is not None and not opened.outcome.success:
            raise DeviceRefused(request.request_id, opened, opened.outcome)
        if asked := opened.values.get("certification_request"):
            issued = self._bench.smki.issue_on_request(asked)
            self._issued = base64.b64encode(issued.der).decode()

    def _expect(self) -> None:
        """What is expected of a type of device that the test set has no response of: success in the form
        that the request becomes."""
        if self.cell.expected == SUCCESS:
            with suppress(GbsmartError):
                self.cell.expected = told(self._translated().form.name, None)

    def _translated(self) -> Translation:
        """What the request becomes, as far as it can be said here; raises as :func:`transform` does."""
        assert self._request is not None
        facts = Facts(
            now=self._system.clock.now(),
            acb=self._user.dcc_id,
            cos=TRANSITIONAL_COS.eui,
            device_type=self._kind,
            esme_variant=self._home.variant_of(device_of(self._home, self._kind)),
            gbcs_version=self._home.fitting.gbcs_version,
            other_device_type=self._kind_of(other_device(self._request.values or {})),
        )
        return transform(self._request, facts)

    def _kind_of(self, device: Eui64 | None) -> str:
        return next((str(kind) for eui, kind in self._home.devices if eui == device), "")

    # --- what comes of it ---

    async def _response(self, user: AsyncUser, exchange: Exchange, begins: timedelta = timedelta()) -> Opened:
        """The device's response; raises :class:`RequestFailed` and :class:`TimedOut`."""
        request_id, seen = exchange.request.request_id, 0
        deadline = self._system.clock.now() + begins + _PATIENCE
        while (found := await user.inbox.wait(request_id, seen, deadline)) is not None:
            for message in found[seen:]:
                if is_response(message) and (opened := await user.open(message)) is not None:
                    return opened
                raise_failure(request_id, message)
            seen = len(found)
        raise TimedOut(request_id, "the Service Response")

    def _tell(self, opened: Opened) -> None:
        self.cell.outcome = told(opened.form, opened.outcome) if opened.form else undeclared(opened.message)

    def failure(self, fault: GbsmartError) -> str:
        """How it ended, where no response says it."""
        if isinstance(fault, DeviceRefused) and fault.outcome is None:
            return f"{self.cell.outcome}; at its moment: failed"
        if isinstance(fault, Refused):
            return self._refusal(fault)
        if isinstance(fault, NoResponse):
            log = self._system.street.log(device_of(self._home, self._kind), "security", newest=1)
            return f"silent: {log[-1].note}" if log else "silent"
        return f"{type(fault).__name__}: {fault.message}"

    def _refusal(self, refusal: Refused) -> str:
        """What the DCC refused, and why, where the same can be found here."""
        try:
            if self._request is not None:
                self._translated()
        except NoTranslation:
            return "no translation"
        except InvalidValue as why:
            return f"refused: {refusal.response_code} ({why.message})"
        return f"refused: {refusal.response_code}"

    # --- what it changed ---

    async def _state(self) -> dict[str, Any]:
        if self.cell.read_back is None:
            return {}
        return await asyncio.to_thread(self._look_into)

    def _look_into(self) -> dict[str, Any]:
        devices = self._system.street.home(self._home.chf).devices.values()
        eui = device_of(self._home, self._kind)
        device = next(each for each in devices if each.eui == eui)
        return state_of(device, self._system.clock.now())

    async def _look(self) -> None:
        """What a write changed, and how another Service Request reads it."""
        if self.cell.read_back is None or not self.cell.outcome.endswith(SUCCESS):
            return
        found = changes(self._before, await self._state(), later=self.waits)
        self.cell.read_back = {"device": found} if found else {}
        form = self.cell.outcome.partition(":")[0]
        for sample in readers_of(form, self._kind, self._bench.samples)[:1]:
            try:
                user = user_of(sample, self._kind, self._rules, self._system.users)
                request = await self._prepared(sample, user)
                opened = await self._response(user, await user.send(request))
            except GbsmartError:
                return
            if read := shown(form, opened.values):
                variant = sample.request.service_reference_variant
                self.cell.read_back = {variant: read, **self.cell.read_back}

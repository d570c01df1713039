"""What a write changed: as another Service Request reads it, and as the device holds it.

What reads it back follows from the declarations: of the variants that only read, the one whose response
holds most of the values that the command wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from gbsmart.assembly.reading import plain
from gbsmart.conformance.devices.cells import Sample
from gbsmart.devices import Device, inspection, schedule
from gbsmart.gbcs import forms
from gbsmart.ground import NotFound
from gbsmart.translation.bindings import by_variant

_PENNY = 1_000
"""In millipence: what a meter may charge for while a request is on its way."""
_ACCOUNT = "account"
_NOISE = ("counter/", _ACCOUNT)
"""Slots of a device's memory that every command changes, or that are told by name."""
_HELD = f"memory {schedule.PREFIX}"
"""Slots of what is to come."""


def state_of(device: Device, now: datetime) -> dict[str, Any]:
    """What a device holds that a command may change, by name: values, supply, account, keys of its own,
    and what else its memory keeps, by slot. What follows from the home's use is left out."""
    state: dict[str, Any] = {
        held.name: plain(held.value)
        for held in inspection.values_of(device, now)
        if not held.measured and held.value is not None
    }
    supply = inspection.supply_of(device)
    if supply is not None:
        state["supply"] = supply.name.lower()
    if device.accounting is not None:
        state[_ACCOUNT] = plain(device.accounting.balances(device, now)._asdict())
    state.update(inspection.own_keys(device))
    for slot in device.memory:
        if not slot.startswith(_NOISE):
            octets = device.memory.get(slot) or b""
            state[f"memory {slot}"] = octets.hex()
    return state


def changes(before: Mapping[str, Any], after: Mapping[str, Any], *, later: bool) -> dict[str, Any]:
    """What is other than it was, as it now is; a slot of memory only where no named value tells it, or where
    it held what was to come and was withdrawn.

    An account that goes on counting until ``later`` tells nothing.
    """
    names = sorted((before.keys() | after.keys()) - ({_ACCOUNT} if later else set()))
    changed = {name: after.get(name) for name in names if not _same(name, before.get(name), after.get(name))}
    named = {name: value for name, value in changed.items() if not name.startswith("memory ")}
    slots = {
        name: "gone" if value is None else "changed" for name, value in changed.items() if name not in named
    }
    withdrawn = {name: told for name, told in slots.items() if told == "gone" and name.startswith(_HELD)}
    return named | withdrawn or slots


def _same(name: str, before: Any, after: Any) -> bool:
    if name == _ACCOUNT and before is not None and after is not None:  # it goes on counting meanwhile
        return all(abs(before[each] - after[each]) < _PENNY for each in before)
    return bool(before == after)


def readers_of(form: str, device_type: str, samples: Iterable[Sample]) -> list[Sample]:
    """The samples that read back what a command of this form writes, best first: those of the variant
    whose answer holds most of its values."""
    try:
        command = forms.form(form).command
    except NotFound:
        return []
    written = set(command.fields()) if command is not None else set()
    found: list[tuple[int, Sample]] = []
    for sample in samples:
        if sample.writes or sample.device_type != device_type:
            continue
        common = len(written & _answered(sample, device_type))
        if common:
            found.append((common, sample))
    return [sample for _, sample in sorted(found, key=lambda each: -each[0])]


def _answered(sample: Sample, device_type: str) -> set[str]:
    """The names of the values that the answers to a sample's variant may hold."""
    names: set[str] = set()
    for row in by_variant().get(sample.request.service_reference_variant, ()):
        if device_type in row.device_types:
            response = forms.form(row.form).response
            names.update(response.fields() if response is not None else ())
    return names


def shown(form: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of the values that were read back, those that the command wrote."""
    command = forms.form(form).command
    written = command.fields() if command is not None else ()
    return {name: plain(values[name]) for name in written if name in values}

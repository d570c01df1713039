"""Which device of the home may speak to which (Service References 8.7, 8.8, 8.11 and 8.12).

By which method two devices are joined, and in which part, goes by the types of both: the two ends of
method A agree keys, method B is for those that have nothing to agree on, and by method C each is told the
other's certificate (GBCS 13.7). Which pairs there are beyond the test messages is from memory.
"""

from __future__ import annotations

from collections.abc import Mapping

from gbsmart.gbcs.forms.management import DEVICE_TYPES
from gbsmart.translation.binding import (
    Binding,
    Fact,
    Fixed,
    From,
    Members,
    Sender,
    Source,
    binding,
    fact,
    has,
    refusal,
)

_INITIATES, _RESPONDS, _METHOD_B, _METHOD_C = range(4)
_TYPE_2 = "IHD CAD"
_NUMBERS = {name: number for number, name in DEVICE_TYPES.items()} | dict.fromkeys(_TYPE_2.split(), 6)
_NUMBERS["SAPC"] = _NUMBERS["ESME"]
"""Types of devices as a device's log numbers them, without one for a stand-alone controller (assumed)."""
_HUB_NUMBERS = {"ESME": 0, "SAPC": 0, "GSME": 1, "HCALCS": 13, "IHD": 128, "CAD": 130, "PPMID": 132}
"""Types of devices as a hub's log numbers them (CHTS 4.5.1.2)."""

_OTHER: Mapping[str, Source] = {"other_device_id": From("other_device_id")}


def _joins(variant: str, form: str, method: int, devices: str, others: str) -> Binding:
    """A row for devices of some types (``"ESME SAPC"``), each joined to one of others."""
    certificate = Fact("other_device_certificate", known=True) if method == _METHOD_C else Fixed(None)
    fields: Mapping[str, Source] = {
        **_OTHER,
        "join_method": Fixed(method),
        "other_device_type": Fact("other_device_type", _NUMBERS.__getitem__, known=True),
        "other_device_certificate": certificate,
    }
    when = fact("other_device_type", *others.split())
    return binding(variant, form, *devices.split(), fields=fields, when=when)


def _backup(code: str) -> Fact:
    return Fact("device_log", known=True, code=code)


_NO_INSTALL_CODE = "E081106"
_ADDED = Members(
    {
        "device_id": From("device_id"),
        "install_code": From("add_device_to_chf_whitelist.install_code", code=_NO_INSTALL_CODE),
        "device_type": Fact("other_device_type", _HUB_NUMBERS.__getitem__, known=True, code="E081101"),
    }
)

BINDINGS = (
    _joins("8.7.1", "CS03A1", _INITIATES, "ESME SAPC", "HCALCS PPMID"),
    _joins("8.7.1", "CS03A2", _RESPONDS, "HCALCS", "ESME SAPC"),
    _joins("8.7.1", "CS03C", _METHOD_C, "GSME", "PPMID"),
    _joins("8.7.2", "CS03B", _METHOD_B, "ESME SAPC", _TYPE_2),
    _joins("8.7.2", "CS03B", _METHOD_B, "GSME", "GPF"),
    _joins("8.7.2", "CS03B", _METHOD_B, "GPF", f"GSME PPMID {_TYPE_2}"),
    _joins("8.7.2", "CS03B", _METHOD_B, "PPMID", "GPF"),
    _joins("8.7.2", "CS03A2", _RESPONDS, "PPMID", "ESME SAPC"),
    _joins("8.7.2", "CS03C", _METHOD_C, "PPMID", "GSME"),
    binding("8.8.1", "CS04AC", fields=_OTHER),
    binding("8.8.2", "CS04B", "PPMID", fields=_OTHER, when=fact("other_device_type", "GPF")),
    binding("8.8.2", "CS04AC", "PPMID", fields=_OTHER),
    binding("8.8.2", "CS04B", "ESME", "SAPC", "GSME", "GPF", fields=_OTHER),
    binding(
        "8.11", "CCS01", when=has("request_type", "Add"),
        fields={
            "added_device": _ADDED,
            "join_time_period": From(
                "add_device_to_chf_whitelist.join_time_period", code=_NO_INSTALL_CODE
            ),
        },
    ),
    binding("8.11", "CCS02", fields={"removed_device_id": From("device_id")}),
    binding("8.12.1", "CCS03", fields={"restored_device_log": _backup("E081205")}),
    binding(
        "8.12.2", "GCS59", fields={"joined": _backup("E081223")}, sender=Sender.ACCESS_CONTROL_BROKER
    ),
)  # fmt: skip
_NOT_TO_BE_JOINED = {"other_device_id": "E080721"}
REFUSALS = (
    refusal("8.7.1", _NOT_TO_BE_JOINED),
    refusal("8.7.2", _NOT_TO_BE_JOINED),
)
"""Devices of types that are not joined, or of which the inventory knows none."""

"""Devices of the Smart Metering Inventory, and the machine of their status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gbsmart.duis import device_type_of
from gbsmart.ground import Eui64, InvalidValue, Machine, Transition


class DeviceType(StrEnum):
    """Device types of the inventory. A SAPC is an ESME whose variant has the letter G."""

    ESME = "ESME"
    GSME = "GSME"
    GPF = "GPF"
    CHF = "CHF"
    HCALCS = "HCALCS"
    PPMID = "PPMID"
    IHD = "IHD"
    CAD = "CAD"

    @property
    def device_class(self) -> str:
        """The guard under which the status machine treats this type."""
        return _CLASS.get(self, self.value)

    @property
    def is_type_2(self) -> bool:
        """IHD and CAD: they only read, hold no credentials and have no status."""
        return self.device_class == "Type 2"


_CLASS = {
    DeviceType.ESME: "meter",
    DeviceType.GSME: "meter",
    DeviceType.HCALCS: "Type 1",
    DeviceType.PPMID: "Type 1",
    DeviceType.IHD: "Type 2",
    DeviceType.CAD: "Type 2",
}


class DeviceStatus(StrEnum):
    """SMI status (DUIS ``DeviceStatus``)."""

    PENDING = "Pending"
    WHITELISTED = "Whitelisted"
    INSTALLED_NOT_COMMISSIONED = "InstalledNotCommissioned"
    COMMISSIONED = "Commissioned"
    DECOMMISSIONED = "Decommissioned"
    WITHDRAWN = "Withdrawn"
    SUSPENDED = "Suspended"
    RECOVERY = "Recovery"
    RECOVERED = "Recovered"


class ListStatus(StrEnum):
    """The standing of a model or a firmware version on the Central Products List."""

    ACTIVE = "Active"
    CANCELLED = "Cancelled"
    EXPIRED = "Expired"
    WITHDRAWN = "Withdrawn"


REMOVED = "Removed"
"""Where a deleted device goes: no status, the row is gone and only its history stays."""

_P, _W, _I, _C = (
    DeviceStatus.PENDING.value,
    DeviceStatus.WHITELISTED.value,
    DeviceStatus.INSTALLED_NOT_COMMISSIONED.value,
    DeviceStatus.COMMISSIONED.value,
)
_D, _S = DeviceStatus.DECOMMISSIONED.value, DeviceStatus.SUSPENDED.value
_REC, _RED, _WD = DeviceStatus.RECOVERY.value, DeviceStatus.RECOVERED.value, DeviceStatus.WITHDRAWN.value

DEVICE_STATUS = Machine(
    name="device status",
    initial=_P,
    final=frozenset({_D, REMOVED}),
    transitions=(
        # The way of a hub: it is Pending from its pre-notification until it is first heard.
        Transition(_P, "first heard over the WAN", _C, guard="CHF", effect="date commissioned"),
        Transition(_P, "first heard over the WAN", _I, guard="GPF"),
        # The way of a device on the HAN. The triggers of the first two are settled; see the sheet on
        # operations 1.5: 8.11 answered with success, then the hub's log (alert 8F12) shows its link key.
        Transition(_P, "added to the hub", _W, effect="back up the hub's device log"),
        Transition(_W, "link key reported", _I, effect="N24 to the requester"),
        Transition(_I, "clock set", _C, guard="meter", effect="date commissioned; N16; service flag"),
        Transition(_I, "gas meter joined", _C, guard="GPF", effect="date commissioned"),
        Transition(_I, "joined to a meter", _C, guard="Type 1", effect="date commissioned"),
        Transition(_W, "removed from the hub", _P, effect="close the association"),
        Transition(_I, "removed from the hub", _P, effect="close the association"),
        # Update Inventory (8.4).
        Transition(_W, "set Pending", _P),
        Transition(_I, "set Pending", _P),
        Transition(_P, "set InstalledNotCommissioned", _I),
        Transition(_W, "set InstalledNotCommissioned", _I),
        Transition(_C, "set InstalledNotCommissioned", _I, guard="CHF"),
        # Decommission Device (8.3), and the return of a hub (8.14.3, 8.14.4), which takes its GPF along.
        *(Transition(s, "decommission", _D, code="N2") for s in (_W, _I, _C, _S, _REC, _RED)),
        *(
            Transition(s, "hub returned", _D, guard=kind, code="N9")
            for s in (_P, _I, _C, _S, _REC, _RED)
            for kind in ("CHF", "GPF")
        ),
        # A model that leaves the Central Products List suspends its devices; they return where they were.
        *(Transition(s, "not on the products list", _S, code="N28") for s in (_P, _W, _I, _C)),
        *(Transition(_S, "on the products list", s, guard=f"was {s}", code="N29") for s in (_P, _W, _I, _C)),
        # SMKI recovery (SEC Section L10).
        *(Transition(s, "recovery begun", _REC) for s in (_I, _C, _S)),
        Transition(_REC, "recovery certificates placed", _RED),
        Transition(_RED, "supplier certificates replaced", _C),
        # Opting out is closed to Users; a history may still hold it.
        Transition(_C, "withdraw", _WD, guard="history", code="N2"),
        Transition(_WD, "opt in", _C, guard="history"),
        Transition(_P, "delete", REMOVED, code="N8"),
        Transition(_D, "delete", REMOVED),
    ),
)
"""What changes a device's status (basis: M; the two hub triggers are settled).

A guard is a device class (``CHF``, ``GPF``, ``meter``, ``Type 1``), the status held before a
suspension, or ``history``: only an import of old records may take that step.
"""

_VARIANTS = frozenset(
    {
        *("A", "B", "C", "AD", "BD", "CD", "ADE", "BDE", "CDE", "ADF", "BDF", "CDF", "ADEF", "BDEF", "CDEF"),
        *("ADG", "ADEG", "AF", "BF", "CF", "AEF", "BEF", "CEF", "AG", "AEG"),
    }
)


def is_esme_variant(letters: str) -> bool:
    """Whether ``letters`` is in the closed list of ESME variants (DUIS ``ESMEVariant``)."""
    return letters in _VARIANTS


@dataclass(frozen=True, slots=True)
class Device:
    """One device as the inventory holds it; the names are those of DUIS ``DSPInventory``.

    ``hub`` is the CHF of its HAN (for a CHF itself, None). ``status`` is None for Type 2 devices.
    ``held_status`` is the status before a suspension. ``owner`` is the User that pre-notified it.
    """

    id: Eui64
    type: DeviceType
    status: DeviceStatus | None = DeviceStatus.PENDING
    hub: Eui64 | None = None
    manufacturer: str = ""
    model: str = ""
    firmware_version: str = ""
    firmware_version_status: ListStatus | None = None
    cpl_status: ListStatus | None = None
    smets_chts_version: str = ""
    gbcs_version: str = ""
    esme_variant: str = ""
    import_mpxn: str = ""
    secondary_import_mpan: str = ""
    export_mpan: str = ""
    date_commissioned: datetime | None = None
    csp_region: str = ""
    han_variant: str = ""
    s1sp: str = ""
    connectivity: str = ""
    held_status: DeviceStatus | None = None
    owner: Eui64 | None = None

    def __post_init__(self) -> None:
        if self.esme_variant and not is_esme_variant(self.esme_variant):
            raise InvalidValue(f"{self.esme_variant!r} is not an ESME variant", field="esme_variant")
        if self.esme_variant and self.type is not DeviceType.ESME:
            raise InvalidValue("only an ESME has an ESME variant", field="esme_variant")
        if self.type.is_type_2 and self.status is not None:
            raise InvalidValue("a Type 2 device has no status", field="status")
        if not self.type.is_type_2 and self.status is None:
            raise InvalidValue("only a Type 2 device has no status", field="status")
        if self.secondary_import_mpan and not self.esme_variant.startswith("B"):
            raise InvalidValue("only a twin element ESME has one", field="secondary_import_mpan")

    @property
    def kind(self) -> str:
        """Its type as the catalogue of Service Requests names it: of a stand-alone controller SAPC."""
        return device_type_of(self.type.value, self.esme_variant)

    @property
    def mpxns(self) -> tuple[str, ...]:
        """The metering points it measures."""
        points = (self.import_mpxn, self.secondary_import_mpan, self.export_mpan)
        return tuple(point for point in points if point)


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """One step in the life of a device: what happened, when, and at whose word.

    ``cause`` is a RequestID, an alert or a procedure, as text; ``actor`` the User or DCC party.
    """

    device: Eui64
    at: datetime
    event: str
    source: str
    target: str
    cause: str = ""
    actor: Eui64 | None = None

"""What a User knows of devices, and needs to say what a request must become (SEC H3, H11)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from gbsmart.duis import Request, device_type_of
from gbsmart.ground import Eui64
from gbsmart.keys import Keyring, KeyUse, RemotePartyRole, UnknownCertificate
from gbsmart.translation import Facts, other_device
from gbsmart.user.errors import UnexpectedAnswer

_ROLES = {RemotePartyRole.NETWORK_OPERATOR: "ED", RemotePartyRole.LOAD_CONTROLLER: "LC"}
"""User Roles that make a difference to what a request becomes, by the role in a signing certificate."""


class KnownDevice(NamedTuple):
    """What of a device decides what a request to it becomes: its type, of an ESME its variant's letters."""

    type: str
    esme_variant: str = ""

    @classmethod
    def of(cls, listed: Mapping[str, Any]) -> KnownDevice:
        """A device of the inventory's answer."""
        letters = listed.get("esme_variant") or ""
        return cls(device_type_of(listed["device_type"], letters), letters)


class Premises:
    """Types and variants of devices: told by the User, or looked up in the inventory when they are wanted.

    ``look_up`` asks the Smart Metering Inventory for the devices at the premises of one of them (8.2),
    ``fetch`` makes sure of a device's certificates where they can be had.
    """

    def __init__(
        self,
        devices: Mapping[Eui64, str | KnownDevice],
        look_up: Callable[[Eui64], Awaitable[Sequence[Mapping[str, Any]]]],
        fetch: Callable[[Eui64, Sequence[KeyUse]], Awaitable[None]],
        keyring: Keyring,
    ) -> None:
        self._devices = {
            eui: known if isinstance(known, KnownDevice) else KnownDevice(known)
            for eui, known in devices.items()
        }
        self._look_up = look_up
        self._fetch = fetch
        self._keyring = keyring

    async def device(self, device: Eui64, beside: Eui64 | None = None) -> KnownDevice:
        """A device, which may be known to stand at the premises of another.

        Raises :class:`UnexpectedAnswer` where the inventory does not know it.
        """
        if device not in self._devices:
            for each in await self._look_up(beside or device):
                self._devices[each["device_id"]] = KnownDevice.of(each)
        try:
            return self._devices[device]
        except KeyError:
            raise UnexpectedAnswer(f"the inventory's answer does not hold {device}") from None

    async def target(self, request: Request) -> KnownDevice:
        """The device that a request goes to: known, of the only type possible, or the inventory's.

        An ESME is looked up in any case: its variant counts.
        """
        device, possible = request.request_id.target, request.service.device_types
        if device not in self._devices and len(possible) == 1 and "ESME" not in possible:
            return KnownDevice(next(iter(possible)))
        return await self.device(device)

    async def facts(self, request: Request, version: str, *, now: datetime, acb: Eui64) -> Facts:
        """What a critical request's Pre-Command was made from, as far as the User itself can know.

        ``version`` is the GBCS version that the DCC says it used.
        """
        target, user = request.request_id.target, request.request_id.originator
        device, other = await self.target(request), other_device(request.values or {})
        other_type = ""
        if other is not None:
            await self._fetch(other, (KeyUse.KEY_AGREEMENT,))
            other_type = (await self.device(other, beside=target)).type
        return Facts(
            now=now,
            acb=acb,
            device_type=device.type,
            known=True,  # whoever signs a Pre-Command has its credentials on the device
            esme_variant=device.esme_variant,
            gbcs_version=version,
            role=self._role(user),
            other_device_type=other_type,
            other_device_certificate=lambda: self._key_agreement(other),
        )

    def _role(self, user: Eui64) -> str:
        try:
            certificate = self._keyring.certificate(user, KeyUse.DIGITAL_SIGNATURE)
        except UnknownCertificate:
            return ""
        return _ROLES.get(RemotePartyRole(certificate.role), "") if certificate.role is not None else ""

    def _key_agreement(self, device: Eui64 | None) -> bytes | None:
        try:
            return None if device is None else self._keyring.certificate(device, KeyUse.KEY_AGREEMENT).der
        except UnknownCertificate:
            return None

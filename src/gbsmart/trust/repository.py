"""The SMKI Repository: certificates as they were lodged, and their status (SEC L5, Appendices O and P)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from gbsmart.ground import Clock, Eui64, InvalidValue, NotFound
from gbsmart.keys import STRICT, Certificate, Expired, ValidityPolicy


class CertificateStatus(StrEnum):
    """The status codes of the repository's interface."""

    PENDING = "P"
    IN_USE = "I"
    NOT_IN_USE = "N"
    EXPIRED = "E"
    REVOKED = "R"


@dataclass(frozen=True, slots=True)
class LodgedCertificate:
    """A certificate in the repository. ``manufacturing``: issued for manufacture, in no installed device."""

    certificate: Certificate
    status: CertificateStatus = CertificateStatus.IN_USE
    manufacturing: bool = False


class Repository(Protocol):
    """What the repository's web services read from."""

    async def of_device(self, holder: Eui64) -> Sequence[LodgedCertificate]:
        """The certificates of a device, in the order of lodging; empty where there are none."""
        ...

    async def of_organisation(self, holder: Eui64) -> Sequence[LodgedCertificate]:
        """The certificates of an organisation, in the order of lodging; empty where there are none."""
        ...

    async def by_serial(self, serial: int) -> LodgedCertificate | None:
        """The certificate with this serial number, ``None`` where there is none."""
        ...


class MemoryRepository:
    """A :class:`Repository` in memory.

    A certificate in use becomes expired by the clock, unless ``policy`` lets expired ones be used.
    """

    def __init__(self, clock: Clock, policy: ValidityPolicy = STRICT) -> None:
        self._clock = clock
        self._policy = policy
        self._by_serial: dict[int, LodgedCertificate] = {}
        self._by_holder: dict[Eui64, list[int]] = {}

    def lodge(self, lodged: LodgedCertificate) -> None:
        """Publish a certificate; one that is there already takes the new status.

        Raises :class:`InvalidValue` when another certificate has its serial number.
        """
        certificate = lodged.certificate
        held = self._by_serial.get(certificate.serial)
        if held is not None and held.certificate != certificate:
            raise InvalidValue(
                f"another certificate has serial number {certificate.serial_hex}", field="serial"
            )
        self._by_serial[certificate.serial] = lodged
        if held is None and certificate.holder is not None:
            self._by_holder.setdefault(certificate.holder, []).append(certificate.serial)

    def lodge_all(self, certificates: Iterable[Certificate]) -> None:
        """Publish each certificate as in use."""
        for certificate in certificates:
            self.lodge(LodgedCertificate(certificate))

    def set_status(self, certificate: Certificate, status: CertificateStatus) -> None:
        """Change a certificate's status; raises :class:`NotFound` when it is not lodged."""
        held = self._by_serial.get(certificate.serial)
        if held is None or held.certificate != certificate:
            raise NotFound(f"certificate {certificate.serial_hex} is not in the repository")
        self._by_serial[certificate.serial] = replace(held, status=status)

    def supersede(self, certificate: Certificate) -> None:
        """Publish a device's certificate as in use, and those before it, of the same key usage, as not."""
        self.lodge(LodgedCertificate(certificate))
        assert certificate.holder is not None
        for lodged in [self._by_serial[serial] for serial in self._by_holder[certificate.holder]]:
            other = lodged.certificate
            if other != certificate and other.key_usage == certificate.key_usage and other.is_device:
                self.set_status(other, CertificateStatus.NOT_IN_USE)

    async def of_device(self, holder: Eui64) -> Sequence[LodgedCertificate]:
        """The certificates of a device, in the order of lodging."""
        return [lodged for lodged in self._of(holder) if lodged.certificate.is_device]

    async def of_organisation(self, holder: Eui64) -> Sequence[LodgedCertificate]:
        """The certificates of an organisation, in the order of lodging."""
        return [lodged for lodged in self._of(holder) if not lodged.certificate.is_device]

    async def by_serial(self, serial: int) -> LodgedCertificate | None:
        """The certificate with this serial number."""
        lodged = self._by_serial.get(serial)
        return None if lodged is None else self._as_of_now(lodged)

    def _of(self, holder: Eui64) -> Iterable[LodgedCertificate]:
        return (self._as_of_now(self._by_serial[serial]) for serial in self._by_holder.get(holder, ()))

    def _as_of_now(self, lodged: LodgedCertificate) -> LodgedCertificate:
        ended = self._clock.now() > lodged.certificate.not_after
        if ended and lodged.status is CertificateStatus.IN_USE and self._policy.expired is Expired.REFUSE:
            return replace(lodged, status=CertificateStatus.EXPIRED)
        return lodged

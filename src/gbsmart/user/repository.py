"""Device certificates that the User does not hold yet, fetched from the SMKI Repository (Appendix O).

A fetched certificate counts only when a path ties it to an authority that the keyring holds: the
repository is asked, not believed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from itertools import islice

from lxml import etree
from pyreqwest.client import Client
from pyreqwest.response import Response

from gbsmart.duis import ORDINARY, parse_xml
from gbsmart.duis.octets import Base64
from gbsmart.ground import Eui64, MalformedMessage
from gbsmart.keys import (
    Certificate,
    Keyring,
    KeyUse,
    PathInvalid,
    SharedSecret,
    UnknownCertificate,
    ever,
    validate_path,
)
from gbsmart.user.errors import Unreachable
from gbsmart.web.client import NO_ANSWER, client_builder, reason_of

_MOST = 16
"""How many certificates of one device and use are looked at; the repository may name any number."""
_IN_USE = "I"
_USAGES = {KeyUse.DIGITAL_SIGNATURE: "DS", KeyUse.KEY_AGREEMENT: "KA"}


class UserKeyring:
    """The User's keyring, together with the device certificates fetched for it."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._fetched: dict[tuple[Eui64, KeyUse], Certificate] = {}

    def lacks(self, holder: Eui64, use: KeyUse) -> bool:
        """Whether no certificate of ``holder`` for ``use`` is at hand."""
        try:
            self.certificate(holder, use)
        except UnknownCertificate:
            return True
        return False

    def keep(self, holder: Eui64, use: KeyUse, certificate: Certificate) -> None:
        """Hold a fetched certificate for as long as this object lives."""
        self._fetched[holder, use] = certificate

    def authorities(self) -> tuple[Certificate, ...]:
        """The authorities that the keyring holds."""
        held = getattr(self._keyring, "authorities", None)
        return tuple(held()) if held is not None else ()

    def certificate(self, holder: Eui64, use: KeyUse) -> Certificate:
        """The certificate in force; raises :class:`~gbsmart.keys.UnknownCertificate`."""
        if (fetched := self._fetched.get((holder, use))) is not None:
            return fetched
        return self._keyring.certificate(holder, use)

    def superseded(self, holder: Eui64, use: KeyUse) -> tuple[Certificate, ...]:
        """The certificates of a holder that are held, and not in force any more."""
        try:
            held = tuple(ever(self._keyring, holder, use))
        except UnknownCertificate:
            return ()
        present = self.certificate(holder, use)
        return tuple(each for each in held if each != present)

    def by_serial(self, serial: int, issuer: str | None = None) -> Certificate:
        """The certificate with this serial number; raises :class:`~gbsmart.keys.UnknownCertificate`."""
        return self._keyring.by_serial(serial, issuer)

    def holds(self, holder: Eui64, use: KeyUse) -> bool:
        """Whether the private key is behind the keyring."""
        return self._keyring.holds(holder, use)

    def sign(self, holder: Eui64, data: bytes, use: KeyUse = KeyUse.DIGITAL_SIGNATURE) -> bytes:
        """Sign; raises :class:`~gbsmart.keys.KeyNotHeld`."""
        return self._keyring.sign(holder, data, use)

    def agree(self, holder: Eui64, peer: Certificate, use: KeyUse = KeyUse.KEY_AGREEMENT) -> SharedSecret:
        """Agree a secret; raises :class:`~gbsmart.keys.KeyNotHeld`."""
        return self._keyring.agree(holder, peer, use)


class RepositoryClient:
    """Asks ``/services/certificatesearch`` and ``/services/retrievecertificate`` at ``base_url``."""

    def __init__(self, base_url: str, keyring: UserKeyring, *, timeout: float = 30.0) -> None:
        self._base_url = base_url.rstrip("/")
        self._keyring = keyring
        self._timeout = timedelta(seconds=timeout)

    async def fetch(self, holder: Eui64, uses: Iterable[KeyUse]) -> None:
        """Fetch and keep the certificates of a device that are not at hand.

        One that is not there, or that no held authority vouches for, stays missing. Raises
        :class:`Unreachable`.
        """
        await self._fetch(holder, [use for use in uses if self._keyring.lacks(holder, use)])

    async def fetch_anew(self, holder: Eui64, uses: Iterable[KeyUse]) -> bool:
        """Fetch those that are at hand too; whether the device has others by now. Raises as :meth:`fetch`."""
        held = [use for use in uses if not self._keyring.lacks(holder, use)]
        before = [self._keyring.certificate(holder, use) for use in held]
        await self._fetch(holder, held)
        return before != [self._keyring.certificate(holder, use) for use in held]

    async def _fetch(self, holder: Eui64, uses: Iterable[KeyUse]) -> None:
        wanted = [use for use in uses if use in _USAGES]
        if not wanted:
            return
        async with client_builder().timeout(self._timeout).build() as client:
            for use in wanted:
                async for certificate in self._of(client, holder, _USAGES[use]):
                    if certificate.holder == holder and self._vouched(certificate):
                        self._keyring.keep(holder, use, certificate)
                        break

    async def _of(self, client: Client, holder: Eui64, usage: str) -> AsyncIterator[Certificate]:
        found = await self._ask(
            client,
            "certificatesearch",
            "CertificateSearchRequest",
            [("CertificateSubjectAltName", str(holder)), ("CertificateUsage", usage)],
        )
        serials = [] if found is None else sorted(islice(found.iter("CertificateSerial"), _MOST), key=_last)
        for serial in serials:
            answer = await self._ask(
                client,
                "retrievecertificate",
                "CertificateDataRequest",
                [("CertificateSerial", serial.text or "")],
            )
            body = None if answer is None else answer.findtext(".//CertificateBody")
            try:
                certificate = Certificate.from_der(Base64().read(body or ""))
            except (ValueError, MalformedMessage):
                continue
            yield certificate

    def _vouched(self, certificate: Certificate) -> bool:
        authorities = self._keyring.authorities()
        try:
            # device certificates never expire, and a test set's authorities may have (GBCS 13)
            validate_path(certificate, authorities, authorities, moment=None)
        except PathInvalid:
            return False
        return True

    async def _ask(
        self, client: Client, service: str, name: str, fields: list[tuple[str, str]]
    ) -> etree._Element | None:
        request = etree.Element(name)
        for tag, text in fields:
            etree.SubElement(request, tag).text = text
        url = f"{self._base_url}/services/{service}"
        headers = {"Content-Type": "application/xml"}
        try:
            post = client.post(url).headers(headers).body_bytes(etree.tostring(request))
            async with post.build_streamed() as answer:
                if answer.status != 200:
                    return None
                octets = await _body(answer)
        except NO_ANSWER as problem:
            raise Unreachable(url, reason_of(problem)) from None
        try:
            return parse_xml(octets)
        except MalformedMessage:
            return None


def _last(serial: etree._Element) -> bool:
    """Those that are in use come first: a device that changed its keys has certificates that are not."""
    result = serial.getparent()
    return result is None or result.findtext("CertificateStatus") != _IN_USE


async def _body(answer: Response) -> bytes:
    """The octets of an answer, or so many that they are refused for it."""
    octets = bytearray()
    while len(octets) <= ORDINARY.octets and (chunk := await answer.body_reader.read_chunk()) is not None:
        octets += chunk
    return bytes(octets)

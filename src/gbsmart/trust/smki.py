"""A test SMKI of one's own: roots, issuing authorities, organisation and device certificates (SEC L).

Clock, randomness and serial numbers are passed in: with a seeded source of octets the whole
infrastructure repeats, octet for octet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, Self, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gbsmart.ground import Clock, Eui64, InvalidValue, NotFound
from gbsmart.keys import (
    STRICT,
    Certificate,
    FileKeyStore,
    KeyEntry,
    KeySet,
    KeyUse,
    RemotePartyRole,
    wrap_contingency_key,
)
from gbsmart.keys.certificate import UNREADABLE, device_of
from gbsmart.keys.exchange import load_private_key
from gbsmart.trust import profiles
from gbsmart.trust.parties import TEST_PARTIES, Party
from gbsmart.trust.profiles import TEST_POLICIES, Fields, Profile

RandomBytes = Callable[[int], bytes]
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
_CONTINGENCY_KEY = "contingency private key"
_CONTINGENCY_SYMMETRIC_KEY = "contingency symmetric key"


class Authority(NamedTuple):
    """A certification authority: its certificate and the key that signs under it."""

    certificate: Certificate
    private_key: EllipticCurvePrivateKey

    def __repr__(self) -> str:
        return f"Authority({self.certificate.subject})"

    @property
    def name(self) -> x509.Name:
        """The subject, which certificates issued under it repeat octet for octet."""
        return x509.load_der_x509_certificate(self.certificate.der).subject

    def sign(self, builder: x509.CertificateBuilder) -> Certificate:
        """The certificate under this authority's signature (ECDSA P-256, SHA-256, RFC 6979)."""
        return _sign(builder, self.private_key)


class TestSmki:
    """Root OCA and Issuing OCA, Root DCA and Issuing DCA, and what they have issued.

    Make one with :meth:`create`, or have it kept by a key store with :meth:`open`. ``entries`` holds the
    organisation certificates with their private keys; device certificates are issued on demand.
    """

    __test__ = False  # the name is the SEC's, not pytest's

    def __init__(
        self,
        authorities: Mapping[str, Authority],
        entries: Iterable[KeyEntry],
        contingency: tuple[EllipticCurvePrivateKey, bytes],
        clock: Clock,
        random_bytes: RandomBytes,
        policies: Mapping[str, str] = TEST_POLICIES,
    ) -> None:
        self.organisation_root = authorities["Root OCA"]
        self.organisation_issuing = authorities["Issuing OCA"]
        self.device_root = authorities["Root DCA"]
        self.device_issuing = authorities["Issuing DCA"]
        self.entries = tuple(entries)
        self._contingency = contingency
        self._clock = clock
        self._random = random_bytes
        self._policies = policies

    @classmethod
    def create(
        cls,
        clock: Clock,
        random_bytes: RandomBytes,
        parties: Iterable[Party] = TEST_PARTIES,
        policies: Mapping[str, str] = TEST_POLICIES,
    ) -> Self:
        """Make four authorities and the certificates of ``parties``, valid from the start of today."""
        maker = _Maker(clock, random_bytes, policies)
        contingency = (_new_private_key(random_bytes), random_bytes(32))
        smki = cls(maker.authorities(contingency), (), contingency, clock, random_bytes, policies)
        smki.entries = tuple(entry for party in parties for entry in smki.organisation(party))
        return smki

    @classmethod
    def open(
        cls,
        store: FileKeyStore,
        clock: Clock,
        random_bytes: RandomBytes,
        parties: Iterable[Party] = TEST_PARTIES,
        policies: Mapping[str, str] = TEST_POLICIES,
    ) -> Self:
        """The SMKI kept in ``store``; on first use it is made and kept there."""
        try:
            store.secret(_CONTINGENCY_KEY)
        except NotFound:
            # of two processes that start together, the first to store decides for both
            cls.create(clock, random_bytes, parties, policies)._keep(store)
        return cls._kept(store, clock, random_bytes, policies)

    @classmethod
    def _kept(
        cls, store: FileKeyStore, clock: Clock, random_bytes: RandomBytes, policies: Mapping[str, str]
    ) -> Self:
        key = load_private_key(store.secret(_CONTINGENCY_KEY))
        contingency = (key, store.secret(_CONTINGENCY_SYMMETRIC_KEY))
        stored = store.entries()
        authorities = {
            entry.name: Authority(entry.certificate, entry.private_key)
            for entry in stored
            if entry.certificate.is_authority and entry.private_key is not None
        }
        ours = authorities["Issuing OCA"].certificate.key_id
        entries = [e for e in stored if e.use is not None and e.certificate.authority_key_id == ours]
        return cls(authorities, entries, contingency, clock, random_bytes, policies)

    @property
    def authorities(self) -> tuple[Authority, ...]:
        """The four authorities, organisation branch first, roots before the authorities under them."""
        return (self.organisation_root, self.organisation_issuing, self.device_root, self.device_issuing)

    @property
    def contingency_key(self) -> EllipticCurvePrivateKey:
        """The private key whose public key lies wrapped in the organisation root certificate."""
        return self._contingency[0]

    @property
    def contingency_symmetric_key(self) -> bytes:
        """The key that unwraps the contingency public key; disclosed only by the contingency command."""
        return self._contingency[1]

    def key_set(self) -> KeySet:
        """The authorities' certificates (without their keys) and the organisations' entries."""
        authorities = (KeyEntry(authority.certificate, None) for authority in self.authorities)
        return KeySet((*authorities, *self.entries), policy=STRICT)

    def new_private_key(self) -> EllipticCurvePrivateKey:
        """A P-256 key pair from the given randomness (FIPS 186-4 B.4.1)."""
        return _new_private_key(self._random)

    def issue_organisation(
        self,
        holder: Eui64,
        role: int,
        use: KeyUse,
        public_key: EllipticCurvePublicKey,
        common_name: str = "",
    ) -> Certificate:
        """An organisation certificate, ten years from the start of today (SEC Appendix B)."""
        signs = use in (KeyUse.DIGITAL_SIGNATURE, KeyUse.XML_SIGNATURE)
        profile = profiles.ORGANISATION_SIGNATURE if signs else profiles.ORGANISATION_AGREEMENT
        subject = profiles.organisation_name(holder, role, common_name)
        return self._issue(profile, self.organisation_issuing, subject, public_key)

    def issue_device(
        self,
        holder: Eui64,
        use: KeyUse,
        public_key: EllipticCurvePublicKey,
        hardware_type: str = profiles.HARDWARE_TYPE,
    ) -> Certificate:
        """A device certificate, which never expires (SEC Appendix A); raises :class:`InvalidValue`."""
        return self._issue_device(
            _device_profile(use), public_key, profiles.device_alternative_name(holder, hardware_type)
        )

    def issue_on_request(self, request: bytes) -> Certificate:
        """The device certificate for a PKCS#10 request, as Issue Security Credentials (6.17) returns it.

        Key usage and hardware module name are taken from the request. Raises :class:`InvalidValue` whose
        ``field`` is the result code (``CSR04``: the request's signature does not verify).
        """
        key, use, name = _read_request(request)
        return self._issue_device(_device_profile(use), key, name)

    def device(self, holder: Eui64) -> tuple[KeyEntry, KeyEntry]:
        """A device's own identity: fresh digital signature and key agreement pairs, certified."""
        pairs = []
        for use in (KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT):
            key = self.new_private_key()
            pairs.append(KeyEntry(self.issue_device(holder, use, key.public_key()), use, key))
        return pairs[0], pairs[1]

    def organisation(self, party: Party) -> tuple[KeyEntry, ...]:
        """A party's own identity: fresh pairs for its uses, certified."""
        pairs = []
        for use in party.uses:
            key, role = self.new_private_key(), party.role_for(use)
            certificate = self.issue_organisation(party.eui, role, use, key.public_key(), party.common_name)
            pairs.append(KeyEntry(certificate, use, key, f"{party.name} {use}"))
        return tuple(pairs)

    def _issue_device(
        self, profile: Profile, public_key: EllipticCurvePublicKey, name: x509.OtherName
    ) -> Certificate:
        return self._issue(profile, self.device_issuing, x509.Name([]), public_key, name)

    def _issue(
        self,
        profile: Profile,
        authority: Authority,
        subject: x509.Name,
        public_key: EllipticCurvePublicKey,
        alternative_name: x509.OtherName | None = None,
    ) -> Certificate:
        fields = Fields(
            subject=subject,
            issuer=authority.name,
            public_key=public_key,
            serial=_new_serial(self._random),
            not_before=_start_of_day(self._clock.now()),
            policy=self._policies[profile.policy],
            issuer_key_id=authority.certificate.key_id,
            alternative_name=alternative_name,
        )
        return authority.sign(profiles.unsigned(profile, fields))

    def _keep(self, store: FileKeyStore) -> None:
        names = ("Root OCA", "Issuing OCA", "Root DCA", "Issuing DCA")
        authorities = [
            KeyEntry(authority.certificate, None, authority.private_key, name)
            for name, authority in zip(names, self.authorities, strict=True)
        ]
        key, symmetric = self._contingency
        octets = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        secrets = {_CONTINGENCY_KEY: octets, _CONTINGENCY_SYMMETRIC_KEY: symmetric}
        store.add((*authorities, *self.entries), secrets, unless=_CONTINGENCY_KEY)


class _Maker:
    """Makes the authorities of a new SMKI."""

    def __init__(self, clock: Clock, random_bytes: RandomBytes, policies: Mapping[str, str]) -> None:
        self._not_before = _start_of_day(clock.now())
        self._random = random_bytes
        self._policies = policies

    def authorities(self, contingency: tuple[EllipticCurvePrivateKey, bytes]) -> dict[str, Authority]:
        private_key, symmetric_key = contingency
        wrapped = wrap_contingency_key(symmetric_key, private_key.public_key())
        root_role, issuing_role = RemotePartyRole.ROOT, RemotePartyRole.ISSUING_AUTHORITY
        organisation = self._authority(
            profiles.ORGANISATION_ROOT, profiles.authority_name("GR", root_role), contingency_key=wrapped
        )
        device = self._authority(profiles.DEVICE_ROOT, profiles.authority_name("GDR"))
        return {
            "Root OCA": organisation,
            "Issuing OCA": self._authority(
                profiles.ORGANISATION_ISSUING, profiles.authority_name("G1", issuing_role), organisation
            ),
            "Root DCA": device,
            "Issuing DCA": self._authority(profiles.DEVICE_ISSUING, profiles.authority_name("GD1"), device),
        }

    def _authority(
        self, profile: Profile, name: x509.Name, above: Authority | None = None, contingency_key: bytes = b""
    ) -> Authority:
        key = _new_private_key(self._random)
        fields = Fields(
            subject=name,
            issuer=above.name if above else name,
            public_key=key.public_key(),
            serial=_new_serial(self._random),
            not_before=self._not_before,
            policy=self._policies[profile.policy],
            issuer_key_id=above.certificate.key_id if above else b"",
            contingency_key=contingency_key,
        )
        certificate = _sign(profiles.unsigned(profile, fields), above.private_key if above else key)
        return Authority(certificate, key)


def _sign(builder: x509.CertificateBuilder, key: EllipticCurvePrivateKey) -> Certificate:
    signed = builder.sign(key, SHA256(), ecdsa_deterministic=True)
    return Certificate.from_der(signed.public_bytes(Encoding.DER))


def _new_private_key(random_bytes: RandomBytes) -> EllipticCurvePrivateKey:
    # 64 bits more than the order has, so that the remainder is even to 2^-64
    scalar = int.from_bytes(random_bytes(40), "big") % (_ORDER - 1) + 1
    return derive_private_key(scalar, SECP256R1())


def _new_serial(random_bytes: RandomBytes) -> int:
    """A positive number of 16 octets: the top bit clear, the top octet not zero (GBCS 12)."""
    while True:
        octets = random_bytes(16)
        top = octets[0] & 0x7F
        if top:
            return int.from_bytes(bytes([top]) + octets[1:], "big")


def _start_of_day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _device_profile(use: KeyUse) -> Profile:
    if use is KeyUse.DIGITAL_SIGNATURE:
        return profiles.DEVICE_SIGNATURE
    if use is KeyUse.KEY_AGREEMENT:
        return profiles.DEVICE_AGREEMENT
    raise InvalidValue(f"a device has no certificate for {use}", field="use")


def _read_request(request: bytes) -> tuple[EllipticCurvePublicKey, KeyUse, x509.OtherName]:
    """Public key, use and hardware module name of a device's certification request."""
    try:
        parsed = x509.load_der_x509_csr(request)
        key, extensions, verified = parsed.public_key(), parsed.extensions, parsed.is_signature_valid
    except UNREADABLE as error:
        raise InvalidValue("not a readable certification request", field="CSR01") from error
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise InvalidValue("the key is not on P-256", field="CSR03")
    if not verified:
        raise InvalidValue("the request's signature does not verify", field="CSR04")
    stated = _extension(extensions, x509.KeyUsage)
    use = None if stated is None else _USES.get((stated.digital_signature, stated.key_agreement))
    if use is None:
        raise InvalidValue("exactly one of digitalSignature and keyAgreement is asked for", field="CSR05")
    names = _extension(extensions, x509.SubjectAlternativeName)
    if names is None or len(names) != 1 or device_of(names) is None:
        raise InvalidValue("one hardware module name with an EUI-64 is asked for", field="CSR06")
    if parsed.subject.rdns:
        raise InvalidValue("a device's subject is empty", field="CSR07")
    (name,) = names
    assert isinstance(name, x509.OtherName)
    return key, use, name


_USES = {(True, False): KeyUse.DIGITAL_SIGNATURE, (False, True): KeyUse.KEY_AGREEMENT}
_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


def _extension(extensions: x509.Extensions, kind: type[_Extension]) -> _Extension | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None

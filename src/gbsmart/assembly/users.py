"""The Users' file: which Users a system has, and how the DCC speaks to each (``gbsmart up --users FILE``).

A TOML file of ``[[user]]`` tables; README and docs/registers.md show one. What it says of a User is so from
the next start; a User that it leaves out stays as it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationError
from sqlalchemy import Connection

from gbsmart import parties
from gbsmart.duis import SCHEMA_VERSION
from gbsmart.ground import Eui64, GbsmartError, InvalidValue, NotFound
from gbsmart.keys import Certificate, KeyEntry, KeyUse, RemotePartyRole
from gbsmart.parties import Counted, Party, Threshold, User, UserRole
from gbsmart.trust import Party as CertifiedParty
from gbsmart.trust import user_party


def _eui(given: Any) -> Eui64:
    return given if isinstance(given, Eui64) else Eui64.parse(str(given))


def _moment(given: Any) -> Any:
    """A time without a zone is UTC."""
    return given.replace(tzinfo=UTC) if isinstance(given, datetime) and given.tzinfo is None else given


_Moment = Annotated[datetime | None, BeforeValidator(_moment)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class ThresholdEntry(_Entry):
    """One anomaly threshold: how many of ``variant`` may come in ``hours``."""

    variant: str
    counted: Counted = Counted.SERVICE_REQUEST
    hours: float = Field(24.0, gt=0)
    warning: int
    quarantine: int
    since: _Moment = None
    until: _Moment = None

    def threshold(self) -> Threshold:
        """As the register of Users has it."""
        period = timedelta(hours=self.hours)
        return Threshold(
            self.variant, self.counted, period, self.warning, self.quarantine, self.since, self.until
        )


class UserEntry(_Entry):
    """One User. What is left out stays as it is, or for a new User is as it is for most."""

    id: Annotated[Eui64, PlainValidator(_eui)]
    party: str = Field("", description="the Party's signifier")
    name: str = Field("", description="the Party's name, where the Party is new")
    roles: frozenset[UserRole] | None = None
    receive: tuple[str, ...] | None = Field(None, description="addresses: the primary, then the alternate")
    schema_version: str | None = None
    suspended: bool | None = None
    signing_certificate: Path | None = Field(None, description="PEM, relative to the file")
    threshold: tuple[ThresholdEntry, ...] | None = None


class _File(_Entry):
    user: tuple[UserEntry, ...] = ()


def read_users(path: Path) -> tuple[UserEntry, ...]:
    """The entries of a Users' file; raises :class:`InvalidValue` naming what is wrong in it."""
    try:
        found = _File.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise InvalidValue(f"{path} cannot be read: {wrong}", field="users") from None
    except ValidationError as wrong:
        first = wrong.errors()[0]
        raise InvalidValue(first["msg"], field=".".join(map(str, ("users", *first["loc"])))) from None
    named = [entry.id for entry in found.user]
    if len(set(named)) < len(named):
        raise InvalidValue("a User is named twice", field="users")
    folder = path.parent
    return tuple(
        entry.model_copy(update={"signing_certificate": folder / entry.signing_certificate})
        if entry.signing_certificate
        else entry
        for entry in found.user
    )


def enter_users(connection: Connection, entries: Iterable[UserEntry]) -> None:
    """Bring the register of Users to what a file says; raises :class:`InvalidValue` naming the User."""
    for entry in entries:
        try:
            _enter(connection, entry)
        except GbsmartError as wrong:
            raise InvalidValue(wrong.message, field=f"users.{entry.id}", remedy=wrong.remedy) from None


def certified(path: Path | None) -> tuple[CertifiedParty, ...]:
    """The Users of a file as parties of the test SMKI, which has keys for each; none without a file.

    Raises :class:`InvalidValue`, as :func:`read_users` does.
    """
    return certified_users(read_users(path) if path is not None else ())


def certified_users(entries: Iterable[UserEntry]) -> tuple[CertifiedParty, ...]:
    """The Users of these entries as parties of the test SMKI."""
    return tuple(
        user_party(entry.name or str(entry.id), entry.id, _remote_role(entry.roles))
        for entry in entries
        if entry.roles
    )


def _remote_role(roles: frozenset[UserRole]) -> RemotePartyRole:
    """What certificates call a User in these roles: the first that one of them makes it (assumed)."""
    return next((remote for role, remote in _REMOTE_ROLES.items() if role in roles), RemotePartyRole.OTHER)


_REMOTE_ROLES = {
    UserRole.IMPORT_SUPPLIER: RemotePartyRole.SUPPLIER,
    UserRole.GAS_SUPPLIER: RemotePartyRole.SUPPLIER,
    UserRole.EXPORT_SUPPLIER: RemotePartyRole.SUPPLIER,
    UserRole.ELECTRICITY_DISTRIBUTOR: RemotePartyRole.NETWORK_OPERATOR,
    UserRole.GAS_TRANSPORTER: RemotePartyRole.NETWORK_OPERATOR,
    UserRole.LOAD_CONTROLLER: RemotePartyRole.LOAD_CONTROLLER,
}


def lodged(connection: Connection) -> list[KeyEntry]:
    """The XML-signing certificates that Users lodged, for the DCC to find signers by."""
    held = parties.certificates(connection).values()
    return [KeyEntry(Certificate.from_der(der), KeyUse.XML_SIGNATURE) for der in held]


def _enter(connection: Connection, entry: UserEntry) -> None:
    try:
        before = parties.user(connection, entry.id)
    except NotFound:
        before = None
    user = User(
        entry.id,
        entry.party or (before.party if before else ""),
        entry.roles if entry.roles is not None else before.roles if before else frozenset(),
        entry.receive if entry.receive is not None else before.receive_addresses if before else (),
        entry.schema_version or (before.schema_version if before else SCHEMA_VERSION),
        entry.suspended if entry.suspended is not None else bool(before and before.suspended),
    )
    if not user.party:
        raise InvalidValue("a new User needs the signifier of its Party", field="party")
    if user.party not in {party.signifier for party in parties.parties(connection)}:
        parties.add_party(connection, Party(user.party, entry.name or user.party))
    (parties.change_user if before else parties.add_user)(connection, user)
    if entry.signing_certificate is not None:
        parties.lodge_certificate(connection, user.id, _certificate(entry.signing_certificate, user.id))
    if entry.threshold is not None:
        parties.set_thresholds(connection, user, [one.threshold() for one in entry.threshold])


def _certificate(path: Path, user: Eui64) -> bytes:
    """The DER of a User's own XML-signing certificate."""
    try:
        certificate = Certificate.from_pem(path.read_bytes())
    except OSError as wrong:
        raise InvalidValue(f"{path} cannot be read: {wrong.strerror}", field="signing_certificate") from None
    if certificate.holder != user or certificate.role != RemotePartyRole.XML_SIGN:
        raise InvalidValue(
            f"{path} is of {certificate.holder} in role {certificate.role}, not this User's for XML signing",
            field="signing_certificate",
        )
    return certificate.der

"""Parties, Users and User Roles as values."""

from __future__ import annotations

from dataclasses import dataclass

from gbsmart.duis import UserRole
from gbsmart.ground import Eui64


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation that acceded to the Code; ``signifier`` is its short name in registers."""

    signifier: str
    name: str


@dataclass(frozen=True, slots=True)
class User:
    """One User ID of a Party, with what the DCC needs to know to serve it.

    ``receive_addresses`` are the URLs of its Receive Response service: the primary, then the
    alternate. ``schema_version`` is the DUIS version in which it is spoken to. ``suspended`` stops this
    User ID by itself; ``suspended_roles`` follow from its Party's rights (SEC M8).
    """

    id: Eui64
    party: str
    roles: frozenset[UserRole]
    receive_addresses: tuple[str, ...] = ()
    schema_version: str = "5.4"
    suspended: bool = False
    suspended_roles: frozenset[UserRole] = frozenset()

    @property
    def live_roles(self) -> frozenset[UserRole]:
        """The roles in which its Party may be a User."""
        return self.roles - self.suspended_roles if self.suspended_roles else self.roles

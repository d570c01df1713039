"""What a GBCS version brought or ended, as data: use cases, alert codes, the shape of an object.

A change says which version is the first that is so. Use cases are named as the table of message codes
names them (section 15): one name stands for all codes that bear it, commands and alerts alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from gbsmart import ground


@dataclass(frozen=True, kw_only=True)
class Change(ground.Change):
    """One difference between a version and those before it.

    ``devices`` are the types that it is a change for; none: all that have to do with it.
    """

    devices: tuple[str, ...] = ()

    @property
    def brought(self) -> tuple[str, ...]:
        """Use cases that earlier versions do not have."""
        return ()

    @property
    def ended(self) -> tuple[str, ...]:
        """Use cases that this version and later ones do not have."""
        return ()

    @property
    def alerts(self) -> tuple[int, ...]:
        """Alert codes that earlier versions do not have, beside those of the use cases."""
        return ()


@dataclass(frozen=True, kw_only=True)
class UseCasesAdded(Change):
    """Use cases that came."""

    added: tuple[str, ...]

    @property
    def brought(self) -> tuple[str, ...]:
        """All of them."""
        return self.added

    @property
    def says(self) -> str:
        """They are new."""
        return f"{', '.join(self.added)} {'is' if len(self.added) == 1 else 'are'} new"


@dataclass(frozen=True, kw_only=True)
class UseCaseReplaced(Change):
    """A use case in whose place another came: a device takes one or the other."""

    before: str
    after: str

    @property
    def brought(self) -> tuple[str, ...]:
        """The later one."""
        return (self.after,)

    @property
    def ended(self) -> tuple[str, ...]:
        """The earlier one."""
        return (self.before,)

    @property
    def says(self) -> str:
        """The later one stands in the place of the earlier."""
        return f"{self.after} in place of {self.before}"


@dataclass(frozen=True, kw_only=True)
class UseCasesRemoved(Change):
    """Use cases that went, and none took their place."""

    removed: tuple[str, ...]

    @property
    def ended(self) -> tuple[str, ...]:
        """All of them."""
        return self.removed

    @property
    def says(self) -> str:
        """They are gone."""
        return f"{', '.join(self.removed)} {'is' if len(self.removed) == 1 else 'are'} gone"


@dataclass(frozen=True, kw_only=True)
class AlertsAdded(Change):
    """Alert codes that came and go out in messages that there were before (``GCA``, ``GNCA``)."""

    codes: tuple[int, ...]

    @property
    def alerts(self) -> tuple[int, ...]:
        """All of them."""
        return self.codes

    @property
    def says(self) -> str:
        """They are new."""
        named = ", ".join(f"{code:04X}" for code in self.codes)
        return f"alert code{'s' if len(self.codes) > 1 else ''} {named}"


@dataclass(frozen=True, kw_only=True)
class ShapeChanged(Change):
    """Objects that hold something else than they did, told by the beginnings of their names.

    Such an object is declared with both shapes, and the use case that writes it says which of them it has.
    """

    objects: tuple[str, ...]
    before: str
    after: str

    @property
    def says(self) -> str:
        """What they hold and held."""
        return f"{', '.join(self.objects)}: {self.after}, where it was {self.before}"

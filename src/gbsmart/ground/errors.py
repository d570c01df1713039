"""The small hierarchy of errors: each carries the fact needed to act on it.

Every error that gbsmart raises on purpose is a :class:`GbsmartError`. It says whose fault it is
(:class:`Blame`), and, where the Smart Energy Code has one, the DUIS response code that a User would
see. Anything else that escapes is a defect of ours.
"""

from __future__ import annotations

from enum import StrEnum


class Blame(StrEnum):
    """Whose fault an error is: it decides whether to answer, to retry, or to file a defect."""

    PEER = "peer"  # what we were given is wrong
    CALLER = "caller"  # what we were asked to do is wrong
    WORLD = "world"  # something we depend on is missing or down


class GbsmartError(Exception):
    """What went wrong, whose fault it is, and what to do next.

    ``message`` is one sentence. ``remedy`` is what the reader can do about it ("" when nothing).
    ``response_code`` is the DUIS response code (``"E2"``) where the Code has one, else ``None``.
    """

    blame: Blame = Blame.CALLER

    def __init__(self, message: str, *, remedy: str = "", response_code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.response_code = response_code

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()


class MalformedMessage(GbsmartError):
    """Octets (or a document) from a peer that break a rule of their format.

    ``offset`` is the octet at which the rule is broken, counted from the start of the message, or
    ``None`` where the format has no octets to count. ``where`` names the field.
    """

    blame = Blame.PEER

    def __init__(
        self,
        message: str,
        *,
        offset: int | None = None,
        where: str = "",
        remedy: str = "",
        response_code: str | None = None,
    ) -> None:
        place = " ".join(part for part in (where, f"at octet {offset}" if offset is not None else "") if part)
        super().__init__(
            f"{message} ({place})" if place else message, remedy=remedy, response_code=response_code
        )
        self.reason = message
        self.offset = offset
        self.where = where


class InvalidValue(GbsmartError):
    """A value that cannot be written: out of range, missing, of the wrong kind.

    ``field`` is the dotted path of the value, such as ``prices.0.scale``.
    """

    def __init__(
        self, message: str, *, field: str = "", remedy: str = "", response_code: str | None = None
    ) -> None:
        super().__init__(
            f"{field}: {message}" if field else message, remedy=remedy, response_code=response_code
        )
        self.reason = message
        self.field = field


class NotFound(GbsmartError):
    """A thing that was asked for by name and is not there."""


class NotAllowed(GbsmartError):
    """What the one who asks may not do: no capacity for it, or a right that is suspended."""


class NotSignedIn(NotAllowed):
    """What only somebody known may do, and nobody has said who asks."""

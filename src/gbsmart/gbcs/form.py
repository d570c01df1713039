"""Forms: what a message of one use case holds, as an ordered list of references to objects.

A form's *name* is its identity (``ECS17b``): one message code may carry several forms, told apart by
content. A form has up to three bodies, for command, response and alert; each reads a walked payload
as values and writes values as a payload (GBCS sections 15 to 20, the use cases).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from gbsmart.gbcs.envelope import Cra
from gbsmart.gbcs.message_codes import message_code
from gbsmart.gbcs.shape import Context
from gbsmart.gbcs.tree import Node


@dataclass(slots=True)
class Outcome:
    """What a device answered: never an exception, even where it refused.

    ``results`` has one code per item asked for (DLMS results, ZCL statuses, an ASN.1 response code);
    0 is success. ``failed_at`` is the first item that failed, ``attribute_errors`` the values that
    failed alone while the rest was delivered. ``values`` holds what was delivered.
    """

    values: dict[str, Any]
    results: tuple[int, ...] = ()
    attribute_errors: dict[str, int] = field(default_factory=dict)

    @property
    def failed_at(self) -> int | None:
        """The index of the first item that failed, or None."""
        return next((index for index, code in enumerate(self.results) if code), None)

    @property
    def code(self) -> int | None:
        """The code of the first failure, or None."""
        return next((code for code in self.results if code), None)

    @property
    def success(self) -> bool:
        """Whether every item succeeded and every value was delivered."""
        return self.code is None and not self.attribute_errors


Values = Mapping[str, Any]


class Body(Protocol):
    """One direction of a form."""

    def recognises(self, payload: Node) -> bool:
        """Whether ``payload`` has this body's structure (its code is already known to fit)."""
        ...

    def take(self, payload: Node, context: Context) -> Any:
        """Values (a mapping) of a command or alert, an :class:`Outcome` of a response."""
        ...

    def put(self, values: Any, context: Context) -> bytes:
        """The payload; raises :class:`~gbsmart.ground.InvalidValue` naming the field."""
        ...

    def canonical(self, values: Any) -> Any:
        """``values`` as a reader of the written payload would find them."""
        ...

    def fields(self) -> tuple[str, ...]:
        """The names of the values this body holds, in order."""
        ...


@dataclass(frozen=True)
class Form:
    """One use case's message: its name, message code, and bodies by CRA flag.

    It is ``verified`` where public test messages of every body that it has were read and written again.
    One that is not was declared from descriptions alone.
    """

    name: str
    code: int
    command: Body | None = None
    response: Body | None = None
    alert: Body | None = None
    verified: bool = True

    @property
    def title(self) -> str:
        """What GBCS calls the messages of its code."""
        return message_code(self.code).title

    def body(self, cra: Cra) -> Body | None:
        """The body for commands, responses or alerts."""
        return {Cra.COMMAND: self.command, Cra.RESPONSE: self.response, Cra.ALERT: self.alert}[cra]

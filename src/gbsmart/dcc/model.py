"""The values and state machines of the DCC's way of a Service Request.

Three machines, declared as data: a *request* (what the User was promised), a *command* (what goes to
a device through a lane) and a *delivery* (what goes back to a User). And one table of knowledge: which
User Roles a device knows as a remote party.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from gbsmart.ground import Eui64, InvalidValue, Machine, Transition
from gbsmart.inventory import DeviceType
from gbsmart.keys import RemotePartyRole
from gbsmart.parties import UserRole


class RequestKey(NamedTuple):
    """A RequestID: unique for ever. ``device`` is its target (the ACB itself for CV8 requests)."""

    device: Eui64
    originator: Eui64
    counter: int

    def __str__(self) -> str:
        return f"{self.originator}:{self.device}:{self.counter}"

    @classmethod
    def parse(cls, text: str) -> RequestKey:
        """Read ``originator:target:counter`` as DUIS writes it; raises :class:`InvalidValue`."""
        parts = text.split(":")
        if len(parts) != 3 or not parts[2].isdecimal() or int(parts[2]) >= 1 << 64:
            raise InvalidValue(f"{text!r} is not a RequestID", field="RequestID")
        return cls(Eui64.parse(parts[1]), Eui64.parse(parts[0]), int(parts[2]))

    @property
    def transport_id(self) -> str:
        """The name of its command's delivery on the WAN: the same for every sending."""
        return f"{self.originator.compact}-{self.device.compact}-{self.counter}"

    @classmethod
    def of_transport(cls, transport_id: str) -> RequestKey | None:
        """The key that :attr:`transport_id` names; None for any other text."""
        found = _TRANSPORT_ID.fullmatch(transport_id)
        if found is None or int(found[3]) >= 1 << 64:
            return None
        return cls(Eui64.parse(found[2]), Eui64.parse(found[1]), int(found[3]))


_TRANSPORT_ID = re.compile(r"([0-9a-f]{16})-([0-9a-f]{16})-(0|[1-9][0-9]{0,19})")


class LaneKey(NamedTuple):
    """A lane: the commands of one Business Originator to one device, in their order of dispatch."""

    device: Eui64
    originator: Eui64


class NewRequest(NamedTuple):
    """A Service Request on arrival; ``content`` is its exact octets."""

    key: RequestKey
    variant: str
    command_variant: int
    content: bytes
    received_at: datetime


class Request(NamedTuple):
    """A Service Request as stored. Digests name octets held once in ``message``.

    ``answer`` is the synchronous answer that was given (to the first message: request), and
    ``signed_answer`` the one to a Signed Pre-Command that came later under the same RequestID.
    ``due`` is when a held request falls due, or when one that waits gives up waiting.
    """

    key: RequestKey
    variant: str
    command_variant: int
    state: str
    outcome: str | None
    code: str
    received_at: datetime
    due: datetime | None
    content: bytes
    answer: bytes | None
    pre_command: bytes | None
    signed_pre_command: bytes | None
    signed_answer: bytes | None


class Command(NamedTuple):
    """A command in its lane. ``content`` is its octets once built: the same for every sending.

    ``sent_at`` is when it was sent; while it is only built, when the WAN may have taken it first, and None
    where that is certain not to have happened. ``succeeded`` is None until somebody had to know.
    """

    key: RequestKey
    lane: LaneKey
    state: str
    position: int | None
    counter: int | None
    deadline: datetime | None
    sent_at: datetime | None
    succeeded: bool | None
    content: bytes | None

    @property
    def is_built(self) -> bool:
        """Whether its octets exist: then those are sent, whatever happened since."""
        return self.content is not None


class Event(NamedTuple):
    """A line of the ledger: what changed, when, and by which message.

    ``originator`` and ``counter`` complete the RequestID where the event is about a request; ``message``
    is the digest of the octets concerned.
    """

    id: int
    device: Eui64
    originator: Eui64 | None
    counter: int | None
    at: datetime
    name: str
    source: str
    target: str
    code: str
    message: bytes | None
    detail: str


_Q = "quarantine"

REQUEST = Machine(
    name="request",
    initial="received",
    final=frozenset({"refused", "lapsed", "deleted", "completed", "delivered", "retained"}),
    transitions=(
        # The synchronous part: one answer in the same exchange.
        Transition("received", "refuse", "refused", code="E"),
        Transition("received", "complete", "completed", guard="CV2, CV8", code="I0"),
        Transition("received", "issue pre-command", "awaiting signature", guard="CV4", code="I0"),
        Transition("received", "acknowledge", "acknowledged", code="I99"),
        Transition("received", "execute schedule", "queued", guard="CV9, the DCC's own"),
        # A critical request continues when its Signed Pre-Command comes; a bad one may be sent again.
        Transition("awaiting signature", "refuse signed pre-command", "awaiting signature", code="E48"),
        Transition("awaiting signature", "acknowledge", "acknowledged", code="I99"),
        Transition("awaiting signature", "complete", "completed", guard="CV6", code="I0"),
        Transition("awaiting signature", "lapse", "lapsed"),
        # Threshold Anomaly Detection is not an error: the User decides.
        Transition("acknowledged", _Q, "quarantined", code="N44"),
        Transition("quarantined", "release", "acknowledged"),
        Transition("quarantined", "delete", "deleted"),
        # Where an acknowledged request waits.
        Transition("acknowledged", "queue", "queued"),
        Transition("acknowledged", "hold", "held", guard="future dated, held by the DCC"),
        Transition("acknowledged", "wait for predecessor", "sequenced"),
        Transition("acknowledged", "complete", "answered", guard="CV1 to the DCC itself", code="I0"),
        Transition("held", "fall due", "queued"),
        Transition("held", "cancel", "cancelled"),
        Transition("held", "remove", "failed", code="N3"),
        Transition("held", "expire", "failed", code="N10"),
        Transition("sequenced", "predecessor succeeded", "queued"),
        Transition("sequenced", "predecessor failed", "failed", code="E40"),
        Transition("sequenced", "expire", "failed", code="E41"),
        Transition("acknowledged", "fail", "failed"),
        # The way over the WAN.
        Transition("queued", "dispatch", "dispatched"),
        Transition("queued", "undeliverable", "failed", code="N12"),
        Transition("queued", "fail", "failed"),
        Transition("dispatched", "respond", "answered", code="I0"),
        Transition("dispatched", "accept", "awaiting execution", guard="future dated, held by the device"),
        Transition("dispatched", "time out", "outcome unknown", code="N13"),
        Transition("awaiting execution", "last outcome alert", "answered"),
        Transition("awaiting execution", "cancel", "cancelled", guard="the device took a cancellation"),
        Transition("awaiting execution", "time out", "outcome unknown", code="N14"),
        # The outcome reaches the User, or is kept for it.
        *(
            Transition(outcome, event, end)
            for outcome in ("answered", "failed", "outcome unknown", "cancelled")
            for event, end in (("deliver", "delivered"), ("give up delivery", "retained"))
        ),
    ),
)
"""The life of a Service Request (DUIS 7; the alert codes of time-outs are basis M)."""

OUTCOMES = frozenset(
    {"refused", "completed", "lapsed", "deleted", "answered", "failed", "outcome unknown", "cancelled"}
)
"""The states that decide a request: every request passes exactly one, and ``outcome`` keeps it."""

COMMAND = Machine(
    name="command",
    initial="queued",
    final=frozenset({"answered", "timed out", "undeliverable", "cancelled"}),
    transitions=(
        Transition("queued", "await predecessor", "waiting"),
        Transition("waiting", "release", "queued", effect="its place in the lane is given now"),
        Transition("waiting", "cancel", "cancelled"),
        Transition("queued", "build", "built", effect="octets, counter and transport id are durable"),
        Transition("queued", "undeliverable", "undeliverable"),
        Transition("queued", "cancel", "cancelled"),
        Transition("built", "send", "sent", effect="the deadline runs"),
        Transition("built", "answer", "answered", guard="the answer overtook the record of sending"),
        Transition("built", "undeliverable", "undeliverable", guard="the WAN never took it"),
        Transition("built", "time out", "timed out", guard="the WAN may have taken it"),
        Transition("sent", "answer", "answered"),
        Transition("sent", "time out", "timed out"),
    ),
)
"""The life of a command in its lane. Built octets are never built again: they are sent again."""

DELIVERY = Machine(
    name="delivery",
    initial="pending",
    final=frozenset({"taken", "retained"}),
    transitions=(
        Transition("pending", "refused", "pending", effect="next attempt after a back-off"),
        Transition("pending", "taken", "taken"),
        Transition("pending", "give up", "retained", effect="kept, and not sent any more"),
    ),
)
"""The life of a message to a User's Receive Response service."""


SCHEDULE = Machine(
    name="schedule",
    initial="active",
    final=frozenset({"deleted", "removed", "ended"}),
    transitions=(
        Transition("active", "delete", "deleted", guard="5.3"),
        Transition("active", "remove", "removed", guard="access control fails at an execution", code="N"),
        Transition("active", "end", "ended", guard="its end date"),
    ),
)
"""The life of a DCC schedule (DUIS 7.6)."""


def target_of(machine: Machine, event: str) -> str:
    """The one state to which ``event`` leads, wherever it happens."""
    (target,) = {step.target for step in machine.transitions if step.event == event}
    return target


def states_before(machine: Machine, event: str) -> str:
    """The states in which ``event`` means something, as the list that SQL's ``IN`` takes."""
    return ", ".join(f"'{state}'" for state in machine.sources(event))


class Standing(NamedTuple):
    """How a device knows the User in a role: by the credential ``cell`` it holds, or not at all.

    ``cell`` None means unknown: the Command goes out in the ACB's name, with the User in the
    supplementary fields (RequestID mapping B). ``always_unknown`` lists the variants for which even a
    known party is treated so. ``basis``: V verified on public vectors, M from memory, I inferred.
    """

    cell: RemotePartyRole | None
    basis: str
    always_unknown: frozenset[str] = frozenset()

    def is_known_for(self, variant: str) -> bool:
        """Whether the Command of ``variant`` names the User as its Business Originator (mapping A)."""
        return self.cell is not None and variant not in self.always_unknown


_SUPPLIER, _NETWORK = RemotePartyRole.SUPPLIER, RemotePartyRole.NETWORK_OPERATOR
_ELSEWHERE = (DeviceType.CHF, DeviceType.PPMID)
_WITHOUT_SIGNATURE = frozenset({"8.9", "11.2"})
"""What a load switch is asked under a MAC: it has its supplier's signing certificate only. 11.2 is V."""
_REMOTE = (DeviceType.ESME, DeviceType.GSME, DeviceType.GPF, *_ELSEWHERE, DeviceType.HCALCS)

STANDINGS: dict[tuple[UserRole, DeviceType], Standing] = {
    (UserRole.IMPORT_SUPPLIER, DeviceType.ESME): Standing(_SUPPLIER, "V"),
    (UserRole.IMPORT_SUPPLIER, DeviceType.HCALCS): Standing(_SUPPLIER, "V", _WITHOUT_SIGNATURE),
    (UserRole.GAS_SUPPLIER, DeviceType.GSME): Standing(_SUPPLIER, "V"),
    (UserRole.GAS_SUPPLIER, DeviceType.GPF): Standing(_SUPPLIER, "V"),
    (UserRole.ELECTRICITY_DISTRIBUTOR, DeviceType.ESME): Standing(_NETWORK, "V"),
    (UserRole.ELECTRICITY_DISTRIBUTOR, DeviceType.HCALCS): Standing(None, "M"),
    (UserRole.GAS_TRANSPORTER, DeviceType.GSME): Standing(None, "V"),
    (UserRole.GAS_TRANSPORTER, DeviceType.GPF): Standing(_NETWORK, "M"),
    (UserRole.LOAD_CONTROLLER, DeviceType.ESME): Standing(RemotePartyRole.LOAD_CONTROLLER, "V"),
    **{
        (role, kind): Standing(
            None, "V" if role in (UserRole.IMPORT_SUPPLIER, UserRole.GAS_SUPPLIER) else "M"
        )
        for role in (
            UserRole.IMPORT_SUPPLIER,
            UserRole.GAS_SUPPLIER,
            UserRole.ELECTRICITY_DISTRIBUTOR,
            UserRole.GAS_TRANSPORTER,
        )
        for kind in _ELSEWHERE
    },
    **{
        (role, kind): Standing(None, "M")
        for role in (UserRole.EXPORT_SUPPLIER, UserRole.REGISTERED_SUPPLIER_AGENT, UserRole.OTHER_USER)
        for kind in _REMOTE
    },
}
"""Known or unknown remote party, by role and device type; a pair that is absent does not occur.

A SAPC counts as an ESME.
"""

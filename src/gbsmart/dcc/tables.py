"""The tables of the DCC's pipeline.

Every hot table carries the device, the distribution key: on PostgreSQL those that grow with the
traffic are hash-partitioned by it. Requests are known by their RequestID, never by a number of ours.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    text,
)

from gbsmart.store import Counter, Eui, Identity, Moment, metadata

# The octets of every message, once: rows elsewhere refer to them by SHA-256 digest.
message = Table(
    "message",
    metadata,
    Column("device", Eui, primary_key=True),
    Column("digest", LargeBinary(32), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("stored_at", Moment, nullable=False),
)

request = Table(
    "request",
    metadata,
    Column("device", Eui, primary_key=True),
    Column("originator", Eui, primary_key=True),
    Column("counter", Counter, primary_key=True, autoincrement=False),
    Column("variant", String(10), nullable=False),
    Column("command_variant", SmallInteger, nullable=False),
    Column("state", String(24), nullable=False),
    Column("outcome", String(24)),
    Column("code", String(10), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("due", Moment),
    Column("content", LargeBinary(32), nullable=False),
    Column("answer", LargeBinary(32)),
    Column("pre_command", LargeBinary(32)),
    Column("signed_pre_command", LargeBinary(32)),
    Column("signed_answer", LargeBinary(32)),
)
_HAS_DUE = text("due IS NOT NULL")
Index("ix_request_due", request.c.state, request.c.due, sqlite_where=_HAS_DUE, postgresql_where=_HAS_DUE)
# Both written once per request, for people who look: what they hold never changes.
Index("ix_request_received", request.c.received_at)
Index("ix_request_variant", request.c.variant, request.c.received_at)
UNUSUAL = text("code NOT IN ('', 'I0', 'I99')")
"""What an index of codes holds: those that tell something, and so next to none of the ordinary traffic."""
Index(
    "ix_request_unusual",
    request.c.code,
    request.c.received_at,
    sqlite_where=UNUSUAL,
    postgresql_where=UNUSUAL,
)

# A lane's ``ready`` is the moment from which a worker may claim it: now when it has work, the end of
# the lease while it is claimed, NULL when it is empty. Positions are dense; those up to ``head`` are
# done, those up to ``tail`` exist.
lane = Table(
    "lane",
    metadata,
    Column("device", Eui, primary_key=True),
    Column("originator", Eui, primary_key=True),
    Column("tail", BigInteger, nullable=False),
    Column("head", BigInteger, nullable=False),
    Column("ready", Moment),
    Column("claim", String(60)),
)
_IS_READY, _IS_CLAIMED = text("ready IS NOT NULL"), text("claim IS NOT NULL")
Index("ix_lane_ready", lane.c.ready, sqlite_where=_IS_READY, postgresql_where=_IS_READY)
Index("ix_lane_claim", lane.c.claim, sqlite_where=_IS_CLAIMED, postgresql_where=_IS_CLAIMED)

command = Table(
    "command",
    metadata,
    Column("device", Eui, primary_key=True),
    Column("requester", Eui, primary_key=True),
    Column("request_counter", Counter, primary_key=True, autoincrement=False),
    Column("originator", Eui, nullable=False),
    Column("state", String(16), nullable=False),
    Column("position", BigInteger),
    Column("counter", Counter),
    Column("deadline", Moment),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("settled_at", Moment),
    Column("succeeded", Boolean),
    Column("content", LargeBinary(32)),
    Column("after_device", Eui),
    Column("after_originator", Eui),
    Column("after_counter", Counter),
    UniqueConstraint("device", "originator", "position", name="uq_command_position"),
)
_IS_SENT, _IS_WAITING = text("state = 'sent'"), text("state = 'waiting'")
Index("ix_command_deadline", command.c.deadline, sqlite_where=_IS_SENT, postgresql_where=_IS_SENT)
Index(
    "ix_command_after",
    command.c.after_device,
    command.c.after_originator,
    command.c.after_counter,
    sqlite_where=_IS_WAITING,
    postgresql_where=_IS_WAITING,
)

_IS_IN_ITS_NAME = text("originator <> requester")
Index(
    "ix_command_counter",
    command.c.device,
    command.c.originator,
    command.c.counter,
    sqlite_where=_IS_IN_ITS_NAME,
    postgresql_where=_IS_IN_ITS_NAME,
)

# The last counter that a DCC party (the ACB, the CoS Party) used towards a device.
originator_counter = Table(
    "originator_counter",
    metadata,
    Column("device", Eui, primary_key=True),
    Column("originator", Eui, primary_key=True),
    Column("last", Counter, nullable=False),
)

# DCC schedules (5.1): what each reads and when is in the octets of the request that created it.
# ``runs`` counts its executions, and so tells the day of the next, which is due at ``next_at``.
dsp_schedule = Table(
    "dsp_schedule",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("device", Eui, nullable=False),
    Column("user_id", Eui, nullable=False),
    Column("target", Eui, nullable=False),
    Column("counter", Counter, nullable=False),
    Column("content", LargeBinary(32), nullable=False),
    Column("state", String(10), nullable=False),
    Column("runs", Integer, nullable=False),
    Column("next_at", Moment),
)
_IS_ACTIVE = text("state = 'active'")
Index("ix_dsp_schedule_next_at", dsp_schedule.c.next_at, sqlite_where=_IS_ACTIVE, postgresql_where=_IS_ACTIVE)
Index("ix_dsp_schedule_device", dsp_schedule.c.device, dsp_schedule.c.user_id)

# Which schedule a request is an execution of: those requests are the DCC's own.
schedule_run = Table(
    "schedule_run",
    metadata,
    Column("device", Eui, primary_key=True),
    Column("originator", Eui, primary_key=True),
    Column("counter", Counter, primary_key=True, autoincrement=False),
    Column("schedule", BigInteger, nullable=False),
)

# Append-only. ``id`` rises but identity order is not commit order on PostgreSQL, so ``xact`` (the
# transaction's number there, 0 on SQLite) stands before it whenever the ledger is read forward there.
event = Table(
    "event",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("device", Eui, nullable=False),
    Column("originator", Eui),
    Column("counter", Counter),
    Column("at", Moment, nullable=False),
    Column("name", String(40), nullable=False),
    Column("source", String(24), nullable=False),
    Column("target", String(24), nullable=False),
    Column("code", String(10), nullable=False),
    Column("message", LargeBinary(32)),
    Column("detail", String, nullable=False),
    Column("xact", BigInteger, nullable=False),
)
Index("ix_event_request", event.c.device, event.c.originator, event.c.counter, event.c.id)
Index("ix_event_forward", event.c.xact, event.c.id, sqlite_where=text("xact > 0"))  # there it holds nothing
IS_TURNED_AWAY = text("name = 'turn away'")
Index("ix_event_turned_away", event.c.id, sqlite_where=IS_TURNED_AWAY, postgresql_where=IS_TURNED_AWAY)
IS_SAID = text("detail != ''")
Index("ix_event_said", event.c.device, event.c.id, sqlite_where=IS_SAID, postgresql_where=IS_SAID)

consumption = Table(
    "consumption",
    metadata,
    Column("consumer", String(40), primary_key=True),
    Column("event", BigInteger, primary_key=True, autoincrement=False),
)

bookmark = Table(
    "bookmark",
    metadata,
    Column("consumer", String(40), primary_key=True),
    Column("xact", BigInteger, nullable=False),
    Column("event", BigInteger, nullable=False),
)

# Messages on their way to Users. ``once`` names what a message is (the outcome of a RequestID, an alert
# by its device and transport id), so that no repeat of a transaction can queue it twice. (What a device
# says twice is recognised before, by its octets.) ``next_at`` is of the DCC's clock; ``leased_until``, the
# end of a worker's claim, is of the machine's: HTTP takes its time whatever the DCC's clock does.
delivery = Table(
    "delivery",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("user_id", Eui, nullable=False),
    Column("once", String(120), nullable=False),
    Column("device", Eui, nullable=False),
    Column("originator", Eui),
    Column("counter", Counter),
    Column("message", LargeBinary(32), nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment),
    Column("leased_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("settled_at", Moment),
    UniqueConstraint("user_id", "once", name="uq_delivery_once"),
)
_IS_PENDING = text("state = 'pending'")
Index(
    "ix_delivery_next",
    delivery.c.user_id,
    delivery.c.next_at,
    sqlite_where=_IS_PENDING,
    postgresql_where=_IS_PENDING,
)
Index(
    "ix_delivery_head",
    delivery.c.user_id,
    delivery.c.id,
    sqlite_where=_IS_PENDING,
    postgresql_where=_IS_PENDING,
)

"""What is only ever added: entries of a ledger, documents and notices of a case, and references of cases."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from gbsmart.accounts import Capacity
from gbsmart.ground import InvalidValue
from gbsmart.procedures.fields import check_text
from gbsmart.procedures.model import NewDocument
from gbsmart.procedures.receipt import received_at
from gbsmart.procedures.tables import case_document, case_entry, case_notice, case_number

if TYPE_CHECKING:
    from gbsmart.procedures.situation import Situation

_ENDING = re.compile(r"(?<=.)\.[A-Za-z0-9]{1,5}\Z")
_BETWEEN_WORDS = re.compile(r"_|(?<!\d)-|-(?!\d)")
LARGEST_DOCUMENT = 20 << 20
"""Octets of a document."""
LONGEST_KIND, LONGEST_TITLE = 100, 300
"""Characters of its kind, and of its title, which is cut."""


def enter(situation: Situation, source: str) -> int:
    """Write an act into the ledger of its case, which came from the state ``source``; the entry's number."""
    reference = situation.case.reference
    number = _next(situation.connection, case_entry, reference)
    situation.connection.execute(
        insert(case_entry).values(
            reference=reference, number=number, at=situation.at, act=situation.act.name,
            account=situation.actor.account, role=situation.actor.capacity.role.value,
            acting_for=situation.actor.capacity.of, source=source, target=situation.case.state,
            outcome=situation.outcome, reason=situation.reason or situation.act.title,
            given=dict(situation.given),
        )
    )  # fmt: skip
    return number


def file(connection: Connection, reference: str, document: NewDocument) -> None:
    """File a document with the last entry of the ledger; raises as :func:`check_document`."""
    check_document(document)
    connection.execute(
        insert(case_document).values(
            reference=reference, number=_next(connection, case_document, reference),
            kind=document.kind, title=document.title[:LONGEST_TITLE], media_type=document.media_type,
            size=len(document.octets), sha256=sha256(document.octets).hexdigest(),
            entry=_last(connection, case_entry, reference), confidential=document.confidential,
            file_name=document.file_name[:LONGEST_TITLE], octets=document.octets,
        )
    )  # fmt: skip


def title_of_file(name: str) -> str:
    """A file's name as a title: ``budget_2024-25_v2.pdf`` is *Budget 2024-25 v2*."""
    stem = _ENDING.sub("", name)
    words = " ".join(_BETWEEN_WORDS.sub(" ", stem).split())
    return words[:1].upper() + words[1:] if words else name


def check_document(document: NewDocument) -> None:
    """Raise :class:`InvalidValue` for a document that no case holds."""
    check_text(document.kind, "document")
    if len(document.kind) > LONGEST_KIND:
        raise InvalidValue(f"more than {LONGEST_KIND} characters name its kind", field="document")
    check_text(document.title, "document")
    check_text(document.file_name, "document")
    if len(document.octets) > LARGEST_DOCUMENT:
        raise InvalidValue(f"more than {LARGEST_DOCUMENT:,} octets", field=document.title)


def serve(
    connection: Connection, reference: str, to: Capacity, subject: str, text: str, channel: str, at: datetime
) -> datetime:
    """Serve a notice in a case (SEC M10); the moment at which it counts as received."""
    received = received_at(channel, at)
    connection.execute(
        insert(case_notice).values(
            reference=reference, number=_next(connection, case_notice, reference),
            entry=_last(connection, case_entry, reference), to=str(to), subject=subject[:300],
            text=text, channel=channel, sent_at=at, received_at=received,
        )
    )  # fmt: skip
    return received


def next_reference(connection: Connection, prefix: str) -> str:
    """The next reference; a counter that is held until the transaction ends, so that none is given twice."""
    counted = update(case_number).where(case_number.c.prefix == prefix).values(last=case_number.c.last + 1)
    if not connection.execute(counted).rowcount:
        with suppress(IntegrityError), connection.begin_nested():  # or somebody else's is the first
            connection.execute(insert(case_number).values(prefix=prefix, last=0))
        connection.execute(counted)
    last = connection.scalar(select(case_number.c.last).where(case_number.c.prefix == prefix))
    return f"{prefix}{last:03}"


def _next(connection: Connection, table: Table, reference: str) -> int:
    return _last(connection, table, reference) + 1


def _last(connection: Connection, table: Table, reference: str) -> int:
    return connection.scalar(select(func.max(table.c.number)).where(table.c.reference == reference)) or 0

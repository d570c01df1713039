"""The library's values as JSON values: what commands, the interface for programs and pages all say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gbsmart.codebook.model import Event, Provision, Status, Term, Verb
from gbsmart.codebook.references import CODE, is_paragraph, normal, parent_of
from gbsmart.codebook.service import known_ref, placed, provision_at, provisions_at, version_at
from gbsmart.ground import NotFound
from gbsmart.ground.working_days import civil_day

SUMMARY_NOTE = "This is a summary in our words, not the text of the Code."


def whole(connection: Connection, ref: str, moment: datetime, *, in_force: bool = False) -> dict[str, Any]:
    """A provision at a moment with what lies within it: the next level, and paragraphs with their clauses.

    For a clause that is not held by itself, what it lies in, and a note that says so. Raises
    :class:`NotFound` where not even that is part of the Code.
    """
    held, note = _held(connection, ref)
    found = provision_at(connection, held, moment, in_force=in_force)
    document = None if held == CODE else found.document
    inside = _inside(held, provisions_at(connection, moment, document, in_force=in_force))
    return {
        "asked": ref, "note": note, "at": _day(moment), "moment": _moment(moment),
        "version": _version(connection, moment), **line(found), "parent": found.parent,
        "document": found.document, "text": found.text, "is_summary": found.is_summary,
        "source": found.source, "since": _day(found.since), "until": _day(found.until) if found.until else "",
        "changed_by": changed_by(found), "behind": _behind(found),
        "within": [{**line(each), "text": each.text} for each in inside],
    }  # fmt: skip


def _inside(held: str, provisions: Iterable[Provision]) -> list[Provision]:
    """What lies directly in ``held``, and the paragraphs of clauses that do: (a) is read with its clause."""
    shown: dict[str, Provision] = {}
    for each in provisions:
        if each.parent == held or (each.parent in shown and is_paragraph(each.ref)):
            shown[each.ref] = each
    return list(shown.values())


def line(found: Provision) -> dict[str, Any]:
    """A provision in a list."""
    return {
        "ref": found.ref, "kind": found.kind, "heading": found.heading, "status": found.status.value,
        "in_force": found.status is Status.IN_FORCE,
    }  # fmt: skip


def changed_by(found: Provision) -> str:
    """The event with which a reading began, in words."""
    if not found.verb:
        return ""
    outside = "an erratum" if found.verb == Verb.CORRECTED else "a direction"
    by = found.modification or (f"version {found.version}" if found.version else outside)
    also = f" (version {found.version})" if found.modification and found.version else ""
    return f"{found.verb} by {by}{also}"


def event(happened: Event) -> dict[str, Any]:
    """What happened, as one object."""
    return {
        "effective": _day(happened.effective), "until": _day(happened.until) if happened.until else "",
        "version": happened.version, "verb": happened.verb.value, "target": happened.target,
        "printed": happened.printed, "excepted": list(happened.excepted),
        "modification": happened.modification, "basis": happened.basis.value,
        "kinds": [kind.value for kind in happened.kinds], "legal_basis": happened.legal_basis,
    }  # fmt: skip


def term(defined: Term) -> dict[str, Any]:
    """A defined term, as one object."""
    return {
        **defined._asdict(), "since": _day(defined.since),
        "until": _day(defined.until) if defined.until else "", "uses": list(defined.uses),
        "used_by": list(defined.used_by), "provisions": list(defined.provisions),
    }  # fmt: skip


def _held(connection: Connection, ref: str) -> tuple[str, str]:
    try:
        return known_ref(connection, ref), ""
    except NotFound:
        above = asked = normal(ref)
        while (above := parent_of(above)) not in ("", CODE):
            try:
                held = known_ref(connection, above)
            except NotFound:
                continue
            return held, f"{asked} is not held by itself: this is {held}, in which it lies."
        raise


def _behind(found: Provision) -> str:
    if not found.is_behind or found.text_from is None:
        return SUMMARY_NOTE if found.is_summary else ""
    return f"This text is of {_day(found.text_from)}; the provision was changed since."


def _version(connection: Connection, moment: datetime) -> str:
    try:
        return version_at(connection, moment).number
    except NotFound:
        return ""


def _day(moment: datetime) -> str:
    return civil_day(moment).isoformat()


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def absent(connection: Connection, ref: str, moment: datetime) -> dict[str, Any] | None:
    """The same for what is known but is not part of the Code at a moment; None for what is not known."""
    try:
        held, note = _held(connection, ref)
    except NotFound:
        return None
    kind, title, parent, document = placed(connection, held)
    return {
        "asked": ref, "note": note, "at": _day(moment), "moment": _moment(moment),
        "version": _version(connection, moment), "ref": held, "kind": kind, "heading": title,
        "status": "not part of the Code", "in_force": False, "parent": parent, "document": document,
        "text": "", "is_summary": False, "source": "", "since": "", "until": "", "changed_by": "",
        "behind": "", "within": [],
    }  # fmt: skip

"""References to the Code: how a document, part or clause is named, and where it stands among the others.

``H``, ``H4``, ``H4.8``, ``H4.8(a)``, ``D9A``, ``Schedule 8``, ``Appendix AC``, ``Appendix AC 3.2``,
``SMETS2 4.0``. An address writes a hyphen for the space, and may name a moment: ``H4.8@2016-11-08``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from difflib import get_close_matches
from urllib.parse import quote

from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import LONDON, start_of

CODE = "Code"
"""The whole of it."""
_LONGEST = 80
_PREFIXES = {"section": "", "sec": "", "schedule": "Schedule ", "sch": "Schedule ", "appendix": "Appendix ",
             "app": "Appendix "}  # fmt: skip
_PREFIXED = re.compile(r"(section|sec|schedule|sch|appendix|app)\b[\s_.-]*(\S.*)", re.IGNORECASE)
_CLAUSE = re.compile(r"([A-Z])(\d{1,3}[A-Z]{0,2})?((?:\.\d{1,4}[A-Z]{0,2})*)((?:\([0-9A-Za-z]{1,6}\))*)\Z")
_TOKENS = re.compile(r"\d+|[A-Za-z]+")
_LAST_PART = re.compile(r"(?:\([^()]*\)|\.[^.()\s]+|\s[^\s]+|(?<=^[A-Z])\d+[A-Z]*)\Z")


def normal(text: str) -> str:
    """``text`` as the Code refers to it: ``section h`` is ``H``, ``sch-8`` is ``Schedule 8``.

    Raises :class:`InvalidValue` for what cannot be a reference.
    """
    words = " ".join(text.replace("_", " ").split())
    if not words or len(words) > _LONGEST:
        raise InvalidValue(
            f"{text[:_LONGEST]!r} is no reference to the Code",
            field="ref",
            remedy="Write H4.8, Schedule 8, Appendix AC or a name that `gbsmart code show` lists.",
        )
    if words.lower() == CODE.lower():
        return CODE
    prefixed = _PREFIXED.match(words)
    if prefixed:
        head = _PREFIXES[prefixed[1].lower()]
        number, _, rest = prefixed[2].replace("-", " ").partition(" ")
        inner = f" {rest}" if rest else ""
        return f"{head}{number.upper()}{inner}" if head else normal(f"{number}{inner}")
    return _of_clause(words)


def _of_clause(words: str) -> str:
    head, bracket, rest = words.partition("(")
    clause = head.replace(" ", "").upper() + (bracket + rest).replace(" ", "")
    if _CLAUSE.match(clause):
        return clause
    return re.sub(r"(?<=[A-Za-z0-9])-(?=\d|Annex)", " ", words)


def parent_of(ref: str) -> str:
    """What ``ref`` lies in by its name: ``H4`` for ``H4.8``; ``Code`` for a document, "" for that."""
    if ref == CODE:
        return ""
    if re.fullmatch(r"[A-Z]|(?:Schedule|Appendix) \S+", ref):
        return CODE
    shorter = _LAST_PART.sub("", ref)
    return shorter if shorter and shorter != ref else CODE


def document_of(ref: str) -> str:
    """The document that ``ref`` lies in by its name."""
    while (above := parent_of(ref)) not in (CODE, ""):
        ref = above
    return ref


def place_of(ref: str) -> str:
    """A key by which references sort as the Code prints them: sections, schedules, appendices."""
    kind, rest = "1", ref
    if ref == CODE:
        return "0"
    for number, head in (("2", "Schedule "), ("3", "Appendix ")):
        if ref.startswith(head):
            kind, rest = number, ref.removeprefix(head)
    tokens = _TOKENS.findall(rest)
    # in what is lettered Z comes before AA
    return kind + ".".join(
        token.zfill(6) if token.isdigit() else f"{len(token):02}{token}" for token in tokens
    )


def address(ref: str) -> str:
    """``ref`` as the last part of an address: ``Schedule-8``."""
    return ref.replace(" ", "-")


def is_paragraph(ref: str) -> bool:
    """Whether ``ref`` is a paragraph of a clause, H4.8(a), or a definition in one."""
    return ref.endswith(")") or ":" in ref


def permanent(ref: str, at: str = "") -> str:
    """The address of the page of ``ref`` as at a date, a moment or a version; without one as of now."""
    pinned = f"@{at}" if at else ""
    return f"/code/{quote(address(ref) + pinned, safe='@()')}"


def nearest(ref: str, known: Iterable[str]) -> list[str]:
    """Up to five of the ``known`` that somebody who wrote ``ref`` may have meant."""
    names = list(known)
    within = list(_enclosing(ref, set(names)))
    close = get_close_matches(ref, names, n=5, cutoff=0.6)
    return list(dict.fromkeys([*within[:1], *close]))[:5]


def _enclosing(ref: str, known: set[str]) -> Iterator[str]:
    while (ref := parent_of(ref)) not in (CODE, ""):
        if ref in known:
            yield ref


def moment_of(text: str) -> datetime:
    """A date (the moment at which it begins in London) or a date and time (London's, if no zone is named).

    Raises :class:`InvalidValue`.
    """
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return start_of(date.fromisoformat(text))
        if re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", text):
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=LONDON)).astimezone(UTC)
        if re.fullmatch(r"\d{1,2} [A-Za-z]+ \d{4}", text):
            return start_of(datetime.strptime(text, "%d %B %Y").replace(tzinfo=UTC).date())
    except (ValueError, OverflowError):
        pass
    raise InvalidValue(
        f"{text!r} is no date",
        field="at",
        remedy="Write 2016-11-08 (or 8 November 2016), or 2016-11-08T12:00 in London's time.",
    )

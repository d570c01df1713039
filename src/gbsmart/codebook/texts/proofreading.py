"""Likely errata of a text: numbers that are skipped, references to what is not there, terms defined twice.

A slip is found by the text alone and may be meant; a person says whether it is an erratum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gbsmart.codebook.texts.numbering import ordinal, position, scripts
from gbsmart.codebook.texts.splitting import TextClause

_REFERENCE = re.compile(r"\b([A-Z]\d{1,2}[A-Z]?\.\d{1,3}[A-Z]{0,2})((?:\([0-9A-Za-z]{1,4}\))*)")
_LABEL = re.compile(r"\(([0-9A-Za-z]{1,4})\)")


class Slip(NamedTuple):
    """Something that looks like a mistake: where, as printed, and what is wrong with it."""

    ref: str
    printed: str
    fault: str


def slips(clauses: Sequence[TextClause]) -> list[Slip]:
    """What looks like a mistake in the provisions of a text, in its order."""
    held = {each.ref: each for each in clauses}
    order = {each.ref: index for index, each in enumerate(clauses)}
    found = [*_skipped(clauses), *_dangling(clauses, held), *_defined_twice(clauses)]
    return sorted(found, key=lambda each: order[each.ref])


def _skipped(clauses: Sequence[TextClause]) -> Iterator[Slip]:
    last: dict[str, TextClause] = {}
    for each in clauses:
        if each.term or not each.number or not each.parent or not each.paragraphs:
            continue
        before = last.get(each.parent)
        last[each.parent] = each
        if before is not None and not _follows(before.number, each.number):
            yield Slip(each.ref, each.number, f"follows {before.number}")


def _follows(before: str, number: str) -> bool:
    one, two = _LABEL.fullmatch(before), _LABEL.fullmatch(number)
    if one is None or two is None:
        if one is not None or two is not None or "Annex" in before + number:
            return True
        now, then = position(_last_step(number)), position(_last_step(before))
        return now[0] == then[0] + 1 or (now[0] == then[0] and now > then)
    before_mark, mark = one[1], two[1]
    put_in = before_mark[0] if len(before_mark) > 1 else before_mark  # (aa) stands between (a) and (b)
    return mark.startswith(before_mark) or any(
        ordinal(mark, script)[0] - ordinal(each, script)[0] in (0, 1)
        for each in (before_mark, put_in)
        for script in scripts(mark)
        if script in scripts(each)
    )


def _last_step(number: str) -> str:
    return re.sub(r"^[A-Z](?=\d)", "", number.rpartition(".")[2])


def _dangling(clauses: Sequence[TextClause], held: Mapping[str, TextClause]) -> Iterator[Slip]:
    """References to this text's own Sections that lead nowhere; of other texts nothing is known here."""
    for each in clauses:
        for found in _REFERENCE.finditer(each.text):
            clause, labels = found[1], found[2]
            if clause[0] not in held:
                continue
            if clause not in held:
                yield Slip(each.ref, found[0], f"there is no {clause}")
            elif labels and clause + labels not in held:
                yield Slip(each.ref, found[0], f"{clause} has no {labels}")


def _defined_twice(clauses: Sequence[TextClause]) -> Iterator[Slip]:
    first: dict[str, TextClause] = {}
    for each in clauses:
        if each.term and (before := first.setdefault(each.term.lower(), each)) is not each:
            yield Slip(each.ref, each.term, f"is defined by {before.ref} too")

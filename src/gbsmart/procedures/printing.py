"""Procedures and cases as text, for the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from gbsmart.procedures.declaration import Kind, Procedure
from gbsmart.procedures.telling import Told
from gbsmart.procedures.undeclared import not_known
from gbsmart.procedures.words import act_title, due_day, london, spoken, titled


def procedures_text(procedures: Sequence[Told]) -> Iterator[str]:
    """A line each."""
    wide = max((len(each["name"]) for each in procedures), default=0) + 2
    for each in procedures:
        yield f"{each['name']:<{wide}}{each['title']} ({each['source']})"


def procedure_text(procedure: Told) -> Iterator[str]:
    """One procedure: what it is for, how it is opened, what can be done in which state, what is due."""
    yield f"{procedure['title']} ({procedure['source']})"
    yield procedure["purpose"]
    yield ""
    yield from _act_text(procedure["opening"], "open")
    for state in procedure["states"]:
        over = " (over)" if state["final"] else ""
        yield ""
        yield f"{state['name']}{over}: {state['meaning']}"
        for act in procedure["acts"]:
            if state["name"] in act["sources"]:
                where = ", ".join(sorted(set(act["outcomes"].values()))) or act["target"] or "stays"
                yield f"  {act['name']:<22}{act['title']}, by {', '.join(act['by'])} -> {where}"
        for due in procedure["deadlines"]:
            if state["name"] in due["states"]:
                when = f"within {due['within']}" if due["within"] else f"on the date of {spoken(due['on'])}"
                yield f"  due: {due['title']}, from {due['whom']}, {when}"


def acts_text(whole: Told) -> Iterator[str]:
    """What can be done in a case now, and what each act needs."""
    for act in whole["possible"]:
        yield from _act_text(act, f"do {whole['reference']} {act['name']}")
    for ballot in whole["ballots"]:
        if ballot["may_vote"]:
            choices = "|".join(ballot["choices"])
            yield f"vote {whole['reference']} {ballot['name']} {choices}"
            yield f"    {ballot['title']}{'; with --reason' if ballot['needs_reason'] else ''}"


def _act_text(act: Told, how: str) -> Iterator[str]:
    yield f"{how:<28}{act['title']}"
    for each in act["takes"]:
        kind = "|".join(each["choices"]) or each["kind"]
        optional = "" if each["required"] and each["kind"] != Kind.YES_NO else ", optional"
        yield f"    {each['name']}=  {each['title']} ({kind}{optional})"
        if each["help"]:
            yield f"{'':<8}{each['help']}"
    for kind in act["documents"]:
        held = " (in the case already)" if kind in act.get("held", ()) else ""
        yield f"    --document '{kind}=FILE'{held}"
    if act["needs_reason"]:
        yield "    --reason"


def cases_text(cases: Sequence[Told]) -> Iterator[str]:
    """A line each."""
    columns = ("reference", "state", "subject", "title")
    yield from _lines((tuple(each[name] for name in columns) for each in cases), (12, 24, 14))
    if not cases:
        yield "There is no such case."


def dues_text(overdue: Sequence[Told], dues: Sequence[Told]) -> Iterator[str]:
    """A line each, what is overdue first."""
    known = [("overdue: ", each) for each in overdue] + [("", each) for each in dues]
    rows = (
        (each["case"], each["title"], each["whom"], late + due_day(each["due_at"])) for late, each in known
    )
    yield from _lines(rows, (12, 36, 28))
    if not overdue and not dues:
        yield "Nothing is due."


def _lines(rows: Iterable[tuple[str, ...]], widths: tuple[int, ...]) -> Iterator[str]:
    """Rows in columns of these widths; of what is wider two spaces keep the next one off."""
    for row in rows:
        yield "".join(f"{cell + '  ':<{wide}}" for cell, wide in zip(row, widths, strict=False)) + row[-1]


def case_text(whole: Told, procedure: Procedure) -> Iterator[str]:
    """A case with all that belongs to it."""
    yield f"{whole['reference']}  {whole['title']}"
    yield f"{whole['procedure_title']}: {spoken(whole['state'])}. {whole['meaning']}".rstrip()
    if not whole["known"]:
        yield f"{not_known(whole['reference'], whole['procedure'])}: nobody can act in it."
    yield from _section("given", (f"{name}: {value}" for name, value in _values(whole, procedure)))
    if whole["private"]:
        yield "  (more is for those alone whom it concerns)"
    running = [each for each in whole["deadlines"] if each["status"] == "open"]
    yield from _section(
        "due", (f"{each['title']}, from {each['whom']}, {due_day(each['due_at'])}" for each in running)
    )
    yield from _section("happened", (_entry_text(each, procedure) for each in whole["ledger"]))
    yield from _section("ballots", (line for each in whole["ballots"] for line in _ballot_text(each)))
    yield from _section("documents", map(_document_line, whole["documents"]))
    if whole["withheld"]:
        yield f"  ({whole['withheld']} more: confidential)"
    yield from _section(
        "notices",
        (f"{london(each['sent_at'])}  to {each['to']}: {each['subject']}" for each in whole["notices"]),
    )
    yield from _section(
        "opened by it",
        (f"{each['reference']}  {each['title']}: {each['state']}" for each in whole["children"]),
    )
    yield from _section("can be done now", acts_text(whole))


def _values(whole: Told, procedure: Procedure) -> list[tuple[str, str]]:
    given = {name: value for name, value in whole["data"].items() if not name.startswith("tally_")}
    return titled(procedure, given)


def _entry_text(entry: Told, procedure: Procedure) -> str:
    who = " as ".join(filter(None, (entry["actor"]["account"], entry["actor"]["capacity"])))
    title, reason = act_title(procedure, entry["act"]), entry["reason"]
    why = "" if title.endswith(reason) else f": {reason}"
    moved = f" -> {entry['target']}" if entry["target"] != entry["source"] else ""
    return f"{london(entry['at'])}  {title}, by {who}{moved}{why}"


def _ballot_text(ballot: Told) -> Iterator[str]:
    result = f": {ballot['result']['outcome']}" if ballot["result"] else ""
    yield f"{ballot['title']} ({ballot['status']}){result}"
    for vote in ballot["votes"]:
        yield f"  {vote['voter']}: {vote.get('choice', 'has voted')}"


def _section(title: str, lines: Any) -> Iterator[str]:
    found = list(lines)
    if found:
        yield ""
        yield f"{title}:"
        yield from (f"  {line}" for line in found)


def _document_line(document: Told) -> str:
    file = f" ({document['file_name']})" if document["file_name"] else ""
    return f"{document['number']}  {document['kind']}: {document['title']}{file}"

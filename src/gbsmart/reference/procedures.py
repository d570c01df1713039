"""The page of procedures: what everybody can do in which state, by when, and who votes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gbsmart.governance import procedures
from gbsmart.handbook.markdown import table
from gbsmart.procedures import Act, Deadline, Procedure
from gbsmart.procedures.telling import told_procedure
from gbsmart.reference.pages import Objects

_INTRODUCTION = """\
The procedures of the Code that run here, from their declarations. An act is done in the states that it
names, by whoever holds one of the roles; where it can end in several states the outcome says in which. *The
clock* acts when a deadline has passed. Final states are bold.

"""


def text() -> str:
    """The page without its title."""
    return _INTRODUCTION + "\n".join(_written(each) for each in procedures().values())


def data() -> Objects:
    """``procedures``, by name: states, acts, deadlines, ballots, and the diagram as Mermaid text."""
    return {"procedures": [told_procedure(each) for each in procedures().values()]}


def _written(procedure: Procedure) -> str:
    opened_by = _who(map(str, procedure.opening.by))
    parts = [
        f"## {procedure.title}\n\n`{procedure.name}`, {procedure.source}. {procedure.purpose}\n",
        f"Cases are numbered from {procedure.prefix}001, and opened by {opened_by}.\n",
        f"<!-- states: {procedure.name} -->\n",
        table(("state", "what it means"), (_state(procedure, *each) for each in procedure.states.items())),
        table(
            ("", "act", "who", "from", "to", "what it needs"),
            ((str(n or ""), *_act(each)) for n, each in enumerate((procedure.opening, *procedure.acts))),
        ),
    ]
    if procedure.deadlines:
        headings = ("due", "from whom", "in", "by", "when it has passed")
        parts.append(table(headings, (_deadline(procedure, each) for each in procedure.deadlines)))
    return "\n".join(parts)


def _state(procedure: Procedure, name: str, meaning: str) -> tuple[str, str]:
    return (f"**{_said(name)}**" if name in procedure.final else _said(name), meaning)


def _act(act: Act) -> tuple[str, str, str, str, str]:
    needs = [each.title for each in act.takes if each.required] + [*act.documents]
    if act.needs_reason:
        needs.append("a reason")
    return (
        f"`{act.name}`: {act.title}", _who(map(str, act.by)), _many(act.sources), _target(act),
        ", ".join(needs),
    )  # fmt: skip


def _target(act: Act) -> str:
    """Where an act leads; one that goes back leads to where the case was."""
    if not act.outcomes:
        return _said(act.target) if act.target else "the same"
    if all(outcome == target for outcome, target in act.outcomes.items()) and len(act.outcomes) > 2:
        return "where it was"
    return "; ".join(f"{outcome}: {_said(target)}" for outcome, target in act.outcomes.items())


def _deadline(procedure: Procedure, due: Deadline) -> tuple[str, str, str, str, str]:
    when = _by_the_case(due.within) if callable(due.within) else str(due.within or "")
    if due.on:
        day = procedure.fields()[due.on].title.lower()
        when = f"{when}, or the {day}" if when else f"the {day}"
    return due.title, str(due.whom), _many(due.states), when, f"`{due.then}`" if due.then else "is marked"


def _by_the_case(span: Callable[..., object]) -> str:
    said = (span.__doc__ or "").partition("\n")[0].rstrip(".")
    return said[:1].lower() + said[1:] if said else "as the case says"


def _many(states: Iterable[str]) -> str:
    return ", ".join(map(_said, states))


def _who(names: Iterable[str]) -> str:
    return ", ".join(names).replace("clock", "the clock")


def _said(state: str) -> str:
    return state.replace("_", " ")

"""Who may do an act: the holders of a capacity that it is for, in the case that it is done in."""

from __future__ import annotations

from gbsmart.accounts import Account, Capacity
from gbsmart.procedures.declaration import Act, Procedures, declared
from gbsmart.procedures.model import CLOCK, Actor, Case, NotEntitled, Possible, entitled

THE_CLOCK = Account(CLOCK.account, "the clock", frozenset({CLOCK.capacity}))
"""Who acts when a deadline has passed, as an account."""


def possible(procedures: Procedures, case: Case, account: Account | None) -> list[Possible]:
    """The acts that ``account`` can do in a case as it is, each in the first capacity that entitles it.

    A guard may still refuse one: what it is refused for is only known when it is tried. Whom the case itself
    names (:attr:`Act.named`) is known before.
    """
    if account is None:
        return []
    found = []
    for act in declared(procedures, case.procedure).acts_in(case.state):
        held = able(act, account, case)
        if held:
            found.append(Possible(act.name, held[0]))
    return found


def able(act: Act, account: Account, case: Case) -> list[Capacity]:
    """The capacities in which an account does an act in a case, the one that is taken by itself first."""
    held = holding(act, account, case.subject, case.opener)
    return held if act.named is None else [one for one in held if act.named(case, one)]


def actor_of(act: Act, account: Account, capacity: Capacity | None, *, subject: str, opener: str) -> Actor:
    """Who acts, in ``capacity`` or the first that entitles; raises :class:`NotEntitled`."""
    held = holding(act, account, subject, opener)
    if capacity is not None:
        held = [one for one in held if one == capacity]
    if not held:
        may = "; ".join(map(str, act.by)) or "nobody"
        raise NotEntitled(
            f"{act.title!r} is for {may}; {account.name or account.person} acts as {entitled(account)}"
        )
    return Actor(account.name, held[0])


def holding(act: Act, account: Account, subject: str, opener: str) -> list[Capacity]:
    """The capacities of an account that entitle to an act, the one that is taken by itself first."""
    if account is THE_CLOCK:
        return [CLOCK.capacity]
    held = sorted(account.capacities)
    found = (one for who in act.by for one in held if who.holds(one, subject, opener))
    return list(dict.fromkeys(found))

"""Accounts: the people who act under the Code, and in which capacities.

Reading is open to everybody. Who acts does so by an account, which holds *capacities*: what it may do
follows from them, never from its name. A capacity is a role of the Code (SEC Sections C, D, M and X),
held on behalf of a Party or of a body where the role has one.

A page or a REST route of another wing asks :func:`signed_in` (who is it, if anybody), :func:`require`
(somebody must be) or :func:`acting_form` (somebody must be, and the form is of our own page).
"""

from gbsmart.accounts.model import HELD_FOR, Account, Capacity, Role
from gbsmart.accounts.passwords import CHEAP, COST, Cost, Passwords, check_password
from gbsmart.accounts.service import (
    HERE,
    Event,
    account,
    accounts,
    accounts_with_role,
    add_account,
    change_person,
    close,
    end_access,
    grant,
    history,
    revoke,
    set_password,
)
from gbsmart.accounts.sessions import (
    Token,
    begin_attempt,
    end_session,
    issue_token,
    know_browser,
    of_session,
    of_token,
    start_session,
    tokens,
    withdraw_token,
)
from gbsmart.accounts.web import Reception, WhoActs, acting_form, acting_parts, require, signed_in

__all__ = [
    "CHEAP",
    "COST",
    "HELD_FOR",
    "HERE",
    "Account",
    "Capacity",
    "Cost",
    "Event",
    "Passwords",
    "Reception",
    "Role",
    "Token",
    "WhoActs",
    "account",
    "accounts",
    "accounts_with_role",
    "acting_form",
    "acting_parts",
    "add_account",
    "begin_attempt",
    "change_person",
    "check_password",
    "close",
    "end_access",
    "end_session",
    "grant",
    "history",
    "issue_token",
    "know_browser",
    "of_session",
    "of_token",
    "require",
    "revoke",
    "set_password",
    "signed_in",
    "start_session",
    "tokens",
    "withdraw_token",
]

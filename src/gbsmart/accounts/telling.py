"""Accounts as JSON values."""

from __future__ import annotations

from typing import Any

from gbsmart.accounts.model import Account


def told(account: Account) -> dict[str, Any]:
    """An account as JSON values: who, in which capacities, whether it is closed."""
    capacities = [str(each) for each in sorted(account.capacities)]
    return {
        "name": account.name,
        "person": account.person,
        "capacities": capacities,
        "closed": account.closed,
    }

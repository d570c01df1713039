"""Who meets whom in the database: which of its errors another transaction caused, and not what was asked."""

from __future__ import annotations

from typing import Any

from gbsmart.ground import Blame, GbsmartError

ATTEMPTS = 5
"""How often the same work is tried, where another transaction was in its way each time."""
_TRANSIENT_STATES = frozenset({"40001", "40P01", "55P03"})  # serialisation, deadlock, lock not available


class StoreBusy(GbsmartError):
    """Others write what was to be written, however often it is tried: nothing was done."""

    blame = Blame.WORLD


def is_kept_out(error: BaseException) -> bool:
    """Whether a SQLite transaction could not begin since another process writes, or mends the file."""
    return getattr(_cause(error), "sqlite_errorname", "") in ("SQLITE_BUSY", "SQLITE_BUSY_RECOVERY")


def is_transient(error: BaseException | None) -> bool:
    """Whether the same work may succeed when tried again: another transaction was in the way."""
    if error is None:
        return False
    cause = _cause(error)
    if getattr(cause, "sqlstate", None) in _TRANSIENT_STATES:
        return True
    return getattr(cause, "sqlite_errorname", "") in ("SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED")


def _cause(error: BaseException) -> Any:
    return getattr(error, "orig", None) or error

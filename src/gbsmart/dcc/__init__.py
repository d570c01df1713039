"""The Data and Communications Company's way of a Service Request (SEC Sections H3 and H4, Appendix AB).

A request comes in over ``web`` to the ``interface``, is admitted (``admission``), checked (``access``),
transformed (``transform``), where critical held against its Pre-Command (``correlation``), scheduled
(``schedule``) in the lane of its device (``lanes``) and dispatched over the WAN (``dispatch``). What comes
back (``responses``, ``alerts``) or does not (``timeouts``, ``failures``) goes into the User's ``outbox`` and
is delivered (``delivery``). ``model`` declares the state machines of all this, ``tables`` keeps them,
``ledger`` tells what happened. :class:`Dcc` runs it. Names load on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gbsmart.ground.lazy import on_first_use

if TYPE_CHECKING:
    from gbsmart.dcc.alerts import KEPT_BY_THE_DCC
    from gbsmart.dcc.model import STANDINGS, RequestKey
    from gbsmart.dcc.service import Dcc, NotRunning
    from gbsmart.dcc.settings import PORT, Settings

_HOME = {
    "Dcc": "service",
    "KEPT_BY_THE_DCC": "alerts",
    "NotRunning": "service",
    "PORT": "settings",
    "RequestKey": "model",
    "STANDINGS": "model",
    "Settings": "settings",
}

__all__ = ["KEPT_BY_THE_DCC", "PORT", "STANDINGS", "Dcc", "NotRunning", "RequestKey", "Settings"]

__getattr__ = on_first_use(__name__, _HOME)

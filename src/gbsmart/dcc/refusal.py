"""Refusals: a check of a request that failed, with the response code that says so."""

from __future__ import annotations

from gbsmart import duis
from gbsmart.ground import Blame, GbsmartError


class Refused(GbsmartError):
    """A request that fails a check; ``fault`` names the row of :func:`gbsmart.duis.faults`.

    The row gives the response code and how sure it is (an assumed code has basis I). Where ``code`` is
    given instead, such as one of the request's own variant (``E080201``), ``fault`` is a mere name.
    """

    blame = Blame.PEER

    def __init__(self, fault: str, reason: str, *, code: str = "") -> None:
        super().__init__(reason, response_code=code or duis.fault(fault).response_code)
        self.fault = fault

    @property
    def code(self) -> str:
        """The response code."""
        assert self.response_code is not None
        return self.response_code

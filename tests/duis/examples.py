"""Documents that the tests start from, in values."""

from __future__ import annotations

from gbsmart.duis import Request, RequestId
from gbsmart.ground import NOW, Eui64

USER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
ESME = Eui64.parse("00-DB-12-34-56-78-90-A0")
ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")


def read_registers(counter: int = 1000) -> Request:
    """4.1.1 to an ESME."""
    return Request(RequestId(USER, ESME, counter), 1, "4.1.1", {"execution_date_time": NOW})

"""The web console: every page an address, with a JSON twin from the same view-model.

:func:`console_app` places the pages; what they show comes through the small protocols of
:mod:`gbsmart.console.model`, and :mod:`gbsmart.console.sources` fills those from the DCC's ledger and an
emulated street.
"""

from gbsmart.console.app import console_app
from gbsmart.console.model import (
    Address,
    Document,
    HomeLine,
    HomeSource,
    HomeView,
    Journey,
    JourneySource,
    RequestLine,
    Step,
)

__all__ = [
    "Address",
    "Document",
    "HomeLine",
    "HomeSource",
    "HomeView",
    "Journey",
    "JourneySource",
    "RequestLine",
    "Step",
    "console_app",
]

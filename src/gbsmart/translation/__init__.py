"""The bridge between DUIS and GBCS, used by the DCC and by Users alike (SEC H4, H11, Appendix AF).

``transform`` writes what a Service Request asks for; ``correlate`` holds a Pre-Command against its
request, in words. Which variant becomes which form is declared in :mod:`gbsmart.translation.bindings`.
:mod:`gbsmart.translation.mmc` renders responses and alerts as MMC XML.
"""

from gbsmart.translation.binding import Facts, Sender, other_device
from gbsmart.translation.correlate import Correlation, Difference, correlate
from gbsmart.translation.recognition import recognised_facts
from gbsmart.translation.transform import NoTranslation, Translation, in_own_right, sender, transform

__all__ = [
    "Correlation",
    "Difference",
    "Facts",
    "NoTranslation",
    "Sender",
    "Translation",
    "correlate",
    "in_own_right",
    "other_device",
    "recognised_facts",
    "sender",
    "transform",
]

"""Every device Service Request of a test set, sent to emulated devices of each type that supports it.

A request is re-addressed and re-signed for a home of our own (:mod:`.preparation`, by the rules of
``rules.csv``), goes the whole way (User, DCC, hub, device and back, :mod:`.bench`), and what the device
answers is held against the test set's response of the same name (:mod:`.cells`); a command that changes
something is read back (:mod:`.evidence`).
"""

from gbsmart.conformance.devices.bench import check_devices
from gbsmart.conformance.devices.cells import Asked, Cell, Report
from gbsmart.conformance.devices.page import page

__all__ = ["Asked", "Cell", "Report", "check_devices", "page"]
"""``check_devices`` does it; the others are what it takes and tells, and the table of it as a page."""

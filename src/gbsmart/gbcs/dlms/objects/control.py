"""Objects that change what an ESME does: supply control and the restriction of consumer data."""

from __future__ import annotations

from gbsmart.gbcs.dlms.data import UNSIGNED_16
from gbsmart.gbcs.dlms.moments import DATE_TIME
from gbsmart.gbcs.dlms.objects.attribute import Method, attribute, method
from gbsmart.gbcs.dlms.shapes import ENUMERATED, Const

SUPPLY_SCRIPTS = "0-0:10.0.106.255"
ENABLE_SUPPLY, DISABLE_SUPPLY, ARM_SUPPLY = 51, 52, 54
"""Scripts of the supply and non-disablement script table."""


def run_supply_script(name: str, script: int, title: str) -> Method:
    """The call that runs one script of the supply script table."""
    argument = Const(bytes((UNSIGNED_16,)) + script.to_bytes(2, "big"), f"script {script}")
    return method(name, 9, SUPPLY_SCRIPTS, 1, title, argument)


ENABLE = run_supply_script("enable_supply", ENABLE_SUPPLY, "Supply: enable")
DISABLE = run_supply_script("disable_supply", DISABLE_SUPPLY, "Supply: disable")
ARM = run_supply_script("arm_supply", ARM_SUPPLY, "Supply: arm")

SUPPLY_STATE = attribute(
    "supply_state", 70, "0-0:96.3.10.255", 3, ENUMERATED,
    "Supply: 0 disabled, 1 enabled, 2 armed",
)  # fmt: skip

RESTRICT_DATA = attribute(
    "restriction_date_time", 1, "0-0:94.44.3.2", 2, DATE_TIME,
    "Consumer data before this date-time is not shown (change of tenancy)",
)  # fmt: skip

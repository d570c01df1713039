"""What the public clients ask for: one row for each exchange, by variant.

The body is the client's own template. Its header, and those fields that name devices or keys of a home,
are filled in for the home of here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from gbsmart.assembly.plan import ACCESS_CONTROL_BROKER, IMPORT_SUPPLIER, Premises
from gbsmart.ground import Eui64

Body = Callable[[Premises], dict[str, Any]]


class Exchange(NamedTuple):
    """A request of a variant from a template, to a kind of device, and how it goes."""

    variant: str
    template: str
    target: str
    """A field of the home's premises, or ``dcc``."""
    body: Body | None = None
    """What of the body is of this home; the rest is the template's."""
    user: Eui64 = IMPORT_SUPPLIER
    delivered: int = 1
    """How many messages the DCC delivers; with none, the acknowledgement is the answer."""

    def target_in(self, home: Premises) -> Eui64:
        """The device of ``home`` that the request goes to."""
        if self.target == "dcc":
            return ACCESS_CONTROL_BROKER
        device = getattr(home, self.target)
        assert isinstance(device, Eui64)
        return device


def _inventory(home: Premises) -> dict[str, Any]:
    return {"ReadInventory": {"DeviceID": str(home.esme)}}


EXCHANGES = (
    Exchange("1.1.1", "ECS01a_1.1.1_IMMEDIATE_TOU", "esme"),
    Exchange("1.1.1", "GCS01a_1.1.1_IMMEDIATE_TOU", "gsme"),
    Exchange("3.2", "ECS12_3.2", "esme"),
    Exchange("4.1.1", "ECS17b_4.1.1_SINGLE", "esme"),
    Exchange("4.1.1", "GCS13a_4.1.1_RELIABLE_GSME", "gsme"),
    Exchange("4.11.1", "ECS24_4.11.1", "esme"),
    Exchange("7.2", "ECS43_7.2", "esme"),
    Exchange("7.1", "ECS42_7.1", "esme"),
    Exchange("8.2", "8.2_READ_INVENTORY", "dcc", _inventory, delivered=0),
)
"""In the order in which they run against one home: what one changes, a later one may find."""

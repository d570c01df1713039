"""What the public clients ask for: one row for each exchange, by variant.

The body is the client's own template. Its header, and those fields that name devices or keys of a home,
are filled in for the home of here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from gbsmart.assembly.plan import ACCESS_CONTROL_BROKER, IMPORT_SUPPLIER, NETWORK_OPERATOR, Premises
from gbsmart.gbcs.utrn import ValueClass, make_utrn
from gbsmart.ground import Eui64
from gbsmart.keys import Keyring

Body = Callable[[Premises, Keyring], dict[str, Any]]


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


def _inventory(home: Premises, _keyring: Keyring) -> dict[str, Any]:
    return {"ReadInventory": {"DeviceID": str(home.esme)}}


def _top_up(device: str) -> Body:
    """Ten pounds, by a genuine UTRN for the home's own meter."""

    def body(home: Premises, keyring: Keyring) -> dict[str, Any]:
        counter = 1 << 32
        utrn = make_utrn(keyring, IMPORT_SUPPLIER, getattr(home, device), counter, 1_000, ValueClass.PENCE)
        return {"TopUpDevice": {"UTRN": utrn}}

    return body


EXCHANGES = (
    Exchange("1.1.1", "ECS01a_1.1.1_IMMEDIATE_TOU", "esme"),
    Exchange("1.1.1", "GCS01a_1.1.1_IMMEDIATE_TOU", "gsme"),
    Exchange("3.2", "ECS12_3.2", "esme"),
    Exchange("4.1.1", "ECS17b_4.1.1_SINGLE", "esme"),
    Exchange("4.1.1", "GCS13a_4.1.1_RELIABLE_GSME", "gsme"),
    Exchange("4.11.1", "ECS24_4.11.1", "esme"),
    Exchange("7.2", "ECS43_7.2", "esme"),
    Exchange("7.1", "ECS42_7.1", "esme"),
    Exchange("6.2.4", "ECS26m_6.2.4", "esme"),
    Exchange("6.2.4", "ECS26n_6.2.4", "chf"),
    Exchange("6.2.4", "GCS21m_6.2.4", "gsme"),
    Exchange("6.2.4", "GCS21m_6.2.4", "gpf"),
    Exchange("6.24.1", "CS02aMAC_6.24.1", "esme"),
    Exchange("6.24.1", "CS02aMAC_6.24.1", "gpf"),
    Exchange("8.9", "CCS06_8.9", "chf"),
    Exchange("8.9", "CCS07_8.9", "chf"),
    Exchange("8.9", "CS07_8.9", "gsme"),
    Exchange("8.9", "CS07_8.9", "hcalcs"),
    Exchange("11.2", "ECS52_11.2", "esme"),
    Exchange("11.2", "GCS38_11.2", "gsme"),
    Exchange("11.2", "CS08_11.2", "ppmid"),
    Exchange("1.2.1", "GCS01b_1.2.1_IMMEDIATE_TOU", "gsme"),
    Exchange("1.5", "GCS40a_1.5", "gsme"),
    Exchange("1.5", "GCS40b_1.5", "gsme"),
    Exchange("1.5", "GCS40c_1.5", "gsme"),
    Exchange("1.5", "GCS40d_1.5", "gsme"),
    Exchange("1.6", "ECS03_1.6_IMMEDIATE_SINGLE", "esme"),
    Exchange("1.6", "ECS02_1.6_IMMEDIATE_SINGLE", "esme"),
    Exchange("1.6", "GCS03_1.6_IMMEDIATE", "gsme"),
    Exchange("1.6", "GCS02_1.6_IMMEDIATE", "gsme"),
    Exchange("2.2", "CS01b_2.2", "gsme", _top_up("gsme")),
    Exchange("3.4", "ECS16_3.4", "esme"),
    Exchange("3.4", "GCS44_3.4", "gsme"),
    Exchange("4.2", "ECS17a_4.2", "esme", user=NETWORK_OPERATOR),
    Exchange("4.3", "ECS19_4.3", "esme"),
    Exchange("4.3", "GCS14_4.3_RELIABLE_GSME", "gsme"),
    Exchange("4.3", "GCS14_4.3_RELIABLE_GPF", "gpf"),
    Exchange("4.6.1", "ECS21a_4.6.1_TWIN", "esme"),
    Exchange("4.6.1", "GCS16a_4.6.1", "gpf"),
    Exchange("4.8.1", "ECS22b_4.8.1_SINGLE", "esme"),
    Exchange("4.8.1", "GCS17_4.8.1", "gpf"),
    Exchange("4.10", "ECS23_4.10", "esme", user=NETWORK_OPERATOR),
    Exchange("4.10", "ECS23b_4.10", "esme", user=NETWORK_OPERATOR),
    Exchange("4.10", "GCS18_4.10", "gsme", user=NETWORK_OPERATOR),
    Exchange("6.8", "ECS30a_6.8", "esme"),
    Exchange("6.8", "GCS25a_6.8", "gsme"),
    Exchange("7.4", "ECS45_7.4", "esme"),
    Exchange("7.4", "GCS33_7.4", "gsme"),
    Exchange("7.2", "GCS32_7.2", "gsme"),
    Exchange("7.3", "ECS44_7.3", "esme"),
    Exchange("7.3", "GCS39_7.3", "gsme"),
    Exchange("8.2", "8.2_READ_INVENTORY", "dcc", _inventory, delivered=0),
)
"""In the order in which they run against one home: what one changes, a later one may find."""

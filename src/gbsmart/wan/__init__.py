"""The road between the DCC and communications hubs (SEC Section F, Schedule 10 CHTS).

Transport ids, redelivery, the hub's buffer, and gas meters that wake up now and then; what is too long for
the road goes over it in blocks, of which neither the DCC nor a device knows (:class:`DccEnd`).

In one process a :class:`LocalWan` joins the DCC to a street; over TCP a :class:`WanClient` speaks to a
:class:`WanServer`.
"""

from gbsmart.wan.blocks import DccEnd, HubEnd
from gbsmart.wan.client import WanClient
from gbsmart.wan.link import Downlink, Parcel, Uplink, WanDown, WanLost
from gbsmart.wan.local import LocalWan, no_latency
from gbsmart.wan.premises import Premises
from gbsmart.wan.server import WanServer

__all__ = [
    "DccEnd",
    "Downlink",
    "HubEnd",
    "LocalWan",
    "Parcel",
    "Premises",
    "Uplink",
    "WanClient",
    "WanDown",
    "WanLost",
    "WanServer",
    "no_latency",
]

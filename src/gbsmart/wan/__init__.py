"""The road between the DCC and communications hubs (SEC Section F, Schedule 10 CHTS).

Transport ids, redelivery, the hub's buffer, and gas meters that wake up now and then.
"""

from gbsmart.wan.link import Downlink, Parcel, Uplink, WanDown

__all__ = ["Downlink", "Parcel", "Uplink", "WanDown"]

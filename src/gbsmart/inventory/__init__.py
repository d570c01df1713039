"""The Smart Metering Inventory (SEC Sections H5 and H6, Appendix AC).

Every device that the DCC may speak to: what it is, its status and how it came to it, the hub it sits
behind and the metering points it measures. Read Inventory (8.2) reads it, and so do the access checks
E4 (responsible User), E5 (status), E11 (type) and E19 (device known).
"""

from gbsmart.inventory.model import (
    DEVICE_STATUS,
    Device,
    DeviceStatus,
    DeviceType,
    ListStatus,
    StatusEvent,
    is_esme_variant,
)
from gbsmart.inventory.service import (
    add_device,
    add_devices,
    associate,
    change_device,
    change_status,
    device,
    devices_at,
    devices_behind,
    devices_linked_to,
    dissociate,
    find,
    qualifying_roles,
    read_inventory,
    remove_device,
    status_history,
)

__all__ = [
    "DEVICE_STATUS",
    "Device",
    "DeviceStatus",
    "DeviceType",
    "ListStatus",
    "StatusEvent",
    "add_device",
    "add_devices",
    "associate",
    "change_device",
    "change_status",
    "device",
    "devices_at",
    "devices_behind",
    "devices_linked_to",
    "dissociate",
    "find",
    "is_esme_variant",
    "qualifying_roles",
    "read_inventory",
    "remove_device",
    "status_history",
]

"""The home area network as a Communications Hub sees it (class 104; CHTS 4.6.2.1, 4.6.3)."""

from __future__ import annotations

from gbsmart.gbcs.dlms.arrays import Array
from gbsmart.gbcs.dlms.data import ENUM
from gbsmart.gbcs.dlms.moments import DATE_TIME, DATED
from gbsmart.gbcs.dlms.objects.attribute import attribute, method
from gbsmart.gbcs.dlms.shapes import BITS, ENUMERATED, FLAG, I8, OCTETS, U8, U16, Const, Struct

_NO_DATA = Const(b"\x00", "no argument")
"""The backups take null-data, contrary to COSEM."""

ACTIVE_DEVICES = attribute(
    "active_devices", 104, "0-0:30.3.0.255", 4,
    Array(
        Struct(
            ("device_id", OCTETS), ("status", BITS),
            ("max_rssi", I8), ("average_rssi", I8), ("min_rssi", I8),
            ("max_lqi", U8), ("average_lqi", U8), ("min_lqi", U8),
            ("last_communication", DATED), ("number_of_hops", U8),
            ("transmission_failures", U8), ("transmission_successes", U8),
            ("application_version", U8), ("stack_version", U8),
        ),
        most=16,
    ),
    "Device log of the hub: devices on the network and how well they are heard (RSSI in dBm)",
)  # fmt: skip

_SECURED = Struct(("device_id", OCTETS), ("hashed_link_key", OCTETS))
BACKUP = Struct(
    ("time", DATE_TIME),
    ("network_id", OCTETS),
    ("devices", Array(_SECURED, most=16)),
)
"""A log with its secrets: the devices and the hashes of their link keys."""

ADD_DEVICE = method(
    "added_device", 104, "0-0:30.3.0.255", 1, "Device log of the hub: add a device",
    Struct(
        ("device_id", OCTETS), ("", Const(bytes((ENUM, 1)), "install code")), ("install_code", OCTETS),
        ("device_type", ENUMERATED),
    ),
)  # fmt: skip
JOIN_TIME_PERIOD = attribute(
    "join_time_period", 104, "0-0:30.3.0.255", 3, U16, "How long the hub lets devices join (s)"
)
ALLOW_JOINING = attribute(
    "allow_joining", 104, "0-0:30.3.0.255", 2, FLAG, "Whether the hub lets devices join"
)
REMOVE_DEVICE = method(
    "removed_device_id", 104, "0-0:30.3.0.255", 2, "Device log of the hub: remove a device", OCTETS
)
RESTORE_DEVICE_LOG = method(
    "restored_device_log", 104, "0-0:30.3.0.255", 5, "Device log of the hub: restore",
    Struct(("network_id", OCTETS), ("devices", Array(_SECURED, most=16))),
)  # fmt: skip

READ_DEVICE_LOG = method(
    "device_log", 104, "0-0:30.3.0.255", 4, "Device log of the hub, with hashed link keys", _NO_DATA, BACKUP
)
READ_HISTORIC_LOG = method(
    "historic_log", 104, "0-0:30.3.1.255", 4, "Devices that left, with hashed link keys", _NO_DATA, BACKUP
)

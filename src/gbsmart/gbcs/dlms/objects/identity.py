"""What a device is: its identifiers, model, variant and firmware (SMETS 5.7.1, 5.7.5.17; CHTS 4.6.1)."""

from __future__ import annotations

from gbsmart.gbcs.dlms.objects.attribute import attribute
from gbsmart.gbcs.dlms.shapes import FLAG, OCTETS

FIRMWARE_VERSION = attribute(
    "firmware_version", 1, "0-0:0.2.1.255", 2, OCTETS, "Firmware version in use: 4 octets"
)
DEVICE_IDENTIFIER = attribute(
    "device_identifier", 1, "0-0:96.1.1.255", 2, OCTETS, "Device identifier: its EUI-64"
)
METER_VARIANT = attribute(
    "meter_variant", 1, "0-0:96.1.2.255", 2, OCTETS, "Meter variant: A single element, B twin, C polyphase"
)
MODEL_TYPE = attribute("model_type", 1, "0-0:96.1.4.255", 2, OCTETS, "Model type: 8 octets")
MANUFACTURER = attribute(
    "manufacturer_identifier", 1, "0-0:96.1.6.255", 2, OCTETS, "Manufacturer identifier: 3 or 4 octets"
)
SUPPLY_TAMPER_STATE = attribute(
    "supply_locks_on_tamper", 1, "0-0:94.44.0.4", 2, FLAG, "Supply after tampering: true is locked"
)

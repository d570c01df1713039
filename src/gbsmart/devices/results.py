"""What our devices answer with: the ZCL statuses, and the statuses of ASN.1 responses (GBCS 13.3)."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """ZCL statuses that our devices answer with."""

    SUCCESS = 0x00
    FAILURE = 0x01
    NOT_AUTHORISED = 0x7E
    UNSUPPORTED_COMMAND = 0x81
    UNSUPPORTED_GENERAL_COMMAND = 0x82
    UNSUPPORTED_ATTRIBUTE = 0x86
    INVALID_VALUE = 0x87
    NOT_FOUND = 0x8B
    HARDWARE_FAILURE = 0xC0


class AsnStatus(IntEnum):
    """Statuses of the replacement of a cell; which fault gets which is partly assumed."""

    SUCCESS = 0
    BAD_CERTIFICATE = 5
    NO_TRUST_ANCHOR = 10
    NO_SUCH_CELL = 25
    OTHER = 127

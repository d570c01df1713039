"""What the DCC alone asks of a Communications Hub: its device log and its sub-GHz radio.

Service References 6.28 to 6.32, 8.11 and 8.12.1.
"""

from __future__ import annotations

from gbsmart.gbcs.dlms.items import call, read, write, write_fixed
from gbsmart.gbcs.dlms.objects.network import (
    ADD_DEVICE,
    ALLOW_JOINING,
    JOIN_TIME_PERIOD,
    REMOVE_DEVICE,
    RESTORE_DEVICE_LOG,
)
from gbsmart.gbcs.dlms.objects.sub_ghz import (
    CHANNEL_LOG,
    OPERATING_CHANNEL,
    REQUEST_CHANNEL_SCAN,
    SUB_GHZ_CONFIGURATION,
)
from gbsmart.gbcs.dlms.shapes import YES
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.reading import dlms_form, log_form

FORMS: tuple[Form, ...] = (
    dlms_form(
        "CCS01", 0x0001, *call(ADD_DEVICE), *write(JOIN_TIME_PERIOD), *write_fixed(ALLOW_JOINING, YES)
    ),
    dlms_form("CCS02", 0x0002, *call(REMOVE_DEVICE)),
    dlms_form("CCS03", 0x0003, *call(RESTORE_DEVICE_LOG)),
    dlms_form("DBCH01", 0x010A, *read(OPERATING_CHANNEL)),
    log_form("DBCH02", 0x010B, CHANNEL_LOG),
    dlms_form("DBCH03", 0x010C, *read(SUB_GHZ_CONFIGURATION)),
    dlms_form("DBCH04", 0x010D, *write(SUB_GHZ_CONFIGURATION)),
    dlms_form("DBCH05", 0x010E, *write(REQUEST_CHANNEL_SCAN)),
)  # fmt: skip

"""A device's new certificate (SRV 6.15.2): known from the moment at which the device says that it uses it.

Until then its messages, that answer among them, are made with the key pair before.
"""

from __future__ import annotations

from sqlalchemy import Connection

from gbsmart import duis
from gbsmart.dcc import messages
from gbsmart.dcc.model import Request
from gbsmart.keys import Certificate

VARIANT = "6.15.2"


def handed_over(connection: Connection, request: Request) -> Certificate:
    """The certificate that a request hands to its device."""
    octets = messages.content_of(connection, request.key.device, request.content)
    values = duis.parse_request(octets).message.values
    assert values is not None
    return Certificate.from_der(values["device_certificate"])

"""The User's side of the DCC User Interface, as a library (SEC Sections H3 and H4).

Build a Service Request by name and fields, sign it, send it; for a critical one hold the DCC's
Pre-Command against the request and sign that too; receive what comes back, prove it, decrypt it with
keys that only the User has, and wait for all the messages that the request causes. Names load on first
use.

>>> with User.connect("http://127.0.0.1:8079", "90-B3-D5-1F-30-01-00-00", "keys/") as user:
...     reading = user.read("00-DB-12-34-56-78-90-A0")
>>> reading.quantities["active_import"]
Quantity(value=1234567, unit='Wh')

:class:`AsyncUser` is the same with ``async`` and ``await``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gbsmart.ground.lazy import on_first_use

if TYPE_CHECKING:
    from gbsmart.user.async_user import ACCESS_CONTROL_BROKER, AsyncUser
    from gbsmart.user.drafting import Delivery, draft, service_named, signed_pre_command
    from gbsmart.user.errors import (
        DeviceRefused,
        HttpRefused,
        NoResponse,
        NotGenuine,
        PreCommandDiffers,
        Refused,
        RequestFailed,
        TimedOut,
        UnexpectedAnswer,
        Unreachable,
    )
    from gbsmart.user.exchange import Answer, Exchange, Step
    from gbsmart.user.inbox import Inbox
    from gbsmart.user.interface import DccInterface, Patience
    from gbsmart.user.journal import Journal
    from gbsmart.user.keyfiles import open_keys
    from gbsmart.user.opening import Opened, open_message
    from gbsmart.user.premises import KnownDevice
    from gbsmart.user.received import Received
    from gbsmart.user.receiver import CannotListen, ReceiveAt, ReceiveService, receive_app
    from gbsmart.user.sync_user import User, UserClosed
    from gbsmart.user.units import Quantity, quantities
    from gbsmart.web.client import ClientTls

_HOMES = {
    "async_user": "ACCESS_CONTROL_BROKER AsyncUser",
    "drafting": "Delivery draft service_named signed_pre_command",
    "errors": (
        "DeviceRefused HttpRefused NoResponse NotGenuine PreCommandDiffers Refused RequestFailed TimedOut "
        "UnexpectedAnswer Unreachable"
    ),
    "exchange": "Answer Exchange Step",
    "inbox": "Inbox",
    "interface": "ClientTls DccInterface Patience",
    "journal": "Journal",
    "keyfiles": "open_keys",
    "premises": "KnownDevice",
    "opening": "Opened open_message",
    "units": "Quantity quantities",
    "received": "Received",
    "receiver": "CannotListen ReceiveAt ReceiveService receive_app",
    "sync_user": "User UserClosed",
}
_HOME = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [
    "ACCESS_CONTROL_BROKER",
    "Answer",
    "AsyncUser",
    "CannotListen",
    "ClientTls",
    "DccInterface",
    "Delivery",
    "DeviceRefused",
    "Exchange",
    "HttpRefused",
    "Inbox",
    "Journal",
    "KnownDevice",
    "NoResponse",
    "NotGenuine",
    "Opened",
    "Patience",
    "PreCommandDiffers",
    "Quantity",
    "ReceiveAt",
    "ReceiveService",
    "Received",
    "Refused",
    "RequestFailed",
    "Step",
    "TimedOut",
    "UnexpectedAnswer",
    "Unreachable",
    "User",
    "UserClosed",
    "draft",
    "open_keys",
    "open_message",
    "quantities",
    "receive_app",
    "service_named",
    "signed_pre_command",
]

__getattr__ = on_first_use(__name__, _HOME)

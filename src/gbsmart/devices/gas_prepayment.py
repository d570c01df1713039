"""What a gas meter does in prepayment: top-ups (UTRNs), adjustments of the balance, debts."""

from __future__ import annotations

from typing import Final

from gbsmart.devices.credentials import UTRN_CACHE, UTRN_FLOOR, cell
from gbsmart.devices.device import Device
from gbsmart.devices.exchange import CannotDo
from gbsmart.devices.zcl import Answers, Request, Status
from gbsmart.gbcs.gbz import commands as c
from gbsmart.gbcs.utrn import SeenCounters, TopUp, check_utrn
from gbsmart.keys import KeyUse, RemotePartyRole

_MONEY_PER_PENCE: Final = 1_000
_TOP_UP_CELL: Final = cell(RemotePartyRole.SUPPLIER, KeyUse.TOP_UP)


def consumer_top_up(request: Request) -> Answers:
    """Add credit for a genuine UTRN; refuse any other."""
    device = request.exchange.device
    text = request.values["top_up_code"].decode("ascii", "replace")
    seen = seen_counters(device)
    supplier = device.credentials.in_cell(_TOP_UP_CELL)
    if supplier is None or supplier.holder is None:
        raise CannotDo(Status.HARDWARE_FAILURE, "there is no top-up key")
    check = check_utrn(text, device.credentials, supplier.holder, device.eui, seen)
    pence = check.utrn.pence if check.utrn else None
    if check.outcome is not TopUp.GENUINE or pence is None or check.counter is None:
        refused = {"result_type": 1, "top_up_value": -1, "source_of_top_up": 0, "credit_remaining": -1}
        return [(c.CONSUMER_TOP_UP_RESPONSE, refused)]
    server = request.server
    amount = pence * _MONEY_PER_PENCE
    balance = server.read(request.subject, "credit_remaining") + amount
    server.set(device, "credit_remaining", balance)  # a UTRN that does not fit is not used up
    remember_counter(device, seen.accept(check.counter >> 32))
    answer = {
        "result_type": 0, "top_up_value": amount, "source_of_top_up": request.values["originating_device"],
        "credit_remaining": balance,
    }  # fmt: skip
    return [(c.CONSUMER_TOP_UP_RESPONSE, answer)]


def seen_counters(device: Device) -> SeenCounters:
    """The UTRN counters that the device has accepted."""
    octets = device.memory.get(UTRN_CACHE) or b""
    accepted = tuple(int.from_bytes(octets[at : at + 4], "big") for at in range(0, len(octets), 4))
    return SeenCounters(device.memory.number(UTRN_FLOOR), accepted)


def remember_counter(device: Device, seen: SeenCounters) -> None:
    """Keep the UTRN counters accepted."""
    device.memory.put(UTRN_CACHE, b"".join(each.to_bytes(4, "big") for each in seen.accepted))


_ADD_PREPAYMENT, _SET_PREPAYMENT, _SET_CREDIT, _ADD_CREDIT = 0, 1, 2, 3


def credit_adjustment(request: Request) -> Answers:
    """Add to or set the balance of prepayment or credit mode."""
    server, device = request.server, request.exchange.device
    kind, amount = request.values["credit_adjustment_type"], request.values["credit_adjustment_value"]
    name = "credit_remaining" if kind in (_ADD_PREPAYMENT, _SET_PREPAYMENT) else "bill_to_date_delivered"
    added = server.read(request.subject, name) if kind in (_ADD_PREPAYMENT, _ADD_CREDIT) else 0
    server.set(device, name, added + amount)
    return ()


def change_debt(request: Request) -> Answers:
    """Add to a debt register and set how it is recovered."""
    server, device, values = request.server, request.exchange.device, request.values
    number = {1: 1, 3: 2, 5: 3}.get(values["debt_amount_type"])
    if number is None:
        raise CannotDo(Status.INVALID_VALUE, "no such debt")
    name = f"debt_amount_{number}"
    server.set(device, name, max(0, server.read(request.subject, name) + values["debt_amount"]))
    if number == 3:
        server.set(device, "debt_recovery_top_up_percentage_3", values["debt_recovery_balance_percentage"])
    else:
        server.set(device, f"debt_recovery_frequency_{number}", values["debt_recovery_frequency"])
        server.set(device, f"debt_recovery_amount_{number}", values["debt_recovery_amount"])
    return ()

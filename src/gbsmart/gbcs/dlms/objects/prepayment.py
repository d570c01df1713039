"""Prepayment objects of an ESME: account, credits, token gateway (SMETS 5.6.3, 5.7.4, 5.7.5).

Amounts are signed, in thousandths of the minor currency unit (millipence).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gbsmart.gbcs.dlms.arrays import Array
from gbsmart.gbcs.dlms.data import INTEGER_32
from gbsmart.gbcs.dlms.objects.attribute import EXTENDED_DATA, Attribute, attribute, extended, method
from gbsmart.gbcs.dlms.objects.schedules import schedule, script_table, special_days
from gbsmart.gbcs.dlms.objects.tariff import UNIT_CHARGE, charge
from gbsmart.gbcs.dlms.shapes import BITS, ENUMERATED, I32, OCTETS, U16, U32, Const, Iso, Struct
from gbsmart.gbcs.shape import Shape

CREDIT_MODE, PREPAYMENT_MODE = 1, 2
"""Payment modes of an account."""
_ACCOUNT, _NEXT_ACCOUNT = "0-0:19.0.0.255", "0-1:19.0.0.255"
_ACTIVATION = (111, _NEXT_ACCOUNT, 13)

METER_BALANCE, EMERGENCY_CREDIT, ACCUMULATED_DEBT = range(3)
"""Credits of the account, by the last number that tells them apart (19.10.x)."""
TARIFF, TIME_DEBT_1, TIME_DEBT_2, PAYMENT_DEBT, STANDING, SECONDARY_TARIFF = range(6)
"""Charges of the account, likewise (19.20.x)."""
_ALWAYS, _WHILE_ENABLED = "111", "110"
_TIME_DEBTS = (TIME_DEBT_1, TIME_DEBT_2)

_Link = tuple[int, int, str]


def _links(how: Mapping[str, bool]) -> Iterator[_Link]:
    """Which credit pays which charge in which order (GBCS: five lists are allowed, ten with twins)."""
    twin = bool(how["twin_element"])
    if "suspend_debt_disabled" not in how:
        yield from ((METER_BALANCE, charge, _ALWAYS) for charge in (TARIFF, STANDING))
        yield from ((METER_BALANCE, SECONDARY_TARIFF, _ALWAYS) for _ in range(twin))
        return
    debts = _WHILE_ENABLED if how["suspend_debt_disabled"] else _ALWAYS
    for credit, charges in (
        (METER_BALANCE, (TARIFF, STANDING, TIME_DEBT_1, TIME_DEBT_2, PAYMENT_DEBT)),
        (EMERGENCY_CREDIT, (PAYMENT_DEBT, TARIFF, STANDING, TIME_DEBT_1, TIME_DEBT_2)),
    ):
        yield from ((credit, charge, debts if charge in _TIME_DEBTS else _ALWAYS) for charge in charges)
    if how["suspend_debt_emergency"]:
        yield from ((ACCUMULATED_DEBT, charge, _ALWAYS) for charge in (STANDING, *_TIME_DEBTS))
    if twin:
        yield from ((credit, SECONDARY_TARIFF, _ALWAYS) for credit in (METER_BALANCE, EMERGENCY_CREDIT))


def _configurations() -> Iterator[dict[str, bool]]:
    for twin in (False, True):
        yield {"twin_element": twin}
        for disabled in (False, True):
            for emergency in (False, True):
                yield {
                    "suspend_debt_disabled": disabled, "suspend_debt_emergency": emergency,
                    "twin_element": twin,
                }  # fmt: skip


def _obis(group: int, number: int) -> bytes:
    return bytes((0, 0, 19, group, number, 255))


_CREDITS, _CHARGES = 10, 20
_CONFIGURATIONS = {tuple(_links(how)): how for how in _configurations()}
_BY_REFERENCE = {
    (_obis(group, number), group): number for group in (_CREDITS, _CHARGES) for number in range(6)
}


def _read_links(rows: Sequence[Mapping[str, Any]]) -> dict[str, bool]:
    try:
        links = tuple(
            (_BY_REFERENCE[row["credit"], _CREDITS], _BY_REFERENCE[row["charge"], _CHARGES], row["collected"])
            for row in rows
        )
        return dict(_CONFIGURATIONS[links])
    except KeyError:
        raise ValueError("not one of the lists that GBCS allows") from None


def _write_links(how: Mapping[str, bool]) -> list[dict[str, Any]]:
    return [
        {"credit": _obis(_CREDITS, credit), "charge": _obis(_CHARGES, charge), "collected": bits}
        for credit, charge, bits in _links(how)
    ]


PAYMENT_MODE = attribute(
    "payment_mode", 111, _ACCOUNT, 2, Struct(("mode", ENUMERATED), ("status", ENUMERATED)),
    "Payment mode: 1 credit, 2 prepayment",
    passive=(111, _NEXT_ACCOUNT, 2), activation=_ACTIVATION,
)  # fmt: skip
CREDIT_CHARGES = attribute(
    "credit_charges", 111, _ACCOUNT, 11,
    Iso(
        "credit and charge configuration",
        Array(Struct(("credit", OCTETS), ("charge", OCTETS), ("collected", BITS))),
        _read_links, _write_links,
    ),
    "Payment mode: what each credit pays, and which debts are suspended",
    passive=(111, _NEXT_ACCOUNT, 11), activation=_ACTIVATION,
)  # fmt: skip
DISABLEMENT_THRESHOLD = extended(
    "disablement_threshold", "0-0:94.44.128.22", I32, "Disablement threshold (meter balance)"
)
DISABLEMENT_THRESHOLD_MONITORED = attribute(
    "disablement_threshold", 21, "0-0:16.0.1.255", 2,
    Iso("one threshold", Array(I32, 1, 1), lambda only: only[0], lambda threshold: [threshold]),
    "Disablement threshold (meter balance) in force",
)  # fmt: skip
"""What the meter answers: the same threshold, as the register monitor of the balance has it."""


def _set_later(
    name: str, class_id: int, obis: str, member: int, number: int, title: str, shape: Shape = I32
) -> Attribute:
    """An amount of the account that is written, and activated, as extended data of its own."""
    later = f"0-0:94.44.128.{number}"
    return attribute(
        name, class_id, obis, member, shape, title,
        passive=(EXTENDED_DATA, later, 4), activation=(EXTENDED_DATA, later, 6),
    )  # fmt: skip


EMERGENCY_CREDIT_LIMIT = _set_later(
    "emergency_credit_limit", 112, "0-0:19.10.1.255", 9, 2, "Emergency credit limit"
)
EMERGENCY_CREDIT_THRESHOLD = _set_later(
    "emergency_credit_threshold", 112, "0-0:19.10.1.255", 10, 3, "Emergency credit threshold"
)
LOW_CREDIT_THRESHOLD = _set_later("low_credit_threshold", 111, _ACCOUNT, 16, 9, "Low credit threshold")
GREATEST_TOP_UP = extended("max_credit_threshold", "0-0:94.44.2.10", I32, "Maximum credit of one top-up")
GREATEST_BALANCE = extended("max_meter_balance", "0-0:94.44.2.20", I32, "Maximum meter balance")
GREATEST_BALANCE_AT_ONCE = attribute(
    "max_meter_balance", EXTENDED_DATA, "0-0:94.44.2.20", 2, I32, "Maximum meter balance, in force at once"
)
"""How devices of earlier GBCS versions are given it: the value in force itself is written."""
DEBT_RECOVERY_RATE_CAP = _set_later(
    "debt_recovery_rate_cap", 111, _ACCOUNT, 18, 12,
    "Debt recovery rate cap (whole units of the currency)", U16,
)  # fmt: skip
DEBT_RECOVERY_RATE_CAP_PERIOD = _set_later(
    "debt_recovery_rate_cap_period", 111, _ACCOUNT, 19, 13, "Debt recovery rate cap period: a week (s)"
)

_START, _STOP = 32, 33
_SCRIPTS = {_START: "START", _STOP: "STOP"}
_SCRIPT_NUMBERS = {word: number for number, word in _SCRIPTS.items()}


def _read_script(number: int) -> str:
    try:
        return _SCRIPTS[number]
    except KeyError:
        raise ValueError(number) from None


NON_DISABLEMENT_SPECIAL_DAYS = attribute(
    "non_disablement_special_days", 11, "0-0:11.0.2.255", 2, special_days(20),
    "Special days of the non-disablement calendar",
    passive=(11, "0-1:11.0.2.255", 2), activation=(EXTENDED_DATA, "0-0:94.44.128.31", 6),
)  # fmt: skip
NON_DISABLEMENT_SCHEDULE = attribute(
    "non_disablement_schedule", 10, "0-0:12.0.1.255", 2,
    schedule(
        script_table("00000A006AFF"),
        Iso("non-disablement script", U16, _read_script, _SCRIPT_NUMBERS.__getitem__),
        most=22,
    ),
    "Non-disablement calendar: when a period without disablement starts and stops",
    passive=(10, "0-1:12.0.1.255", 2), activation=(EXTENDED_DATA, "0-0:94.44.128.28", 6),
)  # fmt: skip

DEBT_RECOVERY_RATES = tuple(
    charge(f"debt_recovery_rate_{number}", number, UNIT_CHARGE, f"Debt recovery rate {number}")
    for number in _TIME_DEBTS
)
DEBT_RECOVERY_PERIODS = tuple(
    attribute(
        f"debt_recovery_period_{number}", 113, f"0-0:19.20.{number}.255", 8, U32,
        f"Debt recovery rate {number}: its period (3600 hourly, 86400 daily)",
    )
    for number in _TIME_DEBTS
)  # fmt: skip
DEBT_RECOVERY_PER_PAYMENT = attribute(
    "debt_recovery_per_payment", 113, "0-0:19.20.3.255", 13, U16,
    "Debt recovery per payment: the part of a payment that goes to the debt (hundredths of a per cent)",
)  # fmt: skip
ACTIVATE_DEBT_RECOVERY_RATES = tuple(
    method(
        f"activate_debt_recovery_rate_{number}", 113, f"0-0:19.20.{number}.255", 2,
        f"Debt recovery rate {number}: bring into force",
    )
    for number in _TIME_DEBTS
)  # fmt: skip
ADJUST_TIME_DEBTS = tuple(
    method(
        f"time_debt_register_{number}", 113, f"0-0:19.20.{number}.255", 4,
        f"Time debt register {number}: adjust", I32,
    )
    for number in _TIME_DEBTS
)  # fmt: skip
ADJUST_PAYMENT_DEBT = method(
    "payment_debt_register", 113, "0-0:19.20.3.255", 4, "Payment debt register: adjust", I32
)
ACTIVATE_EMERGENCY_CREDIT = method(
    "activate_emergency_credit", 112, "0-0:19.10.1.255", 3, "Emergency credit: activate"
)
METER_BALANCE_VALUE = attribute("meter_balance", 112, "0-0:19.10.0.255", 2, I32, "Meter balance")

ADJUST_METER_BALANCE = method("adjust_meter_balance", 112, "0-0:19.10.0.255", 1, "Meter balance: adjust", I32)
_ZERO = Const(bytes((INTEGER_32, 0, 0, 0, 0)), "zero")
RESET_METER_BALANCE, RESET_EMERGENCY_CREDIT, RESET_ACCUMULATED_DEBT = (
    method(f"reset_{name}", 112, f"0-0:19.10.{number}.255", 2, f"{title}: reset", _ZERO)
    for number, name, title in (
        (METER_BALANCE, "meter_balance", "Meter balance"),
        (EMERGENCY_CREDIT, "emergency_credit", "Emergency credit balance"),
        (ACCUMULATED_DEBT, "accumulated_debt", "Accumulated debt register"),
    )
)


def _read_digits(octets: bytes) -> str:
    if len(octets) != 20 or not octets.isdigit():
        raise ValueError(octets.hex())
    return octets.decode("ascii")


def _write_digits(text: str) -> bytes:
    octets = text.encode("ascii")
    _read_digits(octets)
    return octets


ENTER_TOKEN = method(
    "utrn", 115, "0-0:19.40.0.255", 1, "Prepayment credit: add",
    Iso("UTRN", OCTETS, _read_digits, _write_digits),
)  # fmt: skip

BALANCES = attribute(
    "prepayment_balances", 1, "0-0:94.44.34.30", 2,
    Struct(
        ("meter_balance", I32), ("emergency_credit_balance", I32), ("accumulated_debt_register", I32),
        ("time_debt_register_1", I32), ("time_debt_register_2", I32), ("payment_debt_register", I32),
    ),
    "Prepayment balances and debts",
)  # fmt: skip

"""How numbers of the console are written out for people."""

from __future__ import annotations

from datetime import timedelta

from gbsmart.duis import dcc_alerts, response_codes

NONE = "\N{EN DASH}"
"""Stands where there is no value."""
MINUS = "\N{MINUS SIGN}"


def energy(wh: int) -> str:
    """``4,231.072 kWh``."""
    return f"{wh // 1000:,}.{wh % 1000:03} kWh"


def volume(litres: int) -> str:
    """``1,024.512 m³``."""
    return f"{litres // 1000:,}.{litres % 1000:03} m³"


def power(watts: int) -> str:
    """``412 W`` or ``3.1 kW``."""
    return f"{watts} W" if watts < 1000 else f"{watts // 1000}.{watts % 1000 // 100} kW"


def price(units: int) -> str:
    """``24.50 p/kWh`` from 10^-5 pounds."""
    return f"{units // 1000}.{units % 1000 // 10:02} p/kWh"


def cost_rate(watts: int, units: int) -> str:
    """``10.09 p an hour at this rate`` from W and 10^-5 pounds per kWh."""
    hundredths = watts * units // 10_000
    return f"{hundredths // 100}.{hundredths % 100:02} p an hour at this rate"


def money(units: int) -> str:
    """``£12.34`` from 10^-5 pounds; less than nothing with a minus sign before it."""
    pence = abs(units) // 1000
    return f"{MINUS if units < 0 else ''}£{pence // 100:,}.{pence % 100:02}"


def elapsed(time: timedelta) -> str:
    """``0 ms``, ``812 ms``, ``4.2 s``, ``3 min 20 s``, ``2 h 5 min``, ``1 day 3 h``."""
    milliseconds = time // timedelta(milliseconds=1)
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    if milliseconds < 60_000:
        return f"{milliseconds // 1000}.{milliseconds % 1000 // 100} s"
    seconds = milliseconds // 1000
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    if seconds < 86_400:
        return f"{seconds // 3600} h {seconds % 3600 // 60} min"
    days = seconds // 86_400
    return f"{days} day{'s' if days > 1 else ''} {seconds % 86_400 // 3600} h"


SUPPLY = {"on": "On", "off": "Off", "armed": "Armed", "locked": "Locked"}
"""States of the supply as a page calls them."""


def supply(state: str) -> str:
    """The state of a supply with a capital letter."""
    return SUPPLY.get(state, state.capitalize())


GOOD = frozenset(("answered", "completed", "delivered"))
BAD = frozenset(("refused", "failed", "outcome unknown", "lapsed"))


def tone(state: str) -> str:
    """Whether a state or outcome is good news, bad news or neither."""
    return "good" if state in GOOD else "bad" if state in BAD else ""


def code_meaning(code: str) -> str:
    """What a response code or DCC Alert code stands for, and whether that is assumed."""
    known = response_codes().get(code) or dcc_alerts().get(code)
    if known is None:
        return ""
    text = known.meaning or getattr(known, "name", "")
    return f"{text} (assumed meaning)" if text and known.assumed else text

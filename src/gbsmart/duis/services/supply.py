"""Service References 7.1 to 7.4: enabling, arming and disabling supply."""

from __future__ import annotations

from gbsmart.duis.schema import Complex, Record

BODIES: dict[str, Complex] = {
    "7.1": Record(note="Connects the supply of electricity."),
    "7.2": Record(note="Disconnects the supply."),
    "7.3": Record(note="Lets the customer connect the supply, at the meter."),
    "7.4": Record(note="Whether supply is connected, armed or disconnected, and the state of the valve."),
}

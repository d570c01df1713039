"""Emulated homes: the Devices of Schedules 9 and 10, and what the people in them use.

A :class:`Street` is the homes of one store. A home is a hub (CHF) with a gas proxy (GPF), an electricity
meter (ESME) and a gas meter (GSME), each with its own keys, credentials, counters and memory; most have
an in-home display (IHD), a prepayment interface (PPMID) and a load switch (HCALCS) as well. Servers
driven by the object dictionaries answer whatever message they are given: no use case is named here.
"""

from gbsmart.devices.accounting import Credited
from gbsmart.devices.battery import deplete, replace_battery
from gbsmart.devices.consumer import activate_emergency_credit, restore_supply, top_up
from gbsmart.devices.credentials import ROOT as ROOT_CELL
from gbsmart.devices.credentials import Cell, cell
from gbsmart.devices.device import Device
from gbsmart.devices.electricity_boost import boost
from gbsmart.devices.enrolment import CELLS, certificates_by_cell
from gbsmart.devices.events import Notice
from gbsmart.devices.exchange import LogEntry, Reaction
from gbsmart.devices.home import WAKE_INTERVAL, Alarm, Home, HomePlan, Snapshot
from gbsmart.devices.identity import MAKES, Make
from gbsmart.devices.ihd import FuelScreen, Screen, Spent
from gbsmart.devices.messages import acknowledge
from gbsmart.devices.meter import Supply
from gbsmart.devices.ppmid import Balance, Prepayment, meter_for
from gbsmart.devices.privacy import enter_pin, set_pin
from gbsmart.devices.replacement import MODES as REPLACEMENT_MODES
from gbsmart.devices.service import LogRow, Street
from gbsmart.devices.tampering import end_tampering, open_cover, tamper

__all__ = [
    "CELLS",
    "MAKES",
    "REPLACEMENT_MODES",
    "ROOT_CELL",
    "WAKE_INTERVAL",
    "Alarm",
    "Balance",
    "Cell",
    "Credited",
    "Device",
    "FuelScreen",
    "Home",
    "HomePlan",
    "LogEntry",
    "LogRow",
    "Make",
    "Notice",
    "Prepayment",
    "Reaction",
    "Screen",
    "Snapshot",
    "Spent",
    "Street",
    "Supply",
    "acknowledge",
    "activate_emergency_credit",
    "boost",
    "cell",
    "certificates_by_cell",
    "deplete",
    "end_tampering",
    "enter_pin",
    "meter_for",
    "open_cover",
    "replace_battery",
    "restore_supply",
    "set_pin",
    "tamper",
    "top_up",
]

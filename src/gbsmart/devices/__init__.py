"""Emulated homes: the Devices of Schedules 9 and 10, and what the people in them use.

A :class:`Street` is the homes of one store. A home is a hub (CHF) with a gas proxy (GPF), an electricity
meter (ESME) and a gas meter (GSME), each with its own keys, credentials, counters and memory; most have
an in-home display (IHD), a prepayment interface (PPMID) and a load switch (HCALCS) as well. Servers
driven by the object dictionaries answer whatever message they are given: no use case is named here.
"""

from gbsmart.devices.accounting import Credited
from gbsmart.devices.consumer import activate_emergency_credit, open_cover, restore_supply, top_up
from gbsmart.devices.credentials import ROOT as ROOT_CELL
from gbsmart.devices.credentials import Cell, cell
from gbsmart.devices.device import Device
from gbsmart.devices.electricity_boost import boost
from gbsmart.devices.enrolment import CELLS, certificates_by_cell
from gbsmart.devices.exchange import LogEntry, Reaction
from gbsmart.devices.home import WAKE_INTERVAL, Home, HomePlan, Snapshot
from gbsmart.devices.identity import MAKES, Make
from gbsmart.devices.ihd import FuelScreen, Screen, Spent
from gbsmart.devices.meter import Supply
from gbsmart.devices.ppmid import Balance, Prepayment, meter_for
from gbsmart.devices.replacement import MODES as REPLACEMENT_MODES
from gbsmart.devices.service import LogRow, Street

__all__ = [
    "CELLS",
    "MAKES",
    "REPLACEMENT_MODES",
    "ROOT_CELL",
    "WAKE_INTERVAL",
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
    "Prepayment",
    "Reaction",
    "Screen",
    "Snapshot",
    "Spent",
    "Street",
    "Supply",
    "activate_emergency_credit",
    "boost",
    "cell",
    "certificates_by_cell",
    "meter_for",
    "open_cover",
    "restore_supply",
    "top_up",
]

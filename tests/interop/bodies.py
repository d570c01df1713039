"""Bodies of the requests: what of a client's template is of the home and the day of here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from gbsmart.assembly.plan import IMPORT_SUPPLIER, Premises
from gbsmart.gbcs.utrn import ValueClass, make_utrn
from gbsmart.keys import Keyring

from . import evidence
from .evidence import Answers

CALENDAR = "UpdateDeviceConfigurationBillingCalendar"


class Setting(NamedTuple):
    """What a body is filled in from: the template's own, and ``earlier`` the answers to what it follows."""

    now: datetime
    home: Premises
    keyring: Keyring
    template: Mapping[str, Any]
    earlier: Answers


Body = Callable[[Setting], Mapping[str, Any]]


def top_up(device: str) -> Body:
    """Ten pounds, by a genuine UTRN for the home's own meter."""

    def body(setting: Setting) -> Mapping[str, Any]:
        meter = getattr(setting.home, device)
        utrn = make_utrn(setting.keyring, IMPORT_SUPPLIER, meter, 1 << 32, 1_000, ValueClass.PENCE)
        return {"TopUpDevice": {"UTRN": utrn}}

    return body


def days(element: str, days: int) -> Body:
    """The log of so many days before today; a template's are long past."""

    def body(setting: Setting) -> Mapping[str, Any]:
        end = evidence.midnight(setting.now)
        period = {"StartDateTime": _moment(end - timedelta(days=days)), "EndDateTime": _moment(end)}
        return {element: {"ReadLogPeriod": period}}

    return body


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.00Z"


def roles(*roles: str) -> Body:
    """These remote party roles."""
    return lambda _: {"RetrieveDeviceSecurityCredentialsKRP": {"RemotePartyRole": list(roles)}}


def fixed(element: str, content: Any) -> Body:
    """A content that the template does not have."""
    return lambda _: {element: content}


def schedule(device: str, wait: timedelta) -> Body:
    """The template's own (the import daily read log, every day) for this device, from so long from now."""

    def body(setting: Setting) -> Mapping[str, Any]:
        first, own = setting.now + wait, setting.template["CreateSchedule"]
        begins = {
            "ScheduleFrequency": own["ScheduleFrequency"],
            "ScheduleStartDate": f"{first:%Y-%m-%d}",
            "ScheduleExecutionStartTime": f"{first:%H:%M:%S}.00Z",
        }
        rest = {name: value for name, value in own.items() if name not in begins}
        return {"CreateSchedule": {**begins, **rest, "DeviceID": str(getattr(setting.home, device))}}

    return body


def after(wait: timedelta) -> Body:
    """The template's own, to be carried out so long from now."""

    def body(setting: Setting) -> Mapping[str, Any]:
        ((element, content),) = setting.template.items()
        return {element: {**content, "ExecutionDateTime": _moment(setting.now + wait)}}

    return body


def ending(calendar: str) -> Body:
    """A billing calendar whose period ends soon."""

    def body(setting: Setting) -> Mapping[str, Any]:
        ends = setting.now + evidence.SOON
        content = {
            "ElectricityBillingCalendar": {"BillingTime": f"{ends:%H:%M:%S}.00Z", "Daily": ""},
            "GasBillingCalendar": {"BillingPeriodStart": _moment(ends), "Periodicity": "SixMonthly"},
        }[calendar]
        return {CALENDAR: {calendar: content}}

    return body


def by_number(element: str) -> Body:
    """The schedule that the exchange before created."""
    return lambda setting: {element: {"DSPScheduleID": str(evidence.number_of(setting.earlier))}}


def by_device(element: str, device: str) -> Body:
    """The schedules for a device."""
    return lambda setting: {element: {"DeviceID": str(getattr(setting.home, device))}}

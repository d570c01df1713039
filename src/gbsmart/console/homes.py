"""The pages of homes: what the meters of one home show now, and what was used today."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from gbsmart.console import words
from gbsmart.console.filtering import Octets, Term
from gbsmart.console.model import HalfHourUse, HomeLine, HomeSource, HomeView, JourneySource, TopUpSource
from gbsmart.devices import Alarm, Notice
from gbsmart.ground import Eui64, InvalidValue
from gbsmart.web import Bar, Event, Page, Plot, Site, as_json, bar_chart, event_stream, read_form

_HALF_HOURS = 48
_PPMID = "PPMID"
_LONGEST_AMOUNT = 10
_LISTED = 100
"""How many homes a page lists."""


class HomePages:
    """The list of homes, one home, and the stream of events that keeps it up to date."""

    def __init__(
        self,
        source: HomeSource,
        journeys: JourneySource,
        refresh: timedelta,
        site: Site,
        top_ups: TopUpSource | None = None,
    ) -> None:
        self._source = source
        self._top_ups = top_ups
        self._journeys = journeys
        self._refresh = refresh
        self._site = site

    async def index(self, request: Request) -> Page:
        """``/homes``: ``q`` keeps those of that name, or with such a device; the first of them are shown."""
        wanted = request.query_params.get("q", "").strip()
        found = [line for line in await self._source.homes() if _fits(line, wanted)]
        model = {"filter": wanted, "total": len(found), "homes": found[:_LISTED]}
        return Page("Homes", "homes.html", model)

    async def home(self, request: Request) -> Page:
        """``/homes/{id}``, where the id is of the hub or of any device behind it.

        The form that is sent to it types a UTRN in at the home's PPMID.
        """
        view = await self._source.home(_eui(request))
        ppmid = dict(view.devices).get(_PPMID)
        tops_up = self._top_ups is not None and ppmid is not None
        utrn, wrong = "", ""
        if request.method == "POST" and self._top_ups is not None and ppmid is not None:
            utrn = (await read_form(request)).get("utrn", "").strip()
            meter = self._top_ups.meter_for(ppmid, utrn)
            entered = await self._top_ups.top_up(meter, utrn)
            if entered.refusal is None:
                query = urlencode({"meter": str(meter), "credited": entered.amount})
                return Page(view.name, "home.html", view, location=f"/homes/{view.id}?{query}#prepayment")
            wrong = f"The {_kind(view, meter)} refused it: {entered.refusal.reason}."
        extra = {
            "tops_up": tops_up,
            "utrn": utrn,
            "wrong": wrong,
            "credited": _credited(request, view),
            "values": values(view),
            "plots": drawings(view),
            "live": f"/homes/{view.id}/events",
            "screen": screen_rows(view),
            "balances": balances(view),
            "half_hours": half_hours(view),
        }
        return Page(view.name, "home.html", view, extra, status=400 if wrong else 200)

    async def device(self, request: Request) -> Page:
        """``/devices/{id}``: what one device logged, what it holds until later, and what it was asked."""
        view = await self._source.device(_eui(request))
        asked = await self._journeys.find(20, None, (Term("device", (Octets(view.id, view.id),)),))
        twin = {**as_json(view), "requests": as_json(asked)}
        extra = {"requests": asked, "tone": words.tone, "meaning": words.code_meaning}
        return Page(f"{view.kind} {view.id}", "device.html", view, extra, twin=twin)

    async def events(self, request: Request) -> Response:
        """``/homes/{id}/events``: the texts and plots of the page, whenever they have changed."""
        eui = _eui(request)
        await self._source.home(eui)  # an unknown home is an error page, not an endless stream
        return event_stream(self._updates(eui), self._site.closing)

    async def _updates(self, eui: Eui64) -> AsyncIterator[Event]:
        while True:
            view = await self._source.home(eui)
            rows = self._site.fragment("log_rows.html", lines=view.log, device_column=True)
            yield Event("update", {"text": values(view), "html": {**drawings(view), "log": rows}})
            # for the person who looks, and so in real time, however fast the homes live
            await asyncio.sleep(self._refresh.total_seconds())


def _kind(view: HomeView, device: Eui64) -> str:
    return next((kind for kind, eui in view.devices if eui == device), "device")


def _credited(request: Request, view: HomeView) -> str:
    """What the top-up that brought the page here did, if one did."""
    amount = request.query_params.get("credited", "")
    try:
        meter = Eui64.parse(request.query_params.get("meter", ""))
    except InvalidValue:
        return ""
    if not amount.isdecimal() or len(amount) > _LONGEST_AMOUNT:
        return ""
    return f"{words.money(int(amount))} credited at the {_kind(view, meter)}"


def _fits(line: HomeLine, wanted: str) -> bool:
    """Whether a home is called so, or a device of it is."""
    if wanted.lower() in line.name.lower():
        return True
    digits = wanted.lower().replace("-", "").replace(":", "")
    return any(digits in eui.compact for _, eui in line.devices)


def _eui(request: Request) -> Eui64:
    return Eui64.parse(request.path_params["id"])


def values(view: HomeView) -> dict[str, str]:
    """The texts of a home's page, by the name under which the page holds each."""
    texts = {
        "at": f"{view.at:%Y-%m-%d %H:%M:%S} UTC",
        "power": _open(view.power_w, words.power),
        "electricity": _open(view.electricity_wh, words.energy),
        "electricity-supply": words.supply(view.electricity_supply),
        "electricity-used": _used(view, "ESME", view.electricity_today, words.energy),
        "price": words.price(view.price),
        "cost-now": _open(view.power_w, lambda power: words.cost_rate(power, view.price)),
        "notices": "; ".join(_notice(meter, each) for meter, each in view.notices) or words.NONE,
        "alarms": "; ".join(_alarm(each) for each in view.alarms) or words.NONE,
    }
    if view.load_switch:
        texts["load"] = words.supply(view.load_switch)
    for period, cells in screen_rows(view):
        texts.update({f"{period}-{name}": text for name, text in cells.items()})
    for fuel, cells in balances(view):
        texts.update({f"{fuel}-{name}": text for name, text in cells.items()})
    if view.gas_supply is not None:
        texts["gas-used"] = _used(view, "GSME", view.gas_today, words.volume)
        texts["gas"] = _open(view.gas_litres, words.volume)
        texts["gas-flow"] = _open(view.gas_litres_per_hour, lambda flow: f"{flow:,} l/h")
        texts["gas-supply"] = words.supply(view.gas_supply)
        texts["gas-awake"] = words.NONE if view.gas_awake_at is None else f"{view.gas_awake_at:%H:%M:%S} UTC"
    return texts


HIDDEN = "behind the PIN"
"""What a page says in the place of what a privacy PIN hides."""


def _open(value: int | None, write: Callable[[int], str]) -> str:
    return HIDDEN if value is None else write(value)


def _used(view: HomeView, meter: str, today: tuple[HalfHourUse, ...], write: Callable[[int], str]) -> str:
    return HIDDEN if meter in view.behind_pin else write(sum(each.amount for each in today))


def _notice(meter: str, notice: Notice) -> str:
    return f"{notice.moment:%H:%M} {meter}: {notice.name}"


def _alarm(alarm: Alarm) -> str:
    return f"{_notice(alarm.meter, alarm.heard)}{', sounding' if alarm.sounds else ''}"


PERIODS = {"today": "Today", "this_week": "This week", "this_month": "This month"}


def screen_rows(view: HomeView) -> list[tuple[str, dict[str, str]]]:
    """What the in-home display shows, by period: use and cost of each fuel."""
    if view.screen is None:
        return []
    return [
        (
            period,
            {
                f"{fuel}-{what}": HIDDEN if spent is None else write(getattr(spent, what))
                for fuel in ("electricity", "gas")
                for spent in (getattr(getattr(view.screen, fuel), period),)
                for what, write in (("energy", words.energy), ("cost", words.money))
            },
        )
        for period in PERIODS
    ]


def balances(view: HomeView) -> list[tuple[str, dict[str, str]]]:
    """What the prepayment interface shows of each fuel, by the names of its values."""
    if view.prepayment is None:
        return []
    return [
        (fuel, {name: _shown(value) for name, value in balance._asdict().items()})
        for fuel, balance in view.prepayment._asdict().items()
        if balance is not None
    ]


def _shown(value: object) -> str:
    """An amount of money, or a word."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return words.money(value) if isinstance(value, int) else str(value).capitalize()


def drawings(view: HomeView) -> dict[str, Markup]:
    """The plots of a home's page, by the id of the element that holds each."""
    hidden = {meter: HIDDEN.capitalize() for meter in view.behind_pin}
    electricity = today(view.electricity_today, view.at, "Electricity", "Wh", hidden.get("ESME"))
    drawn = {"electricity-plot": bar_chart(electricity, "e")}
    if view.gas_supply is not None:
        gas = today(view.gas_today, view.at, "Gas", "litres", hidden.get("GSME"))
        drawn["gas-plot"] = bar_chart(gas, "g")
    return drawn


def today(use: tuple[HalfHourUse, ...], at: datetime, fuel: str, unit: str, said: str | None = None) -> Plot:
    """The 48 half-hours of the day of ``at`` (UTC); those to come have no bar.

    ``said`` stands in the place of a description of what is not shown.
    """
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    amounts = {each.start: each.amount for each in use}
    bars = []
    for index in range(_HALF_HOURS):
        start = midnight + timedelta(minutes=30 * index)
        end = start + timedelta(minutes=30)
        amount = amounts.get(start)
        text = f"{start:%H:%M} to {end:%H:%M}: {amount:,} {unit}" if amount is not None else ""
        bars.append(Bar(f"{start:%H:%M}", amount, text, tick=index % 6 == 0))
    return Plot(f"{fuel} used today", said or describe(use, unit), unit, tuple(bars))


def half_hours(view: HomeView) -> list[tuple[datetime, int | str, int | str]]:
    """Today's half-hours that either meter shows: their amounts, nothing where one does not show it."""
    electricity, gas = (
        {each.start: each.amount for each in use} for use in (view.electricity_today, view.gas_today)
    )
    return [(start, electricity.get(start, ""), gas.get(start, "")) for start in sorted({*electricity, *gas})]


def describe(use: tuple[HalfHourUse, ...], unit: str) -> str:
    """What the plot shows, in a sentence."""
    if not use:
        return "No half-hour of today is over yet."
    most = max(use, key=lambda each: each.amount)
    total = sum(each.amount for each in use)
    return (
        f"{total:,} {unit} in {len(use)} half-hours since midnight UTC; the most, {most.amount:,} {unit},"
        f" in the half-hour from {most.start:%H:%M}."
    )

"""The pages of faults on demand: what there is, what is on, what it has struck, and the switches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.requests import Request

from gbsmart.dcc.faults import request_of
from gbsmart.ground import Fault, Faults, GbsmartError, Parameter, Switch
from gbsmart.web import Page, read_form

_PATH = "/faults"
_SHOWN = 50
"""How many hits a page shows, the newest."""


class FaultPages:
    """``/faults``: every fault with its counters, what is on, recent hits; a page for each with its form.

    A page of another site cannot send its forms (:mod:`gbsmart.web.site`).
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    async def index(self, request: Request) -> Page:
        """``/faults``; a form that is sent to it switches something off, or everything."""
        error = ""
        if request.method == "POST":
            form = await read_form(request)
            try:
                self._switch_off(form)
                return Page("Faults", "faults.html", self._model(), location=_PATH)
            except GbsmartError as problem:
                error = str(problem)
        model = {**self._model(), "error": error}
        return Page("Faults", "faults.html", model, {"groups": self._groups()}, status=400 if error else 200)

    async def fault(self, request: Request) -> Page:
        """``/faults/{name}``: one fault; its form switches it on. Raises ``NotFound``."""
        fault = self._faults.declaration(request.path_params["name"])
        form: dict[str, str] = {}
        errors: dict[str, str] = {}
        if request.method == "POST":
            form = await read_form(request)
            try:
                self._faults.on(fault.name, form)
                return Page(
                    fault.name, "fault.html", self._fault(fault), location=f"{_PATH}/{quote(fault.name)}"
                )
            except GbsmartError as problem:
                errors[getattr(problem, "field", "")] = str(problem)
        model = {**self._fault(fault), "errors": errors}
        return Page(fault.name, "fault.html", model, {"form": form}, status=400 if errors else 200)

    def _switch_off(self, form: Mapping[str, str]) -> None:
        if "clear" in form:
            self._faults.clear()
        else:
            self._faults.off(form.get("off", ""))

    def _groups(self) -> dict[str, list[dict[str, Any]]]:
        """The faults by the part of the system that suffers them."""
        groups: dict[str, list[dict[str, Any]]] = {}
        for each in self._model()["faults"]:
            groups.setdefault(each["where"], []).append(each)
        return groups

    def _model(self) -> dict[str, Any]:
        counters = self._faults.counters()
        on = self._faults.switches()
        return {
            "seed": self._faults.seed,
            "faults": [
                {
                    "name": each.name, "where": each.where, "effect": each.effect,
                    "on": sum(switch.fault is each for switch in on),
                    "met": counters[each.name][0], "hits": counters[each.name][1],
                }
                for each in self._faults.declared.values()
            ],
            "on": [self._switch(each) for each in on],
            "hits": self._hits(),
        }  # fmt: skip

    def _fault(self, fault: Fault) -> dict[str, Any]:
        met, hits = self._faults.counters()[fault.name]
        return {
            "name": fault.name, "where": fault.where, "effect": fault.effect,
            "standing": fault.standing, "met": met, "hits": hits,
            "settings": {
                "What it does": [_field(each) for each in fault.parameters],
                "Whom it strikes": [_field(each) for each in fault.keys],
                "When": [_field(each) for each in fault.conditions],
            },
            "on": [self._switch(each) for each in self._faults.switches() if each.fault is fault],
            "recent": self._hits(fault.name),
        }  # fmt: skip

    def _switch(self, switch: Switch) -> dict[str, Any]:
        clock = self._faults.clock
        return {
            "number": switch.number, "fault": switch.fault.name, "given": switch.shown(),
            "since": switch.since, "until": switch.until, "met": switch.met, "hits": switch.hits,
            "over": clock is not None and switch.over(clock.now()),
        }  # fmt: skip

    def _hits(self, name: str = "") -> list[dict[str, Any]]:
        found = [each for each in self._faults.hits() if name in ("", each.fault)]
        return [{**each._asdict(), "about": request_of(each.about)} for each in found[:_SHOWN]]


def _field(parameter: Parameter) -> dict[str, Any]:
    """One thing that a fault may be told, as a field of a form."""
    return {
        "name": parameter.name, "meaning": parameter.meaning, "range": parameter.range,
        "default": parameter.show(parameter.default), "choices": list(parameter.choices),
    }  # fmt: skip

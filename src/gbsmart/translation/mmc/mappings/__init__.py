"""The mapping rows, grouped as the SEC groups its Service References; loaded on first use.

A form that returns nothing but results needs no row: its Rsp element is empty, and DebugInfo tells the
results. A form that returns values and has no row is handed over as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from gbsmart.gbcs.form import Form
from gbsmart.translation.mmc.mapping import AlertMapping, ResponseMapping

_CATALOGUE = (
    "alerts", "auxiliary", "configuration", "control", "credentials", "hub", "joining", "logs",
    "management", "network", "prepayment", "reading", "tariff",
)  # fmt: skip
_SAY_NOTHING = frozenset(("answers", "alert_code", "time"))


@cache
def response_rows() -> Mapping[str, ResponseMapping]:
    """Form name to the mapping of its response."""
    return {row.form: row for name in _CATALOGUE for row in _rows(name) if isinstance(row, ResponseMapping)}


@cache
def alert_rows() -> Mapping[str, AlertMapping]:
    """Form name to the mapping of its alert."""
    return {row.form: row for name in _CATALOGUE for row in _rows(name) if isinstance(row, AlertMapping)}


def response_mapping(form: Form) -> ResponseMapping | None:
    """How the response of ``form`` is shown; None where that is not declared."""
    found = response_rows().get(form.name)
    if found is None and form.response is not None and _SAY_NOTHING.issuperset(form.response.fields()):
        return ResponseMapping(form.name)
    return found


def alert_mapping(form: Form) -> AlertMapping | None:
    """How the alert of ``form`` is shown; None where that is not declared."""
    found = alert_rows().get(form.name)
    if found is None and form.alert is not None and _SAY_NOTHING.issuperset(form.alert.fields()):
        return AlertMapping(form.name)
    return found


def _rows(name: str) -> tuple[ResponseMapping | AlertMapping, ...]:
    rows: tuple[ResponseMapping | AlertMapping, ...] = import_module(f"{__name__}.{name}").MAPPINGS
    return rows

"""The use cases of GBCS as forms, grouped as the Service References group them.

Declarations only; they are loaded when a message of theirs is first met.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from gbsmart.gbcs.form import Form
from gbsmart.ground import NotFound

_CATALOGUE = (
    "alerts", "auxiliary", "billing", "control", "credentials", "customer",
    "electricity_configuration", "electricity_logs", "electricity_prepayment", "events",
    "gas_configuration", "gas_logs", "gas_prepayment", "gas_reading", "hub", "joining", "management",
    "network_alerts", "prepayment", "reading", "tariff", "voltage",
)  # fmt: skip


@cache
def by_code() -> Mapping[int, tuple[Form, ...]]:
    """Message code to the forms that carry it."""
    found: dict[int, tuple[Form, ...]] = {}
    for form in all_forms():
        found[form.code] = (*found.get(form.code, ()), form)
    return found


def all_forms() -> Iterator[Form]:
    """Every declared form."""
    for name in _CATALOGUE:
        yield from import_module(f"{__name__}.{name}").FORMS


@cache
def _by_name() -> Mapping[str, Form]:
    return {form.name: form for form in all_forms()}


def form(name: str) -> Form:
    """The form of a use case, such as ``form("ECS17b")``; raises :class:`NotFound`."""
    try:
        return _by_name()[name]
    except KeyError:
        raise NotFound(f"no form is declared for use case {name!r}") from None

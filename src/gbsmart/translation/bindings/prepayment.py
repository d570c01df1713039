"""Payment requests (Service References 1.5, 1.6, 2.2 and 4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gbsmart.translation.binding import ISSUER_EVENT_ID, Binding, Fact, From, Members, binding

_PREPAYMENT, _CREDIT = "prepayment_mode", "credit_mode"
_ADJUST, _RESET = "adjust_meter_balance", "reset_meter_balance"


def _is_twin(letters: str) -> bool:
    """Whether an ESME of this variant measures two elements."""
    return letters.startswith("B")


def _debt_suspension(prepayment: Mapping[str, Any]) -> dict[str, Any]:
    return {name: prepayment[name] for name in ("suspend_debt_disabled", "suspend_debt_emergency")}


def _adjusted(mode: str) -> tuple[Binding, Binding]:
    """Electricity has one balance for both modes, gas one for each."""
    path = f"{mode}.{_ADJUST}"
    return (
        binding("1.5", "ECS04a", "ESME", fields={_ADJUST: From(path)}, when=path),
        binding(
            "1.5", "GCS40a" if mode == _PREPAYMENT else "GCS40c", "GSME",
            fields={"issuer_event_id": ISSUER_EVENT_ID, "adjustment": From(path)}, when=path,
        ),
    )  # fmt: skip


def _reset(mode: str) -> tuple[Binding, Binding]:
    path = f"{mode}.{_RESET}"
    return (
        binding("1.5", "ECS04b", "ESME", when=path),
        binding(
            "1.5", "GCS40b" if mode == _PREPAYMENT else "GCS40d", "GSME",
            fields={"issuer_event_id": ISSUER_EVENT_ID}, when=path,
        ),
    )  # fmt: skip


_TWIN = Fact("esme_variant", _is_twin)
_AT = {"execution_date_time": From("execution_date_time")}
_THRESHOLD = {"disablement_threshold": From("prepayment.disablement_threshold")}

BINDINGS = (
    *_adjusted(_PREPAYMENT), *_adjusted(_CREDIT), *_reset(_PREPAYMENT), *_reset(_CREDIT),
    binding(
        "1.6", "ECS02", "ESME", when="credit",
        fields={"credit_charges": Members({"twin_element": _TWIN}), **_AT},
    ),
    binding(
        "1.6", "ECS03", "ESME", when="prepayment",
        fields={
            **_AT, **_THRESHOLD,
            "credit_charges": Members({
                "suspend_debt_disabled": From("prepayment.suspend_debt_disabled"),
                "suspend_debt_emergency": From("prepayment.suspend_debt_emergency"),
                "twin_element": _TWIN,
            }),
        },
    ),
    binding("1.6", "GCS02", "GSME", fields={"issuer_event_id": ISSUER_EVENT_ID, **_AT}, when="credit"),
    binding(
        "1.6", "GCS03", "GSME", when="prepayment",
        fields={
            "issuer_event_id": ISSUER_EVENT_ID, **_AT, **_THRESHOLD,
            "debt_suspension": From("prepayment", _debt_suspension, "debt suspension"),
        },
    ),
    binding("2.2", "CS01a", "ESME", fields={"utrn": From("utrn")}),
    binding("2.2", "CS01b", "GSME", fields={"utrn": From("utrn")}),
    binding("4.3", "ECS19", "ESME"),
    binding("4.3", "GCS14", "GSME", "GPF"),
)  # fmt: skip

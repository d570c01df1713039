"""Credentials of devices (Service References 6.15, 6.17, 6.21, 6.23, 6.24 and 8.5).

A request that replaces certificates becomes one of several messages, by whose cells it means and who has
authority over them: the party itself, a supplier for its load controller, the DCC's Access Control Broker
in whose hands a cell still is, or the CoS Party at a change of supplier (GBCS 13.3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gbsmart.gbcs.forms.credentials import KEY_AGREEMENT, MODES
from gbsmart.ground import NEVER, NOW, InvalidValue, When
from gbsmart.keys import RemotePartyRole
from gbsmart.translation.binding import (
    COUNTER,
    Body,
    Fact,
    Fixed,
    From,
    Members,
    Sender,
    Source,
    all_of,
    binding,
    fact,
    has,
    refusal,
)

ROLES: Mapping[str, RemotePartyRole] = {
    "Root": RemotePartyRole.ROOT,
    "Recovery": RemotePartyRole.RECOVERY,
    "Supplier": RemotePartyRole.SUPPLIER,
    "NetworkOperator": RemotePartyRole.NETWORK_OPERATOR,
    "ACB": RemotePartyRole.ACCESS_CONTROL_BROKER,
    "TransCoS": RemotePartyRole.TRANSITIONAL_COS,
    "LoadController": RemotePartyRole.LOAD_CONTROLLER,
}
"""Remote party roles as DUIS and MMC name them."""
SIGNATURE = "1"
TOP_UP = 1
"""The cell of a supplier's key for top-ups, beside that for everything else."""
SKIP_TIME_CHECKS = 1
_CANCELLED = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def cell(role: RemotePartyRole, usage: str, cell_usage: int | None = None) -> dict[str, Any]:
    """A trust anchor cell of a device."""
    return {"role": int(role), "key_usage": usage, "cell_usage": cell_usage}


def dated(when: When) -> datetime | None:
    """A date of execution as ASN.1 has it: nothing for now, the last of all dates for a cancellation."""
    if when is NOW:
        return None
    if when is NEVER:
        return _CANCELLED
    assert isinstance(when, datetime)
    return when.replace(microsecond=0)


AT = From("execution_date_time", dated, "a date of execution")

# --- whose certificates ---

_CELLS = (
    ("digital_signing_certificate", SIGNATURE, None),
    ("key_agreement_certificate", KEY_AGREEMENT, None),
    ("key_agreement_top_up_certificate", KEY_AGREEMENT, TOP_UP),
)
"""A body's certificates, in the order in which a message has them, and the cell that each is for."""


def _replacements(role: RemotePartyRole) -> Callable[[Body], list[dict[str, Any]]]:
    def convert(given: Body) -> list[dict[str, Any]]:
        found = [
            {"certificate": given[name], "cell": cell(role, usage, cell_usage)}
            for name, usage, cell_usage in _CELLS
            if given.get(name) is not None
        ]
        if not found:
            raise InvalidValue("holds no certificate", response_code="E061505")
        return found

    return convert


def top_up_floor(counter: int) -> list[dict[str, int]]:
    """The floor of the one special use that there is: top-ups."""
    return [{"usage": 0, "counter": counter}]


def _change(role: RemotePartyRole, prefix: str) -> Callable[[Body], list[dict[str, Any]] | None]:
    """The floors of another's cells."""

    def convert(body: Body) -> list[dict[str, Any]] | None:
        floor = body.get(f"{prefix}_floor_seq_number")
        if floor is None:
            return None
        top_up = body.get(f"{prefix}_prepayment_top_up_floor_seq_number")
        above = None if top_up is None else top_up_floor(top_up)
        return [{"role": int(role), "floor": floor, "specialist_floors": above}]

    return convert


def _change_of_supplier(body: Body) -> list[dict[str, Any]] | None:
    """A cancellation changes nothing, and gives no floors [assumed: as in the one test message]."""
    if body.get("execution_date_time") is NEVER:
        return None
    return _change(RemotePartyRole.SUPPLIER, "supplier")(body)


_NOTHING = Fixed(None)
_OWN_FLOORS: Mapping[str, Source] = {
    "floor": From("remote_party_floor_seq_number", absent=None),
    "specialist_floors": From(
        "remote_party_prepayment_top_up_floor_seq_number", top_up_floor, "a floor of top-ups", absent=None
    ),
    "changes": _NOTHING,
}
"""The counters from which the new holder of a party's own cells goes on."""
_BROKERS_FLOOR: Mapping[str, Source] = {
    "floor": From("acb_floor_seq_number"), "specialist_floors": _NOTHING, "changes": _NOTHING,
}  # fmt: skip


def _anothers_floors(changes: Callable[[Body], Any]) -> Mapping[str, Source]:
    return {"floor": _NOTHING, "specialist_floors": _NOTHING, "changes": From("", changes, "floors")}


def _replaces(
    form: str,
    authority: RemotePartyRole | None,
    of: RemotePartyRole,
    floors: Mapping[str, Source],
    certificates: str,
    at: Source = AT,
) -> dict[str, Any]:
    """The values of a form that replaces the certificates of a role, on the authority of another's cell."""
    authorised_by = None if authority is None else cell(authority, SIGNATURE)
    control: dict[str, Source] = {
        "mode": Fixed(MODES.index(_MODE_OF[form])),
        "symmetric_key": _NOTHING,
        "skip_time_checks": From(
            "apply_time_based_cpv_checks",
            lambda apply: None if apply else SKIP_TIME_CHECKS,
            "what is left out of path validation",
        ),
        "authorising_cell": Fixed(authorised_by),
        "counter": COUNTER,
        **floors,
    }
    return {
        "control": Members(control),
        "replacements": From(certificates, _replacements(of), "certificates"),
        "path_certificates": From("certification_path_certificates", list, "a path"),
        "execution_date_time": at,
    }


_MODE_OF = {
    "CS02bSupplierBySupplier": "supplierBySupplier",
    "CS02bNOByNO": "networkOperatorByNetworkOperator",
    "CS02bACBByACB": "accessControlBrokerByACB",
    "CS02bSupplierByTransCoS": "supplierByTransCoS",
    "CS02gLoadControllerByLoadController": "loadControllerByLoadController",
    "CS02gLoadControllerBySupplier": "loadControllerBySupplier",
}
_R = RemotePartyRole
_GIVEN = "replacement_certificates"
_OF_SUPPLIER = ("CS02bSupplierBySupplier", _R.SUPPLIER, _R.SUPPLIER, _OWN_FLOORS, _GIVEN)
_OF_NETWORK_OPERATOR = ("CS02bNOByNO", _R.NETWORK_OPERATOR, _R.NETWORK_OPERATOR, _OWN_FLOORS, _GIVEN)
_OWN_LOAD_CONTROLLER = (
    "CS02gLoadControllerByLoadController", _R.LOAD_CONTROLLER, _R.LOAD_CONTROLLER, _OWN_FLOORS, _GIVEN,
)  # fmt: skip
_LOAD_CONTROLLER_OF_SUPPLIER = (
    "CS02gLoadControllerBySupplier", _R.SUPPLIER, _R.LOAD_CONTROLLER,
    _anothers_floors(_change(_R.LOAD_CONTROLLER, "remote_party")), _GIVEN,
)  # fmt: skip
_BY_COS_PARTY = (
    "CS02bSupplierByTransCoS", _R.TRANSITIONAL_COS, _R.SUPPLIER,
    _anothers_floors(_change_of_supplier), "supplier_replacement_certificates",
)  # fmt: skip
_BROKERS_OWN = (
    "CS02bACBByACB", None, _R.ACCESS_CONTROL_BROKER, _BROKERS_FLOOR, _GIVEN, _NOTHING,
)  # fmt: skip
"""Without a date, as all that the DCC itself waits for."""

# --- reading, and a device's own ---


def _roles(asked: Sequence[str]) -> list[int]:
    if len(set(asked)) != len(asked):
        raise InvalidValue("names a role twice", response_code="E062402")
    return [int(ROLES[name]) for name in asked]


def _broker(_acb: Any) -> dict[str, Any]:
    """The cell of the Access Control Broker, which authorises the question."""
    return cell(RemotePartyRole.ACCESS_CONTROL_BROKER, KEY_AGREEMENT)


_CREDENTIALS: Mapping[str, Source] = {
    "authorising_cell": Fact("acb", _broker),
    "roles": From("remote_party_roles", _roles, "roles"),
}
_KEY_USAGE = {
    "key_usage": From(
        "credential_type", {"Digital Signature": SIGNATURE, "Key Agreement": KEY_AGREEMENT}.__getitem__,
        "a key usage",
    )
}  # fmt: skip

BINDINGS = (
    binding(
        "6.15.1", "CS02bSupplierBySupplier",
        fields=_replaces(*_OF_SUPPLIER), when=has("remote_party_role", "Supplier"),
    ),
    binding(
        "6.15.1", "CS02bNOByNO",
        fields=_replaces(*_OF_NETWORK_OPERATOR), when=has("remote_party_role", "NetworkOperator"),
    ),
    binding(
        "6.15.1", "CS02gLoadControllerByLoadController",
        fields=_replaces(*_OWN_LOAD_CONTROLLER),
        when=all_of(has("remote_party_role", "LoadController"), fact("role", "LC")),
    ),
    binding(
        "6.15.1", "CS02gLoadControllerBySupplier",
        fields=_replaces(*_LOAD_CONTROLLER_OF_SUPPLIER), when=has("remote_party_role", "LoadController"),
    ),
    binding(
        "6.15.2", "CS02d", fields={"device_certificate": From("device_certificate")}
    ),
    binding("6.17", "CS02c", fields=_KEY_USAGE),
    binding(
        "6.21", "CS02bSupplierBySupplier",
        fields=_replaces(*_OF_SUPPLIER, _NOTHING), when=has("remote_party_role", "Supplier"),
        sender=Sender.ACCESS_CONTROL_BROKER,
    ),
    binding(
        "6.21", "CS02bNOByNO",
        fields=_replaces(*_OF_NETWORK_OPERATOR, _NOTHING), when=has("remote_party_role", "NetworkOperator"),
        sender=Sender.ACCESS_CONTROL_BROKER,
    ),
    binding(
        "6.23", "CS02bSupplierByTransCoS",
        fields=_replaces(*_BY_COS_PARTY), sender=Sender.COS_PARTY,
    ),
    binding("6.24.1", "CS02f", fields=_CREDENTIALS, sender=Sender.ACCESS_CONTROL_BROKER),
    binding("6.24.1", "CS02a", fields=_CREDENTIALS, sender=Sender.ACCESS_CONTROL_BROKER),
    binding("6.24.2", "CS02e", fields=_KEY_USAGE),
    binding(
        "8.5", "CS02bACBByACB",
        fields=_replaces(*_BROKERS_OWN), sender=Sender.ACCESS_CONTROL_BROKER,
    ),
)  # fmt: skip
REFUSALS = (
    refusal("6.15.1", {"remote_party_role": "E061501"}),
    refusal("6.21", {"remote_party_role": "E062101"}),
)

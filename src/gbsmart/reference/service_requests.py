"""The page of all Service Reference Variants: who may send each, how, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gbsmart.duis import ServiceRequestVariant, service_requests
from gbsmart.duis.services import body
from gbsmart.handbook.markdown import codes, table
from gbsmart.reference.pages import Objects
from gbsmart.translation.bindings import by_variant

_INTRODUCTION = """\
Every Service Reference Variant of DUIS 5.4 (SEC Appendix E), from the catalogue by which the DCC checks
requests; [their bodies](bodies.md) have a page of their own. *Becomes* is the GBCS form for each type of
device ([its fields](device-messages.md)); where it is empty the request is refused, or is answered by the
DCC itself.

"""


def text() -> str:
    """The page without its title."""
    headings = ("variant", "name", "kind", "User Roles", "Command Variants", "future-dated by",
                "becomes")  # fmt: skip
    return _INTRODUCTION + table(headings, map(_row, data()["service_requests"]))


def data() -> Objects:
    """``service_requests``: what the page's table says of each variant, a list where it says several.

    ``becomes`` are the GBCS forms for each set of ``device_types``.
    """
    return {"service_requests": [_service(each) for each in service_requests().values()]}


def _service(service: ServiceRequestVariant) -> dict[str, Any]:
    return {
        "variant": service.variant,
        "name": service.name,
        "purpose": body(service.variant).note,
        "kind": service.kind,
        "user_roles": sorted(service.roles),
        "command_variants": sorted(service.command_variants),
        "future_dated_by": sorted(holder.value for holder in service.future_dated),
        "becomes": [
            {"device_types": list(types), "forms": names} for types, names in _forms(service.variant).items()
        ],
    }


def _row(service: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        f"`{service['variant']}`",
        service["name"],
        service["kind"],
        codes(service["user_roles"]),
        ", ".join(map(str, service["command_variants"])),
        ", ".join(service["future_dated_by"]),
        "; ".join(
            f"{', '.join(each['device_types'])}: {codes(each['forms'])}" for each in service["becomes"]
        ),
    )


def _forms(variant: str) -> dict[tuple[str, ...], list[str]]:
    """The forms for each set of device types, in the order of the binding rows."""
    found: dict[tuple[str, ...], list[str]] = {}
    for row in by_variant().get(variant, ()):
        names = found.setdefault(tuple(sorted(row.device_types)), [])
        if row.form not in names:
            names.append(row.form)
    return found

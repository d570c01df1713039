"""The page of all Service Reference Variants: who may send each, how, and what becomes of it."""

from __future__ import annotations

from gbsmart.duis import ServiceRequestVariant, service_requests
from gbsmart.duis.services import body
from gbsmart.reference.markdown import codes, table
from gbsmart.translation.bindings import by_variant

_INTRODUCTION = """\
Every Service Reference Variant of DUIS 5.4 (SEC Appendix E), from the catalogue by which the DCC checks
requests. *Body* says whether gbsmart knows the body's fields ([they are listed](bodies.md)); a variant
whose body is not declared is read at envelope level. *Becomes* is the GBCS form for each type of device
([its fields](device-messages.md)); where it is empty the request is refused, or is answered by the DCC
itself.

"""
_KINDS = {(True, False): "critical", (False, True): "non-device"}


def text() -> str:
    """The page without its title."""
    headings = ("variant", "name", "kind", "User Roles", "Command Variants", "future-dated by", "body",
                "becomes")  # fmt: skip
    return _INTRODUCTION + table(headings, map(_row, service_requests().values()))


def _row(service: ServiceRequestVariant) -> tuple[object, ...]:
    return (
        f"`{service.variant}`",
        service.name,
        _KINDS.get((service.critical, service.non_device), "non-critical"),
        codes(sorted(service.roles)),
        ", ".join(map(str, sorted(service.command_variants))),
        ", ".join(sorted(holder.value for holder in service.future_dated)),
        body(service.variant) is not None,
        "; ".join(f"{types}: {codes(names)}" for types, names in _forms(service.variant).items()),
    )


def _forms(variant: str) -> dict[str, list[str]]:
    """The forms for each set of device types, in the order of the binding rows."""
    found: dict[str, list[str]] = {}
    for row in by_variant().get(variant, ()):
        names = found.setdefault(", ".join(sorted(row.device_types)), [])
        if row.form not in names:
            names.append(row.form)
    return found

"""The page of one Service Reference Variant: what it is for, who may send it, what it holds and becomes."""

from __future__ import annotations

from typing import Any

from gbsmart.duis import COMMAND_VARIANTS, ServiceRequestVariant, service
from gbsmart.duis.services import body
from gbsmart.gbcs.message_codes import purposes
from gbsmart.handbook.bodies import described
from gbsmart.handbook.use_cases import title_of
from gbsmart.handbook.worked import cases, scene
from gbsmart.testdata.cases import Case
from gbsmart.testdata.example_requests import indented, without_device
from gbsmart.translation.mmc import rsp_element


def variant(name: str) -> dict[str, Any]:
    """The page of a variant as data; raises :class:`~gbsmart.ground.NotFound`.

    ``becomes`` are the use cases that it becomes, each with the type of device and an example request;
    ``request`` is an example for one that goes to no device.
    """
    facts = service(name)
    found = cases(name)
    return {
        "variant": name, "name": facts.name, "kind": facts.kind,
        "purpose": body(name).note,
        "user_roles": sorted(facts.roles), "device_types": sorted(facts.device_types),
        "command_variants": [
            {"number": number, "takes": COMMAND_VARIANTS[number].takes, "web_service": _service(number)}
            for number in sorted(facts.command_variants)
        ],
        "future_dated_by": sorted(holder.value for holder in facts.future_dated),
        "scheduled": facts.scheduled, "on_demand": facts.on_demand,
        "body": described(name),
        "becomes": [_becomes(case) for case in found],
        "response": _response(facts),
        "request": "" if found else without_device(scene(), name),
    }  # fmt: skip


def _service(number: int) -> str:
    found = COMMAND_VARIANTS[number].web_service
    return found.value if found else ""


def _becomes(case: Case) -> dict[str, Any]:
    code = case.translation.form.code
    return {
        "use_case": case.form, "title": title_of(case.form), "device_type": case.device_type,
        "message_code": f"{code:04X}", "purpose": purposes()[code],
        "asked_by": case.facts.role, "known": case.translation.known,
        "gbcs_version": str(case.translation.facts.get("gbcs_version", "")),
        "request": indented(case.request),
    }  # fmt: skip


def _response(facts: ServiceRequestVariant) -> str:
    if facts.non_device:
        return "A Response by the DCC itself: what was asked for, or a response code that says why not."
    return (
        "A Response with the device's answer as GBCSPayload, whether it did what it was asked or not (I0); "
        f"as MMC it is {rsp_element(facts.variant)}. Where the DCC could not ask, or the device did not "
        "answer, a DCC Alert or a Response with a code that says why not."
    )

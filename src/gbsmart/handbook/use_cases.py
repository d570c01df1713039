"""The page of one use case: what it is for, who sends it to what, what it holds, and an example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from gbsmart.gbcs import catalogue, forms
from gbsmart.gbcs.alert_codes import alert_code
from gbsmart.gbcs.examples import alert_codes_of
from gbsmart.gbcs.form import Body, Form
from gbsmart.gbcs.instructions import outcome_form
from gbsmart.gbcs.message_codes import MessageCode, message_code, message_codes, purposes
from gbsmart.gbcs.protection import DEVICE_TO_DEVICE
from gbsmart.gbcs.versions import known_versions, versions_with
from gbsmart.handbook.fields import fields_of
from gbsmart.handbook.worked import askers, worked

_OUTCOMES = {
    "DLMS": "One result for each item, in order: 0 is success, anything else a data access result of DLMS. "
    "A refused item has no value; the items beside it may have succeeded.",
    "GBZ": "One status for each component, in order: 0 is success, anything else a status of ZigBee. What "
    "comes after a component that failed is not executed (command FF, status 01).",
    "ASN1": "What was asked for, or a code that says why not.",
    "ZSE": "The home area network answers; nothing reaches a remote party.",
}


def address_of(name: str) -> str:
    """The last part of the address of a use case's page."""
    return name.replace(" ", "-")


@cache
def names() -> Mapping[str, str]:
    """Every use case that has a page, by the last part of its address: forms, and codes without one."""
    found = {address_of(form.name): form.name for form in forms.all_forms()}
    with_form = {form.code for form in forms.all_forms()}
    others = (row.use_case for code, row in message_codes().items() if code not in with_form)
    return {**found, **{address_of(name): name for name in others}}


def title_of(name: str) -> str:
    """What GBCS calls the messages of a use case."""
    return code_of(name).title


def use_case(name: str) -> dict[str, Any]:
    """The page of a use case as data.

    ``asked_by`` are the Service Requests that become it, each with the type of device; ``command``,
    ``response`` and ``alert`` the fields of its bodies (None where it has no such message); ``examples``
    worked messages in hexadecimal.
    """
    row = code_of(name)
    form = form_of(name)
    rules = catalogue.commands().get(row.code)
    return {
        "use_case": name, "title": row.title, "purpose": purposes()[row.code],
        "gbcs_versions": _versions(row), "message_code": f"{row.code:04X}", "family": row.family,
        "devices": list(row.devices),
        "direction": _direction(form, row), "critical": rules is not None and rules.critical,
        "command_protection": str(rules.command) if rules else "",
        "response_protection": str(rules.response) if rules else "",
        "response_encrypted": rules is not None and rules.sensitive,
        "future_datable": rules is not None and rules.future_datable,
        "sent_by": [role.name.replace("_", " ").lower() for role in rules.roles] if rules else [],
        "assumed": sorted(rules.assumed) if rules else [],
        "verified": form is not None and form.verified,
        "asked_by": _asked_by(name),
        "command": _body(form.command if form else None),
        "response": _body(form.response if form else None),
        "outcomes": _OUTCOMES[row.family.partition("/")[0]] if form is None or form.response else "",
        "alert": _body(form.alert if form else None),
        "alerts": _alerts(form), "related": _related(form, row, rules),
        "examples": {} if form is None else {k: o.hex().upper() for k, o in worked(name).messages.items()},
    }  # fmt: skip


def form_of(name: str) -> Form | None:
    """The form of a use case; None where no GBCS message bears its code."""
    return next((form for form in forms.all_forms() if form.name == name), None)


def code_of(name: str) -> MessageCode:
    """The message code of a use case."""
    form = form_of(name)
    if form is not None:
        return message_code(form.code)
    return next(row for row in message_codes().values() if row.use_case == name)


def _direction(form: Form | None, row: MessageCode) -> str:
    if row.family == "ZSE" or row.code in DEVICE_TO_DEVICE:
        return "from a device to another in the home"
    if form is not None and form.command is None:
        return "from the device to a remote party, of its own accord"
    return "to the device, which answers"


def _body(body: Body | None) -> list[dict[str, Any]] | None:
    return None if body is None else [field._asdict() for field in fields_of(body)]


def _versions(row: MessageCode) -> str:
    """The GBCS versions whose devices have it; nothing where all have."""
    spans: dict[str, list[str]] = {}
    for device in row.devices:
        spans.setdefault(_span(versions_with(row.code, device)), []).append(device)
    if len(spans) == 1:
        return next(iter(spans))
    return ", ".join(f"{span or 'all'} ({' '.join(devices)})" for span, devices in spans.items())


def _span(versions: Sequence[str]) -> str:
    known = known_versions()
    if not versions or len(versions) == len(known):
        return ""
    first, last = versions[0], versions[-1]
    if last == known[-1]:
        return f"from {first}"
    return f"up to {last}" if first == known[0] else f"{first} to {last}"


def _asked_by(name: str) -> list[dict[str, str]]:
    return [
        {"variant": case.variant, "name": case.service.name, "device_type": case.device_type}
        for case in askers(name)
    ]


def _alerts(form: Form | None) -> list[dict[str, str]]:
    """The alert codes that its alert carries."""
    if form is None or form.alert is None:
        return []
    return [
        {"code": f"{code:04X}", "name": alert_code(code).name, "raised_by": alert_code(code).raised_by}
        for code in alert_codes_of(form)
    ]


def _related(form: Form | None, row: MessageCode, rules: Any) -> list[str]:
    """The use cases that belong with it: those of its message code, and the alert of future dating."""
    if form is None:
        return []
    others = [each.name for each in forms.by_code().get(form.code, ()) if each.name != form.name]
    if rules is not None and rules.future_datable:
        others.append(outcome_form(form.code).name)
    known = names().values()
    related = dict.fromkeys((*others, f"{row.use_case} alert"))
    return [each for each in related if each in known and each != form.name]

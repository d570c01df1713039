"""The page of GBCS forms: what each message holds, how it is protected, and who may send it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gbsmart.gbcs import forms
from gbsmart.gbcs.catalogue import MessageRules, commands
from gbsmart.gbcs.form import Body, Form
from gbsmart.gbcs.message_codes import message_code, message_codes, purposes
from gbsmart.handbook.markdown import codes, table
from gbsmart.reference.pages import Objects

_INTRODUCTION = """\
The forms of GBCS that gbsmart reads and writes value by value, from their declarations. A form's name is
its use case; several may share a message code and are told apart by their content. One marked *unverified*
was declared from descriptions: there is no public test message of all that it has.

"""

_WITHOUT = """\
These are use cases between the devices of a home: they are carried in ZigBee's own messages, and no GBCS
message bears their codes.

"""
_CODE = ("use case", "code", "title", "devices")


def text() -> str:
    """The page without its title."""
    alerts: list[Form] = []
    others: list[Form] = []
    for form in sorted(forms.all_forms(), key=lambda one: (one.code, one.name)):
        (alerts if form.command is None and form.alert is not None else others).append(form)
    ways = table(
        ("form", "code", "title", "devices", "command", "response", "may be sent by"), map(_way, others)
    )
    values = table(("form", "in the command", "in the response"), map(_values, others))
    of_alerts = table(("form", "code", "title", "values"), map(_alert, alerts))
    return (
        f"{_INTRODUCTION}## Commands and their responses\n\n{ways}\n## What they hold\n\n{values}\n"
        f"## Alerts\n\n{of_alerts}\n## Codes without a form\n\n{_WITHOUT}{table(_CODE, _without())}"
    )


def data() -> Objects:
    """``use_cases``: the declared forms, each with the fields of its ``command``, ``response`` or ``alert``.

    ``verified`` says whether there were public test messages of all of these.

    ``message_codes``: every message code, its use case and devices, declared or not.
    """
    return {
        "use_cases": [_use_case(form) for form in forms.all_forms()],
        "message_codes": [
            {
                "code": f"{one.code:04X}", "use_case": one.use_case, "title": one.title,
                "family": one.family, "devices": list(one.devices),
            }
            for one in message_codes().values()
        ],
    }  # fmt: skip


def _use_case(form: Form) -> dict[str, Any]:
    rules = commands().get(form.code)
    return {
        "form": form.name, "code": f"{form.code:04X}", "title": form.title,
        "purpose": purposes()[form.code],
        "devices": list(message_code(form.code).devices),
        "command": _names(form.command), "response": _names(form.response), "alert": _names(form.alert),
        "command_protection": rules and str(rules.command),
        "response_protection": rules and str(rules.response),
        "response_encrypted": rules and rules.sensitive,
        "verified": form.verified,
        "sent_by": [role.name.replace("_", " ").lower() for role in rules.roles] if rules else [],
    }  # fmt: skip


def _names(body: Body | None) -> list[str] | None:
    return None if body is None else list(dict.fromkeys(body.fields()))


def _without() -> Iterator[tuple[object, ...]]:
    """Codes of the home area network alone."""
    for one in message_codes().values():
        if one.code not in forms.by_code():
            yield f"`{one.use_case}`", f"`{one.code:04X}`", one.title, ", ".join(one.devices)


def _name(form: Form) -> str:
    return f"`{form.name}`" if form.verified else f"`{form.name}` *unverified*"


def _way(form: Form) -> tuple[object, ...]:
    rules = commands().get(form.code)
    devices = message_code(form.code).devices
    return (_name(form), f"`{form.code:04X}`", form.title, ", ".join(devices), *_protection(rules))


def _protection(rules: MessageRules | None) -> tuple[str, str, str]:
    if rules is None:
        return "", "", ""
    sealed = ", values encrypted" if rules.sensitive else ""
    by = ", ".join(role.name.replace("_", " ").lower() for role in rules.roles)
    return str(rules.command), f"{rules.response}{sealed}", by


def _values(form: Form) -> tuple[object, ...]:
    return f"`{form.name}`", _fields(form.command), _fields(form.response)


def _alert(form: Form) -> tuple[object, ...]:
    return _name(form), f"`{form.code:04X}`", form.title, _fields(form.alert)


def _fields(body: Body | None) -> str:
    return "" if body is None else codes(dict.fromkeys(body.fields()))

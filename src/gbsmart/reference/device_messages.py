"""The page of GBCS forms: what each message holds, how it is protected, and who may send it."""

from __future__ import annotations

from gbsmart.gbcs import forms
from gbsmart.gbcs.catalogue import MessageRules, commands
from gbsmart.gbcs.form import Body, Form
from gbsmart.gbcs.message_codes import message_code
from gbsmart.reference.markdown import codes, table

_INTRODUCTION = """\
The forms of GBCS that gbsmart reads and writes value by value, from their declarations. A form's name is
its use case; several may share a message code and are told apart by their content. Every other message is
still walked to its last octet, explained and written again.

"""


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
        f"## Alerts\n\n{of_alerts}"
    )


def _way(form: Form) -> tuple[object, ...]:
    rules = commands().get(form.code)
    devices = message_code(form.code).devices
    return (f"`{form.name}`", f"`{form.code:04X}`", form.title, ", ".join(devices), *_protection(rules))


def _protection(rules: MessageRules | None) -> tuple[str, str, str]:
    if rules is None:
        return "", "", ""
    sealed = ", values encrypted" if rules.sensitive else ""
    by = ", ".join(role.name.replace("_", " ").lower() for role in rules.roles)
    return str(rules.command), f"{rules.response}{sealed}", by


def _values(form: Form) -> tuple[object, ...]:
    return f"`{form.name}`", _fields(form.command), _fields(form.response)


def _alert(form: Form) -> tuple[object, ...]:
    return f"`{form.name}`", f"`{form.code:04X}`", form.title, _fields(form.alert)


def _fields(body: Body | None) -> str:
    return "" if body is None else codes(dict.fromkeys(body.fields()))

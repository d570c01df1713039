"""Worked examples: the messages of a set, under keys that are the same every time."""

from __future__ import annotations

import random
from functools import cache
from typing import NamedTuple

from gbsmart.duis import service_requests
from gbsmart.gbcs import catalogue, forms
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.explain import Explanation, explain
from gbsmart.gbcs.form import Form
from gbsmart.testdata import messages
from gbsmart.testdata.cases import Case, cases_of
from gbsmart.testdata.messages import NotMade
from gbsmart.testdata.scene import Scene, own_scene
from gbsmart.translation.bindings import by_variant

_SEED = 54


class Worked(NamedTuple):
    """An example of one form: by which case it is asked, if any is, and its messages by kind."""

    case: Case | None
    messages: dict[str, bytes]


@cache
def scene() -> Scene:
    """The scene of every worked example."""
    return own_scene(random.Random(_SEED).randbytes)  # noqa: S311 - the keys are for everyone to see


@cache
def cases(variant: str) -> tuple[Case, ...]:
    """The plainest case of each form and device of a variant."""
    found: dict[tuple[str, str], Case] = {}
    for case in cases_of(scene(), variant).found:
        found.setdefault((case.form, case.device_type), case)
    return tuple(found.values())


def askers(form: str) -> tuple[Case, ...]:
    """The cases that ask for a form."""
    rows = by_variant()
    variants = [name for name in service_requests() if any(row.form == form for row in rows.get(name, ()))]
    return tuple(case for variant in variants for case in cases(variant) if case.form == form)


@cache
def worked(form_name: str) -> Worked:
    """The worked example of a form; without messages where none can be made."""
    form = forms.form(form_name)
    case = next(iter(askers(form_name)), None)
    found: dict[str, bytes] = {}
    try:
        if form.command is not None:
            found["command"] = _command(form, case)
            if form.response is not None:
                sent = Message.parse(found["command"])
                variant = case.variant if case else ""
                told = messages.responses(scene(), sent, form, "SUCCESS", variant)
                found["response"] = next(told).octets
        if form.alert is not None:
            found["alert"] = next(messages.alerts(scene(), form)).octets
    except (NotMade, StopIteration):
        pass
    return Worked(case, found)


def _command(form: Form, case: Case | None) -> bytes:
    if case is not None:
        return messages.command(scene(), case)
    message = messages.unasked(scene(), form)
    return messages.protected_command(scene(), message, catalogue.message(form.code))


def explained(octets: bytes) -> Explanation:
    """A worked message, opened and checked with the scene's keys."""
    return explain(octets, scene().keyring, scene().acb)

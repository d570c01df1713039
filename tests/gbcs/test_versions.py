"""GBCS versions: what each brought and ended is declared once, and what it names is there."""

from __future__ import annotations

import re
from datetime import date
from importlib import import_module
from pkgutil import iter_modules

import pytest

from gbsmart.gbcs import forms
from gbsmart.gbcs.changes import AlertsAdded, ShapeChanged, UseCaseReplaced, UseCasesRemoved
from gbsmart.gbcs.dlms import objects
from gbsmart.gbcs.dlms.objects.attribute import Attribute
from gbsmart.gbcs.dlms.shapes import Either
from gbsmart.gbcs.message_codes import message_codes
from gbsmart.gbcs.versions import (
    CHANGES,
    NEWEST,
    VERSIONS,
    check_version,
    edition,
    is_dated,
    known_versions,
    last_with,
    turning_points,
)
from gbsmart.ground import NotFound

PAIRS = [
    ("ECS08", "ECS08a", "ESME"), ("GCS60", "GCS60a", "GSME"), ("ECS26d", "ECS26l", "ESME"),
    ("GCS21d", "GCS21k", "GPF"), ("ECS26e", "ECS26m", "ESME"), ("ECS26i", "ECS26n", "CHF"),
    ("GCS21e", "GCS21m", "GSME"), ("CCS05CCS04", "CCS06", "CHF"), ("ECS46c", "ECS46d", "ESME"),
    ("ECS47Activate", "ECS47a", "ESME"), ("GCS24", "GCS24a", "GSME"),
]  # fmt: skip


def has(version: str, form: str, device_type: str) -> bool:
    return edition(version).has(forms.form(form).code, device_type)


@pytest.mark.parametrize(("before", "after", "kind"), PAIRS)
@pytest.mark.parametrize("version", known_versions())
def test_of_two_use_cases_a_device_has_one(version: str, before: str, after: str, kind: str) -> None:
    assert has(version, before, kind) != has(version, after, kind)
    assert has("1.0", before, kind)
    assert has(NEWEST, after, kind)


def test_a_change_may_be_one_for_some_types_of_device_alone() -> None:
    assert not has("4.3", "GCS21e", "GSME")
    assert has("4.3", "GCS21e", "GPF")
    assert is_dated(forms.form("GCS21e").code, "GSME")
    assert not is_dated(forms.form("GCS21e").code, "GPF")


def test_what_no_change_names_every_version_has() -> None:
    assert all(has(version, "ECS01a", "ESME") for version in known_versions())
    assert all(edition(version).has_alert(0x8F85, "ESME") for version in known_versions())


def test_an_alert_comes_with_the_message_that_carries_it() -> None:
    assert [edition(version).has_alert(0x8F86, "ESME") for version in ("3.2", "4.0")] == [False, True]
    assert [edition(version).has_alert(0x8F20, "CHF") for version in ("1.1", "2.0")] == [False, True]


def test_a_version_nobody_has_heard_of_has_what_the_last_before_it_has() -> None:
    for version, known in (("1.5", "1.1"), ("3.9", "3.2"), ("10.0", "4.3"), ("", "4.3"), ("new", "4.3")):
        assert edition(version).lacking == edition(known).lacking
    assert check_version("3.2") == "3.2"
    with pytest.raises(NotFound, match=r"'3\.9' is not a GBCS version"):
        check_version("3.9")


def test_the_last_version_with_a_use_case() -> None:
    assert (last_with("ECS08"), last_with("ECS47")) == ("1.1", "3.2")
    assert (last_with("ECS08a"), last_with("ECS01a")) == (NEWEST, NEWEST)


def test_the_declarations_are_in_order_and_name_what_there_is() -> None:
    places = [[int(part) for part in each.number.split(".")] for each in VERSIONS]
    assert places == sorted(places)
    known = known_versions()
    brought = [known.index(change.since) for change in CHANGES]
    assert brought == sorted(brought, reverse=True), "newest first"
    names = {row.use_case for row in message_codes().values()}
    assert {name for change in CHANGES for name in (*change.brought, *change.ended)} <= names
    assert set(turning_points()[1:]) == {change.since for change in CHANGES}
    assert all(change.says for change in CHANGES)
    assert {each.since for each in VERSIONS} >= {date(2018, 2, 1), None}


def test_every_object_of_two_shapes_says_since_when() -> None:
    modules = (import_module(f"{objects.__name__}.{each.name}") for each in iter_modules(objects.__path__))
    held = [value for module in modules for value in vars(module).values()]
    every = [each for value in held for each in (value if isinstance(value, tuple) else (value,))]
    of_two = {each.name for each in every if isinstance(each, Attribute) and isinstance(each.shape, Either)}
    told = {name for change in CHANGES if isinstance(change, ShapeChanged) for name in change.objects}
    assert {re.sub(r"_\d+_", "_{n}_", name) for name in of_two} == told


def test_which_of_two_shapes_an_object_has_follows_from_its_use_case() -> None:
    minutes, moments = forms.form("ECS47Activate"), forms.form("ECS47a")
    assert minutes.command is not None
    assert moments.command is not None
    assert "duration" in minutes.command.fields()
    assert {"start_date_time", "end_date_time"} <= set(moments.command.fields())


def test_changes_tell_what_they_are() -> None:
    told = [
        AlertsAdded(since="9.0", basis="I", codes=(0x8F0A, 0x8F0B)),
        UseCasesRemoved(since="9.0", basis="I", removed=("ECS99",)),
        UseCaseReplaced(since="9.0", basis="I", before="ECS98", after="ECS99"),
    ]
    assert [each.says for each in told] == [
        "alert codes 8F0A, 8F0B", "ECS99 is gone", "ECS99 in place of ECS98",
    ]  # fmt: skip

"""Every Service Request to every type of device that it is for finds its row, which writes its message."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import islice, product
from typing import Any

import pytest

from gbsmart.duis import Request, RequestId, build_request, parse_request
from gbsmart.duis.catalogue import service_requests
from gbsmart.duis.examples import Setting, examples
from gbsmart.duis.services import body
from gbsmart.gbcs import codec, forms
from gbsmart.ground import InvalidValue, ManualClock
from gbsmart.translation import Facts, NoTranslation, transform
from gbsmart.translation.binding import Binding, From, Ledger, Members, other_device
from gbsmart.translation.bindings import by_variant
from gbsmart.trust import TestSmki

from .test_transform import ELECTRICITY, ESME, SUPPLIER

CASES = [
    (each.variant, kind)
    for each in service_requests().values()
    if each.targets_device
    for kind in sorted(each.device_types)
]
_TRIED = 120
"""Example bodies of one variant: enough for every branch of its choices."""
_TYPES = ("ESME", "GSME", "GPF", "PPMID", "HCALCS", "CAD")
_GAS = ("GSME", "GPF")


@cache
def certificate() -> bytes:
    clock = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
    smki = TestSmki.create(clock, random.Random(7).randbytes)
    return smki.device(ESME)[0].certificate.der


@cache
def bodies(variant: str, fuel: str) -> tuple[Any, ...]:
    content = body(variant)
    assert content is not None
    given = dict.fromkeys(_CERTIFICATES, certificate())
    words = [(name, word) for name, each in _WORDS.items() for word in each]
    settings = [Setting(given={**given, name: word}, about=(fuel,)) for name, word in words]
    first = [Setting(given=given, about=(fuel,))]
    found = [one for setting in first + settings for one in islice(examples(content, setting), _TRIED)]
    return tuple({repr(one): one for one in found}.values())


_CERTIFICATES = (
    "digital_signing_certificate", "key_agreement_certificate", "device_certificate", "certificate",
)  # fmt: skip
_WORDS = {
    "periodicity": ("Monthly",),
    "remote_party_role": ("Supplier", "NetworkOperator", "LoadController"),
    "log_to_read": ("Event", "ALCSEvent", "PowerEvent", "Security", "GSMEEvent", "GSMESecurity"),
    "request_type": ("Add", "Remove"),
    "esme_event_log_type": ("ALCS",),
}
"""Fields whose words choose between rows: an example alone has the first of them."""


def facts_for(kind: str, given: Mapping[str, Any]) -> Iterator[Facts]:
    """What may be known: versions and variants of devices, roles, the type of the other device."""
    plain = replace(
        ELECTRICITY, device_type=kind, cos=SUPPLIER, other_device_certificate=certificate(),
        customer_identification_number="0042",
        device_log=[{"device_id": ESME, "device_type": 1}] if kind == "GPF" else _LOG,
    )  # fmt: skip
    others = ("",) if other_device(given) is None else _TYPES
    for version, letters, role, other in product(("1.0", "4.3"), ("", "BD", "C"), ("IS", "ED", "LC"), others):
        yield replace(plain, gbcs_version=version, esme_variant=letters, role=role, other_device_type=other)


_LOG: Mapping[str, Any] = {"network_id": bytes(8), "devices": []}


def fitting(variant: str, given: Mapping[str, Any], facts: Facts) -> list[Binding]:
    found = Ledger(facts)
    return [row for row in by_variant()[variant] if row.fits(given, found) and row.is_spoken(found)]


def tried(variant: str, kind: str) -> Iterator[tuple[Mapping[str, Any], Facts]]:
    for given in bodies(variant, "Gas" if kind in _GAS else "Elec"):
        for facts in facts_for(kind, given):
            yield given, facts


@pytest.mark.parametrize(("variant", "kind"), CASES)
def test_a_request_to_a_device_that_it_is_for_becomes_a_message(variant: str, kind: str) -> None:
    written: set[str] = set()
    for number, (given, facts) in enumerate(tried(variant, kind)):
        request = Request(RequestId(SUPPLIER, ESME, 1000 + number), 1, variant, given)
        try:
            translated = transform(request, facts)
            if translated.form.name in written:
                continue
            message = translated.message(None if translated.known else 77)
        except (NoTranslation, InvalidValue):
            continue  # two devices that are not joined, a log that this type does not have, an empty list
        reading = codec.read(message)
        assert reading is not None
        assert reading.form.code == translated.form.code
        for _ in range(2):  # made of what requests share, and then found to be made already
            shared = transform(sharing(request), facts)
            assert shared.message(None if shared.known else 77) == message
        written.add(translated.form.name)
    assert written


def sharing(request: Request) -> Request:
    """The request as the DCC reads it once its shape is known."""
    document = build_request(request)
    for _ in range(2):
        parse_request(document)
    return parse_request(document, shared=True).message


@pytest.mark.parametrize(("variant", "kind"), CASES)
def test_at_most_one_row_of_a_type_of_device_is_for_all_else_and_stands_last(variant: str, kind: str) -> None:
    rows = [row for row in by_variant()[variant] if kind in row.device_types]
    assert rows
    assert not [row.form for row in rows[:-1] if row.when == "" and not row.dated]


def test_no_row_is_in_the_shadow_of_another() -> None:
    chosen: set[int] = set()
    for variant, kind in CASES:
        chosen.update(
            id(rows[0]) for given, facts in tried(variant, kind) if (rows := fitting(variant, given, facts))
        )
    unused = [
        (row.variant, row.form, sorted(row.device_types))
        for rows in by_variant().values()
        for row in rows
        if id(row) not in chosen
    ]
    assert unused == []


def test_a_row_names_no_device_that_takes_no_such_command_or_that_its_variant_is_not_for() -> None:
    """Rows have their devices from both tables; one that is for some of them names none beside these."""
    rows = [row for each in by_variant().values() for row in each]
    assert [
        (row.variant, row.form) for row in rows if not row.device_types or row.only - row.device_types
    ] == []


def test_every_binding_fills_every_field_of_its_form() -> None:
    for variant, rows in by_variant().items():
        for row in rows:
            command = forms.form(row.form).command
            assert command is not None
            assert set(command.fields()) == set(row.fields), f"{variant} and {row.form} do not agree"


def sources(source: Any) -> Iterator[Any]:
    """A source, or those of its members."""
    if isinstance(source, Members):
        for member in source.members.values():
            yield from sources(member)
    else:
        yield source


def test_every_conversion_has_a_name() -> None:
    nameless = [
        (row.form, source.path)
        for rows in by_variant().values()
        for row in rows
        for field in row.fields.values()
        for source in sources(field)
        if isinstance(source, From) and source.convert is not None and not source.name
    ]
    assert nameless == []

"""The COSEM object dictionary: each attribute once, and every one that a form asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from gbsmart.devices.blank import blank
from gbsmart.gbcs import forms
from gbsmart.gbcs.dlms import objects
from gbsmart.gbcs.dlms.access import AccessRequest
from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.gbcs.dlms.data import walk_data
from gbsmart.gbcs.dlms.objects.attribute import Attribute, Method
from gbsmart.gbcs.envelope import Cra, Header, OtherInformation

from .messages import METER, SUPPLIER, writing

DATA_PROTECTION = 30


def _found(values: Iterable[Any]) -> Iterator[Attribute | Method]:
    for value in values:
        if isinstance(value, Attribute | Method):
            yield value
        elif isinstance(value, tuple | list):
            yield from _found(value)
        elif isinstance(value, Mapping):
            yield from _found(value.values())


def _declared() -> dict[int, Attribute | Method]:
    modules = (import_module(each.name) for each in iter_modules(objects.__path__, f"{objects.__name__}."))
    return {id(each): each for module in modules for each in _found(vars(module).values())}


DECLARED = list(_declared().values())
ATTRIBUTES = [each for each in DECLARED if isinstance(each, Attribute)]
METHODS = [each for each in DECLARED if isinstance(each, Method)]


def test_an_attribute_has_one_shape_wherever_it_is_declared() -> None:
    shapes: dict[Ref, Any] = {}
    for each in ATTRIBUTES:
        for ref in {each.ref, each.written_at}:
            assert shapes.setdefault(ref, each.shape) == each.shape, each.name


def test_methods_differ_in_name() -> None:
    """What a method does is found by its name."""
    names = [each.name for each in METHODS]
    assert len(names) == len(set(names))


def test_whatever_a_form_asks_for_is_declared() -> None:
    known = {ref for each in ATTRIBUTES for ref in (each.ref, each.written_at, each.activation)}
    known |= {each.ref for each in METHODS}
    for form in forms.all_forms():
        if isinstance(form.command, AccessRequest):
            for item in form.command.items:
                asked = {Ref(*ref) for _, *ref in item.keys if ref[0] != DATA_PROTECTION}
                assert asked <= known, (form.name, item.title)


@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=lambda each: f"{each.name} {each.ref}")
def test_a_value_that_nobody_has_set_is_data_of_some_type(attribute: Attribute) -> None:
    context = writing(Header(Cra.RESPONSE, 1, METER, SUPPLIER, OtherInformation(0)))
    octets = blank(attribute.shape, context)
    assert walk_data(octets, 0, len(octets))[1] == len(octets)

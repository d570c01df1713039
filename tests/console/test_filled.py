"""What is wrong with what was filled in is said at its input."""

from __future__ import annotations

from gbsmart.console import nodes
from gbsmart.console.filled import place_error, values_of
from gbsmart.console.nodes import Input
from gbsmart.duis.services import body

from .test_nodes import filled_in, read


def test_an_error_is_shown_at_its_input() -> None:
    content = body("1.1.1")
    assert content is not None
    form = filled_in(content, 0, optional=False)
    (first,) = (
        node
        for node in nodes.every(form)
        if node.path == "elec_tariff_elements.switching_table.day_profiles.day_profiles.0.day_name"
    )
    assert isinstance(first, Input)
    first.text = "17"
    _, wrong = values_of(form, read)
    assert wrong == 1
    assert first.error == "says 17, not 1 to 16"


def test_an_error_that_duis_finds_is_shown_where_it_belongs() -> None:
    content = body("8.2")
    assert content is not None
    form = nodes.form_of(content, {})
    assert place_error(form, "property_filter.post_code", "is wrong")
    found = [node for node in nodes.every(form) if node.error]
    assert [node.path for node in found] == ["property_filter.post_code"]
    assert place_error(form, "property_filter.post_code.0", "is wrong too")
    assert not place_error(form, "nowhere", "is lost")


def test_what_must_be_there_says_so() -> None:
    content = body("3.2")
    assert content is not None
    form = nodes.form_of(content, {})
    _, wrong = values_of(form, read)
    assert wrong == 1
    (node,) = (each for each in nodes.every(form) if each.error)
    assert (node.label, node.error) == ("Restriction Date Time", "needs a value")

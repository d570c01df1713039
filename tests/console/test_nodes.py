"""Forms from declarations: every declared body can be asked for, filled in, and read back."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gbsmart.console import nodes
from gbsmart.console.examples import text_of, with_examples
from gbsmart.console.filled import values_of
from gbsmart.console.folding import fold
from gbsmart.console.lexicon import as_written, look_of
from gbsmart.console.nodes import CHOSEN, COUNT, THERE, Box, Branches, Input, Node, Rows
from gbsmart.duis import (
    NON_DEVICE,
    Request,
    RequestId,
    build_request,
    lexical,
    moments,
    octets,
    parse_request,
    service,
)
from gbsmart.duis.schema import Complex
from gbsmart.duis.services import body, declared
from gbsmart.ground import NEVER, NOW, Eui64, InvalidValue

AT = datetime(2026, 1, 15, 18, tzinfo=UTC)
USER, METER = Eui64.parse("90-B3-D5-1F-30-01-00-00"), Eui64.parse("00-DB-12-34-C0-00-01-00")


def read(node: Input) -> Any:
    return node.read(as_written(node.text, node.look, AT))


def filled_in(content: Complex, branch: int, *, optional: bool) -> Node:
    """The form with every input filled in: the ``branch``-th of each choice, and optional ones or not."""
    texts: dict[str, str] = {}
    for _ in range(12):  # what is chosen brings up more
        form = nodes.form_of(content, texts)
        listed = {id(row) for node in nodes.every(form) if isinstance(node, Rows) for row in node.nodes}
        for node in nodes.every(form):
            if isinstance(node, Input) and (optional or not node.optional or id(node) in listed):
                texts[node.path] = text_of(node)
            elif isinstance(node, Rows):
                texts[node.path + COUNT] = str(max(node.low, 1 if optional else 0))
            elif isinstance(node, Branches):
                texts[node.path + CHOSEN] = node.branches[branch % len(node.branches)][0]
            elif isinstance(node, Box) and node.optional and optional:
                texts[node.path + THERE] = "yes"
    return nodes.form_of(content, texts)


def folded(form: Node) -> dict[str, tuple[bool, str]]:
    return {each.path: (each.fold.open, each.fold.note) for each in nodes.every(form) if each.fold}


def test_a_long_form_is_folded_by_its_groups_and_a_short_one_is_not() -> None:
    content = body("1.1.1")
    assert content is not None
    form = nodes.form_of(content, {})
    fold(form)
    table = "elec_tariff_elements.switching_table"
    assert folded(form)[f"{table}.day_profiles.day_profiles"] == (True, "3 to fill in")
    assert folded(form)[f"{table}.week_profiles.week_profiles"] == (False, "8 to fill in")
    assert "elec_tariff_elements.currency_units" not in folded(form)
    full = filled_in(content, 0, optional=False)
    fold(full)
    assert {note for path, (_, note) in folded(full).items() if path.startswith(table)} == {"filled in"}
    assert not any(opened for opened, _ in folded(full).values())
    short = body("3.4")
    assert short is not None
    form = nodes.form_of(short, {})
    fold(form)
    assert folded(form) == {}


def test_what_something_was_added_to_stands_open() -> None:
    content = body("1.1.1")
    assert content is not None
    form = nodes.form_of(content, {})
    weeks = "elec_tariff_elements.switching_table.week_profiles.week_profiles"
    fold(form, weeks)
    assert [path for path, (opened, _) in folded(form).items() if opened] == [weeks]


@pytest.mark.parametrize("optional", [False, True])
@pytest.mark.parametrize("branch", [0, 1, 2])
@pytest.mark.parametrize("variant", declared())
def test_every_declared_body_can_be_filled_in(variant: str, branch: int, optional: bool) -> None:
    content = body(variant)
    assert content is not None
    values, wrong = values_of(filled_in(content, branch, optional=optional), read)
    assert wrong == 0
    out: list[str] = []
    content.write(values or {}, out, "")  # DUIS takes what the form says
    again, wrong = values_of(nodes.form_of(content, nodes.texts_of(content, values or {})), read)
    assert wrong == 0
    written: list[str] = []
    content.write(again or {}, written, "")
    assert written == out


@pytest.mark.corpus
def test_every_declared_request_of_the_corpus_can_be_asked_again(corpus: Path) -> None:
    seen = set()
    for path in sorted((corpus / "duis-requests").iterdir()):
        request = parse_request(path.read_bytes(), limits=NON_DEVICE).message
        content = body(request.service_reference_variant)
        if request.values is None or request.is_signed_pre_command or content is None:
            continue
        form = nodes.form_of(content, nodes.texts_of(content, request.values))
        values, wrong = values_of(form, read)
        assert wrong == 0, path.name
        assert {"execution_date_time": NOW, **(values or {})} == {
            "execution_date_time": NOW, **request.values,
        }, path.name  # fmt: skip
        seen.add(request.service_reference_variant)
    assert len(seen) >= 5


@pytest.mark.parametrize("variant", declared())
def test_a_form_of_examples_is_a_document(variant: str) -> None:
    content = body(variant)
    assert content is not None
    values, wrong = values_of(nodes.form_of(content, with_examples(content, {})), read)
    assert wrong == 0
    out: list[str] = []
    content.write(values or {}, out, "")


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_is_a_value_or_an_error_at_its_input(data: st.DataObject) -> None:
    content = body(data.draw(st.sampled_from(sorted(declared()))))
    assert content is not None
    texts = with_examples(content, {})
    form = nodes.form_of(content, texts)
    inputs = [node for node in nodes.every(form) if isinstance(node, (Input, Branches, Rows))]
    if not inputs:
        return
    node = data.draw(st.sampled_from(inputs))
    name = node.path + {"branches": CHOSEN, "rows": COUNT}.get(node.kind, "")
    texts[name] = data.draw(st.text(max_size=30) | st.sampled_from(["", "0", "-1", "99", "+1d", "never"]))
    form = nodes.form_of(content, texts)
    values, wrong = values_of(form, read)
    assert wrong == sum(bool(each.error) for each in nodes.every(form))
    with suppress(InvalidValue):  # what DUIS finds wrong is shown at its place, or above the form
        content.write(values or {}, [], "")


def test_examples_leave_what_was_filled_in() -> None:
    content = body("3.2")
    assert content is not None
    given = {"restriction_date_time": "2026-05-01T00:00"}
    assert with_examples(content, given)["restriction_date_time"] == "2026-05-01T00:00"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-02-01T12:00", datetime(2026, 2, 1, 12, tzinfo=UTC)),
        ("2026-02-01 12:00:00+01:00", datetime(2026, 2, 1, 11, tzinfo=UTC)),
        ("+90m", datetime(2026, 1, 15, 19, 30, tzinfo=UTC)),
        ("never", NEVER),
        ("Never ", NEVER),
    ],
)
def test_a_moment_is_written_as_people_write_it(text: str, value: object) -> None:
    content = moments.Execution()
    assert content.read(as_written(text, look_of(content), AT)) == value


def test_a_day_may_be_counted_from_today() -> None:
    content = moments.Day()
    assert content.read(as_written("+20d", look_of(content), AT)) == date(2026, 2, 4)


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (lexical.Text(8, 8), "8 characters"),
        (lexical.Integer(0, 4_294_967_295), "0 to 4,294,967,295"),
        (octets.Hex(4, 4), "hexadecimal digits, 4 octets"),
        (moments.TimeOfDay(), "time of day, UTC"),
        (moments.PlainDay(), "date, UTC; +1d counts from today"),
    ],
)
def test_an_input_says_what_its_type_wants(content: lexical.Simple, hint: str) -> None:
    assert look_of(content).hint == hint


def test_the_form_makes_the_same_document_as_the_library() -> None:
    content = body("4.1.1")
    assert content is not None
    values, _ = values_of(nodes.form_of(content, {"execution_date_time": "+1h"}), read)
    ident = RequestId(USER, METER, 1)
    (moment,) = values.values()
    direct = Request(ident, 1, "4.1.1", {"execution_date_time": moment})
    assert build_request(Request(ident, 1, "4.1.1", values)) == build_request(direct)
    assert service("4.1.1").body_element.encode() in build_request(direct)

"""Examples of messages: every body of every form has one, and it is read again as what it says."""

from __future__ import annotations

import pytest

from gbsmart.gbcs import codec, forms
from gbsmart.gbcs.envelope import Cra
from gbsmart.gbcs.examples import NoExample, Setting, alert_codes_of, example, refusal
from gbsmart.gbcs.examples import dlms as dlms_examples
from gbsmart.gbcs.examples.leaves import Leaves
from gbsmart.gbcs.form import Body, Form, Outcome
from gbsmart.ground import InvalidValue

from .messages import header, reading, writing

BODIES = [
    (form, cra, body) for form in forms.all_forms() for cra in Cra if (body := form.body(cra)) is not None
]
RESPONSES = [form for form in forms.all_forms() if form.response is not None]


@pytest.mark.parametrize(
    ("form", "cra", "body"), BODIES, ids=[f"{form.name} {cra.name.lower()}" for form, cra, _ in BODIES]
)
def test_every_body_of_every_form_has_an_example(form: Form, cra: Cra, body: Body) -> None:
    values = example(form, cra)
    head = header(form.name, cra)
    octets = body.put(values, writing(head))
    tree = codec.walk_payload(octets, 0, len(octets), cra)
    assert body.recognises(tree)
    assert body.take(tree, reading(head)) == body.canonical(values)
    if isinstance(values, Outcome):
        assert values.success
    assert example(form, cra) == values


@pytest.mark.parametrize("form", RESPONSES, ids=[form.name for form in RESPONSES])
def test_every_response_can_say_no(form: Form) -> None:
    refused = refusal(form)
    assert refused is not None
    assert form.response is not None
    head = header(form.name, Cra.RESPONSE)
    octets = form.response.put(refused, writing(head))
    tree = codec.walk_payload(octets, 0, len(octets), Cra.RESPONSE)
    said = form.response.take(tree, reading(head))
    assert not said.success
    assert said.failed_at == 0


def test_an_alert_carries_a_code_of_its_message() -> None:
    billing = forms.form("ECS68")
    assert example(billing, Cra.ALERT)["alert_code"] == 0x8F0A
    assert 0x8F0A in alert_codes_of(billing)
    chosen = Setting(given={"alert_code": 0x8F66})
    assert example(forms.form("FD-DLMS"), Cra.ALERT, chosen)["alert_code"] == 0x8F66


def test_no_two_registers_are_alike() -> None:
    found = example(forms.form("ECS17b"), Cra.RESPONSE).values["import_registers"]
    assert len(set(map(str, found.values() if isinstance(found, dict) else found))) > 1


def test_what_has_no_example_says_so() -> None:
    with pytest.raises(InvalidValue, match="ECS17b has no alert"):
        example(forms.form("ECS17b"), Cra.ALERT)
    with pytest.raises(NoExample, match="no example of"):
        dlms_examples.shape(object(), "unknown", Leaves(Setting()))

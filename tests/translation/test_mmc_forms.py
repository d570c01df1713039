"""The law of every MMC row: whatever a device answers, the document is well-formed and shows it again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.gbcs import values
from tests.gbcs.messages import METER, SUPPLIER, USER, headers, writing

from gbsmart.conformance.mmc import expected, has_data, shows
from gbsmart.duis import OfficialSchema
from gbsmart.gbcs import Cra, Header, Message, OtherInformation, codec, forms
from gbsmart.gbcs.dlms.access import AccessResponse
from gbsmart.gbcs.form import Body, Form, Outcome
from gbsmart.gbcs.gbz.answers import GbzResponse
from gbsmart.translation import mmc
from gbsmart.translation.mmc.mappings import alert_mapping, response_mapping


class Shown(NamedTuple):
    form: Form
    cra: Cra
    body: Body


def _shown() -> Iterator[Shown]:
    for form in forms.all_forms():
        if form.response is not None and response_mapping(form) is not None and mmc.variants_of(form.name):
            yield Shown(form, Cra.RESPONSE, form.response)
        if form.alert is not None and alert_mapping(form) is not None:
            yield Shown(form, Cra.ALERT, form.alert)


SHOWN = list(_shown())
WITH_ITEMS = [each for each in SHOWN if isinstance(each.body, AccessResponse | GbzResponse)]
"""Those that can refuse item by item; an ASN.1 answer is of one piece."""
every_form = pytest.mark.parametrize(
    "shown", SHOWN, ids=[f"{each.form.name} {each.cra.name.lower()}" for each in SHOWN]
)


@every_form
@settings(
    max_examples=5, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow]
)
@given(data=st.data())
def test_what_a_device_says_is_shown_and_read_back(shown: Shown, data: st.DataObject) -> None:
    form, cra, body = shown
    header = data.draw(headers(cra, form.code))
    octets = body.put(data.draw(values.body(body)), writing(header))
    message = Message(header, octets)
    root = etree.fromstring(mmc.render(message, USER))
    reading = codec.read(message, USER)
    assert reading is not None
    assert has_data(root, reading)
    missing = [each for each in expected(reading) if not shows(root, each)]
    assert not missing


def nothing_delivered(body: AccessResponse | GbzResponse) -> Outcome:
    """What a device answers that refuses everything."""
    if isinstance(body, AccessResponse):
        return Outcome({}, (3,) * len(body.items))
    answers: list[dict[str, Any]] = [
        {"sequence": sequence, "cluster": cluster, "command": 0, "status": 1, "frame_control": 8}
        for sequence, cluster in enumerate(_clusters(body))
    ]
    return Outcome({"answers": answers}, (1,) * len(answers))


def _clusters(body: GbzResponse) -> list[int]:
    return [int(getattr(part, "command", part).cluster) for part in body.components]


@pytest.mark.corpus
@pytest.mark.parametrize("shown", WITH_ITEMS, ids=[each.form.name for each in WITH_ITEMS])
def test_a_refusal_of_everything_is_valid_under_the_official_schema(corpus: Path, shown: Shown) -> None:
    outcome = nothing_delivered(shown.body)
    header = Header(shown.cra, 1000, METER, SUPPLIER, OtherInformation(shown.form.code))
    message = Message(header, shown.body.put(outcome, writing(header)))
    root = etree.fromstring(mmc.render(message, USER))
    official(corpus).validate(root)
    assert root.find(".//{*}SMETSData/*").get("MessageSuccess") == "false"


_SCHEMAS: dict[Path, OfficialSchema] = {}


def official(corpus: Path) -> OfficialSchema:
    return _SCHEMAS.setdefault(corpus, OfficialSchema(corpus / "schema"))

"""One element: what its field is called, and the attributes that it holds."""

import pytest
from lxml import etree

from gbsmart.duis.document import SR
from gbsmart.duis.element import Attribute, Element, field_name
from gbsmart.duis.lexical import Integer
from gbsmart.duis.schema import Record
from gbsmart.ground import InvalidValue, MalformedMessage

SMALL = Integer(0, 9)


def tree(inner: str) -> etree._Element:
    return etree.fromstring(f'<sr:Root xmlns:sr="{SR}">{inner}</sr:Root>')


def written(element: Element, value) -> str:
    out: list[str] = []
    element.element(value, out, element.field)
    return "".join(out)


@pytest.mark.parametrize(
    ("term", "field"),
    [
        ("ExecutionDateTime", "execution_date_time"),
        ("GBCSPayload", "gbcs_payload"),
        ("TOUPrice", "tou_price"),
        ("DSPScheduleID", "dsp_schedule_id"),
        ("ReferencedDayName", "referenced_day_name"),
        ("ImportMPxN", "import_mpxn"),
        ("MeterMPxNs", "meter_mpxns"),
        ("ECoSErrorCode", "ecos_error_code"),
        ("S1SPAlertDSP", "s1sp_alert_dsp"),
        ("LowerBandSubGHzChannels0To26", "lower_band_sub_ghz_channels0_to26"),
        ("ALCSHCALCSDescription", "alcs_hcalcs_description"),
        ("x810D", "x810d"),
        ("auxiliaryControllerN", "auxiliary_controller_n"),
    ],
)
def test_a_field_is_the_term_in_snake_case(term: str, field: str) -> None:
    assert field_name(term) == field


def test_an_attribute_is_a_field_beside_the_parts() -> None:
    level = Record(Element("A", SMALL), attributes=(Attribute("which", Integer(1, 5)),))
    holder = Element("L", level)
    assert holder.value(tree('<sr:L which="2"><sr:A>3</sr:A></sr:L>')[0]) == {"which": 2, "a": 3}
    assert written(holder, {"which": 2, "a": 3}) == '<sr:L which="2"><sr:A>3</sr:A></sr:L>'
    for inner, message in (
        ("<sr:L><sr:A>3</sr:A></sr:L>", r"needs the attribute which \(/sr:Root/sr:L\)"),
        ('<sr:L which="6"><sr:A>3</sr:A></sr:L>', r"says 6, not 1 to 5 \(attribute which\)"),
        ('<sr:L which="2" other=""><sr:A>3</sr:A></sr:L>', "unknown attribute 'other'"),
    ):
        with pytest.raises(MalformedMessage, match=message):
            holder.value(tree(inner)[0])
    for value, message in (
        ({"a": 3}, "l.which: is missing"),
        ({"which": 6, "a": 3}, "l.which: cannot be 6"),
        (7, "l: needs fields, not 7"),
    ):
        with pytest.raises(InvalidValue, match=message):
            written(holder, value)

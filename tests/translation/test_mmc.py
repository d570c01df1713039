"""Responses and alerts become MMC documents: units scaled, statuses told, nothing that is not known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from gbsmart.conformance.vectors import read_keys
from gbsmart.gbcs import Cra, Header, Message, OtherInformation, codec, forms
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.shape import Context
from gbsmart.ground import DayMonth, DayOfMonth, Eui64, InvalidValue
from gbsmart.translation import mmc
from gbsmart.translation.mmc import elements
from gbsmart.translation.mmc.conversions import gas_wildcards, scaled, text, trailing_digits, wildcards
from gbsmart.translation.mmc.debug import debug_info
from gbsmart.translation.mmc.mapping import fields_of
from gbsmart.translation.mmc.mappings import alert_mapping, alert_rows, response_mapping, response_rows
from gbsmart.translation.mmc.writing import write_document

ESME = Eui64.parse("00-DB-12-34-56-78-90-A0")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
AT = datetime(2026, 1, 1, tzinfo=UTC)


def message(name: str, values: object, cra: Cra = Cra.RESPONSE) -> Message:
    form = forms.form(name)
    header = Header(cra, 1000, ESME, SUPPLIER, OtherInformation(form.code))
    return Message(header, codec.payload(form, header, values))


def shown(name: str, values: object, cra: Cra = Cra.RESPONSE, variant: str = "") -> etree._Element:
    return etree.fromstring(mmc.render(message(name, values, cra), variant=variant))


def text_at(root: etree._Element, path: str) -> str | None:
    return root.findtext(".//" + "/".join(f"{{*}}{step}" for step in path.split("/")))


def test_the_header_says_who_answered_what() -> None:
    root = shown("ECS45", Outcome({"supply_state": 1}))
    assert root.tag == f"{{{mmc.NAMESPACE}}}GBCSResponse"
    assert root.get("schemaVersion") == mmc.SCHEMA_VERSION
    assert [(etree.QName(each).localname, each.text) for each in root[0]] == [
        ("BusinessOriginatorID", str(ESME)),
        ("BusinessTargetID", str(SUPPLIER)),
        ("OriginatorCounter", "1000"),
        ("GBCSHexadecimalMessageCode", "0052"),
        ("ServiceReference", "7.4"),
        ("ServiceReferenceVariant", "7.4"),
    ]


def test_a_value_stands_under_the_element_of_its_variant_with_the_result_beside_it() -> None:
    root = shown("ECS45", Outcome({"supply_state": 2}))
    assert root.find(".//{*}ReadSupplyStatusRsp").get("MessageSuccess") == "true"
    assert text_at(root, "SupplyState") == "Armed"
    result = root.find(".//{*}COSEMResponse")
    assert (result.get("ResponseCode"), result.get("Position")) == ("0", "1")
    assert text_at(result, "DataAccessResult") == "success"


def test_a_refused_item_leaves_its_value_out_and_is_told_by_name() -> None:
    root = shown("ECS45", Outcome({}, (3,)))
    assert root.find(".//{*}ReadSupplyStatusRsp").get("MessageSuccess") == "false"
    assert text_at(root, "SupplyState") is None
    assert text_at(root, "DataAccessResult") == "read-write-denied"


def test_a_set_is_its_results_alone_one_for_each_item() -> None:
    root = shown("ECS42", Outcome({}))
    assert len(root.find(".//{*}EnableSupplyRsp")) == 0
    assert text_at(root, "ActionResult") == "success"
    several = shown("ECS16", Outcome({}, (0, 250)))
    assert [each.text for each in several.iter("{*}DataAccessResult")] == ["success", "other-reason"]
    assert [each.get("Position") for each in several.iter("{*}COSEMResponse")] == ["1", "2"]


def test_zigbee_tells_attribute_by_attribute_and_scales_volumes() -> None:
    values = {"divisor": 1000, "multiplier": 1, "unit_of_measure": 1, "current_summation_delivered": 12345}
    form = forms.form("GCS13a")
    header = Header(Cra.RESPONSE, 1000, ESME, SUPPLIER, OtherInformation(form.code))
    outcome = Outcome(values, (0,))
    payload = codec.payload(form, header, outcome, seal=lambda octets: b"\x31\0\0\0\0" + octets + bytes(12))
    root = etree.fromstring(mmc.render(Message(header, payload)))
    assert text_at(root, "ConsumptionRegister") is None  # sealed: handed over as it is
    sealed = root.find(".//{*}GBCSData")
    assert (sealed.get("format"), sealed.get("type")) == ("encrypted", "zigbeeCiphered")

    walked = codec.walk_payload(payload, 0, len(payload), Cra.RESPONSE)
    opened = debug_info(walked, Context(header, unseal=lambda octets: octets[5:-12]))
    assert opened is not None
    (cluster,) = opened["ZIGBEEDebug"]["ZIGBEEClusterResponse"]
    assert cluster["ClusterName"] == {"@id": "0702", "": "Metering"}
    assert {each["AttributeID"] for each in cluster["ZIGBEEDataResponse"]} == {"0000", "0300", "0301", "0302"}
    assert scaled(12345, 1, 1000) == Decimal("12.345")


def test_an_alert_is_its_code_in_words_with_what_it_adds() -> None:
    values = {"alert_code": 0x8F36, "time": AT, "outage_start": AT, "restored": AT + timedelta(hours=1)}
    root = shown("ECS80", values, Cra.ALERT)
    assert text_at(root, "GBCSHexAlertCode") == "8F36"
    assert text_at(root, "AlertDescription")
    assert text_at(root, "SupplyOutageRestoreAlert/restorationValue") == "2026-01-01T01:00:00Z"
    assert text_at(root, "ServiceReference") is None


def test_an_alert_of_code_and_time_has_no_payload() -> None:
    root = shown("GNCA-DLMS", {"alert_code": 0x810E, "time": AT}, Cra.ALERT)
    assert text_at(root, "DeviceAlertContent/Timestamp") == "2026-01-01T00:00:00Z"
    assert root.find(".//{*}Payload") is None


def test_what_has_no_form_is_handed_over_whole() -> None:
    header = Header(Cra.RESPONSE, 1000, ESME, SUPPLIER, OtherInformation(0x0090))
    whole = Message(header, b"\x02\x01\x00")
    root = etree.fromstring(mmc.render(whole))
    data = root.find(".//{*}GBCSData")
    assert (data.get("type"), data.get("format")) == ("gbcs", "plain")
    assert root.find(".//{*}SMETSData") is None


def test_a_command_has_no_mmc_form() -> None:
    with pytest.raises(InvalidValue):
        mmc.render(message("ECS45", {}, Cra.COMMAND))


def test_a_use_case_of_several_purposes_takes_the_variant_that_was_asked() -> None:
    assert set(mmc.variants_of("CS02bNOByNO")) == {"6.15.1", "6.21"}
    assert mmc.variants_of("ECS47") == ("7.5", "7.6", "7.8")
    assert mmc.rsp_element("6.2.3") == "ReadDeviceConfigurationDataBillingCalendarRsp"
    root = shown("CS02bNOByNO", Outcome({"outcome": None}), variant="6.21")
    assert root.find(".//{*}RequestHandoverOfDCCControlledDeviceRsp") is not None
    assert text_at(root, "ServiceReferenceVariant") == "6.21"
    unknown = shown("CS02bNOByNO", Outcome({"outcome": None}))
    assert text_at(unknown, "ServiceReferenceVariant") is None


def test_elements_stand_in_the_order_of_the_schema_however_they_are_given() -> None:
    header = {"OriginatorCounter": 1, "BusinessOriginatorID": "A", "BusinessTargetID": "B"}
    document = write_document({"@schemaVersion": "5.4", "Body": {}, "Header": header})
    root = etree.fromstring(document)
    assert [etree.QName(each).localname for each in root] == ["Header", "Body"]
    assert [each.text for each in root[0]] == ["A", "B", "1"]


@pytest.mark.parametrize(
    ("header", "field"),
    [({"Colour": "red"}, "Header/Colour"), ({"OriginatorCounter": "many"}, "Header/OriginatorCounter")],
)
def test_what_the_schema_does_not_have_is_refused_by_its_path(header: dict, field: str) -> None:
    with pytest.raises(InvalidValue) as wrong:
        write_document({"Header": header})
    assert wrong.value.field == field


def test_dates_with_wildcards_say_what_is_open() -> None:
    date = wildcards(DayMonth(None, 3, DayOfMonth.LAST, None))
    assert date == {
        "Year": {"NonSpecifiedYear": {}},
        "Month": {"SpecifiedMonth": 3},
        "DayOfMonth": {"LastDayOfMonth": {}},
        "DayOfWeek": {"NonSpecifiedDayOfWeek": {}},
    }
    gas = gas_wildcards(DayMonth(2026, None, None, 1))
    assert gas["GasDayOfMonthWithWildcards"] == {"GasNonSpecifiedDayOfMonth": {}}
    assert gas["GasYearWithWildcards"] == {"SpecifiedYear": 2026}


def test_small_conversions() -> None:
    assert trailing_digits(391, 0x10) == Decimal("39.1")
    assert scaled(1, 1, 0) is None
    assert text(b"CSW \x00") == "CSW"


@pytest.mark.parametrize("form", list(forms.all_forms()), ids=lambda form: form.name)
def test_every_field_is_shown_or_left_out_for_a_reason(form: forms.Form) -> None:
    silent = {"answers", "alert_code", "time"}
    for body, mapped in ((form.response, response_mapping(form)), (form.alert, alert_mapping(form))):
        if body is not None and mapped is not None:
            left = set(body.fields()) - fields_of(mapped.row) - set(mapped.left_out) - silent
            assert not left, f"{form.name}: MMC says nothing of {', '.join(sorted(left))}"


HANDED_OVER_WHOLE = {"CS02bAnyExceptAbnormalRootByRecovery", "CS02bAnyByContingency", "PCS01"}
"""MMC has no room for so many replacements, and no element for top-ups from the home (PCS01, PCS02)."""


def test_every_response_and_alert_is_shown_but_a_few() -> None:
    raw = {
        form.name
        for form in forms.all_forms()
        for body, mapped in ((form.response, response_mapping(form)), (form.alert, alert_mapping(form)))
        if body is not None and mapped is None
    }
    assert raw == HANDED_OVER_WHOLE


@pytest.mark.parametrize("name", [*response_rows(), *alert_rows()])
def test_every_row_is_of_a_form_and_names_elements_of_the_schema(name: str) -> None:
    form = forms.form(name)
    if mapped := response_rows().get(name):
        variant = next(iter(mmc.variants_of(name)), "")
        element = mmc.rsp_element(variant) if variant else mapped.element
        assert_declared(mapped.row, elements.element_type("ResponsePayload.SMETSData").child(element))
        assert set(mapped.left_out) <= set(form.response.fields())
    if found := alert_rows().get(name):
        assert_declared(found.row, elements.element_type("DeviceAlertMessagePayload"))
        assert set(found.left_out) <= set(form.alert.fields())


def assert_declared(source: object, of: elements.ElementType | None) -> None:
    assert of is not None
    row = getattr(source, "row", None) or getattr(source, "of", None) or source
    for each in row if isinstance(row, list) else [row]:
        for name, inner in each.items() if isinstance(each, dict) else ():
            if name and name[0] != "@":
                assert_declared(inner, of.child(name))


@pytest.mark.corpus
def test_only_the_users_key_opens_what_is_sensitive(corpus: Path) -> None:
    path = corpus / "rtds" / "4.1.1_ECS17b" / "ECS17b_4.1.1_TWIN_SUCCESS_RESPONSE_GBCS.HEX"
    octets = bytes.fromhex(path.read_text())
    opened = etree.fromstring(mmc.render(octets, read_keys(corpus / "keystore").keyring))
    assert text_at(opened, "ActiveImportRegister/Value") == "10"
    assert text_at(opened, "ReactiveImportRegister/ReactiveEnergyUnit") == "varh"
    assert opened.find(".//{*}GBCSData") is None
    sealed = etree.fromstring(mmc.render(octets))
    assert sealed.find(".//{*}ActiveImportRegister") is None
    assert sealed.find(".//{*}GBCSData").get("type") == "dlms"
    assert sealed.find(".//{*}ReadInstantaneousImportRegistersRsp") is not None

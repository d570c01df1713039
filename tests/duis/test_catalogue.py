import json
from pathlib import Path

import pytest

from gbsmart.duis import (
    COMMAND_VARIANTS,
    FutureDating,
    Stage,
    UserRole,
    WebService,
    dcc_alert,
    dcc_alerts,
    failures,
    faults,
    response_code,
    response_codes,
    service,
    service_requests,
)
from gbsmart.ground import NotFound


def test_the_catalogue_is_complete() -> None:
    assert len(service_requests()) == 129
    assert len(response_codes()) == 194
    assert len(dcc_alerts()) == 66
    assert len({facts.body_element for facts in service_requests().values()}) == 129


def test_a_variant_says_what_may_be_done_with_it() -> None:
    read = service("4.1.1")
    assert read.name == "Read Instantaneous Import Registers"
    assert read.reference == "4.1"
    assert not read.critical
    assert read.command_variants == {1, 2, 3}
    assert read.future_dated == {FutureDating.DCC}
    assert read.roles == {UserRole("IS"), UserRole("GS"), UserRole("ED"), UserRole("GT")}
    assert read.device_types == {"ESME", "GSME", "GPF"}
    assert read.web_service(1) is WebService.SEND_COMMAND
    assert read.web_service(2) is WebService.NON_DEVICE
    assert read.web_service(4) is None


def test_criticality_and_command_variants_agree() -> None:
    for facts in service_requests().values():
        takes_transform = 4 in facts.command_variants
        assert facts.critical == takes_transform, facts.variant
        assert facts.non_device == (facts.command_variants == {8}), facts.variant
        assert facts.targets_device == (not facts.non_device), facts.variant


@pytest.mark.parametrize(
    ("variant", "critical"),
    [("7.12", True), ("7.13", True), ("7.14", False), ("7.15", False), ("7.16", True)],
)
def test_where_the_schema_comments_are_wrong_the_vectors_decide(variant: str, critical: bool) -> None:
    assert service(variant).critical is critical


def test_no_role_is_eligible_for_opting_out_and_in() -> None:
    assert not service("8.5").roles
    assert not service("8.6").roles
    assert service("7.16").roles == {UserRole.LOAD_CONTROLLER}


def test_assumed_meanings_are_shown_as_assumed() -> None:
    assert not response_code("E2").assumed
    assert response_code("E49").assumed
    assert response_code("E65").basis == "X"
    assert sum(code.assumed for code in response_codes().values()) == 179  # 160 I, 18 X, 1 M
    assert dcc_alert("N13").assumed
    assert not dcc_alert("AD1").assumed


def test_one_failure_gives_one_alert_whose_header_has_the_code() -> None:
    assert {row.alert: row.response_code for row in failures().values()} == {
        "N12": "E20",
        "N13": "E21",
        "N10": "E30",
        "N11": "E31",
        "N14": "E30",
    }
    for row in failures().values():
        assert dcc_alert(row.alert).payload == "CommandFailure"
        assert response_code(row.response_code).stage is Stage.ALERT


def test_every_fault_names_a_response_code() -> None:
    for row in faults().values():
        assert response_code(row.response_code).kind == "error"
        assert row.basis == response_code(row.response_code).basis, row.name


def test_command_variants_name_their_web_service() -> None:
    where = {number: row.web_service for number, row in COMMAND_VARIANTS.items()}
    assert {number for number, service in where.items() if service is WebService.TRANSFORM} == {4}
    assert {number for number, service in where.items() if service is WebService.SEND_COMMAND} == {1, 3, 5, 7}
    assert {number for number, service in where.items() if service is WebService.NON_DEVICE} == {2, 6, 8}
    assert where[9] is None


def test_what_is_not_in_the_catalogue_is_not_found() -> None:
    with pytest.raises(NotFound, match=r"'4\.1\.9' is not a Service Reference Variant"):
        service("4.1.9")
    with pytest.raises(NotFound, match="'N32' is not a DCC Alert code"):
        dcc_alert("N32")


@pytest.mark.corpus
def test_it_agrees_with_the_published_matrix(corpus: Path) -> None:
    known_differences = {("4.2", "DCC Scheduled"), ("7.16", "Eligible User Roles")}
    differences = set()
    for row in json.loads((corpus / "tables" / "duis-request-matrix.json").read_text(encoding="utf-8")):
        facts = service(row["Service Reference Variant"])
        checks = {
            "Critical": facts.critical,
            "On Demand": facts.on_demand,
            "DCC Scheduled": facts.scheduled,
            "Non-Device Request": facts.non_device,
        }
        differences |= {
            (facts.variant, name) for name, ours in checks.items() if (row[name] == "Yes") != ours
        }
        if {role.value for role in facts.roles} != {role for role in row["Eligible User Roles"] if role}:
            differences.add((facts.variant, "Eligible User Roles"))
    assert differences == known_differences


@pytest.mark.corpus
def test_it_has_the_codes_and_elements_of_the_official_schema(corpus: Path) -> None:
    from lxml import etree

    xs = "{http://www.w3.org/2001/XMLSchema}"
    root = etree.parse(str(corpus / "schema" / "duis-5.4.xsd")).getroot()
    types = {each.get("name"): each for each in root if each.tag in (f"{xs}simpleType", f"{xs}complexType")}
    codes = {each.get("value") for each in types["ResponseCode"].iter(f"{xs}enumeration")}
    assert codes == set(response_codes())
    alerts = {each.get("value") for each in types["DCCAlertMessage"].iter(f"{xs}enumeration")}
    assert alerts == set(dcc_alerts())
    body = next(each for each in types["Request"].iter(f"{xs}element") if each.get("name") == "Body")
    bodies = {each.get("name") for each in body.iter(f"{xs}element")} - {"Body", "SignedPreCommand"}
    assert bodies == {facts.body_element for facts in service_requests().values()}

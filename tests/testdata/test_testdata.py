"""Sets of test messages: ``gbsmart conformance`` finds no fault with what ``gbsmart testdata`` writes."""

from __future__ import annotations

import dataclasses
import json
import random
from pathlib import Path
from typing import Any

import pytest

from gbsmart.cli.app import run
from gbsmart.conformance import duis as duis_checks
from gbsmart.conformance import rtds as rtds_checks
from gbsmart.conformance.facts import facts_beside
from gbsmart.conformance.vectors import read_keys, read_vectors
from gbsmart.devices import CELLS, Home, HomePlan, certificates_by_cell
from gbsmart.devices.credentials import CertificatePool, Credentials
from gbsmart.devices.home import assemble
from gbsmart.devices.memory import Memory
from gbsmart.devices.replacement import replace
from gbsmart.duis import OfficialSchema, parse_request, parse_response, service_requests, signature
from gbsmart.gbcs import Message, codec, forms
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.instructions import EXECUTED
from gbsmart.gbcs.protection import Check, verify_mac, verify_signature
from gbsmart.gbcs.versions import NEWEST, edition
from gbsmart.ground import Eui64, GbsmartError, NotFound
from gbsmart.keys import KeySet, KeyUse, RemotePartyRole, import_folder
from gbsmart.testdata.cases import LATER, cases_of
from gbsmart.testdata.scene import DEVICES, Scene, own_scene, scene_of
from gbsmart.testdata.sets import Made, files_of

pytestmark = pytest.mark.xdist_group("testdata")  # the set is made once

SEEDED = 5
SUPPLIER = RemotePartyRole.SUPPLIER


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that can be made."""
    folder = tmp_path_factory.mktemp("testdata") / "all"
    assert run(["testdata", "--out", str(folder), "--seed", str(SEEDED)]) == 0
    return folder


def contents(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "contents.json").read_text())  # type: ignore[no-any-return]


@pytest.mark.timeout(180)
def test_every_message_conforms(written: Path) -> None:
    report = rtds_checks.check_vectors(read_vectors(written / "rtds"), read_keys(written / "keystore"))
    assert report.failures == []
    assert report.named == report.reencoded == report.vectors > 1_500
    assert report.signatures.valid == report.signatures.present > 500
    assert report.macs.valid == report.macs.present > 800
    assert report.mmc.values_shown == report.mmc.values_mapped > 10_000


@pytest.mark.timeout(180)
def test_every_request_becomes_its_message(written: Path) -> None:
    own = facts_beside(written / "duis-requests")
    documents = list(duis_checks.read_documents(written / "duis-requests"))
    keys = read_keys(written / "keystore")
    report = duis_checks.check_requests(documents, read_vectors(written / "rtds"), keys, own=own)
    signed = sum("SIGNED_PRECOMMAND" in document.name for document in documents)
    assert report.parsed == report.rebuilt == report.requests
    assert report.compared == report.requests - signed > 300
    assert signed > 100
    assert report.surprises(own) == []
    assert {each.request for each in report.differences} <= {"CCS03_8.12.1_SUCCESS", "GCS59_8.12.2_SUCCESS"}


@pytest.mark.corpus
@pytest.mark.timeout(180)
def test_answers_are_valid_mmc_and_requests_valid_duis(written: Path, corpus: Path) -> None:
    schema = OfficialSchema(corpus / "schema")
    keys = read_keys(written / "keystore")
    report = rtds_checks.check_vectors(read_vectors(written / "rtds"), keys, schema)
    assert report.failures == []
    assert report.mmc.schema_valid == report.mmc.rendered
    for document in duis_checks.read_documents(written / "duis-requests"):
        schema.validate(parse_request(document.octets).root)
    for path in (written / "duis-responses").iterdir():
        schema.validate(parse_response(path.read_bytes()).root)


def test_every_message_to_a_user_has_its_response_signed_by_the_dcc(written: Path) -> None:
    keys = read_keys(written / "keystore")
    told = {path.name: parse_response(path.read_bytes()) for path in (written / "duis-responses").iterdir()}
    for document in told.values():
        assert signature.verify(document.root, keys.keyring).holder == keys.acb
    for vector in read_vectors(written / "rtds"):
        document = told.get(f"{vector.name}_DUIS.XML")
        if document is not None:
            assert document.message.gbcs_payload == vector.octets
        else:  # what Users send, what nobody asked for, and what the DCC keeps
            kept = ("CS14_NA", "GCS62_NA")
            assert vector.name.endswith("_COMMAND") or "_NA_" in vector.name
            assert "_ALERT" not in vector.name or vector.name.startswith(kept)
    acknowledged = {name for name in told if name.endswith("_ACKNOWLEDGEMENT_DUIS.XML")}
    commands = {vector.name for vector in read_vectors(written / "rtds") if "_COMMAND" in vector.name}
    assert {name.replace("_ACKNOWLEDGEMENT_DUIS.XML", "_COMMAND") for name in acknowledged} == {
        name for name in commands if "_NA_" not in name
    }


def test_a_signed_pre_command_is_the_command_without_its_mac(written: Path) -> None:
    name = "ECS43_7.2_SUCCESS"
    request = parse_request(
        (written / f"duis-requests/{name}_SIGNED_PRECOMMAND_REQUEST_DUIS.XML").read_bytes()
    ).message
    assert request.is_signed_pre_command
    assert request.values is not None
    signed = Message.parse(request.values["gbcs_payload"])
    command = gbcs(written, f"7.2_ECS43/{name}_COMMAND")
    assert (signed.header, signed.payload) == (command.header, command.payload)
    certificate = read_keys(written / "keystore").keyring.certificate(
        signed.header.originator, KeyUse.DIGITAL_SIGNATURE
    )
    assert verify_signature(signed, certificate) is Check.VALID


def test_the_outcomes_of_a_future_dated_command_are_numbered(written: Path) -> None:
    found = {}
    for path in (written / "duis-responses").glob("ECS01a_1.1.1_8F66_*"):
        values = parse_response(path.read_bytes()).message.values["future_dated_device_alert_message"]
        assert values["future_dated_alert_code"] == b"\x8f\x66"
        assert values["total_command_instructions"] == 6
        found[values["instruction_number"]] = path.name.partition("_ALERT_")[2]
    assert sorted(found) == [1, 2, 3, 4, 5, 6]
    assert found[4] == "STANDING_CHARGE_DUIS.XML"


@pytest.mark.corpus
@pytest.mark.parametrize("use_case", ["GCS02", "ECS28a", "ECS46d", "CS06", "CS02bSupplierBySupplier"])
def test_alerts_are_of_the_form_of_the_official_ones(written: Path, corpus: Path, use_case: str) -> None:
    def shapes(folder: Path) -> set[tuple[Any, ...]]:
        return {shape_of(path) for path in folder.glob(f"*_{use_case}/*_8F66_*") if "HCALCS" not in path.name}

    def shape_of(path: Path) -> tuple[Any, ...]:
        message = Message.parse(bytes.fromhex(path.read_text()))
        reading = codec.read(message)
        assert reading is not None
        values = {name: value for name, value in reading.values.items() if name not in ("time", "alert_code")}
        instruction = values.get("instruction", values)
        told = {name: value for name, value in instruction.items() if "counter" not in name}
        outcome = told.pop("outcome", None)
        told.pop("activation", None)
        cells = [(each["cell"], each["status"]) for each in outcome["replacements"]] if outcome else []
        named = tuple(sorted((name, str(value)) for name, value in told.items()))
        return message.header.message_code, str(message.header.recipient), named, str(cells)

    official = shapes(corpus / "rtds")
    assert official
    assert official <= shapes(written / "rtds")


def test_what_is_held_for_later_is_accepted_and_told_of_when_it_is_done(written: Path) -> None:
    """By the name of the scenario: what the response, and then the alert, says of the firmware."""
    folder = "11.3_CS06/CS06_11.3"
    said = {
        name: values_of(gbcs(written, f"{folder}_{name}")).get("activation", {}).get("result")
        for name in (
            "ESME_IMMEDIATE_SUCCESS_RESPONSE", "ESME_IMMEDIATE_ERROR_RESPONSE",
            "ESME_FUTURE_DATED_SUCCESS_RESPONSE", "8F66_ESME_FUTURE_DATED_SUCCESS_ALERT",
            "8F67_ESME_FUTURE_DATED_ERROR_ALERT",
        )
    }  # fmt: skip
    assert list(said.values()) == [0, 1, None, 0, 1]


def test_emulated_devices_replace_what_the_commands_of_a_set_ask_for(written: Path) -> None:
    """The outcome that a set states is the one of a device with these credentials."""
    scene = own_scene(random.Random(SEEDED).randbytes)
    cells = certificates_by_cell(import_folder(written / "keystore").entries)
    compared = 0
    for path in sorted((written / "rtds").glob("*CS02[bg]*/*SUCCESS_COMMAND_GBCS.HEX")):
        command = gbcs(written, f"{path.parent.name}/{path.name.removesuffix('_GBCS.HEX')}")
        asked = values_of(command)
        answer = path.with_name(path.name.replace("_COMMAND", "_RESPONSE"))
        stated = values_of(Message.parse(bytes.fromhex(answer.read_text())))["outcome"]
        kind = next(kind for kind, device in DEVICES.items() if device == command.header.recipient)
        device = Credentials(command.header.recipient, Memory(), CertificatePool(), scene.keyring)
        for each in CELLS[kind]:
            if each in cells:
                device.fill(each, cells[each])
        outcome = replace(device, asked, scene.now)
        if stated is None:  # held for later, or taken back
            assert asked["execution_date_time"] is not None
        else:
            assert outcome == stated, path.name
            compared += 1
    assert compared > 30


STATE = {"CS04AC", "CS04B", "CCS02", "CS06", "ECS09", "GCS06"}
"""Commands that want something to be so first: a device joined, a firmware image, credit run out."""


def test_emulated_devices_carry_out_the_commands_of_a_set(written: Path) -> None:
    """Devices of the newest version, new and with nothing joined, each asked once."""
    scene = own_scene(random.Random(SEEDED).randbytes)
    cells = certificates_by_cell(scene.entries)
    newest = edition(NEWEST)
    done = 0
    for path in sorted((written / "rtds").glob("*/*_COMMAND_GBCS.HEX")):
        command = Message.parse(bytes.fromhex(path.read_text()))
        header, variant = command.header, path.parent.name.partition("_")[0]
        kind = next(kind for kind, eui in DEVICES.items() if eui == header.recipient)
        held_by_the_broker = variant == "6.21"
        between_devices = header.originator in DEVICES.values()
        if held_by_the_broker or between_devices or not newest.has(header.message_code, kind):
            continue
        device = a_home(scene).devices[kind]
        for cell in CELLS[kind]:
            device.credentials.fill(cell, cells[cell])
        response = device.receive(command.encode(), scene.now).response
        assert response is not None, path.name
        reading = codec.read(Message.parse(response), scene.keyring)
        assert reading is not None
        assert isinstance(reading.values, Outcome)
        assert reading.values.success or path.name.partition("_")[0] in STATE, path.name
        done += 1
    assert done > 300


def test_emulated_devices_tell_the_outcomes_that_a_set_states(written: Path) -> None:
    """To the same party, under the same names; a firmware image is what these devices do not have."""
    scene = own_scene(random.Random(SEEDED).randbytes)
    cells = certificates_by_cell(scene.entries)
    compared = 0
    for path in sorted((written / "rtds").glob("*/*FUTURE_DATED_SUCCESS_COMMAND_GBCS.HEX")):
        command = Message.parse(bytes.fromhex(path.read_text()))
        kind = next(kind for kind, eui in DEVICES.items() if eui == command.header.recipient)
        device = a_home(scene).devices[kind]
        for cell in CELLS[kind]:
            device.credentials.fill(cell, cells[cell])
        if device.receive(command.encode(), scene.now).response is None or "CS06" in path.name:
            continue
        reaction = device.activate_due(scene.now + LATER)
        told = sorted(outcome_of(Message.parse(alert)) for alert in reaction.alerts if is_executed(alert))
        scenario = path.name.split("_", 2)[2].removesuffix("_COMMAND_GBCS.HEX")
        stated = path.parent.glob(f"*_8F66_{scenario}_ALERT*")
        assert told == sorted(outcome_of(Message.parse(bytes.fromhex(each.read_text()))) for each in stated)
        compared += len(told)
    assert compared > 50


def is_executed(alert: bytes) -> bool:
    return bool(values_of(Message.parse(alert))["alert_code"] == EXECUTED)


def outcome_of(alert: Message) -> tuple[str, str]:
    return str(alert.header.recipient), str(values_of(alert))


def a_home(scene: Scene) -> Home:
    memories: dict[Eui64, Memory] = {}
    plan = HomePlan(
        DEVICES["CHF"], DEVICES["GPF"], DEVICES["ESME"], DEVICES["GSME"], SEEDED,
        DEVICES["PPMID"], DEVICES["HCALCS"], None, DEVICES["SAPC"],
    )  # fmt: skip
    return assemble(plan, lambda eui: memories.setdefault(eui, Memory()), CertificatePool(), scene.keyring)


def values_of(message: Message) -> Any:
    reading = codec.read(message)
    assert reading is not None
    return reading.values.values if isinstance(reading.values, Outcome) else reading.values


def gbcs(written: Path, name: str) -> Message:
    return Message.parse(bytes.fromhex((written / "rtds" / f"{name}_GBCS.HEX").read_text()))


def test_one_device_can_take_every_command_of_a_set_one_after_another(written: Path) -> None:
    """Counters rise as the files are listed, and no two messages of one sender to one device share one."""
    seen: dict[tuple[Any, ...], list[int]] = {}
    for each in contents(written)["files"]:
        if each["file"].startswith("rtds") and ("_COMMAND_" in each["file"] or "_ALERT" in each["file"]):
            message = Message.parse(bytes.fromhex((written / each["file"]).read_text()))
            header = message.header
            space = header.originator, header.recipient, header.counter >= 1 << 32
            seen.setdefault(space, []).append(header.counter)
    assert len(seen) > 20
    for counters in seen.values():
        assert counters == sorted(set(counters))


def test_every_form_has_a_set(written: Path) -> None:
    folders = {path.name.partition("_")[2] for path in (written / "rtds").iterdir()}
    assert {form.name.replace(" ", "-") for form in forms.all_forms()} <= folders
    assert contents(written)["missing"] == []


def test_spoilt_messages_are_wrong_in_what_is_said(written: Path) -> None:
    keys = read_keys(written / "keystore")
    spoilt = {each["file"]: each["wrong"] for each in contents(written)["files"] if "wrong" in each}
    assert set(spoilt) == {str(path.relative_to(written)) for path in (written / "spoilt").glob("*/*")}

    def found(name: str) -> Message:
        file = written / "spoilt/7.2_ECS43" / f"ECS43_7.2_SUCCESS_{name}_GBCS.HEX"
        return Message.parse(bytes.fromhex(file.read_text()))

    signed = found("WRONG_SIGNATURE_COMMAND")
    certificate = keys.keyring.certificate(signed.header.originator, KeyUse.DIGITAL_SIGNATURE)
    assert verify_signature(signed, certificate) is Check.INVALID
    assert verify_mac(signed, keys.keyring, keys.acb) is Check.VALID
    macked = found("WRONG_MAC_COMMAND")
    assert verify_signature(macked, certificate) is Check.VALID
    assert verify_mac(macked, keys.keyring, keys.acb) is Check.INVALID
    older = found("WRONG_COUNTER_COMMAND")
    assert older.header.counter == macked.header.counter - 1
    assert verify_signature(older, certificate) is Check.VALID
    assert verify_mac(older, keys.keyring, keys.acb) is Check.VALID


def test_a_spoilt_request_is_not_its_signers(written: Path) -> None:
    keys = read_keys(written / "keystore")
    name = "ECS43_7.2_SUCCESS"
    whole = (written / f"duis-requests/{name}_REQUEST_DUIS.XML").read_bytes()
    spoilt = (written / f"spoilt/7.2_ECS43/{name}_WRONG_SIGNATURE_REQUEST_DUIS.XML").read_bytes()
    assert signature.verify(parse_request(whole).root, keys.keyring).holder == own_scene().parties[SUPPLIER]
    with pytest.raises(GbsmartError):
        signature.verify(parse_request(spoilt).root, keys.keyring)


def test_a_future_dated_set_has_its_alerts_and_its_cancellation() -> None:
    scene = own_scene(random.Random(SEEDED).randbytes)
    names = {file.path.rpartition("/")[2] for file in files_of(scene, ["ECS01b"], Made())}
    stem = "ECS01b_1.2.1"
    assert f"{stem}_IMMEDIATE_SUCCESS_PRECOMMAND_GBCS.HEX" in names
    assert f"{stem}_CANCELLATION_SUCCESS_COMMAND_GBCS.HEX" in names
    assert f"{stem}_8F66_FUTURE_DATED_SUCCESS_ALERT_STANDING_CHARGE_GBCS.HEX" in names
    assert f"{stem}_8F67_FUTURE_DATED_ERROR_ALERT_STANDING_CHARGE_MMC.XML" in names


def test_a_tariff_for_each_fuel() -> None:
    scene = own_scene(random.Random(SEEDED).randbytes)
    found = {case.form: case for case in cases_of(scene, "1.1.1").found if "IMMEDIATE" in case.scenario}
    assert set(found) == {"ECS01a", "GCS01a"}
    assert "elec_tariff_elements" in (found["ECS01a"].request.values or {})
    assert "gas_tariff_elements" in (found["GCS01a"].request.values or {})


def test_a_key_set_of_ones_own_is_taken_and_its_devices_get_keys() -> None:
    theirs = own_scene(random.Random(1).randbytes)
    without_devices = KeySet(tuple(each for each in theirs.entries if not each.certificate.is_device))
    scene = scene_of(without_devices, random.Random(2).randbytes)
    assert scene.parties == theirs.parties
    assert scene.keyring.holds(DEVICES["ESME"], KeyUse.DIGITAL_SIGNATURE)
    made = Made()
    assert any("_RESPONSE" in file.path for file in files_of(scene, ["4.1.1"], made))
    assert made.missing == []


def test_what_needs_a_party_that_the_key_set_has_not_says_so() -> None:
    theirs = own_scene(random.Random(1).randbytes)
    others = theirs.parties[RemotePartyRole.OTHER]
    rest = KeySet(tuple(each for each in theirs.entries if each.certificate.holder != others))
    made = Made()
    assert list(files_of(scene_of(rest), ["9.1"], made)) == []
    assert made.missing[0].what == "ECS50_9.1 (ESME)"
    assert made.missing[0].because.startswith("the key set has none of the parties that may ask for it")


@pytest.mark.corpus
def test_under_the_published_keys_both_sides_sign_their_documents(corpus: Path) -> None:
    scene = scene_of(import_folder(corpus / "keystore"))
    files = {file.path: file.content for file in files_of(scene, ["7.2"], Made())}
    asked = parse_request(files["duis-requests/ECS43_7.2_SUCCESS_REQUEST_DUIS.XML"])
    told = parse_response(files["duis-responses/ECS43_7.2_SUCCESS_RESPONSE_DUIS.XML"])
    assert signature.verify(asked.root, scene.keyring).holder == scene.parties[SUPPLIER]
    assert signature.verify(told.root, scene.keyring).holder == scene.acb
    # the device has keys of its own now; but a critical Command is its User's alone to sign
    official = Message.parse(
        bytes.fromhex((corpus / "rtds/7.2_ECS43/ECS43_7.2_SUCCESS_COMMAND_GBCS.HEX").read_text())
    )
    ours = Message.parse(bytes.fromhex(files["rtds/7.2_ECS43/ECS43_7.2_SUCCESS_COMMAND_GBCS.HEX"].decode()))
    assert ours.payload[5:] == official.payload[5:]  # before it stands the counter
    assert ours.header == dataclasses.replace(official.header, counter=ours.header.counter)


def test_a_key_set_without_a_broker_is_refused() -> None:
    theirs = own_scene(random.Random(1).randbytes)
    role = RemotePartyRole.ACCESS_CONTROL_BROKER
    rest = KeySet(tuple(each for each in theirs.entries if each.certificate.role != role))
    with pytest.raises(NotFound, match="no access control broker"):
        scene_of(rest)


def test_what_has_no_such_name_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["testdata", "ECS999", "--out", str(tmp_path / "none"), "--json"]) == 1
    assert "neither a Service Reference Variant" in capsys.readouterr().out
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    assert run(["testdata", "ECS17b", "--out", str(tmp_path / "full")]) == 1
    assert "is there already" in capsys.readouterr().err


def test_every_variant_to_a_device_has_a_case() -> None:
    scene = own_scene(random.Random(SEEDED).randbytes)
    served = [name for name, each in service_requests().items() if each.use_cases]
    assert all(cases_of(scene, name).found for name in served)

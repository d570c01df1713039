"""What devices say of themselves: identity, firmware, whom they are joined to, whom they know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gbsmart.devices import MAKES
from gbsmart.gbcs import codec, forms
from gbsmart.gbcs.envelope import Message, OtherInformation
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.forms.management import DEVICE_TYPES
from gbsmart.ground import Eui64
from gbsmart.keys import KeyUse, RemotePartyRole

from .test_esme import structure, vector
from .town import ACB, NETWORK_OPERATOR, START, SUPPLIER, Town, plan, town_with

_R = RemotePartyRole
HOME = plan(1)
BY_BROKER = {
    "role": int(_R.ACCESS_CONTROL_BROKER), "key_usage": "00001", "cell_usage": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def town() -> Town:
    return Town()


def ask(town: Town, name: str, device: Eui64 | None, values: Any = None, counter: int = 1) -> Any:
    """What a device answers when the broker asks on the supplier's behalf."""
    assert device is not None
    other = OtherInformation(forms.form(name).code, party=SUPPLIER, party_counter=counter)
    octets = town.command(name, values or {}, device, counter, ACB, other)
    (reaction,) = town.give((device, octets))
    assert reaction.response is not None, reaction.log
    outcome = town.read(reaction.response)
    assert isinstance(outcome, Outcome)
    assert Message.parse(reaction.response).header.other.party == SUPPLIER
    return outcome.values


@pytest.mark.parametrize(
    ("name", "device", "kind"),
    [
        ("ECS26m", HOME.esme, "ESME"), ("ECS26n", HOME.hub, "CHF"),
        ("ECS26e", HOME.esme, "ESME"), ("ECS26i", HOME.hub, "CHF"),
    ],
)  # fmt: skip
def test_an_electricity_device_says_what_it_is(name: str, device: Eui64, kind: str) -> None:
    said = ask(town_with(name), name, device)
    assert said["model_type"] == MAKES[kind].model_type
    assert said["manufacturer_identifier"] == b"GBSM"
    assert said.get("device_identifier", bytes(device)) == bytes(device)
    assert said.get("meter_variant", b"A") == b"A"


@pytest.mark.parametrize(
    ("name", "device"), [("GCS21m", HOME.gsme), ("GCS21e", HOME.gsme), ("GCS21e", HOME.gpf)]
)
def test_gas_says_what_the_gas_meter_is(name: str, device: Eui64) -> None:
    said = ask(town_with(name), name, device)
    assert (said["manufacturer_name"], said["model_identifier"]) == ("GBSM", "GM01    ")
    assert (said["supply_tamper_state"], said["supply_depletion_state"]) == (3, 3)


@pytest.mark.parametrize(
    ("name", "device", "value"),
    [
        ("ECS52", HOME.esme, "firmware_version"), ("ECS52", HOME.hub, "firmware_version"),
        ("GCS38", HOME.gsme, "current_meter_id"),
        ("CS08", HOME.ppmid, "firmware_version"), ("CS08", HOME.hcalcs, "firmware_version"),
    ],
)  # fmt: skip
def test_every_type_of_device_tells_its_firmware(town: Town, name: str, device: Eui64, value: str) -> None:
    assert ask(town, name, device)[value] == bytes.fromhex("00000001")


@pytest.mark.parametrize(
    ("device", "joined"),
    [
        (HOME.esme, {HOME.hub: "CHF", HOME.ppmid: "PPMID", HOME.hcalcs: "HCALCS", HOME.ihd: "Type 2"}),
        (HOME.gsme, {HOME.gpf: "GPF", HOME.ppmid: "PPMID"}),
        (HOME.gpf, {HOME.gsme: "GSME", HOME.ppmid: "PPMID", HOME.ihd: "Type 2"}),
        (HOME.ppmid, {HOME.esme: "ESME", HOME.gsme: "GSME", HOME.gpf: "GPF"}),
        (HOME.hcalcs, {HOME.esme: "ESME"}),
    ],
)
def test_a_device_knows_whom_it_is_joined_to(town: Town, device: Eui64, joined: dict[Eui64, str]) -> None:
    said = ask(town, "CS07", device)["joined"]
    assert {Eui64(each["device_id"]): DEVICE_TYPES[each["device_type"]] for each in said} == joined


@pytest.mark.parametrize("name", ["CCS05CCS04", "CCS06"])
def test_the_hub_tells_how_it_hears_its_devices(name: str) -> None:
    said = ask(town_with(name), name, HOME.hub)
    devices = {Eui64(each["device_id"]): each for each in said["active_devices"]}
    assert set(devices) == {HOME.esme, HOME.gsme, HOME.ppmid, HOME.hcalcs, HOME.ihd}
    asleep = devices[HOME.gsme]["last_communication"]
    assert asleep < devices[HOME.esme]["last_communication"] == START
    for each in devices.values():
        assert each["min_rssi"] <= each["average_rssi"] <= each["max_rssi"] < 0
        assert each["min_lqi"] <= each["average_lqi"] <= each["max_lqi"]


def test_the_hub_gives_its_logs_with_the_hashes_of_link_keys(town: Town) -> None:
    said = ask(town, "CCS07", HOME.hub)
    hashes = [each["hashed_link_key"] for each in said["device_log"]["devices"]]
    assert [len(each) for each in hashes] == [16] * 5
    assert len(set(hashes)) == 5
    assert said["historic_log"]["devices"] == []


def test_a_meter_lists_the_certificates_of_each_role(town: Town) -> None:
    town.give((HOME.esme, town.command("ECS42", {}, HOME.esme, 77)))
    roles = [int(_R.SUPPLIER), int(_R.NETWORK_OPERATOR), int(_R.LOAD_CONTROLLER)]
    asked = {"authorising_cell": BY_BROKER, "roles": roles}
    for name in ("CS02a", "CS02f"):
        supplier, network, load = ask(town, name, HOME.esme, asked)["credentials"]
        assert supplier["counter"] == 77
        uses = [(each["key_usage"], each["cell_usage"]) for each in supplier["certificates"]]
        assert uses == [("1", None), ("00001", None), ("00001", 1)]
        assert {each["holder"] for each in network["certificates"]} == {bytes(NETWORK_OPERATOR)}
        assert len(load["certificates"]) == 2
        signing = town.outside.certificate(SUPPLIER, KeyUse.DIGITAL_SIGNATURE)
        assert supplier["certificates"][0]["key_id"] == signing.key_id


@pytest.mark.parametrize("device", [HOME.gsme, HOME.gpf, HOME.hub, HOME.ppmid, HOME.hcalcs])
def test_every_device_with_credentials_lists_them(town: Town, device: Eui64) -> None:
    held = town.street.device(device).credentials
    roles = [_R.ACCESS_CONTROL_BROKER, _R.RECOVERY, _R.SUPPLIER]
    said = ask(town, "CS02f", device, {"authorising_cell": BY_BROKER, "roles": [int(each) for each in roles]})
    for role, row in zip(roles, said["credentials"], strict=True):
        assert len(row["certificates"] or ()) == len(list(held.cells(role)))


def test_a_role_without_cells_is_told_by_its_status(town: Town) -> None:
    octets = town.command(
        "CS02a", {"authorising_cell": BY_BROKER, "roles": [int(_R.SUPPLIER)]}, HOME.ppmid, 1, ACB
    )
    (reaction,) = town.give((HOME.ppmid, octets))
    outcome = town.read(reaction.response)
    (row,) = outcome.values["credentials"]
    assert (row["status"], row["certificates"], outcome.success) == (25, None, False)


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("folder", "device"),
    [
        ("6.2.4_ECS26e", HOME.esme), ("6.2.4_ECS26m", HOME.esme), ("6.2.4_ECS26i", HOME.hub),
        ("6.2.4_ECS26n", HOME.hub), ("6.2.4_GCS21e", HOME.gsme), ("6.2.4_GCS21m", HOME.gsme),
        ("6.24.1_CS02aMAC", HOME.esme), ("6.24.1_CS02fMAC", HOME.esme), ("11.2_ECS52", HOME.esme),
        ("11.2_GCS38", HOME.gsme), ("11.2_CS08", HOME.ppmid),
    ],
)  # fmt: skip
def test_answers_have_the_shape_of_the_public_ones(corpus: Path, folder: str, device: Eui64) -> None:
    """What is of the length that the home has (logs) is left to the other tests."""
    asked, answered = (vector(corpus, folder, f"SUCCESS_{way}") for way in ("COMMAND", "RESPONSE"))
    reading = codec.read(asked)
    assert reading is not None
    originator = asked.header.originator
    other = OtherInformation(
        asked.header.message_code, asked.header.other.party, asked.header.other.party_counter
    )
    town = town_with(reading.form.name)
    octets = town.command(reading.form.name, reading.values, device, 1, originator, other)
    (reaction,) = town.give((device, octets))
    ours = Message.parse(reaction.response)
    assert structure(ours.payload, ours) == structure(answered.payload, answered)
    assert ours.header.other == answered.header.other

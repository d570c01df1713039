"""Device management the whole way: what a User asks, what each type of device of a home answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from gbsmart.assembly import System
from gbsmart.assembly.plan import ACCESS_CONTROL_BROKER, IMPORT_SUPPLIER, NETWORK_OPERATOR, Premises
from gbsmart.gbcs import Cra, Header, Message, OtherInformation, codec, forms
from gbsmart.gbcs.form import Outcome
from gbsmart.ground import Eui64
from gbsmart.user import Answer, DeviceRefused, Refused
from gbsmart.wan import Parcel

from .conftest import Start

pytestmark = pytest.mark.anyio
STRANGER = Eui64.parse("00-DB-12-34-56-78-00-99")
NOT_AUTHENTIC = 0x8F53
_FIRST = bytes.fromhex("00000001")


@pytest.fixture
async def system(start: Start) -> AsyncIterator[System]:
    async with start() as running:
        yield running


def home(system: System) -> Premises:
    return system.street_plan[0]


async def ask(
    system: System, variant: str, device: Eui64, user: Eui64 = IMPORT_SUPPLIER, **fields: Any
) -> Answer:
    return await system.users[user].request(variant, device, wait=timedelta(seconds=20), **fields)


def header(answer: Answer) -> Any:
    assert answer.response is not None
    return Message.parse(answer.response.octets).header


async def test_every_device_says_what_it_is(system: System) -> None:
    """6.2.4: of the later of two use cases, as devices of a new GBCS version take it."""
    each = home(system)
    forms = {each.esme: "ECS26m", each.chf: "ECS26n", each.gsme: "GCS21m", each.gpf: "GCS21e"}
    for device, form in forms.items():
        answer = await ask(system, "6.2.4", device)
        assert answer.response is not None
        assert answer.response.form == form
        values = answer.values
        assert values.get("manufacturer_identifier", values.get("manufacturer_name")) in (b"GBSM", "GBSM")


async def test_the_supplier_is_known_to_its_meters_and_unknown_to_the_hub(system: System) -> None:
    each = home(system)
    for device in (each.esme, each.gsme, each.gpf):
        known = header(await ask(system, "6.2.4", device))
        assert (known.recipient, known.other.party) == (IMPORT_SUPPLIER, None)
    unknown = header(await ask(system, "6.2.4", each.chf))
    assert (unknown.recipient, unknown.other.party) == (ACCESS_CONTROL_BROKER, IMPORT_SUPPLIER)


async def test_a_network_operator_is_known_to_the_proxy_but_not_to_the_gas_meter(system: System) -> None:
    each = home(system)
    known = header(await ask(system, "6.2.4", each.gpf, NETWORK_OPERATOR))
    unknown = header(await ask(system, "6.2.4", each.gsme, NETWORK_OPERATOR))
    assert (known.recipient, known.other.party) == (NETWORK_OPERATOR, None)
    assert (unknown.recipient, unknown.other.party) == (ACCESS_CONTROL_BROKER, NETWORK_OPERATOR)


async def test_firmware_versions_agree_with_the_inventory(system: System) -> None:
    """11.2; the switch and the interface answer the broker, who asks on the supplier's behalf."""
    each = home(system)
    registered = {row["device_id"]: row for row in await system.user.inventory(each.esme)}
    forms = {
        each.esme: "ECS52",
        each.chf: "ECS52",
        each.gsme: "GCS38",
        each.ppmid: "CS08",
        each.hcalcs: "CS08",
    }
    for device, form in forms.items():
        answer = await ask(system, "11.2", device)
        assert answer.response is not None
        assert answer.response.form == form
        said = answer.values.get("firmware_version", answer.values.get("current_meter_id"))
        assert said == _FIRST == bytes.fromhex(registered[device]["device_firmware_version"])
        on_behalf = device in (each.chf, each.ppmid, each.hcalcs)
        assert (header(answer).other.party == IMPORT_SUPPLIER) is on_behalf


async def test_device_logs(system: System) -> None:
    """8.9: the hub's, the hub's with security details, and whom every other device is joined to."""
    each = home(system)
    heard = await ask(system, "8.9", each.chf)
    log = await ask(system, "8.9", each.chf, read_security_details=True)
    assert heard.response is not None
    assert log.response is not None
    assert (heard.response.form, log.response.form) == ("CCS06", "CCS07")
    linked = {each.esme, each.gsme, each.ppmid, each.hcalcs, each.ihd}
    assert {Eui64(row["device_id"]) for row in heard.values["active_devices"]} == linked
    assert {Eui64(row["device_id"]) for row in log.values["device_log"]["devices"]} == linked
    for device in (each.esme, each.gsme, each.gpf, each.ppmid, each.hcalcs):
        joined = await ask(system, "8.9", device)
        assert joined.response is not None
        assert joined.response.form == "CS07"
        assert device not in {Eui64(row["device_id"]) for row in joined.values["joined"]}


async def test_the_dcc_asks_for_credentials_in_its_own_right(system: System) -> None:
    """6.24.1: the message names no User, and the answer reaches the one who asked all the same."""
    each = home(system)
    for device, roles in (
        (each.esme, ("Supplier", "NetworkOperator", "LoadController")),
        (each.gsme, ("Supplier", "TransCoS")),
        (each.gpf, ("Supplier", "NetworkOperator")),
        (each.chf, ("ACB", "Recovery")),
        (each.ppmid, ("ACB", "Root")),
        (each.hcalcs, ("Supplier",)),
    ):
        answer = await ask(system, "6.24.1", device, remote_party_roles=roles)
        assert (header(answer).recipient, header(answer).other.party) == (ACCESS_CONTROL_BROKER, None)
        assert [row["status"] for row in answer.values["credentials"]] == [0] * len(roles)
    holders = {row["holder"] for row in answer.values["credentials"][0]["certificates"]}
    assert holders == {bytes(IMPORT_SUPPLIER)}


async def test_a_role_that_a_device_has_no_cell_of_is_no_success(system: System) -> None:
    with pytest.raises(DeviceRefused) as refused:
        await ask(system, "6.24.1", home(system).ppmid, remote_party_roles=("ACB", "Supplier"))
    outcome = refused.value.outcome
    assert isinstance(outcome, Outcome)
    assert outcome.results == (0, 25)


async def test_a_role_named_twice_is_refused_at_once(system: System) -> None:
    with pytest.raises(Refused) as refused:
        await ask(system, "6.24.1", home(system).esme, remote_party_roles=("Supplier", "Supplier"))
    assert refused.value.response_code == "E062402"


async def test_no_request_is_for_an_in_home_display(system: System) -> None:
    for variant in ("6.2.4", "8.9", "11.2"):
        with pytest.raises(Refused) as refused:
            await ask(system, variant, home(system).ihd)
        assert refused.value.response_code == "E11"


async def test_a_meter_tells_its_supplier_of_a_command_that_it_refuses(system: System) -> None:
    """A stranger's command, on the WAN past the DCC: silence, and an alert that reaches the supplier."""
    each = home(system)
    form = forms.form("ECS52")
    header = Header(Cra.COMMAND, 1, STRANGER, each.esme, OtherInformation(form.code))
    octets = Message(header, codec.payload(form, header, {}), null_signature=True).encode()
    await system.wan.send([Parcel(each.chf, each.esme, "a stranger's", octets)])
    async with asyncio.timeout(20):
        async for message in system.user.inbox.messages(since=0):
            opened = await system.user.open(message)
            break
    assert message.response.kind == "DeviceAlertMessage"
    assert opened is not None
    assert opened.proven
    assert opened.values["alert_code"] == NOT_AUTHENTIC

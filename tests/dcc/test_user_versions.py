"""Users of several DUIS versions at once: refused by the schema of their own, told by N999."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from gbsmart import parties
from gbsmart.duis import versions
from gbsmart.duis.changes import ElementAdded, VariantAdded
from gbsmart.ground import NOW, Eui64, Version
from gbsmart.user.acknowledgement import acknowledge

if TYPE_CHECKING:
    from conftest import Scene

pytestmark = pytest.mark.anyio

ACB, SUPPLIER, GAINING = (
    Eui64.parse(f"90-B3-D5-1F-30-{end}") for end in ("00-00-02", "01-00-00", "03-00-00")
)
ESME = Eui64.parse("00-DB-12-34-56-78-90-A0")
EARLIER = "4.9"
CHANGES = (
    VariantAdded(since="5.0", added="2.2", basis="I", note="made up, as all of these"),
    ElementAdded(since="5.0", where="ReadDeviceLog/ReadSecurityDetails", basis="I"),
    ElementAdded(since="5.0", where="DCCAlert/CommandFailure", basis="I"),
)


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch, scene: Scene) -> Iterator[None]:
    """A version that never was is served beside the others, and the supplier speaks it."""
    former = Version(EARLIER, date(2020, 1, 1), "I")
    monkeypatch.setattr(versions, "VERSIONS", (former, *versions.VERSIONS))
    monkeypatch.setattr(versions, "CHANGES", (*versions.CHANGES, *CHANGES))
    versions.forget()
    with scene.store.transaction() as connection:
        user = parties.user(connection, SUPPLIER)
        parties.change_user(connection, replace(user, schema_version=EARLIER))
    yield
    versions.forget()


@pytest.mark.usefixtures("spoken")
async def test_what_the_users_version_lacks_is_refused_by_its_schema(scene: Scene) -> None:
    top_up = scene.request("2.2", values={"utrn": "0" * 20})
    log = scene.request("8.9", values={"execution_date_time": NOW, "read_security_details": True})
    for request in (top_up, log):
        answer = await scene.post(scene.signed(request))
        assert answer.status_code == 400
        assert "the User speaks DUIS 4.9" in answer.text
        assert scene.state(request) is None
    older = scene.signed(replace(log, values={"execution_date_time": NOW}, schema_version=EARLIER))
    assert (await scene.post(older)).status_code == 200


@pytest.mark.usefixtures("spoken")
async def test_others_are_served_in_theirs_at_the_same_time(scene: Scene) -> None:
    request = scene.request()
    assert (await scene.send(request)).schema_version == EARLIER
    others = scene.by(GAINING, scene.request("2.2", values={"utrn": "0" * 20}))
    assert (await scene.send(others)).schema_version == "5.4"


@pytest.mark.usefixtures("spoken")
async def test_an_alert_that_the_users_version_lacks_is_told_by_n999(scene: Scene) -> None:
    scene.road.answering = False
    request = scene.request()
    assert await scene.code(request) == "I99"
    await scene.until(lambda: scene.state(request) == "dispatched")
    await scene.pass_time(minutes=61)
    await scene.until(lambda: bool(scene.mail()))
    (message,) = scene.mail()
    assert (message.schema_version, message.values["dcc_alert_code"]) == (EARLIER, "N999")
    told = message.values["dcc_alert"]["duis_version_mismatch"]
    assert told["service_user_duis_version"] == EARLIER
    assert told["dcc_alert_version_mismatch"] == {
        "dcc_alert_code": "N13",
        "device_id": request.request_id.target,
        "request_id": request.request_id,
    }


@pytest.mark.usefixtures("spoken")
async def test_an_answer_that_the_users_version_lacks_is_told_by_n999_at_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    inventory = ElementAdded(since="5.0", where="ResponseMessage/DSPInventory", basis="I")
    monkeypatch.setattr(versions, "CHANGES", (*versions.CHANGES, inventory))
    versions.forget()
    request = scene.request("8.2", values={"device_id": ESME})
    document = (await scene.post(scene.signed(request), "serviceD")).content
    received = acknowledge(request, document, scene.keyring, ACB, scene.clock)
    assert (received.alert_code, received.about) == ("N999", request.request_id)
    told = received.response.values["dcc_alert"]["duis_version_mismatch"]["service_response_version_mismatch"]
    assert told["service_reference_variant"] == "8.2"

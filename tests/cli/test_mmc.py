"""``gbsmart mmc``: render and correlate."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gbsmart.duis import Request, RequestId, acknowledgement, build_request, build_response
from gbsmart.gbcs import Cra, Header, Message, OtherInformation, codec, forms
from gbsmart.gbcs.form import Outcome

from .conftest import ESME, SUPPLIER, Cli


def answer(name: str, values: Outcome) -> bytes:
    form = forms.form(name)
    header = Header(Cra.RESPONSE, 1000, ESME, SUPPLIER, OtherInformation(form.code))
    return Message(header, codec.payload(form, header, values), mac=bytes(12), null_signature=True).encode()


def test_render_takes_a_message_or_the_response_that_carries_it(cli: Cli, tmp_path: Path) -> None:
    octets = answer("ECS45", Outcome({"supply_state": 1}))
    ran = cli("mmc", "render", octets.hex())
    assert ran.code == 0
    assert "<ra:SupplyState>Enabled</ra:SupplyState>" in ran.out
    request_id = RequestId(SUPPLIER, ESME, 1000)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    response = tmp_path / "response.xml"
    response.write_bytes(build_response(acknowledgement(request_id, "7.4", "I0", at, gbcs_payload=octets)))
    assert cli("mmc", "render", str(response)).out == ran.out
    assert cli("mmc", "render", "-", stdin=response.read_bytes()).out == ran.out


def test_render_takes_the_variant_of_what_was_asked(cli: Cli, tmp_path: Path) -> None:
    octets = answer("GCS33", Outcome({"supply_status": 2, "remaining_battery_life_in_days": 100}))
    assert "<ra:ServiceReferenceVariant>7.4<" in cli("mmc", "render", octets.hex()).out
    ambiguous = answer("ECS70", Outcome({}, (0, 0, 0, 1, 250)))
    assert "ServiceReferenceVariant" not in cli("mmc", "render", ambiguous.hex()).out
    asked = tmp_path / "request.xml"
    values = {"current_date_time": datetime(2026, 1, 1, tzinfo=UTC), "tolerance_period": 10}
    asked.write_bytes(build_request(Request(RequestId(SUPPLIER, ESME, 1000), 4, "8.1.1", values)))
    ran = cli("mmc", "render", ambiguous.hex(), "--request", str(asked))
    assert "<ra:CommissionDeviceSynchroniseClockRsp " in ran.out


def test_render_refuses_a_command(cli: Cli) -> None:
    header = Header(Cra.COMMAND, 1000, SUPPLIER, ESME, OtherInformation(0x52))
    octets = Message(header, codec.payload(forms.form("ECS45"), header, {})).encode()
    assert cli("mmc", "render", octets.hex()).code == 1


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    path = tmp_path / "request.xml"
    path.write_bytes(build_request(Request(RequestId(SUPPLIER, ESME, 1000), 4, "7.2", {})))
    return path


def test_correlate_tells_what_differs_in_words(cli: Cli, request_file: Path) -> None:
    header = Header(Cra.COMMAND, 1000, SUPPLIER, ESME, OtherInformation(0x50))
    octets = Message(header, codec.payload(forms.form("ECS43"), header, {}), null_signature=True).encode()
    asked = ("mmc", "correlate", "--request", str(request_file), "--precommand")
    same = cli(*asked, octets.hex(), "--json")
    assert (same.code, same.json) == (0, {"match": True, "differences": []})

    other = octets[:3] + (1001).to_bytes(8, "big") + octets[11:]
    differs = cli(*asked, other.hex(), "--json")
    assert differs.code == 1
    assert not differs.json["match"]
    told = {each["field"]: each for each in differs.json["differences"]}
    counter = told["originator counter"]
    assert (counter["request"], counter["precommand"], counter["offset"]) == ("1000", "1001", 3)
    assert "where the request asks for 1000" in cli(*asked, other.hex()).out


def test_what_is_no_pre_command_is_a_difference_where_it_breaks(cli: Cli, request_file: Path) -> None:
    ran = cli("mmc", "correlate", "--request", str(request_file), "--precommand", "df0901", "--json")
    assert ran.code == 1
    assert not ran.json["match"]
    (difference,) = ran.json["differences"]
    assert difference["precommand"]

"""Replacing credentials on an emulated device, held against the public test messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gbsmart.devices import cell
from gbsmart.gbcs import codec
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.protection import add_mac
from gbsmart.ground import Eui64
from gbsmart.keys import Certificate, KeySet, KeyUse, RemotePartyRole
from gbsmart.trust import TestSmki

from .town import ACB, COS_PARTY, SECOND_SUPPLIER, START, SUPPLIER, Town, public_town, seeded_bytes, smki

CREDENTIALS_UPDATED = 0x8F70


def message(corpus: Path, scenario: str) -> Message:
    (found,) = (corpus / "rtds" / "6.15.1_CS02bSupplierBySupplier").glob(f"*_{scenario}_GBCS.HEX")
    return Message.parse(bytes.fromhex(found.read_text().strip()))


def test_the_outcome_of_a_public_replacement_is_the_public_one(corpus: Path) -> None:
    town = public_town(corpus)
    octets = add_mac(message(corpus, "IMMEDIATE_SUCCESS_COMMAND"), town.outside, ACB).encode()
    (reaction,) = town.give((town.esme, octets))
    theirs = message(corpus, "IMMEDIATE_SUCCESS_RESPONSE")
    assert Message.parse(reaction.response).payload == theirs.payload


def test_a_replacement_for_later_is_held_and_told_as_in_public(corpus: Path) -> None:
    town = public_town(corpus)
    octets = add_mac(message(corpus, "FUTURE_DATED_SUCCESS_COMMAND"), town.outside, ACB).encode()
    (reaction,) = town.give((town.esme, octets))
    theirs = message(corpus, "FUTURE_DATED_SUCCESS_RESPONSE")
    assert Message.parse(reaction.response).payload == theirs.payload
    due = town.street.next_due()
    assert due is not None
    with town.street.store.transaction() as connection:
        ((_, alert),) = town.street.activate(connection, due)
    told = codec.read(message(corpus, "8F66_FUTURE_DATED_SUCCESS_ALERT"))
    assert told is not None
    assert due == told.values["time"]
    ours = codec.read(Message.parse(alert))
    assert ours is not None
    assert ours.values["outcome"]["mode"] == told.values["outcome"]["mode"]


def replacement(
    counter: int, mode: int, role: RemotePartyRole, certificates: list[tuple[KeyUse, Certificate]],
    authoriser: RemotePartyRole, **control: Any,
) -> dict[str, Any]:  # fmt: skip
    signed = {"role": int(authoriser), "key_usage": "1", "cell_usage": None}
    return {
        "control": {"mode": mode, "authorising_cell": signed, "counter": counter, **control},
        "replacements": [
            {
                "certificate": certificate.der,
                "cell": {
                    "role": int(role), "key_usage": cell(role, use).key_usage,
                    "cell_usage": cell(role, use).cell_usage or None,
                },
            }
            for use, certificate in certificates
        ],
        "path_certificates": [smki().organisation_issuing.certificate.der],
    }  # fmt: skip


def gaining(certificate: Callable[[KeyUse], Certificate]) -> list[tuple[KeyUse, Certificate]]:
    return [
        (use, certificate(use)) for use in (KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT, KeyUse.TOP_UP)
    ]


def test_a_change_of_supplier_hands_the_meter_over() -> None:
    town = Town()
    assert town.ask("ECS43", {}, town.esme, 5_000).success
    second = gaining(lambda use: town.outside.certificate(SECOND_SUPPLIER, use))
    change = {"role": 2, "floor": 100, "specialist_floors": [{"usage": 0, "counter": 0}]}
    values = replacement(
        1, 7, RemotePartyRole.SUPPLIER, second, RemotePartyRole.TRANSITIONAL_COS, changes=[change]
    )
    outcome = town.ask("CS02bSupplierByTransCoS", values, town.esme, 1, COS_PARTY)
    assert outcome.results == (0, 0, 0)
    (lost,) = town.give((town.esme, town.command("ECS42", {}, town.esme, 6_000, SUPPLIER)))
    assert lost.response is None
    assert town.ask("ECS42", {}, town.esme, 101, SECOND_SUPPLIER).success  # above the floor, below 5,000


def test_the_supplier_that_is_known_from_then_on_hears_of_new_credentials() -> None:
    town = Town()
    second = gaining(lambda use: town.outside.certificate(SECOND_SUPPLIER, use))
    values = replacement(1, 7, RemotePartyRole.SUPPLIER, second, RemotePartyRole.TRANSITIONAL_COS)
    octets = town.command("CS02bSupplierByTransCoS", values, town.esme, 1, COS_PARTY)
    (reaction,) = town.give((town.esme, octets))
    (alert,) = reaction.alerts
    assert Message.parse(alert).header.recipient == SECOND_SUPPLIER
    assert town.read(alert)["alert_code"] == CREDENTIALS_UPDATED
    assert town.security_log(town.esme)[-1][0] == CREDENTIALS_UPDATED


def test_what_is_replaced_later_is_told_later() -> None:
    town = Town()
    own = gaining(lambda use: town.outside.certificate(SUPPLIER, use))
    values = replacement(1, 2, RemotePartyRole.SUPPLIER, own, RemotePartyRole.SUPPLIER)
    later = {**values, "execution_date_time": START + timedelta(hours=1)}
    (reaction,) = town.give((town.esme, town.command("CS02bSupplierBySupplier", later, town.esme, 1)))
    assert reaction.alerts == []
    with town.street.store.transaction() as connection:
        told = town.street.activate(connection, START + timedelta(hours=1))
    assert [town.read(alert)["alert_code"] for _, alert in told] == [0x8F66, CREDENTIALS_UPDATED]


@pytest.mark.corpus
def test_who_sent_the_command_is_told_of_its_outcome_as_in_public(corpus: Path) -> None:
    town = Town()
    second = gaining(lambda use: town.outside.certificate(SECOND_SUPPLIER, use))
    values = replacement(1, 7, RemotePartyRole.SUPPLIER, second, RemotePartyRole.TRANSITIONAL_COS)
    later = {**values, "execution_date_time": START + timedelta(hours=1)}
    town.give((town.esme, town.command("CS02bSupplierByTransCoS", later, town.esme, 1, COS_PARTY)))
    with town.street.store.transaction() as connection:
        told = town.street.activate(connection, START + timedelta(hours=1))
    to = {town.read(alert)["alert_code"]: Message.parse(alert).header.recipient for _, alert in told}
    assert to == {0x8F66: COS_PARTY, CREDENTIALS_UPDATED: SECOND_SUPPLIER}
    (public,) = (corpus / "rtds" / "6.23_CS02bSupplierByTransCoS").glob("*8F66*")
    assert Message.parse(bytes.fromhex(public.read_text())).header.recipient == COS_PARTY


def test_one_odd_certificate_fails_its_cell_alone_unless_the_holder_changes() -> None:
    town = Town()
    own = gaining(lambda use: town.outside.certificate(SUPPLIER, use))
    key_agreement = own[1][1]
    own[0] = (KeyUse.DIGITAL_SIGNATURE, key_agreement)  # of another key usage
    values = replacement(1, 2, RemotePartyRole.SUPPLIER, own, RemotePartyRole.SUPPLIER)
    outcome = town.ask("CS02bSupplierBySupplier", values, town.esme, 1)
    assert outcome.results == (5, 0, 0)
    two_of_three = gaining(lambda use: town.outside.certificate(SECOND_SUPPLIER, use))[:2]
    values = replacement(2, 7, RemotePartyRole.SUPPLIER, two_of_three, RemotePartyRole.TRANSITIONAL_COS)
    outcome = town.ask("CS02bSupplierByTransCoS", values, town.esme, 2, COS_PARTY)
    assert outcome.results == (127, 127)


@pytest.mark.parametrize(
    "floors",
    [
        {"floor": -1}, {"floor": 1 << 64},
        {"floor": 1, "specialist_floors": [{"usage": 0, "counter": 1 << 64}]},
        {"changes": [{"role": 2, "floor": 1 << 64, "specialist_floors": None}]},
    ],
)  # fmt: skip
def test_a_floor_that_is_no_counter_makes_a_command_malformed(floors: dict[str, Any]) -> None:
    town = Town()
    own = gaining(lambda use: town.outside.certificate(SUPPLIER, use))
    values = replacement(1, 2, RemotePartyRole.SUPPLIER, own, RemotePartyRole.SUPPLIER, **floors)
    later = {**values, "execution_date_time": START + timedelta(hours=1)}
    octets = town.command("CS02bSupplierBySupplier", later, town.esme, 1)
    (reaction,) = town.give((town.esme, octets))
    assert reaction.response is None
    ((_, note),) = town.security_log(town.esme)
    assert "is no originator counter" in note
    assert town.street.next_due() is None


def test_a_role_changes_hands_in_all_its_cells_or_in_none() -> None:
    town = Town()
    elsewhere = TestSmki.create(town.clock, seeded_bytes("another SMKI")).key_set()
    second = gaining(lambda use: town.outside.certificate(SECOND_SUPPLIER, use))
    second[1] = (KeyUse.KEY_AGREEMENT, of(elsewhere, SECOND_SUPPLIER, KeyUse.KEY_AGREEMENT))
    values = replacement(1, 7, RemotePartyRole.SUPPLIER, second, RemotePartyRole.TRANSITIONAL_COS)
    outcome = town.ask("CS02bSupplierByTransCoS", values, town.esme, 1, COS_PARTY)
    assert outcome.results == (127, 10, 127)
    assert town.ask("ECS42", {}, town.esme, 1, SUPPLIER).success  # who still has all of them


def of(keys: KeySet, holder: Eui64, use: KeyUse) -> Certificate:
    return next(e.certificate for e in keys.entries if e.certificate.holder == holder and e.use == use)


def test_a_supplier_sets_no_floor_but_its_own() -> None:
    town = Town()
    own = gaining(lambda use: town.outside.certificate(SUPPLIER, use))
    highest = 2**63 - 1
    network, broker = RemotePartyRole.NETWORK_OPERATOR, RemotePartyRole.ACCESS_CONTROL_BROKER
    changes = [{"role": int(role), "floor": highest, "specialist_floors": None} for role in (network, broker)]
    values = replacement(
        1, 2, RemotePartyRole.SUPPLIER, own, RemotePartyRole.SUPPLIER, floor=50, changes=changes
    )
    outcome = town.ask("CS02bSupplierBySupplier", values, town.esme, 1)
    assert outcome.success
    credentials = town.street.device(town.esme).credentials
    floors = [credentials.counter(role) for role in (RemotePartyRole.SUPPLIER, network, broker)]
    assert floors == [50, 0, 0]


def test_a_party_replaces_no_cells_but_those_of_its_mode() -> None:
    town = Town()
    certificate = town.outside.certificate(ACB, KeyUse.KEY_AGREEMENT)
    values = replacement(
        1, 2, RemotePartyRole.ACCESS_CONTROL_BROKER, [(KeyUse.KEY_AGREEMENT, certificate)],
        RemotePartyRole.SUPPLIER,
    )  # fmt: skip
    assert town.ask("CS02bSupplierBySupplier", values, town.esme, 1).results == (127,)


def test_an_expired_certificate_counts_unless_time_is_left_out() -> None:
    town = Town()
    own = gaining(lambda use: town.outside.certificate(SUPPLIER, use))
    values = replacement(1, 2, RemotePartyRole.SUPPLIER, own, RemotePartyRole.SUPPLIER)
    values["execution_date_time"] = START + timedelta(days=365 * 20)
    assert town.ask("CS02bSupplierBySupplier", values, town.esme, 1).success
    due = town.street.next_due()
    with town.street.store.transaction() as connection:
        ((_, alert),) = town.street.activate(connection, due)  # type: ignore[arg-type]
    reading = codec.read(Message.parse(alert))
    assert reading is not None
    assert reading.values["alert_code"] == 0x8F67
    assert {each["status"] for each in reading.values["outcome"]["replacements"]} == {5}

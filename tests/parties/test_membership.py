"""Categories, Voting Groups, accession, details and identifiers of Parties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from gbsmart import parties
from gbsmart.ground import Eui64, InvalidValue, NotAllowed, NotFound
from gbsmart.parties import (
    LARGE_ABOVE,
    Category,
    Contact,
    Details,
    IdentifierKind,
    IdentifierRange,
    Licence,
    Party,
    RdpSignifier,
    State,
)
from gbsmart.store import Store

DAY = timedelta(days=1)
NOW = datetime(2016, 5, 2, 9, tzinfo=UTC)
ELECTRICITY, GAS = Licence.ELECTRICITY_SUPPLY, Licence.GAS_SUPPLY


def details(*licences: Licence, premises: int = 0, group: str = "", number: str = "") -> Details:
    return Details(
        company_number=number, licences=frozenset(licences), group=group, domestic_premises=premises
    )


def accede(store: Store, signifier: str, held: Details, at: datetime = NOW, **more: bool) -> None:
    with store.transaction() as connection:
        parties.accede(connection, Party(signifier, f"{signifier} Ltd"), held, at=at, by="test", **more)


@pytest.mark.parametrize(
    ("licences", "premises", "categories"),
    [
        ((), 0, {Category.OTHER_SEC_PARTY}),
        ((ELECTRICITY,), LARGE_ABOVE, {Category.SMALL_SUPPLIER}),
        ((GAS,), LARGE_ABOVE + 1, {Category.LARGE_SUPPLIER}),
        ((ELECTRICITY, GAS), 10, {Category.SMALL_SUPPLIER}),
        ((Licence.ELECTRICITY_DISTRIBUTION, Licence.GAS_TRANSPORTATION), 0,
         {Category.ELECTRICITY_NETWORK, Category.GAS_NETWORK}),
        ((GAS, Licence.GAS_TRANSPORTATION), 0, {Category.SMALL_SUPPLIER, Category.GAS_NETWORK}),
        ((Licence.SMART_METER_COMMUNICATION,), 0, set()),
    ],
)  # fmt: skip
def test_licences_and_size_decide_the_category(
    licences: tuple[Licence, ...], premises: int, categories: set[Category]
) -> None:
    assert parties.categories_of(frozenset(licences), premises) == categories


@given(st.sets(st.sampled_from(sorted(Licence))), st.integers(0, 10**7))
def test_a_party_is_in_some_category_but_never_large_and_small(licences: set[Licence], premises: int) -> None:
    found = parties.categories_of(frozenset(licences), premises)
    assert bool(found) == (Licence.SMART_METER_COMMUNICATION not in licences)
    assert not {Category.LARGE_SUPPLIER, Category.SMALL_SUPPLIER} <= found
    assert Category.OTHER_SEC_PARTY not in found or len(found) == 1


def test_the_size_of_a_supplier_is_its_groups_and_affiliates_vote_as_one(store: Store) -> None:
    accede(store, "BIG", details(ELECTRICITY, premises=200_000, group="Giant"))
    accede(store, "SISTER", details(GAS, premises=60_000, group="Giant"))
    accede(store, "WIRES", details(Licence.ELECTRICITY_DISTRIBUTION, group="Giant"))
    accede(store, "SMALL", details(GAS, premises=70_000))
    with store.reading() as connection:
        large = parties.voting_groups(connection, Category.LARGE_SUPPLIER, NOW)
        assert [(each.name, each.members) for each in large] == [("Giant", ("BIG", "SISTER"))]
        networks = parties.voting_groups(connection, Category.ELECTRICITY_NETWORK, NOW)
        assert [(each.name, each.members) for each in networks] == [("Giant", ("WIRES",))]
        small = parties.voting_groups(connection, Category.SMALL_SUPPLIER, NOW)
        assert [each.members for each in small] == [("SMALL",)]
        assert parties.member(connection, "BIG", NOW).affiliates == ("SISTER", "WIRES")


def test_nobody_slips_into_the_voting_group_of_another_by_its_name(store: Store) -> None:
    accede(store, "ALONE", details(GAS, number="1"))
    accede(store, "SISTER", details(GAS, group="Giant", number="2"))
    with pytest.raises(InvalidValue, match="group: is the signifier"):
        accede(store, "MIMIC", details(GAS, group="ALONE", number="3"))
    with pytest.raises(InvalidValue, match="signifier: 'Giant' is the name of a corporate group"):
        accede(store, "Giant", details(GAS, number="4"))
    with store.reading() as connection:
        groups = parties.voting_groups(connection, Category.SMALL_SUPPLIER, NOW)
    assert [each.members for each in groups] == [("ALONE",), ("SISTER",)]


def test_reading_every_party_asks_no_more_where_more_were_in_default(store: Store) -> None:
    def asked() -> int:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            statements.append(statement)

        event.listen(store.engine, "before_cursor_execute", note)
        with store.reading() as connection:
            found = parties.members(connection, NOW)
        event.remove(store.engine, "before_cursor_execute", note)
        assert {each.state for each in found} == {State.EVENT_NOTICED}
        return len(statements)

    counts = []
    for n in range(5):
        accede(store, f"P{n}", details(GAS, number=str(n)))
        with store.transaction() as connection:
            parties.change_state(connection, f"P{n}", "notice an event", at=NOW, reason="x", case="EOD1")
        counts.append(asked())
    assert len(set(counts)) == 1


def test_voting_groups_are_those_of_the_moment(store: Store) -> None:
    accede(store, "ONE", details(GAS))
    accede(store, "TWO", details(GAS), at=NOW + 10 * DAY)
    with store.transaction() as connection:
        together = details(GAS, group="Merged")
        for signifier in ("ONE", "TWO"):
            parties.change_details(connection, signifier, together, at=NOW + 20 * DAY, by="test")
        parties.change_state(
            connection, "TWO", "give notice of withdrawal", at=NOW + 25 * DAY, reason="sold", case=""
        )
        parties.change_state(connection, "TWO", "withdraw", at=NOW + 30 * DAY, reason="sold", case="")

    def groups(day: int) -> list[tuple[str, ...]]:
        with store.reading() as connection:
            found = parties.voting_groups(connection, Category.SMALL_SUPPLIER, NOW + day * DAY)
        return [each.members for each in found]

    assert groups(-1) == []
    assert groups(0) == [("ONE",)]
    assert groups(10) == [("ONE",), ("TWO",)]
    assert groups(20) == [("ONE", "TWO")]
    assert groups(30) == [("ONE",)]


def test_details_are_kept_as_they_were(store: Store) -> None:
    accede(store, "ONE", details(GAS, number="1"), original=True, share=True)
    contact = Contact("invoices", "Ivy", "ivy@one.example")
    later = Details(registered_name="One plc", company_number="1", contacts=(contact,))
    with store.transaction() as connection:
        parties.change_details(connection, "ONE", later, at=NOW + DAY, by="one")
        assert parties.details_of(connection, "ONE").contacts == (contact,)
        assert parties.details_of(connection, "ONE", NOW).licences == {GAS}
        assert parties.details_of(connection, "ONE", NOW - DAY) == Details()
        assert [each.by for each in parties.details_history(connection, "ONE")] == ["test", "one"]
        assert parties.member(connection, "ONE", NOW).categories == {Category.SMALL_SUPPLIER}
        found = parties.member(connection, "ONE", NOW + DAY)
    assert found.categories == {Category.OTHER_SEC_PARTY}
    assert found.accession == parties.Accession(NOW, original=True, share=True)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("domestic_premises", details(premises=-1)),
        ("domestic_premises", details(premises=5)),
        ("notices_channel", Details(notices_channel="pigeon")),
        ("vat_number", Details(vat_number="12")),
        ("licences", details(GAS, Licence.SMART_METER_COMMUNICATION)),
        ("registered_name", Details(registered_name="x" * 201)),
        ("address", Details(address="a\x00b")),
    ],
)
def test_details_that_cannot_be_are_refused(field: str, wrong: Details) -> None:
    with pytest.raises(InvalidValue, match=rf"^{field}: "):
        wrong.check()


def test_a_company_accedes_once_and_a_signifier_is_one_partys(store: Store) -> None:
    accede(store, "ONE", details(number="42"))
    with pytest.raises(InvalidValue, match="taken"):
        accede(store, "ONE", details(number="43"))
    with pytest.raises(InvalidValue, match="already, as ONE"):
        accede(store, "TWO", details(number="42"))


def test_who_was_expelled_is_barred_for_twelve_months(store: Store) -> None:
    leap = datetime(2016, 2, 29, 12, tzinfo=UTC)
    accede(store, "ONE", details(number="42"), at=leap - DAY)
    with store.transaction() as connection:
        for event in ("notice an event", "find in default"):
            parties.change_state(connection, "ONE", event, at=leap, reason="unpaid", case="D1")
        parties.expel(connection, "ONE", at=leap, reason="unpaid", case="D1")
    bar_ends = datetime(2017, 2, 28, 12, tzinfo=UTC)
    with pytest.raises(NotAllowed, match="expelled on 2016-02-29"):
        accede(store, "TWO", details(number="42"), at=bar_ends - DAY)
    accede(store, "TWO", details(number="42"), at=bar_ends)
    with store.reading() as connection:
        assert parties.member(connection, "ONE", bar_ends).state is State.EXPELLED


def test_the_panel_may_shorten_the_bar(store: Store) -> None:
    accede(store, "ONE", details(number="42"))
    with store.transaction() as connection:
        for event in ("notice an event", "find in default", "expel"):
            parties.change_state(connection, "ONE", event, at=NOW, reason="unpaid", case="D1")
    accede(store, "TWO", details(number="42"), at=NOW + DAY, bar_shortened=True)


def test_identifiers_are_issued_without_overlap(store: Store) -> None:
    accede(store, "ONE", details())
    accede(store, "TWO", details())
    with store.transaction() as connection:
        first = parties.issue_range(connection, "ONE", IdentifierKind.USER, count=16, at=NOW)
        second = parties.issue_range(connection, "TWO", IdentifierKind.RDP, count=1, at=NOW)
        assert int.from_bytes(first.last) - int.from_bytes(first.first) == 15
        assert int.from_bytes(second.first) == int.from_bytes(first.last) + 1
        assert parties.holder_of(connection, first.last) == "ONE"
        assert parties.holder_of(connection, Eui64(bytes(8))) is None
        with pytest.raises(InvalidValue, match="identifiers of ONE"):
            parties.add_range(
                connection, IdentifierRange(first.last, second.first, IdentifierKind.USER, "TWO", NOW)
            )
        with pytest.raises(InvalidValue, match="does not hold so many"):
            parties.issue_range(connection, "TWO", IdentifierKind.USER, count=0x40000000, at=NOW)
        assert [each.party for each in parties.identifiers(connection)] == ["ONE", "TWO"]


def test_a_registration_data_provider_has_a_signifier_of_its_own(store: Store) -> None:
    accede(store, "NET", details(Licence.ELECTRICITY_DISTRIBUTION))
    provider = RdpSignifier("RDP1", "Registration Services", "NET")
    with store.transaction() as connection:
        parties.add_rdp_signifier(connection, provider)
        assert parties.member(connection, "NET", NOW).rdp_signifiers == (provider,)
        with pytest.raises(NotFound):
            parties.add_rdp_signifier(connection, RdpSignifier("RDP2", "Another", "NOBODY"))

"""Who is responsible for a metering point, and when: the answer behind E4."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gbsmart import registration
from gbsmart.ground import Eui64, InvalidValue, NotFound
from gbsmart.parties import User, UserRole
from gbsmart.registration import Fuel, MeteringPoint, Responsibility, mpan_check_digit, mprn_check_digits
from gbsmart.store import Store

MPAN, EXPORT, MPRN = "1200023305967", "1312345678222", "1000999888"
T0 = datetime(2026, 1, 1, tzinfo=UTC)
SWITCH = datetime(2026, 6, 1, tzinfo=UTC)
IS, ES, GS, ED = (UserRole(code) for code in ("IS", "ES", "GS", "ED"))


def a_user(party: str, *roles: UserRole) -> User:
    return User(Eui64(bytes(8)), party, frozenset(roles))


@pytest.fixture(autouse=True)
def _points(store: Store) -> None:
    with store.transaction() as connection:
        home = {"uprn": "100", "postcode": "sw1a1aa", "address_identifier": "10"}
        registration.add_point(connection, MeteringPoint(MPAN, Fuel.ELECTRICITY, **home))
        registration.add_point(connection, MeteringPoint(EXPORT, Fuel.ELECTRICITY, export=True, **home))
        registration.add_point(connection, MeteringPoint(MPRN, Fuel.GAS))
        for mpxn, role, party in (
            (MPAN, IS, "OLD"),
            (MPAN, ED, "WIRES"),
            (EXPORT, ES, "SUN"),
            (MPRN, GS, "GAS"),
        ):
            registration.register(connection, Responsibility(mpxn, role, party, T0), received_at=T0)


def test_a_change_of_supplier_takes_effect_at_its_moment(store: Store) -> None:
    with store.transaction() as connection:
        registration.register(connection, Responsibility(MPAN, IS, "NEW", SWITCH), received_at=T0)
        before, after = SWITCH - timedelta(microseconds=1), SWITCH
        assert registration.responsible_party(connection, MPAN, IS, at=before) == "OLD"
        assert registration.responsible_party(connection, MPAN, IS, at=after) == "NEW"
        assert registration.responsible_party(connection, MPAN, ED, at=after) == "WIRES"
        assert registration.responsible_party(connection, MPAN, IS, at=T0 - timedelta(days=1)) is None


def test_a_cancelled_switch_leaves_the_present_supplier(store: Store) -> None:
    with store.transaction() as connection:
        registration.register(connection, Responsibility(MPAN, IS, "NEW", SWITCH), received_at=T0)
        registration.register(connection, Responsibility(MPAN, IS, "OLD", SWITCH), received_at=T0)
        assert registration.responsible_party(connection, MPAN, IS, at=SWITCH) == "OLD"
        registration.withdraw(connection, MPAN, IS, at=SWITCH)
        assert registration.responsible_party(connection, MPAN, IS, at=SWITCH) is None


def test_a_user_qualifies_by_role_party_and_moment(store: Store) -> None:
    both = a_user("OLD", IS, GS, UserRole.OTHER_USER)
    with store.transaction() as connection:
        registration.register(connection, Responsibility(MPAN, IS, "NEW", SWITCH), received_at=T0)
        points = [MPAN, EXPORT, MPRN]
        assert registration.qualifying_roles(connection, both, points, at=T0) == {IS}
        assert registration.qualifying_roles(connection, both, points, at=SWITCH) == frozenset()
        gaining = a_user("NEW", IS)
        assert registration.qualifying_roles(connection, gaining, points, at=T0) == frozenset()
        assert registration.qualifying_roles(connection, gaining, points, at=T0, or_later=True) == {IS}
        assert registration.qualifying_roles(connection, a_user("OLD", ES), points, at=T0) == frozenset()


def test_premises_are_found_by_uprn_and_by_postcode(store: Store) -> None:
    with store.reading() as connection:
        by_uprn = registration.points_at(connection, uprn="100")
        by_postcode = registration.points_at(connection, postcode="SW1A 1AA", address_identifier="10")
        assert [point.mpxn for point in by_uprn] == [MPAN, EXPORT]
        assert by_uprn == by_postcode
        # blanks are the premises of nobody, not of every point that was entered without any
        assert registration.points_at(connection, postcode="      ", address_identifier="") == []
        with pytest.raises(InvalidValue):
            registration.points_at(connection)


@pytest.mark.parametrize(("mpxn", "role"), [(MPAN, GS), (MPAN, ES), (MPRN, IS), (EXPORT, IS)])
def test_roles_belong_to_kinds_of_points(store: Store, mpxn: str, role: UserRole) -> None:
    with store.transaction() as connection, pytest.raises(InvalidValue, match="role"):
        registration.register(connection, Responsibility(mpxn, role, "ANY", T0), received_at=T0)


def test_many_points_are_entered_at_once(store: Store) -> None:
    new = MeteringPoint("1012345678900", Fuel.ELECTRICITY, postcode="sw1a1aa", address_identifier="11")
    with store.transaction() as connection:
        registration.enter(connection, [(new, [Responsibility(new.mpxn, IS, "OLD", T0)])], received_at=T0)
        assert registration.responsible_party(connection, new.mpxn, IS, at=SWITCH) == "OLD"
        wrong = MeteringPoint("1012345678911", Fuel.ELECTRICITY)
        with pytest.raises(InvalidValue, match="not responsible"):
            registration.enter(
                connection, [(wrong, [Responsibility(wrong.mpxn, GS, "GAS", T0)])], received_at=T0
            )


def test_an_unknown_point_has_no_registration(store: Store) -> None:
    with store.transaction() as connection, pytest.raises(NotFound):
        registration.register(connection, Responsibility("1312345678999", IS, "ANY", T0), received_at=T0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(switches=st.lists(st.tuples(st.integers(1, 30), st.sampled_from("ABC")), min_size=1, max_size=8))
def test_history_never_overlaps_and_the_last_word_wins(store: Store, switches: list[tuple[int, str]]) -> None:
    """Whatever order switches are told in, at most one Party is responsible at any moment."""
    with store.transaction() as connection:
        undo = connection.begin_nested()
        for day, party in switches:
            new = Responsibility(MPAN, IS, party, T0 + timedelta(days=day))
            registration.register(connection, new, received_at=T0)
        history = [one for one in registration.responsibilities(connection, MPAN) if one.role is IS]
        assert [one.ends for one in history] == [*(one.starts for one in history[1:]), None]
        late = T0 + timedelta(days=99)
        assert registration.responsible_party(connection, MPAN, IS, at=late) == switches[-1][1]
        undo.rollback()


def test_check_digits() -> None:
    assert mpan_check_digit("1200023305967")
    assert not mpan_check_digit("1312345678111")
    assert not mprn_check_digits("1000999888")
    assert mprn_check_digits(f"12345678{12345678 % 11:02}")

"""Suspended rights, and how a Party stands with the Code (SEC M8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gbsmart import parties
from gbsmart.ground import Eui64, InvalidValue, NotAllowed, NotFound
from gbsmart.parties import Party, Right, State, User, UserRole
from gbsmart.store import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
IS, OU = UserRole.IMPORT_SUPPLIER, UserRole.OTHER_USER
USER = User(Eui64.parse("90-B3-D5-1F-30-01-00-00"), "SUP1", frozenset({IS, OU}))
OTHER = User(Eui64.parse("90-B3-D5-1F-30-02-00-00"), "OTH1", frozenset({OU}))
WHY = {"reason": "charges unpaid", "case": "DEF-1"}


@pytest.fixture(autouse=True)
def _registered(store: Store) -> None:
    with store.transaction() as connection:
        for user in (USER, OTHER):
            parties.add_party(connection, Party(user.party, user.party))
            parties.add_user(connection, user)


def default(store: Store, party: str) -> None:
    with store.transaction() as connection:
        for event in ("notice an event", "find in default"):
            parties.change_state(connection, party, event, at=NOW, **WHY)


def test_a_right_is_suspended_from_a_moment_until_it_is_restored(store: Store) -> None:
    def may_vote(at: datetime) -> bool:
        return parties.party_rights(connection, "SUP1", Right.ELECTIONS, at)

    with store.transaction() as connection:
        parties.suspend_rights(connection, "SUP1", [Right.ELECTIONS], at=NOW, **WHY)
        assert may_vote(NOW - timedelta(seconds=1))
        assert not may_vote(NOW)
        assert parties.party_rights(connection, "SUP1", Right.MODIFICATIONS, NOW)
        parties.restore_rights(connection, "SUP1", at=LATER, reason="paid", case="DEF-1")
        assert not may_vote(LATER - timedelta(seconds=1))
        assert may_vote(LATER)
        (suspension,) = parties.suspensions(connection, "SUP1")
    assert (suspension.since, suspension.until, suspension.case) == (NOW, LATER, "DEF-1")


def test_the_right_to_be_a_user_reaches_its_users(store: Store) -> None:
    with store.transaction() as connection:
        parties.suspend_rights(connection, "OTH1", [Right.USER], at=NOW, **WHY)
        stopped = parties.user(connection, OTHER.id)
        assert stopped.roles == stopped.suspended_roles == {OU}
        assert not stopped.live_roles
        assert parties.user(connection, USER.id) == USER, "another Party's goes on"
        parties.restore_rights(connection, "OTH1", [Right.USER], at=LATER, **WHY)
        assert parties.user(connection, OTHER.id) == OTHER


def test_it_may_be_suspended_in_some_user_roles(store: Store) -> None:
    with store.transaction() as connection:
        parties.suspend_rights(connection, "SUP1", [Right.USER], at=NOW, roles=[OU], **WHY)
        assert parties.user(connection, USER.id).live_roles == {IS}
        assert parties.users_of(connection, "SUP1") == [parties.user(connection, USER.id)]
        assert not parties.party_rights(connection, "SUP1", Right.USER, NOW)
        assert parties.party_rights(connection, "SUP1", Right.USER, NOW, IS)
        assert not parties.party_rights(connection, "SUP1", Right.USER, NOW, OU)


def test_core_services_of_a_supplier_stop_only_with_the_authoritys_approval(store: Store) -> None:
    with store.transaction() as connection, pytest.raises(NotAllowed, match="Authority"):
        parties.suspend_rights(connection, "SUP1", [Right.USER], at=NOW, **WHY)
    with store.transaction() as connection:
        assert parties.user(connection, USER.id) == USER
        parties.suspend_rights(connection, "SUP1", [Right.USER], at=NOW, approved_by_authority=True, **WHY)
        assert parties.user(connection, USER.id).suspended_roles == USER.roles


def test_a_user_that_is_entered_or_changed_meanwhile_is_stopped_too(store: Store) -> None:
    new = User(Eui64.parse("90-B3-D5-1F-30-03-00-00"), "OTH1", frozenset({OU}))
    with store.transaction() as connection:
        parties.suspend_rights(connection, "OTH1", [Right.USER], at=NOW, **WHY)
        parties.add_user(connection, new)
        parties.change_user(connection, OTHER)
        assert parties.user(connection, new.id).suspended_roles == {OU}
        assert parties.user(connection, OTHER.id).suspended_roles == {OU}


def test_a_party_in_default_is_suspended_with_its_rights_and_active_with_the_last_restored(
    store: Store,
) -> None:
    default(store, "OTH1")
    with store.transaction() as connection:
        parties.suspend_rights(connection, "OTH1", [Right.ELECTIONS, Right.USER], at=NOW, **WHY)
        assert parties.state_of(connection, "OTH1") is State.SUSPENDED
        parties.restore_rights(connection, "OTH1", [Right.USER], at=LATER, **WHY)
        assert parties.state_of(connection, "OTH1") is State.SUSPENDED
        parties.restore_rights(connection, "OTH1", at=LATER, **WHY)
        assert parties.state_of(connection, "OTH1") is State.ACTIVE
        assert parties.state_of(connection, "OTH1", NOW) is State.SUSPENDED
        told = [step.state for step in parties.standings(connection, "OTH1")]
    assert told == [State.EVENT_NOTICED, State.IN_DEFAULT, State.SUSPENDED, State.ACTIVE]


def test_who_is_expelled_has_no_rights_and_no_users(store: Store) -> None:
    default(store, "OTH1")
    with store.transaction() as connection:
        parties.expel(connection, "OTH1", at=LATER, **WHY)
        assert not any(parties.party_rights(connection, "OTH1", right, LATER) for right in Right)
        assert all(parties.party_rights(connection, "OTH1", right, NOW) for right in Right)
        assert not parties.user(connection, OTHER.id).live_roles
        with pytest.raises(InvalidValue, match="is expelled"):
            parties.change_state(connection, "OTH1", "remedy", at=LATER, **WHY)


def test_a_licensed_party_is_expelled_only_with_the_authoritys_approval(store: Store) -> None:
    default(store, "SUP1")
    with store.transaction() as connection, pytest.raises(NotAllowed, match="Authority"):
        parties.expel(connection, "SUP1", at=NOW, **WHY)
    with store.transaction() as connection:
        parties.expel(connection, "SUP1", at=NOW, approved_by_authority=True, **WHY)


def test_nobodys_rights_cannot_be_suspended(store: Store) -> None:
    with store.transaction() as connection:
        with pytest.raises(NotFound, match="NOBODY"):
            parties.suspend_rights(connection, "NOBODY", [Right.USER], at=NOW, **WHY)
        with pytest.raises(InvalidValue, match="rights"):
            parties.suspend_rights(connection, "SUP1", [], at=NOW, **WHY)
        with pytest.raises(InvalidValue, match="roles"):
            parties.suspend_rights(connection, "SUP1", [Right.ORDERS], at=NOW, roles=[OU], **WHY)


@pytest.mark.parametrize("right", [Right.ELECTIONS, Right.MODIFICATIONS, Right.USER])
def test_who_has_a_right_is_told_of_all_as_of_each(store: Store, right: Right) -> None:
    default(store, "SUP1")
    with store.transaction() as connection:
        parties.add_party(connection, Party("GONE", "Gone"))
        parties.change_state(connection, "GONE", "give notice of withdrawal", at=NOW, **WHY)
        parties.change_state(connection, "GONE", "withdraw", at=LATER, **WHY)
        parties.suspend_rights(connection, "SUP1", [Right.ELECTIONS], at=NOW, **WHY)
        parties.suspend_rights(connection, "OTH1", [Right.USER], at=LATER, roles=[OU], **WHY)
    with store.reading() as connection:
        for moment in (NOW, LATER):
            one_by_one = {
                each.signifier
                for each in parties.parties(connection)
                if parties.party_rights(connection, each.signifier, right, moment)
            }
            assert parties.parties_with(connection, right, moment) == one_by_one
        assert "GONE" in parties.parties_with(connection, right, NOW)
        assert "GONE" not in parties.parties_with(connection, right, LATER)
    assert ("SUP1" in one_by_one, "OTH1" in one_by_one) == (
        right is not Right.ELECTIONS,
        right is not Right.USER,
    )

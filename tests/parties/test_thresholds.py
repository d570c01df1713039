"""Anomaly thresholds: kept and read back as a whole set, and only those that a User could mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gbsmart import parties
from gbsmart.ground import Eui64, GbsmartError, InvalidValue
from gbsmart.parties import ALL, Counted, Party, Threshold, User, UserRole
from gbsmart.store import Store

SUPPLIER = User(Eui64.parse("90-B3-D5-1F-30-01-00-00"), "S1", frozenset({UserRole.IMPORT_SUPPLIER}))
DAY = timedelta(days=1)
DISABLING = Threshold("7.2", Counted.SIGNED_PRE_COMMAND, DAY, 10, 20)
READING = Threshold("4.6.1", Counted.SERVICE_REQUEST, timedelta(hours=1), 500, 1000)
EASTER = datetime(2026, 4, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _registered(store: Store) -> None:
    with store.transaction() as connection:
        parties.add_party(connection, Party("S1", "First Supplier plc"))
        parties.add_user(connection, SUPPLIER)


def test_a_set_takes_the_place_of_the_earlier(store: Store) -> None:
    exception = DISABLING._replace(warning=100, quarantine=200, since=EASTER, until=EASTER + 4 * DAY)
    for wanted in ([DISABLING, exception, READING], [Threshold(ALL, READING.counted, DAY, 1, 1)], []):
        with store.transaction() as connection:
            parties.set_thresholds(connection, SUPPLIER, wanted)
        with store.reading() as connection:
            assert parties.thresholds_of(connection, SUPPLIER.id) == wanted


@pytest.mark.parametrize(
    ("threshold", "wrong"),
    [
        (DISABLING._replace(warning=21), "warning <= quarantine"),
        (DISABLING._replace(warning=0), "0 < warning"),
        (DISABLING._replace(period=timedelta(seconds=1)), "a minute at least"),
        (DISABLING._replace(since=EASTER, until=EASTER), "ends before it begins"),
        (DISABLING._replace(variant="4.6.1"), "not critical"),
        (DISABLING._replace(variant="99.9"), "not a Service Reference Variant"),
        (READING._replace(variant="14.1"), "has no role"),
    ],
)
def test_one_that_cannot_be_meant_is_refused(store: Store, threshold: Threshold, wrong: str) -> None:
    with store.transaction() as connection, pytest.raises(GbsmartError, match=wrong):
        parties.set_thresholds(connection, SUPPLIER, [threshold])


def test_two_for_the_same_are_refused(store: Store) -> None:
    with store.transaction() as connection, pytest.raises(InvalidValue, match="limit the same"):
        parties.set_thresholds(connection, SUPPLIER, [READING, READING._replace(warning=1)])


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"receive_addresses": ("https://a.example/",) * 3}, "one alternate"),
        ({"receive_addresses": ("ftp://a.example/",)}, "no http or https address"),
        ({"schema_version": "4.9"}, "not one of 5.0"),
    ],
)
def test_a_user_is_reached_and_spoken_to_in_ways_there_are(
    store: Store, changes: dict[str, object], wrong: str
) -> None:
    with store.transaction() as connection, pytest.raises(InvalidValue, match=wrong):
        parties.change_user(connection, replace(SUPPLIER, **changes))  # type: ignore[arg-type]


def test_a_lodged_certificate_takes_the_place_of_the_earlier(store: Store) -> None:
    with store.transaction() as connection:
        for der in (b"one", b"two"):
            parties.lodge_certificate(connection, SUPPLIER.id, der)
        assert parties.certificates(connection) == {SUPPLIER.id: b"two"}
        parties.lodge_certificate(connection, SUPPLIER.id, None)
        assert parties.certificates(connection) == {}
        assert parties.users(connection) == [SUPPLIER]

"""Where the tests find the public corpus and a database, and what happens when they are not there."""

from __future__ import annotations

import gc
import os
import shutil
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path

import pluggy
import pytest
import structlog
from _pytest.nodeid import NodeId
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.exc import DBAPIError
from tests.emptied import EmptiedDatabase

from gbsmart.store import Store, open_store

SHARED = Path(os.environ.get("GBSMART_SHARED", Path(__file__).resolve().parents[2] / "shared"))
CORPUS = SHARED / "corpus"


# How long an example takes says something about the machine, not about the code. Where CI is set,
# hypothesis draws the same examples every time.
settings.register_profile(
    "gbsmart", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("gbsmart")

# By itself structlog draws every value in every frame of a traceback, for a second or more each time.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--forbid-skips",
        action="store_true",
        help="count a skipped test as a failure (continuous integration)",
    )
    parser.addoption(
        "--screenshots",
        action="store_true",
        help="keep a screenshot of every page that is looked at in build/screenshots",
    )


@pytest.hookimpl(hookwrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Keep in one process what shares something: a PostgreSQL server (its snapshots see every
    transaction there) and a browser, which takes long to start.

    pytest-xdist 3.8 writes the group behind the name of an item where pytest 9.2 does not look for it, and
    so keeps nothing together (pytest-dev/pytest-xdist#1386): it is put where it counts.
    """
    for item in items:
        for shared in ("postgresql", "chromium"):
            if item.get_closest_marker(shared):
                item.add_marker(pytest.mark.xdist_group(shared))
    yield
    for item in items:
        grouped = getattr(item, "_nodeid", item.nodeid)
        if grouped != item.nodeid:
            item._id = NodeId.parse(grouped)


def pytest_collection_finish() -> None:
    """Eleven thousand tests stay to the end: no garbage collection has to look through them again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pluggy.Result[pytest.TestReport]]:
    outcome = yield
    report = outcome.get_result()
    if report.skipped and item.config.getoption("--forbid-skips"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which is forbidden here: {report.longrepr}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The list of the interoperability suite; of a test that failed, that it did."""
    found = [
        str(line)
        for kind in ("passed", "failed")
        for report in terminalreporter.stats.get(kind, ())
        for name, line in report.user_properties
        if name == "interoperability" and str(line).endswith(" failed") == (kind == "failed")
    ]
    if found:
        terminalreporter.section(
            "interoperability: variant, template, device, use case, client, key set, result, what was seen"
        )
        for line in sorted(found, key=lambda line: ([*map(int, line.split()[0].split("."))], line)):
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of public test data (vectors, keys, requests, schemas); skips where it is absent."""
    if not (CORPUS / "rtds").is_dir():
        pytest.skip("needs the public corpus: set GBSMART_SHARED to the folder that holds corpus/")
    return CORPUS


POSTGRESQL = make_url(
    os.environ.get("GBSMART_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to copy for each test."""
    file = tmp_path_factory.mktemp("store") / "template.db"
    store = open_store(f"sqlite:///{file}")
    store.migrate()
    with store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return file


@pytest.fixture(scope="session")
def _postgresql_database() -> Iterator[EmptiedDatabase]:
    """A migrated PostgreSQL database, emptied after each test; skips where no server answers."""
    try:
        admin = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
        connection = admin.connect()
    except (DBAPIError, ImportError):
        pytest.skip("needs a PostgreSQL server: set GBSMART_TEST_POSTGRESQL to its URL")
    name = f"gbsmart_test_{uuid.uuid4().hex[:12]}"
    with connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        store = open_store(POSTGRESQL.set(database=name))
        store.migrate()
        yield EmptiedDatabase(store)
        store.close()
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> URL:
    """The URL of an empty, migrated SQLite database of this test's own."""
    file = tmp_path / "gbsmart.db"
    shutil.copyfile(_sqlite_template, file)
    return URL.create("sqlite", database=str(file))


@pytest.fixture
def postgresql_url(_postgresql_database: EmptiedDatabase) -> Iterator[URL]:
    """The URL of an empty, migrated PostgreSQL database that no other test uses meanwhile."""
    yield _postgresql_database.url
    _postgresql_database.empty()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request: pytest.FixtureRequest) -> URL:
    """An empty, migrated database: the test runs once on SQLite and once on PostgreSQL."""
    url = request.getfixturevalue(f"{request.param}_url")
    assert isinstance(url, URL)
    return url


@pytest.fixture
def store(store_url: URL) -> Iterator[Store]:
    """An open store on :func:`store_url`."""
    store = open_store(store_url)
    yield store
    store.close()

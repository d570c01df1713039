"""Settings: where each is read from, and what is said of one that cannot be used."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime

import pytest

from gbsmart.assembly import Settings, commands
from gbsmart.assembly.settings import settings_of
from gbsmart.ground import InvalidValue

OF_THE_START_ALONE = {"demonstration", "as_json"}
SAID = {
    "host": "127.0.0.2", "console_host": "127.0.0.3",
    "street": "127.0.0.1:8084", "clock": "2031-07-01T06:00:00", "insecure_lab": "true",
    "receive": "90-B3-D5-1F-30-01-00-00=http://127.0.0.1:9/", "log_format": "json", "log_level": "debug",
    "traces": "true",
}  # fmt: skip
"""A value for each option that takes no number."""


@pytest.mark.parametrize("command", [commands.up, commands.street])
def test_every_option_is_an_environment_variable_of_its_name(
    command: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(command)
    usual = Settings()
    for option in inspect.signature(command).parameters.keys() - OF_THE_START_ALONE:
        with monkeypatch.context() as environment:
            environment.setenv(f"GBSMART_{option.upper()}", SAID.get(option, "7"))
            assert settings_of({}) != usual, option


def test_the_names_of_the_settings_do_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GBSMART_CLOCK_START", "2031-07-01T06:00:00")
    assert settings_of({}).clock_start == datetime(2031, 7, 1, 6, tzinfo=UTC)


def test_the_command_line_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GBSMART_SPEED", "60")
    assert settings_of({"clock_speed": None}).clock_speed == 60
    assert settings_of({"clock_speed": 2.0}).clock_speed == 2


def test_an_option_is_named_as_it_is_called() -> None:
    for setting, option in (
        ("clock_speed", "--speed"),
        ("street_port", "--port"),
        ("dcc_port", "--dcc-port"),
    ):
        with pytest.raises(InvalidValue, match=rf"^{option}: "):
            settings_of({setting: -1})


@pytest.mark.parametrize(
    "given",
    [
        {"90b3d51f30010000": "http://127.0.0.1:9/"},
        ["90-B3-D5-1F-30-01-00-00=http://127.0.0.1:9/"],
        "90-B3-D5-1F-30-01-00-00=http://127.0.0.1:9/",
        '{"90-B3-D5-1F-30-01-00-00": "http://127.0.0.1:9/"}',
    ],
)
def test_where_a_user_receives_may_be_said_in_several_ways(given: object) -> None:
    assert settings_of({"receive": given}).receive == {"90-B3-D5-1F-30-01-00-00": "http://127.0.0.1:9/"}

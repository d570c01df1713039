"""Settings of a whole system: what ``gbsmart up`` may be told, and where it is read from.

Every setting is a command-line option of ``gbsmart up`` or ``gbsmart street``, and an environment variable
of the option's name (``GBSMART_DATA``, ``GBSMART_DCC_PORT``); the command line wins.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from gbsmart.assembly.logs import LogFormat, LogLevel
from gbsmart.ground import Eui64, InvalidValue, SystemClock

LOOPBACK = "127.0.0.1"
FREE_PORTS: Mapping[str, int] = {"dcc_port": 0, "repository_port": 0, "console_port": 0, "user_port": 0}
"""Settings of a system that takes whatever ports are free."""
_Port = Annotated[int, Field(ge=0, lt=1 << 16)]


class Settings(BaseSettings):
    """One system: its addresses, its data, its keys, its homes and its clock."""

    # an alias is the environment variable of an option that is not called as the setting is
    model_config = SettingsConfigDict(
        env_prefix="GBSMART_", frozen=True, extra="forbid", populate_by_name=True
    )

    data: Path = Field(Path(".gbsmart"), description="folder for databases and keys")
    database: str = Field("", description="URL of the DCC's database (default: SQLite in the data folder)")
    host: str = Field(LOOPBACK, description="address to bind; any but loopback needs --insecure-lab")
    console_host: str = Field(
        "", description="address of the console alone; on any but loopback people sign in to act"
    )
    dcc_port: _Port = Field(8079, description="the DCC's web services; 0 takes a free port")
    repository_port: _Port = Field(8083, description="SMKI repository services; 0 takes a free port")
    console_port: _Port = Field(8080, description="the console; 0 takes a free port")
    user_port: _Port = Field(8081, description="the demonstration receives here; 0 takes a free port")
    street: str = Field("", description="HOST:PORT of a street in another process (default: one in this)")
    street_port: _Port = Field(
        8084, alias="GBSMART_PORT", description="where gbsmart street waits for a DCC; 0 takes a free port"
    )
    key_folder: Path | None = Field(None, description="the system's key store (default: in the data folder)")
    keys: Path | None = Field(None, description="an external key set: a folder of PEM files, or a JSON file")
    schema_folder: Path | None = Field(
        None, alias="GBSMART_SCHEMA", description="folder with duis-5.4.xsd and mmc-5.4.xsd"
    )
    homes: int = Field(1, ge=1, le=10_000, description="how many emulated homes")
    seed: int = Field(1, ge=0, lt=1 << 32, description="what makes these homes these homes")
    clock_start: datetime | None = Field(
        None, alias="GBSMART_CLOCK", description="start the clock here (ISO 8601, UTC)"
    )
    clock_speed: float = Field(
        1.0, gt=0, alias="GBSMART_SPEED", description="how many times faster than real the clock runs"
    )
    wake_interval: float = Field(2.0, gt=0, description="seconds between a gas meter's wake-ups (real: 1800)")
    response_wait: float = Field(
        5.0, gt=0, description="seconds to wait for a device before N13 (real: 3600)"
    )
    fault: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="faults that are on from the start: NAME[:param=value,...], spaces between them"
    )
    insecure_lab: bool = Field(False, description="allow an address that others can reach, without TLS")
    log_format: LogFormat = Field(LogFormat.TEXT, description="how log lines are written: text or json")
    log_level: LogLevel = Field(LogLevel.WARNING, description="from which weight on lines are logged")
    traces: bool = Field(False, description="send traces of requests by OTLP; needs gbsmart[otel]")
    users: Path | None = Field(None, description="a file that says which Users there are (TOML)")
    receive: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict,
        description="receive address per User: EUI-64 to URL (else the demonstration's); EUI-64=URL as text",
    )

    @model_validator(mode="after")
    def _only_loopback(self) -> Settings:
        if not self.insecure_lab and not _is_loopback(self.host):
            raise InvalidValue(
                f"{self.host} can be reached from other machines",
                field="host",
                remedy="Keep to 127.0.0.1 (--console-host opens the console alone), or say --insecure-lab "
                "on a network where everyone may act as the DCC.",
            )
        return self

    @field_validator("console_host")
    @classmethod
    def _an_address(cls, host: str) -> str:
        if host:
            _is_loopback(host)
        return host

    @field_validator("clock_start")
    @classmethod
    def _in_utc(cls, start: datetime | None) -> datetime | None:
        """A time without a zone is UTC."""
        if start is None:
            return None
        return start.replace(tzinfo=UTC) if start.tzinfo is None else start.astimezone(UTC)

    @field_validator("street")
    @classmethod
    def _host_and_port(cls, street: str) -> str:
        host, _, port = street.rpartition(":")
        if street and not (host and port.isdecimal() and int(port) < 1 << 16):
            raise InvalidValue(f"{street!r} is not HOST:PORT", field="street")
        return street

    @field_validator("fault", mode="before")
    @classmethod
    def _words(cls, given: Any) -> Any:
        return given.split() if isinstance(given, str) else given

    @field_validator("receive", mode="before")
    @classmethod
    def _pairs(cls, given: Any) -> dict[str, str]:
        """Pairs ``EUI-64=URL``, with spaces between them in an environment variable (or JSON there)."""
        if isinstance(given, str):
            given = json.loads(given) if given.lstrip().startswith("{") else given.split()
        pairs = given.items() if isinstance(given, Mapping) else (each.partition("=")[::2] for each in given)
        found: dict[str, str] = {}
        for user, url in pairs:
            if not isinstance(url, str) or not url.startswith(("http://", "https://")):
                raise InvalidValue(f"{user!r} with {url!r} is not EUI-64=URL", field="receive")
            found[str(Eui64.parse(user))] = url
        return found

    @property
    def console_address(self) -> str:
        """What the console binds."""
        return self.console_host or self.host

    @property
    def only_operators(self) -> bool:
        """Whether steering the laboratory needs a signed-in operator: others reach the console."""
        return not self.insecure_lab and not _is_loopback(self.console_address)

    def clock(self) -> SystemClock:
        """The clock of every process of this system."""
        return SystemClock(start=self.clock_start, speed=self.clock_speed)

    @property
    def key_store(self) -> Path:
        """The folder of the system's own keys; a DCC and its street share it."""
        return self.key_folder or self.data / "keys"

    @property
    def database_url(self) -> str:
        """The DCC's database."""
        return self.database or f"sqlite:///{self.data / 'dcc.db'}"

    @property
    def homes_url(self) -> str:
        """The emulated homes' own database."""
        return f"sqlite:///{self.data / 'homes.db'}"

    def journal(self, user: Eui64) -> Path:
        """What a User of the demonstration remembers."""
        return self.data / f"user-{user.compact}.db"


def settings_of(given: Mapping[str, Any]) -> Settings:
    """The settings of a command line, where an option that was not given is ``None``.

    Raises :class:`InvalidValue`, naming the option, for one that cannot be used.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as wrong:
        first = wrong.errors()[0]
        setting = str(first["loc"][0]) if first["loc"] else ""
        field = Settings.model_fields.get(setting)
        named = (field.alias if field is not None else None) or setting
        option = named.removeprefix("GBSMART_").lower().replace("_", "-")
        raise InvalidValue(first["msg"], field=f"--{option}") from None


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        raise InvalidValue(
            f"{host!r} is not an IP address", field="host", remedy="Write 127.0.0.1, ::1 or localhost."
        ) from None

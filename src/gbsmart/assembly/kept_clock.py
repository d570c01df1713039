"""How far the clock of a data folder is ahead of the machine's, so that it does not run back at a restart."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from gbsmart.assembly.settings import Settings, settings_of
from gbsmart.ground import InvalidValue, SystemClock

_FILE = "clock.json"
_LEAST = timedelta(seconds=1)
"""What a clock that was only held for a moment is ahead or behind is no time of its own."""


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True)

    ahead: timedelta


def keep(settings: Settings, clock: SystemClock) -> None:
    """Keep how far ``clock`` is ahead; of one that is not, nothing is kept."""
    path, ahead = settings.data / _FILE, clock.now() - SystemClock().now()
    if clock.is_the_machines or ahead < _LEAST:
        path.unlink(missing_ok=True)
        return
    unfinished = path.with_suffix(".new")
    unfinished.write_text(_Kept(ahead=ahead).model_dump_json())
    unfinished.replace(path)


def resumed(settings: Settings) -> SystemClock:
    """The clock with which the system of a data folder starts.

    As the settings say; where they name no moment, as far ahead as it was when it stopped. Raises
    :class:`InvalidValue` for a note of it that is none.
    """
    path = settings.data / _FILE
    if settings.clock_start is not None or not path.is_file():
        return settings.clock()
    try:
        start = SystemClock().now() + _Kept.model_validate_json(path.read_bytes()).ahead
    except (ValidationError, OverflowError):
        raise InvalidValue(
            f"{path} does not say how far the clock is ahead",
            remedy="Remove it, or name a moment by --clock.",
        ) from None
    return SystemClock(start=start, speed=settings.clock_speed)


def now_in(data: Path | None) -> datetime:
    """What time it is in the system of a data folder, whether it runs or not."""
    return resumed(settings_of({"data": data})).now()

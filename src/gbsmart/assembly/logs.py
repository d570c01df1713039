"""Logs of a whole process: one line each on standard error, as text or as JSON.

Everything that logs, ours and the libraries', goes through one formatter. What is logged are names,
identifiers, codes and reasons: no key and no value that a device sealed is ever given to a logger, and a
test searches everything a system logs for both.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TextIO

import structlog
from structlog.typing import Processor


class LogFormat(StrEnum):
    """How a line of the log is written."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """From which weight on a line is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


_STAMP = structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")


def keep_off_standard_output() -> None:
    """Let what a command logs go to standard error, where nobody reads what it prints.

    Nothing is changed where :func:`start_logging` has said how this process logs.
    """
    if isinstance(structlog.get_config()["logger_factory"], structlog.PrintLoggerFactory):
        structlog.configure(
            processors=[structlog.stdlib.add_log_level, _STAMP, _text()],
            logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        )


def _text() -> Processor:
    # a traceback without the local values beside it: among these are keys
    traceback = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(colors=False, timestamp_key="at", exception_formatter=traceback)


def start_logging(
    log_format: LogFormat = LogFormat.TEXT, level: LogLevel = LogLevel.WARNING, to: TextIO | None = None
) -> None:
    """Write the logs of this process to ``to`` (standard error) from now on.

    JSON: ``{"at", "level", "logger", "event", ...}``, with ``exception`` where a traceback belongs to it.
    Times are the machine's, in UTC, whatever the system's own clock says.
    """
    shared: list[Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        _STAMP,
    ]
    written: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if log_format is LogFormat.JSON:
        written += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]
    else:
        written.append(_text())
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=written)
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


@contextmanager
def without_warnings() -> Iterator[None]:
    """Have no warnings written during the block, which provokes some and tells of them itself.

    Where lighter lines than warnings were asked for, all of them are written all the same.
    """
    root = logging.getLogger()
    level = root.level
    if level == logging.WARNING:
        root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(level)

"""What the command line says when something goes wrong: one message, what to do next, an exit code."""

from __future__ import annotations

import json
import os
import sys
import traceback
from enum import IntEnum
from typing import Any

from gbsmart.ground import Blame, GbsmartError


class ExitCode(IntEnum):
    """What the exit code of a command means."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    TIME_OUT = 3
    UNREACHABLE = 4
    DEFECT = 70


TRACEBACK = "GBSMART_TRACEBACK"
"""The environment variable that asks for the traceback of a defect."""


def exit_code(error: Exception) -> ExitCode:
    """The exit code that ``error`` stands for."""
    if isinstance(error, TimeoutError):
        return ExitCode.TIME_OUT
    if isinstance(error, GbsmartError):
        return ExitCode.UNREACHABLE if error.blame is Blame.WORLD else ExitCode.REFUSED
    return ExitCode.UNREACHABLE if isinstance(error, OSError) else ExitCode.DEFECT


def report(error: Exception, *, as_json: bool) -> int:
    """Say what went wrong, on standard error (as JSON: on standard output); the exit code."""
    code = exit_code(error)
    if as_json:
        sys.stdout.write(json.dumps({"error": describe(error)}, indent=2) + "\n")
    else:
        description = describe(error)
        lines = [f"gbsmart: {description['message']}"]
        if description["remedy"]:
            lines.append(f"  {description['remedy']}")
        sys.stderr.write("\n".join(lines) + "\n")
    if code is ExitCode.DEFECT and os.environ.get(TRACEBACK):
        traceback.print_exception(error)
    return code


def describe(error: Exception) -> dict[str, Any]:
    """An error as JSON: ``{"kind", "message", "remedy", "blame", "response_code", "exit_code"}``.

    ``offset`` and ``where``, ``field`` and ``alert_code`` are there where the error knows them.
    """
    code = exit_code(error)
    if isinstance(error, GbsmartError):
        described: dict[str, Any] = {
            "kind": type(error).__name__,
            "message": _sentence(error.message),
            "remedy": error.remedy,
            "blame": error.blame.value,
            "response_code": error.response_code,
        }
        for name in ("offset", "where", "field", "alert_code"):
            if (value := getattr(error, name, None)) not in (None, ""):
                described[name] = value
    elif code is ExitCode.DEFECT:
        described = _plain(error, f"this is a defect of gbsmart: {type(error).__name__}: {error}")
        described["remedy"] = f"Please report it; with {TRACEBACK}=1 the traceback is shown."
    else:
        described = _plain(error, _of_the_system(error))
    return {**described, "exit_code": int(code)}


def _plain(error: Exception, message: str) -> dict[str, Any]:
    kind = type(error).__name__
    return {"kind": kind, "message": message, "remedy": "", "blame": None, "response_code": None}


def _of_the_system(error: Exception) -> str:
    """What the operating system said, without its number: ``/nowhere: No such file or directory.``"""
    if isinstance(error, OSError) and error.strerror and error.filename:
        return _sentence(f"{error.filename}: {error.strerror}")
    return str(error) or type(error).__name__


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."

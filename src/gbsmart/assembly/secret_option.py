"""What is secret on the command line: never an argument, which others on the machine could see and the shell
remembers. It is asked on the terminal, or read from a file or standard input.
"""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from gbsmart.ground import InvalidValue, NotFound


def secret(name: str, file: str | None, *, twice: bool = False) -> str:
    """What is in ``file`` (``-``: a line of standard input); without one, what is asked for by its name.

    Raises :class:`NotFound` for a file that cannot be read, :class:`InvalidValue` where what is asked for
    ``twice`` differs.
    """
    if file is None and sys.stdin.isatty():
        return _asked(name, twice)
    if file is None or file == "-":
        return sys.stdin.readline().rstrip("\r\n")
    try:
        return Path(file).read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise NotFound(f"{file} cannot be read: {problem}") from None


def _asked(name: str, twice: bool) -> str:
    given = getpass.getpass(f"{name.capitalize()}: ")
    if twice and getpass.getpass("Once more: ") != given:
        raise InvalidValue("was not the same twice", field=name)
    return given

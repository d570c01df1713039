"""The command line: ``gbsmart`` and everything below it.

Commands are named in :mod:`gbsmart.cli.registry` and loaded when they are called, so that the program
starts fast. Every command takes ``--json``, whose shapes only ever gain keys. Exit codes:

=== ===================================================================================
0   done, and the answer is good
1   refused or invalid: by the DCC, by a device, or by a check of ours
2   wrong usage of the command line
3   time-out: nobody said no, and the outcome may be unknown
4   a peer or something else outside cannot be reached
70  a defect of gbsmart
130 interrupted from the keyboard
=== ===================================================================================
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command that the process was started with, and exit with its code."""
    from gbsmart.cli.app import run

    sys.exit(run(sys.argv[1:]))


__all__ = ["main"]

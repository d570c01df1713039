"""The commands of ``gbsmart``: a name, where it is, and a line for the overview.

A target is ``"module:name"`` of a Typer app or of a function with Typer's annotations; it is imported
when the command is called. To add a command, write its module and add its row here.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple


class Command(NamedTuple):
    """One command or group of commands."""

    name: str
    target: str
    summary: str

    def load(self) -> Any:
        """The Typer app or function."""
        module, _, name = self.target.partition(":")
        return getattr(import_module(module), name)


COMMANDS: tuple[Command, ...] = (
    Command("up", "gbsmart.assembly.commands:up", "Start everything, show a reading, keep serving."),
    Command("street", "gbsmart.assembly.commands:street", "Run homes and hubs only, for a DCC elsewhere."),
    Command("user", "gbsmart.assembly.user_commands:app", "List, add, change and suspend a system's Users."),
    Command("account", "gbsmart.assembly.account_commands:app", "Who may sign in and act, and as what."),
    Command("party", "gbsmart.assembly.party_commands:app", "The Parties to the Code, now and as they were."),
    Command(
        "case", "gbsmart.assembly.case_commands:app", "Cases under the Code: what is due, acting, voting."
    ),
    Command("keys", "gbsmart.assembly.user_keys:app", "Export Users' keys for programs of their own."),
    Command("backup", "gbsmart.assembly.backup:backup", "Write a data folder to one file, while it runs."),
    Command("restore", "gbsmart.assembly.backup:restore", "Make a data folder from a backup."),
    Command("read", "gbsmart.assembly.commands:read", "Read a meter end to end."),
    Command("control", "gbsmart.assembly.control.commands:app", "Reset, steer and ask a running system."),
    Command("faults", "gbsmart.assembly.fault_commands:app", "Switch faults of a running system on and off."),
    Command(
        "code",
        "gbsmart.assembly.code_commands:app",
        "The Code: texts of your own, what changed, consultations.",
    ),
    Command("gbcs", "gbsmart.cli.gbcs:app", "Explain, decode and sign GBCS messages; top-up numbers (UTRN)."),
    Command("duis", "gbsmart.cli.duis:app", "Validate, sign, verify and send DUIS documents; their schema."),
    Command("mmc", "gbsmart.cli.mmc:app", "Render answers as MMC XML; correlate Pre-Commands."),
    Command("conformance", "gbsmart.conformance.commands:app", "Check published test data on this machine."),
    Command("testdata", "gbsmart.testdata.commands:write", "Write sets of test messages of your own."),
    Command("reference", "gbsmart.reference.commands:reference", "Print what the declarations say."),
    Command("version", "gbsmart.cli.version:version", "Say which version this is, and which it speaks."),
)
"""In the order in which the overview shows them."""

"""What people loaded of the Code's text: files split into provisions and stored from a date on.

Names load on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gbsmart.ground.lazy import on_first_use

if TYPE_CHECKING:
    from gbsmart.codebook.loads.commands import add_text_commands
    from gbsmart.codebook.loads.model import LeftOutText, Load, Prepared, TextFile, prepare
    from gbsmart.codebook.loads.pages import place
    from gbsmart.codebook.loads.service import keep, load_of, loads

_HOME = {
    "add_text_commands": "commands",
    **dict.fromkeys(("LeftOutText", "Load", "Prepared", "TextFile", "prepare"), "model"),
    "place": "pages",
    **dict.fromkeys(("keep", "load_of", "loads"), "service"),
}

__all__ = [
    "LeftOutText",
    "Load",
    "Prepared",
    "TextFile",
    "add_text_commands",
    "keep",
    "load_of",
    "loads",
    "place",
    "prepare",
]

__getattr__ = on_first_use(__name__, _HOME)

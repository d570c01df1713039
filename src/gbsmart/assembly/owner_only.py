"""A data folder is its owner's alone: it holds keys, and what meters and Users said to each other."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Final

OURS: Final = ("dcc.db*", "homes.db*", "user-*.db*", "homes.json", "keys/*", "snapshots/*/*")
"""What a system writes in its data folder; the folder may be one that holds other things too."""
_OTHERS: Final = 0o077


def owner_only(folder: Path) -> None:
    """Have this process write for its owner alone from now on, and close what lies there to others."""
    os.umask(_OTHERS)
    for each in chain.from_iterable(map(folder.glob, OURS)):
        mode = stat.S_IMODE(each.lstat().st_mode)
        if each.is_file() and not each.is_symlink() and mode & _OTHERS:
            with suppress(PermissionError):  # another's file, which its owner lets us use
                each.chmod(mode & ~_OTHERS)

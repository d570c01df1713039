"""The sub-paragraphs of one clause: which level a label belongs to, by what stands before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gbsmart.codebook.texts.numbering import Script, ordinal, scripts


class _Level(NamedTuple):
    script: Script
    last: tuple[int, str]
    ref: str


class Labels:
    """The open levels of sub-paragraphs under ``base``, outermost first."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._levels: list[_Level] = []

    def place(self, mark: str, ahead: Sequence[str], before: str) -> tuple[str, str] | None:
        """The reference of the sub-paragraph ``mark`` and of what it lies in; None where it fits nowhere.

        ``ahead`` are the labels that follow in the clause, ``before`` is the text that stands before.
        """
        running = self._running(mark)
        new = next((script for script in scripts(mark) if ordinal(mark, script) == (1, "")), None)
        if new is not None and (running is None or self._begins_anew(mark, ahead, before)):
            return self._put(len(self._levels), new, mark)
        if running is not None:
            return self._put(*running, mark)
        return None

    def _running(self, mark: str) -> tuple[int, Script] | None:
        """The level that ``mark`` goes on with: the deepest in which it is next, or else comes later."""
        found = [
            (now[0] - level.last[0] <= 1, depth, script)
            for depth, level in enumerate(self._levels)
            for script in scripts(mark)
            if script is level.script and (now := _ordinal(mark, level)) > level.last
        ]
        if not found:
            return None
        _, depth, script = max(found, key=lambda each: each[:2])
        return depth, script

    def _begins_anew(self, mark: str, ahead: Sequence[str], before: str) -> bool:
        """Whether a mark that may go on in letters, as (i) after (h), begins Roman numerals."""
        second, follower = mark + mark[0], chr(ord(mark[0]) + 1)
        for each in ahead:
            if each == second:
                return True
            if each == follower:
                return False
        return before.rstrip().endswith((":", "-", "\u2013", "\u2014"))

    def _put(self, depth: int, script: Script, mark: str) -> tuple[str, str]:
        at = _ordinal(mark, self._levels[depth]) if depth < len(self._levels) else ordinal(mark, script)
        del self._levels[depth:]
        parent = self._levels[-1].ref if self._levels else self.base
        ref = f"{parent}({mark})"
        self._levels.append(_Level(script, at, ref))
        return ref, parent


def _ordinal(mark: str, level: _Level) -> tuple[int, str]:
    """Where ``mark`` is in the row of ``level``: an (aa) that follows (a) was put in before (b)."""
    first = ordinal(mark[0], level.script) if mark[0] == mark[-1] else (0, "")
    if level.script in (Script.LETTERS, Script.CAPITALS) and len(mark) > 1 and level.last[0] == first[0]:
        return first[0], mark[1:].lower()
    return ordinal(mark, level.script)

"""Responses as they are published: bundles for a stretch of the alphabet, or parts of one respondent's.

A bundle is named for the first and the last respondent in it (``Energy UK - Haven Power``), for their
first letters (``A-D``), for one respondent, or for a part of one's response (``NPower - part 3``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PART = re.compile(r"(?P<name>.+?)\s*-\s*part\s+(?P<part>\d+)\Z", re.IGNORECASE)
_LETTERS = re.compile(r"(?P<first>[A-Z]{1,2})\s*-\s*(?P<last>[A-Z]{1,2})\Z")
_BETWEEN = re.compile(r"\s+[-\N{EN DASH}]\s+")
_AND = re.compile(r"\s+(?:&|and)\s+")


@dataclass(frozen=True, slots=True)
class Group:
    """Whose responses a bundle holds: from ``first`` to ``last`` in the alphabet, or of these alone.

    ``names`` are the respondents that the label names; ``part`` counts the parts of one response.
    """

    label: str
    first: str
    last: str
    names: tuple[str, ...]
    part: int = 0

    def names_it(self, respondent: str) -> bool:
        """Whether the label names this respondent."""
        return _letters(respondent) in map(_letters, self.names)

    def spans(self, respondent: str) -> bool:
        """Whether this respondent lies in its stretch of the alphabet."""
        if self.first == self.last and self.names:
            return False
        name = _letters(respondent)
        end = _letters(self.last)
        return _letters(self.first) <= name and (name <= end or name.startswith(end))


def bundles_of(respondent: str, labels: Iterable[str]) -> list[str]:
    """The bundles with the response of ``respondent``: those that name it, or else where it would stand."""
    groups = [group_of(label) for label in labels]
    named = [each.label for each in groups if each.names_it(respondent)]
    return named or [each.label for each in groups if each.spans(respondent)]


def group_of(label: str) -> Group:
    """The group that a label means."""
    label = label.strip()
    if found := _PART.match(label):
        name = found["name"]
        return Group(label, name, name, (name,), int(found["part"]))
    if found := _LETTERS.match(label):
        return Group(label, found["first"], found["last"], ())
    if len(label) == 1:
        return Group(label, label, label, ())
    ends = _BETWEEN.split(label)
    if len(ends) == 2:
        return Group(label, ends[0], ends[1], (ends[0], ends[1]))
    if len(together := _AND.split(label)) == 2:
        return Group(label, label, label, tuple(together))
    return Group(label, label, label, (label,))


def respondents(labels: Iterable[str]) -> list[str]:
    """Every respondent that some label names, by the alphabet."""
    found = {_letters(name): name for label in labels for name in group_of(label).names}
    return [found[key] for key in sorted(found)]


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())

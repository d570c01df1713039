"""Titles told from clauses: by their capitals, how they end, and whether they say what somebody does."""

from __future__ import annotations

import re

_MAX_TITLE = 160
_VERB = re.compile(r"\b(?:shall|must|will|may|can|cannot|should|is|are|has|have|means|applies|apply)\b")
_SUBORDINATES = re.compile(
    r"\b(?:that|which|who|whom|whose|where|when|what|how|why|whether|if|until|unless)\b", re.IGNORECASE
)


def has_title_capitals(text: str) -> bool:
    """Whether every longer word begins with a capital."""
    words = [word for word in re.findall(r"[A-Za-z][\w\u2019'-]*", text) if len(word) > 3]
    return bool(words) and all(word[0].isupper() for word in words)


def is_sentence(text: str) -> bool:
    """Whether this says what somebody does, in a sentence's letters, whether it ends with a stop or not.

    What follows a word that subordinates says nothing: *Cases in which a Party may withdraw* is a title.
    """
    verbs, subordinate = len(_VERB.findall(text)), len(_SUBORDINATES.findall(text))
    return verbs > subordinate and not has_title_capitals(text)


def is_title(text: str) -> bool:
    """Whether this may be the title of a document, a Part or a clause."""
    return looks_like_title(text) and not is_sentence(text)


def looks_like_title(text: str) -> bool:
    """Whether this has the length, the beginning and the end of a title; a short clause may have them too."""
    return 0 < len(text) <= _MAX_TITLE and not text[0].islower() and text[-1] not in ".;:,"

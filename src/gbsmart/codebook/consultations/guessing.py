"""What a document is, guessed from its title: for pages that say nothing else of it."""

from __future__ import annotations

import re

from gbsmart.codebook.consultations.model import DocumentKind, Form

_RULES: tuple[tuple[str, DocumentKind], ...] = (
    (r"\b(erratum|corrigendum|correction)\b", DocumentKind.ERRATUM),
    (r"\baddendum\b", DocumentKind.ADDENDUM),
    (r"\bresponse and further consultation\b", DocumentKind.RESPONSE_AND_FURTHER),
    (r"\bresponse to part\b", DocumentKind.RESPONSE_TO_PART),
    (r"\bgovernment response\b|\bconsultation response\b", DocumentKind.GOVERNMENT_RESPONSE),
    (r"\bresponses?:|\bresponses\b|\bresponse\Z", DocumentKind.RESPONSES),
    (r"\bdirection\b.*\bletter\b|\bletter\b.*\bdirection\b", DocumentKind.DIRECTION_LETTER),
    (r"\blicen[cs]es?\b", DocumentKind.LICENCE_TEXT),
    (r"\bappendix [a-z]{1,2}\b|\bsubsidiary document\b", DocumentKind.SUBSIDIARY_DRAFT),
    (r"\bconclusions incorporated\b|\bcombined\b|\bconsolidated\b.*\bcode\b", DocumentKind.CONSOLIDATED_CODE),
    (r"\blegal text\b|\bcode text\b|\bdraft(ing)? text\b|\blegal drafting\b", DocumentKind.LEGAL_TEXT),
    (r"\bconsultation\b", DocumentKind.CONSULTATION_DOCUMENT),
)
_ANNEX = re.compile(r"\bannex\s+([A-Z]|\d{1,2})\b", re.IGNORECASE)
_GROUP = re.compile(r"\bresponses?:\s*(.+)\Z|(.+?)\s+responses?\Z", re.IGNORECASE)


def kind_of(title: str) -> DocumentKind:
    """The kind that a title speaks of; ``other`` where it speaks of none."""
    for pattern, kind in _RULES:
        if re.search(pattern, title, re.IGNORECASE):
            return kind
    return DocumentKind.OTHER


def annex_of(title: str) -> str:
    """``Annex C``, where the title names one."""
    found = _ANNEX.search(title)
    return f"Annex {found[1].upper()}" if found else ""


def form_of(title: str) -> Form:
    """Whether the title says that the text is clean, or change-marked."""
    if re.search(r"\bchange[- ]?mark", title, re.IGNORECASE):
        return Form.CHANGE_MARKED
    return Form.CLEAN if re.search(r"\bclean\b", title, re.IGNORECASE) else Form.UNSAID


def respondents_of(title: str) -> str:
    """Whose responses a bundle of this title holds."""
    found = _GROUP.search(title)
    return (found[1] or found[2]).strip()[:200] if found else ""

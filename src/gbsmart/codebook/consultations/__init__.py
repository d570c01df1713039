"""The register of consultations (SEC Section X; section 89 of the Energy Act 2008).

Stages and consultations of the Secretary of State, their topics and documents, the responses to them, how
all these stand to one another, and what became of each topic in the Code. Ten consultations with their
documents are shipped; others are imported from gov.uk, or held here from planning to conclusion. Names load
on first use: who only looks at the tables draws no pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gbsmart.ground.lazy import on_first_use

if TYPE_CHECKING:
    from gbsmart.codebook.consultations.commands import consultations_app
    from gbsmart.codebook.consultations.filling import fill
    from gbsmart.codebook.consultations.pages import TEMPLATES, place
    from gbsmart.codebook.consultations.timeline import CodeVersion
    from gbsmart.codebook.consultations.versions import versions_of
    from gbsmart.codebook.consultations.web import interface

_HOME = {
    "consultations_app": "commands",
    "fill": "filling",
    "TEMPLATES": "pages",
    "place": "pages",
    "CodeVersion": "timeline",
    "versions_of": "versions",
    "interface": "web",
}

__all__ = [
    "TEMPLATES",
    "CodeVersion",
    "consultations_app",
    "fill",
    "interface",
    "place",
    "versions_of",
]

__getattr__ = on_first_use(__name__, _HOME)

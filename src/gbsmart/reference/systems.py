"""The page of systems: of which the Code speaks, where each runs, and the test that drives it."""

from __future__ import annotations

from gbsmart.governance.systems import RUNNING, systems
from gbsmart.governance.telling import told_systems
from gbsmart.handbook.markdown import table
from gbsmart.reference.pages import Objects

_INTRODUCTION = """\
The systems of which the Code and the consultations on it speak, in governance, modifications, membership,
transition and reform. One that runs has a page of the console and a test that drives it through HTTP or the
command line; the others say in which room they will run.

"""


def text() -> str:
    """The page without its title."""
    areas = dict.fromkeys(each.area for each in systems())
    return _INTRODUCTION + "\n".join(f"## {area.capitalize()}\n\n{_written(area)}" for area in areas)


def data() -> Objects:
    """``systems``: each with its status, and its link and test or the place where it will run."""
    return {"systems": told_systems(systems())}


def _written(area: str) -> str:
    return table(
        ("", "system", "section", "status", "where", "test"),
        (
            (each.id, each.name, each.section, each.status,
             f"`{each.link}`" if each.status == RUNNING else each.place,
             f"`{each.test}`" if each.test else "")
            for each in systems()
            if each.area == area
        ),
    )  # fmt: skip

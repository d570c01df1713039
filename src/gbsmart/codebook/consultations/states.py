"""The lives of a consultation and of each of its topics, declared once.

A consultation may conclude topic by topic. What becomes of a topic is its own life: the text of a
modification is laid in draft before Parliament, and made if neither House objects within 40 days
(section 89 of the Energy Act 2008); a document may instead be designated by direction (SEC X5); and text
may be in the Code without effect until it is activated (SEC X3).
"""

from __future__ import annotations

from gbsmart.ground.transitions import Machine, Transition

CONCLUDED = "concluded"
FURTHER = "concluded with further consultation"

CONSULTATION = Machine(
    "consultation",
    "planned",
    frozenset({CONCLUDED, FURTHER}),
    (
        Transition("planned", "open", "open"),
        Transition("open", "revise", "revised"),
        Transition("revised", "revise", "revised"),
        Transition("open", "close", "closed"),
        Transition("revised", "close", "closed"),
        Transition("closed", "analyse", "analysing"),
        Transition("analysing", "conclude in part", "part concluded"),
        Transition("part concluded", "resume", "analysing"),
        Transition("analysing", "conclude", CONCLUDED),
        Transition("analysing", "conclude with further consultation", FURTHER),
    ),
)
"""A consultation; revising it is publishing an addendum or an erratum while it is open."""

UNDECIDED = "under consultation"
TOPIC = Machine(
    "topic",
    UNDECIDED,
    frozenset({"in force", "activated", "annulled", "not taken forward", "moved", "no change"}),
    (
        Transition(UNDECIDED, "conclude", "concluded"),
        Transition(UNDECIDED, "move", "moved"),
        Transition(UNDECIDED, "do not take forward", "not taken forward"),
        Transition("concluded", "move", "moved"),
        Transition("concluded", "do not take forward", "not taken forward"),
        Transition("concluded", "leave the code", "no change"),
        Transition("concluded", "settle text", "text final"),
        Transition("text final", "lay", "laid before Parliament"),
        Transition("laid before Parliament", "annul", "annulled"),
        Transition("laid before Parliament", "make", "modification made"),
        Transition("text final", "designate", "designated by direction"),
        Transition("text final", "commence inactive", "in force but inactive"),
        Transition("modification made", "commence", "in force"),
        Transition("modification made", "commence inactive", "in force but inactive"),
        Transition("designated by direction", "commence", "in force"),
        Transition("designated by direction", "commence inactive", "in force but inactive"),
        Transition("in force but inactive", "activate", "activated"),
    ),
)
"""A topic of a consultation."""

TAKING_RESPONSES = frozenset({"open", "revised"})
"""The states in which a response can be lodged."""
ENDED = frozenset({CONCLUDED, FURTHER})
"""The states of a consultation that needs nothing more."""
IN_EFFECT = frozenset({"in force", "in force but inactive", "activated"})
"""The states of a topic whose text is in the Code."""

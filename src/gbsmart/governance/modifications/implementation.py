"""Making an approved change (SEC D10): its date or release, the next version of the Code, who is told."""

from __future__ import annotations

from datetime import date, datetime

from gbsmart.accounts import Capacity, Role
from gbsmart.codebook import Change
from gbsmart.codebook import Kind as Instrument
from gbsmart.governance.actors import ANY_PARTY, AUTHORITY, CLOCK, CODE_ADMINISTRATOR, DCC, PANEL
from gbsmart.governance.enactment import Enactment, check, check_still_fits, enact
from gbsmart.governance.legal_text import DOCUMENT, read_legal_text
from gbsmart.governance.modifications.paths import OF_THE_AUTHORITY, Path, path_of
from gbsmart.governance.modifications.release import RELEASE
from gbsmart.governance.on_its_day import not_before
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import civil_day, start_of
from gbsmart.procedures import Act, CaseDocument, Deadline, Field, Kind, NewDocument, Situation, Told, reading

DATE = Field("implementation_date", "Implementation date", Kind.DATE, required=False)
MARKED = "Change-marked text"
_BASES = {
    Path.AUTHORITY_LED: (Instrument.AUTHORITY, "Authority approval"),
    Path.AUTHORITY_DETERMINED: (Instrument.AUTHORITY, "Authority approval"),
    Path.SELF_GOVERNANCE: (Instrument.CHANGE_BOARD, "Change Board vote"),
    Path.FAST_TRACK: (Instrument.PANEL, "SEC Panel direction"),
}
"""By path, of which kind the instrument is, and its legal basis as the version table writes it."""
_DECIDING = frozenset(
    {"count-fast-track", "count-votes", "determine-referral", "settle-referral", "decide", "rule"}
)
"""The acts with which somebody decided; the last of them is the decision."""
_TOLD = (Capacity(Role.PARTY), Capacity(Role.AUTHORITY), Capacity(Role.DCC))


def _day(situation: Situation) -> None:
    """Fix the implementation date: that of the release, or one of its own for a change of documents only."""
    release, day = situation.given.get("release", ""), situation.value("implementation_date")
    if release:
        day = _of_release(situation, release)
    elif situation.value("dcc_systems"):
        raise InvalidValue("DCC systems change: that goes with a release of the DCC", field="release")
    elif "implementation_date" not in situation.given:
        raise InvalidValue("name a release, or a date", field="implementation_date")
    if day <= civil_day(situation.at):
        raise InvalidValue(f"{day} is not ahead", field="implementation_date")
    situation.keep("implementation_date", day.isoformat())
    situation.keep("release", release)


def _of_release(situation: Situation, reference: str) -> date:
    if "implementation_date" in situation.given:
        raise InvalidValue("is that of the release", field="implementation_date")
    release = reading.case(situation.connection, reference)
    if release.procedure != RELEASE.name or release.state != "planned":
        raise InvalidValue(f"{reference} is no release that is planned", field="release")
    if situation.value("dcc_systems") and not release.data["dcc_release"]:
        raise InvalidValue(
            f"DCC systems change, and the DCC makes no release with {reference}", field="release"
        )
    return date.fromisoformat(release.data["release_date"])


def _legal_text_fits(situation: Situation) -> None:
    """What was approved can be made, and takes back nothing that was decided meanwhile."""
    document, found = _approved(situation), changes(situation)
    check(situation.connection, found, situation.at)
    (written,) = (each.at for each in situation.entries() if each.number == document.entry)
    check_still_fits(situation.connection, found, written, situation.at)


def _corrects_what_was_approved(situation: Situation) -> None:
    """A correction words the provisions that were decided about; others only the Authority may bring in."""
    given = [each.octets for each in situation.documents if each.kind == DOCUMENT]
    if not given:
        situation.refuse(f"a correction comes with the document {DOCUMENT!r}")
    found = read_legal_text(given[-1])
    check(situation.connection, found, situation.at)
    approved = {each.target for each in changes(situation)}
    is_other = {each.target for each in found} != approved
    if is_other and situation.actor.capacity.role is not Role.AUTHORITY:
        raise InvalidValue(
            f"is not of {', '.join(sorted(approved))}, which was approved", field=DOCUMENT,
            remedy="Where other provisions have to change instead, the Authority corrects the text.",
        )  # fmt: skip


def _note_the_correction(situation: Situation) -> None:
    newest = [each for each in situation.held_documents() if each.kind == DOCUMENT][-1]
    situation.keep("corrected", newest.number)


def _whose_decision_it_is(situation: Situation) -> None:
    if path_of(situation) in OF_THE_AUTHORITY and situation.actor.capacity.role is not Role.AUTHORITY:
        situation.refuse("the Authority decided about it, and alone changes its date or text")


def changes(situation: Situation) -> list[Change]:
    """The legal text of what was approved, as it was corrected last."""
    document = _approved(situation)
    return read_legal_text(reading.octets_of(situation.connection, situation.case.reference, document.number))


def _approved(situation: Situation) -> CaseDocument:
    """The document with that text: the correction, the alternative's or the proposal's."""
    label, number = situation.value("alternative", ""), situation.value("corrected")
    for alternative in situation.value("alternatives", []):
        if alternative["label"] == label and number is None:
            number = alternative["document"]
    held = situation.held_documents()
    found = [each for each in held if each.number == number or (number is None and each.kind == DOCUMENT)]
    if not found:
        situation.refuse(f"there is no document {DOCUMENT!r}")
    return found[-1]


def make(situation: Situation) -> None:
    """Enact the change: the next consolidated version, its change-marked text, and notice of both."""
    case = situation.case
    kind, basis = _BASES[path_of(situation)]
    enactment = Enactment(
        kind=kind,
        legal_basis=f"{basis} pursuant to {case.reference}",
        reference=case.reference,
        decided_on=civil_day(_decided_at(situation)),
        effective=start_of(situation.value("implementation_date")),
        reason=str(situation.value("purpose", case.title)),
    )
    enacted = enact(situation.connection, enactment, changes(situation))
    situation.keep("version", enacted.version)
    marked = NewDocument(
        MARKED, f"{case.reference} against version {enacted.before}", enacted.marked.encode(), "text/html"
    )
    situation.file(marked)
    text = (
        f"{case.reference} ({case.title}) is made: {', '.join(each.target for each in changes(situation))}."
    )
    for to in _TOLD:
        situation.notify(to, f"Version {enacted.version} of the Smart Energy Code", text)


def _decided_at(situation: Situation) -> datetime:
    return [each.at for each in situation.entries() if each.act in _DECIDING][-1]


ACTS = (
    Act("schedule", "Fix the implementation date", by=(*PANEL, AUTHORITY), sources=("approved",),
        target="scheduled", takes=(Field("release", "Release", Kind.CASE, False), DATE),
        guards=(_day, _legal_text_fits),
        tells=(Told(ANY_PARTY, "{reference} is made on {implementation_date}: {title}"),
               Told(DCC, "{reference} is made on {implementation_date}: {title}")),
        clause="D10"),
    Act("reschedule", "Move the implementation date", by=(*PANEL, AUTHORITY), sources=("scheduled",),
        takes=(Field("release", "Release", Kind.CASE, False), DATE), guards=(_whose_decision_it_is, _day),
        needs_reason=True, tells=(Told(ANY_PARTY, "{reference} is made on {implementation_date}: {title}"),),
        clause="D10"),
    Act("move-with-release", "Move with the release", by=(CLOCK,), sources=("scheduled",),
        takes=(DATE,), tells=(Told(ANY_PARTY, "{reference} is made on {implementation_date}: {title}"),),
        clause="D10"),
    Act("correct-text", "Correct the legal text before it is made", by=(AUTHORITY, *PANEL),
        sources=("approved", "scheduled"), documents=(DOCUMENT,),
        guards=(_whose_decision_it_is, _corrects_what_was_approved), effects=(_note_the_correction,),
        needs_reason=True, clause="D10"),
    Act("implement", "Make the change", by=(CODE_ADMINISTRATOR,), sources=("scheduled",),
        target="implemented", guards=(not_before("implementation_date"), _legal_text_fits),
        effects=(make,), clause="D10"),
)  # fmt: skip
DEADLINES = (
    Deadline("schedule", "Implementation date fixed", ("approved",), CODE_ADMINISTRATOR, None,
             on="requested_date", clause="D10"),
    Deadline("implementation", "Made", ("scheduled",), CODE_ADMINISTRATOR, on="implementation_date",
             at_start=True, then="implement", clause="D10"),
)  # fmt: skip

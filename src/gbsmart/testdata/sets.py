"""Sets of files: what is written for each use case, under the names of the official reference test data.

``rtds/<variant>_<use case>/<use case>_<variant>_<scenario>_<kind>_GBCS.HEX`` are GBCS messages,
``duis-requests/..._REQUEST_DUIS.XML`` what Users send, ``duis-responses/..._DUIS.XML`` what the DCC tells
them, ``mmc/..._MMC.XML`` answers as Users read them, and ``spoilt/`` messages that are wrong in one thing.
A use case that no Service Request asks for has the variant ``NA``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from gbsmart.duis import service_requests
from gbsmart.gbcs import catalogue, forms
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.form import Form
from gbsmart.ground import NotFound
from gbsmart.testdata import documents, messages, spoilt
from gbsmart.testdata.cases import Case, cases_of
from gbsmart.testdata.messages import NotMade, Told
from gbsmart.testdata.scene import Scene
from gbsmart.testdata.spoilt import Spoilt
from gbsmart.translation.bindings import by_variant

NO_VARIANT = "NA"


class File(NamedTuple):
    """One file: where it goes, its text, and, of a spoilt message, what is wrong and what is due."""

    path: str
    content: bytes
    wrong: str = ""
    due: str = ""


class Fact(NamedTuple):
    """What a request of the set does not hold (the columns of ``facts.csv``)."""

    scope: str
    fact: str
    value: str
    because: str


class Missing(NamedTuple):
    """What could not be made, and why."""

    what: str
    because: str


@dataclass(slots=True)
class Made:
    """What was made: the names of the scenarios, facts, and what is missing."""

    scenarios: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)


def wanted_of(names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The variants and the forms that are meant by names of either; all of both where none is given.

    Raises :class:`NotFound`.
    """
    known = {form.name.lower(): form.name for form in forms.all_forms()}
    variants, asked = [], []
    for name in names:
        if name in service_requests():
            variants.append(name)
        elif name.lower() in known:
            asked.append(known[name.lower()])
        else:
            raise NotFound(
                f"{name!r} is neither a Service Reference Variant nor a use case with a form",
                remedy="gbsmart reference lists both.",
            )
    if not variants and not asked:
        return tuple(service_requests()), tuple(known.values())
    return tuple(variants), tuple(asked)


def files_of(scene: Scene, names: Iterable[str], made: Made) -> Iterator[File]:
    """The files for these variants and use cases (none: for all); notes in ``made`` what came of it."""
    variants, asked = wanted_of(names)
    made.facts += _facts_of(scene)
    served: set[str] = set()
    for variant in service_requests():
        if variant not in variants and not any(row.form in asked for row in by_variant().get(variant, ())):
            continue
        cases = cases_of(scene, variant)
        served.update(case.form for case in cases.found)
        wanted = [case for case in cases.found if variant in variants or case.form in asked]
        for case in wanted:
            yield from _noted(_set_of(scene, case, made), case.name, made)
        made.missing += [
            Missing(f"{form}_{variant} ({device})", reason)
            for _, form, device, reason in cases.missing
            if variant in variants or form in asked
        ]
    for form in forms.all_forms():
        if form.name in asked:
            yield from _noted(_beside(scene, form, form.name in served, made), form.name, made)


def _noted(files: Iterator[File], what: str, made: Made) -> Iterator[File]:
    """The files, as far as they can be made."""
    try:
        yield from files
    except NotMade as reason:
        made.missing.append(Missing(what, str(reason)))


# --- what a Service Request asks for ---


def _set_of(scene: Scene, case: Case, made: Made) -> Iterator[File]:
    made.facts += _facts(case)
    folder = f"{case.variant}_{case.form}"
    document = documents.request(scene, case)
    yield _request(case.name, document)
    if (precommand := messages.precommand(case)) is not None:
        yield _gbcs(folder, f"{case.name}_PRECOMMAND", precommand)
        yield _duis(f"{case.name}_PRECOMMAND", documents.pre_command(scene, case, precommand))
        if (signed := documents.signed(scene, case, precommand)) is not None:
            yield _request(f"{case.name}_SIGNED_PRECOMMAND", signed)
    octets = messages.command(scene, case)
    made.scenarios.append(case.name)
    yield _duis(f"{case.name}_ACKNOWLEDGEMENT", documents.acknowledgement(scene, case))
    yield _gbcs(folder, f"{case.name}_COMMAND", octets)
    sent = Message.parse(octets)
    stem = f"{case.form}_{case.variant}"
    told = list(messages.responses(scene, sent, forms.form(case.form), case.scenario, case.variant))
    answers = [documents.response(scene, case, each.octets) for each in told]
    for each, answer in zip(told, answers, strict=True):
        yield from _told(folder, stem, each)
        yield _duis(f"{stem}_{each.name}", answer)
    if "FUTURE_DATED" in case.scenario:
        for alert, number, total in messages.executions(scene, case, sent):
            yield from _told(folder, stem, alert)
            outcome = documents.outcome(scene, case, alert.octets, alert.code, number, total)
            yield _duis(f"{stem}_{alert.name}", outcome)
    for wrong in spoilt.of_request(document):
        yield _spoilt_document(folder, f"{case.name}_{wrong.name}_REQUEST", wrong)
    for wrong in spoilt.of_document(answers[0]):
        yield _spoilt_document(folder, f"{case.name}_RESPONSE_{wrong.name}", wrong)
    yield from _spoilt(scene, folder, case.name, sent, told[0])


def _request(name: str, document: bytes) -> File:
    return File(f"duis-requests/{name}_REQUEST_DUIS.XML", document)


def _duis(name: str, document: bytes) -> File:
    return File(f"duis-responses/{name}_DUIS.XML", document)


def _told(folder: str, stem: str, told: Told) -> Iterator[File]:
    yield _gbcs(folder, f"{stem}_{told.name}", told.octets)
    yield File(f"mmc/{stem}_{told.name}_MMC.XML", told.mmc)


def _gbcs(folder: str, name: str, octets: bytes) -> File:
    return File(f"rtds/{folder}/{name}_GBCS.HEX", octets.hex().upper().encode() + b"\n")


def _spoilt(scene: Scene, folder: str, name: str, sent: Message, told: Told) -> Iterator[File]:
    every = [*spoilt.of_command(scene, sent), spoilt.of_response(told.octets)]
    for each in every:
        path = f"spoilt/{folder}/{name}_{each.name}_GBCS.HEX"
        yield File(path, each.octets.hex().upper().encode() + b"\n", each.wrong, each.due)


def _spoilt_document(folder: str, name: str, wrong: Spoilt) -> File:
    return File(f"spoilt/{folder}/{name}_DUIS.XML", wrong.octets, wrong.wrong, wrong.due)


def _facts_of(scene: Scene) -> Iterator[Fact]:
    yield Fact("pair:*", "now", scene.now.isoformat(), "the moment at which the set was made")
    for kind, device in scene.devices.items():
        yield Fact(f"device:{device}", "device_type", kind, "as the set was made")


def _facts(case: Case) -> Iterator[Fact]:
    """What the transformation needed, as ``gbsmart conformance duis`` reads it."""
    used, because = case.translation.facts, "as the set was made"
    scope = f"pair:{case.name}"
    for name in ("gbcs_version", "esme_variant", "role", "customer_identification_number"):
        if used.get(name):
            yield Fact(scope, name, str(used[name]), because)
    if used.get("certificate"):
        yield Fact(scope, "certificate", str(case.request.request_id.originator), because)
    if "device_log" in used:
        yield Fact(scope, "differs", "restored_device_log joined", "the log is the DCC's, not the request's")


# --- what no Service Request asks for ---


def _beside(scene: Scene, form: Form, served: bool, made: Made) -> Iterator[File]:
    folder = f"{NO_VARIANT}_{form.name.replace(' ', '-')}"
    stem = folder.partition("_")[2] + f"_{NO_VARIANT}"
    if form.command is not None and not served:
        message = messages.unasked(scene, form)
        octets = messages.protected_command(scene, message, catalogue.message(form.code))
        made.scenarios.append(f"{stem}_SUCCESS")
        yield _gbcs(folder, f"{stem}_SUCCESS_COMMAND", octets)
        if form.response is not None:
            sent = Message.parse(octets)
            told = list(messages.responses(scene, sent, form, "SUCCESS", ""))
            for each in told:
                yield from _told(folder, stem, each)
            yield from _spoilt(scene, folder, f"{stem}_SUCCESS", sent, told[0])
    if form.alert is not None:
        for each in messages.alerts(scene, form):
            made.scenarios.append(f"{stem}_{each.name}")
            yield from _told(folder, stem, each)
            if (document := documents.alert(scene, each.octets, each.code)) is not None:
                yield _duis(f"{stem}_{each.name}", document)

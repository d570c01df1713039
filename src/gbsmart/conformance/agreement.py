"""Our XML schema held against the official one, and our reader against our schema, on changed documents.

The three must give the same verdict on every document. Where they do not, the difference is counted with
what the stricter one says, and with the reason that ``agreement.csv`` beside this module gives for it.
"""

from __future__ import annotations

import csv
import random
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from gbsmart.conformance.instances import Grammar
from gbsmart.conformance.mutations import Mutations
from gbsmart.duis import (
    COMMAND_VARIANTS,
    NON_DEVICE,
    SCHEMA_VERSION,
    OfficialSchema,
    parse_xml,
    read_request,
    read_response,
    served_versions,
    service_requests,
)
from gbsmart.duis.document import DS, SR
from gbsmart.duis.envelope import RESPONSE_BODIES
from gbsmart.duis.official import DUIS_FILE
from gbsmart.duis.schema import OPAQUE, Element, elements
from gbsmart.duis.xsd import write_folder
from gbsmart.ground import MalformedMessage

KEPT_AS_XML = "what the element holds is not declared: it is kept as XML, and our schema leaves it open"
ENOUGH = 5_000
"""How many documents of each verdict are compared, unless told."""
_MADE = 250
"""How many documents are made from each schema, to be changed as those of the test set are."""
_TRIES = 8
"""At most this many documents for each that is wanted."""
_SIGNED = frozenset(number for number, each in COMMAND_VARIANTS.items() if each.signed_pre_command)
_ROOTS = tuple(f"{{{SR}}}{name}" for name in ("Request", "Response"))


@dataclass(slots=True)
class Disagreement:
    """Documents on which two of the three differ, alike in what the stricter one says."""

    accepted_by: str
    refused_by: str
    says: str
    reason: str
    """Why it is so; empty where nobody has said."""
    example: str
    count: int = 0


@dataclass(slots=True)
class Agreement:
    """What the two schemas and the reader made of the changed documents."""

    mutations: int = 0
    accepted_by_both: int = 0
    rejected_by_both: int = 0
    differences: list[Disagreement] = field(default_factory=list)
    """Between our schema and the official one."""
    reader_accepted: int = 0
    """Documents that our schema and our reader both accept."""
    reader_rejected: int = 0
    reader_differences: list[Disagreement] = field(default_factory=list)
    """Between our reader and our schema."""

    def unexplained(self) -> list[Disagreement]:
        """The differences without a reason."""
        return [each for each in (*self.differences, *self.reader_differences) if not each.reason]

    def as_json(self) -> dict[str, Any]:
        """The result as plain data: this is an interface, its names stay."""
        return asdict(self)


class _Reason(NamedTuple):
    """Why one accepts what the other refuses with words that match ``pattern``."""

    accepted_by: str
    refused_by: str
    pattern: re.Pattern[str]
    reason: str


def compare(
    documents: Iterable[bytes],
    official_folder: Path,
    *,
    enough: int = ENOUGH,
    seed: int = 0,
) -> Agreement:
    """Change documents until ``enough`` are accepted by both schemas and ``enough`` rejected by both.

    Repeatable: one seed, one result.
    """
    chance = random.Random(seed)  # noqa: S311 documents, not keys
    samples = [root for document in documents if (root := _parsed(document)) is not None]
    with tempfile.TemporaryDirectory() as folder:
        ours_path, _ = write_folder(Path(folder))
        judge = _Judge(OfficialSchema(official_folder), ours_path)
        grammars = [Grammar(official_folder / DUIS_FILE), Grammar(ours_path)]
        samples += _made(samples, grammars, chance)
        mutations = Mutations(samples, grammars, chance)
        seen: set[bytes] = set()
        found = judge.found
        for _ in range(enough * 2 * _TRIES):
            if found.accepted_by_both >= enough and found.rejected_by_both >= enough:
                break
            root, done = mutations.changed()
            if root.tag in _ROOTS and (octets := etree.tostring(root)) not in seen:
                seen.add(octets)
                judge.look(etree.fromstring(octets), octets, done)
    return found


def _parsed(document: bytes) -> etree._Element | None:
    """The document, if it is one of the two kinds."""
    try:
        root = parse_xml(document, NON_DEVICE)
    except MalformedMessage:
        return None
    return root if root.tag in _ROOTS else None


def _made(
    samples: Sequence[etree._Element], grammars: Sequence[Grammar], chance: random.Random
) -> list[etree._Element]:
    """Documents made from each schema, signed as the first of ``samples`` that is."""
    signatures = (root.find(f"{{{DS}}}Signature") for root in samples)
    signature = next((each for each in signatures if each is not None), etree.Element(f"{{{DS}}}Signature"))
    made = []
    for grammar in grammars:
        for number in range(_MADE):
            root = grammar.document(_ROOTS[number % 2], chance, signature)
            _name_service(root, chance)
            made.append(root)
    return made


def _name_service(root: etree._Element, chance: random.Random) -> None:
    """Let a made document name the service of its body, which no schema asks for but the reader does."""
    content = _what(root)
    known = list(service_requests().values())
    facts = next((each for each in known if each.body_element == content), chance.choice(known))
    says = {"ServiceReference": facts.reference, "ServiceReferenceVariant": facts.variant}
    if root.tag == _ROOTS[0]:
        unsigned = [number for number in (*sorted(facts.command_variants), 8) if number not in _SIGNED]
        says["CommandVariant"] = "5" if content == "SignedPreCommand" else str(unsigned[0])
    for name, value in says.items():
        if (found := root.find(f".//{{{SR}}}{name}")) is not None:
            found.text = value
    root.set("schemaVersion", SCHEMA_VERSION)


@cache
def _kept_as_xml() -> etree.XPath:
    """Finds the elements whose content our schema leaves open."""
    paths = _paths_to_kept(RESPONSE_BODIES.values(), "/sr:Response/sr:Body")
    return etree.XPath(" | ".join(paths), namespaces={"sr": SR})


def _paths_to_kept(inside: Iterable[Element], path: str) -> Iterator[str]:
    for each in inside:
        if each.content is OPAQUE:
            if each.tag.startswith(f"{{{SR}}}"):
                yield f"{path}/sr:{each.name}"
        else:
            yield from _paths_to_kept(elements(each.content), f"{path}/sr:{each.name}")


class _Judge:
    """Asks both schemas and the reader, and counts."""

    def __init__(self, official: OfficialSchema, ours: Path) -> None:
        self._official, self._ours = official, etree.XMLSchema(etree.parse(ours))
        self.found = Agreement()
        self._kinds: dict[tuple[str, str, str], Disagreement] = {}

    def look(self, root: etree._Element, octets: bytes, done: Iterable[str]) -> None:
        """Compare the three verdicts on one document."""
        found = self.found
        found.mutations += 1
        official, ours, reader = self._by_official(root), self._by_ours(root), _by_reader(root, octets)
        example = f"{_what(root)}: {', '.join(done)}"
        if not official and not ours:
            found.accepted_by_both += 1
        elif official and ours:
            found.rejected_by_both += 1
        else:
            self._differ(found.differences, ("official", official), ("ours", ours), root, example)
        if not reader and not ours:
            found.reader_accepted += 1
        elif reader and ours:
            found.reader_rejected += 1
        else:
            self._differ(found.reader_differences, ("reader", reader), ("ours", ours), root, example)

    def _by_official(self, root: etree._Element) -> str:
        try:
            self._official.validate(root)
        except MalformedMessage as problem:
            return problem.reason
        return ""

    def _by_ours(self, root: etree._Element) -> str:
        if self._ours.validate(root):
            return ""
        log: Any = self._ours.error_log  # the stubs do not know its entries
        within = "in the signature: " if "/ds:Signature" in (log[0].path or "") else ""
        return f"{within}{log[0].message}"

    def _differ(
        self,
        listed: list[Disagreement],
        one: tuple[str, str],
        other: tuple[str, str],
        root: etree._Element,
        example: str,
    ) -> None:
        accepting, refusing = (one, other) if other[1] else (other, one)
        by, words = refusing
        reason = _reason(accepting[0], by, words)
        if not reason and by == "official" and _kept_as_xml()(root):
            reason = KEPT_AS_XML
        says = reason or _plain(words)
        key = (accepting[0], by, says)
        if (kind := self._kinds.get(key)) is None:
            kind = self._kinds[key] = Disagreement(accepting[0], by, _plain(words), reason, example)
            listed.append(kind)
        kind.count += 1


def _by_reader(root: etree._Element, octets: bytes) -> str:
    read = read_request if root.tag == _ROOTS[0] else read_response
    try:
        tree = parse_xml(octets, NON_DEVICE)
        read(tree)
    except MalformedMessage as problem:
        version = root.get("schemaVersion", "").strip()
        if version in served_versions() and version != SCHEMA_VERSION and _is_read(read, tree):
            return f"in DUIS {version}: {problem.reason}"
        return problem.reason
    return ""


def _is_read(read: Callable[[etree._Element, str], object], tree: etree._Element) -> bool:
    """Whether a document is one of the newest version."""
    try:
        read(tree, SCHEMA_VERSION)
    except MalformedMessage:
        return False
    return True


def _what(root: etree._Element) -> str:
    """What a document is, by the first element of its body."""
    held = next((each for body in root.findall(f"{{{SR}}}Body") for each in body), root)
    return str(etree.QName(held).localname)


def _plain(words: str) -> str:
    """What is said, without the name space."""
    return words.replace(f"{{{SR}}}", "")[:300]


def _reason(accepted_by: str, refused_by: str, words: str) -> str:
    for row in reasons():
        if (row.accepted_by, row.refused_by) == (accepted_by, refused_by) and row.pattern.search(
            _plain(words)
        ):
            return row.reason
    return ""


@cache
def reasons() -> tuple[_Reason, ...]:
    """The table of known differences."""
    with files("gbsmart.conformance").joinpath("agreement.csv").open(encoding="utf-8") as lines:
        return tuple(
            _Reason(row["accepted_by"], row["refused_by"], re.compile(row["pattern"]), row["reason"])
            for row in csv.DictReader(lines)
        )

from pathlib import Path

import pytest

from gbsmart.duis import NON_DEVICE, OfficialSchema, build_request, parse_request
from gbsmart.duis.document import parse_xml
from gbsmart.ground import MalformedMessage, NotFound

from .examples import read_registers


def test_without_the_schemas_it_says_which_is_missing(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"duis-5\.4\.xsd is missing"):
        OfficialSchema(tmp_path)


def test_a_schema_that_does_not_compile_is_refused(tmp_path: Path) -> None:
    for name in ("duis-5.4.xsd", "mmc-5.4.xsd"):
        (tmp_path / name).write_text("<a/>")
    with pytest.raises(MalformedMessage, match="does not compile"):
        OfficialSchema(tmp_path)


@pytest.mark.corpus
def test_it_explains_a_violation(corpus: Path) -> None:
    schema = OfficialSchema(corpus / "schema")
    document = build_request(read_registers()).replace(b">4.1.1<", b">4.1.9<")
    with pytest.raises(MalformedMessage, match="ServiceReferenceVariant") as refused:
        schema.validate(parse_xml(document))
    assert "line 1" in refused.value.where


@pytest.mark.corpus
def test_every_request_of_the_corpus_is_valid_as_it_came_and_as_we_write_it(corpus: Path) -> None:
    schema = OfficialSchema(corpus / "schema")
    for path in sorted((corpus / "duis-requests").iterdir()):
        document = parse_request(path.read_bytes(), limits=NON_DEVICE)
        schema.validate(document.root)
        schema.validate(parse_xml(build_request(document.message), NON_DEVICE))

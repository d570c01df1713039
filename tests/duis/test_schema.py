"""The algebra by itself, on small declarations."""

import pytest
from lxml import etree

from gbsmart.duis.document import SR
from gbsmart.duis.lexical import Integer, Text
from gbsmart.duis.schema import (
    EMPTY,
    OPAQUE,
    Attribute,
    Choice,
    Element,
    Group,
    Indexed,
    Many,
    Mapped,
    Record,
    Sole,
    only,
)
from gbsmart.ground import InvalidValue, MalformedMessage

SMALL = Integer(0, 9)


def tree(inner: str) -> etree._Element:
    return etree.fromstring(f'<sr:Root xmlns:sr="{SR}">{inner}</sr:Root>')


def written(content, value) -> str:
    out: list[str] = []
    content.write(value, out, "")
    return "".join(out)


def test_a_record_keeps_the_order_and_leaves_out_what_is_not_there() -> None:
    record = Record(
        Element("A", SMALL), Element("B", Text(), optional=True), Many(Element("C", SMALL), 0, 2, "cs")
    )
    assert record.read(tree("<sr:A>1</sr:A><sr:C>2</sr:C><sr:C>3</sr:C>")) == {"a": 1, "cs": (2, 3)}
    assert written(record, {"cs": (2,), "a": 1, "b": "x"}) == "<sr:A>1</sr:A><sr:B>x</sr:B><sr:C>2</sr:C>"
    with pytest.raises(MalformedMessage, match=r"needs A where B stands \(/sr:Root\)"):
        record.read(tree("<sr:B>x</sr:B><sr:A>1</sr:A>"))
    with pytest.raises(MalformedMessage, match=r"needs A at the end \(/sr:Root\)"):
        record.read(tree(""))
    with pytest.raises(MalformedMessage, match="needs 0 to 2 C, not 3"):
        record.read(tree("<sr:A>1</sr:A>" + "<sr:C>2</sr:C>" * 3))


def test_a_choice_is_the_one_key_that_is_there() -> None:
    choice = Record(
        Choice((Element("A", EMPTY), Group((Element("B", SMALL), Element("C", SMALL, optional=True)))))
    )
    assert choice.read(tree("<sr:A/>")) == {"a": True}
    assert choice.read(tree("<sr:B>1</sr:B><sr:C>2</sr:C>")) == {"b": 1, "c": 2}
    assert written(choice, {"b": 1}) == "<sr:B>1</sr:B>"
    with pytest.raises(MalformedMessage, match="needs A or B at the end"):
        choice.read(tree(""))
    with pytest.raises(InvalidValue, match="needs exactly one of a, b, c"):
        choice.write({"a": True, "c": 2}, [], "")
    with pytest.raises(InvalidValue, match="a: is there"):
        choice.write({"a": False}, [], "")


def test_numbered_elements_are_a_dictionary_or_where_complete_a_tuple() -> None:
    sparse = Sole(Indexed(Element("P", SMALL), 1, 3, 3, "ps"))
    full = Sole(Indexed(Element("P", SMALL), 2, 2, 2, "ps"))
    two = '<sr:P index="2">5</sr:P><sr:P index="1">4</sr:P>'
    assert sparse.read(tree(two)) == {1: 4, 2: 5}
    assert full.read(tree(two)) == (4, 5)
    assert written(full, (4, 5)) == '<sr:P index="1">4</sr:P><sr:P index="2">5</sr:P>'
    assert written(sparse, {3: 1}) == '<sr:P index="3">1</sr:P>'
    with pytest.raises(InvalidValue, match="is numbered 4, not 1 to 3"):
        sparse.write({4: 1}, [], "ps")
    with pytest.raises(InvalidValue, match="is numbered 'x', not 1 to 3"):
        sparse.write({1: 1, "x": 2}, [], "ps")
    with pytest.raises(InvalidValue, match="is numbered True, not 1 to 3"):
        sparse.write({True: 1}, [], "ps")
    with pytest.raises(InvalidValue, match=r"ps\.2: cannot be 10"):
        sparse.write({1: 1, 2: 10}, [], "ps")


@pytest.mark.parametrize(
    ("inner", "where", "reason"),
    [
        ('<sr:P>1</sr:P><sr:P index="2">2</sr:P>', "/sr:P[1]", "needs one attribute, an index from 1 to 2"),
        ('<sr:P index="1" b="">1</sr:P>', "/sr:P", "needs one attribute, an index from 1 to 2"),
        ('<sr:P other="1">1</sr:P>', "/sr:P", "needs one attribute, an index from 1 to 2"),
        ('<sr:P index="3">1</sr:P>', "/sr:P", "needs one attribute, an index from 1 to 2"),
        ('<sr:P index="1">1</sr:P><sr:P index="+01">2</sr:P>', "/sr:P[2]", "repeats the index 1"),
        ('<sr:P index="1">1<!-- -->2</sr:P>', "/sr:P", "holds more than text"),
        ('<sr:P index="1">10</sr:P>', "/sr:P", "says 10, not 0 to 9"),
        ('<sr:P index="1">1</sr:P>x', "", "holds text where only elements belong"),
        ('<sr:P index="1">1</sr:P><sr:O/><sr:P index="2">1</sr:P>', "/sr:O", "is not expected here"),
        ("", "", "needs 1 to 2 P, not 0"),
    ],
)
def test_what_is_wrong_with_numbered_elements_is_said_where_it_stands(
    inner: str, where: str, reason: str
) -> None:
    numbered = Sole(Indexed(Element("P", SMALL), 1, 2, 2, "ps"))
    with pytest.raises(MalformedMessage) as refused:
        numbered.read(tree(inner))
    assert (refused.value.reason, refused.value.where) == (reason, f"/sr:Root{where}")


@pytest.mark.parametrize("depth", range(4))
def test_text_between_elements_is_refused_at_every_depth(depth: int) -> None:
    content: Record = Record(Element("A", SMALL), Element("B", SMALL))
    inner = "<sr:A>1</sr:A>%s<sr:B> +2 </sr:B>"
    for _ in range(depth):
        content, inner = Record(Element("C", content)), f"<sr:C>{inner}</sr:C>"
    assert content.read(tree(inner % " \n")) == content.read(tree(inner % ""))
    with pytest.raises(MalformedMessage) as refused:
        content.read(tree(inner % "x"))
    assert refused.value.where == "/sr:Root" + "/sr:C" * depth
    assert refused.value.reason == "holds text where only elements belong"


def test_an_element_that_holds_one_thing_is_that_thing() -> None:
    named = Sole(Many(Element("D", only(Element("Name", Text(1, 9)))), 0, 2, "ds"))
    assert named.read(tree("<sr:D><sr:Name>x</sr:Name></sr:D>")) == ("x",)
    assert written(named, ("x",)) == "<sr:D><sr:Name>x</sr:Name></sr:D>"
    numbered = Sole(Many(Element("D", only(Attribute("index", SMALL))), 0, 2, "ds"))
    assert numbered.read(tree('<sr:D index="4"/><sr:D index="4"/>')) == (4, 4)
    assert written(numbered, (4,)) == '<sr:D index="4"></sr:D>'
    with pytest.raises(InvalidValue, match=r"ds\.0\.index: cannot be 10"):
        written(numbered, (10,))


def test_an_optional_group_is_there_as_a_whole_or_not() -> None:
    record = Record(Group((Element("A", SMALL), Element("B", SMALL, optional=True)), optional=True))
    assert record.read(tree("")) == {}
    assert record.read(tree("<sr:A>1</sr:A>")) == {"a": 1}
    assert written(record, {}) == ""
    assert written(record, {"a": 1, "b": 2}) == "<sr:A>1</sr:A><sr:B>2</sr:B>"
    with pytest.raises(MalformedMessage, match="is not expected here"):
        record.read(tree("<sr:B>2</sr:B>"))
    with pytest.raises(InvalidValue, match="a: is missing"):
        written(record, {"b": 2})


def test_a_mapped_content_is_one_value() -> None:
    pair = Mapped(
        Record(Element("A", SMALL), Element("B", SMALL)),
        lambda v: (v["a"], v["b"]),
        lambda p: {"a": p[0], "b": p[1]},
    )
    assert pair.read(tree("<sr:A>1</sr:A><sr:B>2</sr:B>")) == (1, 2)
    assert written(pair, (1, 2)) == "<sr:A>1</sr:A><sr:B>2</sr:B>"


def test_an_error_in_a_list_says_which() -> None:
    listed = Record(Element("L", Sole(Many(Element("A", SMALL), 1, 9, "as"))))
    with pytest.raises(MalformedMessage, match=r"says 10, not 0 to 9 \(/sr:Root/sr:L/sr:A\[2\]\)"):
        listed.read(tree("<sr:L><sr:A>1</sr:A><sr:A>10</sr:A></sr:L>"))
    with pytest.raises(InvalidValue, match=r"l\.as\.1: cannot be 10"):
        listed.write({"l": (1, 10)}, [], "")


def test_only_declared_content_is_read() -> None:
    record = Record(Element("A", SMALL))
    for inner, message in (
        ('<sr:A x="1">1</sr:A>', "holds more than text"),
        ("<sr:A><sr:B/>1</sr:A>", "holds more than text"),
        ("<sr:A>1</sr:A>text", "holds text where only elements belong"),
        ("text<sr:A>1</sr:A>", "holds text where only elements belong"),
        ('<A xmlns="urn:other">1</A>', "needs A where A stands"),
        ("<sr:A>1</sr:A>\u00a0", "holds text where only elements belong"),
        ("\u00a0<sr:A>1</sr:A>", "holds text where only elements belong"),
    ):
        with pytest.raises(MalformedMessage, match=message):
            record.read(tree(inner))


def test_opaque_content_that_no_document_may_hold_is_refused() -> None:
    kept = Element("A", OPAQUE)
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    for held in (
        f'<sr:A xmlns:sr="{SR}"><?go on?></sr:A>',
        f'<x:A xmlns:x="{SR}"><?go on?></x:A>',
        f'<x:A xmlns:x="{SR}" {xsi}><x:B xsi:type="x:T"/></x:A>',
    ):
        with pytest.raises(InvalidValue, match=r"no DUIS document|names a type"):
            kept.element(etree.fromstring(held), [], "a")


@pytest.mark.parametrize(
    ("received", "written"),
    [
        ("<sr:A>\n <sr:B>1</sr:B>\n</sr:A>", "<sr:A><sr:B>1</sr:B></sr:A>"),
        ("<sr:A/>", "<sr:A></sr:A>"),
        ('<sr:A note="a&gt;b"><sr:B c=""/></sr:A>', '<sr:A note="a>b"><sr:B c=""></sr:B></sr:A>'),
        (
            f'<x:A xmlns:x="{SR}"><!-- a --><x:B>1<!-- b -->2</x:B></x:A>',
            "<sr:A><sr:B>12</sr:B></sr:A>",
        ),
        (
            f'<A xmlns="{SR}" xmlns:q="urn:q" q:n="1"><q:B><C/></q:B> xmlns:sr="{SR}"</A>',
            f'<sr:A xmlns:q="urn:q" q:n="1"><q:B><sr:C></sr:C></q:B> xmlns:sr="{SR}"</sr:A>',
        ),
        (
            f'<A xmlns="{SR}"><B xmlns="urn:q"><C xmlns=""/></B></A>',
            '<sr:A><ns0:B xmlns:ns0="urn:q"><C></C></ns0:B></sr:A>',
        ),
        (
            '<sr:A xmlns:q="urn:q"><q:B/></sr:A>',
            '<sr:A><q:B xmlns:q="urn:q"></q:B></sr:A>',
        ),
    ],
)
def test_opaque_content_is_kept_as_xml(received: str, written: str) -> None:
    kept = Element("A", OPAQUE)
    out: list[str] = []
    kept.element(kept.value(tree(received)[0]), out, "")
    assert "".join(out) == written
    tree("".join(out))  # well-formed where sr is declared
    with pytest.raises(InvalidValue, match="needs an XML element"):
        kept.element("text", [], "a")
    with pytest.raises(InvalidValue, match="is B, not A"):
        kept.element(etree.Element("B"), [], "a")

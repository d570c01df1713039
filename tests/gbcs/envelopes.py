"""Messages of every shape that exists, around payloads that are only octets."""

from __future__ import annotations

from hypothesis import strategies as st

from gbsmart.gbcs.envelope import Cra, Header, Message, OtherInformation
from gbsmart.ground import Eui64

titles = st.binary(min_size=8, max_size=8).map(Eui64)
counters = st.integers(0, 2**64 - 1)
certificates = st.binary(min_size=128, max_size=255).map(
    lambda content: b"\x30\x81" + bytes([len(content)]) + content
)


@st.composite
def other_informations(draw: st.DrawFn) -> OtherInformation:
    code = draw(st.integers(0, 0xFFFF))
    match draw(st.sampled_from(["code", "party", "counter", "originator counter", "certificate"])):
        case "code":
            return OtherInformation(code)
        case "party":
            return OtherInformation(code, draw(titles))
        case "counter":
            return OtherInformation(code, draw(titles), draw(counters))
        case "originator counter":
            return OtherInformation(code, draw(titles), draw(counters), draw(counters))
        case _:
            return OtherInformation(code, draw(titles), draw(counters), certificate=draw(certificates))


@st.composite
def messages(draw: st.DrawFn, *, protected: bool = False) -> Message:
    """Any message of a shape that exists; ``protected`` leaves out pre-commands without a signature."""
    cra = draw(st.sampled_from(Cra))
    shapes = ["signature", "MAC"]
    if cra == Cra.COMMAND:
        shapes += ["both"] if protected else ["both", "bare", "null"]
    shape = draw(st.sampled_from(shapes))
    date_time = draw(st.none() | st.binary(min_size=12, max_size=12)) if cra == Cra.RESPONSE else None
    signed = shape in ("signature", "both")
    return Message(
        Header(cra, draw(counters), draw(titles), draw(titles), draw(other_informations()), date_time),
        draw(st.binary(max_size=300)),
        signature=draw(st.binary(min_size=64, max_size=64)) if signed else None,
        mac=draw(st.binary(min_size=12, max_size=12)) if shape in ("MAC", "both") else None,
        null_signature=shape in ("MAC", "null"),
    )

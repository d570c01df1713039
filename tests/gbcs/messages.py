"""Made-up parties, with real keys, and headers under which the tests' payloads travel."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import strategies as st

from gbsmart.gbcs import forms
from gbsmart.gbcs.envelope import Cra, Header, OtherInformation
from gbsmart.gbcs.protection import data_secret, seal, unseal
from gbsmart.gbcs.shape import Context
from gbsmart.ground import Eui64
from gbsmart.keys import KeyUse

from .keyring import MemoryKeyring, certificate_of

ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
STRANGER = Eui64.parse("90-B3-D5-1F-30-02-00-00")
METER = Eui64.parse("00-DB-12-34-56-78-90-A0")

_KEYS = {holder: ec.generate_private_key(ec.SECP256R1()) for holder in (ACB, SUPPLIER, STRANGER, METER)}


def keyring_of(*holders: Eui64) -> MemoryKeyring:
    """Everybody's key-agreement certificates, and the private keys of ``holders``."""
    ring = MemoryKeyring()
    for holder, key in _KEYS.items():
        ring.public[holder, KeyUse.KEY_AGREEMENT] = certificate_of(holder, key.public_key())
        if holder in holders:
            ring.private[holder, KeyUse.KEY_AGREEMENT] = key
    return ring


DEVICE, USER = keyring_of(METER), keyring_of(SUPPLIER, STRANGER)

COUNTERS = st.integers(0, 2**64 - 1)


def header(name: str, cra: Cra) -> Header:
    """The header of a message of this form, to or from the meter's supplier."""
    ends = (SUPPLIER, METER) if cra == Cra.COMMAND else (METER, SUPPLIER)
    return Header(cra, 1000, *ends, OtherInformation(forms.form(name).code))


def headers(cra: Cra, code: int) -> st.SearchStrategy[Header]:
    """Headers of a message with this flag and code, to or from a known or an unknown remote party."""
    to_meter = cra == Cra.COMMAND
    known = st.builds(
        Header,
        st.just(cra),
        COUNTERS,
        st.just(SUPPLIER if to_meter else METER),
        st.just(METER if to_meter else SUPPLIER),
        st.builds(OtherInformation, st.just(code)),
    )
    if cra == Cra.ALERT:
        return known
    other = st.builds(OtherInformation, st.just(code), st.just(STRANGER), COUNTERS)
    unknown = st.builds(
        Header,
        st.just(cra),
        COUNTERS,
        st.just(ACB if to_meter else METER),
        st.just(METER if to_meter else ACB),
        other,
    )
    return known | unknown


def writing(header: Header, *, wide_lengths: bool = False) -> Context:
    """A context that seals, as the device does; no command seals anything."""
    if header.cra == Cra.COMMAND:
        return Context(header, wide_lengths=wide_lengths)
    return Context(
        header, seal=lambda plain: seal(header, plain, data_secret(header, DEVICE)), wide_lengths=wide_lengths
    )


def reading(header: Header) -> Context:
    """A context that opens, as the remote party does."""
    if header.cra == Cra.COMMAND:
        return Context(header)
    return Context(header, unseal=lambda sealed: unseal(header, sealed, data_secret(header, USER)))

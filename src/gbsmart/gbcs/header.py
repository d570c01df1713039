"""The grouping header: who says what to whom, under which originator counter (GBCS 7.2.7)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from gbsmart.gbcs.lengths import read_length, write_length
from gbsmart.ground import Eui64, InvalidValue, MalformedMessage


class Cra(IntEnum):
    """The command / response / alert flag, first octet of the transaction identifier."""

    COMMAND = 1
    RESPONSE = 2
    ALERT = 3


DATE_TIME_LENGTH = 12


@dataclass(slots=True)
class OtherInformation:
    """The message code and the supplementary fields of an Unknown Remote Party (GBCS 7.2.7).

    Five forms exist: the code; with ``party`` (ECS200); with ``party`` and ``party_counter``; the same
    with ``party_originator_counter``; or the same with the party's key-agreement ``certificate`` (DER).
    """

    message_code: int
    party: Eui64 | None = None
    party_counter: int | None = None
    party_originator_counter: int | None = None
    certificate: bytes | None = None

    def encode(self) -> bytes:
        """Its octets without their length; raises :class:`InvalidValue` for a form that does not exist."""
        octets = _unsigned(self.message_code, 2, "other.message_code")
        if self.party is None:
            self._refuse_after("party", self.party_counter, self.party_originator_counter, self.certificate)
            return octets
        octets += self.party
        if self.party_counter is None:
            self._refuse_after("party_counter", self.party_originator_counter, self.certificate)
            return octets
        octets += _unsigned(self.party_counter, 8, "other.party_counter")
        if self.certificate is not None:
            if self.party_originator_counter is not None:
                raise InvalidValue("stands with no certificate", field="other.party_originator_counter")
            _check_certificate(self.certificate)
            return octets + self.certificate
        if self.party_originator_counter is not None:
            octets += _unsigned(self.party_originator_counter, 8, "other.party_originator_counter")
        return octets

    def _refuse_after(self, missing: str, *later: object) -> None:
        if any(value is not None for value in later):
            raise InvalidValue("is missing before a later supplementary field", field=f"other.{missing}")


@dataclass(slots=True)
class Header:
    """The grouping header: who says what to whom under which originator counter (GBCS 7.2.7).

    ``originator`` and ``recipient`` are the business originator and target. ``date_time`` is the
    12-octet DLMS date-time that some responses carry, ``None`` elsewhere.
    """

    cra: Cra
    counter: int
    originator: Eui64
    recipient: Eui64
    other: OtherInformation
    date_time: bytes | None = None

    @property
    def message_code(self) -> int:
        """The use case part this message is of (GBCS section 15)."""
        return self.other.message_code

    def encode(self) -> bytes:
        """Its octets from the transaction identifier on, without the ``DF``; raises :class:`InvalidValue`."""
        other = self.other.encode()
        moment = b"\x00"
        if self.date_time is not None:
            if len(self.date_time) != DATE_TIME_LENGTH or self.cra != Cra.RESPONSE:
                raise InvalidValue("only a response carries one, of 12 octets", field="header.date_time")
            moment = b"\x0c" + self.date_time
        return b"".join(
            (
                bytes((9, self.cra)),
                _unsigned(self.counter, 8, "header.counter"),
                b"\x08",
                self.originator,
                b"\x08",
                self.recipient,
                moment,
                write_length(len(other)),
                other,
            )
        )


def read_certificate_frame(data: bytes, at: int, end: int) -> None:
    """Raise unless one DER SEQUENCE fills ``at`` to ``end``."""
    if data[at] != 0x30:
        raise MalformedMessage("a certificate starts with 30", offset=at, where="other information")
    length, content = read_length(data, at + 1)
    if content + length != end:
        raise MalformedMessage("a certificate of another length", offset=at + 1, where="other information")


def _check_certificate(certificate: bytes) -> None:
    try:
        if len(certificate) <= 8:
            raise MalformedMessage("too short", offset=0)
        read_certificate_frame(certificate, 0, len(certificate))
    except MalformedMessage as fault:
        raise InvalidValue(f"not one DER certificate: {fault}", field="other.certificate") from fault


def _unsigned(value: int, width: int, name: str) -> bytes:
    if not 0 <= value < 1 << 8 * width:
        raise InvalidValue(f"{value} does not fit in {width} octets", field=name)
    return value.to_bytes(width, "big")

"""What the interface says: acknowledgements and refusals, each in the DUIS version of the User that asked."""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

from sqlalchemy import Connection

from gbsmart import duis, parties
from gbsmart.dcc import measures
from gbsmart.dcc.access import Case
from gbsmart.dcc.admission import About
from gbsmart.dcc.model import Request
from gbsmart.dcc.pipeline import request_id
from gbsmart.dcc.refusal import Refused
from gbsmart.duis import WebService
from gbsmart.ground import MalformedMessage, NotFound

_log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """What goes back over HTTP: a Response document (200), or plain text about a bad document (400)."""

    status: int
    body: bytes


def told(web_service: WebService, answer: Answer) -> dict[str, str | int]:
    """What the log says of an answer: where, which request, and how it was answered."""
    said = zip(("request", "variant", "code"), measures.said(answer.body), strict=True)
    known = {name: value for name, value in said if value}
    return {"service": web_service.value, "status": answer.status, **known}


def not_of_the_schema(wrong: MalformedMessage) -> Answer:
    """A document that is none of DUIS, or none of the version that its User speaks."""
    _log.warning("a document is turned away: HTTP 400, %s", wrong)
    return Answer(400, f"{wrong}\n".encode())


def response(case: Case, code: str, **payload: Any) -> duis.Response:
    """A synchronous Response, unsigned."""
    return duis.acknowledgement(
        request_id(case.key), case.service.variant, code, case.at, version=_version(case), **payload
    )


def pre_command(case: Case, octets: bytes, gbcs_version: str) -> duis.Response:
    """The Response to a critical request, with the Pre-Command to sign; unsigned."""
    return duis.pre_command(
        request_id(case.key), case.service.variant, case.at, octets, gbcs_version, version=_version(case)
    )


def _version(case: Case) -> str:
    return case.user.schema_version if case.user else case.request.schema_version


def refusal(case: Case, refused: Refused) -> bytes:
    """An error acknowledgement, unsigned as in the public sample (basis: V)."""
    return duis.build_response(response(case, refused.code))


def kept(stored: Request, digest: bytes) -> bytes | None:
    """Where the answer stands that was given to a document of this digest; None where none was."""
    if stored.content == digest:
        return stored.answer
    return stored.signed_answer if stored.signed_pre_command == digest else None


def version_for(connection: Connection, about: About) -> tuple[str, bool]:
    """The DUIS version for answers to the originator, and whether it is no User."""
    try:
        return parties.user(connection, about.key.originator).schema_version, False
    except NotFound:
        return about.version, True

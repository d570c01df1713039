"""Calling others over HTTP: one client for all, and in a few words why there was no answer."""

from __future__ import annotations

import atexit
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyreqwest.client import ClientBuilder
from pyreqwest.exceptions import DetailedPyreqwestError, PyreqwestError

from gbsmart.ground import InvalidValue

NO_ANSWER = (PyreqwestError, ValueError, OSError)
"""What the client raises where there is no answer, or no such address; :func:`reason_of` says why."""


@dataclass(frozen=True, slots=True)
class ClientTls:
    """How a client knows the servers that it calls over https, and proves who it is: PEM files.

    ``authorities`` count beside those that the machine trusts. Servers show certificates that these
    issued: not the authorities' own.
    """

    authorities: Path | None = None
    certificate: Path | None = None
    private_key: Path | None = None
    """Where it is not in the file of ``certificate``."""

    def told(self, client: ClientBuilder) -> ClientBuilder:
        """The client with these; raises :class:`~gbsmart.ground.InvalidValue` where they cannot be read."""
        try:
            if self.authorities is not None:
                client = client.add_root_certificate_pem(self.authorities.read_bytes())
            own = [each.read_bytes() for each in (self.certificate, self.private_key) if each is not None]
            return client.identity_pem(b"\n".join(own)) if own else client
        except NO_ANSWER as problem:
            raise InvalidValue(f"the TLS files cannot be read: {reason_of(problem)}") from None


def client_builder(tls: ClientTls | None = None) -> ClientBuilder:
    """A client to be built: HTTP/1.1 straight to the address, which is never left for another.

    It has no limits of time yet.
    """
    _let_go_at_exit()
    straight = ClientBuilder().http1_only().no_proxy().follow_redirects(False)
    return tls.told(straight) if tls is not None else straight


@cache
def _let_go_at_exit() -> None:
    """Give the client's own thread a moment when the process ends.

    That thread may still wait for the interpreter, to return from telling the event loop of the last
    answer. Were the interpreter taken down meanwhile, the process would abort.
    """
    atexit.register(time.sleep, 0.02)


def reason_of(problem: Exception) -> str:
    """Why there was no answer, in a few words."""
    if isinstance(problem, TimeoutError):
        return "no answer in time"
    if isinstance(problem, DetailedPyreqwestError) and (causes := problem.details["causes"]):
        return causes[-1]["message"].split(" (os error")[0]
    if isinstance(problem, OSError) and problem.strerror:
        return f"{problem.strerror}: {problem.filename}" if problem.filename else problem.strerror
    return str(problem) or type(problem).__name__

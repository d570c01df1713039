"""Calling the control API of a running system: what ``gbsmart read`` and ``gbsmart control`` do."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from gbsmart.assembly.control.catalogue import operation
from gbsmart.assembly.control.model import BASE
from gbsmart.ground import Blame, GbsmartError
from gbsmart.web.client import NO_ANSWER, client_builder, reason_of

TOKEN = "GBSMART_TOKEN"  # noqa: S105 the name of it
"""The environment variable with the token by which a system elsewhere is steered."""
_TO_CONNECT = timedelta(seconds=5)


class Refused(GbsmartError):
    """The running system did not do it; the message says why."""


class RefusedInTime(Refused, TimeoutError):
    """The running system waited for something in vain."""


async def call(console: str, name: str, given: Mapping[str, Any]) -> Any:
    """The JSON that an operation of the system at ``console`` answers.

    Raises :class:`Refused` with what the system says, its blame ``WORLD`` where the system, or something
    that it depends on, does not answer, and :class:`RefusedInTime`.
    """
    wanted = operation(name)
    in_path = wanted.in_path()
    path = wanted.path.format(**{each: quote(str(given[each]), safe="") for each in in_path})
    rest = {each: value for each, value in given.items() if each not in in_path}
    try:
        async with client_builder().connect_timeout(_TO_CONNECT).build() as client:
            request = client.request(wanted.method, f"{console}{BASE}{path}")
            if token := os.environ.get(TOKEN):
                request = request.header("Authorization", f"Bearer {token}")
            if wanted.has_body:
                body = json.dumps(rest).encode()
                request = request.header("Content-Type", "application/json").body_bytes(body)
            else:
                request = request.query({each: str(value) for each, value in rest.items()})
            response = await request.build().send()
            answer = json.loads(bytes(await response.bytes()))
    except NO_ANSWER as problem:
        raise _unreachable(console, reason_of(problem)) from None
    if response.status >= 300:
        raise _refused(console, answer)
    return answer


def _unreachable(console: str, problem: object) -> Refused:
    failed = Refused(f"{console} did not answer: {problem}", remedy="Is gbsmart up running there?")
    failed.blame = Blame.WORLD
    return failed


def _refused(console: str, problem: Any) -> Refused:
    """The refusal as it was where it happened: the exit code says the same as there."""
    if not isinstance(problem, dict) or not isinstance(problem.get("message"), str):
        return _unreachable(console, "what it says is not of gbsmart")
    kind = RefusedInTime if problem.get("timed_out") else Refused
    failed = kind(
        problem["message"],
        remedy=str(problem.get("remedy") or ""),
        response_code=problem.get("response_code"),
    )
    if problem.get("unreachable"):
        failed.blame = Blame.WORLD
    return failed

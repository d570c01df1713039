"""Calling the control API of a running system: what ``gbsmart read`` and ``gbsmart control`` do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from gbsmart.assembly.control.catalogue import operation
from gbsmart.assembly.control.model import BASE
from gbsmart.ground import Blame, GbsmartError


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
    told = {"json": rest} if wanted.has_body else {"params": {n: str(v) for n, v in rest.items()}}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, sock_connect=5)) as session,
            session.request(wanted.method, f"{console}{BASE}{path}", **told) as response,
        ):
            answer = await response.json(content_type=None)
            status = response.status
    except (aiohttp.ClientError, ValueError, TimeoutError) as problem:
        raise _unreachable(console, problem) from None
    if status >= 400:
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

"""Long lists for programs, answered in parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gbsmart.web.json_twin import as_json


def part_response(rows: Sequence[Any], following: str, request: Request) -> Response:
    """A part of a list; the header ``Link`` leads to the next (RFC 8288).

    ``following`` is the place from which that goes on (the value ``after`` of its query); "" at the end.
    """
    headers = {}
    if following:
        to = request.url.include_query_params(after=following)
        headers["link"] = f'<{to.path}?{to.query}>; rel="next"'
    return JSONResponse(as_json(rows), headers=headers)

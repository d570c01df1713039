"""Control of a running system over HTTP: ask its demonstration User for a reading, see its homes.

For ``gbsmart read`` and for test harnesses on the same machine; it listens where the console does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gbsmart import __version__
from gbsmart.ground import Blame, Eui64, GbsmartError, InvalidValue

if TYPE_CHECKING:
    from gbsmart.assembly.system import System

READ, SYSTEM = "/control/read", "/control/system"


def control_routes(system: System) -> list[Route]:
    """``GET /control/system`` and ``POST /control/read {"device", "variant"}``."""

    async def describe(_request: Request) -> Response:
        return JSONResponse(
            {
                "gbsmart": __version__,
                "clock": system.clock.now().isoformat(),
                "addresses": {each.name: each.url for each in system.addresses},
                "homes": [
                    {kind.lower(): str(eui) for eui, kind in home.devices}
                    for home in system.street_plan[:100]
                ],
            }
        )

    async def read(request: Request) -> Response:
        from gbsmart.assembly.reading import read_meter

        try:
            device, variant = await _asked(request)
            return JSONResponse(await read_meter(system, device or system.street_plan[0].esme, variant))
        except GbsmartError as refused:
            return JSONResponse({"error": _described(refused)}, status_code=422)

    return [Route(SYSTEM, describe), Route(READ, read, methods=["POST"])]


async def _asked(request: Request) -> tuple[Eui64 | None, str]:
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise InvalidValue("send application/json", field="content-type")
    try:
        asked = await request.json()
    except (ValueError, RecursionError):
        raise InvalidValue("the body is not JSON", field="body") from None
    if not isinstance(asked, dict) or not all(isinstance(each, str) for each in asked.values()):
        raise InvalidValue('send {"device": EUI-64, "variant": "4.1.1"}', field="body")
    device = asked.get("device")
    return Eui64.parse(device) if device else None, asked.get("variant") or "4.1.1"


def _described(error: GbsmartError) -> dict[str, Any]:
    return {
        "kind": type(error).__name__,
        "message": error.message,
        "remedy": error.remedy,
        "response_code": error.response_code,
        "timed_out": isinstance(error, TimeoutError),
        "unreachable": error.blame is Blame.WORLD,
    }

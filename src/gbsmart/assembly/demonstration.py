"""What ``gbsmart up`` shows when it starts: one reading, and three instructive failures.

Nothing is staged: each is a real request through the running system, and each document shown is the one
that went over the wire.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from gbsmart.assembly.plan import IMPORT_SUPPLIER, NETWORK_OPERATOR
from gbsmart.assembly.reading import Report, read_meter
from gbsmart.assembly.street import RemoteStreet
from gbsmart.assembly.system import System
from gbsmart.duis import Request, build_request, parse_xml, response_codes, sign_built
from gbsmart.duis.document import SR
from gbsmart.ground import GbsmartError
from gbsmart.user import AsyncUser, RequestFailed
from gbsmart.web.client import client_builder

Say = Callable[[str], None]


async def demonstrate(system: System, say: Say) -> None:
    """Read the first home's electricity meter, then fail in three ways, saying what happens."""
    meter = system.street_plan[0].esme
    if isinstance(system.road, RemoteStreet):
        await system.road.downlink.connected()
    who = "supplier" if system.demonstrator.user_id == IMPORT_SUPPLIER else "network operator"
    say(f"A {who} reads the electricity meter {meter} (Service Reference Variant 4.1.1):\n")
    show_reading(await read_meter(system, meter), say)
    say("\nThree failures, and what a User sees of them.\n")
    await _wrong_role(system, say)
    await _changed_byte(system, say)
    if isinstance(system.road, RemoteStreet):
        say("3. A dead meter: it cannot be shown here, for the meters are in another process.\n")
    else:
        await _dead_meter(system, say)


def show_reading(reading: Report, say: Say) -> None:
    """Say the steps of a reading and its values."""
    for step in reading["steps"]:
        octets = f"{step['bytes']:>6} octets" if step["bytes"] else " " * 13
        say(f"  {step['at'][11:]}  {octets}  {step['party']:<26} {step['name']}")
    say("")
    for name, quantity in reading["values"].items():
        say(f"  {name.replace('_', ' '):<28} {_shown(quantity['value']):>14} {quantity['unit']}".rstrip())
    if not reading["values"]:
        say(f"  Done ({reading['response_code']}): the meter's answer holds no values.")


def _shown(value: Any) -> str:
    """A number with its thousands apart; anything else as it is."""
    return f"{value:,}" if isinstance(value, int | float) else str(value)


async def _wrong_role(system: System, say: Say) -> None:
    say("1. Wrong role. A network operator asks to disable the supply (7.2), which only a supplier may:\n")
    operator = system.users.get(NETWORK_OPERATOR)
    if operator is None:
        say("   (the key set has no keys of a network operator)\n")
        return
    request = operator.draft("7.2", system.street_plan[0].esme)
    answer = await _post(system, "serviceT", _signed(system, operator, request))
    _show_xml(answer, say)


async def _changed_byte(system: System, say: Say) -> None:
    say("2. One changed byte. A signed request whose counter was changed on its way:\n")
    user = system.demonstrator
    request = user.draft("4.1.1", system.street_plan[0].esme)
    document = _signed(system, user, request)
    counter = str(request.request_id.counter).encode()
    changed = counter[:-1] + (b"0" if counter[-1:] != b"0" else b"1")
    answer = await _post(system, "serviceS", document.replace(counter, changed, 1))
    _show_xml(answer, say)


async def _dead_meter(system: System, say: Say) -> None:
    meter = system.street_plan[0].esme
    wait = system.settings.response_wait
    say(f"3. A dead meter. The request is acknowledged; after {wait:g} s without an answer, one DCC Alert:\n")
    user = system.demonstrator
    system.wan.switch_device(meter, alive=False)
    try:
        exchange = await user.send(user.draft("4.1.1", meter))
        await user.answer(exchange)
    except RequestFailed as failure:
        messages = user.inbox.about(exchange.original.request_id)
        _show_xml(messages[-1].document, say)
        say(f"   {failure}\n")
    except GbsmartError as failure:
        say(f"   {failure}\n")
    finally:
        system.wan.switch_device(meter, alive=True)


def _signed(system: System, user: AsyncUser, request: Request) -> bytes:
    return sign_built(build_request(request), system.keys.user(system.clock, user.user_id), user.user_id)


async def _post(system: System, service: str, document: bytes) -> bytes:
    url = f"{system.url('DCC')}/api/v1/{service}"
    async with client_builder().build() as client:
        post = client.post(url).header("Content-Type", "application/xml").body_bytes(document)
        return bytes(await (await post.build().send()).bytes())


def _show_xml(document: bytes, say: Say) -> None:
    """The document indented, its signature shortened to one line."""
    try:
        root = parse_xml(document)
    except GbsmartError:
        say(f"   {document.decode(errors='replace').strip()}\n")
        return
    for signature in root.findall("{http://www.w3.org/2000/09/xmldsig#}Signature"):
        shown = etree.Comment(" ds:Signature ")
        root.replace(signature, shown)
    etree.indent(root)
    for line in etree.tostring(root, encoding="unicode").splitlines():
        say(f"   {line}")
    say(_meaning(root))


def _meaning(root: etree._Element) -> str:
    """What the response code stands for, and whether that is only assumed."""
    code = root.findtext(f".//{{{SR}}}ResponseCode") or ""
    known = response_codes().get(code)
    if known is None:
        return ""
    return f"\n   {code}: {known.meaning or known.name}{' (assumed meaning)' if known.assumed else ''}.\n"

"""A small DCC with meters behind it, for these tests: real signatures, real GBCS, every fault on demand.

It transforms with the same library as the real one, answers as the device would with the device's own
keys, and delivers to the User's address. What a test wants to go wrong is said in ``faults``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import httpx
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.routing import Route

from gbsmart.duis import (
    Request,
    RequestId,
    Response,
    acknowledgement,
    build_response,
    parse_request,
    sign,
    verify,
)
from gbsmart.gbcs import Cra, Header, Message, OtherInformation, codec, forms
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.protection import add_mac, encrypt
from gbsmart.gbcs.protection import sign as sign_message
from gbsmart.ground import Clock, Eui64
from gbsmart.keys import MemoryKeyring
from gbsmart.translation import Facts, Translation, transform
from gbsmart.web.hosting import address_of, bind, serving

ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
ESME = Eui64.parse("00-DB-12-34-56-78-90-A0")
GSME = Eui64.parse("00-DB-12-34-56-78-90-A1")
TYPES = {ESME: "ESME", GSME: "GSME"}

WATT_HOUR = {"scaler": 0, "unit": 30}
REGISTERS = Outcome(
    {
        "import_registers": {
            "active_import": 1_234_567,
            "active_import_unit": WATT_HOUR,
            "reactive_import": 4_321,
            "reactive_import_unit": {"scaler": 0, "unit": 32},
        }
    },
    (0,),
)
GAS = Outcome(
    {"divisor": 1000, "multiplier": 1, "unit_of_measure": 1, "current_summation_delivered": 12345}, (0,)
)
DONE = Outcome({}, (0,))
SUPPLY_OFF = Outcome(
    {"issuer_event_id": datetime(2026, 1, 1, tzinfo=UTC), "supply_status": 0},
    (0,),
)
ANSWERS: Mapping[str, Outcome] = {"ECS17b": REGISTERS, "GCS13a": GAS, "ECS43": DONE, "GCS32": SUPPLY_OFF}


@dataclass
class Faults:
    """What goes wrong, or differently."""

    refuse: str = ""
    """Response code of every acknowledgement."""
    alert: tuple[str, str] | None = None
    """DCC Alert and response code in place of the device's answer."""
    silent: bool = False
    early: bool = False
    """Deliver the response before the acknowledgement goes out."""
    twice: bool = False
    unavailable: int = 0
    """How many exchanges get HTTP 503 first."""
    hang_up: int = 0
    """How many acknowledgements are lost after the request was taken."""
    status: int = 200
    tamper: Any = None
    """Changes the Pre-Command."""
    outcome: Outcome | None = None
    answer_counter: int | None = None
    wrong_mac: bool = False
    unsigned: bool = False
    wrong_signer: Eui64 | None = None
    instructions: tuple[int, ...] = ()
    """Alert codes (8F66 or 8F67) of the future-dated instructions."""
    foreign: bool = False
    """Acknowledge under another RequestID."""


@dataclass
class Dcc:
    """The peer: start it, tell it where the User receives, look at what it got."""

    keyring: MemoryKeyring
    clock: Clock
    receive_url: str = ""
    faults: Faults = field(default_factory=Faults)
    bodies: list[tuple[str, bytes]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    url: str = ""
    verify: Any = False
    """The TLS context for https deliveries."""
    _acknowledged: dict[bytes, bytes] = field(default_factory=dict)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        app = Starlette(routes=[Route("/api/v1/{service}", self._serve, methods=["POST"])])
        listening = bind("127.0.0.1", 0, "the DCC")
        self.url = address_of(listening)
        await self._stack.enter_async_context(serving((app, listening), patience=1))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.settled()
        await self._stack.aclose()

    async def settled(self) -> None:
        """Once every delivery has its status."""
        await asyncio.gather(*self._tasks)

    async def deliver(self, document: bytes) -> int:
        """POST one document to the User; the HTTP status."""
        async with httpx.AsyncClient(verify=self.verify) as client:
            status = (await client.post(self.receive_url, content=document)).status_code
        self.statuses.append(status)
        return status

    def signed(self, response: Response) -> bytes:
        return sign(build_response(response), self.keyring, self.faults.wrong_signer or ACB)

    async def _serve(self, request: HttpRequest) -> HttpResponse:
        body = await request.body()
        self.bodies.append((request.path_params["service"], body))
        if self.faults.unavailable:
            self.faults.unavailable -= 1
            return HttpResponse(status_code=503)
        if self.faults.status != 200:
            return HttpResponse("no", status_code=self.faults.status)
        if body not in self._acknowledged:
            parsed = parse_request(body)
            assert verify(parsed.root, self.keyring).holder == parsed.message.request_id.originator
            self.requests.append(parsed.message)
            self._acknowledged[body] = await self._acknowledge(parsed.message)
        if self.faults.hang_up:
            self.faults.hang_up -= 1
            return HttpResponse(status_code=500)
        return HttpResponse(self._acknowledged[body], media_type="application/xml")

    async def _acknowledge(self, request: Request) -> bytes:
        code, payload = "I0", {}
        if self.faults.refuse:
            code = self.faults.refuse
        elif request.command_variant == 4:
            payload = {"pre_command": {"gbcs_version": "4.3", "gbcs_payload": self._pre_command(request)}}
        elif request.command_variant == 8:
            devices = [
                {"device_id": device, "device_type": kind, "device_manufacturer": "106C", "device_model": "1"}
                for device, kind in TYPES.items()
            ]
            payload = {"dsp_inventory": tuple(devices)}
        elif request.command_variant in (2, 6):
            payload = {"local_command": {"gbcs_payload": self._translation(request).message(1).encode()}}
        else:
            code = "I99"
            if self.faults.early:
                await self._answer(request)
            else:
                self._tasks.append(asyncio.create_task(self._answer(request)))
        request_id = request.request_id
        if self.faults.foreign:
            request_id = request_id._replace(counter=7)
        response = acknowledgement(
            request_id, request.service_reference_variant, code, self.clock.now(), **payload
        )
        if self.faults.unsigned or code.startswith("E"):
            return build_response(response)
        return self.signed(response)

    def _translation(self, request: Request) -> Translation:
        device_type = TYPES[request.request_id.target]
        return transform(request, Facts(self.clock.now(), ACB, device_type))

    def _pre_command(self, request: Request) -> bytes:
        message = self._translation(request).message()
        if self.faults.tamper:
            message = self.faults.tamper(message)
        return message.encode()

    async def _answer(self, request: Request) -> None:
        if self.faults.silent:
            return
        if self.faults.alert:
            await self.deliver(self.signed(self._dcc_alert(request.request_id, *self.faults.alert)))
            return
        document = self.signed(self._service_response(request))
        for _ in range(2 if self.faults.twice else 1):
            assert await self.deliver(document) in (204, 400)
        total = len(self.faults.instructions)
        for number, code in enumerate(self.faults.instructions, 1):
            await self.deliver(self.signed(self._instruction(request, code, number, total)))

    def _dcc_alert(self, request_id: RequestId, alert: str, code: str) -> Response:
        failure = {"command_request_id": request_id, "device_id": request_id.target}
        return Response(
            code,
            self.clock.now(),
            "DCCAlertMessage",
            {"dcc_alert_code": alert, "dcc_alert": {"command_failure": failure}},
            response_id=RequestId(ACB, request_id.originator, 1),
        )

    def _service_response(self, request: Request) -> Response:
        user, device, counter = request.request_id
        response = acknowledgement(
            request.request_id,
            request.service_reference_variant,
            "I0",
            self.clock.now(),
            gbcs_payload=self.device_response(request).encode(),
        )
        return replace(response, response_id=RequestId(device, user, counter))

    def device_response(self, request: Request) -> Message:
        """What the device says, protected by the device."""
        user, device, counter = request.request_id
        counter = self.faults.answer_counter or counter
        if request.is_signed_pre_command:
            command = Message.parse((request.values or {})["gbcs_payload"])
            found = codec.read(command)
            assert found is not None
            form = found.form
        else:
            form = self._translation(request).form
        header = Header(Cra.RESPONSE, counter, device, user, OtherInformation(form.code))
        outcome = self.faults.outcome or ANSWERS.get(form.name, DONE)
        payload = codec.payload(form, header, outcome, lambda plain: encrypt(header, plain, self.keyring))
        message = Message(header, payload)
        if request.service.critical:
            return sign_message(message, self.keyring)
        made = add_mac(message, self.keyring, ACB)
        return made.with_mac(bytes(12)) if self.faults.wrong_mac else made

    def _instruction(self, request: Request, code: int, number: int, total: int) -> Response:
        user, device, counter = request.request_id
        instruction = {
            "message_code": 0x19,
            "counter": counter,
            "class_id": 20,
            "instance": bytes.fromhex("00000d0000ff"),
            "attribute": 10,
        }
        header = Header(Cra.ALERT, 5000 + number, device, user, OtherInformation(0xCC))
        values = {"alert_code": code, "time": self.clock.now().replace(microsecond=0)}
        payload = codec.payload(forms.form("FD-DLMS"), header, {**values, "instruction": instruction})
        message = sign_message(Message(header, payload), self.keyring)
        inner = {
            "future_dated_alert_code": code.to_bytes(2, "big"),
            "gbcs_payload": message.encode(),
            "instruction_number": number,
            "total_command_instructions": total,
        }
        response = acknowledgement(
            request.request_id,
            request.service_reference_variant,
            "I0",
            self.clock.now(),
            future_dated_device_alert_message=inner,
        )
        return replace(response, response_id=RequestId(device, user, counter))

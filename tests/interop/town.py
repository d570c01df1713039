"""A running system and the public clients of its Users, and how an exchange between them is carried out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

from anyio.from_thread import start_blocking_portal

from gbsmart.assembly import FREE_PORTS, Settings, System
from gbsmart.assembly.plan import ACCESS_CONTROL_BROKER, IMPORT_SUPPLIER, Premises
from gbsmart.assembly.user_keys import entries_of
from gbsmart.devices import Device
from gbsmart.duis import parse_request, parse_response, service_requests
from gbsmart.ground import Eui64
from gbsmart.keys import ORGANISATIONS, XML_SIGNING, Keyring, export_folder
from gbsmart.user import open_message
from gbsmart.user.keyfiles import open_keys
from gbsmart.user.opening import Opened

from .bodies import Setting
from .clients import JAR, Client, SigningTool, skip_unless_installed
from .evidence import Answers, Seen, memory_of, midnight
from .exchanges import EXCHANGES, Exchange


@dataclass(frozen=True)
class Town:
    """A running system and the clients of its Users."""

    key_set: str
    system: System
    tool: SigningTool
    client: Client
    templates: Mapping[str, str]
    """Those that the client has, by name: the variant of each."""
    keys: Path
    class_path: str
    keyring: Keyring

    @property
    def home(self) -> Premises:
        """The home that is asked."""
        return self.system.street_plan[0]

    def emulated(self, kind: str) -> Device:
        """A device of the home, as it is emulated."""
        return self.system.street.home(self.home.chf).devices[kind]

    def control(self, path: str, method: str = "GET", **asked: Any) -> dict[str, Any]:
        """What an operation of the control API tells."""
        url = f"{self.system.url('Console')}/control/v1/{path}"
        body = json.dumps(asked).encode() if asked else None
        with urlopen(Request(url, body, {"Content-Type": "application/json"}, method=method)) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def state(self, eui: Eui64) -> dict[str, Any]:
        """What a device holds and measures, a meter's account, what else its memory keeps: by name."""
        device = self.control(f"devices/{eui}")
        account = self.control(f"meters/{eui}/account") if device["supply"] else {}
        kept = memory_of(self.emulated(device["kind"]))
        values = {name: each["value"] for name, each in device["values"].items()}
        return {**values, **account, **kept, "supply": device["supply"]}


@contextmanager
def running(folder: Path, key_set: str, imported: Path | None = None) -> Iterator[Town]:
    """A system on its own keys, exported for the clients, or on the set that they come with."""
    skip_unless_installed()
    with ExitStack() as stack:
        client = stack.enter_context(Client())
        url = f"http://127.0.0.1:{client.do('listen')['port']}/"
        users = {str(each.user): url for each in EXCHANGES}
        settings = Settings(
            data=folder / "data",
            keys=imported,
            receive=users,
            wake_interval=0.1,
            **FREE_PORTS,  # type: ignore[arg-type]
        )
        keys = folder / "keys"
        export_folder(entries_of(map(Eui64.parse, users), settings), keys, private_keys=True)
        portal = stack.enter_context(start_blocking_portal("asyncio"))
        system = System(settings)
        stack.enter_context(portal.wrap_async_context_manager(system))
        class_path = str(JAR) if imported else os.pathsep.join((str(keys / XML_SIGNING), str(JAR)))
        tool = stack.enter_context(SigningTool(class_path))
        repository = system.url("SMKI repository") + "/"
        started = client.do("start", repository=repository, organisations=str(keys / ORGANISATIONS))
        town = Town(
            key_set, system, tool, client, started["templates"], keys, class_path,
            open_keys(keys, system.clock),
        )  # fmt: skip
        # a morning, so that no exchange meets midnight: meters whose supply is off for a while do not
        # count what the home would have used
        morning = midnight(system.clock.now()) + timedelta(days=1, hours=6)
        town.control("clock", "PUT", now=morning.isoformat())
        yield town


class Result(NamedTuple):
    """How an exchange ended: the use case of the device's answer, the last response code, what was seen."""

    use_case: str
    code: str
    seen: str
    answers: Answers


def carried_out(town: Town, exchange: Exchange) -> Result:
    """Do an exchange from beginning to end, checking all there is."""
    earlier = carried_out(town, exchange.follows).answers if exchange.follows else ()
    for device, change in exchange.given.items():
        town.control(f"devices/{getattr(town.home, device)}", "PATCH", **change)
    device, now = exchange.device_in(town.home), town.system.clock.now()
    before, alerts = town.state(device), told(town, device, exchange.alert, 0)
    target = exchange.target_in(town.home)
    template = town.client.do("template", template=exchange.template)["body"]
    body = exchange.body and exchange.body(Setting(now, town.home, town.keyring, template, earlier))
    request = made(town, exchange.template, exchange.user, target, body)
    answers = [accepted(town, exchange.variant, request, exchange.answered)]
    if exchange.later:
        delivered(town, request, exchange.delivered if exchange.alert else exchange.delivered - 1)
        town.control("clock/advance", "POST", by=exchange.later.total_seconds())
    documents = delivered(town, request, exchange.delivered)
    if exchange.alert:
        documents += told(town, device, exchange.alert, len(alerts) + 1)[len(alerts) :]
    opened = []
    for document in documents:
        answers.append(checked(town, document))
        assert answers[-1]["header"]["responseCode"] == "I0", document
        opened.append(read(town, document, exchange.user))
    seen = Seen(
        now, town.home, town.keyring, device, town.emulated("ESME").state.home, before, town.state(device),
        tuple(answers), earlier, tuple(opened), lambda template, body: asked(town, template, body),
    )  # fmt: skip
    use_case = opened[0].form if opened else ""
    return Result(use_case, str(answers[-1]["header"]["responseCode"]), exchange.shows(seen), seen.answers)


def made(town: Town, template: str, user: Eui64, target: Eui64, body: Mapping[str, Any] | None = None) -> str:
    """A request of a client's template, signed by the client."""
    built = town.client.do(
        "construct", template=template, originator=str(user), target=str(target), counter=0, body=body
    )
    return town.tool.sign(built["xml"])


def asked(town: Town, template: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer to a non-device request of the supplier."""
    request = made(town, template, IMPORT_SUPPLIER, ACCESS_CONTROL_BROKER, body)
    return checked(town, posted(town, "serviceD", request))


def accepted(town: Town, variant: str, request: str, code: str) -> dict[str, Any]:
    """Send a signed request, by way of Transform where it is critical; its answer of this code, parsed."""
    service = service_requests()[variant]
    if not service.critical:
        ending = "serviceD" if service.non_device else "serviceS"
        answer = checked(town, posted(town, ending, request))
        assert answer["header"]["responseCode"] == code
        return answer
    offered = posted(town, "serviceT", request)
    assert checked(town, offered)["header"]["responseCode"] == "I0"
    pre_command = town.client.do("signPreCommand", request=request, answer=offered)["xml"]
    answer = checked(town, posted(town, "serviceS", town.tool.sign(pre_command, "--preserveCounter")))
    assert answer["header"]["responseCode"] == code
    return answer


def posted(town: Town, service: str, document: str) -> str:
    """The answer of a web service of the DCC."""
    answer = town.client.do("post", url=f"{town.system.url('DCC')}/api/v1/{service}", xml=document)
    assert answer["status"] == 200, answer["body"]
    return str(answer["body"])


def checked(town: Town, document: str) -> dict[str, Any]:
    """A document of the DCC, valid by the schema and its signature in the client's eyes, parsed by it."""
    town.tool.validate(document)
    return town.client.do("parse", xml=document)


def delivered(town: Town, request: str, count: int) -> list[str]:
    """What the DCC delivers about a request."""
    about = parse_request(request.encode()).message.request_id
    answer = town.client.do("delivered", target=str(about.target), counter=about.counter, count=count)
    return list(answer["documents"])


def told(town: Town, device: Eui64, code: str, count: int) -> list[str]:
    """The device's alerts under a code that the DCC delivers, once there are so many."""
    return list(town.client.do("alerts", device=str(device), code=code, count=count)["documents"])


def read(town: Town, document: str, user: Eui64) -> Opened:
    """What a device says in a document, opened with the User's keys; it did what it was asked."""
    payload = parse_response(document.encode()).message.gbcs_payload
    assert payload is not None
    opened = open_message(payload, town.keyring, user, ACCESS_CONTROL_BROKER)
    assert opened.form
    assert opened.outcome is None or opened.outcome.success
    return opened

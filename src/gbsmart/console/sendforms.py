"""The pages that send a Service Request: which there are, and the form of each, made from its declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from gbsmart import duis
from gbsmart.console import nodes
from gbsmart.console.documents import pretty
from gbsmart.console.examples import with_examples
from gbsmart.console.filled import place_error, values_of
from gbsmart.console.folding import fold
from gbsmart.console.highlight import highlighted
from gbsmart.console.lexicon import as_written
from gbsmart.console.model import JourneySource, RequestRecipe, SendSource
from gbsmart.duis import COMMAND_VARIANTS, RequestId, ServiceRequestVariant, parse_xml
from gbsmart.duis.examples import Setting
from gbsmart.duis.services import body
from gbsmart.ground import Clock, Eui64, GbsmartError, InvalidValue
from gbsmart.user import Delivery
from gbsmart.web import Page, read_form

_LISTED = 200
"""The most devices that an input suggests."""
_DELIVERIES = {
    Delivery.WAN: ("over the WAN", {1, 4, 5, 8}),
    Delivery.LOCAL: ("returned to you, for delivery by hand", {2, 6}),
    Delivery.BOTH: ("both", {3, 7}),
}
USER, DEVICE, DELIVERY, FIRST, PRECEDING = (
    "user:",
    "device:",
    "delivery:",
    "first:",
    "preceding:",
)
"""The names of inputs that are not the body's; no field of a body has a colon in its name."""


@dataclass(slots=True)
class _Filled:
    """A form on its way: what was filled in, the nodes, and what is wrong with what is not the body."""

    service: ServiceRequestVariant
    texts: dict[str, str]
    form: nodes.Node
    errors: dict[str, str]


class SendPages:
    """``/send`` and ``/send/{variant}``."""

    def __init__(self, source: SendSource, journeys: JourneySource, clock: Clock) -> None:
        self._source = source
        self._journeys = journeys
        self._clock = clock

    async def index(self, request: Request) -> Page:
        """Every variant by its Service Reference; ``?device=`` keeps those that the device can be asked."""
        device = request.query_params.get("device", "")
        kind = await self._kind(device) if device else ""
        groups: dict[str, list[dict[str, Any]]] = {}
        for variant, each in duis.service_requests().items():
            if kind and kind not in each.device_types:
                continue
            groups.setdefault(variant.partition(".")[0], []).append({
                "variant": variant, "name": each.name, "kind": each.kind,
                "roles": sorted(each.roles),
                "device_types": sorted(each.device_types),
            })  # fmt: skip
        model = {"device": device, "device_type": kind, "groups": groups}
        return Page("Send a request", "send.html", model)

    async def form(self, request: Request) -> Page:
        """The form of one variant; what it is sent to it, it reads, shows as XML, or sends."""
        service = duis.service(request.path_params["variant"])
        if request.method == "POST":
            return await self._act(service, await read_form(request))
        query = request.query_params
        texts = {f"{name}:": query[name] for name in ("user", "device") if name in query}
        if like := query.get("like"):
            texts.update(await self._like(like, service))
        return await self._page(_filled(service, texts))

    async def _act(self, service: ServiceRequestVariant, texts: dict[str, str]) -> Page:
        do = texts.get("do", "preview")
        if do.startswith(("add:", "drop:")):
            verb, _, path = do.partition(":")
            count = nodes.number(texts.get(path + nodes.COUNT))
            texts[path + nodes.COUNT] = str(max(count + (1 if verb == "add" else -1), 0))
            return await self._page(_filled(service, texts), focus=path)
        if do == "example":
            setting = Setting(self._clock.now())
            return await self._page(_filled(service, with_examples(body(service.variant), texts, setting)))
        filled = _filled(service, texts)
        recipe = self._recipe(filled)
        if recipe is None:
            return await self._page(filled, status=400)
        try:
            if do == "send":
                sent = await self._source.send(recipe)
                return Page("Sent", "send.html", {"request_id": sent}, location=f"/requests/{sent}")
            return await self._page(filled, preview=self._source.preview(recipe))
        except InvalidValue as wrong:
            _place(filled, wrong.field, wrong.reason)
        except GbsmartError as problem:
            filled.errors[""] = str(problem)
        return await self._page(filled, status=400)

    def _recipe(self, filled: _Filled) -> RequestRecipe | None:
        """What the form asks for, or None where something in it cannot be read, and says so."""
        service, texts, errors = filled.service, filled.texts, filled.errors
        user = _read(texts, USER, Eui64.parse, errors)
        device = _read(texts, DEVICE, Eui64.parse, errors) if service.targets_device else None
        preceding = _read(texts, PRECEDING, RequestId.parse, errors) if texts.get(PRECEDING) else None
        values, wrong = values_of(filled.form, self._value)
        if errors or wrong or user is None:
            return None
        return RequestRecipe(
            user, service.variant, device, values, _delivery(texts),
            bool(texts.get(FIRST)), preceding,
        )  # fmt: skip

    def _value(self, node: nodes.Input) -> Any:
        return node.read(as_written(node.text, node.look, self._clock.now()))

    async def _page(
        self, filled: _Filled, *, preview: bytes | None = None, focus: str = "", status: int = 200
    ) -> Page:
        service, texts = filled.service, filled.texts
        users = list(await self._source.users())
        targets = [each for each in await self._source.targets() if each.kind in service.device_types]
        if not texts.get(DEVICE) and targets:
            texts[DEVICE] = str(targets[0].id)
        if not texts.get(USER):
            fit = [each for each in users if service.roles & set(each.roles)] or users
            texts[USER] = str(fit[0].id) if fit else ""
        fold(filled.form, focus)
        errors = {node.path: node.error for node in nodes.every(filled.form) if node.error}
        xml = "" if preview is None else pretty(parse_xml(preview))
        model = {
            "variant": service.variant, "name": service.name, "kind": service.kind,
            "body_element": service.body_element, "roles": sorted(service.roles),
            "device_types": sorted(service.device_types), "errors": {**filled.errors, **errors}, "xml": xml,
            "values": texts,
        }  # fmt: skip
        extra = {
            "users": users,
            "targets": targets[:_LISTED],
            "more": max(len(targets) - _LISTED, 0),
            "form": filled.form,
            "targets_device": service.targets_device,
            "deliveries": _deliveries(service),
            "preview": highlighted(xml) if xml else "",
            "labels": {node.path: node.label for node in nodes.every(filled.form)},
            "focus": focus,
            "sent_to": _path_of(service),
        }
        return Page(f"Send {service.variant} {service.name}", "send_form.html", model, extra, status=status)

    async def _like(self, request_id: str, service: ServiceRequestVariant) -> dict[str, str]:
        """What a form is filled in with to ask again what was asked before."""
        journey = await self._journeys.journey(request_id)
        asked = duis.read_request(parse_xml(journey.documents[0].octets))
        texts = {USER: str(asked.request_id.originator), DEVICE: str(asked.request_id.target)}
        if asked.service_reference_variant != service.variant or asked.values is None:
            return texts
        return {**texts, **nodes.texts_of(body(service.variant), asked.values)}

    async def _kind(self, device: str) -> str:
        eui = Eui64.parse(device)
        return next((each.kind for each in await self._source.targets() if each.id == eui), "")


def _filled(service: ServiceRequestVariant, texts: dict[str, str]) -> _Filled:
    return _Filled(service, texts, nodes.form_of(body(service.variant), texts), {})


def _read(texts: Mapping[str, str], name: str, read: Any, errors: dict[str, str]) -> Any:
    try:
        text = texts.get(name, "").strip()
        if not text:
            raise InvalidValue("needs a value")
        return read(text)
    except GbsmartError as wrong:
        errors[name] = getattr(wrong, "reason", wrong.message)
        return None


def _delivery(texts: Mapping[str, str]) -> Delivery:
    """The way that was chosen; over the WAN where none was."""
    return next((way for way in Delivery if way.value == texts.get(DELIVERY)), Delivery.WAN)


def _place(filled: _Filled, path: str, reason: str) -> None:
    """Show an error at its input, or above the form where it has none."""
    if not (path and place_error(filled.form, path, reason)):
        filled.errors[{"delivery": DELIVERY}.get(path, "")] = f"{path}: {reason}" if path else reason


def _deliveries(service: ServiceRequestVariant) -> list[tuple[str, str]]:
    """The ways in which this variant's Command can reach its device."""
    return [
        (way.value, text)
        for way, (text, numbers) in _DELIVERIES.items()
        if numbers & (service.command_variants - {4} if service.critical else service.command_variants)
    ]


def _path_of(service: ServiceRequestVariant) -> str:
    number = 8 if service.non_device else 4 if service.critical else 1
    found = COMMAND_VARIANTS[number].web_service
    return found.value if found else ""

"""Example Service Requests that go to no device: the DCC answers them itself."""

from __future__ import annotations

from lxml import etree

from gbsmart.duis import Request, RequestId, build_request, parse_xml, service
from gbsmart.duis.examples import Setting, example
from gbsmart.duis.services import body
from gbsmart.keys import RemotePartyRole
from gbsmart.testdata.cases import COUNTER
from gbsmart.testdata.scene import Scene


def without_device(scene: Scene, variant: str) -> str:
    """An example of one variant as indented XML."""
    setting = Setting(scene.now, {"device_id": scene.devices["ESME"]})
    identifier = RequestId(scene.parties[RemotePartyRole.SUPPLIER], scene.acb, COUNTER)
    command_variant = min(service(variant).command_variants)
    request = Request(identifier, command_variant, variant, example(body(variant), setting))
    root = parse_xml(build_request(request))
    etree.indent(root, space="  ")
    return etree.tostring(root, encoding="unicode")

"""Example Service Requests as people read them, those too that the DCC answers itself."""

from __future__ import annotations

from lxml import etree

from gbsmart.duis import Request, RequestId, build_request, parse_xml, service
from gbsmart.duis.examples import Setting, example
from gbsmart.duis.services import body
from gbsmart.keys import RemotePartyRole
from gbsmart.testdata.cases import COUNTER
from gbsmart.testdata.scene import Scene


def without_device(scene: Scene, variant: str) -> str:
    """An example of a variant that goes to no device, as indented XML."""
    setting = Setting(scene.now, {"device_id": scene.devices["ESME"]})
    identifier = RequestId(scene.parties[RemotePartyRole.SUPPLIER], scene.acb, COUNTER)
    command_variant = min(service(variant).command_variants)
    return indented(Request(identifier, command_variant, variant, example(body(variant), setting)))


def indented(request: Request) -> str:
    """A request as XML in lines, unsigned."""
    root = parse_xml(build_request(request))
    etree.indent(root, space="  ")
    return etree.tostring(root, encoding="unicode")

"""A sample made fit for our own home: another address, other days, keys and devices, by the rules."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from lxml import etree

from gbsmart.assembly.plan import Premises
from gbsmart.conformance.devices.cells import Sample
from gbsmart.conformance.devices.rules import Rules
from gbsmart.duis import Request, build_request, parse_request
from gbsmart.duis.document import SR
from gbsmart.ground import Eui64, NotFound
from gbsmart.keys import Certificate, Certificates, KeyUse
from gbsmart.trust.parties import TEST_PARTIES
from gbsmart.user import AsyncUser, Delivery

SOON, FAR = timedelta(minutes=10), timedelta(days=20)
"""From the system's present moment: what is waited for, and what is not."""
_TOP_UP, _PENCE = "2.2", 1_000
_USES = {"signing": KeyUse.DIGITAL_SIGNATURE, "agreement": KeyUse.KEY_AGREEMENT, "top-up": KeyUse.TOP_UP}


@dataclass(frozen=True)
class Site:
    """Where a sample is asked: the home, the certificates of organisations in use and those that are to
    follow them, and the authority that issued them."""

    home: Premises
    certificates: Certificates
    renewed: Certificates
    authority: Certificate


@dataclass(frozen=True)
class _Named:
    """Certificates by the name of a party and a use: ``{certificate[supplier 1/signing]}``."""

    certificates: Certificates

    def __getitem__(self, name: str) -> str:
        party, _, use = name.partition("/")
        return _base64(self.certificates.certificate(party_of(party), _USES[use]))


@dataclass
class Setting:
    """What the texts of the rules may name: moments of the system's clock, the home, a UTRN, keys."""

    now: datetime
    site: Site
    device: Eui64
    utrn: str = ""
    issued: str = ""

    def fill(self, text: str) -> str:
        """A text with what stands in braces."""
        home = self.site.home
        gas = self.device in (home.gsme, home.gpf)
        return text.format(
            now=_moment(self.now), soon=_moment(self.now + SOON), far=_moment(self.now + FAR),
            home=home, device=self.device, mpxn=home.mprn if gas else home.mpan,
            certificate=_Named(self.site.certificates), renewed=_Named(self.site.renewed),
            authority=_base64(self.site.authority), utrn=self.utrn,
            issued=self.issued,
        )  # fmt: skip


def _base64(certificate: Certificate) -> str:
    return base64.b64encode(certificate.der).decode()


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.00Z"


def party_of(name: str) -> Eui64:
    """A party of the test SMKI by its name."""
    return next(each.eui for each in TEST_PARTIES if each.name == name)


def device_of(home: Premises, device_type: str) -> Eui64:
    """The home's device of a type; raises :class:`NotFound`."""
    found = getattr(home, device_type.lower(), None)
    if not isinstance(found, Eui64):
        raise NotFound(f"the home has no {device_type}")
    return found


def user_of(sample: Sample, device_type: str, rules: Rules, users: Mapping[Eui64, AsyncUser]) -> AsyncUser:
    """Who asks: as the rules say, else whose the sample is; raises :class:`NotFound`."""
    named = rules.value("user", sample.name, device_type)
    wanted = party_of(named) if named else sample.request.request_id[0]
    if wanted not in users:
        raise NotFound(f"the keys of User {named or wanted} are not here")
    return users[wanted]


async def prepared(
    sample: Sample,
    device_type: str,
    premises: Site,
    user: AsyncUser,
    rules: Rules,
    execution: str = "",
    issued: str = "",
) -> Request:
    """The sample as this User asks it of the home's device; raises what building it raises.

    ``execution`` is when it is to be executed, whatever the sample and the rules say; ``issued`` the
    certificate that was issued on the device's own request.
    """
    device = device_of(premises.home, device_type)
    setting = Setting(user.clock.now(), premises, device, issued=issued)
    asked, counter = sample.request, None
    if asked.service_reference_variant == _TOP_UP:
        setting.utrn, counter = await user.make_utrn(device, _PENCE)
    content = deepcopy(asked.body)
    assert content is not None
    for target, text in rules.values("set", sample.name, device_type).items():
        _replace(content, target, setting.fill(text))
    if execution:
        _execute(content, setting.fill(execution))
    delivery = Delivery.LOCAL if asked.command_variant == 2 else Delivery.WAN
    drafted = user.draft(
        asked.service_reference_variant, device, delivery=delivery, counter=counter, content=content
    )
    return parse_request(build_request(drafted)).message


def _replace(content: etree._Element, target: str, text: str) -> None:
    """Give the elements of this path, or their attribute, another text; an empty one takes them out."""
    path, _, pattern = target.partition("=")
    path, _, attribute = path.partition("@")
    *above, name = path.split("/")
    for element in list(content.iter(f"{{{SR}}}{name}")):
        parent = element.getparent()
        if not fnmatchcase(element.text or "", pattern or "*") or parent is None:
            continue
        if above and etree.QName(parent).localname != above[-1]:
            continue
        if attribute:
            element.set(attribute, text)
        elif text:
            element.text = text
        else:
            parent.remove(element)


def _execute(content: etree._Element, moment: str) -> None:
    """Have the request executed at this moment: the first element of a body that is future-dated."""
    name = f"{{{SR}}}ExecutionDateTime"
    element = content.find(name)
    if element is None:
        element = etree.Element(name)
        content.insert(0, element)
    element.text = moment


def is_for_later(request: Request) -> bool:
    """Whether it has an execution date-time that comes."""
    return isinstance((request.values or {}).get("execution_date_time"), datetime)

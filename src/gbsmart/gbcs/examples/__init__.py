"""Examples: values for any body of any form, made from its shapes alone, the same ones every time.

They are what the documentation shows and what test data is made of: a response that delivers everything, an
alert that says all it can. Numbers count up, so that no two registers of a message are alike. Where the name
of a value says what it is, its example is a likely one. A shape that nothing here knows raises
:class:`NoExample`, so that a new kind of shape is taught here too.
"""

from __future__ import annotations

from typing import Any

from gbsmart.gbcs.alert_codes import alert_codes
from gbsmart.gbcs.asn1.bodies import AsnBody, AsnChoice, AsnNothing, AsnResponse, AsnValue
from gbsmart.gbcs.dlms.access import AccessRequest, AccessResponse
from gbsmart.gbcs.dlms.notification import Notification
from gbsmart.gbcs.envelope import Cra
from gbsmart.gbcs.examples import asn1, dlms, gbz
from gbsmart.gbcs.examples.leaves import Leaves, NoExample, Setting
from gbsmart.gbcs.form import Body, Form, Outcome
from gbsmart.gbcs.gbz.alert import GbzAlert, GbzCommandAlert
from gbsmart.gbcs.gbz.answers import GbzResponse
from gbsmart.gbcs.gbz.bodies import GbzCommand
from gbsmart.ground import InvalidValue

__all__ = ["NoExample", "Setting", "alert_codes_of", "example", "refusal"]

PLAIN = Setting()


def example(form: Form, cra: Cra, setting: Setting = PLAIN) -> Any:
    """Values of one body of a form; of a response an :class:`~gbsmart.gbcs.form.Outcome` of success.

    Raises :class:`InvalidValue` where the form has no such body, :class:`NoExample` for a shape without one.
    """
    body = form.body(cra)
    if body is None:
        raise InvalidValue(f"{form.name} has no {cra.name.lower()}")
    if cra is Cra.ALERT and "alert_code" not in setting.given and (codes := alert_codes_of(form)):
        setting = Setting(setting.now, {"alert_code": codes[0], **setting.given})
    return _values(body, Leaves(setting))


def refusal(form: Form, setting: Setting = PLAIN) -> Outcome | None:
    """A response in which the first thing asked for failed; None where the form cannot say so."""
    body = form.response
    if isinstance(body, AccessResponse):
        return dlms.refusal(body)
    if isinstance(body, GbzResponse):
        return gbz.refusal(body, Leaves(setting))
    if isinstance(body, (AsnChoice, AsnResponse)):
        return asn1.refusal(body, setting)
    return None


def alert_codes_of(form: Form) -> tuple[int, ...]:
    """The alert codes that travel in an alert of this form, by its message code."""
    return tuple(code for code, row in alert_codes().items() if form.code in row.message_codes)


def _values(body: Body, leaves: Leaves) -> Any:
    if isinstance(body, AccessRequest):
        return dlms.request(body, leaves)
    if isinstance(body, AccessResponse):
        return dlms.response(body, leaves)
    if isinstance(body, Notification):
        return dlms.shape(body.shape, "", leaves)
    if isinstance(body, AsnBody):
        return asn1.shape(body.shape, "", leaves)
    if isinstance(body, AsnNothing):
        return {}
    if isinstance(body, AsnValue):
        return {body.name: asn1.shape(body.shape, body.name, leaves)}
    if isinstance(body, (AsnChoice, AsnResponse)):
        return asn1.success(body, leaves)
    if isinstance(body, GbzCommand):
        return gbz.command(body, leaves)
    if isinstance(body, GbzResponse):
        return gbz.response(body, leaves)
    if isinstance(body, GbzCommandAlert):
        return gbz.command_alert(body, leaves)
    if isinstance(body, GbzAlert):
        return gbz.alert(body, leaves)
    raise NoExample(f"no example of {type(body).__name__}")

"""The page of codes: DUIS response codes, DCC Alerts, and the alert codes of devices."""

from __future__ import annotations

from gbsmart.duis import dcc_alerts, response_codes
from gbsmart.gbcs.alert_codes import alert_codes
from gbsmart.handbook.markdown import table
from gbsmart.reference.pages import Objects

_INTRODUCTION = """\
Each with how sure it is: *assumed* marks a meaning that no source confirms.

"""


def text() -> str:
    """The page without its title."""
    responses = table(
        ("code", "name", "means", "what to do", ""),
        (
            (f"`{one.code}`", one.name, one.meaning, one.action, "assumed" if one.assumed else "")
            for one in response_codes().values()
        ),
    )
    alerts = table(
        ("code", "name", "goes to", ""),
        (
            (f"`{one.code}`", one.meaning, one.recipient, "assumed" if one.assumed else "")
            for one in dcc_alerts().values()
        ),
    )
    devices = table(
        ("code", "name", "kind", "raised by", "protected by", "assumed"),
        (
            (f"`{one.code:04X}`", one.name, one.kind, one.raised_by, one.protection,
             ", ".join(sorted(one.assumed)))
            for one in alert_codes().values()
        ),
    )  # fmt: skip
    return (
        f"{_INTRODUCTION}## Response codes\n\n{responses}\n## DCC Alerts\n\n{alerts}\n"
        f"## Alert codes of devices\n\n{devices}"
    )


def data() -> Objects:
    """``response_codes`` (DUIS), ``dcc_alerts``, and ``alert_codes`` (of devices).

    ``assumed`` says whether no source confirms the meaning; of an alert code, which of its facts.
    """
    return {
        "response_codes": [
            {
                "code": one.code, "kind": one.kind, "scope": one.scope, "name": one.name,
                "meaning": one.meaning, "what_to_do": one.action, "assumed": one.assumed,
            }
            for one in response_codes().values()
        ],
        "dcc_alerts": [
            {
                "code": one.code, "name": one.meaning, "payload": one.payload, "recipient": one.recipient,
                "assumed": one.assumed,
            }
            for one in dcc_alerts().values()
        ],
        "alert_codes": [
            {
                "code": f"{one.code:04X}", "name": one.name, "kind": one.kind,
                "message_codes": [f"{each:04X}" for each in one.message_codes],
                "raised_by": one.raised_by.split(), "protection": one.protection,
                "assumed": sorted(one.assumed),
            }
            for one in alert_codes().values()
        ],
    }  # fmt: skip

"""The page of codes: DUIS response codes, DCC Alerts, and the alert codes of devices."""

from __future__ import annotations

from gbsmart.duis import dcc_alerts, response_codes
from gbsmart.gbcs.alert_codes import alert_codes
from gbsmart.reference.markdown import table

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

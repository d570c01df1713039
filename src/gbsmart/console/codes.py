"""What a code says: of a Response, of a DCC Alert, or of a device's alert."""

from __future__ import annotations

import re
from typing import NamedTuple

from gbsmart.duis import dcc_alerts, failures, response_codes
from gbsmart.gbcs.alert_codes import alert_codes

SPELLING = re.compile(r"(?:[IWE]\d{1,8}|N\d{1,3}|AD1|(?:0x)?8[01F][0-9A-F]{2})\Z", re.IGNORECASE)
"""How codes are spelled. No device message is as short as that of an alert."""

_ASSUMED = "assumed: no source confirms this meaning"


class Told(NamedTuple):
    """What kind of code it is, its name, and the rest."""

    kind: str
    name: str
    facts: list[tuple[str, str]]


def tell(text: str) -> Told | None:
    """What the code ``text`` says, or None where the tables have no such code."""
    code = text.upper().removeprefix("0X")
    return _response(code) or _dcc_alert(code) or _device_alert(code)


def _response(code: str) -> Told | None:
    known = response_codes().get(code)
    if known is None:
        return None
    facts = [
        ("Means", known.meaning),
        ("Comes with", str(known.stage)),
        ("What to do", known.action),
        ("Belongs to", "" if known.scope == "common" else known.scope),
        *_sure(known.assumed),
    ]
    return Told("Response code", f"{known.code} {known.name}".rstrip(), [each for each in facts if each[1]])


def _dcc_alert(code: str) -> Told | None:
    known = dcc_alerts().get(code)
    if known is None:
        return None
    facts = [("Goes to", known.recipient), ("Its payload", known.payload)]
    for failure in failures().values():
        if failure.alert == code:
            facts.append(("With the response code", failure.response_code))
            facts.append(("What to do", response_codes()[failure.response_code].action))
    facts += _sure(known.assumed)
    return Told("DCC Alert", f"{known.code} {known.meaning}".rstrip(), [each for each in facts if each[1]])


def _device_alert(code: str) -> Told | None:
    known = alert_codes().get(int(code, 16)) if re.fullmatch("[0-9A-F]{4}", code) else None
    if known is None:
        return None
    facts = [
        ("Kind", known.kind),
        ("Raised by", known.raised_by),
        ("Protected by", known.protection),
        ("Assumed", ", ".join(sorted(known.assumed))),
    ]
    return Told("Alert code of a device", f"{known.code:04X} {known.name}", [e for e in facts if e[1]])


def _sure(assumed: bool) -> list[tuple[str, str]]:
    return [("How sure", _ASSUMED)] if assumed else []

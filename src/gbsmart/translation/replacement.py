"""Replacing certificates without a Service Request: what the DCC does of its own accord (SEC L10, GBCS 13.3).

After a compromise the Recovery Key, or the Contingency Key, puts new certificates into devices; and the
DCC's own parties replace their own. No User asks, so no binding is for it: who has the authority decides
the form, and whose floor stands where.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from gbsmart.gbcs import Cra, Header, Message, OtherInformation, codec, forms
from gbsmart.gbcs.forms.credentials import MODES
from gbsmart.ground import NOW, Eui64, InvalidValue, When
from gbsmart.keys import RemotePartyRole
from gbsmart.translation.bindings.credentials import SIGNATURE, SKIP_TIME_CHECKS, cell, dated, top_up_floor


class Authority(NamedTuple):
    """Who may replace: the form, its mode, and the cell that authorises it (the Contingency Key has none)."""

    form: str
    mode: str
    role: RemotePartyRole | None


RECOVERY = Authority(
    "CS02bAnyExceptAbnormalRootByRecovery", "anyExceptAbnormalRootByRecovery", RemotePartyRole.RECOVERY
)
CONTINGENCY = Authority("CS02bAnyByContingency", "anyByContingency", None)
WAN_PROVIDER = Authority("CS02bWPByWP", "wanProviderByWanProvider", RemotePartyRole.WAN_PROVIDER)
COS_PARTY = Authority("CS02bTransCoSByTransCoS", "transCoSByTransCoS", RemotePartyRole.TRANSITIONAL_COS)


class Cell(NamedTuple):
    """A trust anchor cell, and the certificate that is to be in it."""

    role: RemotePartyRole
    key_usage: str
    certificate: bytes
    cell_usage: int | None = None


class Floor(NamedTuple):
    """The counter from which a device takes the commands of a role's new holder, and its top-ups."""

    counter: int
    top_up: int | None = None


def replacement(
    authority: Authority,
    originator: Eui64,
    device: Eui64,
    counter: int,
    cells: Iterable[Cell],
    path: Sequence[bytes],
    *,
    floors: Mapping[RemotePartyRole, Floor] | None = None,
    at: When = NOW,
    time_checks: bool = True,
    symmetric_key: bytes | None = None,
) -> Message:
    """The message, which its authority has still to sign; raises :class:`InvalidValue`.

    ``symmetric_key`` opens the contingency key that the device's root certificate holds; no other authority
    has one. The floor of the authority's own role stands apart from those of others.
    """
    if (symmetric_key is None) is (authority is CONTINGENCY):
        raise InvalidValue("goes with the Contingency Key, and with it alone", field="symmetric_key")
    given = dict(floors or {})
    own = given.pop(authority.role) if authority.role in given else None
    values = {
        "control": {
            "mode": MODES.index(authority.mode),
            "symmetric_key": symmetric_key,
            "skip_time_checks": None if time_checks else SKIP_TIME_CHECKS,
            "authorising_cell": None if authority.role is None else cell(authority.role, SIGNATURE),
            "counter": counter,
            "floor": own.counter if own else None,
            "specialist_floors": _specialist(own) if own else None,
            "changes": [_change(role, floor) for role, floor in given.items()] or None,
        },
        "replacements": [
            {"certificate": each.certificate, "cell": cell(each.role, each.key_usage, each.cell_usage)}
            for each in cells
        ],
        "path_certificates": list(path),
        "execution_date_time": dated(at),
    }
    form = forms.form(authority.form)
    header = Header(Cra.COMMAND, counter, originator, device, OtherInformation(form.code))
    return Message(header, codec.payload(form, header, values), null_signature=True)


def _specialist(floor: Floor) -> list[dict[str, int]] | None:
    return None if floor.top_up is None else top_up_floor(floor.top_up)


def _change(role: RemotePartyRole, floor: Floor) -> dict[str, Any]:
    return {"role": int(role), "floor": floor.counter, "specialist_floors": _specialist(floor)}

"""Replacing the certificates of trust anchor cells: which modes there are, and the checks (GBCS 13.3).

The order of the checks, and which status a fault gets, are partly assumed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeAlias

from gbsmart.devices import schedule
from gbsmart.devices.credentials import MANAGEMENT, ROOT, Cell, Credentials, cell
from gbsmart.devices.device import ACTIVATED, NOT_ACTIVATED, Device
from gbsmart.devices.events import report
from gbsmart.devices.exchange import Done, Exchange, LogEntry, Reaction
from gbsmart.devices.meddling import Failing
from gbsmart.devices.payload import Payload
from gbsmart.devices.results import AsnStatus
from gbsmart.gbcs import catalogue, codec
from gbsmart.gbcs.envelope import Cra, Header, OtherInformation
from gbsmart.gbcs.form import Body, Outcome
from gbsmart.gbcs.forms.credentials import KEY_USAGES
from gbsmart.gbcs.shape import Context
from gbsmart.ground import Eui64, MalformedMessage
from gbsmart.keys import Certificate, KeyUse, PathFault, PathInvalid, RemotePartyRole, validate_path

FAMILY: Final = "ASN1"
SUCCESS, BAD_CERTIFICATE = AsnStatus.SUCCESS, AsnStatus.BAD_CERTIFICATE
NO_TRUST_ANCHOR, NO_SUCH_CELL, OTHER = AsnStatus.NO_TRUST_ANCHOR, AsnStatus.NO_SUCH_CELL, AsnStatus.OTHER
_FAR_FUTURE: Final = 9999
"""The year of the date that cancels."""
_NOBODY: Final = bytes(8)
"""Stands for the holder of the root's cell."""

_R = RemotePartyRole


class Mode(NamedTuple):
    """A credentials replacement mode: who authorises it, and the roles whose cells it may replace.

    A new root is vouched for by the one before it, unless the change is ``abnormal``.
    """

    authoriser: RemotePartyRole
    replaces: frozenset[int]
    abnormal: bool = False


def _mode(authoriser: RemotePartyRole, *replaces: RemotePartyRole, abnormal: bool = False) -> Mode:
    return Mode(authoriser, frozenset(map(int, replaces or (authoriser,))), abnormal)


_EVERYONE: Final = (
    _R.ROOT, _R.RECOVERY, _R.SUPPLIER, _R.NETWORK_OPERATOR, _R.ACCESS_CONTROL_BROKER,
    _R.TRANSITIONAL_COS, _R.WAN_PROVIDER, _R.LOAD_CONTROLLER,
)  # fmt: skip


MODES: Final[Mapping[int, Mode]] = {
    0: _mode(_R.SUPPLIER, _R.ROOT),
    1: _mode(_R.WAN_PROVIDER, _R.ROOT),
    2: _mode(_R.SUPPLIER),
    3: _mode(_R.NETWORK_OPERATOR),
    4: _mode(_R.ACCESS_CONTROL_BROKER),
    5: _mode(_R.WAN_PROVIDER),
    6: _mode(_R.TRANSITIONAL_COS),
    7: _mode(_R.TRANSITIONAL_COS, _R.SUPPLIER),
    8: _mode(_R.RECOVERY, *_EVERYONE),
    9: _mode(_R.ROOT, *_EVERYONE, abnormal=True),
    10: _mode(_R.LOAD_CONTROLLER),
    11: _mode(_R.SUPPLIER, _R.LOAD_CONTROLLER),
}  # fmt: skip
"""Modes by number. The first two are reserved and in no use: what they do is assumed, as is what vouches for
a new root."""


class CredentialServer:
    """Serves commands that update credentials, at once or for later."""

    def execute(self, payload: Payload, exchange: Exchange) -> Done:
        """Replace what can be replaced, cell by cell; or hold the command until its date."""
        form_and_body = codec.find_form(exchange.header, payload.tree)
        if form_and_body is None or "control" not in form_and_body[1].fields():
            raise MalformedMessage("no form that this device serves", offset=payload.tree.offset)
        form, body = form_and_body
        values = body.take(payload.tree, exchange.context)
        _check(values["control"], exchange)
        response = form.response
        assert response is not None
        device = exchange.device
        what = f"{FAMILY}:mode {values['control']['mode']}"
        schedule.withdraw(device.memory, what)
        moment = values["execution_date_time"]
        if moment is None or moment <= exchange.now:
            outcome = replace(device.credentials, values, exchange.now, exchange.failing)
            _tell(device, outcome, exchange.now, exchange.reaction)
            return _answer(response, outcome, exchange)
        if moment.year < _FAR_FUTURE:
            instruction = {
                "code": exchange.rules.code, "payload": payload.tree.encode().hex(),
                "originator": exchange.header.originator.hex(),
            }  # fmt: skip
            schedule.hold(device.memory, moment, what, json.dumps(instruction).encode())
        return _answer(response, None, exchange)

    def activate(self, device: Device, instruction: bytes, moment: datetime, reaction: Reaction) -> None:
        """Replace what a command held until now says, and send its outcome to who sent that."""
        held = json.loads(instruction)
        rules = catalogue.message(held["code"])
        values = _read_again(bytes.fromhex(held["payload"]), rules.code, device.eui)
        outcome = replace(device.credentials, values, moment)
        done = all(each["status"] == SUCCESS for each in outcome["replacements"])
        code = ACTIVATED if done else NOT_ACTIVATED
        # one held by an earlier release does not say who sent it
        to = Eui64(bytes.fromhex(held["originator"])) if "originator" in held else None
        said = {"outcome": outcome}
        reaction.alerts.append(device.alert(code, FAMILY, moment, said, rules.use_case, to=to))
        reaction.log.append(LogEntry(moment, "event", code, rules.code.to_bytes(2, "big")))
        _tell(device, outcome, moment, reaction)


CREDENTIALS_UPDATED: Final = 0x8F70
"""Alert and event code (GBCS 16.2)."""


def _tell(device: Device, outcome: Mapping[str, Any], moment: datetime, reaction: Reaction) -> None:
    """Tell of new credentials, where any was taken: to the supplier that the device knows from now on."""
    if any(each["status"] == SUCCESS for each in outcome["replacements"]):
        report(device, CREDENTIALS_UPDATED, moment, reaction)


def _check(control: Mapping[str, Any], exchange: Exchange) -> None:
    """The control part agrees with the message around it; a command that does not is malformed."""
    mode = MODES.get(control["mode"])
    if mode is None or mode.authoriser not in exchange.rules.roles:
        raise MalformedMessage(f"mode {control['mode']} under this message code", where="mode")
    if control["counter"] != exchange.header.counter:
        raise MalformedMessage("another counter than the message's", where="counter")
    authorising = control["authorising_cell"]
    signed_by = cell(exchange.role, KeyUse.DIGITAL_SIGNATURE)
    if authorising is not None and _cell(authorising) != signed_by:
        raise MalformedMessage("another cell than the one that verified the signature", where="cell")
    for floor in _all_floors(control):
        if not 0 <= floor < 1 << 64:
            raise MalformedMessage(f"{floor} is no originator counter", where="floor")


def _all_floors(control: Mapping[str, Any]) -> Iterator[int]:
    """Every floor that a command names, whether it will be set or not."""
    for change in (control, *(control["changes"] or ())):
        if change["floor"] is not None:
            yield change["floor"]
        yield from (special["counter"] for special in change["specialist_floors"] or ())


def replace(
    credentials: Credentials, values: Mapping[str, Any], now: datetime, failing: Failing | None = None
) -> dict[str, Any]:
    """Replace each cell that can be, set the floors, and tell the outcome of each; ``failing`` cannot be."""
    control = values["control"]
    mode = MODES[control["mode"]]
    wanted = [(_cell(each["cell"]), _certificate(each["certificate"])) for each in values["replacements"]]
    path = [found for der in values["path_certificates"] if (found := _certificate(der)) is not None]
    moment = None if control["skip_time_checks"] else now
    root = credentials.in_cell(ROOT)
    checked: list[_Checked] = []
    # what comes with a new root is issued under it
    for which, each in sorted(wanted, key=lambda one: one[0] != ROOT):
        status = _status(credentials, mode, which, each, root, path, moment)
        checked.append((which, each, status))
        if which == ROOT and status == SUCCESS:
            root = each
    checked.sort(key=lambda one: wanted.index(one[:2]))
    if failing is not None:
        checked = [
            (which, each, status if (code := failing.at(number)) is None else code)
            for number, (which, each, status) in enumerate(checked, 1)
        ]
    new = {which: each for which, each, status in checked if each is not None and status == SUCCESS}
    fit = {which: each for which, each in new.items() if _whole_role(credentials, each, new, which.role)}
    outcomes: list[dict[str, Any]] = []
    for which, _, status in checked:
        existing = credentials.in_cell(which)
        outcomes.append({
            "cell": {
                "role": which.role, "key_usage": which.key_usage,
                "cell_usage": None if which.cell_usage == MANAGEMENT else which.cell_usage,
            },
            "status": OTHER if which in new and which not in fit else status,
            **_named("existing", existing), **_named("replacing", fit.get(which, existing)),
        })  # fmt: skip
    for which, certificate in fit.items():
        credentials.fill(which, certificate)
    changes = _floors(control, mode)
    if fit:
        for change in changes:
            _set_floor(credentials, change)
    return {
        "counter": control["counter"], "mode": control["mode"], "changes": changes, "replacements": outcomes,
    }  # fmt: skip


_Checked: TypeAlias = tuple[Cell, Certificate | None, int]


def _status(
    credentials: Credentials, mode: Mode, which: Cell, certificate: Certificate | None,
    root: Certificate | None, path: Sequence[Certificate], moment: datetime | None,
) -> int:  # fmt: skip
    if credentials.in_cell(which) is None:
        return NO_SUCH_CELL
    if which.role not in mode.replaces:
        return OTHER
    if certificate is None or certificate.role != which.role:
        return BAD_CERTIFICATE
    if (certificate.holder is None) != (which == ROOT):
        return BAD_CERTIFICATE
    if KEY_USAGES[which.key_usage] not in certificate.key_usage:
        return BAD_CERTIFICATE
    if root is None:
        return NO_TRUST_ANCHOR
    try:
        if which == ROOT:
            _check_root(certificate, root, path, moment, abnormal=mode.abnormal)
        else:
            validate_path(certificate, path, [root], moment=moment)
    except PathInvalid as invalid:
        return NO_TRUST_ANCHOR if invalid.fault is PathFault.NO_TRUST_ANCHOR else BAD_CERTIFICATE
    return SUCCESS


def _check_root(
    new: Certificate, present: Certificate, path: Sequence[Certificate], moment: datetime | None,
    *, abnormal: bool,
) -> None:  # fmt: skip
    """A new root signs itself; in an ordinary change the present one certifies its key too, in the path."""
    validate_path(new, (), [new], moment=moment)
    if abnormal:
        return
    links = [each for each in path if each.public_key == new.public_key and each.subject == new.subject]
    if not links:
        raise PathInvalid(PathFault.NO_TRUST_ANCHOR, new)
    validate_path(links[0], path, [present], moment=moment)


def _whole_role(
    credentials: Credentials, certificate: Certificate, new: Mapping[Cell, Certificate], role: int
) -> bool:
    """A role changes hands in all its cells at once, or not at all: ``new`` are those that passed."""
    return all(new.get(other, held).holder == certificate.holder for other, held in credentials.cells(role))


def _floors(control: Mapping[str, Any], mode: Mode) -> list[dict[str, Any]]:
    """The changes of floors: the authoriser's own first, then those of the others that it replaces.

    Any other role's floor stays: raised it would lock that party out, lowered let old commands in again.
    """
    changes: list[dict[str, Any]] = []
    if control["floor"] is not None:
        changes.append({
            "role": int(mode.authoriser), "floor": control["floor"],
            "specialist_floors": control["specialist_floors"],
        })  # fmt: skip
    others = mode.replaces - {int(mode.authoriser)}
    return [*changes, *(change for change in control["changes"] or () if change["role"] in others)]


def _set_floor(credentials: Credentials, change: Mapping[str, Any]) -> None:
    credentials.set_floor(change["role"], change["floor"])
    for special in change["specialist_floors"] or ():
        credentials.set_floor(change["role"], special["counter"], top_up=True)


def _named(prefix: str, certificate: Certificate | None) -> dict[str, bytes]:
    holder = certificate.holder if certificate is not None else None
    key_id = certificate.key_id if certificate is not None else _NOBODY
    return {f"{prefix}_id": holder or _NOBODY, f"{prefix}_key_id": key_id}


def _cell(values: Mapping[str, Any]) -> Cell:
    return Cell(values["role"], values["key_usage"], values["cell_usage"] or MANAGEMENT)


def _certificate(der: bytes) -> Certificate | None:
    try:
        return Certificate.from_der(der)
    except MalformedMessage:
        return None


def _answer(response: Body, outcome: Mapping[str, Any] | None, exchange: Exchange) -> Done:
    payload = response.put(Outcome({"outcome": outcome}), exchange.reply)
    success = outcome is None or all(each["status"] == SUCCESS for each in outcome["replacements"])
    return Done(payload, success)


def _read_again(octets: bytes, code: int, device: Eui64) -> Mapping[str, Any]:
    """The values of a command that was held, read before as they are now."""
    header = Header(Cra.COMMAND, 0, device, device, OtherInformation(code))
    tree = codec.walk_payload(octets, 0, len(octets), Cra.COMMAND)
    found = codec.find_form(header, tree)
    assert found is not None
    values: Mapping[str, Any] = found[1].take(tree, Context(header))
    return values

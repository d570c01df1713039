"""Commands that replace certificates in a device's cells, and what comes of them (GBCS 13.3).

Which certificates fit which cells, and what a device says of each, follows from the command and from who
there is: an example made from the shapes alone would be one that every device refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from gbsmart.devices import CELLS, REPLACEMENT_MODES, ROOT_CELL, Cell, cell, certificates_by_cell
from gbsmart.gbcs.envelope import Header
from gbsmart.gbcs.form import Form
from gbsmart.gbcs.forms.credentials import MODES, STATUS
from gbsmart.gbcs.message_codes import message_code
from gbsmart.keys import Certificate, KeyUse, RemotePartyRole, UnknownCertificate
from gbsmart.testdata.scene import Scene

_SUCCESS = 0
_REFUSED = next(code for code, label in STATUS.items() if label == "badCertificate")
_OTHER = next(code for code, label in STATUS.items() if label == "other")
_NOBODY = bytes(8)
"""Stands for the holder of the root's cell, and of an empty one."""
_USES = (KeyUse.DIGITAL_SIGNATURE, KeyUse.KEY_AGREEMENT, KeyUse.TOP_UP)


class _Fitting(NamedTuple):
    cell: Cell
    certificate: Certificate


def replaces_certificates(form: Form) -> bool:
    """Whether the command of a form replaces certificates."""
    return form.command is not None and {"control", "replacements"} <= set(form.command.fields())


def replaced_role(form: Form) -> RemotePartyRole | None:
    """Whose certificates the command of a form replaces, where they are of one role."""
    if not replaces_certificates(form):
        return None
    roles = REPLACEMENT_MODES[_mode_of(form)].replaces
    return RemotePartyRole(next(iter(roles))) if len(roles) == 1 else None


def command(scene: Scene, form: Form, header: Header, device: str) -> dict[str, Any] | None:
    """The values of a command that replaces every certificate that its mode may; None where there is none."""
    number = _mode_of(form)
    mode = REPLACEMENT_MODES[number]
    contingency = mode.authoriser == RemotePartyRole.ROOT
    wanted = [each for each in _held(scene, CELLS[device]) if each.cell.role in mode.replaces]
    if not contingency and mode.replaces != {ROOT_CELL.role}:
        wanted = [each for each in wanted if each.cell != ROOT_CELL]
    if not wanted:
        return None
    by = None if contingency else _written(cell(mode.authoriser, KeyUse.DIGITAL_SIGNATURE))
    others = sorted({each.cell.role for each in wanted} - {int(mode.authoriser)})
    changes = [{"role": role, "floor": 0, "specialist_floors": None} for role in others]
    symmetric = scene.contingency.symmetric_key if contingency and scene.contingency else None
    # the present root vouches for a new one: here both are the same, which has signed itself
    links = [each.certificate.der for each in wanted if each.cell == ROOT_CELL and not contingency]
    control = {
        "mode": number, "symmetric_key": symmetric, "skip_time_checks": None,
        "authorising_cell": by, "counter": header.counter, "floor": 0, "specialist_floors": None,
        "changes": changes or None,
    }  # fmt: skip
    return {
        "control": control,
        "replacements": [
            {"certificate": each.certificate.der, "cell": _written(each.cell)} for each in wanted
        ],
        "path_certificates": [*scene.authorities(), *links],
        "execution_date_time": None,
    }


def outcome(scene: Scene, asked: Mapping[str, Any], *, done: bool) -> dict[str, Any]:
    """What the device says of each cell that a command names: all replaced, or, for the first, none."""
    return {
        "counter": asked["control"]["counter"],
        "mode": asked["control"]["mode"],
        "changes": _floors(asked["control"]),
        "replacements": [
            _replaced(scene, each, _SUCCESS if done else _OTHER if at else _REFUSED)
            for at, each in enumerate(asked["replacements"])
        ],
    }


def _mode_of(form: Form) -> int:
    """The mode of a form, which is what its title has in brackets."""
    return MODES.index(message_code(form.code).title.partition("(")[2].rstrip(")"))


def _floors(control: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The counters from which those go on whose certificates change: the authoriser's first."""
    changes = list(control["changes"] or ())
    if control["floor"] is None:
        return changes
    role = int(REPLACEMENT_MODES[control["mode"]].authoriser)
    floors = {"floor": control["floor"], "specialist_floors": control["specialist_floors"]}
    return [{"role": role, **floors}, *changes]


def _replaced(scene: Scene, wanted: Mapping[str, Any], status: int) -> dict[str, Any]:
    where = Cell(wanted["cell"]["role"], wanted["cell"]["key_usage"], wanted["cell"]["cell_usage"] or 0)
    existing = next((each.certificate for each in _held(scene, (where,))), None)
    replacing = Certificate.from_der(wanted["certificate"]) if status == _SUCCESS else existing
    return {
        "cell": wanted["cell"], "status": status,
        **_named("existing", existing), **_named("replacing", replacing),
    }  # fmt: skip


def _named(prefix: str, certificate: Certificate | None) -> dict[str, bytes]:
    holder = certificate.holder if certificate is not None else None
    key_id = certificate.key_id if certificate is not None else _NOBODY
    return {f"{prefix}_id": holder or _NOBODY, f"{prefix}_key_id": key_id}


def _written(which: Cell) -> dict[str, Any]:
    return {"role": which.role, "key_usage": which.key_usage, "cell_usage": which.cell_usage or None}


def _held(scene: Scene, cells: tuple[Cell, ...]) -> Iterator[_Fitting]:
    """What the scene's parties have for these cells."""
    for which in cells:
        if which == ROOT_CELL:
            root = certificates_by_cell(scene.entries).get(ROOT_CELL)
            if root is not None:
                yield _Fitting(which, root)
            continue
        party = scene.parties.get(RemotePartyRole(which.role))
        use = next(use for use in _USES if cell(which.role, use) == which)
        if party is not None:
            try:
                yield _Fitting(which, scene.keyring.certificate(party, use))
            except UnknownCertificate:
                continue

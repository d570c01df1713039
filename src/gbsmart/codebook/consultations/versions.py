"""The versions of the Code, as the register of consultations asks for them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from gbsmart.codebook.consultations.timeline import CodeVersion
from gbsmart.codebook.service import versions
from gbsmart.ground.working_days import civil_day


def versions_of(connection: Connection) -> Sequence[CodeVersion]:
    """Every consolidated version that the library holds, the first one first."""
    return [CodeVersion(each.number, civil_day(each.effective)) for each in versions(connection)]

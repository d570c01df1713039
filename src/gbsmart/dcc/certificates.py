"""The certificates as the DCC sees them on one occasion: gone wrong, where a fault that is on strikes."""

from __future__ import annotations

from typing import Any

from gbsmart.dcc.pipeline import Pipeline
from gbsmart.ground import Eui64, Fault
from gbsmart.keys import Certificates, KeyUse, Spoil, SpoiledCertificates


def certificates_for(
    pipeline: Pipeline, fault: Fault, holder: Eui64, use: KeyUse, about: object, **where: Any
) -> Certificates:
    """The certificates to look in; ``holder``'s for ``use`` has gone wrong where ``fault`` strikes."""
    faults = pipeline.faults
    strike = faults.strike(fault, about=str(about), **where) if faults.awake else None
    if strike is None:
        return pipeline.certificates
    how = Spoil(strike["how"])
    return SpoiledCertificates(pipeline.certificates, holder, use, how, pipeline.now())

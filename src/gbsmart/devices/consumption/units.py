"""Gas between volume and energy, by the rule of the Gas (Calculation of Thermal Energy) Regulations 1996."""

from __future__ import annotations

from typing import Final

CALORIFIC_VALUE_KJ_PER_M3: Final = 39_500
"""A typical calorific value of GB gas, 39.5 MJ/m3."""

VOLUME_CORRECTION_PER_100_000: Final = 102_264
"""The fixed factor 1.02264 that corrects a domestic volume for temperature and pressure."""

# A litre is 1/1,000 m3 and a Wh is 3,600/1,000 kJ, so the thousands cancel.
_CORRECTED_KJ_PER_WH: Final = 3_600 * 100_000


def wh_from_litres(
    litres: int,
    *,
    calorific_value: int = CALORIFIC_VALUE_KJ_PER_M3,
    volume_correction: int = VOLUME_CORRECTION_PER_100_000,
) -> int:
    """The energy, in whole Wh (rounded down), of ``litres`` (dm3, 0.001 m3) of gas.

    ``calorific_value`` is in kJ/m3 and ``volume_correction`` in parts per 100,000.
    """
    return litres * calorific_value * volume_correction // _CORRECTED_KJ_PER_WH


def litres_from_wh(
    wh: int,
    *,
    calorific_value: int = CALORIFIC_VALUE_KJ_PER_M3,
    volume_correction: int = VOLUME_CORRECTION_PER_100_000,
) -> int:
    """The volume, in whole litres (rounded down), of gas that holds ``wh`` of energy."""
    return wh * _CORRECTED_KJ_PER_WH // (calorific_value * volume_correction)

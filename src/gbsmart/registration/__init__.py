"""Registration data: who is responsible for which metering point, and when (SEC Section E).

Suppliers, network parties and supplier agents by MPAN or MPRN, as the Registration Data Providers and
the Central Switching Service tell the DCC. The access check E4 asks it whether a User is the
responsible one at a moment, present or future.
"""

from gbsmart.registration.model import (
    Fuel,
    MeteringPoint,
    Responsibility,
    mpan_check_digit,
    mprn_check_digits,
)
from gbsmart.registration.service import (
    add_point,
    enter,
    point,
    points_at,
    qualifying_roles,
    register,
    responsibilities,
    responsible_party,
    withdraw,
)

__all__ = [
    "Fuel",
    "MeteringPoint",
    "Responsibility",
    "add_point",
    "enter",
    "mpan_check_digit",
    "mprn_check_digits",
    "point",
    "points_at",
    "qualifying_roles",
    "register",
    "responsibilities",
    "responsible_party",
    "withdraw",
]

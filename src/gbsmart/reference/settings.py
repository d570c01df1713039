"""The page of settings: what a system may be told, by option or by environment variable."""

from __future__ import annotations

from gbsmart.assembly.settings import Settings
from gbsmart.reference.markdown import code, table

_INTRODUCTION = """\
Of `gbsmart up` and `gbsmart street`. Each is an option of the command line and an environment variable;
the command line wins.

"""


def text() -> str:
    """The page without its title."""
    rows = []
    for name, field in Settings.model_fields.items():
        variable = str(field.alias or f"GBSMART_{name.upper()}")
        option = variable.removeprefix("GBSMART_").lower().replace("_", "-")
        default = field.get_default(call_default_factory=True)
        rows.append((f"`--{option}`", f"`{variable}`", code(default or ""), field.description))
    return _INTRODUCTION + table(("option", "environment", "default", "what it is"), rows)

"""The page of settings: what a system may be told, by option or by environment variable."""

from __future__ import annotations

from typing import Any

from pydantic.fields import FieldInfo

from gbsmart.assembly.settings import Settings
from gbsmart.handbook.markdown import code, table
from gbsmart.reference.pages import Objects

_INTRODUCTION = """\
Of `gbsmart up` and `gbsmart street`. Each is an option of the command line and an environment variable;
the command line wins.

"""


def text() -> str:
    """The page without its title."""
    rows = [
        (code(each["option"]), code(each["environment"]), code(each["default"] or ""), each["description"])
        for each in data()["settings"]
    ]
    return _INTRODUCTION + table(("option", "environment", "default", "what it is"), rows)


def data() -> Objects:
    """``settings``: ``option``, ``environment``, ``default`` and ``description``."""
    return {"settings": [_setting(name, field) for name, field in Settings.model_fields.items()]}


def _setting(name: str, field: FieldInfo) -> dict[str, Any]:
    variable = str(field.alias or f"GBSMART_{name.upper()}")
    default = field.get_default(call_default_factory=True)
    return {
        "option": f"--{variable.removeprefix('GBSMART_').lower().replace('_', '-')}",
        "environment": variable,
        "default": default if isinstance(default, bool | int | float) else str(default or "") or None,
        "description": field.description,
    }

"""``gbsmart version``."""

from __future__ import annotations

import platform

from gbsmart import __version__
from gbsmart.cli.options import Json
from gbsmart.cli.output import print_json, print_lines


def version(as_json: Json = False) -> None:
    """Say which version this is, and which versions of DUIS and GBCS it speaks.

    JSON: {"gbsmart", "duis", "gbcs", "python"}.
    """
    from gbsmart.duis import served_versions
    from gbsmart.gbcs.versions import known_versions

    facts = {
        "gbsmart": __version__,
        "duis": f"{served_versions()[0]} to {served_versions()[-1]}",
        "gbcs": f"{known_versions()[0]} to {known_versions()[-1]}",
        "python": platform.python_version(),
    }
    if as_json:
        print_json(facts)
    else:
        print_lines(facts.items())

"""The package's public names: they load on first use, and none is hidden by a module of its name."""

import subprocess
import sys
from types import ModuleType

import pytest

import gbsmart.duis


@pytest.mark.parametrize("name", gbsmart.duis.__all__)
def test_a_public_name_is_what_it_says(name: str) -> None:
    from gbsmart.duis.services import declared

    declared()  # every submodule is loaded
    assert not isinstance(getattr(gbsmart.duis, name), ModuleType)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        gbsmart.duis.nothing  # noqa: B018


def test_importing_the_package_loads_no_heavy_library() -> None:
    code = "import sys, gbsmart.duis; print('lxml' in sys.modules, 'cryptography' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False"]

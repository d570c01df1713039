"""Which homes a system has: those of its settings, with what was added and without what was removed.

Kept in a file of the data folder, so that a restart, a snapshot and its restoring have the same homes.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from gbsmart.assembly.plan import MOST_HOMES, PLAIN, Fitting, Premises, plan_home
from gbsmart.assembly.settings import Settings
from gbsmart.ground import InvalidValue, NotFound

FILE = "homes.json"


class Homes(BaseModel):
    """The numbers of the homes, and the seed of those that are planned from now on.

    A number is never given again after its home was removed: its devices are decommissioned.
    """

    model_config = ConfigDict(frozen=True)

    seed: int
    standing: tuple[int, ...]
    last: int
    fittings: dict[int, Fitting] = {}
    """What is special in which home."""

    @classmethod
    def of(cls, settings: Settings) -> Homes:
        """The homes of a data folder; raises :class:`InvalidValue` where its note cannot be read.

        More homes in the settings than ever were are added; fewer are not removed.
        """
        file = settings.data / FILE
        if not file.exists():
            return cls.fresh(settings)
        try:
            noted = cls.model_validate_json(file.read_bytes())
        except ValidationError:
            raise InvalidValue(
                f"{file} is not as gbsmart writes it", remedy="Remove it, or take another data folder."
            ) from None
        return noted.with_more(settings.homes - noted.last) if settings.homes > noted.last else noted

    @classmethod
    def fresh(cls, settings: Settings) -> Homes:
        """The homes of the settings alone."""
        return cls(seed=settings.seed, standing=tuple(range(1, settings.homes + 1)), last=settings.homes)

    def save(self, folder: Path) -> None:
        """Note them in a data folder."""
        unfinished = folder / f".{FILE}"
        unfinished.write_text(self.model_dump_json())
        unfinished.replace(folder / FILE)

    def with_more(self, count: int, fitting: Fitting = PLAIN) -> Homes:
        """These and so many new ones, fitted so; raises :class:`InvalidValue` beyond what a street holds."""
        if self.last + count > MOST_HOMES:
            raise InvalidValue(f"a street has at most {MOST_HOMES} homes", field="count")
        new = range(self.last + 1, self.last + count + 1)
        special = {} if fitting == PLAIN else dict.fromkeys(new, fitting)
        more = {"standing": (*self.standing, *new), "last": self.last + count}
        return self.model_copy(update={**more, "fittings": {**self.fittings, **special}})

    def without(self, number: int) -> Homes:
        """These but one; raises :class:`NotFound`."""
        if number not in self.standing:
            raise NotFound(f"there is no home {number}", remedy="The list of homes has their numbers.")
        return self.model_copy(update={"standing": tuple(n for n in self.standing if n != number)})

    def plan(self) -> tuple[Premises, ...]:
        """What stands in each."""
        return tuple(plan_home(number, self.fittings.get(number, PLAIN)) for number in self.standing)

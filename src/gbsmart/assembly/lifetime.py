"""Something that is put up piece by piece, and taken down in the opposite order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AsyncExitStack
from typing import Self


class Lifetime(ABC):
    """``async with`` it: what was put up is taken down on leaving, and where putting up fails halfway."""

    _stack: AsyncExitStack

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await self._start(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self._stack.aclose()

    @abstractmethod
    async def _start(self, stack: AsyncExitStack) -> None:
        """Put everything up, each piece with its end on ``stack``."""

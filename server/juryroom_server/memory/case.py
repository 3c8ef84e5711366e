"""The change of one review in its units, shared by the seats that remember some of them."""

from collections.abc import Sequence

import anyio
import anyio.to_thread

from juryroom_reviewers.change import ChangeSet
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.memory import Unit

from ..context import gather
from .narrow import narrowed
from .units import units_of


class Case:
    """One change, its units, and what is left of it for those who know some of them."""

    def __init__(self, context: ReviewContext, context_tokens: int) -> None:
        self.context = context
        self.context_tokens = context_tokens
        self._units: tuple[Unit, ...] | None = None
        self._left: dict[frozenset[str], ReviewContext] = {}
        self._busy = anyio.Lock()

    async def units(self) -> tuple[Unit, ...]:
        """The parts of the change."""
        async with self._busy:
            if self._units is None:
                self._units = await anyio.to_thread.run_sync(units_of, self.context.change, abandon_on_cancel=True)
        return self._units

    async def left(self, units: Sequence[Unit]) -> ReviewContext:
        """What is to be read of these units alone: what surrounds them is chosen anew."""
        keys = frozenset(unit.key for unit in units)
        async with self._busy:
            if keys not in self._left:
                self._left[keys] = await anyio.to_thread.run_sync(self._reduced, units, abandon_on_cancel=True)
        return self._left[keys]

    def _reduced(self, units: Sequence[Unit]) -> ReviewContext:
        change = narrowed(self.context.change, units)
        excerpts = gather(change, token_budget=self.context_tokens).excerpts
        paths = {unit.path for unit in units}
        files = tuple(file for file in change.files if file.path in paths)
        left = ChangeSet(source=change.source, base=change.base, head=change.head, files=files)
        return self.context.model_copy(update={"change": left, "excerpts": excerpts})

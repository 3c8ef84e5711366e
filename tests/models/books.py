"""Books that remember everything, for what the tests of calls want to know."""

from decimal import Decimal

import anyio.lowlevel

from juryroom_server.models.accounting import BudgetError, Intent, Result


class Books:
    """Accounts in memory; with a budget, if one is given.

    Args:
        usd: what may be spent in all, reservations included.
    """

    def __init__(self, usd: Decimal | None = None) -> None:
        self.usd = usd
        self.intents: list[Intent] = []
        self.results: dict[str, Result] = {}
        self.held: dict[str, Decimal] = {}

    async def reserve(self, intent: Intent, *, wait_s: float = 0.0) -> str:  # noqa: ARG002 - it never waits
        await anyio.lowlevel.checkpoint()
        if self.usd is not None:
            if intent.ceiling_usd is None or sum(self.held.values()) + intent.ceiling_usd > self.usd:
                raise BudgetError("the budget of this run (0.01 USD) has 0 USD left; raise budget_usd")
            self.held[str(len(self.intents))] = intent.ceiling_usd
        self.intents.append(intent)
        return str(len(self.intents) - 1)

    async def settle(self, reservation: str, result: Result) -> None:
        await anyio.lowlevel.checkpoint()
        assert reservation not in self.results, "settled twice"
        self.results[reservation] = result
        if self.usd is not None and result.cost_usd is not None:
            self.held[reservation] = result.cost_usd

    @property
    def closed(self) -> bool:
        """True when everything that was reserved is settled."""
        return len(self.results) == len(self.intents)

    @property
    def only(self) -> Result:
        """The result of the one call that there was."""
        (result,) = self.results.values()
        return result

"""The most that may be spent, and what is said when a call doesn't fit."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum

from juryroom_reviewers.value import Value

from ..models.accounting import BudgetError, CrowdedError, Intent
from . import money


class Scope(StrEnum):
    """What a budget is for."""

    run = "run"
    """One review."""
    day = "day"
    """A day in UTC, over all projects."""
    project = "project"
    """A repository, for as long as the ledger remembers."""


class Left(Value):
    """What one budget has left."""

    scope: Scope
    usd: Decimal


class Budgets(Value):
    """US dollars; None: no limit."""

    run: Decimal | None = None
    day: Decimal | None = None
    project: Decimal | None = None
    unknown_price_ceiling: Decimal | None = None
    """What a call to a model without a price is taken to cost at most; None: with a budget, it is not made."""

    @property
    def any(self) -> bool:
        """True when there is a limit to keep."""
        return any(self.limit(scope) is not None for scope in Scope)

    def limit(self, scope: Scope) -> int | None:
        """Nanodollars, rounded down; None: no limit."""
        usd: Decimal | None = getattr(self, scope.value)
        return None if usd is None else int(usd * money.NANO)

    def ceiling(self, intent: Intent) -> int | None:
        """Nanodollars that a call can cost at most; None: unknown, and nobody minds.

        Raises:
            BudgetError: when it is unknown, and there is a budget to keep.
        """
        most = money.nano(intent.ceiling_usd)
        if most is None:
            most = money.nano(self.unknown_price_ceiling)
        if most is None and self.any:
            raise BudgetError(
                f"{intent.model}: its price is unknown, and a budget is set, so it is not asked; give the model a "
                "price = { input = USD, output = USD } per million tokens, or set unknown_price_ceiling_usd to what "
                "one such call may cost at most"
            )
        return most

    def check(
        self, intent: Intent, ceiling: int, held: Mapping[Scope, int], under_way: Callable[[], Mapping[Scope, int]]
    ) -> None:
        """See that a call fits into what is left. One that costs nothing always does.

        Args:
            intent: the call.
            ceiling: nanodollars that it can cost at most.
            held: nanodollars that each scope has spent or set aside.
            under_way: of those, what is set aside for calls that may settle soon; asked for when it doesn't fit.

        Raises:
            BudgetError: naming the first budget that it doesn't fit into; a CrowdedError when it would fit if those
                calls cost nothing.
        """
        scope = self._full(ceiling, held)
        if scope is None:
            return
        limit = self.limit(scope) or 0
        left = max(0, limit - held[scope])
        text = (
            f"{intent.model}: the call can cost {money.shown(ceiling)}, and of the {scope} budget of "
            f"{money.shown(limit)} only {money.shown(left, down=True)} is left, so it is not made; raise "
            f"budget_{scope}_usd, or use a cheaper model (juryroom usage shows what was spent)"
        )
        aside = under_way()
        if self._full(ceiling, {one: held[one] - aside.get(one, 0) for one in Scope}) is None:
            raise CrowdedError(text)
        raise BudgetError(text)

    def _full(self, ceiling: int, held: Mapping[Scope, int]) -> Scope | None:
        """The first budget that a call doesn't fit into."""
        for scope in Scope:
            limit = self.limit(scope)
            if ceiling and limit is not None and held[scope] + ceiling > limit:
                return scope
        return None

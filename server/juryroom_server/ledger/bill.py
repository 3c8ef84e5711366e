"""What the calls of one run took, as the ledger records it: what a report says that a review has cost."""

from juryroom_reviewers.model import NOTHING_USED, Usage
from juryroom_reviewers.report import Unsettled
from juryroom_reviewers.value import Value

from ..models.accounting import Outcome, Result
from . import money


class Bill(Value):
    """The sum so far."""

    usage: Usage = NOTHING_USED
    """Of the calls that were answered, and of those that failed at a known cost."""
    unsettled: Unsettled = Unsettled()

    def plus(self, result: Result, ceiling: int | None) -> "Bill":
        """With one more call.

        Args:
            result: what it took.
            ceiling: nanodollars that were set aside for it; None: its price is unknown.
        """
        if result.outcome is Outcome.cached:
            saved = money.nano(result.saved_usd)
            kept = Usage(saved_usd=None if saved is None else money.usd(saved))
            return self.model_copy(update={"usage": self.usage + kept})
        cost = money.nano(result.cost_usd)
        answered = result.outcome is Outcome.ok
        if cost is None and not answered:
            before = self.unsettled.most_usd
            most = None if before is None or ceiling is None else before + money.usd(ceiling)
            return self.model_copy(update={"unsettled": Unsettled(calls=self.unsettled.calls + 1, most_usd=most)})
        usage = Usage(
            input_tokens=result.input_tokens if answered else result.input_tokens or 0,
            output_tokens=result.output_tokens if answered else result.output_tokens or 0,
            cost_usd=None if cost is None else money.usd(cost),
        )
        return self.model_copy(update={"usage": self.usage + usage})

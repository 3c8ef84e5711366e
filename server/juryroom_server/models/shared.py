"""What calls know of each other: breakers and retry budgets. A server keeps one for its life, a command for its run."""

import hashlib
import time
from collections.abc import Callable

from .breaker import Breaker, Rules
from .endpoint import Endpoint
from .hedge import Pulse
from .limiter import Need, Rate, Turns
from .prefixes import Prefixes
from .retry import RetryBudget


class Shared:
    """Breakers by provider, address, model and key; retry budgets by address. For one event loop.

    A changed configuration (another key, another address) has breakers of its own, so one that a rejected key has
    opened for good closes with it.

    Args:
        rules: of the breakers.
        clock: seconds that only grow.
        turns: by the minute, for models whose card limits them; None: of this process alone.
    """

    def __init__(
        self,
        rules: Rules = Rules(),  # noqa: B008 - frozen
        clock: Callable[[], float] = time.monotonic,
        turns: Turns | None = None,
    ) -> None:
        self.turns = turns or Turns()
        self.prefixes = Prefixes(clock)
        self._rules = rules
        self._clock = clock
        self._breakers: dict[tuple[str, ...], Breaker] = {}
        self._pulses: dict[tuple[str, ...], Pulse] = {}
        self._budgets: dict[str, RetryBudget] = {}

    def breaker(self, endpoint: Endpoint) -> Breaker:
        """The breaker of a model at its address with its key."""
        return self._breakers.setdefault(_identity(endpoint), Breaker(self._rules, self._clock))

    def pulse(self, endpoint: Endpoint) -> Pulse:
        """How long a model takes."""
        return self._pulses.setdefault(_identity(endpoint), Pulse())

    def budget(self, endpoint: Endpoint) -> RetryBudget:
        """The retry budget of an address."""
        return self._budgets.setdefault(endpoint.base_url, RetryBudget())


def needs(endpoint: Endpoint, tokens: int) -> tuple[Need, ...]:
    """What one call of so many tokens (both ways, estimated) takes of the limits on its card."""
    card = endpoint.card
    if not card.requests_per_minute and not card.tokens_per_minute:
        return ()
    name = " ".join(_identity(endpoint))
    limits = (("requests", card.requests_per_minute, 1), ("tokens", card.tokens_per_minute, tokens))
    return tuple(
        Need(name=f"{name} {unit}", rate=Rate(per_minute=most), amount=amount) for unit, most, amount in limits if most
    )


def _identity(endpoint: Endpoint) -> tuple[str, ...]:
    key = endpoint.key.get_secret_value() if endpoint.key else ""
    known_by = hashlib.sha256(key.encode()).hexdigest()
    return endpoint.card.provider, endpoint.base_url, endpoint.model, known_by

"""What calls know of each other: breakers and retry budgets. A server keeps one for its life, a command for its run."""

import hashlib
import time
from collections.abc import Callable

from .breaker import Breaker, Rules
from .endpoint import Endpoint
from .retry import RetryBudget


class Shared:
    """Breakers by provider, address, model and key; retry budgets by address. For one event loop.

    A changed configuration (another key, another address) has breakers of its own, so one that a rejected key has
    opened for good closes with it.

    Args:
        rules: of the breakers.
        clock: seconds that only grow.
    """

    def __init__(self, rules: Rules = Rules(), clock: Callable[[], float] = time.monotonic) -> None:  # noqa: B008 - frozen
        self._rules = rules
        self._clock = clock
        self._breakers: dict[tuple[str, ...], Breaker] = {}
        self._budgets: dict[str, RetryBudget] = {}

    def breaker(self, endpoint: Endpoint) -> Breaker:
        """The breaker of a model at its address with its key."""
        key = endpoint.key.get_secret_value() if endpoint.key else ""
        known_by = hashlib.sha256(key.encode()).hexdigest()
        identity = (endpoint.card.provider, endpoint.base_url, endpoint.model, known_by)
        return self._breakers.setdefault(identity, Breaker(self._rules, self._clock))

    def budget(self, endpoint: Endpoint) -> RetryBudget:
        """The retry budget of an address."""
        return self._budgets.setdefault(endpoint.base_url, RetryBudget())

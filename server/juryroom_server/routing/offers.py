"""From the models that can be asked to what each would cost on a task."""

from collections.abc import Iterable, Sequence

from ..models.card import Place, Status
from ..models.endpoint import Endpoint
from ..models.privacy import place_of
from .policy import Offer

OUTPUT_TOKENS = 4_000
"""Most that an answer is taken to write where the card doesn't limit it: a few hundred lines of code."""


def offers_of(endpoints: Iterable[Endpoint], input_tokens: int, private_hosts: Sequence[str] = ()) -> tuple[Offer, ...]:
    """What each would cost at most, once; retired models and those whose window is too small are left out.

    Args:
        endpoints: as `models.roster.admit` gives them: with prices.
        input_tokens: of the task and its files.
        private_hosts: hosts that count as local.
    """
    offers = []
    for endpoint in endpoints:
        card = endpoint.card
        output = card.max_output_tokens or OUTPUT_TOKENS
        small = card.context_window is not None and card.context_window < input_tokens + output
        if card.status is Status.retired or small:
            continue
        offers.append(
            Offer(
                key=card.key,
                tier=card.tier,
                cost_usd=endpoint.price.ceiling(input_tokens, output) if endpoint.price is not None else None,
                latency_s=card.latency_s,
                local=place_of(card, endpoint.base_url, private_hosts) is not Place.third_party,
            )
        )
    return tuple(offers)

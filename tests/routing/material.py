"""Offers and tasks to route."""

from decimal import Decimal

from juryroom_reviewers.persona import Tier
from juryroom_server.routing.hull import Point
from juryroom_server.routing.policy import Offer

ECONOMY = Offer(key="mini", tier=Tier.economy, cost_usd=Decimal("0.01"), latency_s=5, local=True)
WORKHORSE = Offer(key="usual", tier=Tier.workhorse, cost_usd=Decimal("0.10"), latency_s=20)
FRONTIER = Offer(key="best", tier=Tier.frontier, cost_usd=Decimal("0.70"), latency_s=60)
OFFERS = (FRONTIER, ECONOMY, WORKHORSE)
RECORDS = {
    "mini": Point(name="mini", cost_usd=0.01, quality=0.6),
    "usual": Point(name="usual", cost_usd=0.10, quality=0.7),
    "best": Point(name="best", cost_usd=0.70, quality=0.8),
}
STATEMENT = (
    "You are given an array nums of length n and q queries. For each query return the number of subarrays whose sum is "
    "at most k, modulo 10^9 + 7.\n\nExample 1:\n\nInput: nums = [1,2,3], k = 4\nOutput: 4\n\nConstraints:\n"
    "1 <= n <= 10^5\n-10^9 <= nums[i] <= 10^9\n"
)

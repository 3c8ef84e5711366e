"""What a decision about the seats takes: 4 personas, 20 models, everything asked for at once.

Prints one JSON object: milliseconds of CPU of one decision, median and 99th percentile.

    python -m tests.bench.seating [RUNS]
"""

import json
import sys
import time
from decimal import Decimal

from juryroom_reviewers.persona import Persona, Tier
from juryroom_server.models.card import ModelCard, Price
from juryroom_server.models.presets import ProviderName
from juryroom_server.models.seating import Conditions, seat

MODELS: tuple[tuple[ProviderName, str], ...] = (
    ("anthropic", "claude"),
    ("openai", "gpt"),
    ("gemini", "gemini"),
    ("deepseek", "deepseek"),
    ("openrouter", "qwen/qwen3"),
)
PERSONAS = tuple(
    Persona(name=name, charter="Look.", categories=(name,), tier=tier)
    for name, tier in (
        ("security", Tier.frontier),
        ("correctness", Tier.frontier),
        ("performance", Tier.workhorse),
        ("architecture", Tier.workhorse),
    )
)
CONDITIONS = Conditions(
    budget_usd=Decimal(9), input_tokens=30_000, output_tokens=4_000, deadline_s=60, languages=("python",)
)


def cards() -> tuple[ModelCard, ...]:
    """Twenty models of five families and three tiers."""
    return tuple(
        ModelCard(
            key=f"model{number}",
            provider=MODELS[number % 5][0],
            model=f"{MODELS[number % 5][1]}-{number}",
            tier=list(Tier)[number % 3],
            price=Price(input=Decimal(number), output=Decimal(5 * number)),
            strengths=("security", "python") if number % 2 else (),
        )
        for number in range(20)
    )


def measure(runs: int) -> dict[str, float]:
    """Milliseconds of CPU of one decision; cards are new each time, as in a process that decides once."""
    taken = []
    for _ in range(runs):
        fresh = cards()
        started = time.thread_time_ns()
        seat(PERSONAS, fresh, {}, CONDITIONS)
        taken.append((time.thread_time_ns() - started) / 1e6)
    taken.sort()
    return {"runs": runs, "p50_ms": round(taken[runs // 2], 4), "p99_ms": round(taken[runs * 99 // 100], 4)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)) + "\n")

"""Two processes on one budget, killed at random: the rounds of the test and of `tests.bench.ledger`."""

import random

from .children import Children
from .material import Place

LIMIT = "2.00"
LIMIT_NANO = 2_000_000_000


def rounds(place: Place, url: str, children: Children, chance: random.Random, number: int) -> int:
    """Run rounds, and see after each that the books are right.

    Returns:
        How many processes were killed on their way.
    """
    settled: dict[str, int] = {}
    killed = 0
    place.books().database.close()
    for _ in range(number):
        jobs = [
            {
                "url": url,
                "calls": 15,
                "limit": LIMIT,
                "seed": chance.randrange(2**32),
                **({"kill_after_s": chance.uniform(0.0, 0.06)} if chance.random() < 0.8 else {}),
            }
            for _ in range(2)
        ]
        ended = children.run(*jobs)
        killed += sum(one.code == -9 for one in ended)
        rows = {row["id"]: row for row in place.rows()}
        held = place.held()  # sees that each sum is that of its calls: nothing was settled twice or lost
        spent = sum(row["held"] for row in rows.values())
        assert spent <= LIMIT_NANO, f"{spent} of {LIMIT_NANO}"
        for one in ended:
            assert set(one.made) <= rows.keys()  # a call that was made is counted
            for call in one.settled:
                assert rows[call]["outcome"] == "ok"
                assert call not in settled
                settled[call] = rows[call]["held"]
        # what is settled never changes again
        assert all(rows[call]["held"] == charged for call, charged in settled.items())
        if held and spent > LIMIT_NANO * 0.8:
            books = place.books()
            books.reconcile(older_than_s=-1)
            books.forget()
            books.database.close()
            assert place.held() == {}
            settled.clear()
    return killed

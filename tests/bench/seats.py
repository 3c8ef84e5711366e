"""One call of `review` with three model seats on a loopback server that takes half a second for each answer.

Prints one JSON object: median seconds of a warm call, its ratio to the server's time (the floor), and the most model
calls that were in flight at once.

    python tests/bench/seats.py [RUNS]
"""

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import anyio
from mcp.client import Client

from juryroom_server.app import LazyEngine, create_app
from tests.models.fake_server import FakeServer, Reply

ANSWER_S = 0.5
DIFF = """\
--- /dev/null
+++ b/shop.py
@@ -0,0 +1,4 @@
+def total(prices):
+    # run {run}
+    return sum(prices)
+
"""
CARD = """
[models.{name}]
provider = "{api}-compatible"
model = "{name}"
base_url = "{url}"
"""


def configure(home: Path, url: str) -> None:
    """Three models of three families, on both APIs."""
    cards = [
        ("gpt-one", "openai", f"{url}/v1"),
        ("claude-two", "anthropic", url),
        ("qwen-three", "openai", f"{url}/v1"),
    ]
    text = 'personas = ["security", "performance", "correctness"]\n'
    text += "".join(CARD.format(name=name, api=api, url=at) for name, api, at in cards)
    (home / "juryroom").mkdir()
    (home / "juryroom" / "config.toml").write_text(text, encoding="utf-8")


async def measure(home: Path, root: Path, runs: int) -> dict[str, float]:
    """Median seconds of a call after the first one, which imports what is needed."""
    async with FakeServer(lambda _: Reply('{"findings": []}', after_s=ANSWER_S)) as server:
        configure(home, server.url)
        seconds = []
        async with Client(create_app(LazyEngine(root), root)) as client:
            for run in range(runs + 1):
                started = time.perf_counter()
                result = await client.call_tool("review", {"source": "diff", "diff": DIFF.format(run=run)})
                seconds.append(time.perf_counter() - started)
                assert not result.is_error, result
        assert len(server.requests) == 3 * (runs + 1)
        median = statistics.median(seconds[1:])
        return {
            "answer_s": ANSWER_S,
            "review_s": round(median, 4),
            "ratio": round(median / ANSWER_S, 3),
            "in_flight": server.max_in_flight,
        }


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as folder:
        home, root = Path(folder, "home"), Path(folder, "work")
        home.mkdir()
        root.mkdir()
        os.environ |= {"XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home), "HOME": str(home)}
        print(json.dumps(anyio.run(measure, home, root, runs)))


if __name__ == "__main__":
    main()

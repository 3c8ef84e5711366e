"""What it costs to start the server, beside the floor: a server of the same SDK with one tool that adds two numbers.

Prints one JSON object: medians over the runs of CPU seconds and peak resident KiB from exec to the answer of
`tools/list` (of one process, all its threads), and their ratios. The two take turns, so that both meet the same noise.

    python tests/bench/startup.py [RUNS]
"""

import json
import os
import signal
import statistics
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

FLOOR = """
from mcp.server import MCPServer

server = MCPServer("floor", subscriptions=False)

@server.tool()
def add(a: int, b: int) -> int:
    "Add two numbers."
    return a + b

server.run("stdio")
"""
OURS = "import sys; from juryroom_server.cli import main; sys.argv = ['juryroom', 'serve']; sys.exit(main())"
DIALOGUE = (
    {
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "startup", "version": "1"},
        },
    },
    {"method": "notifications/initialized"},
    {"id": 2, "method": "tools/list"},
)


class Cost(NamedTuple):
    """What one start took."""

    cpu_s: float
    peak_kib: int


def measure(code: str) -> Cost:
    """Start a server, list its tools, kill it."""
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for message in DIALOGUE:
        process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
    process.stdin.flush()
    for line in process.stdout:
        answer = json.loads(line)
        if answer.get("id") == 2:
            assert answer["result"]["tools"], answer
            break
    else:
        raise SystemExit(f"no answer to tools/list from: {code}")
    status = Path(f"/proc/{process.pid}/status")
    peak = status.read_text() if status.exists() else ""
    # killed at the answer, so that the end of the process is not counted
    process.send_signal(signal.SIGKILL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    process.stdin.close()
    process.stdout.close()
    of_linux = [int(row.split()[1]) for row in peak.splitlines() if row.startswith("VmHWM:")]
    # elsewhere: bytes on macOS
    return Cost(usage.ru_utime + usage.ru_stime, of_linux[0] if of_linux else usage.ru_maxrss // 1024)


def compare(runs: int) -> dict[str, float]:
    """Medians of both servers, and ratios."""
    costs: dict[str, list[Cost]] = {FLOOR: [], OURS: []}
    for code in costs:
        measure(code)  # writes bytecode, warms the page cache
    for _ in range(runs):
        for code, taken in costs.items():
            taken.append(measure(code))
    floor_cpu, ours_cpu = (statistics.median(cost.cpu_s for cost in taken) for taken in costs.values())
    floor_kib, ours_kib = (statistics.median(cost.peak_kib for cost in taken) for taken in costs.values())
    return {
        "runs": runs,
        "floor_cpu_s": round(floor_cpu, 3),
        "cpu_s": round(ours_cpu, 3),
        "cpu_ratio": round(ours_cpu / floor_cpu, 3),
        "floor_peak_mib": round(floor_kib / 1024, 1),
        "peak_mib": round(ours_kib / 1024, 1),
        "peak_ratio": round(ours_kib / floor_kib, 3),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(compare(int(sys.argv[1]) if len(sys.argv) > 1 else 7)) + "\n")

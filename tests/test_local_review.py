"""A whole review with a real model on this machine; opt-in, by the variables of examples/local_model."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent.parent / "examples" / "local_model" / "run.py"


@pytest.mark.local_llm
@pytest.mark.skipif(
    not (os.environ.get("JURYROOM_TEST_OPENAI_URL") and os.environ.get("JURYROOM_TEST_ANTHROPIC_URL")),
    reason="JURYROOM_TEST_OPENAI_URL and JURYROOM_TEST_ANTHROPIC_URL are not set",
)
def test_both_seats_answer_and_nothing_that_a_model_invents_blocks() -> None:
    done = subprocess.run([sys.executable, EXAMPLE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

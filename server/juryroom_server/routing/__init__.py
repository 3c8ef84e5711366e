"""Which tier a task starts on, what it may cost, and when an answer is good enough to keep."""
